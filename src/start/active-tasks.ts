import type { ActionContext } from "../context.ts";
import type { ListQuery } from "../github/agent-tasks/api.ts";
import { iterateTasks } from "../github/agent-tasks/pages.ts";
import { getFailureScope } from "../github/agent-tasks/problems.ts";
import { getPhase, type Task } from "../github/agent-tasks/task.ts";
import { isNotFound, type RequestFailure } from "../github/http/error.ts";
import type { RequestResult } from "../github/http/result.ts";
import type { PullRequest } from "../github/pull-requests.ts";
import { getFullName } from "../github/repository.ts";
import { findPullRequestOf } from "../github/task-changes.ts";
import type { AuthenticatedUser } from "../github/user.ts";
import { EVERY_TASK, type StartInputs } from "../inputs/start-inputs.ts";
import { getTracedRepository, matchKey } from "../prompt/trace.ts";
import type { Start } from "./outcome.ts";

const DAY_MS = 24 * 60 * 60_000;

/** A task that was not updated for that long is not active, whatever its state: a session ends after an hour. */
const ACTIVE_WINDOW_MS = DAY_MS;

/** A pull request keeps its task counting for that long after the task's last update. */
const OPEN_PULL_REQUEST_WINDOW_MS = 30 * DAY_MS;

/** The most tasks to read in one look, and for each repository where there are many. */
const MAX_CANDIDATES = 300;

const MAX_CANDIDATES_PER_REPOSITORY = 3;

/** A task that does the same work, and why it still counts: it is active, or that pull request of it is open. */
export interface ActiveTask {
  readonly task: Task;
  readonly openPullRequest: PullRequest | null;
}

/** What a look for an active task came to. */
export type ActiveTaskResult =
  | { readonly kind: "none" }
  | { readonly kind: "found"; readonly active: ActiveTask; readonly serverNow: number }
  | { readonly kind: "unknown"; readonly failure: RequestFailure }
  /** Whether the pull request of that task is open cannot be found out. */
  | { readonly kind: "unknown_pull_request"; readonly task: Task; readonly reason: string };

/** Which tasks a look is for. */
export interface ActiveTaskQuery {
  readonly inputs: StartInputs;
  readonly starts: readonly Start[];
  /** Whether a task counts for as long as its pull request is open. */
  readonly untilClosed: boolean;
  /** Told a task as the list has it. */
  readonly mayCount: (entry: Task) => boolean;
  /** For how long each request is tried, in milliseconds. */
  readonly retryBudgetMs: number;
}

/** Whether a task is at work, or waits for an answer, and was updated lately. A state nobody knows counts as active. */
export function isActive({ state, createdAt, updatedAt }: Task, serverNow: number): boolean {
  const works = getPhase(state) === "active" || state === "waiting_for_user";
  return works && (updatedAt ?? createdAt) >= serverNow - ACTIVE_WINDOW_MS;
}

/**
 * Looks for an active task of each start. Several repositories are looked through in one list, that of all tasks of the token's
 * user; there only the trace tells which repository a task is in, so tasks without one take a list for each.
 */
export async function findActiveTasks(
  context: ActionContext,
  wanted: ActiveTaskQuery,
): Promise<ReadonlyMap<Start, ActiveTaskResult>> {
  const { starts, inputs } = wanted;
  const user = await context.github.user();
  if (!user.ok) {
    return new Map(starts.map((start) => [start, { kind: "unknown", failure: user.failure }]));
  }
  const groups = inputs.concurrencyKey === EVERY_TASK ? starts.map((start) => [start]) : [starts];
  const results = new Map<Start, ActiveTaskResult>();
  let stopper: RequestFailure | null = null;
  for (const group of groups) {
    const failure: RequestFailure | null =
      stopper ?? (await searchList(context, user.value, { ...wanted, starts: group }, results));
    stopper =
      failure !== null && getFailureScope(failure, context.github.tokenKind) !== "repository"
        ? failure
        : null;
    for (const start of group.filter((one) => !results.has(one))) {
      results.set(start, failure === null ? { kind: "none" } : { kind: "unknown", failure });
    }
  }
  return results;
}

/**
 * Looks through one list for active tasks of these starts, those that were updated last first.
 *
 * @param results gets what is found.
 * @returns what kept the list from being read to its end, null if nothing did.
 */
