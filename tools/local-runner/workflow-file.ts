import { readFileSync } from "node:fs";
import { basename } from "node:path";
import {
  convertWorkflowTemplate,
  isMapping,
  isSequence,
  NoOperationTraceWriter,
  parseWorkflow,
} from "@actions/workflow-parser";
import { isReusableWorkflowJob, isRunStep } from "@actions/workflow-parser/model/type-guards";
import type { Step as ParsedStep, WorkflowJob } from "@actions/workflow-parser/model/workflow-template";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import type { Json } from "../simulator/scenario.ts";
import { jsonOf, textOf } from "./expressions.ts";
import { type Source, WorkflowError } from "./locate.ts";
import { type Permissions, readPermissions } from "./permissions.ts";
import { expressionsIn, findUnsupported } from "./unsupported.ts";
import { toJson } from "./yaml.ts";

/** A part of a workflow that is not evaluated yet; null: it is missing. */
export type Part = TemplateToken | null;

/** A workflow file, as far as this runner supports it. */
export interface Workflow {
  readonly path: string;
  readonly name: string;
  /** The contents of `on:` by event, without the outputs. */
  readonly on: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** Where each event is. In the order of the file. */
  readonly eventSources: ReadonlyMap<string, Source>;
  /** The outputs for a workflow that calls this one: `on.workflow_call.outputs`. */
  readonly outputs: ReadonlyMap<string, TemplateToken>;
  readonly env: Part;
  /** In the order of the file. */
  readonly jobs: readonly Job[];
  /** All expressions, without the signs around them. */
  readonly expressions: readonly string[];
}

interface AnyJob {
  readonly id: string;
  readonly source: Source;
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
  readonly source: Source;
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

/** How to read a workflow. */
interface Reading {
  /** What the token of a job may do whose permissions the file does not name. Absent: such a job is an error. */
  readonly defaultPermissions?: Permissions | undefined;
  /** The file's name in messages; by default its last part. */
  readonly shownPath?: string | undefined;
}

/**
 * Reads a workflow with GitHub's own parser.
 *
 * @throws WorkflowError with all that GitHub does not accept, or all that this runner does not support.
 */
export async function readWorkflow(path: string, reading: Reading = {}): Promise<Workflow> {
  const { defaultPermissions, shownPath = basename(path) } = reading;
  const sourceOf = (line: number | null | undefined): Source => (line ? `${shownPath}:${line}` : shownPath);
  const converted = toJson(readFileSync(path, "utf8"));
  if ("mistakes" in converted) {
    throw new WorkflowError(
      converted.mistakes.map(({ line, message }) => `${sourceOf(line)}: this is not YAML: ${message}`),
    );
  }
  if (!converted.json.trimStart().startsWith("{")) {
    throw new WorkflowError([
      `${shownPath}: this is no workflow: a workflow has "on" and "jobs" at the top.`,
    ]);
  }
  const { context, value } = parseWorkflow(
    { name: shownPath, content: converted.json },
    new NoOperationTraceWriter(),
  );
  const template = value === undefined ? null : await convertWorkflowTemplate(context, value);
  const errors = context.errors.getErrors();
  if (value === undefined || template === null || errors.length > 0) {
    throw new WorkflowError(
      errors.map(
        ({ rawMessage, range }) =>
          `${sourceOf(range?.start.line)}: not accepted by GitHub: ${rawMessage.replace(/\s+/g, " ")}`,
      ),
    );
  }
  const unsupported = findUnsupported(value, path, defaultPermissions === undefined);
  if (unsupported.length > 0) {
    throw new WorkflowError(unsupported.map(({ line, message }) => `${sourceOf(line)}: ${message}`));
  }
  const root = partsOf(value, "The workflow");
  const jobs = partsOf(root.required("jobs"), "jobs");
  const permissions = root.optional("permissions");
  const inherited = permissions === null ? (defaultPermissions ?? {}) : readPermissions(permissions);
  const name = root.optional("name");
  return {
    path,
    name: name === null ? `.github/workflows/${basename(path)}` : textOf(name, {}),
    ...readTriggers(root.required("on"), sourceOf),
    env: root.optional("env"),
    jobs: template.jobs.map((job) => readJob(job, jobs.required(job.id.value), inherited, sourceOf)),
    expressions: expressionsIn(value).map(([expression]) => expression),
  };
}

type SourceOf = (line: number | null | undefined) => Source;

/** The named parts of a mapping. */
export interface Parts {
  readonly names: readonly string[];
  readonly optional: (name: string) => Part;
  /** @throws if it is missing. */
  readonly required: (name: string) => TemplateToken;
}

/** @throws if it is no mapping. */
export function partsOf(token: TemplateToken, what: string): Parts {
  if (!isMapping(token)) {
    throw new Error(`${what} has no named parts.`);
  }
  const parts = new Map([...token].map(({ key, value }) => [textOf(key, {}), value]));
  return {
    names: [...parts.keys()],
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

function readTriggers(
  on: TemplateToken,
  sourceOf: SourceOf,
): Pick<Workflow, "on" | "eventSources" | "outputs"> {
  if (!isMapping(on)) {
    // One event, or a list of them.
    const names = isSequence(on) ? [...on] : [on];
    return {
      on: Object.fromEntries(names.map((name) => [textOf(name, {}), {}])),
      eventSources: new Map(names.map((name) => [textOf(name, {}), sourceOf(name.line)])),
      outputs: new Map(),
    };
  }
  const events = partsOf(on, "on");
  const call = events.optional("workflow_call");
  const outputs =
    call !== null && isMapping(call) ? partsOf(call, "workflow_call").optional("outputs") : null;
  const named = outputs === null ? null : partsOf(outputs, "outputs");
  return {
    on: Object.fromEntries(events.names.map((name) => [name, readEvent(events.required(name))])),
    eventSources: new Map([...on].map(({ key }) => [textOf(key, {}), sourceOf(key.line)])),
    outputs: new Map(
      named?.names.map((name) => [name, partsOf(named.required(name), `Output ${name}`).required("value")]),
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

function readJob(job: WorkflowJob, token: TemplateToken, inherited: Permissions, sourceOf: SourceOf): Job {
  const id = job.id.value;
  const parts = partsOf(token, `Job ${id}`);
  const permissions = parts.optional("permissions");
  const common = {
    id,
    source: sourceOf(job.id.line),
    name: parts.optional("name"),
    needs: (job.needs ?? []).map(({ value }) => value),
    if: job.if.expression,
    permissions: permissions === null ? inherited : readPermissions(permissions),
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
  const list = parts.required("steps");
  const tokens = isSequence(list) ? [...list] : [];
  return {
    ...common,
    kind: "steps",
    env: parts.optional("env"),
    outputs: parts.optional("outputs"),
    strategy: parts.optional("strategy"),
    steps: job.steps.flatMap((step, index) => readStep(step, tokens[index], sourceOf)),
  };
}

function readStep(step: ParsedStep, token: TemplateToken | undefined, sourceOf: SourceOf): readonly Step[] {
  if (token === undefined || !("if" in step) || step.if === undefined) {
    return [];
  }
  const parts = partsOf(token, "A step");
  const common = {
    id: step.id,
    source: sourceOf(token.line),
    name: parts.optional("name"),
    if: step.if.expression,
    env: parts.optional("env"),
  };
  return isRunStep(step)
    ? [{ ...common, kind: "run", run: parts.required("run"), shell: parts.optional("shell") }]
    : [
        {
          ...common,
          kind: "uses",
          uses: textOf(parts.required("uses"), {}),
          with: parts.optional("with"),
        },
      ];
}
