import type { Task } from "../github/agent-tasks/task.ts";
import { getRetryAfter, isLasting, type RequestFailure } from "../github/http/error.ts";
import type { RequestResult, ResponseMeta } from "../github/http/result.ts";
import { computeBackoff } from "../github/http/retry.ts";
import type { Time } from "../runner/clock.ts";
import type { SearchResult, StartSearch } from "./search.ts";

/** How long to keep sending a request that GitHub surely did not carry out, in milliseconds. */
export const RESEND_BUDGET_MS = 10 * 60_000;

/** How long to wait before each search after an indeterminate send: four searches within 60 s. */
const SEARCH_DELAYS_MS = [2_000, 13_000, 20_000, 25_000];

/** After this many indeterminate sends, stop sending. */
const MAX_INDETERMINATE_SENDS = 3;

/** How a start ended. */
type SendOutcome =
  | {
      readonly kind: "started";
      readonly task: Task;
      /** Null if the response was lost and a search found the task. */
      readonly meta: ResponseMeta | null;
      /** How many requests may have started a task. Above 1, there may be duplicates. */
      readonly sends: number;
      /** Other tasks that surely come from the same start. */
      readonly duplicates: readonly Task[];
    }
  | FailedSend;

/** There is no task to follow. */
export type FailedSend =
  /** Nothing was started. */
  | { readonly kind: "not_started"; readonly failure: RequestFailure }
  /** Up to `sends` tasks may have been started, `candidates` perhaps among them. */
  | {
      readonly kind: "indeterminate";
      readonly failure: RequestFailure;
      readonly sends: number;
      readonly candidates: readonly Task[];
    };

/** Progress before there is a task. */
export type StartEvent =
  /** GitHub did not carry out the request. It is sent again in `delayMs`. */
  | { readonly kind: "retrying"; readonly failure: RequestFailure; readonly delayMs: number }
  /** GitHub may have carried out the request. The search begins. */
  | { readonly kind: "searching"; readonly failure: RequestFailure }
  | { readonly kind: "found"; readonly task: Task }
  /** No search found the task. The request is sent again. */
  | { readonly kind: "resending" };

/** The requests of a start. */
interface StartRequests {
  /** Sends the request once. */
  readonly send: () => Promise<RequestResult<Task>>;
  readonly search: StartSearch;
}

/**
 * Starts one task, and never sends the request again blindly: a second task costs money.
 *
 * If GitHub surely did not carry out the request, it sends it again after the server's `Retry-After` or a backoff, for at
 * most {@link RESEND_BUDGET_MS}. If the outcome is indeterminate, it searches for the task first. It sends the request
 * again only if no search found the task and every candidate was readable.
 */
export async function startIdempotently(
  { send, search }: StartRequests,
  { clock, random, signal }: Time,
  onEvent: (event: StartEvent) => void,
): Promise<SendOutcome> {
  const sentAt = clock.now();
  const giveUpAt = sentAt + RESEND_BUDGET_MS;
  let indeterminateSends = 0;
  const fail = (failure: RequestFailure): SendOutcome =>
    indeterminateSends === 0
      ? { kind: "not_started", failure }
      : { kind: "indeterminate", failure, sends: indeterminateSends, candidates: [] };

  for (let attempt = 1; ; attempt++) {
    if (signal.aborted) {
      return fail({ kind: "cancelled" });
    }
    const response = await send();
    if (response.ok) {
      const { value: task, meta } = response;
      return { kind: "started", task, meta, sends: indeterminateSends + 1, duplicates: [] };
    }
    const { failure } = response;
    switch (chooseNextStep(failure)) {
      case "give_up":
        return fail(failure);
      case "resend": {
        const delayMs = computeBackoff(attempt, getRetryAfter(failure), random);
        // If the limit ends after our time budget, or waiting does not help, do not wait: the error says what to do.
        if (clock.now() + delayMs > giveUpAt || (attempt > 1 && isLasting(failure))) {
          return fail(failure);
        }
        onEvent({ kind: "retrying", failure, delayMs });
        await clock.sleep(delayMs, signal);
        break;
      }
      case "search": {
        indeterminateSends++;
        if (signal.aborted) {
          return fail(failure);
        }
        onEvent({ kind: "searching", failure });
        const { matches, unreadable, failed } = await searchUntilFound(() => search(sentAt), {
          clock,
          signal,
        });
        const [first, ...duplicates] = matches;
        // Without a trace, other tasks can look like matches. If there are more than we sent, do not guess.
        if (first !== undefined && matches.length <= indeterminateSends) {
          onEvent({ kind: "found", task: first });
          return { kind: "started", task: first, meta: null, sends: indeterminateSends, duplicates };
        }
        const candidates = [...matches, ...unreadable];
        if (failed || candidates.length > 0 || indeterminateSends >= MAX_INDETERMINATE_SENDS) {
          return { kind: "indeterminate", failure, sends: indeterminateSends, candidates };
        }
        if (!signal.aborted) {
          onEvent({ kind: "resending" });
        }
        break;
      }
    }
  }
}

function chooseNextStep(failure: RequestFailure): "resend" | "search" | "give_up" {
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
      return "search";
  }
}

/** What the last successful search found, and whether a search failed or was cancelled. */
type LastSearch = Pick<Extract<SearchResult, { kind: "listed" }>, "matches" | "unreadable"> & {
  readonly failed: boolean;
};

/** Searches until there is a match, all searches are used up, or one fails. */
async function searchUntilFound(
  search: () => Promise<SearchResult>,
  { clock, signal }: Pick<Time, "clock" | "signal">,
): Promise<LastSearch> {
  let last: LastSearch = { matches: [], unreadable: [], failed: false };
  for (const delayMs of SEARCH_DELAYS_MS) {
    await clock.sleep(delayMs, signal);
    const result = signal.aborted ? null : await search();
    if (result === null || result.kind === "failed") {
      return { ...last, failed: true };
    }
    last = { ...result, failed: false };
    if (result.matches.length > 0) {
      break;
    }
  }
  return last;
}
