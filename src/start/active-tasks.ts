import type { ActionContext } from "../context.ts";
import { MAX_SEARCH_PAGES } from "../github/agent-tasks/pages.ts";
import { getFailureScope } from "../github/agent-tasks/problems.ts";
import { getPhase, getTaskRepository, type Task } from "../github/agent-tasks/task.ts";
import type { LookupContext } from "../github/fallback.ts";
import { isNotFound, type RequestFailure } from "../github/http/error.ts";
import type { RequestResult } from "../github/http/result.ts";
import { withRetry } from "../github/http/retry.ts";
import type { PullRequest } from "../github/pull-requests.ts";
import { getFullName, type Repository } from "../github/repository.ts";
import { findPullRequestOf } from "../github/task-changes.ts";
import type { AuthenticatedUser } from "../github/user.ts";
import { EVERY_TASK, type StartInputs } from "../inputs/start-inputs.ts";
import { getTracedRepository, type Match, matchKey } from "../prompt/trace.ts";
import type { Start } from "./outcome.ts";
import {
  hasNoSession,
  isNewTask,
  LOOK_AGAIN_DELAYS_MS,
  listCandidates,
  mayAppear,
  mayBeCreatedBy,
  NOT_THERE,
  UNREADABLE_TASKS,
} from "./search.ts";

const DAY_MS = 24 * 60 * 60_000;

/** A task without updates for this long is not active, whatever its state: a session ends after an hour. */
const ACTIVE_WINDOW_MS = DAY_MS;

/** How long after its last update a task counts because its pull request is open. */
const OPEN_PULL_REQUEST_WINDOW_MS = 30 * DAY_MS;

/** The most tasks to fetch for each list. */
const MAX_CANDIDATES = 300;

/** Raises {@link MAX_CANDIDATES} if one list serves more than 100 repositories. */
const MAX_CANDIDATES_PER_REPOSITORY = 3;

const NO_SESSION = "GitHub lists a new task, and shows no session of it yet";

/** A task that does the same work: it is active, or its pull request is still open. */
export interface ActiveTask {
  readonly task: Task;
  /** Null if the task itself is active. */
  readonly openPullRequest: PullRequest | null;
}

/** What the search found for one start. */
type ActiveTaskResult =
  | OtherTasks
  | { readonly kind: "found"; readonly active: ActiveTask; readonly serverNow: number }
  /** The task has ended, and it is unknown whether its pull request is open. */
  | { readonly kind: "unknown_pull_request"; readonly task: Task; readonly reason: string };

/** What the search found for the starts without an active task. */
type OtherTasks =
  /** No task that is known to do the same work. `promptless`: active tasks that show no prompt. */
  | { readonly kind: "none"; readonly promptless: readonly Task[] }
  | { readonly kind: "unknown"; readonly failure: RequestFailure }
  /** Tasks there cannot be read, and one of them may do the same work. */
  | { readonly kind: "unreadable"; readonly reason: string; readonly candidates: readonly Task[] };

/** Which active tasks to find. */
interface ActiveTaskQuery {
  readonly inputs: StartInputs;
  readonly starts: readonly Start[];
  /** Whether a task counts until its pull request is closed. */
  readonly untilClosed: boolean;
  /** Whether to consider a task. It is shown as listed, so without its sessions. */
  readonly isCandidate: (entry: Task) => boolean;
  /** The time and the clients for all requests of the search. */
  readonly requests: LookupContext;
}

/** Whether a task works or waits for an answer, and was updated within a day. A state or a time that is unknown counts. */
export function isActive(task: Task, serverNow: number): boolean {
  const isWorking = getPhase(task.state) === "active" || task.state === "waiting_for_user";
  return isWorking && (task.updatedAt ?? serverNow) >= serverNow - ACTIVE_WINDOW_MS;
}

/**
 * Finds an active task for each start. One list, that of all tasks of the token's user, serves all repositories. In it
 * only the trace names a task's repository, so if tasks without a trace count, each repository needs its own list.
 */
export async function findActiveTasks(
  context: ActionContext,
  query: ActiveTaskQuery,
): Promise<ReadonlyMap<Start, ActiveTaskResult>> {
  const { starts, inputs } = query;
  const user = await context.github.user(query.requests);
  if (!user.ok) {
    return new Map(starts.map((start) => [start, { kind: "unknown", failure: user.failure }]));
  }
  const groups = inputs.concurrencyKey === EVERY_TASK ? starts.map((start) => [start]) : [starts];
  const results = new Map<Start, ActiveTaskResult>();
  let stopper: ActiveTaskResult | null = null;
  for (const group of groups) {
    const result: ActiveTaskResult =
      stopper ?? (await searchList(context, user.value, { ...query, starts: group }, results));
    stopper =
      result.kind === "unknown" && getFailureScope(result.failure, context.github.tokenKind) !== "repository"
        ? result
        : null;
    for (const start of group.filter((start) => !results.has(start))) {
      results.set(start, result);
    }
  }
  return results;
}

