import { isRecord, toArray } from "../../src/text/json.ts";
import type { StepRun } from "../local-runner/run-action.ts";
import type { Table } from "../table.ts";

/** A scene that has ended. */
export interface EndedScene {
  readonly title: string;
  readonly run: Pick<StepRun, "exitCode" | "outputs">;
  /** How many tasks were started. */
  readonly tasks: number;
  /** How many requests the server got; null: nobody counted. */
  readonly requests: number | null;
}

/** One row for each scene: what the step did, and what that took. */
export function overviewOf(scenes: readonly EndedScene[]): Table {
  return {
    head: ["Scene", "What the step did", "Conclusion", "Exit status", "Tasks started", "Requests"],
    rows: scenes.map(({ title, run, tasks, requests }) => [
      title,
      describeStep(run.outputs),
      run.outputs.conclusion || "none",
      String(run.exitCode),
      String(tasks),
      requests === null ? "not counted" : String(requests),
    ]),
  };
}

/** What the step did, by its outputs. */
function describeStep(outputs: StepRun["outputs"]): string {
  const entries = toArray(JSON.parse(outputs.tasks || "[]")).filter(isRecord);
  const started = entries.filter((entry) => entry.started === true);
  const failed = entries.filter((entry) => typeof entry.error === "string");
  const pulls = started.flatMap(({ pull_request_number }) => pull_request_number ?? []);
  const parts = [
    `started ${started.length === 1 ? "a task" : `${started.length} tasks`}`,
    started.length === 0 ? "" : `waited until ${started.length === 1 ? "it" : "all"} settled`,
    pulls.length === 0 ? "" : `found ${pulls.map((number) => `#${number}`).join(", ")}`,
    failed.length === 0 ? "" : `could not start ${failed.length}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}
