import { getRetryAfter, type RequestFailure } from "../github/http/error.ts";
import { computeBackoff } from "../github/http/retry.ts";
import type { Random } from "../runner/clock.ts";

/** A task that cannot be found is given up after this many answers in a row, over at least this time. */
const MIN_NOT_FOUND_COUNT = 3;

const MIN_NOT_FOUND_MS = 60_000;

/** Faults in a row, with nothing else between them. */
export interface FailureStreak {
  readonly last: RequestFailure;
  readonly count: number;
  /** When the first of them came, this machine's time in milliseconds since the epoch. */
  readonly since: number;
}

/** The run with one more failure. */
export function extend(run: FailureStreak | null, failure: RequestFailure, now: number): FailureStreak {
  return { last: failure, count: (run?.count ?? 0) + 1, since: run?.since ?? now };
}

/** Whether a task that was not found that often is gone. One that was just started may not be found yet. */
export function isConfirmedNotFound({ count, since }: FailureStreak, now: number): boolean {
  return count >= MIN_NOT_FOUND_COUNT && now - since >= MIN_NOT_FOUND_MS;
}

/**
 * How long to wait after such runs of failures, in milliseconds. A server that is in trouble is asked less often than one
 * that is well, never more often.
 */
export function computeDelay(
  runs: readonly (FailureStreak | null)[],
  intervalMs: number,
  random: Random,
): number {
  const delays = runs.map((run) =>
    run === null ? 0 : computeBackoff(run.count, getRetryAfter(run.last), random),
  );
  return Math.max(intervalMs, ...delays);
}