/**
 * Searches one list for active tasks of these starts, the most recently updated first.
 *
 * @param results receives what it finds.
 * @returns the result for the starts that it found nothing for.
 */
async function searchList(
  context: ActionContext,
  user: AuthenticatedUser,
  query: ActiveTaskQuery,
  results: Map<Start, ActiveTaskResult>,
): Promise<ActiveTaskResult> {
  const { starts, untilClosed, isCandidate, requests } = query;
  const [first, ...others] = starts;
  if (first === undefined) {
    return { kind: "none", promptless: [] };
  }
  const repository = others.length === 0 ? first.repository : null;
  const { api } = context.github;
  const send = <T>(request: () => Promise<RequestResult<T>>) => withRetry(request, requests);
  const serverNow = context.time.clock.now() + (user.serverAheadMs ?? 0);

  // Read the whole list before fetching any task, in an order that updates do not change. Otherwise a task that is
  // updated meanwhile could move to a page that we have already read. A new task only moves others to a later page.
  const entries: Task[] = [];
  let unreadableEntries = 0;
  const candidates = {
    repository,
    creatorId: user.id,
    since: serverNow - (untilClosed ? OPEN_PULL_REQUEST_WINDOW_MS : ACTIVE_WINDOW_MS),
    isCandidate: (entry: Task) => isCandidate(entry) && (untilClosed || isActive(entry, serverNow)),
    onCutOff: () =>
      context.log.warning(
        "Other tasks",
        `Read only the first ${MAX_SEARCH_PAGES} pages of the list of tasks, the newest first. An active task on a later ` +
          "page is not found, so two tasks may do the same work.",
      ),
  };
  for await (const listed of listCandidates(api, candidates, send)) {
    if (listed.kind === "failed") {
      return { kind: "unknown", failure: listed.failure };
    }
    if (listed.kind === "unreadable") {
      unreadableEntries++;
    } else {
      entries.push(listed.task);
    }
  }
  const maxCandidates = Math.max(MAX_CANDIDATES, MAX_CANDIDATES_PER_REPOSITORY * starts.length);
  if (entries.length > maxCandidates) {
    context.log.warning(
      "Other tasks",
      `Searched only the ${maxCandidates} most recently updated tasks for an active one.`,
    );
  }

  const lastUpdatedFirst = entries.toSorted((a, b) => getUpdateTime(b) - getUpdateTime(a));
  const list = { repository, userId: user.id, serverNow, entries: lastUpdatedFirst.slice(0, maxCandidates) };
  const result = await compareCandidates(context, query, list, results);
  return unreadableEntries > 0 && result.kind !== "unknown"
    ? {
        kind: "unreadable",
        reason: UNREADABLE_TASKS,
        candidates: result.kind === "unreadable" ? result.candidates : [],
      }
    : result;
}

/** The candidates of one list. */
interface CandidateList {
  /** Null: the list of all repositories. */
  readonly repository: Repository | null;
  readonly userId: string;
  /** The server's time in milliseconds since the epoch. */
  readonly serverNow: number;
  /** As listed, the most recently updated first. */
  readonly entries: readonly Task[];
}

/** What the sessions of a candidate show. `incomplete`: it is not there for GET, or has no session yet. */
interface Candidate {
  readonly kind: Match | "incomplete";
  readonly task: Task;
}

/**
 * Compares the candidates of one list. Those that GitHub does not show as a whole yet are all looked at again, see
 * {@link mayAppear}.
 *
 * @param results receives what it finds.
 * @returns the result for the starts that it found nothing for.
 */
