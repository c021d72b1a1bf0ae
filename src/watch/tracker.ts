import { isKnownState, isSettled, type Task } from "../github/agent-tasks/task.ts";
import { type Fault, mayPass, retryAfterOf } from "../github/http/error.ts";
import type { Repository } from "../github/repository.ts";
import { type FaultRun, isGone, isNotFound, longer } from "./failure-streak.ts";
import { changesBetween, isDone, laidOver, type Sighting, sighted, type Until } from "./snapshot.ts";

/** A task to follow. */
export interface FollowedTask {
  readonly id: string;
  /** Null: by ID alone. */
  readonly repository: Repository | null;
  /** The task as its start's answer gave it, so that the first request can wait; null: look at once. */
  readonly known: { readonly task: Task; readonly serverNow: number } | null;
}

/** How following a task ended, with the task as last seen. */
export type FollowEnd =
  | { readonly kind: "done"; readonly task: Task; readonly settled: boolean }
  /** The time is up. `lastFault` is what came back last, null where that was the task. */
  | { readonly kind: "wait_timeout"; readonly task: Task | null; readonly lastFault: Fault | null }
  | { readonly kind: "refused"; readonly task: Task | null; readonly fault: Fault }
  | { readonly kind: "cancelled"; readonly task: Task | null };

/** What there is to tell on the way. `waitedMs` counts from the beginning of following. */
export type FollowEvent =
  | {
      readonly kind: "state";
      readonly task: Task;
      readonly previous: string | null;
      readonly waitedMs: number;
    }
  | { readonly kind: "unknown_state"; readonly state: string }
  | { readonly kind: "pull_request"; readonly task: Task; readonly waitedMs: number }
  | {
      readonly kind: "sign_of_life";
      /** The tasks that are still followed, as last seen; null where one was never seen. */
      readonly tasks: readonly (Task | null)[];
      readonly waitedMs: number;
      readonly trouble: Fault | null;
    }
  /** Something cannot be had at the moment; told once, until it can. */
  | { readonly kind: "trouble"; readonly fault: Fault }
  | { readonly kind: "recovered"; readonly waitedMs: number }
  /** All tasks have been looked at once more, and some are still to be followed. */
  | { readonly kind: "looked"; readonly waitedMs: number };

/** A task that is still followed, and what is known of it. */
export interface Pending {
  readonly task: FollowedTask;
  sighting: Sighting | null;
  /** What a list shows it to have come to: getting it by itself must bear that out. */
  listed: Extract<FollowEnd, { kind: "done" }> | null;
  /** Faults of its own: that it is not found. */
  notFound: FaultRun | null;
  /** When it was last got by itself, this machine's time in milliseconds since the epoch; 0: not yet. */
  gotAt: number;
}

/** What a request was for: trouble with the one says nothing of the other. */
export type Channel = "get" | "list";

/** What is known of all tasks that are followed. It makes no request. */
export interface Pursuit {
  /** Those that are still followed, in the order given. */
  pending(): readonly Pending[];
  readonly ends: ReadonlyMap<string, FollowEnd>;
  /** Milliseconds since the pursuit began. */
  waitedMs(): number;
  /** When the server allows the next request, this machine's time; it is over where the server named no time. */
  notBefore(): number;
  /** The faults that are not over. */
  troubles(): readonly (FaultRun | null)[];
  /** A task as it was got by itself, or as its start's answer gave it. */
  see(one: Pending, task: Task, serverNow: number): Promise<void>;
  /** A task as a list shows it. */
  seeListed(one: Pending, entry: Task, serverNow: number): Promise<void>;
  /** A look at all tasks begins, and ends. What met no trouble in it, or was not needed, is over. */
  beginLook(): void;
  endLook(): Promise<void>;
  /** A request for one task had none. */
  cannotGet(one: Pending, fault: Fault): Promise<void>;
  /** A request for a list had none. */
  cannotList(fault: Fault): Promise<void>;
  cancel(): void;
  timeIsUp(): void;
}

/**
 * Begins with no task seen.
 *
 * @param tasks each ID once.
 * @param now this machine's time in milliseconds since the epoch.
 */
