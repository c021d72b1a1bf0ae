import type { Clock, Random } from "../clock.ts";
import type { Answer } from "../http/answer.ts";
import { backoff } from "../http/backoff.ts";
import { type Fault, mayPass, retryAfterOf } from "../http/fault.ts";
import { pollInterval } from "./poll-interval.ts";
import { hasPullRequest, isKnownState, isSettled, type Task } from "./task.ts";

/** How often a sign of life is given, in milliseconds. */
export const SIGN_OF_LIFE_MS = 5 * 60_000;

/** A task that cannot be found is given up after this many answers in a row, over at least this time. */
const NOT_FOUND_TIMES = 3;
const NOT_FOUND_FOR_MS = 60_000;

/** When to stop following: at the first answer, once settled, or once settled or with a pull request. */
export type Until = "answered" | "settled" | "pull_request";

/** What to follow, and for how long. Times in milliseconds. */
export interface FollowOptions {
  readonly until: Until;
  readonly timeoutMs: number;
  /** Null: the adaptive interval. */
  readonly pollIntervalMs: number | null;
  /** The task as the start's answer gave it, so that the first request can wait; null: look at once. */
  readonly known: { readonly task: Task; readonly serverNow: number } | null;
}

/** How following ended, with the task as last seen. */
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
      readonly task: Task | null;
      readonly waitedMs: number;
      readonly trouble: Fault | null;
    }
  | { readonly kind: "trouble"; readonly fault: Fault }
  | { readonly kind: "recovered"; readonly waitedMs: number };

/** What {@link follow} needs from outside. */
export interface FollowContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/**
 * Looks at one task again and again until it is as wanted, the time is up, or the server refuses. Trouble that
 * may pass (no connection, no answer, 5xx, a rate limit) never ends it before its time.
 *
 * @param get looks at the task once.
 * @param tell is waited for, so that what it does is in order with what follows.
 */
export async function follow(
  get: () => Promise<Answer<Task>>,
  options: FollowOptions,
  { clock, random, signal }: FollowContext,
  tell: (event: FollowEvent) => Promise<void>,
): Promise<FollowEnd> {
  const startedAt = clock.now();
  const waitedMs = () => clock.now() - startedAt;
  let lastSign = startedAt;
  let seen: Sighting | null = null;
  let faults: FaultRun | null = null;
  /** When the server allows the next request, where it named a time. */
  let notBefore = Number.NEGATIVE_INFINITY;
  const unknownStates = new Set<string>();

  const see = async (task: Task, serverNow: number): Promise<FollowEnd | null> => {
    if (!isKnownState(task.state) && !unknownStates.has(task.state)) {
      unknownStates.add(task.state);
      await tell({ kind: "unknown_state", state: task.state });
    }
    for (const event of eventsBetween(seen?.task ?? null, task, waitedMs())) {
      await tell(event);
    }
    const unchanged = seen !== null && isUnchanged(seen.task, task);
    seen = { task, since: unchanged && seen !== null ? seen.since : clock.now() };
    const settled = isSettled(task, serverNow, clock.now() - seen.since);
    return isDone(options.until, task, settled) ? { kind: "done", task, settled } : null;
  };
  const lastTask = (): Task | null => seen?.task ?? null;

  const pause = async (ms: number): Promise<void> => {
    const until = Math.min(clock.now() + ms, startedAt + options.timeoutMs);
    while (clock.now() < until && !signal.aborted) {
      const signAt = lastSign + SIGN_OF_LIFE_MS;
      await clock.sleep(Math.max(0, Math.min(until, signAt) - clock.now()), signal);
      if (clock.now() >= signAt && !signal.aborted) {
        lastSign = clock.now();
        await tell({
          kind: "sign_of_life",
          task: lastTask(),
          waitedMs: waitedMs(),
          trouble: faults?.last ?? null,
        });
      }
    }
  };

  if (options.known !== null) {
    const end = await see(options.known.task, options.known.serverNow);
    if (end !== null) {
      return end;
    }
    await pause(pollInterval(0, options.pollIntervalMs, random));
  }
  for (;;) {
    if (signal.aborted) {
      return { kind: "cancelled", task: lastTask() };
    }
    const answer = await get();
    let delayMs: number;
    if (answer.ok) {
      if (faults !== null) {
        faults = null;
        await tell({ kind: "recovered", waitedMs: waitedMs() });
      }
      const end = await see(answer.value, answer.meta.serverNow);
      if (end !== null) {
        return end;
      }
      delayMs = pollInterval(waitedMs(), options.pollIntervalMs, random);
    } else {
      const { fault } = answer;
      faults = extend(faults, fault, clock.now());
      notBefore = clock.now() + (retryAfterOf(fault) ?? 0);
      if (isFinal(faults, clock.now())) {
        return fault.kind === "cancelled"
          ? { kind: "cancelled", task: lastTask() }
          : { kind: "refused", task: lastTask(), fault };
      }
      if (faults.count === 1) {
        await tell({ kind: "trouble", fault });
      }
      delayMs = delayAfter(faults, pollInterval(waitedMs(), options.pollIntervalMs, random), random);
    }
    if (waitedMs() >= options.timeoutMs) {
      return { kind: "wait_timeout", task: lastTask(), lastFault: faults?.last ?? null };
    }
    await pause(delayMs);
    // The last look comes when the time is up, unless the server has asked for more time than that.
    if (clock.now() < notBefore && !signal.aborted) {
      return { kind: "wait_timeout", task: lastTask(), lastFault: faults?.last ?? null };
    }
  }
}

