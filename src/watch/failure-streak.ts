import { computeBackoff, type FailureStreak } from "../github/http/backoff.ts";
import type { Random } from "../runner/clock.ts";

/** A task counts as missing after this many 404 responses in a row, over at least this time. */
const MIN_NOT_FOUND_COUNT = 3;

const MIN_NOT_FOUND_MS = 60_000;

/** A task that this run has started exists, so GitHub gets more time to find it. */
const MIN_OWN_NOT_FOUND_MS = 10 * 60_000;

/**
 * Whether a task is missing for good. GitHub may not find a task that has just started.
 *
 * @param isOwn whether this run has started the task.
 */
export function isConfirmedNotFound({ count, since }: FailureStreak, now: number, isOwn: boolean): boolean {
  const minMs = isOwn ? MIN_OWN_NOT_FOUND_MS : MIN_NOT_FOUND_MS;
  return count >= MIN_NOT_FOUND_COUNT && now - since >= minMs;
}

/** The time until the next poll, in milliseconds: the interval, or longer if the server fails or asks to wait. */
export function computeDelay(
  streaks: readonly (FailureStreak | null)[],
  intervalMs: number,
  random: Random,
): number {
  const delays = streaks.map((streak) => (streak === null ? 0 : computeBackoff(streak, random)));
  return Math.max(intervalMs, ...delays);
}
