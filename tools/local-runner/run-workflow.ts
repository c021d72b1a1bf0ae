import { basename } from "node:path";
import type { Json } from "../simulator/scenario.ts";
import { type Artifacts, createArtifacts } from "./artifacts.ts";
import { type Contexts, isMet, jsonOf, textOf, textsOf } from "./expressions.ts";
import { locate } from "./locate.ts";
import { combinationsOf } from "./matrix.ts";
import { assertWithin, type Permissions } from "./permissions.ts";
import { type Outcome, type RunContext, runJob, type StepResult } from "./run-job.ts";
import { isTriggeredBy, type WorkflowEvent } from "./triggers.ts";
import { calledFile } from "./uses.ts";
import {
  type CallJob,
  type Job,
  type Part,
  readWorkflow,
  type StepsJob,
  type Workflow,
} from "./workflow-file.ts";
import { readInputs, readSecrets, type Values } from "./workflow-inputs.ts";

/** A run of a workflow. */
export interface WorkflowToRun extends Pick<RunContext, "checkOut" | "commands" | "runAction"> {
  /** The workflow's file. */
  readonly path: string;
  readonly event: WorkflowEvent;
  /** Values of the `github` context: `api_url`, `server_url`, `repository`, `run_id`, `triggering_actor` and the like. */
  readonly github: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  /** The inputs of a workflow that is started manually. */
  readonly inputs?: Values;
  /** Creates a token with these permissions; each job has its own. */
  readonly tokenOf: (permissions: Permissions) => string;
  /** An earlier attempt, whose failed jobs run again with the jobs that need them ("Re-run failed jobs"). */
  readonly earlier?: WorkflowRun;
  /**
   * The places of the jobs to run, with the jobs of the workflows that they call, and the jobs that call their workflows.
   * All others are skipped. By default all run.
   */
  readonly only?: readonly string[];
  /** What the token of a job may do whose permissions the file does not name. Absent: such a job is an error. */
  readonly defaultPermissions?: Permissions;
  /** The file's name in messages; by default its last part. */
  readonly shownPath?: string;
  /** Called when a step has ended. */
  readonly onStep?: (job: Pick<JobRun, "place" | "name">, step: StepResult) => void;
}

/** The run of a job, or of one job of a matrix. */
export interface JobRun {
  /** `start`, or `fan_out/start` if the job `fan_out` calls another workflow. */
  readonly place: string;
  readonly name: string;
  /** Null: the job has no matrix. */
  readonly matrix: Json;
  readonly result: Outcome;
  readonly outputs: Readonly<Record<string, string>>;
  /** The attempt in which it ran, from 1. */
  readonly attempt: number;
  readonly permissions: Permissions;
  readonly steps: readonly StepResult[];
}

/** A run that has ended. */
export interface WorkflowRun {
  readonly result: "success" | "failure";
  /** In the order in which they ended. A job that calls a workflow comes after the jobs of that workflow. */
  readonly jobs: readonly JobRun[];
  readonly artifacts: Artifacts;
}

/** What the jobs of one file share. */
interface Scope {
  readonly run: WorkflowToRun;
  readonly artifacts: Artifacts;
  readonly attempt: number;
  /** The prefix of the jobs' places. */
  readonly prefix: string;
  /** The workflow's `env:`. */
  readonly env: Part;
  readonly inputs: Values;
  readonly secrets: Values;
  /** The permissions of the calling job; null: no job calls this workflow. */
  readonly granted: Permissions | null;
  /** The jobs of the earlier attempt. */
  readonly earlier: readonly JobRun[];
}

/** What other jobs see of a job. */
interface JobSummary {
  readonly result: Outcome;
  readonly outputs: Readonly<Record<string, string>>;
  /** Whether the job, or one that it needs, has failed. */
  readonly hasFailed: boolean;
  /** Whether the job ran in this attempt. */
  readonly isNew: boolean;
}

/** The jobs of a file that have ended, by ID. */
type JobSummaries = ReadonlyMap<string, JobSummary>;

