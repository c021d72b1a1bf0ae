import type { Random } from "../clock.ts";

/** The longest wait of our own choosing, in milliseconds. */
const LONGEST_MS = 30_000;

/** Jitter only ever makes a wait longer, by up to this part. */
const JITTER = 0.1;

/**
 * How long to wait before a request is sent again, in milliseconds: 1 s, doubling up to 30 s, with the same
 * jitter; never sooner than the server asked.
 *
 * @param attempt how many times the request has been sent, from 1.
 * @param retryAfterMs what the server asked for, null where it named no time.
 */
export function backoff(attempt: number, retryAfterMs: number | null, random: Random): number {
  const doubling = Math.min(LONGEST_MS, 1000 * 2 ** (attempt - 1));
  return Math.max(doubling, retryAfterMs ?? 0) * (1 + JITTER * random());
}
