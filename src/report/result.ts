import type { FailOn } from "../inputs/shared-inputs.ts";

/** A task's conclusion, with the one for a start that was not wanted; empty while there is none. */
export type ReportedConclusion =
  | "failure"
  | "timed_out"
  | "cancelled"
  | "action_required"
  | ""
  | "neutral"
  | "skipped"
  | "success";

/** From worst to best. */
const WORST_FIRST: readonly ReportedConclusion[] = [
  "failure",
  "timed_out",
  "cancelled",
  "action_required",
  "",
  "neutral",
  "skipped",
  "success",
];

/** What stands for a conclusion. */
export const ICONS: Readonly<Record<ReportedConclusion, string>> = {
  failure: "❌",
  timed_out: "❌",
  cancelled: "🚫",
  action_required: "✋",
  "": "▶️",
  neutral: "⚪",
  skipped: "⏭️",
  success: "✅",
};

/**
 * What is known of one task when the step ends, in the words and the order of the outputs. Null: not known; an
 * empty text: not known, or nothing to tell.
 */
export interface TaskReport {
  readonly task_id: string;
  readonly task_url: string;
  readonly task_name: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly state: string;
  readonly conclusion: ReportedConclusion;
  /** Whether this step started it. */
  readonly started: boolean;
  readonly head_ref: string;
  readonly base_ref: string;
  readonly model: string;
  readonly pull_request_number: number | null;
  readonly pull_request_url: string;
  readonly changed_files: number | null;
  readonly commits: number | null;
  readonly session_count: number | null;
  readonly error_message: string;
  readonly ai_credits: number | null;
  readonly premium_requests: number | null;
  readonly duration_seconds: number | null;
  /** Why nothing was started, where a start failed; why the task was not seen, where its ID is known. */
  readonly error?: string;
  /** Why nothing was started, where the conclusion is `skipped`. */
  readonly reason?: string;
}

/** A report, with what the step makes of it. */
export interface Result {
  readonly report: TaskReport;
  readonly settled: boolean;
  readonly waitTimedOut: boolean;
  /** Whether the task goes on after nobody waits for it any more. */
  readonly stillRunning: boolean;
  readonly isDraft: boolean;
  /** Null: not known. */
  readonly ranAt: Run | null;
}

/** From when to when a task ran, as far as it has been seen; milliseconds since the epoch. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** The worst conclusion of all tasks that exist; empty for none at all. */
export function getWorstConclusion(results: readonly Result[]): ReportedConclusion {
  const tasks = results.filter(isStarted);
  return WORST_FIRST.find((conclusion) => tasks.some(({ report }) => report.conclusion === conclusion)) ?? "";
}

/** Whether there is a task at all; a start that failed is reported too, without an ID. */
export function isStarted({ report }: Result): boolean {
  return report.task_id !== "";
}

/** Whether anything is known of a task beside its ID. */
export function isSeen({ report }: Result): boolean {
  return report.error === undefined;
}

/** The results from worst to best, starts that failed first. Those alike stay in their order. */
export function sortWorstFirst(results: readonly Result[]): readonly Result[] {
  return results.toSorted((a, b) => rank(a) - rank(b));
}

function rank(result: Result): number {
  if (!isStarted(result)) {
    return -1;
  }
  // Of the tasks without a conclusion, those come first that nobody could look at.
  return WORST_FIRST.indexOf(result.report.conclusion) - (isSeen(result) ? 0 : 0.5);
}

/** What tells each result from the others: its repository, or its task's ID where that is not enough. */
export function nameResults(results: readonly Result[]): ReadonlyMap<Result, string> {
  const repositories = Map.groupBy(results, ({ report }) => report.repository);
  return new Map(
    results.map((result) => {
      const { repository, task_id: id } = result.report;
      const isAlone = repository !== "" && repositories.get(repository)?.length === 1;
      return [result, isAlone || id === "" ? repository : id];
    }),
  );
}

/** How many tasks have which conclusion (`pending`: none yet, or not seen), and how many starts failed. */
export function countConclusions(results: readonly Result[]): Readonly<Record<string, number>> {
  const tasks = results.filter(isStarted);
  const counts = WORST_FIRST.map((conclusion) => [
    conclusion || "pending",
    tasks.filter(({ report }) => report.conclusion === conclusion).length,
  ]);
  return { ...Object.fromEntries(counts), not_started: results.length - tasks.length };
}

/** A settled task that is known to have no commits. */
export function hasNoChanges({ report, settled }: Result): boolean {
  return settled && report.commits === 0;
}

/** The ends of a task that `fail_on` can name. */
export function getOutcomes(result: Result): readonly FailOn[] {
  const { conclusion } = result.report;
  const ends: FailOn[] = [];
  if (conclusion !== "" && conclusion !== "success") {
    ends.push(conclusion);
  }
  if (hasNoChanges(result)) {
    ends.push("no_changes");
  }
  if (result.waitTimedOut) {
    ends.push("wait_timeout");
  }
  return ends;
}