/**
 * Runs a workflow file on this machine as GitHub Actions would, one job after another. GitHub's own parser reads the
 * file, and GitHub's own package evaluates the expressions. Outside of jest import `json-imports.ts` before this file.
 *
 * @throws WorkflowError for everything that it does not support, instead of ignoring it. A step that fails is no error.
 */
export async function runWorkflow(run: WorkflowToRun): Promise<WorkflowRun> {
  const { path, event, github, secrets, inputs = {}, earlier } = run;
  const workflow = await readWorkflow(path, run);
  const source = workflow.eventSources.get(event.name) ?? run.shownPath ?? basename(path);
  await locate(source, () => assertTriggeredBy(workflow, event));
  const given = await locate(source, () => readInputs(workflow.on[event.name]?.inputs, inputs));
  const named = {
    event_name: event.name,
    workflow: workflow.name,
    workflow_ref: `${github.repository}/.github/workflows/${basename(path)}@refs/heads/main`,
  };
  const artifacts = earlier?.artifacts ?? createArtifacts();
  const { jobs } = await runJobs(workflow, {
    run: { ...run, github: { ...github, ...named } },
    artifacts,
    attempt: Number(github.run_attempt),
    prefix: "",
    env: workflow.env,
    inputs: given,
    secrets,
    granted: null,
    earlier: earlier?.jobs ?? [],
  });
  return { jobs, result: resultOf(jobs), artifacts };
}

function assertTriggeredBy(workflow: Workflow, event: WorkflowEvent): void {
  if (!isTriggeredBy(workflow, event)) {
    throw new Error(`The event ${event.name} does not start ${workflow.name}.`);
  }
}

/** Runs the jobs of a file, each after the jobs that it needs. */
async function runJobs(
  workflow: Workflow,
  scope: Scope,
): Promise<{ readonly jobs: readonly JobRun[]; readonly summaries: JobSummaries }> {
  const summaries = new Map<string, JobSummary>();
  const jobs: JobRun[] = [];
  for (const job of sortByNeeds(workflow.jobs)) {
    const needed = job.needs.flatMap((id) => summaries.get(id) ?? []);
    const place = `${scope.prefix}${job.id}`;
    const earlier = needed.some(({ isNew }) => isNew) ? [] : within(place, scope.earlier);
    const isKept = earlier.some((run) => run.place === place) && resultOf(earlier) === "success";
    const runs = isKept
      ? earlier
      : await locate(job.source, () => runOrSkip(job, workflow.path, { ...scope, earlier }, summaries));
    const own = runs.filter((run) => run.place === place);
    const result = own.every((run) => run.result === "skipped") ? "skipped" : resultOf(own);
    jobs.push(...runs);
    summaries.set(job.id, {
      result,
      outputs: Object.assign({}, ...own.map(({ outputs }) => outputs)),
      hasFailed: result === "failure" || needed.some(({ hasFailed }) => hasFailed),
      isNew: !isKept,
    });
  }
  return { jobs, summaries };
}

/** Every job after the jobs that it needs, otherwise in the order of the file. */
function sortByNeeds(jobs: readonly Job[]): readonly Job[] {
  const ordered: Job[] = [];
  while (ordered.length < jobs.length) {
    const next = jobs.find(
      (job) => !ordered.includes(job) && job.needs.every((id) => ordered.some((done) => done.id === id)),
    );
    if (next === undefined) {
      throw new Error("The jobs need each other in a circle.");
    }
    ordered.push(next);
  }
  return ordered;
}

/** The runs of a job, and of the workflow that it calls. */
function within(place: string, runs: readonly JobRun[]): readonly JobRun[] {
  return runs.filter((run) => run.place === place || run.place.startsWith(`${place}/`));
}

