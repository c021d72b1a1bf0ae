import { getRetryAfter, type RequestFailure } from "../github/http/error.ts";
import { computeBackoff } from "../github/http/retry.ts";
import type { Random } from "../runner/clock.ts";

/** A task counts as missing after this many 404 responses in a row, over at least this time. */
const MIN_NOT_FOUND_COUNT = 3;

const MIN_NOT_FOUND_MS = 60_000;

/** Consecutive failures. */
export interface FailureStreak {
  readonly last: RequestFailure;
  readonly count: number;
  /** When the first failure came, this machine's time in milliseconds since the epoch. */
  readonly since: number;
}

/** The streak with one more failure. */
export function extend(streak: FailureStreak | null, failure: RequestFailure, now: number): FailureStreak {
  return { last: failure, count: (streak?.count ?? 0) + 1, since: streak?.since ?? now };
}

/** Whether a task is missing for good. GitHub may not find a task that has just started. */
export function isConfirmedNotFound({ count, since }: FailureStreak, now: number): boolean {
  return count >= MIN_NOT_FOUND_COUNT && now - since >= MIN_NOT_FOUND_MS;
}

/** The time until the next poll, in milliseconds: the interval, or longer if the server fails or asks to wait. */
export function computeDelay(
  streaks: readonly (FailureStreak | null)[],
  intervalMs: number,
  random: Random,
): number {
  const delays = streaks.map((streak) =>
    streak === null ? 0 : computeBackoff(streak.count, getRetryAfter(streak.last), random),
  );
  return Math.max(intervalMs, ...delays);
}
