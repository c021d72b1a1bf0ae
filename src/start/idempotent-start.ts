import type { Task } from "../github/agent-tasks/task.ts";
import { type Fault, retryAfterOf } from "../github/http/error.ts";
import type { Answer, AnswerMeta } from "../github/http/result.ts";
import { backoff } from "../github/http/retry.ts";
import type { Clock, Random } from "../runner/clock.ts";
import type { Finding } from "./search.ts";

/** For how long a start that is surely not carried out is sent again, in milliseconds. */
export const RESEND_FOR_MS = 10 * 60_000;

/** How long to wait before each look for a task that a doubtful start may have begun: four looks within 60 s. */
const LOOK_DELAYS_MS = [2_000, 13_000, 20_000, 25_000];

/** After this many doubtful sends there is no further one. */
const MOST_DOUBTFUL_SENDS = 3;

/** What came of a start. */
export type StartOutcome = StartedOutcome | FailedStart;

/** There is a task. */
export interface StartedOutcome {
  readonly kind: "started";
  readonly task: Task;
  /** Null where the task was found, not answered. */
  readonly meta: AnswerMeta | null;
  /** How many requests may have started a task; above 1 there may be a second one. */
  readonly sends: number;
  /** Other tasks that are surely from the same start. */
  readonly twins: readonly Task[];
}

/** There is no task to go on with. */
export type FailedStart =
  /** Surely nothing was started. */
  | { readonly kind: "not_started"; readonly fault: Fault }
  /** Up to `sends` tasks may have been started, and `candidates` may be among them. */
  | {
      readonly kind: "doubtful";
      readonly fault: Fault;
      readonly sends: number;
      readonly candidates: readonly Task[];
    };

/** What there is to tell on the way. */
export type StartEvent =
  /** It was not carried out, and is sent again in `delayMs`. */
  | { readonly kind: "refused_for_now"; readonly fault: Fault; readonly delayMs: number }
  /** It may have been carried out: now comes the search. */
  | { readonly kind: "looking"; readonly fault: Fault }
  | { readonly kind: "found"; readonly task: Task }
  /** All looks found nothing: it is sent again. */
  | { readonly kind: "sent_again" };

/** The requests of a start. */
export interface StartRequests {
  /** Sends the request once. */
  send(): Promise<Answer<Task>>;
  /**
   * Looks once for tasks that may be from this start.
   *
   * @param sentAt when it was first sent, this machine's time in milliseconds since the epoch.
   */
  find(sentAt: number): Promise<Finding>;
}

/** What {@link startOnce} needs from outside. */
export interface StartContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/**
 * Starts one task, never blindly twice: a task costs money.
 *
 * After a fault that says the request was not carried out it is sent again, after the time that the server names or
 * backing off, for at most {@link RESEND_FOR_MS}. After a fault that leaves it open, the task is looked for first;
 * only where no look finds it, and every candidate could be read, the request is sent again.
 */
export async function startOnce(
  { send, find }: StartRequests,
  { clock, random, signal }: StartContext,
  tell: (event: StartEvent) => void,
): Promise<StartOutcome> {
  const sentAt = clock.now();
  const giveUpAt = sentAt + RESEND_FOR_MS;
  let doubtful = 0;
  const end = (fault: Fault): StartOutcome =>
    doubtful === 0
      ? { kind: "not_started", fault }
      : { kind: "doubtful", fault, sends: doubtful, candidates: [] };

  for (let attempt = 1; ; attempt++) {
    if (signal.aborted) {
      return end({ kind: "cancelled" });
    }
    const answer = await send();
    if (answer.ok) {
      return { kind: "started", task: answer.value, meta: answer.meta, sends: doubtful + 1, twins: [] };
    }
    const { fault } = answer;
    const decision = decide(fault);
    switch (decision) {
      case "give_up":
        return end(fault);
      case "resend": {
        const delayMs = backoff(attempt, retryAfterOf(fault), random);
        // A limit that ends after our time is not slept through: the log says at once when to come back.
        if (clock.now() + delayMs > giveUpAt) {
          return end(fault);
        }
        tell({ kind: "refused_for_now", fault, delayMs });
        await clock.sleep(delayMs, signal);
        break;
      }
      case "look": {
        doubtful++;
        if (signal.aborted) {
          return end(fault);
        }
        tell({ kind: "looking", fault });
        const { last, failed } = await searchFor(() => find(sentAt), { clock, random, signal });
        const [first, ...twins] = last.ours;
        // Without a trace, tasks of others can look like ours: more than were sent cannot all be.
        if (first !== undefined && last.ours.length <= doubtful) {
          tell({ kind: "found", task: first });
          return { kind: "started", task: first, meta: null, sends: doubtful, twins };
        }
        const candidates = [...last.ours, ...last.unreadable];
        if (failed || candidates.length > 0 || doubtful >= MOST_DOUBTFUL_SENDS) {
          return { kind: "doubtful", fault, sends: doubtful, candidates };
        }
        if (!signal.aborted) {
          tell({ kind: "sent_again" });
        }
        break;
      }
    }
  }
}

/** What may be done after a fault of a start. */
function decide(fault: Fault): "resend" | "look" | "give_up" {
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
      return "look";
  }
}

/** What the looks for a task have come to. */
interface SearchResult {
  /** The last look that could be made. */
  readonly last: Pick<Extract<Finding, { kind: "listed" }>, "ours" | "unreadable">;
  /** Whether a look could not be made. */
  readonly failed: boolean;
}

/** Looks until something of ours is found, the looks are used up, or looking itself fails. */
async function searchFor(
  find: () => Promise<Finding>,
  { clock, signal }: StartContext,
): Promise<SearchResult> {
  let last: SearchResult["last"] = { ours: [], unreadable: [] };
  for (const delayMs of LOOK_DELAYS_MS) {
    await clock.sleep(delayMs, signal);
    const finding = signal.aborted ? null : await find();
    if (finding === null || finding.kind === "fault") {
      return { last, failed: true };
    }
    last = finding;
    if (finding.ours.length > 0) {
      break;
    }
  }
  return { last, failed: false };
}
