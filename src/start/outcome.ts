import type { ActionContext } from "../context.ts";
import type { StartBody } from "../github/agent-tasks/api.ts";
import {
  type Attempt,
  explainFailure,
  type FailureScope,
  getFailureScope,
  type Problem,
} from "../github/agent-tasks/problems.ts";
import type { Task } from "../github/agent-tasks/task.ts";
import type { RequestFailure } from "../github/http/error.ts";
import { getFullName, type Repository } from "../github/repository.ts";
import type { TaskTrace } from "../prompt/trace.ts";
import type { Result } from "../report/result.ts";

/** The most tasks to link in an error or a warning. */
export const MAX_LINKED_TASKS = 5;

/** A task to start. */
export interface Start {
  /** Position among the starts of this step, from 0. */
  readonly index: number;
  readonly repository: Repository;
  readonly trace: TaskTrace;
  readonly body: StartBody;
  /** What the steps were asked to do that ran before in the same composite action, as in a trace's `step`. */
  readonly earlierWork: readonly string[];
  /** True if the step starts several tasks, so log lines must name the repository. */
  readonly isOneOfMany: boolean;
}

/** What the log says about an outcome. */
interface Notice {
  readonly title: string;
  readonly text: string;
}

/** A task to follow: started by this step, or adopted. */
export interface StartedTask {
  readonly kind: "task";
  readonly start: Start;
  readonly task: Task;
  /** The server's time when it sent this task, or an earlier one; milliseconds since the epoch. Null if unknown. */
  readonly serverNow: number | null;
  /** Whether this step started the task. */
  readonly started: boolean;
  /** Whether this run started it: this step, or the same step in an earlier attempt. */
  readonly isOwn: boolean;
  readonly notice: Notice;
  /** Null unless the start request was sent more than once, or something repeated it on its way. */
  readonly resend: Resend | null;
  /** In a re-run: tasks that the search for one of an earlier attempt has compared already, by ID. */
  readonly judged: ReadonlyMap<string, Task>;
}

/** What is known about a start request that may have started several tasks. Times are this machine's, since the epoch. */
export interface Resend {
  /** How many requests may have started a task. */
  readonly sends: number;
  /** When the first request was sent, in milliseconds. */
  readonly sentAt: number;
  /** When the last response arrived or the task was found, in milliseconds. */
  readonly settledAt: number;
  /** Other tasks that surely come from the same start. */
  readonly duplicates: readonly Task[];
  /** Tasks that surely do not, by ID. */
  readonly others: ReadonlyMap<string, Task>;
}

/** There is no task to follow. */
export interface FailedStart {
  readonly kind: "failed";
  readonly problem: Problem;
  /** Tasks that this step may have started anyway. */
  readonly candidates: readonly Task[];
  /** Which other starts would fail for the same reason. */
  readonly scope: FailureScope;
}

/** Nothing was started, because an active task does the same work. */
export interface SkippedStart {
  readonly kind: "skipped";
  readonly result: Result;
  readonly notice: Notice;
}

/** Nothing was sent, because the failure of an earlier start would stop this one too. */
interface NotTried {
  readonly kind: "not_tried";
  readonly because: Problem;
}

export type StartOutcome = StartedTask | FailedStart | SkippedStart | NotTried;

/** Follows a task that this step did not start. */
export function adopt(start: Start, task: Task, serverNow: number | null, notice: Notice): StartedTask {
  const judged = new Map<string, Task>();
  return { kind: "task", start, task, serverNow, started: false, isOwn: false, notice, resend: null, judged };
}

/** A start that failed in this repository. */
export function failStart(
  repository: Repository,
  problem: Omit<Problem, "subject">,
  more: Partial<Pick<FailedStart, "candidates" | "scope">> = {},
): FailedStart {
  const subject = { repository: getFullName(repository), taskId: "" };
  return { kind: "failed", problem: { ...problem, subject }, candidates: [], scope: "repository", ...more };
}

/** A start that failed in this repository because a request failed. */
export function failRequest(
  { github: { tokenKind } }: ActionContext,
  repository: Repository,
  failure: RequestFailure,
  attempt: Pick<Attempt, "what" | "writes">,
): FailedStart {
  const subject = { repository: getFullName(repository), taskId: "" };
  return failStart(repository, explainFailure(failure, { ...attempt, tokenKind, subject }), {
    scope: getFailureScope(failure, tokenKind),
  });
}

/** After this many consecutive failures that may concern all starts, stop starting tasks. */
const MAX_CONSECUTIVE_FAILURES = 3;

/** After this many consecutive starts with a token that has worked before and is not accepted now, stop starting tasks. */
const MAX_CONSECUTIVE_REJECTIONS = 2;

/**
 * Finds the failure after which no further start is worth trying.
 *
 * @param outcomes the outcomes so far, in the order of the starts; null for a start without a failure.
 */
export function findStopper(outcomes: Iterable<StartOutcome | null>): FailedStart | null {
  let failures = 0;
  let rejections = 0;
  for (const outcome of outcomes) {
    const failed = outcome?.kind === "failed" ? outcome : null;
    const scope = failed?.scope ?? "repository";
    failures = scope === "repository" ? 0 : failures + 1;
    rejections = scope === "all_if_repeated" ? rejections + 1 : 0;
    const concernsAll =
      scope === "all" || failures >= MAX_CONSECUTIVE_FAILURES || rejections >= MAX_CONSECUTIVE_REJECTIONS;
    if (failed !== null && concernsAll) {
      return failed;
    }
  }
  return null;
}
