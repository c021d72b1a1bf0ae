import type { AgentTasksApi, ListQuery } from "../github/agent-tasks/api.ts";
import { iteratePages } from "../github/agent-tasks/pages.ts";
import { type Task, UNKNOWN_STATE } from "../github/agent-tasks/task.ts";
import { isTransient } from "../github/http/error.ts";
import { getFullName, type Repository } from "../github/repository.ts";
import type { WaitCondition } from "./snapshot.ts";
import type { TaskTracker, TrackedTask } from "./tracker.ts";

/** If a list lacks this many tasks or fewer, they are requested in the same round. */
const MAX_MISSING_GETS = 5;

/** If a list lacks more tasks, each is requested once no response has shown it for this long. */
const MAX_UNSEEN_MS = 60_000;

/** For how long the last round may send requests, in milliseconds. */
const LAST_ROUND_MS = 1_000;

/** When polling ends, and what for. Times are this machine's, in milliseconds since the epoch. */
export interface PollRoundOptions {
  readonly until: WaitCondition;
  /** The last round begins then. A round that is under way sends no further request soon after it. */
  readonly endsAt: number;
  readonly now: () => number;
}

/** The requests that polling needs. */
export type TaskReader = Pick<AgentTasksApi, "get" | "list" | "nextPage">;

/**
 * Polls all pending tasks once.
 *
 * @returns the number of requests, without those that confirm an outcome: they come once for each task.
 */
export type PollRound = () => Promise<number>;

/**
 * Creates poll rounds that need few requests: they get tasks by ID or, if that saves requests, read them from a list.
 * List entries have no sessions, so a task that is done according to the list is also requested by ID. So is a task that
 * the list lacks: lists lag behind, and tasks can move to another page between two requests.
 */
export function createPollRound(
  api: TaskReader,
  tracker: TaskTracker,
  { until, endsAt, now }: PollRoundOptions,
): PollRound {
  /** How many requests the list takes. Infinite once GitHub rejected it, so that tasks are requested by ID instead. */
  let listPages = 1;
  /** When the first task was created. A constant value keeps the list's URL and ETag the same. */
  let since = Number.POSITIVE_INFINITY;
  const isTimeUp = () => now() > endsAt + LAST_ROUND_MS;

  /** Gets tasks by ID, the least recently requested first, so that a task whose requests fail does not block the others. */
  const getEach = async (tasks: readonly TrackedTask[]): Promise<number> => {
    let requests = 0;
    for (const tracked of tasks.toSorted(byLastGet)) {
      if (isTimeUp()) {
        break;
      }
      requests += tracked.listed === null ? 1 : 0;
      const response = await api.get(tracked.repository, tracked.id);
      tracked.lastGetAt = now();
      if (response.ok) {
        tracker.succeeded("get", response.meta);
        if (tasks.length === 1) {
          // No other request of this round can fail, so the log can show the recovery before the task's changes.
          await tracker.endRound();
        }
        await tracker.observe(tracked, response.value, response.meta.serverNow);
      } else {
        await tracker.getFailed(tracked, response.failure);
        if (isTransient(response.failure) || tracker.pending().length === 0) {
          break;
        }
      }
    }
    return requests;
  };

  /** Reads tasks from a list. Returns the number of requests, and the tasks that the list lacks. */
  const readList = async (
    tasks: readonly TrackedTask[],
  ): Promise<{ readonly requests: number; readonly missing: ReadonlyMap<string, TrackedTask> }> => {
    const missing = new Map(tasks.map((tracked) => [tracked.id, tracked]));
    const lastSeen = tasks.flatMap(({ snapshot }) => (snapshot === null ? [] : [snapshot.task]));
    since = Math.min(since, ...lastSeen.map(({ createdAt }) => createdAt));
    const repository = getCommonRepository(tasks);
    let requests = 0;
    const query = buildQuery(lastSeen, repository, since);
    // A longer list would need more requests than the tasks by ID.
    for await (const page of iteratePages(api, repository, query, { maxPages: tasks.length })) {
      requests++;
      if (!page.ok) {
        listPages = isTransient(page.failure) ? listPages : Number.POSITIVE_INFINITY;
        await tracker.listFailed(page.failure);
        return { requests, missing };
      }
      tracker.succeeded("list", page.meta);
      for (const entry of page.value.tasks) {
        const tracked = missing.get(entry.id);
        // An entry without a state says nothing, so the task counts as missing and is requested by ID.
        if (tracked !== undefined && entry.state !== UNKNOWN_STATE) {
          missing.delete(entry.id);
          await tracker.observeListed(tracked, entry, page.meta.serverNow);
        }
      }
      if (missing.size === 0 || isTimeUp()) {
        break;
      }
    }
    listPages = requests;
    return { requests, missing };
  };

  const poll: PollRound = async () => {
    const seen = tracker.pending().filter(({ snapshot }) => snapshot !== null);
    if (seen.length <= listPages) {
      return getEach(tracker.pending());
    }
    const { requests, missing } = await readList(seen);
    if (now() < tracker.notBefore()) {
      return requests;
    }
    // GitHub's API description lets a list omit artifacts, so each round gets one task to see whether it has a pull request.
    const probe = until === "pull_request" ? seen.toSorted(byLastGet)[0] : undefined;
    const isDue = (tracked: TrackedTask) =>
      tracked.snapshot === null ||
      tracked.listed !== null ||
      tracked === probe ||
      (missing.has(tracked.id) &&
        (missing.size <= MAX_MISSING_GETS || now() - tracked.snapshot.seenAt >= MAX_UNSEEN_MS));
    return requests + (await getEach(tracker.pending().filter(isDue)));
  };

  return async () => {
    tracker.startRound();
    const requests = await poll();
    await tracker.endRound();
    return requests;
  };
}

const byLastGet = (a: TrackedTask, b: TrackedTask): number => a.lastGetAt - b.lastGetAt;

/**
 * A query for a list that has these tasks, with new tasks last.
 *
 * @param repository null: the list of all tasks of the token's user.
 * @param since when the first of them was created, the server's time in milliseconds since the epoch.
 */
function buildQuery(tasks: readonly Task[], repository: Repository | null, since: number): ListQuery {
  const [creator = "", ...others] = new Set(tasks.map(({ creatorId }) => creatorId));
  const hasOneCreator = repository !== null && creator !== "" && others.length === 0;
  return {
    per_page: 100,
    sort: "created_at",
    direction: "asc",
    since: new Date(since).toISOString(),
    ...(hasOneCreator ? { creator_id: [creator] } : {}),
  };
}

/** The repository of all tasks; null if there are several, or if one is unknown. */
function getCommonRepository(tasks: readonly TrackedTask[]): Repository | null {
  const names = new Set(tasks.map(({ repository }) => getFullName(repository)));
  return names.size === 1 ? (tasks[0]?.repository ?? null) : null;
}
