import { isKnownState, isSettled, type Task } from "../github/agent-tasks/task.ts";
import { extendStreak, type FailureStreak, getRequiredDelay } from "../github/http/backoff.ts";
import { isNotFound, isTransient, type RequestFailure } from "../github/http/error.ts";
import type { RateLimit, ResponseMeta } from "../github/http/result.ts";
import type { Repository } from "../github/repository.ts";
import { isConfirmedNotFound } from "./failure-streak.ts";
import {
  diff,
  isDone,
  keepCreation,
  mergeListEntry,
  nextSnapshot,
  type Snapshot,
  type WaitCondition,
} from "./snapshot.ts";

/** A task to watch, as the action passes it in. */
export interface WatchedTask {
  /** Position among the tasks of the step, from 0. */
  readonly index: number;
  readonly id: string;
  /** Null if only the ID is known. */
  readonly repository: Repository | null;
  /** The task as the start response showed it, so that polling can wait one interval; null: poll at once. */
  readonly known: { readonly task: Task; readonly serverNow: number | null } | null;
  /** Whether this step started the task. */
  readonly started: boolean;
  /** Whether this run started it: this step, or the same step in an earlier attempt. */
  readonly isOwn: boolean;
}

/** A task that is still polled, and what earlier poll rounds found out about it. */
export interface TrackedTask extends WatchedTask {
  snapshot: Snapshot | null;
  /** Outcome according to the list endpoint, to be confirmed by getting the task. */
  listed: Extract<PollOutcome, { kind: "done" }> | null;
  /** Consecutive responses that say the task was not found. */
  notFound: FailureStreak | null;
  /** When the task was last requested by its ID, this machine's time in milliseconds since the epoch; 0: never. */
  lastGetAt: number;
}

/** How polling a task ended, with the task as last seen. */
export type PollOutcome =
  | { readonly kind: "done"; readonly task: Task; readonly settled: boolean }
  /** `lastFailure` is null if the last request succeeded. */
  | { readonly kind: "wait_timeout"; readonly task: Task | null; readonly lastFailure: RequestFailure | null }
  | { readonly kind: "rejected"; readonly task: Task | null; readonly failure: RequestFailure }
  /** GitHub has not found a task of this run for a long time. What became of it is unknown. */
  | { readonly kind: "lost"; readonly task: Task | null; readonly failure: RequestFailure }
  | { readonly kind: "cancelled"; readonly task: Task | null };

/** What happens while polling. `waitedMs` counts from the start of polling. */
export type ProgressEvent =
  | {
      readonly kind: "state";
      readonly task: Task;
      readonly previous: string | null;
      readonly waitedMs: number;
    }
  | { readonly kind: "unknown_state"; readonly state: string }
  | { readonly kind: "pull_request"; readonly task: Task; readonly waitedMs: number }
  | {
      readonly kind: "heartbeat";
      /** The pending tasks as last seen; null for a task that GitHub has not shown yet. */
      readonly tasks: readonly (Task | null)[];
      readonly waitedMs: number;
      readonly failure: RequestFailure | null;
    }
  /** The first failure after a successful round. */
  | { readonly kind: "polling_failed"; readonly failure: RequestFailure }
  /** The first successful round after a failure. */
  | { readonly kind: "recovered"; readonly waitedMs: number }
  /** A poll round has ended, and some tasks are still pending. `mayRequest`: whether GitHub allows requests right now. */
  | { readonly kind: "polled"; readonly waitedMs: number; readonly mayRequest: boolean }
  /** Polling ends `earlyMs` before its time, because GitHub allows no request until then. */
  | {
      readonly kind: "ended_early";
      readonly failure: RequestFailure;
      readonly earlyMs: number;
      /** When GitHub allows the next request, this machine's time in milliseconds since the epoch. */
      readonly allowedAt: number;
    };

