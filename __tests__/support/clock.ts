import type { LookupContext } from "../../src/github/fallback.ts";
import type { Clock } from "../../src/runner/clock.ts";
import { START } from "./fixtures.ts";

/** When every test begins: a Monday morning. */
export const NOW = START;

export const SECOND = 1000;

export const MINUTE = 60_000;

/** A clock that jumps ahead when somebody sleeps. */
export interface VirtualClock extends Clock {
  /** What was asked of `sleep`, in order. */
  readonly sleeps: readonly number[];
  advance(ms: number): void;
  /** Calls `then` during the first sleep that reaches `ms` after the clock's start. */
  at(ms: number, then: () => void): void;
}

export function virtualClock(start = NOW): VirtualClock {
  let time = start;
  const sleeps: number[] = [];
  const plans: { readonly at: number; readonly then: () => void }[] = [];
  return {
    sleeps,
    now: () => time,
    sleep: async (ms, signal) => {
      sleeps.push(ms);
      const until = time + ms;
      while (plans[0] !== undefined && plans[0].at <= until && !signal.aborted) {
        time = Math.max(time, plans[0].at);
        plans.shift()?.then();
      }
      if (!signal.aborted) {
        time = until;
      }
    },
    advance: (ms) => {
      time += ms;
    },
    at: (ms, then) => {
      plans.push({ at: start + ms, then });
      plans.sort((a, b) => a.at - b.at);
    },
  };
}

/** Never aborts. */
export const unstopped = new AbortController().signal;

/** What loops that wait need from outside: no jitter, nothing stops them. */
export function waitContext(clock: Clock = virtualClock(), signal: AbortSignal = unstopped) {
  return { clock, random: () => 0, signal };
}

/** The context of a lookup that is sent once. */
export function lookupWith({
  retryBudgetMs = 0,
  ...changes
}: Partial<LookupContext> & { readonly retryBudgetMs?: number } = {}): LookupContext {
  const waiting = { ...waitContext(), ...changes };
  const giveUpAt = waiting.clock.now() + retryBudgetMs;
  return { clients: [], onRetry: () => {}, giveUpAt, ...waiting };
}
