import type { Random, Time } from "../../runner/clock.ts";
import type { Log } from "../../runner/log.ts";
import { formatDuration } from "../../text/format.ts";
import { describeFailure, getRetryAfter, isTransient, type RequestFailure } from "./error.ts";
import { type OctokitResponse, type RequestResult, toResult } from "./result.ts";

/** Sends a request that only reads, again where that may help. */
export function requestWithRetry<T>(
  send: () => Promise<OctokitResponse>,
  read: (data: unknown) => T | undefined,
  options: RetryOptions,
): Promise<RequestResult<T>> {
  const { clock, signal } = options;
  return withRetry(() => toResult(send, read, clock.now, signal), options);
}

/** When and for how long to send a request again. */
export interface RetryOptions extends Time {
  /** Milliseconds; 0: send it once. */
  readonly retryBudgetMs: number;
  /** Called before each retry. */
  readonly onRetry: (failure: RequestFailure, delayMs: number) => void;
}

/** The longest wait of our own choosing, in milliseconds. */
const MAX_BACKOFF_MS = 30_000;

/** Jitter only ever makes a wait longer, by up to this part. */
const JITTER = 0.1;

/**
 * How long to wait before a request is sent again, in milliseconds: 1 s, doubling up to 30 s, with the same
 * jitter; never sooner than the server asked.
 *
 * @param attempt how many times the request has been sent, from 1.
 * @param retryAfterMs what the server asked for, null where it named no time.
 */
export function computeBackoff(attempt: number, retryAfterMs: number | null, random: Random): number {
  const doubling = Math.min(MAX_BACKOFF_MS, 1000 * 2 ** (attempt - 1));
  return Math.max(doubling, retryAfterMs ?? 0) * (1 + JITTER * random());
}

/** For how long a request that only reads is sent again where nobody says otherwise, in milliseconds. */
export const RETRY_BUDGET_MS = 3 * 60_000;

/**
 * Sends a request that only reads until it has an answer: again after a failure that may pass, with backoff and
 * never sooner than the server asked, for at most `retryBudgetMs` milliseconds.
 *
 * @returns the first answer that is no passing failure, or the last failure.
 */
export async function withRetry<T>(
  send: () => Promise<RequestResult<T>>,
  { clock, random, signal, retryBudgetMs, onRetry }: RetryOptions,
): Promise<RequestResult<T>> {
  const giveUpAt = clock.now() + retryBudgetMs;
  for (let attempt = 1; ; attempt++) {
    const answer = await send();
    if (answer.ok || !isTransient(answer.failure)) {
      return answer;
    }
    const delayMs = computeBackoff(attempt, getRetryAfter(answer.failure), random);
    if (clock.now() + delayMs > giveUpAt) {
      return answer;
    }
    onRetry(answer.failure, delayMs);
    await clock.sleep(delayMs, signal);
  }
}

/** An `onRetry` that writes to the log. */
export function logRetry(log: Log): RetryOptions["onRetry"] {
  return (failure, delayMs) =>
    log.info(`${describeFailure(failure)}. Trying again in ${formatDuration(delayMs)}.`);
}
