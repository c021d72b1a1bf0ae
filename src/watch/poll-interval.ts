import type { RateLimit } from "../github/http/result.ts";
import type { Random } from "../runner/clock.ts";

/** Limits of the adaptive interval, in milliseconds. */
const MIN_INTERVAL_MS = 5_000;

const MAX_INTERVAL_MS = 20_000;

/** The next interval as a share of the time waited so far. */
const SHARE = 0.05;

/** Jitter makes an interval longer by up to this share, and never shorter. */
const JITTER = 0.1;

/**
 * The time between two polls of a task, in milliseconds. It grows with the wait, so that the end of a short task is
 * noticed early and a long task needs few requests.
 *
 * @param waitedMs time since the task started.
 * @param fixedMs the input `poll_interval_seconds`; null: the adaptive interval.
 */
export function computePollInterval(waitedMs: number, fixedMs: number | null, random: Random): number {
  if (fixedMs !== null) {
    return fixedMs;
  }
  const interval = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, waitedMs * SHARE));
  return interval * (1 + JITTER * random());
}

/** Each request of a poll round after the first adds this many milliseconds to the interval, up to a limit. */
const REQUEST_COST_MS = 8_000;

const MAX_REQUESTS_COST_MS = 120_000;

/** Stays below GitHub's limit of 5,000 requests an hour for one user. */
const MAX_REQUESTS_PER_HOUR = 4_000;

/**
 * The time until the next poll round, in milliseconds. Rounds with several requests run less often, so that a long list
 * costs about as much as a short one. A round that failed was cut short: its number of requests says nothing about the next
 * one, which only has to keep to the limit of an hour.
 *
 * @param intervalMs the interval for a round with one request.
 * @param requests the number of requests in the last round.
 * @param hasFailed whether one of them failed.
 */
export function intervalFor(intervalMs: number, requests: number, hasFailed = false): number {
  const costMs = hasFailed ? 0 : Math.min(MAX_REQUESTS_COST_MS, (requests - 1) * REQUEST_COST_MS);
  return Math.max(intervalMs, costMs, (requests / MAX_REQUESTS_PER_HOUR) * 3_600_000);
}

/** Below this share of the rate limit, polling leaves more of it to the user's other tools. */
const SCARCE_SHARE = 0.2;

/** The longest interval because of a scarce rate limit, in milliseconds. */
const MAX_SCARCE_INTERVAL_MS = 5 * 60_000;

/**
 * Makes the interval longer if less than a fifth of the rate limit is left: twice as long with a tenth left, four times
 * with a twentieth. It ends at the latest when the limit resets, if that time is known.
 *
 * @param rateLimit null: unknown, the interval stays the same.
 */
export function spareRateLimit(intervalMs: number, rateLimit: RateLimit | null): number {
  if (rateLimit === null) {
    return intervalMs;
  }
  const { limit, remaining, resetsInMs } = rateLimit;
  const factor = Math.max(1, (SCARCE_SHARE * limit) / Math.max(1, remaining));
  const longer = Math.min(intervalMs * factor, MAX_SCARCE_INTERVAL_MS, resetsInMs ?? MAX_SCARCE_INTERVAL_MS);
  return Math.max(intervalMs, longer);
}
