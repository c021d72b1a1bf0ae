import { basename, join } from "node:path";
import type { Json } from "../simulator/scenario.ts";
import { type Artifacts, createArtifacts } from "./artifacts.ts";
import { type Contexts, isMet, jsonOf, textOf, textsOf } from "./expressions.ts";
import { combinationsOf } from "./matrix.ts";
import { assertWithin, type Permissions } from "./permissions.ts";
import { ROOT } from "./run-action.ts";
import { type Outcome, runJob, type StepResult, type Surroundings } from "./run-job.ts";
import { isTriggeredBy, type WorkflowEvent } from "./triggers.ts";
import { type CallJob, type Job, readWorkflow, type StepsJob, type Workflow } from "./workflow-file.ts";
import { readInputs, readSecrets, type Values } from "./workflow-inputs.ts";

/** A run of a workflow. */
export interface WorkflowToRun extends Pick<Surroundings, "files" | "commands" | "processes"> {
  /** The workflow's file. */
  readonly path: string;
  readonly event: WorkflowEvent;
  /** Values of the `github` context: `api_url`, `server_url`, `repository`, `run_id`, `triggering_actor` and the like. */
  readonly github: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  /** What was given to a workflow that is started by hand. */
  readonly inputs?: Values;
  /** Makes a token that may do so much; each job has its own. */
  readonly tokenOf: (permissions: Permissions) => string;
  /** "Re-run failed jobs" of this run: those, and the jobs that need them. */
  readonly earlier?: WorkflowRun;
  /** Only these jobs, by place. All others are skipped. */
  readonly only?: readonly string[];
}

/** What became of a job, or of one job of a matrix. */
export interface JobRun {
  /** `start`, or `fan_out/start` where the job `fan_out` is another workflow. */
  readonly place: string;
  readonly name: string;
  /** Null: it has none. */
  readonly matrix: Json;
  readonly result: Outcome;
  readonly outputs: Readonly<Record<string, string>>;
  /** The attempt in which it ran, from 1. */
  readonly attempt: number;
  readonly permissions: Permissions;
  readonly steps: readonly StepResult[];
}

/** What became of a run. */
export interface WorkflowRun {
  readonly result: "success" | "failure";
  /** In the order in which they ended. A job that is another workflow comes after that one's jobs. */
  readonly jobs: readonly JobRun[];
  readonly artifacts: Artifacts;
}

/** What the jobs of one file share. */
interface Scope {
  readonly run: WorkflowToRun;
  readonly artifacts: Artifacts;
  readonly attempt: number;
  /** What a job's place begins with. */
  readonly prefix: string;
  /** `github`, `inputs`, `secrets` and `vars`. */
  readonly contexts: Contexts;
  /** What the calling job's token may do; null: nobody calls. */
  readonly granted: Permissions | null;
  /** What an earlier attempt has left. */
  readonly earlier: readonly JobRun[];
}

/** What other jobs see of a job. */
interface Seen {
  readonly result: Outcome;
  readonly outputs: Readonly<Record<string, string>>;
  /** Whether it, or one that it needs, has failed. */
  readonly hasFailed: boolean;
  /** Whether its turn came in this attempt. */
  readonly isNew: boolean;
}

/**
 * Runs a workflow file on this machine as GitHub Actions would, one job after another. Expressions are evaluated by
 * GitHub's own package, its files are read by GitHub's own parser. Works under jest alone, since that parser imports
 * JSON as only bundlers and jest take it.
 *
 * @throws for all that it cannot run: nothing is passed over in silence. A step that fails is no error.
 */
export async function runWorkflow(run: WorkflowToRun): Promise<WorkflowRun> {
  const { path, event, github, secrets, vars = {}, inputs = {}, earlier } = run;
  const workflow = await readWorkflow(path);
  if (!isTriggeredBy(workflow, event)) {
    throw new Error(`The event ${event.name} does not start ${workflow.name}.`);
  }
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
    contexts: { inputs: readInputs(workflow.on[event.name]?.inputs, inputs), secrets, vars },
    granted: null,
    earlier: earlier?.jobs ?? [],
  });
  return { jobs, result: resultOf(jobs), artifacts };
}

/** Runs the jobs of a file, each after those that it needs. */
async function runJobs(
  workflow: Workflow,
  scope: Scope,
): Promise<{ readonly jobs: readonly JobRun[]; readonly seen: ReadonlyMap<string, Seen> }> {
  const seen = new Map<string, Seen>();
  const jobs: JobRun[] = [];
  for (const job of inOrder(workflow.jobs)) {
    const needed = job.needs.flatMap((id) => seen.get(id) ?? []);
    const place = `${scope.prefix}${job.id}`;
    const earlier = needed.some(({ isNew }) => isNew) ? [] : within(place, scope.earlier);
    const isKept = earlier.some((run) => run.place === place) && resultOf(earlier) === "success";
    const runs = isKept ? earlier : await runWhere(workflow, job, { ...scope, earlier }, seen);
    const own = runs.filter((end) => end.place === place);
    const result = own.every((end) => end.result === "skipped") ? "skipped" : resultOf(own);
    jobs.push(...runs);
    seen.set(job.id, {
      result,
      outputs: Object.assign({}, ...own.map(({ outputs }) => outputs)),
      hasFailed: result === "failure" || needed.some(({ hasFailed }) => hasFailed),
      isNew: !isKept,
    });
  }
  return { jobs, seen };
}

