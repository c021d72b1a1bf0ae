import type { Step } from "../context.ts";
import type { ListQuery } from "../github/agent-tasks/api.ts";
import { listedTasks } from "../github/agent-tasks/pages.ts";
import { reachOf } from "../github/agent-tasks/problems.ts";
import { phaseOf, type Task } from "../github/agent-tasks/task.ts";
import type { Fault } from "../github/http/error.ts";
import type { Answer } from "../github/http/result.ts";
import { readAgain, retelling } from "../github/http/retry.ts";
import type { PullRequest } from "../github/pull-requests.ts";
import { nameOf } from "../github/repository.ts";
import { findPullRequestOf } from "../github/task-changes.ts";
import type { AuthenticatedUser } from "../github/user.ts";
import { EVERY_TASK, type StartInputs } from "../inputs/start-inputs.ts";
import { recogniseSameWork, tracedRepository } from "../prompt/trace.ts";
import type { Start } from "./outcome.ts";

const DAY_MS = 24 * 60 * 60_000;

/** A task that was not updated for that long is not active, whatever its state: a session ends after an hour. */
const ACTIVE_WITHIN_MS = DAY_MS;

/** A pull request keeps its task counting for that long after the task's last update. */
const OPEN_WITHIN_MS = 30 * DAY_MS;

/** The most tasks to read in one look, and for each repository where there are many. */
const MOST_READ = 300;

const MOST_READ_EACH = 3;

/** A task that does the same work, and why it still counts: it is active, or that pull request of it is open. */
export interface Rival {
  readonly task: Task;
  readonly openPullRequest: PullRequest | null;
}

/** What a look for a rival came to. */
export type Look =
  | { readonly kind: "none" }
  | { readonly kind: "found"; readonly rival: Rival; readonly serverNow: number }
  | { readonly kind: "unknown"; readonly fault: Fault }
  /** Whether the pull request of that task is open cannot be found out. */
  | { readonly kind: "unknown_pull_request"; readonly task: Task; readonly reason: string };

/** Which tasks a look is for. */
export interface Wanted {
  readonly inputs: StartInputs;
  readonly starts: readonly Start[];
  /** Whether a task counts for as long as its pull request is open. */
  readonly untilClosed: boolean;
  /** Told a task as the list has it. */
  readonly mayCount: (entry: Task) => boolean;
  /** For how long each request is tried, in milliseconds. */
  readonly readForMs: number;
}

/** Whether a task is at work, or waits for an answer, and was updated lately. A state nobody knows counts as active. */
export function isAtWork({ state, createdAt, updatedAt }: Task, serverNow: number): boolean {
  const works = phaseOf(state) === "active" || state === "waiting_for_user";
  return works && (updatedAt ?? createdAt) >= serverNow - ACTIVE_WITHIN_MS;
}

/**
 * Looks for a rival of each start. Several repositories are looked through in one list, that of all tasks of the token's
 * user; there only the trace tells which repository a task is in, so tasks without one take a list for each.
 */
export async function lookForRivals(step: Step, wanted: Wanted): Promise<ReadonlyMap<Start, Look>> {
  const { starts, inputs } = wanted;
  const user = await step.user();
  if (!user.ok) {
    return new Map(starts.map((start) => [start, { kind: "unknown", fault: user.fault }]));
  }
  const groups = inputs.concurrencyKey === EVERY_TASK ? starts.map((start) => [start]) : [starts];
  const looks = new Map<Start, Look>();
  let stopper: Fault | null = null;
  for (const group of groups) {
    const fault: Fault | null =
      stopper ?? (await lookThrough(step, user.value, { ...wanted, starts: group }, looks));
    stopper = fault !== null && reachOf(fault, step.tokenKind) !== "one" ? fault : null;
    for (const start of group.filter((one) => !looks.has(one))) {
      looks.set(start, fault === null ? { kind: "none" } : { kind: "unknown", fault });
    }
  }
  return looks;
}

/**
 * Looks through one list for rivals of these starts, those that were updated last first.
 *
 * @param looks gets what is found.
 * @returns what kept the list from being read to its end, null if nothing did.
 */
