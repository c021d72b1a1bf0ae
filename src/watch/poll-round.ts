import type { AgentTasksApi, ListQuery } from "../github/agent-tasks/api.ts";
import { hasPullRequest, type Task } from "../github/agent-tasks/task.ts";
import { mayPass } from "../github/http/error.ts";
import type { Repository } from "../github/repository.ts";
import type { Until } from "./snapshot.ts";
import type { Pending, Pursuit } from "./tracker.ts";

/** So many tasks that a list lacks are got by themselves at once; more of them only once they were not seen for a while. */
const FEW = 5;

const UNSEEN_FOR_MS = 60_000;

/** So often a task is got with a pull request that the list had not shown, and the list is not asked any more. */
const MOST_SURPRISES = 3;

/** The requests of following. */
export type TaskReader = Pick<AgentTasksApi, "get" | "list" | "nextPage">;

/**
 * Looks once at all tasks that are still followed.
 *
 * @returns how many requests that took, without those for tasks that are done: they come once for each.
 */
export type LookAtAll = () => Promise<number>;

/**
 * Makes looks at many tasks with as few requests as they need: tasks are got one by one or, where that takes fewer
 * requests, seen in a list. A list has no sessions, so a task that is done by it is got once more. So is one that the
 * list lacks: lists lag behind, and tasks move from page to page while they are read.
 *
 * @param now this machine's time in milliseconds since the epoch.
 */
export function lookingAtAll(api: TaskReader, pursuit: Pursuit, until: Until, now: () => number): LookAtAll {
  /** How many pages the list has; null once it is of no use. */
  let pages: number | null = 1;
  let surprises = 0;
  /** When the first task was created. It stays the same, and so do the list's address and ETag. */
  let since = Number.POSITIVE_INFINITY;

  /** Those that were not got for the longest come first, so that one that gives faults does not hide the others. */
  const getEach = async (wanted: readonly Pending[]): Promise<number> => {
    let requests = 0;
    for (const one of wanted.toSorted((a, b) => a.gotAt - b.gotAt)) {
      const { sighting, listed, gotAt } = one;
      const answer = await api.get(one.task.repository, one.task.id);
      requests += listed === null ? 1 : 0;
      one.gotAt = now();
      if (answer.ok) {
        const hidden = sighting !== null && sighting.seenAt > gotAt && !hasPullRequest(sighting.task);
        surprises += listed === null && hidden && hasPullRequest(answer.value) ? 1 : 0;
        if (wanted.length === 1) {
          // Nothing more can go wrong: that trouble is over is told before what is new.
          await pursuit.endLook();
        }
        await pursuit.see(one, answer.value, answer.meta.serverNow);
      } else {
        await pursuit.cannotGet(one, answer.fault);
        if (mayPass(answer.fault) || pursuit.pending().length === 0) {
          break;
        }
      }
    }
    return requests;
  };

  /** Sees tasks in a list, and gives how many requests that took and those that it lacks. */
  const readList = async (
    wanted: readonly Pending[],
  ): Promise<{ readonly requests: number; readonly missing: readonly Pending[] }> => {
    const missing = new Map(wanted.map((one) => [one.task.id, one]));
    const read = new Set<string>();
    since = Math.min(since, ...tasksOf(wanted).map(({ createdAt }) => createdAt));
    let answer = await api.list(commonRepository(wanted), queryFor(wanted, since));
    for (let requests = 1; ; requests++) {
      if (!answer.ok) {
        pages = mayPass(answer.fault) ? pages : null;
        await pursuit.cannotList(answer.fault);
        return { requests, missing: [...missing.values()] };
      }
      for (const entry of answer.value.tasks) {
        const one = missing.get(entry.id);
        if (one !== undefined) {
          missing.delete(entry.id);
          await pursuit.seeListed(one, entry, answer.meta.serverNow);
        }
      }
      const { nextPage } = answer.meta;
      // Pages that name each other as the next would never end.
      if (missing.size === 0 || nextPage === null || read.has(nextPage)) {
        pages = requests;
        return { requests, missing: [...missing.values()] };
      }
      read.add(nextPage);
      answer = await api.nextPage(nextPage);
    }
  };

  const look: LookAtAll = async () => {
    const all = pursuit.pending();
    const seen = all.filter(({ sighting }) => sighting !== null);
    if (pages === null || surprises >= MOST_SURPRISES || seen.length <= pages) {
      return getEach(all);
    }
    const { requests, missing } = await readList(seen);
    if (now() < pursuit.notBefore()) {
      return requests;
    }
    const wanted = new Set([
      ...all.filter(({ sighting, listed }) => sighting === null || listed !== null),
      ...missing.filter((one) => missing.length <= FEW || now() - seenAt(one) >= UNSEEN_FOR_MS),
      // A list need not show artifacts: now and then a task is got to see whether it does.
      ...(until === "pull_request" ? longestNotGot(seen) : []),
    ]);
    const pending = new Set(pursuit.pending());
    return requests + (await getEach([...wanted].filter((one) => pending.has(one))));
  };

  return async () => {
    pursuit.beginLook();
    const requests = await look();
    await pursuit.endLook();
    return requests;
  };
}

function tasksOf(pending: readonly Pending[]): readonly Task[] {
  return pending.flatMap(({ sighting }) => (sighting === null ? [] : [sighting.task]));
}

/**
 * The tasks among which these are, in the order in which new ones come last.
 *
 * @param since when the first of them was created, the server's time in milliseconds since the epoch.
 */
function queryFor(wanted: readonly Pending[], since: number): ListQuery {
  const [creator = "", ...others] = new Set(tasksOf(wanted).map(({ creatorId }) => creatorId));
  const isOne = creator !== "" && others.length === 0 && commonRepository(wanted) !== null;
  return {
    per_page: 100,
    sort: "created_at",
    direction: "asc",
    since: new Date(since).toISOString(),
    ...(isOne ? { creator_id: [creator] } : {}),
  };
}

/** The repository that all tasks are in; null where there are several, or one is not known. */
function commonRepository(wanted: readonly Pending[]): Repository | null {
  const [first, ...others] = wanted.map(({ task }) => task.repository);
  const isCommon = others.every((other) => other?.owner === first?.owner && other?.repo === first?.repo);
  return isCommon ? (first ?? null) : null;
}

function seenAt({ sighting }: Pending): number {
  return sighting?.seenAt ?? 0;
}

function longestNotGot(pending: readonly Pending[]): readonly Pending[] {
  return pending.toSorted((a, b) => a.gotAt - b.gotAt).slice(0, 1);
}
