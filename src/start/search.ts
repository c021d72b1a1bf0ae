import type { ActionContext } from "../context.ts";
import type { AgentTasksApi, ListQuery } from "../github/agent-tasks/api.ts";
import { iterateTasks, type ListedTask, MAX_SEARCH_PAGES } from "../github/agent-tasks/pages.ts";
import type { Task } from "../github/agent-tasks/task.ts";
import { isNotFound, type RequestFailure } from "../github/http/error.ts";
import type { RequestResult } from "../github/http/result.ts";
import { OUT_OF_TIME, RETRY_BUDGET_MS, type RetryOptions, withRetry } from "../github/http/retry.ts";
import { getFullName, type Repository } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { type Match, matchPrompt, matchStartId } from "../prompt/trace.ts";
import type { Start } from "./outcome.ts";

/** Sends a read request, with retries. */
type Send = <T>(request: () => Promise<RequestResult<T>>) => Promise<RequestResult<T>>;

/** Which tasks to list. */
interface CandidateQuery {
  /** Null: the tasks of the token's user in all repositories. */
  readonly repository: Repository | null;
  /** The token's user. Null: whoever created a task. */
  readonly creatorId: string | null;
  /** Only tasks updated at or after this time, server time in milliseconds since the epoch. */
  readonly since: number;
  /** True: only tasks that somebody has archived. By default, only those that nobody has. */
  readonly isArchived?: boolean;
  /** Whether to keep a task. It is shown as listed, so without its sessions. */
  readonly isCandidate: (entry: Task) => boolean;
  /** Called if the list is longer than a search reads. */
  readonly onCutOff: () => void;
}

/** Lists tasks, page by page, the newest first. */
export async function* listCandidates(
  api: AgentTasksApi,
  { repository, creatorId, since, isArchived, isCandidate, onCutOff }: CandidateQuery,
  send: Send,
): AsyncGenerator<ListedTask, void, undefined> {
  // GitHub can filter by state too, but rejects states that its API description does not have yet.
  const query: ListQuery = {
    per_page: 100,
    sort: "created_at",
    // A list that is cut off then lacks the oldest tasks.
    direction: "desc",
    since: new Date(since).toISOString(),
    ...(isArchived ? { is_archived: true } : {}),
    ...(repository === null || creatorId === null ? {} : { creator_id: [creatorId] }),
  };
  const pages = { maxPages: MAX_SEARCH_PAGES, request: send, onCutOff };
  for await (const listed of iterateTasks(api, repository, query, pages)) {
    if (listed.kind !== "task" || (mayBeCreatedBy(creatorId, listed.task) && isCandidate(listed.task))) {
      yield listed;
    }
  }
}

/** Whether a user may have created a task. Lists may omit the creator, so the single task must be checked too. */
export function mayBeCreatedBy(creatorId: string | null, task: Task): boolean {
  return creatorId === null || task.creatorId === "" || task.creatorId === creatorId;
}

/** What to search for, among the tasks created since then. */
export interface SearchQuery extends Omit<CandidateQuery, "isCandidate" | "onCutOff"> {
  /** Compares a task, with its sessions. */
  readonly match: (task: Task) => Match;
  /** Whether a match is certain, so that what comes after it cannot change the result. */
  readonly isProof: boolean;
  /** Whether these matches are enough, so that `next` need not be compared. Null: so that the search may end. */
  readonly isEnough: (matches: readonly Task[], next: Task | null) => boolean;
  /**
   * How to treat a candidate that cannot be fetched: fail the search, or compare what the list shows of it. One that
   * answers 404 is always compared so.
   */
  readonly missing: "fail" | "unreadable";
  /** The most tasks to compare. */
  readonly maxCandidates: number;
}

/** Why nothing is started if one of the tasks may be the one that a search looks for. */
export const UNREADABLE_TASKS =
  "GitHub describes tasks in a form that this version of the action cannot read";

/** Why nothing is started if a task that may decide is listed, and GET does not find it. */
export const NOT_THERE = "GitHub lists a task, and answers 404 for it";

/** What one search found, newest first. */
export interface ListedTasks {
  readonly kind: "listed";
  readonly matches: readonly Task[];
  /** Tasks whose sessions cannot be read. */
  readonly unreadable: readonly Task[];
  /** Those of them that are in the list, and not found where they are asked for by ID. */
  readonly notFound: readonly Task[];
  /** Tasks without a prompt, such as sessions of editors. */
  readonly promptless: readonly Task[];
  readonly others: readonly Task[];
  /** How many entries of the list have no ID. */
  readonly unreadableEntries: number;
  /** False if the search stopped at `maxCandidates`, or the list is longer than a search reads. */
  readonly complete: boolean;
}

