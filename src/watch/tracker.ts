import { isKnownState, isSettled, type Task } from "../github/agent-tasks/task.ts";
import { getRetryAfter, isNotFound, isTransient, type RequestFailure } from "../github/http/error.ts";
import type { Repository } from "../github/repository.ts";
import { extend, type FailureStreak, isConfirmedNotFound } from "./failure-streak.ts";
import { diff, isDone, mergeListEntry, nextSnapshot, type Snapshot, type WaitCondition } from "./snapshot.ts";

/** A task to follow. */
export interface TrackedTask {
  readonly id: string;
  /** Null: by ID alone. */
  readonly repository: Repository | null;
  /** The task as its start's answer gave it, so that the first request can wait; null: look at once. */
  readonly known: { readonly task: Task; readonly serverNow: number } | null;
}

/** How following a task ended, with the task as last seen. */
export type PollOutcome =
  | { readonly kind: "done"; readonly task: Task; readonly settled: boolean }
  /** The time is up. `lastFailure` is what came back last, null where that was the task. */
  | { readonly kind: "wait_timeout"; readonly task: Task | null; readonly lastFailure: RequestFailure | null }
  | { readonly kind: "rejected"; readonly task: Task | null; readonly failure: RequestFailure }
  | { readonly kind: "cancelled"; readonly task: Task | null };

/** What there is to tell on the way. `waitedMs` counts from the beginning of following. */
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
      /** The tasks that are still followed, as last seen; null where one was never seen. */
      readonly tasks: readonly (Task | null)[];
      readonly waitedMs: number;
      readonly failure: RequestFailure | null;
    }
  /** Something cannot be had at the moment; told once, until it can. */
  | { readonly kind: "polling_failed"; readonly failure: RequestFailure }
  | { readonly kind: "recovered"; readonly waitedMs: number }
  /** All tasks have been looked at once more, and some are still to be followed. */
  | { readonly kind: "polled"; readonly waitedMs: number };

/** A task that is still followed, and what is known of it. */
export interface PendingTask {
  readonly task: TrackedTask;
  snapshot: Snapshot | null;
  /** What a list shows it to have come to: getting it by itself must bear that out. */
  listed: Extract<PollOutcome, { kind: "done" }> | null;
  /** Faults of its own: that it is not found. */
  notFound: FailureStreak | null;
  /** When it was last got by itself, this machine's time in milliseconds since the epoch; 0: not yet. */
  gotAt: number;
}

/** What a request was for: trouble with the one says nothing of the other. */
export type Channel = "get" | "list";

/** What is known of all tasks that are followed. It makes no request. */
export interface TaskTracker {
  /** Those that are still followed, in the order given. */
  pending(): readonly PendingTask[];
  readonly outcomes: ReadonlyMap<string, PollOutcome>;
  /** Milliseconds since the wait began. */
  waitedMs(): number;
  /** When the server allows the next request, this machine's time; it is over where the server named no time. */
  notBefore(): number;
  /** The failures that are not over. */
  failures(): readonly (FailureStreak | null)[];
  /** A task as it was got by itself, or as its start's answer gave it. */
  observe(one: PendingTask, task: Task, serverNow: number): Promise<void>;
  /** A task as a list shows it. */
  observeListed(one: PendingTask, entry: Task, serverNow: number): Promise<void>;
  /** A look at all tasks begins, and outcomes. What met no trouble in it, or was not needed, is over. */
  startRound(): void;
  endRound(): Promise<void>;
  /** A request for one task had none. */
  getFailed(one: PendingTask, failure: RequestFailure): Promise<void>;
  /** A request for a list had none. */
  listFailed(failure: RequestFailure): Promise<void>;
  cancel(): void;
  timeOut(): void;
}

/**
 * Begins with no task seen.
 *
 * @param tasks each ID once.
 * @param now this machine's time in milliseconds since the epoch.
 */
