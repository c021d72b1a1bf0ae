import {
  getConclusion,
  getDuration,
  getErrorMessage,
  getModel,
  getPhase,
  getRefs,
  sumCost,
  type Task,
} from "../github/agent-tasks/task.ts";
import type { Changes } from "../github/task-changes.ts";
import type { Result } from "./result.ts";

/** How a step's look at a task ended. */
export interface ResultOptions {
  /** `owner/name`, empty where it is not known. */
  readonly repository: string;
  readonly started: boolean;
  /** Whether the task may be taken to have ended; only then it has a conclusion. */
  readonly settled: boolean;
  readonly waitTimedOut: boolean;
  /** Whether the task goes on after nobody waits for it any more. */
  readonly stillRunning: boolean;
  /** Null: not looked up, or not known. */
  readonly changes: Changes | null;
}

/** The ending of a task that is still followed. */
export const STILL_RUNNING = { settled: false, waitTimedOut: false, stillRunning: false } as const;

/** Puts together what is reported of a task. */
export function buildResult(task: Task, ending: ResultOptions): Result {
  const { repository, started, settled, waitTimedOut, stillRunning, changes } = ending;
  const { headRef, baseRef } = getRefs(task);
  const { aiCredits, premiumRequests } = sumCost(task);
  const pullRequest = changes?.pullRequest ?? null;
  return {
    report: {
      task_id: task.id,
      task_url: task.htmlUrl,
      task_name: task.name,
      repository: repository || (pullRequest?.repository ?? ""),
      state: task.state,
      conclusion: settled ? (getConclusion(task) ?? "") : "",
      started,
      head_ref: pullRequest?.headRef || headRef,
      base_ref: pullRequest?.baseRef || baseRef,
      model: getModel(task),
      pull_request_number: pullRequest?.number ?? null,
      pull_request_url: pullRequest?.url ?? "",
      changed_files: changes?.changedFiles ?? null,
      commits: changes?.commits ?? null,
      session_count: task.sessionCount ?? task.sessions?.length ?? null,
      error_message: getErrorMessage(task),
      ai_credits: aiCredits,
      premium_requests: premiumRequests,
      duration_seconds: getPhase(task.state) === "active" ? null : getDuration(task),
    },
    settled,
    waitTimedOut,
    stillRunning,
    isDraft: pullRequest?.isDraft ?? false,
    ranAt: { from: task.createdAt, to: task.createdAt + (getDuration(task) ?? 0) * 1000 },
  };
}

/**
 * The same result where its task was seen at work a moment ago: until then it has run.
 *
 * @param now milliseconds since the epoch.
 */
export function extendRun(result: Result, now: number): Result {
  const { report, ranAt } = result;
  const hasEnded = report.conclusion !== "" && getPhase(report.state) !== "active";
  return ranAt === null || hasEnded
    ? result
    : { ...result, ranAt: { ...ranAt, to: Math.max(ranAt.to, now) } };
}

/** What is reported where nothing was started because of another task: that one, and why. */
export function buildSkippedResult(
  task: Task,
  {
    repository,
    changes,
    reason,
  }: Pick<ResultOptions, "repository" | "changes"> & { readonly reason: string },
): Result {
  const result = buildResult(task, { ...STILL_RUNNING, repository, started: false, changes });
  return { ...result, report: { ...result.report, conclusion: "skipped", reason } };
}

/** What is reported where a start failed: the repository, and why. */
export function buildFailedStart(repository: string, error: string): Result {
  return buildUnseenResult("", repository, error);
}

/**
 * What is reported of a task that was never seen: its ID, and why.
 *
 * @param repository `owner/name`, empty where it is not known.
 */
export function buildUnseenResult(taskId: string, repository: string, error: string): Result {
  return {
    report: {
      task_id: taskId,
      task_url: "",
      task_name: "",
      repository,
      state: "",
      conclusion: "",
      started: false,
      head_ref: "",
      base_ref: "",
      model: "",
      pull_request_number: null,
      pull_request_url: "",
      changed_files: null,
      commits: null,
      session_count: null,
      error_message: "",
      ai_credits: null,
      premium_requests: null,
      duration_seconds: null,
      error,
    },
    ...STILL_RUNNING,
    isDraft: false,
    ranAt: null,
  };
}