/** Every job after the jobs that it needs, else as in the file. */
function inOrder(jobs: readonly Job[]): readonly Job[] {
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

/** The runs of a job, and those of the workflow that it calls. */
function within(place: string, runs: readonly JobRun[]): readonly JobRun[] {
  return runs.filter((run) => run.place === place || run.place.startsWith(`${place}/`));
}

/** Runs a job where its condition holds: itself, or the jobs of its matrix, or those of the workflow that it calls. */
async function runWhere(
  workflow: Workflow,
  job: Job,
  scope: Scope,
  seen: ReadonlyMap<string, Seen>,
): Promise<readonly JobRun[]> {
  const { run, attempt, granted } = scope;
  const { permissions } = job;
  const place = `${scope.prefix}${job.id}`;
  if (granted !== null) {
    assertWithin(permissions, granted, place);
  }
  const token = run.tokenOf(permissions);
  const github = { ...run.github, token, job: job.id };
  const needed = job.needs.flatMap((id) => seen.get(id) ?? []);
  const contexts: Contexts = {
    ...scope.contexts,
    secrets: { ...(scope.contexts.secrets as Values), GITHUB_TOKEN: token },
    github: { ...github, event: run.event.payload },
    needs: visible(new Map([...seen].filter(([id]) => job.needs.includes(id)))),
  };
  const status = {
    success: needed.every(({ result }) => result === "success"),
    failure: needed.some(({ hasFailed }) => hasFailed),
  };
  const isWanted = run.only === undefined || run.only.includes(place);
  if (!isWanted || !isMet(job.if, contexts, status)) {
    const skipped = { result: "skipped", outputs: {}, steps: [], matrix: null } as const;
    return [{ ...skipped, place, name: job.id, attempt, permissions }];
  }
  return job.kind === "call"
    ? callWorkflow(job, contexts, scope)
    : runMatrix(job, contexts, github, workflow, scope);
}

/** What expressions see of jobs: `needs`, or `jobs` in a called workflow's outputs. */
function visible(seen: ReadonlyMap<string, Seen>): { [id: string]: Json } {
  return Object.fromEntries([...seen].map(([id, { result, outputs }]) => [id, { result, outputs }]));
}

async function runMatrix(
  job: StepsJob,
  contexts: Contexts,
  github: Readonly<Record<string, string>>,
  workflow: Workflow,
  { run, artifacts, attempt, prefix, earlier }: Scope,
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
    const surroundings = { ...run, github, event: run.event.payload, artifacts };
    const ended = await runJob(job, inside, workflow.env, surroundings);
    const name = job.name === null ? job.id : textOf(job.name, inside);
    runs.push({ ...ended, place: `${prefix}${job.id}`, name, matrix, attempt, permissions });
  }
  return runs;
}

/** Runs the workflow that a job consists of, with the inputs and secrets that it is given. */
async function callWorkflow(job: CallJob, contexts: Contexts, scope: Scope): Promise<readonly JobRun[]> {
  const called = await readWorkflow(calledFile(job.uses));
  const call = called.on.workflow_call;
  if (call === undefined) {
    throw new Error(`${job.uses} is not there to be called.`);
  }
  const { attempt, prefix } = scope;
  const { permissions } = job;
  const place = `${prefix}${job.id}`;
  const given = job.with === null ? {} : (jsonOf(job.with, contexts) as Values);
  const { github = null, vars = {} } = contexts;
  const inside = {
    inputs: readInputs(call.inputs, given),
    secrets: readSecrets(call.secrets, textsOf(job.secrets, contexts)),
    vars,
  };
  const { jobs, seen } = await runJobs(called, {
    ...scope,
    prefix: `${place}/`,
    contexts: inside,
    granted: permissions,
  });
  const outputs = Object.fromEntries(
    [...called.outputs].map(([name, value]) => [
      name,
      textOf(value, { inputs: inside.inputs, vars, github, jobs: visible(seen) }),
    ]),
  );
  const own = { place, name: job.id, matrix: null, result: resultOf(jobs), outputs, steps: [] };
  return [...jobs, { ...own, attempt, permissions }];
}

/** A workflow of this repository, as others name it or by its path. */
function calledFile(uses: string): string {
  const name = /^(?:OWNER\/agent-task-action|\.)\/\.github\/workflows\/([\w-]+\.yml)(?:@v1)?$/.exec(
    uses,
  )?.[1];
  if (name === undefined) {
    throw new Error(`The workflow ${uses} cannot be called here.`);
  }
  return join(ROOT, ".github/workflows", name);
}

function resultOf(jobs: readonly JobRun[]): "success" | "failure" {
  return jobs.some(({ result }) => result === "failure") ? "failure" : "success";
}