export function createTaskTracker(
  tasks: readonly TrackedTask[],
  until: WaitCondition,
  now: () => number,
  onProgress: (event: ProgressEvent) => Promise<void>,
): TaskTracker {
  const beganAt = now();
  const waitedMs = () => now() - beganAt;
  const pending = new Map(tasks.map((task) => [task.id, newPending(task)]));
  const outcomes = new Map<string, PollOutcome>();
  const unknownStates = new Set<string>();
  const streaks: Record<Channel, FailureStreak | null> = { get: null, list: null };
  const failedThisRound = new Set<Channel>();
  let notBefore = beganAt;

  const end = (one: PendingTask, how: PollOutcome): void => {
    outcomes.set(one.task.id, how);
    pending.delete(one.task.id);
  };
  const endAll = (how: (one: PendingTask) => PollOutcome): void => {
    for (const one of pending.values()) {
      end(one, how(one));
    }
  };
  const cancel = () => endAll((one) => ({ kind: "cancelled", task: getLastSeen(one) }));
  const reject = (one: PendingTask, failure: RequestFailure) =>
    end(one, { kind: "rejected", task: getLastSeen(one), failure });

  const recordFailure = async (channel: Channel, failure: RequestFailure): Promise<void> => {
    const isNew = streaks[channel] === null;
    failedThisRound.add(channel);
    streaks[channel] = extend(streaks[channel], failure, now());
    notBefore = now() + (getRetryAfter(failure) ?? 0);
    if (isNew) {
      await onProgress({ kind: "polling_failed", failure });
    }
  };

  /** What concerns every task, whichever request met it. */
  const endsAll = (failure: RequestFailure): boolean => {
    if (failure.kind === "cancelled") {
      cancel();
      return true;
    }
    if (failure.kind === "rejected" && failure.status === 401) {
      endAll((one) => ({ kind: "rejected", task: getLastSeen(one), failure }));
      return true;
    }
    return false;
  };

  const endRound = async (): Promise<void> => {
    for (const channel of ["get", "list"] as const) {
      if (streaks[channel] !== null && !failedThisRound.has(channel)) {
        streaks[channel] = null;
        await onProgress({ kind: "recovered", waitedMs: waitedMs() });
      }
    }
  };

  const observe = async (one: PendingTask, task: Task, serverNow: number): Promise<void> => {
    if (!isKnownState(task.state) && !unknownStates.has(task.state)) {
      unknownStates.add(task.state);
      await onProgress({ kind: "unknown_state", state: task.state });
    }
    for (const change of diff(getLastSeen(one), task)) {
      await onProgress({ ...change, waitedMs: waitedMs() });
    }
    one.snapshot = nextSnapshot(one.snapshot, task, now());
    one.listed = null;
    one.notFound = null;
    const settled = isSettled(task, serverNow, now() - one.snapshot.since);
    if (isDone(until, task, settled)) {
      end(one, { kind: "done", task, settled });
    }
  };

  return {
    pending: () => [...pending.values()],
    outcomes,
    waitedMs,
    notBefore: () => notBefore,
    failures: () => [streaks.get, streaks.list],
    observe,
    observeListed: async (one, entry, serverNow) => {
      const task = mergeListEntry(entry, getLastSeen(one));
      const settled = isSettled(task, serverNow, now() - nextSnapshot(one.snapshot, task, now()).since);
      if (isDone(until, task, settled)) {
        one.listed = { kind: "done", task, settled };
      } else {
        await observe(one, task, serverNow);
      }
    },
    startRound: () => failedThisRound.clear(),
    endRound,
    getFailed: async (one, failure) => {
      one.notFound = isNotFound(failure) ? extend(one.notFound, failure, now()) : null;
      if (endsAll(failure)) {
        return;
      }
      const isFinal =
        one.notFound === null ? !isTransient(failure) : isConfirmedNotFound(one.notFound, now());
      if (isFinal && one.listed !== null) {
        end(one, one.listed);
      } else if (isFinal) {
        reject(one, failure);
      } else if (one.notFound === null || tasks.length === 1) {
        // Of many tasks, one that is not found yet is no trouble with the others.
        await recordFailure("get", failure);
      }
    },
    listFailed: async (failure) => {
      if (!endsAll(failure) && isTransient(failure)) {
        await recordFailure("list", failure);
      }
    },
    cancel,
    timeOut: () =>
      endAll((one) => {
        const lastFailure = one.notFound?.last ?? streaks.get?.last ?? streaks.list?.last ?? null;
        return one.listed ?? { kind: "wait_timeout", task: getLastSeen(one), lastFailure };
      }),
  };
}

function newPending(task: TrackedTask): PendingTask {
  return { task, snapshot: null, listed: null, notFound: null, gotAt: 0 };
}

function getLastSeen({ snapshot }: PendingTask): Task | null {
  return snapshot?.task ?? null;
}

/** A task to watch. */
export interface Watched extends TrackedTask {
  /** Its place among the tasks of the step, from 0. */
  readonly index: number;
  /** Whether this step started it. */
  readonly started: boolean;
}
