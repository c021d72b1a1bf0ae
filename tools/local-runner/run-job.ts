import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { isBasicExpression, isString } from "@actions/workflow-parser";
import type { Json } from "../simulator/scenario.ts";
import type { Artifacts } from "./artifacts.ts";
import { type Contexts, isMet, type Status, textOf, textsOf } from "./expressions.ts";
import { locate } from "./locate.ts";
import { type StepRun, type StepToRun, variablesOf } from "./run-action.ts";
import { type Ended, type Machine, runScript } from "./run-script.ts";
import { type CheckOut, runUses } from "./run-uses.ts";
import type { Part, Step, StepsJob } from "./workflow-file.ts";

export type Outcome = "success" | "failure" | "skipped";

/** The results of a step, with its outcome. */
export interface StepResult {
  readonly id: string;
  readonly name: string;
  readonly outcome: Outcome;
  readonly outputs: Readonly<Record<string, string>>;
  readonly stdout: string;
  readonly stderr: string;
  readonly summary: string;
}

/** The results of a job. */
export interface JobResult {
  readonly result: "success" | "failure";
  readonly outputs: Readonly<Record<string, string>>;
  readonly steps: readonly StepResult[];
}

/** What a job gets from its run. */
export interface RunContext {
  /** Values of the `github` context that are texts. */
  readonly github: Readonly<Record<string, string>>;
  readonly event: Json;
  readonly artifacts: Artifacts;
  readonly checkOut: CheckOut;
  /** A folder with commands that take precedence over the machine's own. */
  readonly commands: string;
  /** Runs a step that uses one of our actions. */
  readonly runAction: (step: StepToRun) => Promise<StepRun>;
  /** Called when a step has ended. */
  readonly onStep?: (step: StepResult) => void;
}

/** GitHub's limit for the outputs of a job, as UTF-16. */
const MAX_OUTPUTS_BYTES = 1024 * 1024;

/**
 * Runs the steps of one job in a temporary folder.
 *
 * @param jobContexts the contexts of the job, without `env`, `steps` and `job`.
 * @param workflowEnv the workflow's `env:`.
 */
export async function runJob(
  job: StepsJob,
  jobContexts: Contexts,
  workflowEnv: Part,
  { github: jobGithub, ...given }: RunContext,
): Promise<JobResult> {
  const temp = mkdtempSync(join(tmpdir(), "job-"));
  const workspace = join(temp, "workspace");
  mkdirSync(workspace);
  const eventPath = join(temp, "event.json");
  writeFileSync(eventPath, JSON.stringify(given.event));
  const github = { ...jobGithub, workspace, event_path: eventPath };
  const runContext: RunContext = { ...given, github };
  const contexts: Contexts = { ...jobContexts, github: { ...github, event: given.event } };
  const path = [given.commands, dirname(process.execPath), process.env.PATH ?? ""].join(delimiter);
  const machine: Machine = { workspace, temp, path };

  const env: Record<string, string> = { ...textsOf(workflowEnv, contexts) };
  Object.assign(env, textsOf(job.env, { ...contexts, env }));
  const steps: { [id: string]: Json } = {};
  const results: StepResult[] = [];
  let hasFailed = false;
  const currentContexts = (): Contexts => ({
    ...contexts,
    env,
    steps,
    job: { status: hasFailed ? "failure" : "success" },
    runner: { os: "Linux", temp },
  });
  try {
    for (const step of job.steps) {
      const status: Status = { success: !hasFailed, failure: hasFailed };
      const jobContext = { job, env, machine, runContext };
      const ended = await locate(step.source, () =>
        isMet(step.if, currentContexts(), status) ? runJobStep(step, currentContexts(), jobContext) : null,
      );
      const outcome = ended === null ? "skipped" : ended.exitCode === 0 ? "success" : "failure";
      const { outputs = {}, stdout = "", stderr = "", summary = "" } = ended ?? {};
      steps[step.id] = { outcome, conclusion: outcome, outputs };
      Object.assign(env, ended?.env);
      hasFailed ||= outcome === "failure";
      const name = step.name === null ? nameOf(step) : textOf(step.name, currentContexts());
      const result: StepResult = { id: step.id, name, outcome, outputs, stdout, stderr, summary };
      results.push(result);
      given.onStep?.(result);
    }
    return {
      result: hasFailed ? "failure" : "success",
      outputs: outputsOf(job, currentContexts()),
      steps: results,
    };
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

/** What GitHub shows of a step without a name. */
function nameOf(step: Step): string {
  switch (step.kind) {
    case "run": {
      const script = isString(step.run) ? step.run.value : isBasicExpression(step.run) ? step.run.source : "";
      return `Run ${(script ?? "").trim().split("\n")[0]}`;
    }
    case "uses":
      return `Run ${step.uses}`;
  }
}

/** What a step gets from its job. */
interface JobContext {
  readonly job: StepsJob;
  /** The variables of the job, and those that earlier steps have set. */
  readonly env: Readonly<Record<string, string>>;
  readonly machine: Machine;
  readonly runContext: RunContext;
}

async function runJobStep(step: Step, contexts: Contexts, jobContext: JobContext): Promise<Ended> {
  const { job, machine, runContext } = jobContext;
  const env = { ...jobContext.env, ...textsOf(step.env, contexts) };
  const inside = { ...contexts, env };
  const { event, artifacts, checkOut, runAction } = runContext;
  const github = { ...runContext.github, action: step.id, job: job.id };
  switch (step.kind) {
    case "run":
      return runScript({
        script: textOf(step.run, inside),
        shell: step.shell === null ? null : textOf(step.shell, {}),
        env: { ...variablesOf(github), ...env },
        machine,
      });
    case "uses":
      return runUses({
        uses: step.uses,
        with: textsOf(step.with, inside),
        github,
        event,
        matrix: contexts.matrix ?? null,
        permissions: job.permissions,
        env,
        machine,
        artifacts,
        checkOut,
        runAction,
      });
  }
}

function outputsOf(job: StepsJob, contexts: Contexts): Readonly<Record<string, string>> {
  const outputs = job.outputs === null ? {} : textsOf(job.outputs, contexts);
  const length = Object.values(outputs).reduce((sum, value) => sum + 2 * value.length, 0);
  if (length > MAX_OUTPUTS_BYTES) {
    throw new Error(`The outputs of job ${job.id} have ${length} bytes as UTF-16: GitHub takes 1 MiB.`);
  }
  return outputs;
}
