import type { AgentTasksApi, ListQuery } from "../github/agent-tasks/api.ts";
import { iteratePages } from "../github/agent-tasks/pages.ts";
import { hasPullRequest, type Task } from "../github/agent-tasks/task.ts";
import { isTransient } from "../github/http/error.ts";
import { getFullName, type Repository } from "../github/repository.ts";
import type { WaitCondition } from "./snapshot.ts";
import type { TaskTracker, TrackedTask } from "./tracker.ts";

/** Up to this many tasks that a list lacks are requested at once. */
const MAX_MISSING_GETS = 5;

/** If a list lacks more tasks than that, those are requested that no response has shown for this long. */
const MAX_UNSEEN_MS = 60_000;

/** Stop polling the list once this many tasks had a pull request that it did not show. */
const MAX_HIDDEN_PULL_REQUESTS = 3;

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
 *
 * @param now this machine's time in milliseconds since the epoch.
 */
export function createPollRound(
  api: TaskReader,
  tracker: TaskTracker,
  until: WaitCondition,
  now: () => number,
): PollRound {
  /** How many pages the list has; null once GitHub rejected it. */
  let listPages: number | null = 1;
  let hiddenPullRequests = 0;
  /** When the first task was created. A constant value keeps the list's URL and ETag the same. */
  let since = Number.POSITIVE_INFINITY;

  /** Gets tasks by ID, the least recently requested first, so that a task whose requests fail does not block the others. */
  const getEach = async (tasks: readonly TrackedTask[]): Promise<number> => {
    let requests = 0;
    for (const tracked of tasks.toSorted((a, b) => a.lastGetAt - b.lastGetAt)) {
      const { snapshot, listed, lastGetAt } = tracked;
      const response = await api.get(tracked.repository, tracked.id);
      requests += listed === null ? 1 : 0;
      tracked.lastGetAt = now();
      if (response.ok) {
        const hidden = snapshot !== null && snapshot.seenAt > lastGetAt && !hasPullRequest(snapshot.task);
        hiddenPullRequests += listed === null && hidden && hasPullRequest(response.value) ? 1 : 0;
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
  ): Promise<{ readonly requests: number; readonly missing: ReadonlySet<TrackedTask> }> => {
    const missing = new Map(tasks.map((tracked) => [tracked.id, tracked]));
    since = Math.min(since, ...listTasks(tasks).map(({ createdAt }) => createdAt));
    let requests = 0;
    for await (const page of iteratePages(api, getCommonRepository(tasks), buildQuery(tasks, since))) {
      requests++;
      if (!page.ok) {
        listPages = isTransient(page.failure) ? listPages : null;
        await tracker.listFailed(page.failure);
        return { requests, missing: new Set(missing.values()) };
      }
      for (const entry of page.value.tasks) {
        const tracked = missing.get(entry.id);
        if (tracked !== undefined) {
          missing.delete(entry.id);
          await tracker.observeListed(tracked, entry, page.meta.serverNow);
        }
      }
      if (missing.size === 0) {
        break;
      }
    }
    listPages = requests;
    return { requests, missing: new Set(missing.values()) };
  };

  const poll: PollRound = async () => {
    const pending = tracker.pending();
    const seen = pending.filter(({ snapshot }) => snapshot !== null);
    if (listPages === null || hiddenPullRequests >= MAX_HIDDEN_PULL_REQUESTS || seen.length <= listPages) {
      return getEach(pending);
    }
    const { requests, missing } = await readList(seen);
    if (now() < tracker.notBefore()) {
      return requests;
    }
    // A list need not show artifacts, so each round also gets one task to see whether it has a pull request.
    const probe = until === "pull_request" ? getLeastRecentlyRequested(seen) : undefined;
    const due = tracker
      .pending()
      .filter(
        (tracked) =>
          tracked.snapshot === null ||
          tracked.listed !== null ||
          tracked === probe ||
          (missing.has(tracked) &&
            (missing.size <= MAX_MISSING_GETS || now() - tracked.snapshot.seenAt >= MAX_UNSEEN_MS)),
      );
    return requests + (await getEach(due));
  };

  return async () => {
    tracker.startRound();
    const requests = await poll();
    await tracker.endRound();
    return requests;
  };
}

function listTasks(tasks: readonly TrackedTask[]): readonly Task[] {
  return tasks.flatMap(({ snapshot }) => (snapshot === null ? [] : [snapshot.task]));
}

/**
 * A query for a list that has these tasks, with new tasks last.
 *
 * @param since when the first of them was created, the server's time in milliseconds since the epoch.
 */
function buildQuery(tasks: readonly TrackedTask[], since: number): ListQuery {
  const [creator = "", ...others] = new Set(listTasks(tasks).map(({ creatorId }) => creatorId));
  const isOne = creator !== "" && others.length === 0 && getCommonRepository(tasks) !== null;
  return {
    per_page: 100,
    sort: "created_at",
    direction: "asc",
    since: new Date(since).toISOString(),
    ...(isOne ? { creator_id: [creator] } : {}),
  };
}

/** The repository of all tasks; null if there are several, or if one is unknown. */
function getCommonRepository(tasks: readonly TrackedTask[]): Repository | null {
  const names = new Set(tasks.map(({ repository }) => getFullName(repository)));
  return names.size === 1 ? (tasks[0]?.repository ?? null) : null;
}

function getLeastRecentlyRequested(tasks: readonly TrackedTask[]): TrackedTask | undefined {
  return tasks.toSorted((a, b) => a.lastGetAt - b.lastGetAt)[0];
}