async function lookThrough(
  step: Step,
  user: AuthenticatedUser,
  { inputs, starts, untilClosed, mayCount, readForMs }: Wanted,
  looks: Map<Start, Look>,
): Promise<Fault | null> {
  const [first, ...others] = starts;
  if (first === undefined) {
    return null;
  }
  const only = others.length === 0 ? first : null;
  const repository = only?.repository ?? null;
  const ask = <T>(send: () => Promise<Answer<T>>) => readAgain(send, step, retelling(step.log), readForMs);
  const serverNow = step.clock.now() + user.serverAheadMs;
  const within = untilClosed ? OPEN_WITHIN_MS : ACTIVE_WITHIN_MS;
  const recognise = recogniseSameWork(first.origin, inputs.concurrencyKey);
  // GitHub could leave out other states too, but takes only those it describes: a newer one would be missed.
  const query: ListQuery = {
    per_page: 100,
    sort: "created_at",
    direction: "asc",
    since: new Date(serverNow - within).toISOString(),
    ...(repository === null ? {} : { creator_id: [user.id] }),
  };
  const mostRead = Math.max(MOST_READ, MOST_READ_EACH * starts.length);

  // The whole list first, in an order in which nothing moves while it is read: a task that is updated meanwhile would else
  // move to a page that was read already.
  const entries: Task[] = [];
  for await (const listed of listedTasks(step.api, repository, query, ask)) {
    if (!listed.ok) {
      return listed.fault;
    }
    const entry = listed.task;
    const isOurs = entry.creatorId === user.id || entry.creatorId === "";
    if (isOurs && mayCount(entry) && (untilClosed || isAtWork(entry, serverNow))) {
      entries.push(entry);
    }
  }
  if (entries.length > mostRead) {
    step.log.warning(
      "Other tasks",
      `Only the ${mostRead} tasks that were updated last were searched for ${article(inputs.concurrencyKey)} that still counts.`,
    );
  }
  const lastUpdatedFirst = entries.toSorted((a, b) => updateOf(b) - updateOf(a));
  for (const entry of lastUpdatedFirst.slice(0, mostRead)) {
    const answer = await ask(() => step.api.get(repository, entry.id));
    if (!answer.ok && !isGone(answer.fault)) {
      return answer.fault;
    }
    const task = answer.ok ? answer.value : entry;
    const start = recognise(task) === "ours" ? (only ?? startIn(starts, tracedRepository(task))) : undefined;
    if (start === undefined || looks.has(start)) {
      continue;
    }
    const look = await judge(step, start, task, { serverNow, untilClosed, readForMs });
    if (look !== null) {
      looks.set(start, look);
    }
    if (starts.every((one) => looks.has(one))) {
      return null;
    }
  }
  return null;
}

function updateOf({ updatedAt, createdAt }: Task): number {
  return updatedAt ?? createdAt;
}

/** Whether a task of the same key still counts; null where it does not. */
async function judge(
  step: Step,
  { repository }: Start,
  task: Task,
  {
    serverNow,
    untilClosed,
    readForMs,
  }: Pick<Wanted, "untilClosed" | "readForMs"> & { readonly serverNow: number },
): Promise<Look | null> {
  if (isAtWork(task, serverNow)) {
    return { kind: "found", rival: { task, openPullRequest: null }, serverNow };
  }
  if (!untilClosed) {
    return null;
  }
  const lookup = await findPullRequestOf(step, repository, task, readForMs);
  if (lookup.kind === "unknown") {
    return { kind: "unknown_pull_request", task, reason: lookup.reason };
  }
  return lookup.kind === "found" && lookup.value.isOpen
    ? { kind: "found", rival: { task, openPullRequest: lookup.value }, serverNow }
    : null;
}

/** The start in the repository of that name, however it is spelt. */
function startIn(starts: readonly Start[], name: string | null): Start | undefined {
  return starts.find(({ repository }) => nameOf(repository).toLowerCase() === name?.toLowerCase());
}

function article(concurrencyKey: string): string {
  return concurrencyKey === EVERY_TASK ? "one" : "one of the same key";
}

function isGone(fault: Fault): boolean {
  return fault.kind === "refused" && fault.status === 404;
}