/** Runs a job if its condition is true: the job, the jobs of its matrix, or the jobs of the workflow that it calls. */
async function runOrSkip(
  job: Job,
  path: string,
  scope: Scope,
  summaries: JobSummaries,
): Promise<readonly JobRun[]> {
  const { run, attempt, granted } = scope;
  const { permissions } = job;
  const place = `${scope.prefix}${job.id}`;
  if (granted !== null) {
    assertWithin(permissions, granted, place);
  }
  const token = run.tokenOf(permissions);
  const github = { ...run.github, token, job: job.id };
  const needed = new Map([...summaries].filter(([id]) => job.needs.includes(id)));
  const contexts: Contexts = {
    inputs: scope.inputs,
    secrets: { ...scope.secrets, GITHUB_TOKEN: token },
    vars: run.vars ?? {},
    github: { ...github, event: run.event.payload },
    needs: toContext(needed),
  };
  const status = {
    success: [...needed.values()].every(({ result }) => result === "success"),
    failure: [...needed.values()].some(({ hasFailed }) => hasFailed),
  };
  const isRequested =
    run.only?.some((one) => `${place}/`.startsWith(`${one}/`) || one.startsWith(`${place}/`)) ?? true;
  if (!isRequested || !isMet(job.if, contexts, status)) {
    const skipped = { result: "skipped", outputs: {}, steps: [], matrix: null } as const;
    return [{ ...skipped, place, name: job.id, attempt, permissions }];
  }
  return job.kind === "call"
    ? callWorkflow(job, path, contexts, scope)
    : runMatrix(job, contexts, github, scope);
}

/** The context `needs`, or `jobs` in the outputs of a called workflow. */
function toContext(summaries: JobSummaries): { [id: string]: Json } {
  return Object.fromEntries([...summaries].map(([id, { result, outputs }]) => [id, { result, outputs }]));
}

async function runMatrix(
  job: StepsJob,
  contexts: Contexts,
  github: Readonly<Record<string, string>>,
  { run, artifacts, attempt, prefix, env, earlier }: Scope,
): Promise<readonly JobRun[]> {
  const { permissions } = job;
  const runs: JobRun[] = [];
  for (const { matrix, strategy } of combinationsOf(job.strategy, contexts)) {
    const before = earlier.find((other) => JSON.stringify(other.matrix) === JSON.stringify(matrix));
    if (before?.result === "success") {
      runs.push(before);
      continue;
    }
    const inside = { ...contexts, matrix, strategy };
    const place = `${prefix}${job.id}`;
    const name = job.name === null ? job.id : textOf(job.name, inside);
    const { onStep, ...context } = run;
    const ended = await runJob(job, inside, env, {
      ...context,
      github,
      event: run.event.payload,
      artifacts,
      onStep: (step) => onStep?.({ place, name }, step),
    });
    runs.push({ ...ended, place, name, matrix, attempt, permissions });
  }
  return runs;
}

/** Runs the workflow that a job calls, with the inputs and secrets of the call. */
async function callWorkflow(
  job: CallJob,
  caller: string,
  contexts: Contexts,
  scope: Scope,
): Promise<readonly JobRun[]> {
  const path = calledFile(job.uses, caller);
  if (path === null) {
    throw new Error(`The workflow ${job.uses} cannot be called here.`);
  }
  // A called workflow that names no permissions has those of its caller.
  const isLenient = scope.run.defaultPermissions !== undefined;
  const called = await readWorkflow(path, isLenient ? { defaultPermissions: job.permissions } : {});
  const call = called.on.workflow_call;
  if (call === undefined) {
    throw new Error(`${job.uses} has no workflow_call.`);
  }
  const { attempt, prefix } = scope;
  const { permissions } = job;
  const place = `${prefix}${job.id}`;
  const given = job.with === null ? {} : (jsonOf(job.with, contexts) as Values);
  const { github = null, vars = {} } = contexts;
  const inputs = readInputs(call.inputs, given);
  const { jobs, summaries } = await runJobs(called, {
    ...scope,
    prefix: `${place}/`,
    env: called.env,
    inputs,
    secrets: readSecrets(call.secrets, textsOf(job.secrets, contexts)),
    granted: permissions,
  });
  const outputs = Object.fromEntries(
    [...called.outputs].map(([name, value]) => [
      name,
      textOf(value, { inputs, vars, github, jobs: toContext(summaries) }),
    ]),
  );
  const own = { place, name: job.id, matrix: null, result: resultOf(jobs), outputs, steps: [] };
  return [...jobs, { ...own, attempt, permissions }];
}

function resultOf(jobs: readonly JobRun[]): "success" | "failure" {
  return jobs.some(({ result }) => result === "failure") ? "failure" : "success";
}
