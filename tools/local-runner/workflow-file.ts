import { readFileSync } from "node:fs";
import { basename } from "node:path";
import {
  convertWorkflowTemplate,
  isMapping,
  isSequence,
  NoOperationTraceWriter,
  parseWorkflow,
} from "@actions/workflow-parser";
import { isJob, isReusableWorkflowJob, isRunStep } from "@actions/workflow-parser/model/type-guards";
import type { Step as ParsedStep, WorkflowJob } from "@actions/workflow-parser/model/workflow-template";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import { parse } from "yaml";
import type { Json } from "../simulator/scenario.ts";
import { jsonOf, textOf } from "./expressions.ts";
import { type Permissions, readPermissions } from "./permissions.ts";

/** A part of a workflow that is not evaluated yet; null: it is missing. */
export type Part = TemplateToken | null;

/** A workflow file, as far as this runner supports it. */
export interface Workflow {
  readonly name: string;
  /** The contents of `on:` by event, without the outputs. */
  readonly on: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** The outputs for a workflow that calls this one: `on.workflow_call.outputs`. */
  readonly outputs: ReadonlyMap<string, TemplateToken>;
  readonly env: Part;
  /** In the order of the file. */
  readonly jobs: readonly Job[];
}

interface AnyJob {
  readonly id: string;
  readonly name: Part;
  readonly needs: readonly string[];
  /** Includes `success()` if the workflow names no status function. */
  readonly if: string;
  readonly permissions: Permissions;
}

export interface StepsJob extends AnyJob {
  readonly kind: "steps";
  readonly env: Part;
  readonly outputs: Part;
  readonly strategy: Part;
  readonly steps: readonly Step[];
}

/** A job that calls another workflow. */
export interface CallJob extends AnyJob {
  readonly kind: "call";
  readonly uses: string;
  readonly with: Part;
  readonly secrets: Part;
}

export type Job = StepsJob | CallJob;

interface AnyStep {
  /** Its ID, or the name that GitHub gives it. */
  readonly id: string;
  readonly name: Part;
  readonly if: string;
  readonly env: Part;
}

interface ScriptStep extends AnyStep {
  readonly kind: "run";
  readonly run: TemplateToken;
  readonly shell: Part;
}

interface ActionStep extends AnyStep {
  readonly kind: "uses";
  readonly uses: string;
  readonly with: Part;
}

export type Step = ScriptStep | ActionStep;

// There is only one run at a time and no time limit, so `concurrency` and `timeout-minutes` have no effect.
const WORKFLOW = ["name", "on", "permissions", "concurrency", "env", "jobs"];
const JOB = ["name", "needs", "if", "permissions", "concurrency"];
const STEPS_JOB = [...JOB, "runs-on", "timeout-minutes", "env", "outputs", "strategy", "steps"];
const CALL_JOB = [...JOB, "uses", "with", "secrets"];
const STEP = ["id", "name", "if", "env"];

/**
 * Reads a workflow with GitHub's own parser.
 *
 * @throws for what GitHub does not accept, and for what this runner does not support.
 */
export async function readWorkflow(path: string): Promise<Workflow> {
  // The parser keeps the indentation of a multi-line text. JSON has each text on one line.
  const content = JSON.stringify(parse(readFileSync(path, "utf8")));
  const { context, value } = parseWorkflow({ name: basename(path), content }, new NoOperationTraceWriter());
  const template = value === undefined ? null : await convertWorkflowTemplate(context, value);
  const errors = context.errors.getErrors().map(({ message }) => message);
  if (value === undefined || template === null || errors.length > 0) {
    throw new Error(`${basename(path)} is not accepted: ${errors.join("; ")}`);
  }
  const root = partsOf(value, "The workflow", WORKFLOW);
  const jobs = partsOf(root.required("jobs"), "jobs");
  const inherited = root.optional("permissions");
  return {
    name: textOf(root.required("name"), {}),
    ...readTriggers(root.required("on")),
    env: root.optional("env"),
    jobs: template.jobs.map((job) => readJob(job, jobs.required(job.id.value), inherited)),
  };
}

