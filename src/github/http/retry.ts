import type { Clock, Random } from "../../runner/clock.ts";
import type { Log } from "../../runner/log.ts";
import { span } from "../../text/format.ts";
import { describe, type Fault, mayPass, retryAfterOf } from "./error.ts";
import { type Answer, answerTo, type OctokitAnswer } from "./result.ts";

/** Sends a request that only reads, again where that may help. */
export function ask<T>(
  send: () => Promise<OctokitAnswer>,
  read: (data: unknown) => T | undefined,
  context: LookupContext,
): Promise<Answer<T>> {
  const { clock, signal, onFault, readForMs } = context;
  return readAgain(() => answerTo(send, read, clock.now, signal), context, onFault, readForMs);
}

/** What the lookups need beside the clients. */
export interface LookupContext extends ReadContext {
  /** For how long each request is sent again after a fault that may pass, in milliseconds. */
  readonly readForMs: number;
  /** Told of each such fault. */
  readonly onFault: (fault: Fault, delayMs: number) => void;
}

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

/** For how long a request that only reads is sent again where nobody says otherwise, in milliseconds. */
export const READ_FOR_MS = 3 * 60_000;

/** What {@link readAgain} needs from outside. */
export interface ReadContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/**
 * Sends a request that only reads until it has an answer: again after a fault that may pass, with backoff and
 * never sooner than the server asked, for at most `readForMs` milliseconds.
 *
 * @param onFault told of each fault before the request is sent again.
 * @returns the first answer that is no passing fault, or the last fault.
 */
export async function readAgain<T>(
  send: () => Promise<Answer<T>>,
  { clock, random, signal }: ReadContext,
  onFault: (fault: Fault, delayMs: number) => void,
  readForMs: number = READ_FOR_MS,
): Promise<Answer<T>> {
  const giveUpAt = clock.now() + readForMs;
  for (let attempt = 1; ; attempt++) {
    const answer = await send();
    if (answer.ok || !mayPass(answer.fault)) {
      return answer;
    }
    const delayMs = backoff(attempt, retryAfterOf(answer.fault), random);
    if (clock.now() + delayMs > giveUpAt) {
      return answer;
    }
    onFault(answer.fault, delayMs);
    await clock.sleep(delayMs, signal);
  }
}

/** Tells the log of a request that is sent again. */
export function retelling(log: Log): (fault: Fault, delayMs: number) => void {
  return (fault, delayMs) => log.info(`${describe(fault)}. Trying again in ${span(delayMs)}.`);
}
