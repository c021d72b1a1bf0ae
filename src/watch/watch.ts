import type { ActionContext } from "../context.ts";
import { createProblem, explainFailure, type Problem } from "../github/agent-tasks/problems.ts";
import { getPhase, type Task } from "../github/agent-tasks/task.ts";
import { RETRY_BUDGET_MS } from "../github/http/retry.ts";
import { getFullName } from "../github/repository.ts";
import { type Changes, findAllChanges } from "../github/task-changes.ts";
import type { Wait, WatchInputs } from "../inputs/shared-inputs.ts";
import { buildResult, buildUnseenResult } from "../report/build-result.ts";
import type { Result } from "../report/result.ts";
import type { ResultStore } from "../report/result-store.ts";
import { createEarlyPullRequests, type EarlyPullRequests } from "./early-pull-requests.ts";
import { pollUntilDone } from "./poller.ts";
import { logProgress } from "./progress.ts";
import type { WaitCondition } from "./snapshot.ts";
import type { PollOutcome, ProgressEvent, Watched } from "./tracker.ts";

/** For how long each lookup at the end is tried, in milliseconds. */
const LOOKUP_BUDGET_MS = 60_000;

/**
 * Follows tasks for as long as the inputs ask, tells the log what happens, and looks their changes up: when a pull
 * request first appears, and at the end. What comes of each goes into the store.
 *
 * @param firstStartedAt when the first of the tasks began, this machine's time in milliseconds since the epoch.
 * @returns what kept tasks from being watched to their end.
 */
export async function watch(
  context: ActionContext,
  watched: readonly Watched[],
  inputs: WatchInputs,
  store: ResultStore,
  firstStartedAt: number,
): Promise<readonly Problem[]> {
  const names = nameTasks(watched);
  const changes = createEarlyPullRequests(context, watched, store);
  const known = new Set(watched.flatMap((one) => (one.known === null ? [] : [one.id])));
  // A hundred tasks that were just begun need not be told of once more, each with its first state.
  const isOldNews = (event: ProgressEvent) =>
    event.kind === "state" && event.previous === null && watched.length > 1 && known.has(event.task.id);
  const outcomes = await pollUntilDone(
    context.github.api,
    watched,
    {
      until: toWaitCondition(inputs.wait),
      timeoutMs: inputs.wait === "no" ? RETRY_BUDGET_MS : inputs.timeoutMs,
      pollIntervalMs: inputs.pollIntervalMs,
      firstStartedAt,
    },
    context.time,
    async (event) => {
      if (!isOldNews(event)) {
        logProgress(context.log, event, names);
      }
      // Without waiting the end comes right after this, and looks everything up anyway.
      if (inputs.wait !== "no") {
        await changes.onProgress(event);
      }
    },
  );

  const ended = watched.flatMap((one): WatchedOutcome[] => {
    const end = outcomes.get(one.id);
    return end === undefined ? [] : [{ one, end, problem: explainOutcome(context, one, end) }];
  });
  // A task that was started a moment ago has changed nothing yet; and who is told to stop has no time to ask.
  const worthwhile = ended.flatMap(({ one, end: { task } }) =>
    task === null || (one.started && inputs.wait === "no") || context.time.signal.aborted
      ? []
      : [{ ...one, task }],
  );
  const found = await finalChanges(context, worthwhile, changes);
  store.record(
    ...ended.map((task) => {
      const { id, index } = task.one;
      return [index, toResult(task, inputs.wait, found.get(id) ?? changes.get(id))] as const;
    }),
  );
  return collectProblems(context, ended);
}

/** How the watching of a task has ended. */
interface WatchedOutcome {
  readonly one: Watched;
  readonly end: PollOutcome;
  /** Null: nothing kept it from being watched to its end. */
  readonly problem: Problem | null;
}

/** The problems; a token that stopped working is one for all tasks. */
function collectProblems(
  { github: { tokenKind } }: ActionContext,
  ended: readonly WatchedOutcome[],
): readonly Problem[] {
  const problems = (some: readonly WatchedOutcome[]) => some.flatMap(({ problem }) => problem ?? []);
  const [first, ...others] = ended.filter(({ end }) => isTokenRejected(end));
  if (first?.end.kind !== "rejected" || others.length === 0) {
    return problems(ended);
  }
  const what = `look at ${others.length + 1} tasks any more`;
  const { message, remedy } = explainFailure(first.end.failure, {
    what,
    writes: false,
    tokenKind,
    subject: null,
  });
  return [
    createProblem(`The token stopped working. ${message}`, remedy),
    ...problems(ended.filter(({ end }) => !isTokenRejected(end))),
  ];
}

function isTokenRejected(end: PollOutcome): boolean {
  return end.kind === "rejected" && end.failure.kind === "rejected" && end.failure.status === 401;
}

