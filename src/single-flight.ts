import { explain, type Problem } from "./agent-tasks/errors.ts";
import { listedTasks } from "./agent-tasks/pages.ts";
import { phaseOf, type Task } from "./agent-tasks/task.ts";
import { type Beginning, type BegunTask, makeKnown } from "./begin.ts";
import { findPullRequestOf } from "./changes.ts";
import type { PullRequest } from "./github/pull-request.ts";
import type { Answer } from "./http/answer.ts";
import type { Fault } from "./http/fault.ts";
import { READ_FOR_MS, readAgain } from "./http/read-again.ts";
import { type Origin, recogniseSameWork } from "./identity.ts";
import { EVERY_TASK, type StartInputs } from "./inputs.ts";
import { describe, retelling } from "./narrate.ts";
import { skippedFor } from "./result.ts";
import type { Step } from "./step.ts";
import { nameOf } from "./watch.ts";

const DAY_MS = 24 * 60 * 60_000;

/** A task that was not updated for that long is not active, whatever its state: a session ends after an hour. */
const ACTIVE_WITHIN_MS = DAY_MS;

/** A pull request keeps its task counting for that long after the task's last update. */
const OPEN_WITHIN_MS = 30 * DAY_MS;

/** A task that appears beside our own was created at most that long before: a start is sent again for 10 minutes. */
const BESIDE_WITHIN_MS = 15 * 60_000;

/** The most tasks to read in one look. */
const MOST_READ = 300;

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
  readonly origin: Origin;
  /** Whether a task counts for as long as its pull request is open. */
  readonly untilClosed: boolean;
  /** Told a task as the list has it. */
  readonly mayCount: (entry: Task) => boolean;
  /** For how long each request is tried, in milliseconds. */
  readonly readForMs: number;
}

/**
 * Where `if_active` asks for one task at a time: gives way to a task of the same key that still counts.
 *
 * @returns null where there is none, and a task is to be started.
 */
export async function giveWay(step: Step, inputs: StartInputs, origin: Origin): Promise<Beginning | null> {
  const { ifActive } = inputs;
  if (ifActive === "start") {
    return null;
  }
  const look = await lookForRival(step, {
    inputs,
    origin,
    untilClosed: inputs.activeUntil === "pull_request_closed",
    mayCount: () => true,
    readForMs: READ_FOR_MS,
  });
  switch (look.kind) {
    case "none":
      step.log.info(`No ${whose(inputs, origin)} is active in ${nameOf(inputs.repository)}.`);
      return null;
    case "unknown": {
      const what = `find out whether a task is active in ${nameOf(inputs.repository)}`;
      const problem = explain(look.fault, { what, writes: false, tokenKind: step.tokenKind });
      return { kind: "failed", problem, candidates: [] };
    }
    case "unknown_pull_request":
      return { kind: "failed", problem: pullRequestProblem(look.task, look.reason), candidates: [] };
    case "found": {
      const reason = reasonFor(look.rival, whose(inputs, origin));
      return ifActive === "skip"
        ? skip(step, inputs, look.rival, reason)
        : attach(step, inputs, look.rival.task, look.serverNow, reason);
    }
  }
}

/**
 * Looks once more after a start, where `if_active` asks for one task at a time: two runs that looked at the same moment
 * both saw nothing. It warns with both links.
 */
export async function warnOfRival(
  step: Step,
  inputs: StartInputs,
  origin: Origin,
  { task: own, started }: BegunTask,
): Promise<void> {
  if (inputs.ifActive === "start" || !started || step.signal.aborted) {
    return;
  }
  const look = await lookForRival(step, {
    inputs,
    origin,
    untilClosed: false,
    mayCount: (entry) => entry.id !== own.id && entry.createdAt >= own.createdAt - BESIDE_WITHIN_MS,
    readForMs: 0,
  });
  const group = "A concurrency group in the workflow keeps two runs from starting at once.";
  switch (look.kind) {
    case "none":
    case "unknown_pull_request":
      return;
    case "unknown":
      step.log.warning(
        "A second task may exist",
        `Whether another run started a task at the same time as ${linkOf(own)} could not be found out: ` +
          `${describe(look.fault)}. ${group}`,
      );
      return;
    case "found":
      step.log.warning(
        "A second task exists",
        `Another run started a task at the same time: besides ${linkOf(own)}, which this step goes on with, there is ` +
          `${linkOf(look.rival.task)}. If only one is wanted, stop the other on GitHub. ${group}`,
      );
      return;
  }
}

