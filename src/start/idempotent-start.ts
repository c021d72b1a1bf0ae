import type { Task } from "../github/agent-tasks/task.ts";
import { getRetryAfter, type RequestFailure } from "../github/http/error.ts";
import type { RequestResult, ResponseMeta } from "../github/http/result.ts";
import { computeBackoff } from "../github/http/retry.ts";
import type { Time } from "../runner/clock.ts";
import type { SearchResult } from "./search.ts";

/** For how long a start that is surely not carried out is sent again, in milliseconds. */
export const RESEND_BUDGET_MS = 10 * 60_000;

/** How long to wait before each look for a task that a indeterminate start may have begun: four looks within 60 s. */
const SEARCH_DELAYS_MS = [2_000, 13_000, 20_000, 25_000];

/** After this many indeterminate sends there is no further one. */
const MAX_INDETERMINATE_SENDS = 3;

/** What came of a start. */
export type SendOutcome = SentTask | FailedSend;

/** There is a task. */
export interface SentTask {
  readonly kind: "started";
  readonly task: Task;
  /** Null where the task was found, not answered. */
  readonly meta: ResponseMeta | null;
  /** How many requests may have started a task; above 1 there may be a second one. */
  readonly sends: number;
  /** Other tasks that are surely from the same start. */
  readonly duplicates: readonly Task[];
}

/** There is no task to go on with. */
export type FailedSend =
  /** Surely nothing was started. */
  | { readonly kind: "not_started"; readonly failure: RequestFailure }
  /** Up to `sends` tasks may have been started, and `candidates` may be among them. */
  | {
      readonly kind: "indeterminate";
      readonly failure: RequestFailure;
      readonly sends: number;
      readonly candidates: readonly Task[];
    };

/** What there is to tell on the way. */
export type StartEvent =
  /** It was not carried out, and is sent again in `delayMs`. */
  | { readonly kind: "retrying"; readonly failure: RequestFailure; readonly delayMs: number }
  /** It may have been carried out: now comes the search. */
  | { readonly kind: "looking"; readonly failure: RequestFailure }
  | { readonly kind: "found"; readonly task: Task }
  /** All looks found nothing: it is sent again. */
  | { readonly kind: "sent_again" };

/** The requests of a start. */
export interface StartRequests {
  /** Sends the request once. */
  send(): Promise<RequestResult<Task>>;
  /**
   * Looks once for tasks that may be from this start.
   *
   * @param sentAt when it was first sent, this machine's time in milliseconds since the epoch.
   */
  search(sentAt: number): Promise<SearchResult>;
}

/**
 * Starts one task, never blindly twice: a task costs money.
 *
 * After a failure that says the request was not carried out it is sent again, after the time that the server names or
 * backing off, for at most {@link RESEND_BUDGET_MS}. After a failure that leaves it open, the task is looked for first;
 * only where no look finds it, and every candidate could be read, the request is sent again.
 */
export async function startIdempotently(
  { send, search }: StartRequests,
  { clock, random, signal }: Time,
  tell: (event: StartEvent) => void,
): Promise<SendOutcome> {
  const sentAt = clock.now();
  const giveUpAt = sentAt + RESEND_BUDGET_MS;
  let indeterminate = 0;
  const end = (failure: RequestFailure): SendOutcome =>
    indeterminate === 0
      ? { kind: "not_started", failure }
      : { kind: "indeterminate", failure, sends: indeterminate, candidates: [] };

  for (let attempt = 1; ; attempt++) {
    if (signal.aborted) {
      return end({ kind: "cancelled" });
    }
    const answer = await send();
    if (answer.ok) {
      return {
        kind: "started",
        task: answer.value,
        meta: answer.meta,
        sends: indeterminate + 1,
        duplicates: [],
      };
    }
    const { failure } = answer;
    const decision = chooseNextStep(failure);
    switch (decision) {
      case "give_up":
        return end(failure);
      case "resend": {
        const delayMs = computeBackoff(attempt, getRetryAfter(failure), random);
        // A limit that ends after our time is not slept through: the log says at once when to come back.
        if (clock.now() + delayMs > giveUpAt) {
          return end(failure);
        }
        tell({ kind: "retrying", failure, delayMs });
        await clock.sleep(delayMs, signal);
        break;
      }
      case "look": {
        indeterminate++;
        if (signal.aborted) {
          return end(failure);
        }
        tell({ kind: "looking", failure });
        const { last, failed } = await searchUntilFound(() => search(sentAt), { clock, random, signal });
        const [first, ...duplicates] = last.matches;
        // Without a trace, tasks of others can look like matches: more than were sent cannot all be.
        if (first !== undefined && last.matches.length <= indeterminate) {
          tell({ kind: "found", task: first });
          return { kind: "started", task: first, meta: null, sends: indeterminate, duplicates };
        }
        const candidates = [...last.matches, ...last.unreadable];
        if (failed || candidates.length > 0 || indeterminate >= MAX_INDETERMINATE_SENDS) {
          return { kind: "indeterminate", failure, sends: indeterminate, candidates };
        }
        if (!signal.aborted) {
          tell({ kind: "sent_again" });
        }
        break;
      }
    }
  }
}

/** What may be done after a failure of a start. */
function chooseNextStep(failure: RequestFailure): "resend" | "look" | "give_up" {
  switch (failure.kind) {
    case "not_sent":
    case "rate_limited":
    case "unavailable":
      return "resend";
    case "rejected":
    case "redirected":
      return "give_up";
    case "indeterminate":
    case "cancelled":
      return "look";
  }
}

/** What the looks for a task have come to. */
interface LastSearch {
  /** The last look that could be made. */
  readonly last: Pick<Extract<SearchResult, { kind: "listed" }>, "matches" | "unreadable">;
  /** Whether a look could not be made. */
  readonly failed: boolean;
}

/** Looks until something of matches is found, the looks are used up, or looking itself fails. */
async function searchUntilFound(
  find: () => Promise<SearchResult>,
  { clock, signal }: Time,
): Promise<LastSearch> {
  let last: LastSearch["last"] = { matches: [], unreadable: [] };
  for (const delayMs of SEARCH_DELAYS_MS) {
    await clock.sleep(delayMs, signal);
    const finding = signal.aborted ? null : await find();
    if (finding === null || finding.kind === "failed") {
      return { last, failed: true };
    }
    last = finding;
    if (finding.matches.length > 0) {
      break;
    }
  }
  return { last, failed: false };
}