export type SearchResult =
  | ListedTasks
  /** `seen`: tasks that may match, from before the failure. */
  | { readonly kind: "failed"; readonly failure: RequestFailure; readonly seen: readonly Task[] };

/** Merges what searches of two lists found, each task once. */
export function mergeResults(one: ListedTasks, other: ListedTasks): ListedTasks {
  const merge = (tasks: readonly Task[], more: readonly Task[]) => [
    ...new Map([...more, ...tasks].map((task) => [task.id, task])).values(),
  ];
  return {
    kind: "listed",
    matches: merge(one.matches, other.matches),
    unreadable: merge(one.unreadable, other.unreadable),
    notFound: merge(one.notFound, other.notFound),
    promptless: merge(one.promptless, other.promptless),
    others: merge(one.others, other.others),
    unreadableEntries: one.unreadableEntries + other.unreadableEntries,
    complete: one.complete && other.complete,
  };
}

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
  const send: Send = (request) => withRetry(request, options);
  const found: Record<Match, Task[]> = { match: [], unreadable: [], promptless: [], no_match: [] };
  let unreadableEntries = 0;
  const notFound: Task[] = [];
  const toResult = (complete: boolean): SearchResult => {
    const { match: matches, no_match: others, ...unknown } = found;
    return { kind: "listed", matches, ...unknown, notFound, others, unreadableEntries, complete };
  };
  const fail = (failure: RequestFailure): SearchResult =>
    search.isProof && found.match.length > 0
      ? toResult(false)
      : { kind: "failed", failure, seen: [...found.match, ...found.unreadable, ...found.promptless] };
  const isCandidate = ({ createdAt }: Task) => createdAt >= search.since;
  let candidates = 0;
  let isWhole = true;
  const onCutOff = () => {
    isWhole = false;
  };
  for await (const listed of listCandidates(api, { ...search, isCandidate, onCutOff }, send)) {
    if (listed.kind === "failed") {
      return fail(listed.failure);
    }
    if (listed.kind === "unreadable") {
      unreadableEntries++;
      continue;
    }
    if (search.isEnough(found.match, listed.task)) {
      continue;
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
    const response = await send(() => api.get(search.repository, id));
    const isMissing = !response.ok && isNotFound(response.failure);
    if (!response.ok && !isMissing && search.missing === "fail") {
      return fail(response.failure);
    }
    const task = response.ok ? response.value : listed.task;
    // Lists may omit the creator and the time, so the single task decides.
    const mayMatch = isCandidate(task) && mayBeCreatedBy(search.creatorId, task);
    const match = mayMatch ? search.match(task) : "no_match";
    found[match].push(task);
    if (match === "unreadable" && isMissing) {
      notFound.push(task);
    }
    if (match === "no_match") {
      others.set(id, task);
    }
    if (search.isEnough(found.match, null)) {
      return toResult(true);
    }
  }
  return toResult(isWhole);
}

/**
 * The pauses before looking again at a new task that GitHub does not show as a whole yet, in milliseconds: lists can have it
 * before GET finds it, and before it has a session.
 */
export const LOOK_AGAIN_DELAYS_MS = [5_000, 10_000, 15_000, 30_000, 30_000, 30_000];

/** A task as new as this may not be there yet for GET, though lists have it. */
const NEW_TASK_MS = 10 * 60_000;

/** Whether a task is so new that GitHub may not show it as a whole yet. @param serverNow milliseconds since the epoch. */
export function isNewTask({ createdAt }: Task, serverNow: number): boolean {
  return createdAt >= serverNow - NEW_TASK_MS;
}

/** For how long to look again at a task that is not new, in milliseconds. */
const OLD_TASK_BUDGET_MS = 60_000;

/**
 * Whether to look again at a task that a list has, and that GitHub does not show as a whole.
 *
 * @param serverNow milliseconds since the epoch.
 * @param lookedForMs how long ago the first look was, in milliseconds.
 */
export function mayAppear(task: Task, serverNow: number, lookedForMs: number): boolean {
  return isNewTask(task, serverNow) || lookedForMs < OLD_TASK_BUDGET_MS;
}

/** Whether GitHub shows no session of a task. A new one gets its first session, and with it its prompt, a moment later. */
export function hasNoSession({ sessions }: Task): boolean {
  return sessions?.length === 0;
}

/** How much earlier than its start request a task may seem to have been created: times are rounded. */
const CLOCK_MARGIN_MS = 2 * 60_000;