export function createPursuit(
  tasks: readonly FollowedTask[],
  until: Until,
  now: () => number,
  tell: (event: FollowEvent) => Promise<void>,
): Pursuit {
  const beganAt = now();
  const waitedMs = () => now() - beganAt;
  const pending = new Map(tasks.map((task) => [task.id, newPending(task)]));
  const ends = new Map<string, FollowEnd>();
  const unknownStates = new Set<string>();
  const runs: Record<Channel, FaultRun | null> = { get: null, list: null };
  const troubledNow = new Set<Channel>();
  let notBefore = beganAt;

  const end = (one: Pending, how: FollowEnd): void => {
    ends.set(one.task.id, how);
    pending.delete(one.task.id);
  };
  const endAll = (how: (one: Pending) => FollowEnd): void => {
    for (const one of pending.values()) {
      end(one, how(one));
    }
  };
  const cancel = () => endAll((one) => ({ kind: "cancelled", task: lastOf(one) }));
  const refuse = (one: Pending, fault: Fault) => end(one, { kind: "refused", task: lastOf(one), fault });

  const troubled = async (channel: Channel, fault: Fault): Promise<void> => {
    const isNew = runs[channel] === null;
    troubledNow.add(channel);
    runs[channel] = longer(runs[channel], fault, now());
    notBefore = now() + (retryAfterOf(fault) ?? 0);
    if (isNew) {
      await tell({ kind: "trouble", fault });
    }
  };

  /** What concerns every task, whichever request met it. */
  const endsAll = (fault: Fault): boolean => {
    if (fault.kind === "cancelled") {
      cancel();
      return true;
    }
    if (fault.kind === "refused" && fault.status === 401) {
      endAll((one) => ({ kind: "refused", task: lastOf(one), fault }));
      return true;
    }
    return false;
  };

  const endLook = async (): Promise<void> => {
    for (const channel of ["get", "list"] as const) {
      if (runs[channel] !== null && !troubledNow.has(channel)) {
        runs[channel] = null;
        await tell({ kind: "recovered", waitedMs: waitedMs() });
      }
    }
  };

  const see = async (one: Pending, task: Task, serverNow: number): Promise<void> => {
    if (!isKnownState(task.state) && !unknownStates.has(task.state)) {
      unknownStates.add(task.state);
      await tell({ kind: "unknown_state", state: task.state });
    }
    for (const change of changesBetween(lastOf(one), task)) {
      await tell({ ...change, waitedMs: waitedMs() });
    }
    one.sighting = sighted(one.sighting, task, now());
    one.listed = null;
    one.notFound = null;
    const settled = isSettled(task, serverNow, now() - one.sighting.since);
    if (isDone(until, task, settled)) {
      end(one, { kind: "done", task, settled });
    }
  };

  return {
    pending: () => [...pending.values()],
    ends,
    waitedMs,
    notBefore: () => notBefore,
    troubles: () => [runs.get, runs.list],
    see,
    seeListed: async (one, entry, serverNow) => {
      const task = laidOver(entry, lastOf(one));
      const settled = isSettled(task, serverNow, now() - sighted(one.sighting, task, now()).since);
      if (isDone(until, task, settled)) {
        one.listed = { kind: "done", task, settled };
      } else {
        await see(one, task, serverNow);
      }
    },
    beginLook: () => troubledNow.clear(),
    endLook,
    cannotGet: async (one, fault) => {
      one.notFound = isNotFound(fault) ? longer(one.notFound, fault, now()) : null;
      if (endsAll(fault)) {
        return;
      }
      const isFinal = one.notFound === null ? !mayPass(fault) : isGone(one.notFound, now());
      if (isFinal && one.listed !== null) {
        end(one, one.listed);
      } else if (isFinal) {
        refuse(one, fault);
      } else if (one.notFound === null || tasks.length === 1) {
        // Of many tasks, one that is not found yet is no trouble with the others.
        await troubled("get", fault);
      }
    },
    cannotList: async (fault) => {
      if (!endsAll(fault) && mayPass(fault)) {
        await troubled("list", fault);
      }
    },
    cancel,
    timeIsUp: () =>
      endAll((one) => {
        const lastFault = one.notFound?.last ?? runs.get?.last ?? runs.list?.last ?? null;
        return one.listed ?? { kind: "wait_timeout", task: lastOf(one), lastFault };
      }),
  };
}

function newPending(task: FollowedTask): Pending {
  return { task, sighting: null, listed: null, notFound: null, gotAt: 0 };
}

function lastOf({ sighting }: Pending): Task | null {
  return sighting?.task ?? null;
}

/** A task to watch. */
export interface Watched extends FollowedTask {
  /** Its place among the tasks of the step, from 0. */
  readonly index: number;
  /** Whether this step started it. */
  readonly started: boolean;
}
