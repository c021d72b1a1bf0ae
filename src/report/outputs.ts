import type { Outputs } from "../context.ts";
import { truncate } from "../text/format.ts";
import { countConclusions, getWorstConclusion, type Result, type TaskReport } from "./result.ts";

/** The most that the output `tasks` may take, in bytes. The runner takes 1 MiB for all outputs of a job. */
const MAX_TASKS_BYTES = 900 * 1024;

/** How long a text in `tasks` may be, in characters: the first limit with which all tasks fit. */
const TEXT_LIMITS = [4000, 500, 100, 20];

/** The outputs that belong to one task, in the order of the tables. */
const TASK_OUTPUTS = [
  "task_id",
  "task_url",
  "task_name",
  "repository",
  "state",
  "started",
  "head_ref",
  "base_ref",
  "model",
  "pull_request_number",
  "pull_request_url",
  "changed_files",
  "commits",
  "session_count",
  "error_message",
  "ai_credits",
  "premium_requests",
  "duration_seconds",
] as const satisfies readonly (keyof TaskReport)[];

/**
 * The outputs of start and status.
 *
 * @param isOne whether the step has one task in all: then its outputs have a name each.
 */
export function buildTaskOutputs(results: readonly Result[], isOne = results.length === 1): Outputs {
  const only = isOne ? results[0]?.report : undefined;
  const tasks = fitTasks(
    results.map(({ report }) => report),
    MAX_TASKS_BYTES,
  );
  return {
    values: {
      ...Object.fromEntries(TASK_OUTPUTS.map((name) => [name, toOutputText(only?.[name])])),
      conclusion: getWorstConclusion(results),
      wait_timed_out: String(results.some(({ waitTimedOut }) => waitTimedOut)),
      counts: JSON.stringify(countConclusions(results)),
      tasks: tasks.json,
      // Only a start can be skipped: a status step has no such output.
      ...(only?.reason === undefined ? {} : { reason: toOutputText(only.reason) }),
    },
    leftOut: results.length - tasks.count,
  };
}

/** The outputs of list. */
export function buildListOutputs(reports: readonly TaskReport[]): Outputs {
  const taskIds = JSON.stringify(reports.map(({ task_id }) => task_id));
  const tasks = fitTasks(reports, MAX_TASKS_BYTES - Buffer.byteLength(taskIds));
  return {
    values: {
      tasks: tasks.json,
      task_ids: taskIds,
      count: String(reports.length),
    },
    leftOut: reports.length - tasks.count,
  };
}

/** The tasks as JSON, with long texts cut so that all fit; as many as fit if that is not enough. */
function fitTasks(
  reports: readonly TaskReport[],
  mostBytes: number,
): { readonly json: string; readonly count: number } {
  for (const limit of TEXT_LIMITS) {
    const json = JSON.stringify(reports, (_key, value: unknown) =>
      typeof value === "string" ? truncate(value, limit) : value,
    );
    if (Buffer.byteLength(json) <= mostBytes || reports.length === 0) {
      return { json, count: reports.length };
    }
  }
  return fitTasks(reports.slice(0, Math.floor(reports.length / 2)), mostBytes);
}

function toOutputText(value: string | number | boolean | null | undefined): string {
  return value === null || value === undefined ? "" : truncate(String(value), TEXT_LIMITS[0] ?? 0);
}
