import type { ActionContext } from "../context.ts";
import type { AgentTasksApi, ListQuery } from "../github/agent-tasks/api.ts";
import { iterateTasks, type ListedTask } from "../github/agent-tasks/pages.ts";
import type { Task } from "../github/agent-tasks/task.ts";
import { isNotFound, type RequestFailure } from "../github/http/error.ts";
import type { RequestResult } from "../github/http/result.ts";
import { type RetryOptions, withRetry } from "../github/http/retry.ts";
import type { Repository } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { type Match, matchPrompt, matchStartId } from "../prompt/trace.ts";
import type { Start } from "./outcome.ts";

/** Sends a read request, with retries. */
type Send = <T>(request: () => Promise<RequestResult<T>>) => Promise<RequestResult<T>>;

/** Which tasks to list. */
interface CandidateQuery {
  /** Null: the tasks of the token's user in all repositories. */
  readonly repository: Repository | null;
  /** The token's user. We never started a task of another user. */
  readonly creatorId: string;
  /** Only tasks updated at or after this time, server time in milliseconds since the epoch. */
  readonly since: number;
  readonly direction: ListQuery["direction"];
  /** Whether to keep a task. It is shown as listed, so without its sessions. */
  readonly isCandidate: (entry: Task) => boolean;
}

/** Lists the tasks of the token's user, page by page, in the order of their creation. */
export async function* listCandidates(
  api: AgentTasksApi,
  { repository, creatorId, since, direction, isCandidate }: CandidateQuery,
  send: Send,
): AsyncGenerator<ListedTask, void, undefined> {
  // GitHub can filter by state too, but rejects states that its API description does not have yet.
  const query: ListQuery = {
    per_page: 100,
    sort: "created_at",
    direction,
    since: new Date(since).toISOString(),
    ...(repository === null ? {} : { creator_id: [creatorId] }),
  };
  for await (const listed of iterateTasks(api, repository, query, send)) {
    if (!listed.ok || (["", creatorId].includes(listed.task.creatorId) && isCandidate(listed.task))) {
      yield listed;
    }
  }
}

/** What to search for, among the tasks created since then. */
export interface SearchQuery extends Omit<CandidateQuery, "direction" | "isCandidate"> {
  /** Compares a task, with its sessions. */
  readonly match: (task: Task) => Match;
  /** Stop at the first match, the newest. */
  readonly firstOnly: boolean;
  /** How to treat a candidate that cannot be fetched: fail the search, or compare what the list shows of it. */
  readonly missing: "fail" | "unreadable";
  /** The most tasks to compare. */
  readonly maxCandidates: number;
}

/** What one search found, newest first. */
export type SearchResult =
  | {
      readonly kind: "listed";
      readonly matches: readonly Task[];
      readonly unreadable: readonly Task[];
      readonly others: readonly Task[];
      /** False if the search stopped at `maxCandidates`. */
      readonly complete: boolean;
    }
  | { readonly kind: "failed"; readonly failure: RequestFailure };

/**
 * Searches a repository's tasks once, newest first. Lists do not show prompts, so it fetches each candidate.
 *
 * @param others tasks that are known not to match, by ID. They are not fetched again; the search adds to them.
 */
export async function searchTasks(
  api: AgentTasksApi,
  search: SearchQuery,
  others: Map<string, Task>,
  options: RetryOptions,
): Promise<SearchResult> {
  // All requests of a search share one time limit, so that retries do not add up.
  const giveUpAt = options.clock.now() + options.retryBudgetMs;
  const send: Send = (request) =>
    withRetry(request, { ...options, retryBudgetMs: giveUpAt - options.clock.now() });
  const found: Record<Match, Task[]> = { match: [], unreadable: [], no_match: [] };
  const toResult = (complete: boolean): SearchResult => {
    const { match, unreadable, no_match } = found;
    return { kind: "listed", matches: match, unreadable, others: no_match, complete };
  };
  const getCandidate = async (id: string): Promise<RequestResult<Task>> => {
    const get = () => send(() => api.get(search.repository, id));
    let response = await get();
    // A task created moments ago can be listed before it can be fetched. If that fails the search, retry.
    for (const delayMs of search.missing === "fail" ? NOT_FOUND_DELAYS_MS : []) {
      if (response.ok || !isNotFound(response.failure)) {
        break;
      }
      await options.clock.sleep(delayMs, options.signal);
      response = await get();
    }
    return response;
  };
  const isCandidate = ({ createdAt }: Task) => createdAt >= search.since;
  let candidates = 0;
  for await (const listed of listCandidates(api, { ...search, direction: "desc", isCandidate }, send)) {
    if (!listed.ok) {
      return { kind: "failed", failure: listed.failure };
    }
    candidates++;
    if (candidates > search.maxCandidates) {
      return toResult(false);
    }
    const { id } = listed.task;
    const known = others.get(id);
    if (known !== undefined) {
      found.no_match.push(known);
      continue;
    }
    const response = await getCandidate(id);
    if (!response.ok && search.missing === "fail") {
      return { kind: "failed", failure: response.failure };
    }
    const task = response.ok ? response.value : listed.task;
    const match = search.match(task);
    found[match].push(task);
    if (match === "no_match") {
      others.set(id, task);
    }
    if (match === "match" && search.firstOnly) {
      return toResult(true);
    }
  }
  return toResult(true);
}

/** A listed task counts as not found only after three 404 responses over a minute. */
const NOT_FOUND_DELAYS_MS = [30_000, 30_000];

/** How much earlier than its start request a task may seem to have been created: clocks differ, times are rounded. */
const CLOCK_MARGIN_MS = 120_000;

/**
 * Searches once for the tasks of a start.
 *
 * @param sentAt when its request was first sent, this machine's time in milliseconds since the epoch.
 */
export type StartSearch = (sentAt: number) => Promise<SearchResult>;

/**
 * Creates a search for the tasks of one start.
 *
 * @param others tasks that earlier searches found not to match, by ID; each search adds to them.
 */
export function createStartSearch(
  context: ActionContext,
  inputs: Pick<StartInputs, "trace" | "baseRef">,
  { repository, trace, body }: Start,
  others: Map<string, Task>,
): StartSearch {
  const match = inputs.trace ? matchStartId(trace) : matchPrompt(body.prompt, inputs.baseRef);
  return async (sentAt) => {
    const user = await context.github.user();
    if (!user.ok) {
      return { kind: "failed", failure: user.failure };
    }
    const search: SearchQuery = {
      repository,
      creatorId: user.value.id,
      since: sentAt + user.value.serverAheadMs - CLOCK_MARGIN_MS,
      match,
      firstOnly: false,
      missing: "unreadable",
      maxCandidates: Number.POSITIVE_INFINITY,
    };
    return searchTasks(context.github.api, search, others, context.github.lookup());
  };
}