/** The named parts of a mapping. */
export interface Parts {
  readonly names: readonly string[];
  readonly optional: (name: string) => Part;
  /** @throws if it is missing. */
  readonly required: (name: string) => TemplateToken;
}

/** @throws if a part has an unknown name. */
export function partsOf(token: TemplateToken, what: string, known?: readonly string[]): Parts {
  if (!isMapping(token)) {
    throw new Error(`${what} has no named parts.`);
  }
  const parts = new Map([...token].map(({ key, value }) => [textOf(key, {}), value]));
  const names = [...parts.keys()];
  const unknown = names.filter((name) => known?.includes(name) === false);
  if (unknown.length > 0) {
    throw new Error(`${what} has what cannot be run here: ${unknown.join(", ")}.`);
  }
  return {
    names,
    optional: (name) => parts.get(name) ?? null,
    required: (name) => {
      const part = parts.get(name);
      if (part === undefined) {
        throw new Error(`${what} has no ${name}.`);
      }
      return part;
    },
  };
}

function readTriggers(on: TemplateToken): Pick<Workflow, "on" | "outputs"> {
  const events = partsOf(on, "on");
  const call = events.optional("workflow_call");
  const outputs =
    call !== null && isMapping(call) ? partsOf(call, "workflow_call").optional("outputs") : null;
  const named = outputs === null ? null : partsOf(outputs, "outputs");
  return {
    on: Object.fromEntries(events.names.map((name) => [name, readEvent(events.required(name))])),
    outputs: new Map(
      named?.names.map((name) => [
        name,
        partsOf(named.required(name), `Output ${name}`, ["description", "value"]).required("value"),
      ]),
    ),
  };
}

function readEvent(token: TemplateToken): Readonly<Record<string, Json>> {
  // Empty, or the times of a schedule.
  if (!isMapping(token)) {
    return {};
  }
  const parts = partsOf(token, "The event");
  const names = parts.names.filter((name) => name !== "outputs");
  return Object.fromEntries(names.map((name) => [name, jsonOf(parts.required(name), {})]));
}

function readJob(job: WorkflowJob, token: TemplateToken, inherited: Part): Job {
  const id = job.id.value;
  const what = `Job ${id}`;
  const parts = partsOf(token, what, isJob(job) ? STEPS_JOB : CALL_JOB);
  const permissions = parts.optional("permissions") ?? inherited;
  if (permissions === null) {
    throw new Error(
      `${what} has no permissions: the settings of the repository would decide what its token may do.`,
    );
  }
  const common = {
    id,
    name: parts.optional("name"),
    needs: (job.needs ?? []).map(({ value }) => value),
    if: job.if.expression,
    permissions: readPermissions(permissions),
  };
  if (isReusableWorkflowJob(job)) {
    return {
      ...common,
      kind: "call",
      uses: job.ref.value,
      with: parts.optional("with"),
      secrets: parts.optional("secrets"),
    };
  }
  if (textOf(parts.required("runs-on"), {}) !== "ubuntu-latest") {
    throw new Error(`${what} runs on another machine than ubuntu-latest.`);
  }
  const list = parts.required("steps");
  const tokens = isSequence(list) ? [...list] : [];
  return {
    ...common,
    kind: "steps",
    env: parts.optional("env"),
    outputs: parts.optional("outputs"),
    strategy: parts.optional("strategy"),
    steps: job.steps.map((step, index) => readStep(step, tokens[index], `${what}, step ${index + 1},`)),
  };
}

function readStep(step: ParsedStep, token: TemplateToken | undefined, what: string): Step {
  if (token === undefined || !("if" in step) || step.if === undefined) {
    throw new Error(`${what} is of a kind that cannot be run here.`);
  }
  const isRun = isRunStep(step);
  const parts = partsOf(token, what, [...STEP, ...(isRun ? ["run", "shell"] : ["uses", "with"])]);
  const common = {
    id: step.id,
    name: parts.optional("name"),
    if: step.if.expression,
    env: parts.optional("env"),
  };
  return isRun
    ? { ...common, kind: "run", run: parts.required("run"), shell: parts.optional("shell") }
    : {
        ...common,
        kind: "uses",
        uses: textOf(parts.required("uses"), {}),
        with: parts.optional("with"),
      };
}