/** The state of all tasks that are polled. It sends no requests. */
export interface TaskTracker {
  /** The tasks without an outcome, in the order given. */
  pending(): readonly TrackedTask[];
  readonly outcomes: ReadonlyMap<string, PollOutcome>;
  /** Milliseconds since polling started. */
  waitedMs(): number;
  /** The earliest time that the server allows the next request, this machine's time. It can be in the past. */
  notBefore(): number;
  /** The failure that keeps requests from being sent now; null if they may be sent. */
  heldBackBy(): RequestFailure | null;
  /** The rate limit according to the last response, null if none named it. */
  rateLimit(): RateLimit | null;
  /** The current failure streaks. */
  failures(): readonly (FailureStreak | null)[];
  /** Records the response to a request for one task, or to its start. */
  observe(tracked: TrackedTask, task: Task, serverNow: number | null): Promise<void>;
  /** Records a task's entry in a list. */
  observeListed(tracked: TrackedTask, entry: Task, serverNow: number | null): Promise<void>;
  startRound(): void;
  /** Records that a request succeeded. */
  succeeded(endpoint: Endpoint, meta: ResponseMeta): void;
  /**
   * Ends the failure streaks of endpoints that did not fail in this round, even if the round did not use them. Only if a
   * request succeeded and none failed, GitHub is responding again.
   */
  endRound(): Promise<void>;
  /** Records that a request for one task failed. */
  getFailed(tracked: TrackedTask, failure: RequestFailure): Promise<void>;
  /** Records that a request for a list failed. */
  listFailed(failure: RequestFailure): Promise<void>;
  cancel(): void;
  timeOut(): void;
}

/** Endpoints fail independently of each other. */
type Endpoint = "get" | "list";

/**
 * @param tasks each ID once.
 * @param now this machine's time in milliseconds since the epoch.
 */
