import { type ErrorCode, getWorstCode } from "../github/agent-tasks/error-code.ts";
import type { PullRequestState } from "../github/pull-requests.ts";
import type { FailOn } from "../inputs/shared-inputs.ts";
import { type ReportedConclusion, STATUSES, type Status } from "./conclusions.ts";

/**
 * What the step reports of a task, with the names and the order of the outputs. Null means unknown; an empty text means
 * unknown or none.
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
  readonly pull_request_title: string;
  readonly pull_request_state: PullRequestState;
  readonly pull_request_draft: boolean | null;
  /** The newest commit of the pull request, or of the branch if there is no pull request. */
  readonly head_sha: string;
  readonly changed_files: number | null;
  readonly commits: number | null;
  readonly session_count: number | null;
  readonly error_message: string;
  readonly ai_credits: number | null;
  readonly premium_requests: number | null;
  readonly duration_seconds: number | null;
  /** Why the start failed or, if the task has an ID, why it was not seen. */
  readonly error?: string;
  /** Why nothing was started, if the conclusion is `skipped`. */
  readonly reason?: string;
}

/** A report, with what the step concludes from it. */
export interface Result {
  readonly report: TaskReport;
  /** Whether the task counts as ended. */
  readonly settled: boolean;
  readonly waitTimedOut: boolean;
  /** Whether the step ended before the task did. */
  readonly stillRunning: boolean;
  /** Why the start failed, or why the task was not followed to its end; null: neither. */
  readonly failure: ErrorCode | null;
  /** Exact cost in units of 1/1,000,000,000 AI credit; null: unknown. */
  readonly nanoAiCredits: number | null;
  /** Null: unknown. */
  readonly ranAt: Run | null;
}

/** When a task ran, as far as the step saw it; milliseconds since the epoch. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** The worst conclusion of all started tasks; empty if there are none. */
export function getWorstConclusion(results: readonly Result[]): ReportedConclusion {
  return sortWorstFirst(results.filter(isStarted))[0]?.report.conclusion ?? "";
}

/** Whether a task exists; a failed start has a result without an ID. */
export function isStarted({ report }: Result): boolean {
  return report.task_id !== "";
}

/** Whether anything is known of a task besides its ID. */
export function isSeen({ report }: Result): boolean {
  return report.error === undefined;
}

/** The conclusion of a task that was seen, or why there is none. */
export function getStatus(result: Result): Status {
  if (!isStarted(result)) {
    return "not_started";
  }
  return isSeen(result) ? result.report.conclusion : "not_seen";
}

/** Sorts failed starts first, then tasks from worst to best. Results with the same status keep their order. */
export function sortWorstFirst(results: readonly Result[]): readonly Result[] {
  const rank = (result: Result) => STATUSES.indexOf(getStatus(result));
  return results.toSorted((a, b) => rank(a) - rank(b));
}

/** A name for each result: its repository, or its task's ID if several results share the repository. */
export function nameResults(results: readonly Result[]): ReadonlyMap<Result, string> {
  const repositories = Map.groupBy(results, ({ report }) => report.repository);
  return new Map(
    results.map((result) => {
      const { repository, task_id: id } = result.report;
      const isUnique = repository !== "" && repositories.get(repository)?.length === 1;
      return [result, isUnique || id === "" ? repository : id];
    }),
  );
}

/** The output `counts`. `pending`: no conclusion, or not seen. */
export function countConclusions(results: readonly Result[]): Readonly<Record<string, number>> {
  const count = (...statuses: readonly Status[]): number =>
    results.filter((result) => statuses.includes(getStatus(result))).length;
  return {
    failure: count("failure"),
    timed_out: count("timed_out"),
    cancelled: count("cancelled"),
    action_required: count("action_required"),
    pending: count("not_seen", ""),
    neutral: count("neutral"),
    skipped: count("skipped"),
    success: count("success"),
    not_started: count("not_started"),
  };
}

/** The code of each outcome. Those in {@link NOT_ENDED_WELL} count whether or not `fail_on` names them. */
const OUTCOME_CODES: Readonly<Record<FailOn, ErrorCode>> = {
  failure: "task_failed",
  timed_out: "task_timed_out",
  cancelled: "task_cancelled",
  action_required: "action_required",
  wait_timeout: "wait_timeout",
  neutral: "neutral",
  skipped: "skipped",
  no_changes: "no_changes",
};

/** With `fail_on: none` a workflow learns from the code alone that a task did not end well. */
const NOT_ENDED_WELL: ReadonlySet<FailOn> = new Set([
  "failure",
  "timed_out",
  "cancelled",
  "action_required",
  "wait_timeout",
]);

/** Why a start failed or a task did not end well; null if all is well, or not over yet. */
export function getErrorCode(result: Result, failOn: ReadonlySet<FailOn>): ErrorCode | null {
  const codes = getOutcomes(result)
    .filter((outcome) => NOT_ENDED_WELL.has(outcome) || failOn.has(outcome))
    .map((outcome) => OUTCOME_CODES[outcome]);
  return result.failure ?? getWorstCode(codes);
}

/** The state of the pull request for people; empty if there is none, or its state is unknown. */
export function getPullRequestLabel(report: TaskReport): "draft" | PullRequestState {
  const { pull_request_state: state, pull_request_draft: isDraft } = report;
  return state === "open" && isDraft === true ? "draft" : state;
}

/** Whether the task settled and is known to have changed nothing. The agent's first commit is empty. */
export function hasNoChanges({ report, settled }: Result): boolean {
  return settled && (report.commits === 0 || report.changed_files === 0);
}

/** The outcomes of a task that `fail_on` can name. */
export function getOutcomes(result: Result): readonly FailOn[] {
  const { conclusion } = result.report;
  return [
    ...(conclusion === "" || conclusion === "success" ? [] : [conclusion]),
    ...(hasNoChanges(result) ? ["no_changes" as const] : []),
    ...(result.waitTimedOut ? ["wait_timeout" as const] : []),
  ];
}
