import type { StartBody } from "../github/agent-tasks/api.ts";
import type { FailureScope, Problem } from "../github/agent-tasks/problems.ts";
import type { Task } from "../github/agent-tasks/task.ts";
import { getFullName, type Repository } from "../github/repository.ts";
import type { TaskTrace } from "../prompt/trace.ts";
import { buildResult } from "../report/build-result.ts";
import type { Result } from "../report/result.ts";

/** A task that is to be started. */
export interface Start {
  /** Its place among the starts of the step, from 0. */
  readonly index: number;
  readonly repository: Repository;
  readonly trace: TaskTrace;
  readonly body: StartBody;
  /** Then what is told of it needs its repository's name. */
  readonly isOneOfMany: boolean;
}

/** What people are told of a beginning. */
export interface Notice {
  readonly title: string;
  readonly text: string;
}

/** A task to follow. */
export interface StartedTask {
  readonly kind: "task";
  readonly task: Task;
  /** The server's time when it looked like that, or an earlier one; milliseconds since the epoch. */
  readonly serverNow: number;
  /** Whether this step started it. */
  readonly started: boolean;
  readonly notice: Notice;
  /** Warns of a second task, where the start was sent more than once. */
  readonly checkForDuplicates: () => Promise<void>;
}

/** Why there is no task to follow, and which tasks may be from this step all the same. */
export interface FailedStart {
  readonly kind: "failed";
  readonly problem: Problem;
  readonly candidates: readonly Task[];
  /** Which other starts would meet the same. */
  readonly scope: FailureScope;
}

/** Nothing was started, because another task does the work. */
export interface SkippedStart {
  readonly kind: "skipped";
  readonly result: Result;
  readonly notice: Notice;
}

/** Nothing was sent, because what another start met concerns this one too. */
export interface NotTried {
  readonly kind: "not_tried";
  readonly because: Problem;
}

export type StartOutcome = StartedTask | FailedStart | SkippedStart | NotTried;

/** A task to follow that this step has not started. */
export function adopt(task: Task, serverNow: number, notice: Notice): StartedTask {
  return { kind: "task", task, serverNow, started: false, notice, checkForDuplicates: async () => {} };
}

/** Why there is no task, where nothing more is known than what is given. */
export function failStart(
  problem: Problem,
  more: Partial<Pick<FailedStart, "candidates" | "scope">> = {},
): FailedStart {
  return { kind: "failed", problem, candidates: [], scope: "repository", ...more };
}

/** So many starts in a row that GitHub's trouble has kept from being made, and it is taken to keep all of them. */
const MAX_CONSECUTIVE_FAILURES = 3;

/**
 * What keeps further starts from being made.
 *
 * @param tried what has come of those before, in their order; null: nothing has gone wrong.
 * @returns null where nothing does.
 */
export function findStopper(tried: readonly (StartOutcome | null)[]): FailedStart | null {
  let inTrouble = 0;
  for (const beginning of tried) {
    const failed = beginning?.kind === "failed" ? beginning : null;
    inTrouble = failed?.scope === "maybe_all" ? inTrouble + 1 : 0;
    if (failed !== null && (failed.scope === "all" || inTrouble === MAX_CONSECUTIVE_FAILURES)) {
      return failed;
    }
  }
  return null;
}

/** What is reported of a task that has just been begun, adopted or attached to. */
export function buildStartedResult({ repository }: Start, { task, started }: StartedTask): Result {
  return buildResult(task, { repository: getFullName(repository), started, changes: null });
}
