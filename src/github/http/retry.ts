import type { Clock, Random } from "../../runner/clock.ts";
import type { Log } from "../../runner/log.ts";
import { formatDuration } from "../../text/format.ts";
import { describeFailure, getRetryAfter, isTransient, type RequestFailure } from "./error.ts";
import { type OctokitResponse, type RequestResult, toResult } from "./result.ts";

/** Sends a request that only reads, again where that may help. */
export function requestWithRetry<T>(
  send: () => Promise<OctokitResponse>,
  read: (data: unknown) => T | undefined,
  context: LookupContext,
): Promise<RequestResult<T>> {
  const { clock, signal, onRetry, retryBudgetMs } = context;
  return withRetry(() => toResult(send, read, clock.now, signal), context, onRetry, retryBudgetMs);
}

/** What the lookups need beside the clients. */
export interface LookupContext extends Time {
  /** For how long each request is sent again after a failure that may pass, in milliseconds. */
  readonly retryBudgetMs: number;
  /** Told of each such failure. */
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

/** What {@link withRetry} needs from outside. */
export interface Time {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/**
 * Sends a request that only reads until it has an answer: again after a failure that may pass, with backoff and
 * never sooner than the server asked, for at most `retryBudgetMs` milliseconds.
 *
 * @param onRetry told of each failure before the request is sent again.
 * @returns the first answer that is no passing failure, or the last failure.
 */
export async function withRetry<T>(
  send: () => Promise<RequestResult<T>>,
  { clock, random, signal }: Time,
  onRetry: (failure: RequestFailure, delayMs: number) => void,
  retryBudgetMs: number = RETRY_BUDGET_MS,
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

/** Tells the log of a request that is sent again. */
export function logRetry(log: Log): (failure: RequestFailure, delayMs: number) => void {
  return (failure, delayMs) =>
    log.info(`${describeFailure(failure)}. Trying again in ${formatDuration(delayMs)}.`);
}
