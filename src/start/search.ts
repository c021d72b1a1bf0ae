import type { ActionContext } from "../context.ts";
import type { AgentTasksApi, ListQuery } from "../github/agent-tasks/api.ts";
import { iterateTasks } from "../github/agent-tasks/pages.ts";
import type { Task } from "../github/agent-tasks/task.ts";
import { isNotFound, type RequestFailure } from "../github/http/error.ts";
import type { RequestResult } from "../github/http/result.ts";
import { type RetryOptions, withRetry } from "../github/http/retry.ts";
import type { Repository } from "../github/repository.ts";
import type { Match } from "../prompt/trace.ts";

/** That a task is not found counts after three such answers in a row over a minute. */
const NOT_FOUND_DELAYS_MS = [30_000, 30_000];

/** What to look for. */
export interface SearchQuery {
  readonly repository: Repository;
  /** The token's user: tasks of other people are never ours. */
  readonly creatorId: string;
  /** Only tasks created since then, server time in milliseconds since the epoch. */
  readonly since: number;
  /** Told a task with its sessions. */
  readonly match: (task: Task) => Match;
  /** Stop at the first that is ours, the newest. */
  readonly firstOnly: boolean;
  /** What a candidate that cannot be got means: the look has failed, or it is one that does not say what it is. */
  readonly missing: "fail" | "unreadable";
  /** The most tasks to read. */
  readonly maxCandidates: number;
}

/** What one look found, newest first. `complete` is false where `maxCandidates` cut it short. */
export type SearchResult =
  | {
      readonly kind: "listed";
      readonly matches: readonly Task[];
      readonly unreadable: readonly Task[];
      readonly others: readonly Task[];
      readonly complete: boolean;
    }
  /** The list could not be read to its end. */
  | { readonly kind: "failed"; readonly failure: RequestFailure };

/**
 * Looks once through a repository's tasks, newest first. A list says nothing of prompts, so each candidate is read by
 * itself; one that was read before and is not ours is not read again.
 *
 * @param others IDs of tasks that are known not to be ours; added to.
 */
export async function searchTasks(
  api: AgentTasksApi,
  search: SearchQuery,
  others: Map<string, Task>,
  context: RetryOptions,
): Promise<SearchResult> {
  // All requests of a look share one time: trouble does not add up.
  const giveUpAt = context.clock.now() + context.retryBudgetMs;
  const ask = <T>(send: () => Promise<RequestResult<T>>) =>
    withRetry(send, { ...context, retryBudgetMs: giveUpAt - context.clock.now() });
  const query: ListQuery = {
    per_page: 100,
    sort: "created_at",
    direction: "desc",
    since: new Date(search.since).toISOString(),
    creator_id: [search.creatorId],
  };
  const found: Record<Match, Task[]> = { match: [], unreadable: [], no_match: [] };
  const listed = (complete: boolean): SearchResult => {
    const { match, unreadable, no_match } = found;
    return { kind: "listed", matches: match, unreadable, others: no_match, complete };
  };
  const getCandidate = async (id: string): Promise<RequestResult<Task>> => {
    const get = () => ask(() => api.get(search.repository, id));
    let answer = await get();
    // One look is one of several, or the only one: then a task that is listed and not found is asked for again.
    for (const delayMs of search.missing === "fail" ? NOT_FOUND_DELAYS_MS : []) {
      if (answer.ok || !isNotFound(answer.failure)) {
        break;
      }
      await context.clock.sleep(delayMs, context.signal);
      answer = await get();
    }
    return answer;
  };
  let candidates = 0;
  for await (const listing of iterateTasks(api, search.repository, query, ask)) {
    if (!listing.ok) {
      return { kind: "failed", failure: listing.failure };
    }
    const entry = listing.task;
    if (!isCandidate(entry, search)) {
      continue;
    }
    candidates++;
    if (candidates > search.maxCandidates) {
      return listed(false);
    }
    const known = others.get(entry.id);
    const answer = known === undefined ? await getCandidate(entry.id) : null;
    if (answer?.ok === false && search.missing === "fail") {
      return { kind: "failed", failure: answer.failure };
    }
    const task = known ?? (answer?.ok ? answer.value : entry);
    const recognition = known === undefined ? search.match(task) : "no_match";
    found[recognition].push(task);
    if (recognition === "no_match") {
      others.set(task.id, task);
    }
    if (recognition === "match" && search.firstOnly) {
      return listed(true);
    }
  }
  return listed(true);
}

function isCandidate(task: Task, { creatorId, since }: SearchQuery): boolean {
  return task.createdAt >= since && (task.creatorId === creatorId || task.creatorId === "");
}

/** How far before a start its task may seem to have been created, in milliseconds: clocks and rounding. */
const CLOCK_MARGIN_MS = 120_000;

/** Looks once for the tasks of a start that was first sent at `sentAt` (this machine's time). */
export type StartSearch = (sentAt: number) => Promise<SearchResult>;

/** A search for the tasks of one start. It keeps in mind which tasks it has read and are others'. */
export function createStartSearch(
  context: ActionContext,
  repository: Repository,
  match: (task: Task) => Match,
): StartSearch {
  const others = new Map<string, Task>();
  return async (sentAt) => {
    const user = await context.github.user();
    if (!user.ok) {
      return { kind: "failed", failure: user.failure };
    }
    // The answer's `Date` tells how far this machine's clock is off.
    const ahead = user.value.serverAheadMs;
    const search = {
      repository,
      creatorId: user.value.id,
      since: sentAt + ahead - CLOCK_MARGIN_MS,
      match,
      firstOnly: false,
      missing: "unreadable" as const,
      maxCandidates: Number.POSITIVE_INFINITY,
    };
    return searchTasks(context.github.api, search, others, context.github.lookup());
  };
}
