import type { Task } from "../github/agent-tasks/task.ts";
import { computeBackoff, extendStreak, type FailureStreak } from "../github/http/backoff.ts";
import { getRetryAfter, isAccepted, isLasting, type RequestFailure } from "../github/http/error.ts";
import type { RequestResult, ResponseMeta } from "../github/http/result.ts";
import type { Time } from "../runner/clock.ts";
import { hasNoSession, type ListedTasks, type StartSearch } from "./search.ts";

/** How long to keep sending a request that GitHub surely did not carry out, in milliseconds. */
export const RESEND_BUDGET_MS = 10 * 60_000;

/** How long to wait before each search after an indeterminate send: four searches within 60 s. */
const SEARCH_DELAYS_MS = [2_000, 13_000, 20_000, 25_000];

const ONE_SEARCH = [0];

/** The pause before each further search for a task that GitHub will surely show, in milliseconds. */
const FURTHER_DELAY_MS = 30_000;

/** For how long to search while the list has a task that GitHub does not show as a whole yet, in milliseconds. */
const LISTED_BUDGET_MS = 10 * 60_000;

/** For how long to search for a task whose request GitHub has accepted, and which no list shows, in milliseconds. */
const ACCEPTED_BUDGET_MS = 3 * 60_000;

/** Before a request is sent again, search once more if the last search is older than this, in milliseconds. */
const MAX_SEARCH_AGE_MS = 30_000;

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
      /** Whether the list has entries that cannot be read. */
      readonly isListUnreadable: boolean;
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
  /** Whether a task that the search finds is surely of this start. Otherwise others can look like it. */
  readonly isProof: boolean;
}

/**
 * Starts one task, and never sends the request again blindly: a second task costs money.
 *
 * If GitHub surely did not carry out the request, it sends it again after the server's `Retry-After` or a backoff, for at
 * most {@link RESEND_BUDGET_MS}. If the outcome is indeterminate, it searches for the task first. It sends the request
 * again only if no search found the task, every candidate was readable, and the last search is recent. A request that GitHub
 * accepted is never sent again, whatever the response says.
 */
export async function startIdempotently(
  requests: StartRequests,
  time: Time,
  onEvent: (event: StartEvent) => void,
): Promise<SendOutcome> {
  const { clock, random, signal } = time;
  const giveUpAt = clock.now() + RESEND_BUDGET_MS;
  const finder = createFinder(requests, time, onEvent);
  let indeterminateSends = 0;
  let streak: FailureStreak | null = null;
  let unauthorizedSends = 0;

  /** Ends without a task, unless an earlier request started one that the list shows only now. */
  const giveUp = async (failure: RequestFailure): Promise<SendOutcome> => {
    if (indeterminateSends === 0) {
      return { kind: "not_started", failure };
    }
    const found = await finder.find(ONE_SEARCH, failure, indeterminateSends);
    return found ?? failIndeterminate(failure, indeterminateSends);
  };

  for (let attempt = 1; ; attempt++) {
    if (signal.aborted) {
      return giveUp({ kind: "cancelled" });
    }
    const response = await requests.send();
    if (response.ok) {
      const { value: task, meta } = response;
      return { kind: "started", task, meta, sends: indeterminateSends + 1, duplicates: [] };
    }
    const { failure } = response;
    const failedAt = clock.now();
    const step = chooseNextStep(failure);
    switch (step) {
      case "give_up":
        return giveUp(failure);
      case "resend": {
        streak = extendStreak(streak, failure, clock.now());
        unauthorizedSends += failure.kind === "unauthorized" ? 1 : 0;
        const delayMs = computeBackoff(streak, random);
        const helpsWaiting = unauthorizedSends <= 1 && !(attempt > 1 && isLasting(failure));
        // If the limit ends after our time budget, or waiting does not help, do not wait: the error says what to do.
        if (clock.now() + delayMs > giveUpAt || !helpsWaiting) {
          return giveUp(failure);
        }
        onEvent({ kind: "retrying", failure, delayMs });
        await clock.sleep(delayMs, signal);
        break;
      }
      case "search":
      case "search_and_give_up": {
        indeterminateSends++;
        if (signal.aborted) {
          return failIndeterminate(failure, indeterminateSends);
        }
        onEvent({ kind: "searching", failure });
        const found = await finder.find(SEARCH_DELAYS_MS, failure, indeterminateSends);
        if (found !== null) {
          return found;
        }
        const waitMs = failedAt + (getRetryAfter(failure) ?? 0) - clock.now();
        const isLast = indeterminateSends >= MAX_INDETERMINATE_SENDS || clock.now() + waitMs > giveUpAt;
        if (step === "search_and_give_up" || isLast) {
          return failAfterSearch(failure, indeterminateSends);
        }
        await clock.sleep(Math.max(0, waitMs), signal);
        break;
      }
    }
    if (indeterminateSends > 0) {
      // Lists lag, so what the last search did not find may have appeared since.
      const found = finder.isStale() ? await finder.find(ONE_SEARCH, failure, indeterminateSends) : null;
      if (found !== null) {
        return found;
      }
      if (!signal.aborted) {
        onEvent({ kind: "resending" });
      }
    }
  }
}