/** Whether a task is at work, or waits for an answer, and was updated lately. A state nobody knows counts as active. */
export function isAtWork({ state, createdAt, updatedAt }: Task, serverNow: number): boolean {
  const works = phaseOf(state) === "active" || state === "waiting_for_user";
  return works && (updatedAt ?? createdAt) >= serverNow - ACTIVE_WITHIN_MS;
}

async function lookForRival(step: Step, wanted: Wanted): Promise<Look> {
  const { inputs, origin, untilClosed, mayCount, readForMs } = wanted;
  const { repository, concurrencyKey } = inputs;
  const user = await step.user();
  if (!user.ok) {
    return { kind: "unknown", fault: user.fault };
  }
  const ask = <T>(send: () => Promise<Answer<T>>) => readAgain(send, step, retelling(step.log), readForMs);
  const serverNow = step.clock.now() + user.value.serverAheadMs;
  const within = untilClosed ? OPEN_WITHIN_MS : ACTIVE_WITHIN_MS;
  const recognise = recogniseSameWork(origin, concurrencyKey);
  const creatorId = user.value.id;
  // GitHub could leave out other states too, but takes only those it describes: a newer one would be missed.
  const query = {
    per_page: 100,
    sort: "updated_at",
    direction: "desc",
    since: new Date(serverNow - within).toISOString(),
    creator_id: [creatorId],
  } as const;

  let read = 0;
  for await (const listed of listedTasks(step.api, repository, query, ask)) {
    if (!listed.ok) {
      return { kind: "unknown", fault: listed.fault };
    }
    const entry = listed.task;
    const isOurs = entry.creatorId === creatorId || entry.creatorId === "";
    if (!isOurs || !mayCount(entry) || !(untilClosed || isAtWork(entry, serverNow))) {
      continue;
    }
    read++;
    if (read > MOST_READ) {
      step.log.warning(
        "Other tasks",
        `Only the ${MOST_READ} tasks that were updated last were searched for ${article(concurrencyKey)} that still counts.`,
      );
      return { kind: "none" };
    }
    const answer = await ask(() => step.api.get(repository, entry.id));
    if (!answer.ok && !isGone(answer.fault)) {
      return { kind: "unknown", fault: answer.fault };
    }
    const task = answer.ok ? answer.value : entry;
    if (recognise(task) !== "ours") {
      continue;
    }
    if (isAtWork(task, serverNow)) {
      return { kind: "found", rival: { task, openPullRequest: null }, serverNow };
    }
    if (untilClosed) {
      const lookup = await findPullRequestOf(step, repository, task, readForMs);
      if (lookup.kind === "unknown") {
        return { kind: "unknown_pull_request", task, reason: lookup.reason };
      }
      if (lookup.kind === "found" && lookup.value.isOpen) {
        return { kind: "found", rival: { task, openPullRequest: lookup.value }, serverNow };
      }
    }
  }
  return { kind: "none" };
}

async function skip(
  step: Step,
  { repository }: StartInputs,
  { task, openPullRequest }: Rival,
  reason: string,
): Promise<Beginning> {
  step.log.notice("Nothing started", reason);
  const hasPullRequest = task.artifacts.some(({ type }) => type === "pull");
  const lookup =
    openPullRequest === null && hasPullRequest
      ? await findPullRequestOf(step, repository, task, TOLD_LOOKUP_MS)
      : null;
  if (lookup?.kind === "unknown") {
    step.log.info(`Its pull request could not be looked up: ${lookup.reason}.`);
  }
  const pullRequest = openPullRequest ?? (lookup?.kind === "found" ? lookup.value : null);
  const changes =
    pullRequest === null
      ? null
      : { pullRequest, commits: pullRequest.commits, changedFiles: pullRequest.changedFiles };
  return { kind: "skipped", result: skippedFor(task, { repository: nameOf(repository), changes, reason }) };
}

function attach(step: Step, inputs: StartInputs, task: Task, serverNow: number, reason: string): BegunTask {
  step.log.notice("Agent task attached", `${reason} This step goes on with that task.`);
  makeKnown(step, inputs, task, false);
  return { kind: "task", task, serverNow, started: false, lookForTwins: async () => {} };
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
