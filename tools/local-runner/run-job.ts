import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { Json } from "../simulator/scenario.ts";
import type { Artifacts, Files } from "./artifacts.ts";
import { type Contexts, isMet, type Status, textOf, textsOf } from "./expressions.ts";
import { type StepToRun, variablesOf } from "./run-action.ts";
import { type Ended, type Machine, runScript } from "./run-script.ts";
import { runUses } from "./run-uses.ts";
import type { Part, Step, StepsJob } from "./workflow-file.ts";

export type Outcome = "success" | "failure" | "skipped";

/** What became of a step. */
export interface StepResult {
  readonly id: string;
  readonly name: string;
  readonly outcome: Outcome;
  readonly outputs: Readonly<Record<string, string>>;
  readonly stdout: string;
  readonly stderr: string;
  readonly summary: string;
}

/** What became of a job's steps. */
export interface JobResult {
  readonly result: "success" | "failure";
  readonly outputs: Readonly<Record<string, string>>;
  readonly steps: readonly StepResult[];
}

/** What a job has from the run around it. */
export interface Surroundings {
  /** Values of the `github` context that are texts. */
  readonly github: Readonly<Record<string, string>>;
  readonly event: Json;
  readonly artifacts: Artifacts;
  /** What a checkout brings. */
  readonly files: Files;
  /** A folder with commands that are found before the machine's own. */
  readonly commands: string;
  /** How the processes of our own actions are run, asked for each. */
  readonly processes: () => Pick<StepToRun, "env" | "nodeOptions">;
}

/** GitHub takes so many bytes of outputs from a job, counted as UTF-16. */
const LONGEST_OUTPUTS = 1024 * 1024;

/**
 * Runs the steps of one job, in a folder of its own that is gone afterwards.
 *
 * @param contexts all that the job's expressions may read but `env`, `steps` and `job`.
 * @param workflowEnv the workflow's `env:`.
 */
export async function runJob(
  job: StepsJob,
  contexts: Contexts,
  workflowEnv: Part,
  surroundings: Surroundings,
): Promise<JobResult> {
  const temp = mkdtempSync(join(tmpdir(), "job-"));
  const workspace = join(temp, "workspace");
  mkdirSync(workspace);
  const path = [surroundings.commands, dirname(process.execPath), process.env.PATH ?? ""].join(delimiter);
  const machine: Machine = { workspace, temp, path };

  const env: Record<string, string> = { ...textsOf(workflowEnv, contexts) };
  Object.assign(env, textsOf(job.env, { ...contexts, env }));
  const steps: { [id: string]: Json } = {};
  const results: StepResult[] = [];
  let hasFailed = false;
  const now = (): Contexts => ({
    ...contexts,
    env,
    steps,
    job: { status: hasFailed ? "failure" : "success" },
    runner: { os: "Linux", temp },
  });
  try {
    for (const step of job.steps) {
      const status = { success: !hasFailed, failure: hasFailed };
      const ended = await runWhere(step, now(), status, { job, machine, surroundings });
      const outcome = ended === null ? "skipped" : ended.exitCode === 0 ? "success" : "failure";
      const { outputs = {}, stdout = "", stderr = "", summary = "" } = ended ?? {};
      steps[step.id] = { outcome, conclusion: outcome, outputs };
      Object.assign(env, ended?.env);
      hasFailed ||= outcome === "failure";
      const name = step.name === null ? step.id : textOf(step.name, now());
      results.push({ id: step.id, name, outcome, outputs, stdout, stderr, summary });
    }
    return {
      result: hasFailed ? "failure" : "success",
      outputs: outputsOf(job, now()),
      steps: results,
    };
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

/** @returns null where the step's condition does not hold. */
async function runWhere(
  step: Step,
  contexts: Contexts,
  status: Status,
  {
    job,
    machine,
    surroundings,
  }: { readonly job: StepsJob; readonly machine: Machine; readonly surroundings: Surroundings },
): Promise<Ended | null> {
  if (!isMet(step.if, contexts, status)) {
    return null;
  }
  const env = { ...(contexts.env as Record<string, string>), ...textsOf(step.env, contexts) };
  const inside = { ...contexts, env };
  const { event, artifacts, files, processes } = surroundings;
  const github = { ...surroundings.github, action: step.id, job: job.id };
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
        files,
        processes: processes(),
      });
  }
}

function outputsOf(job: StepsJob, contexts: Contexts): Readonly<Record<string, string>> {
  const outputs = job.outputs === null ? {} : textsOf(job.outputs, contexts);
  const length = Object.values(outputs).reduce((sum, value) => sum + 2 * value.length, 0);
  if (length > LONGEST_OUTPUTS) {
    throw new Error(`The outputs of job ${job.id} have ${length} bytes as UTF-16: GitHub takes 1 MiB.`);
  }
  return outputs;
}
