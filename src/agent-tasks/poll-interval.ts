import type { Random } from "../clock.ts";

/** The shortest and the longest adaptive interval, in milliseconds. */
const SHORTEST_MS = 5_000;
const LONGEST_MS = 30_000;

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
export function pollInterval(waitedMs: number, fixedMs: number | null, random: Random): number {
  if (fixedMs !== null) {
    return fixedMs;
  }
  const interval = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, waitedMs * SHARE));
  return interval * (1 + JITTER * random());
}
