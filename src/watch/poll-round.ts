import type { AgentTasksApi, ListQuery } from "../github/agent-tasks/api.ts";
import { iteratePages } from "../github/agent-tasks/pages.ts";
import { hasPullRequest, type Task } from "../github/agent-tasks/task.ts";
import { isTransient } from "../github/http/error.ts";
import { getFullName, type Repository } from "../github/repository.ts";
import type { WaitCondition } from "./snapshot.ts";
import type { PendingTask, TaskTracker } from "./tracker.ts";

/** So many tasks that a list lacks are got by themselves at once; more of them only once they were not seen for a while. */
const MAX_MISSING_GETS = 5;

const MAX_UNSEEN_MS = 60_000;

/** So often a task is got with a pull request that the list had not shown, and the list is not asked any more. */
const MAX_HIDDEN_PULL_REQUESTS = 3;

/** The requests of following. */
export type TaskReader = Pick<AgentTasksApi, "get" | "list" | "nextPage">;

/**
 * Looks once at all tasks that are still followed.
 *
 * @returns how many requests that took, without those for tasks that are done: they come once for each.
 */
export type PollRound = () => Promise<number>;

/**
 * Makes looks at many tasks with as few requests as they need: tasks are got one by one or, where that takes fewer
 * requests, seen in a list. A list has no sessions, so a task that is done by it is got once more. So is one that the
 * list lacks: lists lag behind, and tasks move from page to page while they are read.
 *
 * @param now this machine's time in milliseconds since the epoch.
 */
export function createPollRound(
  api: TaskReader,
  tracker: TaskTracker,
  until: WaitCondition,
  now: () => number,
): PollRound {
  /** How many pages the list has; null once it is of no use. */
  let pages: number | null = 1;
  let hiddenPullRequests = 0;
  /** When the first task was created. It stays the same, and so do the list's address and ETag. */
  let since = Number.POSITIVE_INFINITY;

  /** Those that were not got for the longest come first, so that one that gives failures does not hide the others. */
  const getEach = async (wanted: readonly PendingTask[]): Promise<number> => {
    let requests = 0;
    for (const one of wanted.toSorted((a, b) => a.gotAt - b.gotAt)) {
      const { snapshot, listed, gotAt } = one;
      const answer = await api.get(one.task.repository, one.task.id);
      requests += listed === null ? 1 : 0;
      one.gotAt = now();
      if (answer.ok) {
        const hidden = snapshot !== null && snapshot.seenAt > gotAt && !hasPullRequest(snapshot.task);
        hiddenPullRequests += listed === null && hidden && hasPullRequest(answer.value) ? 1 : 0;
        if (wanted.length === 1) {
          // Nothing more can go wrong: that trouble is over is told before what is new.
          await tracker.endRound();
        }
        await tracker.observe(one, answer.value, answer.meta.serverNow);
      } else {
        await tracker.getFailed(one, answer.failure);
        if (isTransient(answer.failure) || tracker.pending().length === 0) {
          break;
        }
      }
    }
    return requests;
  };

  /** Sees tasks in a list, and gives how many requests that took and those that it lacks. */
  const readList = async (
    wanted: readonly PendingTask[],
  ): Promise<{ readonly requests: number; readonly missing: readonly PendingTask[] }> => {
    const missing = new Map(wanted.map((one) => [one.task.id, one]));
    since = Math.min(since, ...listTasks(wanted).map(({ createdAt }) => createdAt));
    let requests = 0;
    for await (const page of iteratePages(api, getCommonRepository(wanted), buildQuery(wanted, since))) {
      requests++;
      if (!page.ok) {
        pages = isTransient(page.failure) ? pages : null;
        await tracker.listFailed(page.failure);
        return { requests, missing: [...missing.values()] };
      }
      for (const entry of page.value.tasks) {
        const one = missing.get(entry.id);
        if (one !== undefined) {
          missing.delete(entry.id);
          await tracker.observeListed(one, entry, page.meta.serverNow);
        }
      }
      if (missing.size === 0) {
        break;
      }
    }
    pages = requests;
    return { requests, missing: [...missing.values()] };
  };

  const poll: PollRound = async () => {
    const all = tracker.pending();
    const seen = all.filter(({ snapshot }) => snapshot !== null);
    if (pages === null || hiddenPullRequests >= MAX_HIDDEN_PULL_REQUESTS || seen.length <= pages) {
      return getEach(all);
    }
    const { requests, missing } = await readList(seen);
    if (now() < tracker.notBefore()) {
      return requests;
    }
    const wanted = new Set([
      ...all.filter(({ snapshot, listed }) => snapshot === null || listed !== null),
      ...missing.filter(
        (one) => missing.length <= MAX_MISSING_GETS || now() - getSeenAt(one) >= MAX_UNSEEN_MS,
      ),
      // A list need not show artifacts: now and then a task is got to see whether it does.
      ...(until === "pull_request" ? selectLeastRecentlyGot(seen) : []),
    ]);
    const pending = new Set(tracker.pending());
    return requests + (await getEach([...wanted].filter((one) => pending.has(one))));
  };

  return async () => {
    tracker.startRound();
    const requests = await poll();
    await tracker.endRound();
    return requests;
  };
}

function listTasks(pending: readonly PendingTask[]): readonly Task[] {
  return pending.flatMap(({ snapshot }) => (snapshot === null ? [] : [snapshot.task]));
}

/**
 * The tasks among which these are, in the order in which new ones come last.
 *
 * @param since when the first of them was created, the server's time in milliseconds since the epoch.
 */
function buildQuery(wanted: readonly PendingTask[], since: number): ListQuery {
  const [creator = "", ...others] = new Set(listTasks(wanted).map(({ creatorId }) => creatorId));
  const isOne = creator !== "" && others.length === 0 && getCommonRepository(wanted) !== null;
  return {
    per_page: 100,
    sort: "created_at",
    direction: "asc",
    since: new Date(since).toISOString(),
    ...(isOne ? { creator_id: [creator] } : {}),
  };
}

/** The repository that all tasks are in; null where there are several, or one is not known. */
function getCommonRepository(wanted: readonly PendingTask[]): Repository | null {
  const names = new Set(wanted.map(({ task }) => getFullName(task.repository)));
  return names.size === 1 ? (wanted[0]?.task.repository ?? null) : null;
}

function getSeenAt({ snapshot }: PendingTask): number {
  return snapshot?.seenAt ?? 0;
}

function selectLeastRecentlyGot(pending: readonly PendingTask[]): readonly PendingTask[] {
  return pending.toSorted((a, b) => a.gotAt - b.gotAt).slice(0, 1);
}
