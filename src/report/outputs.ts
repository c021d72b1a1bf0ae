import type { Outputs } from "../context.ts";
import { type ErrorCode, getWorstCode } from "../github/agent-tasks/error-code.ts";
import { formatTaskLink } from "../github/agent-tasks/task.ts";
import type { FailOn } from "../inputs/shared-inputs.ts";
import { takeWithinBytes, truncate } from "../text/format.ts";
import {
  countConclusions,
  getErrorCode,
  getWorstConclusion,
  isStarted,
  type Result,
  type TaskReport,
} from "./result.ts";

/** The limit for the output `tasks`. The runner accepts 1 MiB for all outputs of a job. */
const MAX_TASKS_BYTES = 900 * 1024;

/** The limit for the output `task_ids`, which is part of the limit for `tasks`. */
const MAX_TASK_IDS_BYTES = 450 * 1024;

const MAX_TEXT_LENGTH = 4000;

/** Limits for each text in `tasks`, in characters. The first one with which all tasks fit applies. */
const TEXT_LIMITS = [MAX_TEXT_LENGTH, 500, 100];

/** The limit if they do not fit with any of those. */
const SHORTEST_LIMIT = 20;

/** Never cut in `tasks`: a part of one identifies nothing. */
const IDENTIFIERS: ReadonlySet<string> = new Set(["task_id", "head_sha"] satisfies (keyof TaskReport)[]);

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
  "pull_request_title",
  "pull_request_state",
  "pull_request_draft",
  "head_sha",
  "changed_files",
  "commits",
  "session_count",
  "error_message",
  "ai_credits",
  "premium_requests",
  "duration_seconds",
] as const satisfies readonly (keyof TaskReport)[];

/** An entry of the output `tasks`. */
interface TaskEntry extends TaskReport {
  /** Why the start failed or the task did not end well; empty if neither. */
  readonly error_code: ErrorCode | "";
}

/**
 * The outputs of start and status.
 *
 * @param failOn the outcomes that fail the step.
 * @param isSingleTask whether the step has one task in all. Only then do the outputs that describe one task have values.
 */
export function buildTaskOutputs(
  results: readonly Result[],
  failOn: ReadonlySet<FailOn>,
  isSingleTask = results.length === 1,
): Outputs {
  const report = isSingleTask ? results[0]?.report : undefined;
  const ids = fitTaskIds(results.filter(isStarted));
  const tasks = fitTasks(
    results.map((result) => toEntry(result, failOn)),
    MAX_TASKS_BYTES - Buffer.byteLength(ids.json),
  );
  return {
    values: {
      ...Object.fromEntries(TASK_OUTPUTS.map((name) => [name, toOutputText(report?.[name])])),
      conclusion: getWorstConclusion(results),
      error_code: getWorstCode(results.flatMap((result) => getErrorCode(result, failOn) ?? [])) ?? "",
      wait_timed_out: String(results.some(({ waitTimedOut }) => waitTimedOut)),
      counts: JSON.stringify(countConclusions(results)),
      tasks: tasks.json,
      task_ids: ids.json,
      // The status action has no such output, because only a start can be skipped.
      ...(report?.reason === undefined ? {} : { reason: toOutputText(report.reason) }),
    },
    omissions: [
      ...describeOmission("tasks", results.length - tasks.count, MAX_TASKS_BYTES),
      ...ids.omissions,
    ],
    links: results.filter(isStarted).map(({ report }) => formatTaskLink(report.task_id, report.task_url)),
  };
}

/** The outputs of list. */
export function buildListOutputs(results: readonly Result[]): Outputs {
  const ids = fitTaskIds(results);
  const tasks = fitTasks(
    results.map((result) => toEntry(result, new Set())),
    MAX_TASKS_BYTES - Buffer.byteLength(ids.json),
  );
  return {
    values: { tasks: tasks.json, task_ids: ids.json, count: String(results.length) },
    omissions: [
      ...describeOmission("tasks", results.length - tasks.count, MAX_TASKS_BYTES),
      ...ids.omissions,
    ],
    links: [],
  };
}

function toEntry(result: Result, failOn: ReadonlySet<FailOn>): TaskEntry {
  return { ...result.report, error_code: getErrorCode(result, failOn) ?? "" };
}

/** The IDs as a JSON array, as many as fit. */
function fitTaskIds(results: readonly Result[]): { readonly json: string } & Pick<Outputs, "omissions"> {
  const ids = takeWithinBytes(
    results.map(({ report }) => JSON.stringify(report.task_id)),
    MAX_TASK_IDS_BYTES - 2,
  );
  return {
    json: `[${ids.join(",")}]`,
    omissions: describeOmission("task_ids", results.length - ids.length, MAX_TASK_IDS_BYTES),
  };
}

function describeOmission(output: string, tasks: number, limitBytes: number): Outputs["omissions"] {
  return tasks === 0 ? [] : [{ output, tasks, limitBytes }];
}

/** The tasks as a JSON array. If they do not fit, it cuts long texts first, then omits the last tasks. */
function fitTasks(
  entries: readonly TaskEntry[],
  maxBytes: number,
): { readonly json: string; readonly count: number } {
  const formatWith = (limit: number) => {
    const texts = formatFitting(entries, limit, maxBytes);
    return { json: `[${texts.join(",")}]`, count: texts.length };
  };
  for (const limit of TEXT_LIMITS) {
    const formatted = formatWith(limit);
    if (formatted.count === entries.length) {
      return formatted;
    }
  }
  return formatWith(SHORTEST_LIMIT);
}

/** The first entries as JSON, with at most `limit` characters of each text: as many as an array of `maxBytes` holds. */
function formatFitting(entries: readonly TaskEntry[], limit: number, maxBytes: number): readonly string[] {
  const texts: string[] = [];
  // The brackets take two bytes, and there is one comma less than entries.
  let remaining = maxBytes - 1;
  for (const entry of entries) {
    const text = JSON.stringify(entry, (key, value: unknown) =>
      typeof value === "string" && !IDENTIFIERS.has(key) ? truncate(value, limit) : value,
    );
    remaining -= Buffer.byteLength(text) + 1;
    if (remaining < 0) {
      break;
    }
    texts.push(text);
  }
  return texts;
}

function toOutputText(value: string | number | boolean | null | undefined): string {
  return value === null || value === undefined ? "" : truncate(String(value), MAX_TEXT_LENGTH);
}
