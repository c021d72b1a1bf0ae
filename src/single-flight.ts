import type { ListQuery } from "./agent-tasks/api.ts";
import { explain, type Problem, reachOf } from "./agent-tasks/errors.ts";
import { listedTasks } from "./agent-tasks/pages.ts";
import { phaseOf, type Task } from "./agent-tasks/task.ts";
import {
  type Beginning,
  type BegunTask,
  begunByOthers,
  failedBy,
  type SkippedStart,
  type Start,
} from "./begin.ts";
import { changesIn, findAllPullRequestsOf, findPullRequestOf } from "./changes.ts";
import type { PullRequest } from "./github/pull-request.ts";
import type { AuthenticatedUser } from "./github/user.ts";
import type { Answer } from "./http/answer.ts";
import type { Fault } from "./http/fault.ts";
import { READ_FOR_MS, readAgain } from "./http/read-again.ts";
import { type Origin, recogniseSameWork, tracedRepository } from "./identity.ts";
import { EVERY_TASK, type StartInputs } from "./inputs.ts";
import { describe, retelling } from "./narrate.ts";
import { skippedFor } from "./result.ts";
import { nameOf } from "./runner.ts";
import type { Step } from "./step.ts";

const DAY_MS = 24 * 60 * 60_000;

/** A task that was not updated for that long is not active, whatever its state: a session ends after an hour. */
const ACTIVE_WITHIN_MS = DAY_MS;

/** A pull request keeps its task counting for that long after the task's last update. */
const OPEN_WITHIN_MS = 30 * DAY_MS;

/** A task that appears beside our own was created at most that long before: a start is sent again for 10 minutes. */
const BESIDE_WITHIN_MS = 15 * 60_000;

/** The most tasks to read in one look, and for each repository where there are many. */
const MOST_READ = 300;
const MOST_READ_EACH = 3;

/** For how long a pull request is looked up that is only told of, in milliseconds. */
const TOLD_LOOKUP_MS = 10_000;

/** A task that does the same work, and why it still counts: it is active, or that pull request of it is open. */
export interface Rival {
  readonly task: Task;
  readonly openPullRequest: PullRequest | null;
}

/** What a look for a rival came to. */
type Look =
  | { readonly kind: "none" }
  | { readonly kind: "found"; readonly rival: Rival; readonly serverNow: number }
  | { readonly kind: "unknown"; readonly fault: Fault }
  /** Whether the pull request of that task is open cannot be found out. */
  | { readonly kind: "unknown_pull_request"; readonly task: Task; readonly reason: string };

/** Which tasks a look is for. */
interface Wanted {
  readonly inputs: StartInputs;
  readonly starts: readonly Start[];
  /** Whether a task counts for as long as its pull request is open. */
  readonly untilClosed: boolean;
  /** Told a task as the list has it. */
  readonly mayCount: (entry: Task) => boolean;
  /** For how long each request is tried, in milliseconds. */
  readonly readForMs: number;
}

/**
 * Where `if_active` asks for one task at a time: gives way to tasks of the same key that still count.
 *
 * @returns what becomes of the starts that are not to be made, and of those for which that could not be found out.
 */
export async function giveWay(
  step: Step,
  inputs: StartInputs,
  starts: readonly Start[],
): Promise<ReadonlyMap<Start, Beginning>> {
  const { ifActive } = inputs;
  const begun = new Map<Start, Beginning>();
  const [first] = starts;
  if (ifActive === "start" || first === undefined) {
    return begun;
  }
  const looks = await lookForRivals(step, {
    inputs,
    starts,
    untilClosed: inputs.activeUntil === "pull_request_closed",
    mayCount: () => true,
    readForMs: READ_FOR_MS,
  });
  const who = whose(inputs, first.origin);
  const free: string[] = [];
  const skipped: { readonly start: Start; readonly rival: Rival }[] = [];
  for (const [start, look] of looks) {
    const name = nameOf(start.repository);
    switch (look.kind) {
      case "none":
        free.push(name);
        break;
      case "unknown": {
        const what = `find out whether a task is active in ${name}`;
        const problem = explain(look.fault, { what, writes: false, tokenKind: step.tokenKind });
        begun.set(start, failedBy(problem, { reach: reachOf(look.fault, step.tokenKind) }));
        break;
      }
      case "unknown_pull_request":
        begun.set(start, failedBy(pullRequestProblem(look.task, look.reason)));
        break;
      case "found":
        if (ifActive === "skip") {
          skipped.push({ start, rival: look.rival });
        } else {
          begun.set(start, attach(look.rival, look.serverNow, who));
        }
        break;
    }
  }
  if (free.length > 0) {
    step.log.info(`No ${who} is active in ${free.join(", ")}.`);
  }
  for (const [start, beginning] of await skip(step, skipped, who)) {
    begun.set(start, beginning);
  }
  return begun;
}

/** A task of this step beside which another one may have been started. */
export interface OwnTask {
  readonly start: Start;
  readonly task: Task;
}

