import type { Random } from "../runner/clock.ts";

/** The shortest and the longest adaptive interval, in milliseconds. */
const MIN_INTERVAL_MS = 5_000;

const MAX_INTERVAL_MS = 30_000;

/** The part of the time waited so far that the next interval takes. */
const SHARE = 0.05;

/** Jitter only ever makes an interval longer, by up to this part. */
const JITTER = 0.1;

/**
 * How long to wait before the next look at a task, in milliseconds. Short tasks are seen to end soon, long ones
 * cost few requests.
 *
 * @param waitedMs how long this task has been waited for.
 * @param fixedMs the interval asked for by `poll_interval_seconds`, null for the adaptive one.
 */
export function computePollInterval(waitedMs: number, fixedMs: number | null, random: Random): number {
  if (fixedMs !== null) {
    return fixedMs;
  }
  const interval = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, waitedMs * SHARE));
  return interval * (1 + JITTER * random());
}

/** How much longer each further request of a look makes the time to the next one, in milliseconds, and the most. */
const REQUEST_COST_MS = 8_000;

const MAX_REQUESTS_COST_MS = 120_000;

/** Never more requests than this in an hour, whatever a look takes: GitHub lets a user make 5,000. */
const MAX_REQUESTS_PER_HOUR = 4_000;

/**
 * How long to wait before the next look at many tasks, in milliseconds: looks that take several requests come less often,
 * so that a list that has grown long costs about as much as a short one.
 *
 * @param intervalMs the interval for a look of one request.
 * @param requests how many the last look took.
 */
export function intervalFor(intervalMs: number, requests: number): number {
  const costs = Math.min(MAX_REQUESTS_COST_MS, (requests - 1) * REQUEST_COST_MS);
  return Math.max(intervalMs, costs, (requests / MAX_REQUESTS_PER_HOUR) * 3_600_000);
}