/** How far this machine's clock, or the server's `Date`, may be off. */
const MAX_CLOCK_ERROR_MS = 15 * 60_000;

/** Time limit for asking for the token's user where the search can do without, in milliseconds. */
const USER_BUDGET_MS = 20_000;

/**
 * Searches once for the tasks of a start.
 *
 * @param sentAt when its request was first sent, this machine's time in milliseconds since the epoch.
 */
export type StartSearch = (sentAt: number) => Promise<SearchResult>;

/** The time for the requests of all searches of one purpose, without the time between them. Each search uses some of it up. */
interface SearchBudget {
  leftMs: number;
}

/** The time before the first search. */
export function createSearchBudget(): SearchBudget {
  return { leftMs: RETRY_BUDGET_MS };
}

/** What searches share. */
interface SearchMemory {
  /** Tasks that earlier searches found not to match, by ID; each search adds to them. */
  readonly others: Map<string, Task>;
  readonly budget: SearchBudget;
}

/** Why a search failed that was cut off. */
const OUT_OF_PAGES: RequestFailure = {
  kind: "indeterminate",
  status: null,
  reason: `the list of tasks has more than ${MAX_SEARCH_PAGES} pages`,
  retryAfterMs: null,
};

/**
 * Creates a search for the tasks of one start.
 *
 * @param memory what its searches share with each other, and perhaps with those for other starts.
 */
export function createStartSearch(
  context: ActionContext,
  inputs: Pick<StartInputs, "trace" | "baseRef">,
  { repository, trace, body }: Start,
  { others, budget }: SearchMemory,
): StartSearch {
  const matchSamePrompt = matchPrompt(body.prompt, inputs.baseRef);
  const matchOwnStart = matchStartId(trace, body.prompt);
  const { clock } = context.time;
  // The start ID needs no user, and the user's response has only a better time. Once that has failed, one request is enough.
  let userBudgetMs = inputs.trace ? USER_BUDGET_MS : RETRY_BUDGET_MS;
  const searchOnce: StartSearch = async (sentAt) => {
    const requests = context.github.lookup(budget.leftMs);
    const user = await context.github.user(context.github.lookup(Math.min(budget.leftMs, userBudgetMs)));
    if (!user.ok && (!inputs.trace || user.failure.kind === "cancelled")) {
      return { kind: "failed", failure: user.failure, seen: [] };
    }
    if (!user.ok) {
      userBudgetMs = 0;
    }
    const { id, serverAheadMs } = user.ok ? user.value : { id: null, serverAheadMs: null };
    const expectedSince = sentAt + (serverAheadMs ?? 0) - CLOCK_MARGIN_MS;
    const earliest = expectedSince - MAX_CLOCK_ERROR_MS;
    const mayBeOfStart = ({ createdAt }: Task) => serverAheadMs === null || createdAt >= expectedSince;
    const search: SearchQuery = {
      repository,
      // The start ID is random, so it proves whose task it is. Without a trace, only the user's own tasks count.
      creatorId: inputs.trace ? null : id,
      since: inputs.trace || serverAheadMs === null ? earliest : expectedSince,
      match: inputs.trace
        ? (task) => {
            const match = matchOwnStart(task);
            // The start ID is proof even if a clock is wrong. What proves nothing counts only if the time fits.
            return match === "match" || mayBeOfStart(task) ? match : "no_match";
          }
        : (task) => {
            const match = matchSamePrompt(task);
            // Without the server's time, the task may be older than the start.
            return match === "match" && serverAheadMs === null ? "unreadable" : match;
          },
      isProof: inputs.trace,
      isEnough: () => false,
      missing: "unreadable",
      maxCandidates: Number.POSITIVE_INFINITY,
    };
    const result = await searchTasks(context.github.api, search, others, requests);
    if (result.kind === "failed" || result.complete || result.matches.length > 0) {
      return result;
    }
    context.log.warning(
      "Search cut off",
      `Searched only the first ${MAX_SEARCH_PAGES} pages of the tasks in ${getFullName(repository)} for the task of this ` +
        "start, and did not find it. It may be on a later page, so the start request is not sent again.",
    );
    return result.unreadable.length > 0
      ? result
      : { kind: "failed", failure: OUT_OF_PAGES, seen: result.promptless };
  };
  return async (sentAt) => {
    if (budget.leftMs <= 0) {
      return { kind: "failed", failure: OUT_OF_TIME, seen: [] };
    }
    const startedAt = clock.now();
    const result = await searchOnce(sentAt);
    budget.leftMs -= clock.now() - startedAt;
    return result;
  };
}