/**
 * Looks once more after the starts, where `if_active` asks for one task at a time: two runs that looked at the same
 * moment both saw nothing. It warns with both links.
 *
 * @param own the tasks that this step has started itself.
 */
export async function warnOfRivals(step: Step, inputs: StartInputs, own: readonly OwnTask[]): Promise<void> {
  if (inputs.ifActive === "start" || own.length === 0 || step.signal.aborted) {
    return;
  }
  const ids = new Set(own.map(({ task }) => task.id));
  const since = Math.min(...own.map(({ task }) => task.createdAt)) - BESIDE_WITHIN_MS;
  const looks = await lookForRivals(step, {
    inputs,
    starts: own.map(({ start }) => start),
    untilClosed: false,
    mayCount: (entry) => !ids.has(entry.id) && entry.createdAt >= since,
    readForMs: 0,
  });
  const group = "A concurrency group in the workflow keeps two runs from starting at once.";
  const unknown: { readonly task: Task; readonly fault: Fault }[] = [];
  for (const { start, task } of own) {
    const look = looks.get(start) ?? { kind: "none" };
    switch (look.kind) {
      case "none":
      case "unknown_pull_request":
        break;
      case "unknown":
        unknown.push({ task, fault: look.fault });
        break;
      case "found":
        step.log.warning(
          "A second task exists",
          `Another run started a task at the same time: besides ${linkOf(task)}, which this step goes on with, there is ` +
            `${linkOf(look.rival.task)}. If only one is wanted, stop the other on GitHub. ${group}`,
        );
        break;
    }
  }
  const [first, ...others] = unknown;
  if (first !== undefined) {
    const which = `${linkOf(first.task)}${others.length > 0 ? `, and as ${others.length} more,` : ""}`;
    step.log.warning(
      "A second task may exist",
      `Whether another run started a task at the same time as ${which} could not be found out: ` +
        `${describe(first.fault)}. ${group}`,
    );
  }
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
async function lookForRivals(step: Step, wanted: Wanted): Promise<ReadonlyMap<Start, Look>> {
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

/** Starts nothing, and looks up the pull requests of the tasks that it gives way to, to tell of them. */
async function skip(
  step: Step,
  skipped: readonly { readonly start: Start; readonly rival: Rival }[],
  who: string,
): Promise<readonly (readonly [Start, SkippedStart])[]> {
  const untold = skipped.filter(
    ({ rival }) => rival.openPullRequest === null && rival.task.artifacts.some(({ type }) => type === "pull"),
  );
  const wanted = untold.map(({ start, rival }) => ({ repository: start.repository, task: rival.task }));
  const lookups = await findAllPullRequestsOf(step, wanted, TOLD_LOOKUP_MS);
  return skipped.map(({ start, rival }) => {
    const lookup = lookups[untold.findIndex((other) => other.start === start)];
    if (lookup?.kind === "unknown") {
      step.log.info(`The pull request of ${linkOf(rival.task)} could not be looked up: ${lookup.reason}.`);
    }
    const pullRequest = rival.openPullRequest ?? (lookup?.kind === "found" ? lookup.value : null);
    const changes = pullRequest === null ? null : changesIn(pullRequest);
    const reason = reasonFor(rival, who);
    const result = skippedFor(rival.task, { repository: nameOf(start.repository), changes, reason });
    return [start, { kind: "skipped", result, notice: { title: "Nothing started", text: reason } }];
  });
}

function attach(rival: Rival, serverNow: number, who: string): BegunTask {
  const text = `${reasonFor(rival, who)} This step goes on with that task.`;
  return begunByOthers(rival.task, serverNow, { title: "Agent task attached", text });
}

function pullRequestProblem({ id, htmlUrl }: Task, reason: string): Problem {
  return {
    message: `Could not find out whether the pull request of task ${id} is still open: ${reason}. Nothing was started.`,
    remedy:
      `Give the job the permission pull-requests: read, or a github_token that has it. A task that was archived on ` +
      `GitHub does not count: ${htmlUrl || id}`,
  };
}

/** Why nothing is started, as a sentence with a link. */
export function reasonFor({ task, openPullRequest }: Rival, who: string): string {
  if (openPullRequest !== null) {
    const { number, url } = openPullRequest;
    return `Pull request #${number} (${url}) of ${linkOf(task)}, a ${who}, is still open.`;
  }
  return `A ${who} is still ${task.state}: ${linkOf(task)}.`;
}

function whose({ concurrencyKey }: StartInputs, { key }: Origin): string {
  return concurrencyKey === EVERY_TASK ? "task of the token's user" : `task with the key "${key}"`;
}

function article(concurrencyKey: string): string {
  return concurrencyKey === EVERY_TASK ? "one" : "one of the same key";
}

function isGone(fault: Fault): boolean {
  return fault.kind === "refused" && fault.status === 404;
}

function linkOf({ id, htmlUrl }: Task): string {
  return htmlUrl === "" ? `task ${id}` : `task ${id} (${htmlUrl})`;
}
