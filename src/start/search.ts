import type { Step } from "../context.ts";
import type { AgentTasksApi, ListQuery } from "../github/agent-tasks/api.ts";
import { listedTasks } from "../github/agent-tasks/pages.ts";
import type { Task } from "../github/agent-tasks/task.ts";
import type { Fault } from "../github/http/error.ts";
import type { Answer } from "../github/http/result.ts";
import { READ_FOR_MS, type ReadContext, readAgain, retelling } from "../github/http/retry.ts";
import type { Repository } from "../github/repository.ts";
import type { Recognition } from "../prompt/trace.ts";

/** That a task is not found counts after three such answers in a row over a minute. */
const NOT_FOUND_DELAYS_MS = [30_000, 30_000];

/** What to look for. */
export interface Search {
  readonly repository: Repository;
  /** The token's user: tasks of other people are never ours. */
  readonly creatorId: string;
  /** Only tasks created since then, server time in milliseconds since the epoch. */
  readonly since: number;
  /** Told a task with its sessions. */
  readonly recognise: (task: Task) => Recognition;
  /** Stop at the first that is ours, the newest. */
  readonly firstOnly: boolean;
  /** What a candidate that cannot be got means: the look has failed, or it is one that does not say what it is. */
  readonly missing: "fault" | "unreadable";
  /** The most tasks to read. */
  readonly atMost: number;
}

/** What one look found, newest first. `complete` is false where `atMost` cut it short. */
export type Finding =
  | {
      readonly kind: "listed";
      readonly ours: readonly Task[];
      readonly unreadable: readonly Task[];
      readonly others: readonly Task[];
      readonly complete: boolean;
    }
  /** The list could not be read to its end. */
  | { readonly kind: "fault"; readonly fault: Fault };

/**
 * Looks once through a repository's tasks, newest first. A list says nothing of prompts, so each candidate is read by
 * itself; one that was read before and is not ours is not read again.
 *
 * @param others IDs of tasks that are known not to be ours; added to.
 * @param onFault told of each fault before a request is sent again.
 */
export async function lookUp(
  api: AgentTasksApi,
  search: Search,
  others: Map<string, Task>,
  context: ReadContext,
  onFault: (fault: Fault, delayMs: number) => void,
): Promise<Finding> {
  // All requests of a look share one time: trouble does not add up.
  const giveUpAt = context.clock.now() + READ_FOR_MS;
  const ask = <T>(send: () => Promise<Answer<T>>) =>
    readAgain(send, context, onFault, giveUpAt - context.clock.now());
  const query: ListQuery = {
    per_page: 100,
    sort: "created_at",
    direction: "desc",
    since: new Date(search.since).toISOString(),
    creator_id: [search.creatorId],
  };
  const found: Record<Recognition, Task[]> = { ours: [], unreadable: [], other: [] };
  const listed = (complete: boolean): Finding => {
    const { ours, unreadable, other } = found;
    return { kind: "listed", ours, unreadable, others: other, complete };
  };
  const getCandidate = async (id: string): Promise<Answer<Task>> => {
    const get = () => ask(() => api.get(search.repository, id));
    let answer = await get();
    // One look is one of several, or the only one: then a task that is listed and not found is asked for again.
    for (const delayMs of search.missing === "fault" ? NOT_FOUND_DELAYS_MS : []) {
      if (!isNotFound(answer)) {
        break;
      }
      await context.clock.sleep(delayMs, context.signal);
      answer = await get();
    }
    return answer;
  };
  let candidates = 0;
  for await (const listing of listedTasks(api, search.repository, query, ask)) {
    if (!listing.ok) {
      return { kind: "fault", fault: listing.fault };
    }
    const entry = listing.task;
    if (!isCandidate(entry, search)) {
      continue;
    }
    candidates++;
    if (candidates > search.atMost) {
      return listed(false);
    }
    const known = others.get(entry.id);
    const answer = known === undefined ? await getCandidate(entry.id) : null;
    if (answer?.ok === false && search.missing === "fault") {
      return { kind: "fault", fault: answer.fault };
    }
    const task = known ?? (answer?.ok ? answer.value : entry);
    const recognition = known === undefined ? search.recognise(task) : "other";
    found[recognition].push(task);
    if (recognition === "other") {
      others.set(task.id, task);
    }
    if (recognition === "ours" && search.firstOnly) {
      return listed(true);
    }
  }
  return listed(true);
}

function isNotFound(answer: Answer<Task>): boolean {
  return !answer.ok && answer.fault.kind === "refused" && answer.fault.status === 404;
}

function isCandidate(task: Task, { creatorId, since }: Search): boolean {
  return task.createdAt >= since && (task.creatorId === creatorId || task.creatorId === "");
}

/** How far before a start its task may seem to have been created, in milliseconds: clocks and rounding. */
const MARGIN_MS = 120_000;

/** Looks once for the tasks of a start that was first sent at `sentAt` (this machine's time). */
export type FindStarted = (sentAt: number) => Promise<Finding>;

/** A search for the tasks of one start. It keeps in mind which tasks it has read and are others'. */
export function startFinder(
  step: Step,
  repository: Repository,
  recognise: (task: Task) => Recognition,
): FindStarted {
  const others = new Map<string, Task>();
  return async (sentAt) => {
    const user = await step.user();
    if (!user.ok) {
      return { kind: "fault", fault: user.fault };
    }
    // The answer's `Date` tells how far this machine's clock is off.
    const ahead = user.value.serverAheadMs;
    const search = {
      repository,
      creatorId: user.value.id,
      since: sentAt + ahead - MARGIN_MS,
      recognise,
      firstOnly: false,
      missing: "unreadable" as const,
      atMost: Number.POSITIVE_INFINITY,
    };
    return lookUp(step.api, search, others, step, retelling(step.log));
  };
}