function failIndeterminate(
  failure: RequestFailure,
  sends: number,
  more: { readonly candidates?: readonly Task[]; readonly isListUnreadable?: boolean } = {},
): FailedSend {
  return { kind: "indeterminate", failure, sends, candidates: [], isListUnreadable: false, ...more };
}

/** The outcome if every search worked and none found the task. GitHub rejected a request that conflicts. */
function failAfterSearch(failure: RequestFailure, sends: number): FailedSend {
  return failure.kind === "rejected" && failure.isFromApi && sends === 1
    ? { kind: "not_started", failure }
    : failIndeterminate(failure, sends);
}

function chooseNextStep(failure: RequestFailure): "resend" | "search" | "search_and_give_up" | "give_up" {
  switch (failure.kind) {
    case "not_sent":
    case "rate_limited":
      return "resend";
    case "unauthorized":
      // A 401 without GitHub's message may come from a proxy.
      return failure.message === "" ? "search_and_give_up" : "resend";
    case "rejected":
      // A conflict can be with the task that an earlier request started. What GitHub did not write says nothing of the task.
      return failure.status === 409 || !failure.isFromApi ? "search_and_give_up" : "give_up";
    case "redirected":
      return "give_up";
    case "indeterminate":
      return isAccepted(failure) ? "search_and_give_up" : "search";
    case "cancelled":
      return "search";
  }
}

/** Searches for the tasks of one start. */
function createFinder(
  { search, isProof }: Pick<StartRequests, "search" | "isProof">,
  { clock, signal }: Time,
  onEvent: (event: StartEvent) => void,
) {
  const sentAt = clock.now();
  let searchedAt = Number.NEGATIVE_INFINITY;
  /** What may be a task of this start, by ID. A later list may be unreadable, or not have it. */
  const candidates = new Map<string, Task>();
  const keep = (tasks: readonly Task[]): void => {
    for (const task of tasks) {
      candidates.set(task.id, task);
    }
  };

  /**
   * Searches until there is a match, the delays are used up and no task is still to appear, a search fails, or the step is
   * cancelled.
   */
  const searchUntilFound = async (delaysMs: readonly number[], failure: RequestFailure) => {
    let last: ListedTasks | null = null;
    const begunAt = clock.now();
    const isStillToAppear = () => last !== null && clock.now() - begunAt < getFurtherBudget(last, failure);
    for (let n = 0; n < delaysMs.length || isStillToAppear(); n++) {
      await clock.sleep(delaysMs[n] ?? FURTHER_DELAY_MS, signal);
      const askedAt = clock.now();
      const result = signal.aborted ? null : await search(sentAt);
      if (result === null || result.kind === "failed") {
        keep(result?.seen ?? []);
        return { last, isComplete: false };
      }
      last = result;
      // The list is from then, however long the tasks in it took to read.
      searchedAt = askedAt;
      keep([...last.matches, ...last.unreadable, ...last.promptless]);
      for (const { id } of last.others) {
        candidates.delete(id);
      }
      if (last.matches.length > 0) {
        break;
      }
    }
    return { last, isComplete: true };
  };

  return {
    /** Whether the last search is too old to send the request again. */
    isStale: (): boolean => clock.now() - searchedAt > MAX_SEARCH_AGE_MS,
    /**
     * Adopts the task that a search finds.
     *
     * @param sends how many requests may have started a task.
     * @returns null if there surely is no task. Only then may the request be sent again.
     */
    find: async (
      delaysMs: readonly number[],
      failure: RequestFailure,
      sends: number,
    ): Promise<SendOutcome | null> => {
      const { last, isComplete } = await searchUntilFound(delaysMs, failure);
      const { matches = [], unreadableEntries = 0 } = last ?? {};
      const [first, ...duplicates] = matches;
      // If there are more than we sent, something repeated the request, or other tasks look like ours. Then do not guess.
      if (first !== undefined && (isProof || matches.length <= sends)) {
        onEvent({ kind: "found", task: first });
        return { kind: "started", task: first, meta: null, sends, duplicates };
      }
      const isListUnreadable = unreadableEntries > 0;
      return !isComplete || candidates.size > 0 || isListUnreadable
        ? failIndeterminate(failure, sends, { candidates: [...candidates.values()], isListUnreadable })
        : null;
    },
  };
}

/** For how long a search goes on after its usual end, since its beginning. Zero if nothing is still to appear. */
function getFurtherBudget(last: ListedTasks, failure: RequestFailure): number {
  if (last.notFound.length > 0 || last.promptless.some(hasNoSession)) {
    return LISTED_BUDGET_MS;
  }
  // Waiting does not make readable what a list does not let us read.
  const mayAppear = isAccepted(failure) && last.unreadable.length === 0 && last.unreadableEntries === 0;
  return mayAppear ? ACCEPTED_BUDGET_MS : 0;
}