async function compareCandidates(
  context: ActionContext,
  query: ActiveTaskQuery,
  { repository, userId, serverNow, entries }: CandidateList,
  results: Map<Start, ActiveTaskResult>,
): Promise<OtherTasks> {
  const { starts, requests } = query;
  const { clock, signal } = context.time;
  const beganAt = clock.now();
  const read = createCandidateReader(context, query, repository, userId);
  const unreadable: Task[] = [];
  const promptless: Task[] = [];
  // A new task may have ended already, with a pull request.
  const mayCount = (task: Task) =>
    isActive(task, serverNow) || (query.untilClosed && isNewTask(task, serverNow));
  let pending = entries;
  for (const delayMs of [0, ...LOOK_AGAIN_DELAYS_MS]) {
    // The first look is due in any case: without it nothing is known.
    if (pending.length === 0 || (delayMs > 0 && clock.now() + delayMs > requests.giveUpAt)) {
      break;
    }
    await clock.sleep(delayMs, signal);
    const lookedForMs = clock.now() - beganAt;
    const incomplete: Task[] = [];
    for (const entry of pending) {
      const candidate = await read(entry);
      if (!("task" in candidate)) {
        return { kind: "unknown", failure: candidate };
      }
      const { kind, task } = candidate;
      const start = repository === null ? findStartOf(context, starts, task) : starts[0];
      if (kind === "match" && start !== undefined && !results.has(start)) {
        const result = await checkActive(start, task, { ...query, serverNow });
        if (result !== null) {
          results.set(start, result);
        }
        if (starts.every((start) => results.has(start))) {
          return { kind: "none", promptless };
        }
      }
      if (!mayConcern(context, starts, task)) {
        continue;
      }
      if (kind === "unreadable") {
        unreadable.push(task);
      } else if (kind === "promptless" && isActive(task, serverNow)) {
        promptless.push(task);
      } else if (kind === "incomplete" && mayCount(task)) {
        (mayAppear(task, serverNow, lookedForMs) ? incomplete : promptless).push(task);
      }
    }
    pending = incomplete;
  }
  const notThereYet = pending.filter((task) => isNewTask(task, serverNow));
  promptless.push(...pending.filter((task) => !notThereYet.includes(task)));
  if (unreadable.length > 0) {
    return { kind: "unreadable", reason: UNREADABLE_TASKS, candidates: [...unreadable, ...notThereYet] };
  }
  const reason = notThereYet.every(hasNoSession) ? NO_SESSION : NOT_THERE;
  return notThereYet.length > 0
    ? { kind: "unreadable", reason, candidates: notThereYet }
    : { kind: "none", promptless };
}

/** Creates a function that gets a listed task and compares it. It returns the failure if that is unknown. */
function createCandidateReader(
  context: ActionContext,
  { inputs, starts: [first], requests }: ActiveTaskQuery,
  repository: Repository | null,
  userId: string,
): (entry: Task) => Promise<Candidate | RequestFailure> {
  const match =
    first === undefined
      ? () => "no_match" as const
      : matchKey(first.trace, first.body.prompt, inputs.concurrencyKey);
  return async (entry) => {
    const response = await withRetry(() => context.github.api.get(repository, entry.id), requests);
    if (!response.ok && !isNotFound(response.failure)) {
      return response.failure;
    }
    const task = response.ok ? response.value : entry;
    const kind = mayBeCreatedBy(userId, task) ? match(task) : "no_match";
    const isIncomplete = !response.ok || (kind === "promptless" && hasNoSession(task));
    return { kind: isIncomplete && kind !== "match" && kind !== "no_match" ? "incomplete" : kind, task };
  };
}

/** Whether a task may work in one of the repositories. Not every task says where it works. */
function mayConcern({ runner }: ActionContext, starts: readonly Start[], task: Task): boolean {
  const name = getTaskRepository(task, runner.serverUrl).toLowerCase();
  return name === "" || starts.some(({ repository }) => getFullName(repository).toLowerCase() === name);
}

function getUpdateTime({ updatedAt, createdAt }: Task): number {
  return updatedAt ?? createdAt;
}

/** Checks a task that does the same work; null if it does not count any more. */
async function checkActive(
  { repository }: Start,
  task: Task,
  { serverNow, untilClosed, requests }: ActiveTaskQuery & { readonly serverNow: number },
): Promise<ActiveTaskResult | null> {
  if (isActive(task, serverNow)) {
    return { kind: "found", active: { task, openPullRequest: null }, serverNow };
  }
  if (!untilClosed) {
    return null;
  }
  const lookup = await findPullRequestOf(requests, repository, task);
  if (lookup.kind === "unknown") {
    return { kind: "unknown_pull_request", task, reason: lookup.reason };
  }
  if (lookup.kind === "none") {
    return null;
  }
  switch (lookup.value.state) {
    case "open":
      return { kind: "found", active: { task, openPullRequest: lookup.value }, serverNow };
    case "closed":
    case "merged":
      return null;
    case "":
      return { kind: "unknown_pull_request", task, reason: "GitHub's answer does not say its state" };
  }
}

/**
 * Finds the start for a task in the list of all repositories, which names a task's repository by its ID alone. The
 * task's address has the repository's name of today, if GitHub builds it so. The trace has the name of then.
 */
export function findStartOf(
  { runner }: ActionContext,
  starts: readonly Start[],
  task: Task,
): Start | undefined {
  const { repositoryId, repository, serverUrl } = runner;
  const names = [
    repositoryId !== "" && task.repositoryId === repositoryId ? repository : "",
    task.htmlUrl.startsWith(`${serverUrl}/`)
      ? task.htmlUrl
          .slice(serverUrl.length + 1)
          .split("/", 2)
          .join("/")
      : "",
    getTracedRepository(task) ?? "",
  ].map((name) => name.toLowerCase());
  const find = (name: string) => starts.find((start) => getFullName(start.repository).toLowerCase() === name);
  return names.map(find).find((start) => start !== undefined);
}
