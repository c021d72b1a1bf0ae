import type { Random, Time } from "../../runner/clock.ts";
import type { Log } from "../../runner/log.ts";
import { formatDuration } from "../../text/format.ts";
import { describeFailure, getRetryAfter, isLasting, isTransient, type RequestFailure } from "./error.ts";
import { type OctokitResponse, type RequestResult, toResult } from "./result.ts";

/** When and for how long to retry a request. */
export interface RetryOptions extends Time {
  /** Milliseconds; 0: send it once. */
  readonly retryBudgetMs: number;
  /** Called before each retry. */
  readonly onRetry: (failure: RequestFailure, delayMs: number) => void;
}

/** For how long a read request is retried by default, in milliseconds. */
export const RETRY_BUDGET_MS = 3 * 60_000;

/** The longest delay that we choose ourselves, in milliseconds. */
const MAX_BACKOFF_MS = 30_000;

/** Jitter makes a delay up to this fraction longer, never shorter. */
const JITTER = 0.1;

/**
 * The delay before a retry, in milliseconds: 1 s, doubling up to 30 s, plus jitter. Never shorter than the server asked.
 *
 * @param attempt how many times the request has been sent, from 1.
 * @param retryAfterMs what the server asked for, null if it named no time.
 */
export function computeBackoff(attempt: number, retryAfterMs: number | null, random: Random): number {
  const doubling = Math.min(MAX_BACKOFF_MS, 1000 * 2 ** (attempt - 1));
  return Math.max(doubling, retryAfterMs ?? 0) * (1 + JITTER * random());
}

/** Sends a read request and decodes the response; see {@link withRetry}. */
export function requestWithRetry<T>(
  send: () => Promise<OctokitResponse>,
  read: (data: unknown) => T | undefined,
  options: RetryOptions,
): Promise<RequestResult<T>> {
  return withRetry(() => toResult(send, read, options), options);
}

/**
 * Sends a read request, and retries it with backoff while it fails with a transient failure, for at most
 * `retryBudgetMs` milliseconds.
 *
 * A failure that waiting does not help is retried once.
 *
 * @returns the first result that is not a transient failure, or the last failure.
 */
export async function withRetry<T>(
  send: () => Promise<RequestResult<T>>,
  { clock, random, signal, retryBudgetMs, onRetry }: RetryOptions,
): Promise<RequestResult<T>> {
  const deadline = clock.now() + retryBudgetMs;
  for (let attempt = 1; ; attempt++) {
    const result = await send();
    if (result.ok || !isTransient(result.failure)) {
      return result;
    }
    const delayMs = computeBackoff(attempt, getRetryAfter(result.failure), random);
    if (clock.now() + delayMs > deadline || (attempt > 1 && isLasting(result.failure))) {
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