export function createTaskTracker(
  tasks: readonly WatchedTask[],
  until: WaitCondition,
  now: () => number,
  onProgress: (event: ProgressEvent) => Promise<void>,
): TaskTracker {
  const startedAt = now();
  const waitedMs = () => now() - startedAt;
  const pending = new Map(tasks.map((task) => [task.id, toTracked(task)]));
  const outcomes = new Map<string, PollOutcome>();
  const unknownStates = new Set<string>();
  const streaks: Record<Endpoint, FailureStreak | null> = { get: null, list: null };
  const failedThisRound = new Set<Endpoint>();
  const succeededThisRound = new Set<Endpoint>();
  /** Whether the last `polling_failed` event has not been followed by `recovered` yet. */
  let isFailing = false;
  let rateLimit: RateLimit | null = null;
  let notBefore = startedAt;
  let lastDelaying: RequestFailure | null = null;
  /** Rate limits in a row for which GitHub named no time. They are the user's, so all endpoints share the count. */
  let unnamedLimits = 0;
  let isLimitedThisRound = false;

  const finish = (tracked: TrackedTask, outcome: PollOutcome): void => {
    outcomes.set(tracked.id, outcome);
    pending.delete(tracked.id);
  };
  const finishAll = (getOutcome: (tracked: TrackedTask) => PollOutcome): void => {
    for (const tracked of pending.values()) {
      finish(tracked, getOutcome(tracked));
    }
  };
  const cancel = () => finishAll((tracked) => ({ kind: "cancelled", task: getLastSeen(tracked) }));

  const recordFailure = async (endpoint: Endpoint, failure: RequestFailure): Promise<void> => {
    failedThisRound.add(endpoint);
    const before = succeededThisRound.has(endpoint) ? null : streaks[endpoint];
    const streak = extendStreak(before, failure, now(), unnamedLimits);
    streaks[endpoint] = streak;
    unnamedLimits = streak.unnamedLimits;
    isLimitedThisRound ||= failure.kind === "rate_limited";
    const allowedAt = now() + getRequiredDelay(streak);
    if (allowedAt > notBefore) {
      notBefore = allowedAt;
      lastDelaying = failure;
    }
    if (!isFailing) {
      isFailing = true;
      await onProgress({ kind: "polling_failed", failure });
    }
  };

  /** Ends polling after a failure that concerns every task, and returns whether it was one. */
  const finishAllIfFatal = (failure: RequestFailure): boolean => {
    if (failure.kind === "cancelled") {
      cancel();
      return true;
    }
    if (failure.kind === "rejected" && failure.status === 401) {
      finishAll((tracked) => ({ kind: "rejected", task: getLastSeen(tracked), failure }));
      return true;
    }
    return false;
  };

  const observe = async (tracked: TrackedTask, latest: Task, serverNow: number | null): Promise<void> => {
    const task = keepCreation(latest, getLastSeen(tracked));
    if (!isKnownState(task.state) && !unknownStates.has(task.state)) {
      unknownStates.add(task.state);
      await onProgress({ kind: "unknown_state", state: task.state });
    }
    for (const change of diff(getLastSeen(tracked), task)) {
      await onProgress({ ...change, waitedMs: waitedMs() });
    }
    tracked.snapshot = nextSnapshot(tracked.snapshot, task, now());
    tracked.listed = null;
    tracked.notFound = null;
    const settled = isSettled(task, serverNow, now() - tracked.snapshot.since);
    if (isDone(until, task, settled)) {
      finish(tracked, { kind: "done", task, settled });
    }
  };

  return {
    pending: () => [...pending.values()],
    outcomes,
    waitedMs,
    notBefore: () => notBefore,
    heldBackBy: () => (now() < notBefore ? lastDelaying : null),
    rateLimit: () => rateLimit,
    failures: () => [streaks.get, streaks.list],
    observe,
    observeListed: async (tracked, entry, serverNow) => {
      const task = mergeListEntry(entry, getLastSeen(tracked));
      const settled = isSettled(task, serverNow, now() - nextSnapshot(tracked.snapshot, task, now()).since);
      if (isDone(until, task, settled)) {
        tracked.listed = { kind: "done", task, settled };
      } else {
        await observe(tracked, task, serverNow);
      }
    },
    startRound: () => {
      failedThisRound.clear();
      succeededThisRound.clear();
      isLimitedThisRound = false;
    },
    succeeded: (endpoint, meta) => {
      succeededThisRound.add(endpoint);
      rateLimit = meta.rateLimit ?? rateLimit;
    },
    endRound: async () => {
      for (const endpoint of ["get", "list"] as const) {
        streaks[endpoint] = failedThisRound.has(endpoint) ? streaks[endpoint] : null;
      }
      const hasSucceeded = succeededThisRound.size > 0;
      if (hasSucceeded && !isLimitedThisRound) {
        unnamedLimits = 0;
      }
      if (isFailing && hasSucceeded && failedThisRound.size === 0) {
        isFailing = false;
        await onProgress({ kind: "recovered", waitedMs: waitedMs() });
      }
    },
    getFailed: async (tracked, failure) => {
      tracked.notFound = isNotFound(failure) ? extendStreak(tracked.notFound, failure, now()) : null;
      if (finishAllIfFatal(failure)) {
        return;
      }
      // If a list shows the task as done, the usual minute is enough.
      const isOwn = tracked.isOwn && tracked.listed === null;
      const isFinal =
        tracked.notFound === null
          ? !isTransient(failure)
          : isConfirmedNotFound(tracked.notFound, now(), isOwn);
      if (isFinal) {
        const kind = isOwn && tracked.notFound !== null ? "lost" : "rejected";
        finish(tracked, tracked.listed ?? { kind, task: getLastSeen(tracked), failure });
      } else if (tracked.notFound === null || tasks.length === 1) {
        // If one of several tasks is not found, polling the others still works.
        await recordFailure("get", failure);
      }
    },
    listFailed: async (failure) => {
      if (!finishAllIfFatal(failure) && isTransient(failure)) {
        await recordFailure("list", failure);
      }
    },
    cancel,
    timeOut: () =>
      finishAll((tracked) => {
        const lastFailure = tracked.notFound?.last ?? streaks.get?.last ?? streaks.list?.last ?? null;
        return tracked.listed ?? { kind: "wait_timeout", task: getLastSeen(tracked), lastFailure };
      }),
  };
}

function toTracked(task: WatchedTask): TrackedTask {
  return { ...task, snapshot: null, listed: null, notFound: null, lastGetAt: 0 };
}

function getLastSeen({ snapshot }: TrackedTask): Task | null {
  return snapshot?.task ?? null;
}
