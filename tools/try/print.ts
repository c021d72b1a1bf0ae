import type { StepResult } from "../local-runner/run-job.ts";
import type { JobRun, WorkflowRun } from "../local-runner/run-workflow.ts";
import { shownLog } from "../local-runner/show.ts";
import { toMarkdown } from "../table.ts";

/** Prints a run as it proceeds. */
export interface Printer {
  readonly print: (text: string) => void;
  /** Replaces a token in all that is printed from now on. */
  readonly hide: (token: string) => void;
  readonly printStep: (job: Pick<JobRun, "place" | "name">, step: StepResult) => void;
  readonly printEnd: (run: WorkflowRun) => void;
}

export function createPrinter(write: (text: string) => void, tokens: readonly string[]): Printer {
  const hidden = new Set(tokens);
  const print = (text: string): void => {
    const shown = [...hidden].reduce((all, token) => all.replaceAll(token, "***"), text);
    write(`${shown.trimEnd()}\n`);
  };
  return {
    print,
    hide: (token) => hidden.add(token),
    printStep: (job, step) => print(formatStep(job, step)),
    printEnd: (run) => print(formatEnd(run)),
  };
}

function formatStep(job: Pick<JobRun, "place" | "name">, step: StepResult): string {
  return [
    `\n=== job ${titleOf(job)}, step ${step.name}: ${step.outcome}`,
    ...section("log", shownLog(step.stdout) + step.stderr),
    ...section("outputs", formatOutputs(step.outputs)),
    ...section("job summary", step.summary),
  ].join("\n");
}

/** The place of a job, with its name if that tells more. */
function titleOf({ place, name }: Pick<JobRun, "place" | "name">): string {
  return place.split("/").at(-1) === name ? place : `${place} (${name})`;
}

function section(title: string, content: string): readonly string[] {
  return content.trim() === "" ? [] : [`--- ${title}`, content.trimEnd()];
}

function formatOutputs(outputs: Readonly<Record<string, string>>): string {
  return Object.entries(outputs)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}

function formatEnd({ jobs, result }: WorkflowRun): string {
  const rows = jobs.flatMap((job) => [
    [titleOf(job), "", job.result],
    ...job.steps.map((step) => ["", step.name, step.outcome]),
  ]);
  const outputs = jobs.flatMap(({ place, outputs }) =>
    section(`outputs of job ${place}`, formatOutputs(outputs)),
  );
  const allSkipped = jobs.every((job) => job.result === "skipped");
  return [
    "",
    ...outputs,
    `\n=== workflow: ${result}`,
    toMarkdown({ head: ["Job", "Step", "Result"], rows }),
    allSkipped
      ? "Every job was skipped: for this event its condition is false. Try another one with --event."
      : "",
  ].join("\n");
}
