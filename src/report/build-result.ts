import type { Problem } from "../github/agent-tasks/problems.ts";
import {
  getConclusion,
  getDuration,
  getErrorMessage,
  getModel,
  getPhase,
  getRefs,
  sumCost,
  sumUsage,
  type Task,
} from "../github/agent-tasks/task.ts";
import type { Changes } from "../github/task-changes.ts";
import type { Result } from "./result.ts";

/** What the step knows of a task besides the task itself. */
export interface ResultOptions
  extends Partial<Pick<Result, "settled" | "waitTimedOut" | "stillRunning" | "failure">> {
  /** `owner/name`, empty if unknown. */
  readonly repository: string;
  readonly started: boolean;
  /** Null: not looked up, or unknown. */
  readonly changes: Changes | null;
}

/** Builds the result of a task. Only a settled task has a conclusion. */
export function buildResult(task: Task, options: ResultOptions): Result {
  const {
    repository,
    started,
    changes,
    settled = false,
    waitTimedOut = false,
    stillRunning = false,
    failure = null,
  } = options;
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
      pull_request_title: pullRequest?.title ?? "",
      pull_request_state: pullRequest?.state ?? "",
      pull_request_draft: pullRequest?.isDraft ?? null,
      head_sha: changes?.headSha ?? "",
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
    failure,
    nanoAiCredits: sumUsage(task, "ai_credits"),
    ranAt: { from: task.createdAt, to: task.createdAt + (getDuration(task) ?? 0) * 1000 },
  };
}

/**
 * Extends the run of a task that has not ended to `now`, because the step has just seen it.
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

/** Reports the active task because of which the step started nothing. */
export function buildSkippedResult(
  task: Task,
  { reason, ...options }: Pick<ResultOptions, "repository" | "changes"> & { readonly reason: string },
): Result {
  const result = buildResult(task, { ...options, started: false });
  return { ...result, report: { ...result.report, conclusion: "skipped", reason } };
}

/** Why a task is missing: the code and the message of a problem. */
type Cause = Pick<Problem, "code" | "message">;

/** Reports a start that failed. */
export function buildFailedStart(repository: string, cause: Cause): Result {
  return buildUnseenResult("", repository, cause);
}

/**
 * Reports a task that the step could not fetch.
 *
 * @param repository `owner/name`, empty if unknown.
 */
export function buildUnseenResult(id: string, repository: string, { code, message }: Cause): Result {
  const result = buildResult(
    { ...EMPTY_TASK, id },
    {
      repository,
      started: false,
      changes: null,
      failure: code,
    },
  );
  return { ...result, report: { ...result.report, error: message }, ranAt: null };
}

const EMPTY_TASK: Omit<Task, "id"> = {
  state: "",
  createdAt: 0,
  updatedAt: null,
  name: "",
  htmlUrl: "",
  creatorId: "",
  repositoryId: "",
  archived: false,
  sessionCount: null,
  artifacts: [],
  sessions: null,
  hasUnreadableSession: true,
};