async function searchList(
  context: ActionContext,
  user: AuthenticatedUser,
  { inputs, starts, untilClosed, mayCount, retryBudgetMs }: ActiveTaskQuery,
  results: Map<Start, ActiveTaskResult>,
): Promise<RequestFailure | null> {
  const [first, ...others] = starts;
  if (first === undefined) {
    return null;
  }
  const only = others.length === 0 ? first : null;
  const repository = only?.repository ?? null;
  const ask = <T>(send: () => Promise<RequestResult<T>>) => context.github.retry(send, retryBudgetMs);
  const serverNow = context.time.clock.now() + user.serverAheadMs;
  const within = untilClosed ? OPEN_PULL_REQUEST_WINDOW_MS : ACTIVE_WINDOW_MS;
  const match = matchKey(first.trace, inputs.concurrencyKey);
  // GitHub could leave out other states too, but takes only those it describes: a newer one would be missed.
  const query: ListQuery = {
    per_page: 100,
    sort: "created_at",
    direction: "asc",
    since: new Date(serverNow - within).toISOString(),
    ...(repository === null ? {} : { creator_id: [user.id] }),
  };
  const mostRead = Math.max(MAX_CANDIDATES, MAX_CANDIDATES_PER_REPOSITORY * starts.length);

  // The whole list first, in an order in which nothing moves while it is read: a task that is updated meanwhile would else
  // move to a page that was read already.
  const entries: Task[] = [];
  for await (const listed of iterateTasks(context.github.api, repository, query, ask)) {
    if (!listed.ok) {
      return listed.failure;
    }
    const entry = listed.task;
    const isOurs = entry.creatorId === user.id || entry.creatorId === "";
    if (isOurs && mayCount(entry) && (untilClosed || isActive(entry, serverNow))) {
      entries.push(entry);
    }
  }
  if (entries.length > mostRead) {
    context.log.warning(
      "Other tasks",
      `Only the ${mostRead} tasks that were updated last were searched for ${article(inputs.concurrencyKey)} that still counts.`,
    );
  }
  const lastUpdatedFirst = entries.toSorted((a, b) => getUpdateTime(b) - getUpdateTime(a));
  for (const entry of lastUpdatedFirst.slice(0, mostRead)) {
    const answer = await ask(() => context.github.api.get(repository, entry.id));
    if (!answer.ok && !isNotFound(answer.failure)) {
      return answer.failure;
    }
    const task = answer.ok ? answer.value : entry;
    const start =
      match(task) === "match" ? (only ?? findStartIn(starts, getTracedRepository(task))) : undefined;
    if (start === undefined || results.has(start)) {
      continue;
    }
    const look = await checkStillCounts(context, start, task, { serverNow, untilClosed, retryBudgetMs });
    if (look !== null) {
      results.set(start, look);
    }
    if (starts.every((one) => results.has(one))) {
      return null;
    }
  }
  return null;
}

function getUpdateTime({ updatedAt, createdAt }: Task): number {
  return updatedAt ?? createdAt;
}

/** Whether a task of the same key still counts; null where it does not. */
async function checkStillCounts(
  context: ActionContext,
  { repository }: Start,
  task: Task,
  {
    serverNow,
    untilClosed,
    retryBudgetMs,
  }: Pick<ActiveTaskQuery, "untilClosed" | "retryBudgetMs"> & { readonly serverNow: number },
): Promise<ActiveTaskResult | null> {
  if (isActive(task, serverNow)) {
    return { kind: "found", active: { task, openPullRequest: null }, serverNow };
  }
  if (!untilClosed) {
    return null;
  }
  const lookup = await findPullRequestOf(context.github.lookup(retryBudgetMs), repository, task);
  if (lookup.kind === "unknown") {
    return { kind: "unknown_pull_request", task, reason: lookup.reason };
  }
  return lookup.kind === "found" && lookup.value.isOpen
    ? { kind: "found", active: { task, openPullRequest: lookup.value }, serverNow }
    : null;
}

/** The start in the repository of that name, however it is spelt. */
function findStartIn(starts: readonly Start[], name: string | null): Start | undefined {
  return starts.find(({ repository }) => getFullName(repository).toLowerCase() === name?.toLowerCase());
}

function article(concurrencyKey: string): string {
  return concurrencyKey === EVERY_TASK ? "one" : "one of the same key";
}
