import type { Clock, Random } from "../clock.ts";
import type { Answer } from "./answer.ts";
import { backoff } from "./backoff.ts";
import { type Fault, mayPass, retryAfterOf } from "./fault.ts";

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