/** The task as last seen, and since when (this machine's time) it has looked like that. */
interface Sighting {
  readonly task: Task;
  readonly since: number;
}

/** Faults in a row. */
interface FaultRun {
  readonly last: Fault;
  readonly count: number;
  /** 404s in a row, and when (this machine's time) the first of them came. */
  readonly notFound: { readonly count: number; readonly since: number } | null;
}

function extend(run: FaultRun | null, fault: Fault, now: number): FaultRun {
  const isNotFound = fault.kind === "refused" && fault.status === 404;
  const before = run?.notFound ?? { count: 0, since: now };
  return {
    last: fault,
    count: (run?.count ?? 0) + 1,
    notFound: isNotFound ? { count: before.count + 1, since: before.since } : null,
  };
}

/** Whether looking again is of no use. A task that was just started may not be found yet. */
function isFinal({ last, notFound }: FaultRun, now: number): boolean {
  if (notFound !== null) {
    return notFound.count >= NOT_FOUND_TIMES && now - notFound.since >= NOT_FOUND_FOR_MS;
  }
  return !mayPass(last);
}

/** A server that is in trouble is asked less often than one that is well, never more often. */
function delayAfter({ last, count }: FaultRun, intervalMs: number, random: Random): number {
  return Math.max(intervalMs, backoff(count, retryAfterOf(last), random));
}

function isDone(until: Until, task: Task, settled: boolean): boolean {
  switch (until) {
    case "answered":
      return true;
    case "settled":
      return settled;
    case "pull_request":
      return settled || hasPullRequest(task);
  }
}

function isUnchanged(before: Task, now: Task): boolean {
  return (
    before.state === now.state &&
    before.updatedAt === now.updatedAt &&
    before.sessionCount === now.sessionCount
  );
}

function eventsBetween(before: Task | null, task: Task, waitedMs: number): FollowEvent[] {
  const events: FollowEvent[] = [];
  if (before?.state !== task.state) {
    events.push({ kind: "state", task, previous: before?.state ?? null, waitedMs });
  }
  if (hasPullRequest(task) && (before === null || !hasPullRequest(before))) {
    events.push({ kind: "pull_request", task, waitedMs });
  }
  return events;
}
