import type { Time } from "../../runner/clock.ts";
import type { Log } from "../../runner/log.ts";
import { formatDuration } from "../../text/format.ts";
import { computeBackoff, extendStreak, type FailureStreak } from "./backoff.ts";
import { describeFailure, isLasting, isTransient, type RequestFailure } from "./error.ts";
import { type OctokitResponse, type RequestResult, toResult } from "./result.ts";

/** When and for how long to retry a request. */
export interface RetryOptions extends Time {
  /**
   * When to stop, this machine's time in milliseconds since the epoch. All requests of one purpose share it, so that
   * neither retries nor slow responses add up.
   */
  readonly giveUpAt: number;
  /** Called before each retry. */
  readonly onRetry: (failure: RequestFailure, delayMs: number) => void;
}

/** How long the read requests of one purpose may take together by default, in milliseconds. */
export const RETRY_BUDGET_MS = 3 * 60_000;

/** How long a read request takes when GitHub is slow, in milliseconds. */
const SLOW_READ_MS = 1_000;

/** A budget for requests that read so many things one by one: long lists need more time than `budgetMs`. */
export function extendBudget(budgetMs: number, count: number): number {
  return Math.max(budgetMs, count * SLOW_READ_MS);
}

/** The failure of a request that was not sent because the time of its purpose is over. */
export const OUT_OF_TIME: RequestFailure = {
  kind: "indeterminate",
  status: null,
  reason: "GitHub took too long, and no time was left for another request",
  retryAfterMs: null,
};

/** Sends a read request and decodes the response; see {@link withRetry}. */
export function requestWithRetry<T>(
  send: () => Promise<OctokitResponse>,
  read: (data: unknown) => T | undefined,
  options: RetryOptions,
): Promise<RequestResult<T>> {
  return withRetry(() => toResult(send, read, options), options);
}

/**
 * Sends a read request, and retries it with backoff while it fails with a transient failure, until `giveUpAt`. Nothing is
 * sent after that time: the failure is then {@link OUT_OF_TIME}.
 *
 * A failure that waiting does not help is retried once.
 *
 * @returns the first result that is not a transient failure, or the last failure.
 */
export async function withRetry<T>(
  send: () => Promise<RequestResult<T>>,
  { clock, random, signal, giveUpAt, onRetry }: RetryOptions,
): Promise<RequestResult<T>> {
  let streak: FailureStreak | null = null;
  for (;;) {
    if (clock.now() > giveUpAt) {
      return { ok: false, failure: streak?.last ?? OUT_OF_TIME };
    }
    const result = await send();
    if (result.ok || !isTransient(result.failure)) {
      return result;
    }
    streak = extendStreak(streak, result.failure, clock.now());
    const delayMs = computeBackoff(streak, random);
    if (clock.now() + delayMs > giveUpAt || (streak.count > 1 && isLasting(result.failure))) {
      return result;
    }
    onRetry(result.failure, delayMs);
    await clock.sleep(delayMs, signal);
  }
}

/** An `onRetry` that writes to the log. */
export function logRetry(log: Log): RetryOptions["onRetry"] {
  return (failure, delayMs) =>
    log.info(`${describeFailure(failure)}. Retrying in ${formatDuration(delayMs)}.`);
}
