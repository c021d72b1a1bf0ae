import type { Clock, Random } from "../clock.ts";
import type { Answer, AnswerMeta } from "../http/answer.ts";
import { type Fault, retryAfterOf } from "../http/fault.ts";
import { unreachable } from "../unreachable.ts";
import { backoff } from "./poll-interval.ts";
import type { Task } from "./task.ts";

/** For how long a start that is surely not carried out is sent again, in milliseconds. */
export const RESEND_FOR_MS = 10 * 60_000;

/** What came of a start. */
export type StartOutcome =
  | { readonly kind: "started"; readonly task: Task; readonly meta: AnswerMeta }
  /** Surely nothing was started. */
  | { readonly kind: "not_started"; readonly fault: Fault }
  /** A task may have been started; nobody has looked. */
  | { readonly kind: "doubtful"; readonly fault: Fault };

/** What may be done after a fault of a start. */
type Decision = "resend" | "give_up" | "doubt";

/** Told before a start is sent again: why, and in how many milliseconds. */
export type OnResend = (fault: Fault, delayMs: number) => void;

/** What {@link startOnce} needs from outside. */
export interface StartContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/**
 * Starts one task. The request is sent again only after a fault that says it was not carried out, after the time
 * that the server names or backing off, for at most {@link RESEND_FOR_MS}. After any other fault it is not:
 * a task costs money, and the request may have done its work.
 *
 * @param send sends the request once.
 */
export async function startOnce(
  send: () => Promise<Answer<Task>>,
  { clock, random, signal }: StartContext,
  onResend: OnResend,
): Promise<StartOutcome> {
  const giveUpAt = clock.now() + RESEND_FOR_MS;
  for (let attempt = 1; ; attempt++) {
    const answer = await send();
    if (answer.ok) {
      return { kind: "started", task: answer.value, meta: answer.meta };
    }
    const { fault } = answer;
    const decision = decide(fault);
    switch (decision) {
      case "doubt":
        return { kind: "doubtful", fault };
      case "give_up":
        return { kind: "not_started", fault };
      case "resend": {
        const delayMs = backoff(attempt, retryAfterOf(fault), random);
        // A limit that ends after our time is not slept through: the log says at once when to come back.
        if (clock.now() + delayMs > giveUpAt) {
          return { kind: "not_started", fault };
        }
        onResend(fault, delayMs);
        await clock.sleep(delayMs, signal);
        if (signal.aborted) {
          return { kind: "not_started", fault: { kind: "cancelled" } };
        }
        break;
      }
      default:
        unreachable(decision);
    }
  }
}

function decide(fault: Fault): Decision {
  switch (fault.kind) {
    case "not_sent":
    case "rate_limited":
    case "unavailable":
      return "resend";
    case "refused":
    case "redirected":
      return "give_up";
    case "doubtful":
    case "cancelled":
      return "doubt";
  }
}
