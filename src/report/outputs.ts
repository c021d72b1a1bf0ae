import type { Outputs } from "../context.ts";
import { formatTaskLink } from "../github/agent-tasks/task.ts";
import { takeWithinBytes, truncate } from "../text/format.ts";
import { countConclusions, getWorstConclusion, isStarted, type Result, type TaskReport } from "./result.ts";

/** The limit for the output `tasks`. The runner accepts 1 MiB for all outputs of a job. */
const MAX_TASKS_BYTES = 900 * 1024;

/** The limit for the output `task_ids`, which is part of the limit for `tasks`. */
const MAX_TASK_IDS_BYTES = 450 * 1024;

const MAX_TEXT_LENGTH = 4000;

/** Limits for each text in `tasks`, in characters. The first one with which all tasks fit applies. */
const TEXT_LIMITS = [MAX_TEXT_LENGTH, 500, 100, 20];

/** The outputs that describe one task, in the order of the tables. */
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
 * @param isSingleTask whether the step has one task in all. Only then do the outputs that describe one task have values.
 */
export function buildTaskOutputs(results: readonly Result[], isSingleTask = results.length === 1): Outputs {
  const report = isSingleTask ? results[0]?.report : undefined;
  const tasks = fitTasks(
    results.map(({ report }) => report),
    MAX_TASKS_BYTES,
  );
  return {
    values: {
      ...Object.fromEntries(TASK_OUTPUTS.map((name) => [name, toOutputText(report?.[name])])),
      conclusion: getWorstConclusion(results),
      wait_timed_out: String(results.some(({ waitTimedOut }) => waitTimedOut)),
      counts: JSON.stringify(countConclusions(results)),
      tasks: tasks.json,
      // The status action has no such output, because only a start can be skipped.
      ...(report?.reason === undefined ? {} : { reason: toOutputText(report.reason) }),
    },
    omissions: describeOmission("tasks", results.length - tasks.count, MAX_TASKS_BYTES),
    links: results.filter(isStarted).map(({ report }) => formatTaskLink(report.task_id, report.task_url)),
  };
}

/** The outputs of list. */
export function buildListOutputs(reports: readonly TaskReport[]): Outputs {
  const ids = takeWithinBytes(
    reports.map(({ task_id }) => JSON.stringify(task_id)),
    MAX_TASK_IDS_BYTES - 2,
  );
  const taskIds = `[${ids.join(",")}]`;
  const tasks = fitTasks(reports, MAX_TASKS_BYTES - Buffer.byteLength(taskIds));
  return {
    values: {
      tasks: tasks.json,
      task_ids: taskIds,
      count: String(reports.length),
    },
    omissions: [
      ...describeOmission("tasks", reports.length - tasks.count, MAX_TASKS_BYTES),
      ...describeOmission("task_ids", reports.length - ids.length, MAX_TASK_IDS_BYTES),
    ],
    links: [],
  };
}

function describeOmission(output: string, tasks: number, limitBytes: number): Outputs["omissions"] {
  return tasks === 0 ? [] : [{ output, tasks, limitBytes }];
}

/** The tasks as JSON. If they do not fit, it cuts long texts first, then omits tasks. */
function fitTasks(
  reports: readonly TaskReport[],
  maxBytes: number,
): { readonly json: string; readonly count: number } {
  for (const limit of TEXT_LIMITS) {
    const json = JSON.stringify(reports, (_key, value: unknown) =>
      typeof value === "string" ? truncate(value, limit) : value,
    );
    if (Buffer.byteLength(json) <= maxBytes || reports.length === 0) {
      return { json, count: reports.length };
    }
  }
  return fitTasks(reports.slice(0, Math.floor(reports.length / 2)), maxBytes);
}

function toOutputText(value: string | number | boolean | null | undefined): string {
  return value === null || value === undefined ? "" : truncate(String(value), MAX_TEXT_LENGTH);
}
