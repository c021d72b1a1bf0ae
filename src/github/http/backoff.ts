import type { Random } from "../../runner/clock.ts";
import { getRetryAfter, type RequestFailure } from "./error.ts";

/** Consecutive failures. */
export interface FailureStreak {
  readonly last: RequestFailure;
  readonly count: number;
  /** How many of them, or of all requests that share the count, were rate limits for which the server named no time. */
  readonly unnamedLimits: number;
  /** When the first failure came, this machine's time in milliseconds since the epoch. */
  readonly since: number;
}

/** The longest delay that we choose ourselves after a failure that is not a rate limit, in milliseconds. */
const MAX_BACKOFF_MS = 30_000;

/**
 * The delay after the first rate limit for which the server names no time, in milliseconds. GitHub asks for at least a
 * minute, and for more each time.
 *
 * Source: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
const MIN_LIMIT_DELAY_MS = 60_000;

/** GitHub counts requests by the hour, so no limit needs a longer delay. */
const MAX_LIMIT_DELAY_MS = 60 * 60_000;

/** Jitter makes a delay up to this fraction longer, never shorter. */
const JITTER = 0.1;

/**
 * The streak with one more failure.
 *
 * @param unnamedLimits the rate limits before it for which the server named no time. By default those of the streak.
 */
export function extendStreak(
  streak: FailureStreak | null,
  failure: RequestFailure,
  now: number,
  unnamedLimits: number = streak?.unnamedLimits ?? 0,
): FailureStreak {
  return {
    last: failure,
    count: (streak?.count ?? 0) + 1,
    unnamedLimits: unnamedLimits + (isUnnamedLimit(failure) ? 1 : 0),
    since: streak?.since ?? now,
  };
}

/**
 * The delay before the next request, in milliseconds: 1 s, doubling up to 30 s, plus jitter. Never shorter than
 * {@link getRequiredDelay}.
 */
export function computeBackoff(streak: FailureStreak, random: Random): number {
  const doubling = Math.min(MAX_BACKOFF_MS, 1000 * 2 ** (streak.count - 1));
  return Math.max(doubling, getRequiredDelay(streak)) * (1 + JITTER * random());
}

/**
 * How long GitHub asks clients to wait after this failure, in milliseconds: the time that its response names, or for a
 * rate limit without one a minute, doubling each time. 0 for other failures.
 */
export function getRequiredDelay({ last, unnamedLimits }: FailureStreak): number {
  return isUnnamedLimit(last)
    ? Math.min(MAX_LIMIT_DELAY_MS, MIN_LIMIT_DELAY_MS * 2 ** (unnamedLimits - 1))
    : (getRetryAfter(last) ?? 0);
}

function isUnnamedLimit(failure: RequestFailure): boolean {
  return failure.kind === "rate_limited" && failure.retryAfterMs === null;
}