/** What is reported of a task when the watching has ended. */
function toResult({ one, end, problem }: WatchedOutcome, wait: Wait, changes: Changes | null): Result {
  const repository = getFullName(one.repository);
  return end.task === null
    ? buildUnseenResult(one.id, repository, problem?.message ?? "It was not seen.")
    : buildResult(end.task, {
        repository,
        started: one.started,
        settled: isSettledNow(end, wait),
        waitTimedOut: end.kind === "wait_timeout",
        stillRunning: isStillRunning(end, one.started),
        changes,
      });
}

/** What tasks are called in the log: nothing where there is only one, else by repository, or by ID where that is not enough. */
function nameTasks(watched: readonly Watched[]): ReadonlyMap<string, string> {
  const repositories = watched.map(({ repository }) => getFullName(repository));
  const areDistinct = !repositories.includes("") && new Set(repositories).size === repositories.length;
  return new Map(
    watched.length === 1
      ? []
      : watched.map(({ id }, i) => [id, areDistinct ? (repositories[i] ?? id) : `task ${id}`]),
  );
}

/** What kept a task from being watched. That the time was up is no problem, unless the task was never seen. */
function explainOutcome(
  context: ActionContext,
  { id, repository }: Watched,
  end: PollOutcome,
): Problem | null {
  const attempt = {
    what: `look at task ${id}`,
    writes: false,
    tokenKind: context.github.tokenKind,
    subject: { repository: getFullName(repository), taskId: id },
  };
  switch (end.kind) {
    case "done":
      return null;
    case "wait_timeout":
      return end.task === null && end.lastFailure !== null ? explainFailure(end.lastFailure, attempt) : null;
    case "rejected": {
      const problem = explainFailure(end.failure, attempt);
      return end.task !== null && isTokenRejected(end)
        ? { ...problem, message: `The token stopped working. ${problem.message}` }
        : problem;
    }
    case "cancelled":
      return end.task === null ? explainFailure({ kind: "cancelled" }, attempt) : null;
  }
}

function toWaitCondition(wait: Wait): WaitCondition {
  switch (wait) {
    case "no":
      return "first_response";
    case "settled":
      return "settled";
    case "pull_request":
      return "pull_request";
  }
}

/** A step that does not wait takes a paused task as it is: there is no later look to wait for. */
function isSettledNow(end: PollOutcome, wait: Wait): boolean {
  switch (end.kind) {
    case "done":
      return end.settled || (wait === "no" && getPhase(end.task.state) !== "active");
    case "wait_timeout":
    case "rejected":
    case "cancelled":
      return false;
  }
}

/**
 * Whether the task outlives the watching: it was left while it was active, or may have been. One that is not found is
 * taken to be gone, unless this step started it itself.
 */
function isStillRunning(end: PollOutcome, started: boolean): boolean {
  switch (end.kind) {
    case "done":
      return false;
    case "wait_timeout":
    case "cancelled":
      return true;
    case "rejected":
      return started || !(end.failure.kind === "rejected" && end.failure.status === 404);
  }
}

/** What the tasks have changed in the end, by their IDs; those for which that is not known are warned of. */
async function finalChanges(
  context: ActionContext,
  watched: readonly (Watched & { readonly task: Task })[],
  early: EarlyPullRequests,
): Promise<ReadonlyMap<string, Changes>> {
  const lookups = await findAllChanges(context.github.lookup(LOOKUP_BUDGET_MS), watched);
  const found = new Map<string, Changes>();
  const unknown: { readonly id: string; readonly reason: string }[] = [];
  for (const [i, { id }] of watched.entries()) {
    const lookup = lookups[i];
    if (lookup?.kind === "found") {
      found.set(id, lookup.value);
    } else if (lookup?.kind === "unknown") {
      unknown.push({ id, reason: lookup.reason });
    }
  }
  warnAboutUnknownChanges(context, unknown, watched.length > 1, early);
  return found;
}

/** GitHub's reasons name the repository, so each task may have its own: one warning for all, and a line of the log for each. */
function warnAboutUnknownChanges(
  { log }: ActionContext,
  unknown: readonly { readonly id: string; readonly reason: string }[],
  areMany: boolean,
  early: EarlyPullRequests,
): void {
  const [first, ...others] = unknown;
  if (first === undefined) {
    return;
  }
  const which =
    others.length > 0 ? `${unknown.length} tasks have` : `${areMany ? `task ${first.id}` : "the task"} has`;
  if (others.length > 0) {
    for (const { id, reason } of unknown) {
      log.info(`What task ${id} has changed could not be looked up: ${reason}.`);
    }
  }
  const wasSeen = unknown.some(({ id }) => early.get(id) !== null);
  log.warning(
    "Pull request not looked up",
    `What ${which} changed could not be looked up: ${first.reason}. ` +
      `The outputs for it ${wasSeen ? "have what was seen before, or are empty" : "are empty"}.`,
  );
}
