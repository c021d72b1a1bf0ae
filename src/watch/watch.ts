import type { ActionContext } from "../context.ts";
import {
  createProblem,
  explainFailure,
  type Problem,
  type TokenKind,
} from "../github/agent-tasks/problems.ts";
import { getPhase, getTaskRepository, type Task } from "../github/agent-tasks/task.ts";
import { describeFailure, isNotFound, type RequestFailure } from "../github/http/error.ts";
import { extendBudget, OUT_OF_TIME, RETRY_BUDGET_MS } from "../github/http/retry.ts";
import { getFullName } from "../github/repository.ts";
import { type Changes, findAllChanges, keepLasting } from "../github/task-changes.ts";
import type { Wait, WatchInputs } from "../inputs/shared-inputs.ts";
import { buildResult, buildUnseenResult } from "../report/build-result.ts";
import type { Result } from "../report/result.ts";
import type { ResultStore } from "../report/result-store.ts";
import { createEarlyPullRequests, type EarlyPullRequests } from "./early-pull-requests.ts";
import { type PollOptions, pollUntilDone } from "./poller.ts";
import { logProgress } from "./progress.ts";
import type { WaitCondition } from "./snapshot.ts";
import type { PollOutcome, ProgressEvent, WatchedTask } from "./tracker.ts";

/** How long the final lookups may take together, in milliseconds. */
const LOOKUP_BUDGET_MS = 60_000;

/** What to wait for, and for how long. Times in milliseconds. */
export interface WatchOptions
  extends Pick<WatchInputs, "wait" | "timeoutMs" | "pollIntervalMs">,
    Pick<PollOptions, "interruption"> {
  /** When the first task started, this machine's time since the epoch. */
  readonly firstStartedAt: number;
}

/**
 * Polls tasks for as long as the inputs ask, logs their progress, and looks up their changes: when a pull request first
 * appears, and at the end. The results go into the store.
 *
 * @returns the problems that kept tasks from being polled until they were done.
 */
export async function watch(
  context: ActionContext,
  tasks: readonly WatchedTask[],
  store: ResultStore,
  options: WatchOptions,
): Promise<readonly Problem[]> {
  const { wait, timeoutMs, pollIntervalMs, firstStartedAt, interruption = null } = options;
  const names = nameTasks(tasks);
  const early = createEarlyPullRequests(context, tasks, store);
  // Don't log the initial state of tasks whose start was just logged; it would only repeat the start lines.
  const repeatsStart = (event: ProgressEvent) =>
    event.kind === "state" &&
    event.previous === null &&
    tasks.length > 1 &&
    tasks.some(({ id, known }) => id === event.task.id && known !== null);
  const outcomes = await pollUntilDone(
    context.github.api,
    tasks,
    {
      until: toWaitCondition(wait),
      timeoutMs: wait === "no" ? extendBudget(RETRY_BUDGET_MS, tasks.length) : timeoutMs,
      pollIntervalMs,
      firstStartedAt,
      interruption,
      onProgress: async (event) => {
        if (!repeatsStart(event)) {
          logProgress(context.log, event, names);
        }
        // Without waiting, the final lookup follows immediately.
        if (wait !== "no") {
          await early.onProgress(event);
        }
      },
    },
    context.time,
  );

  const polled = tasks.flatMap((watched): PolledTask[] => {
    const outcome = outcomes.get(watched.id);
    return outcome === undefined ? [] : [[watched, outcome]];
  });
  // A task started moments ago has no changes yet, and a cancelled step has no time to look them up.
  const due = polled.flatMap(([watched, { task }]) =>
    task === null || (watched.started && wait === "no") || context.time.signal.aborted
      ? []
      : [{ ...watched, task }],
  );
  const found = await findFinalChanges(context, due, early);
  const dueIds = new Set(due.map(({ id }) => id));
  const getChanges = (id: string): Changes | null => {
    const earlier = early.get(id);
    return found.get(id) ?? (earlier !== null && dueIds.has(id) ? keepLasting(earlier) : earlier);
  };
  const { tokenKind } = context.github;
  store.record(
    ...polled.map((task) => {
      const [{ id, index }] = task;
      return [index, toResult(context, task, wait, getChanges(id))] as const;
    }),
  );
  return collectProblems(polled, tokenKind);
}

type PolledTask = readonly [watched: WatchedTask, outcome: PollOutcome];

/** The problems of all tasks. If several tasks met a token that stopped working, they share one problem. */
function collectProblems(polled: readonly PolledTask[], tokenKind: TokenKind): readonly Problem[] {
  const explainAll = (tasks: readonly PolledTask[]) =>
    tasks.flatMap((task) => explainOutcome(task, tokenKind) ?? []);
  const [failure, ...others] = polled.flatMap(([, outcome]) => getTokenFailure(outcome) ?? []);
  if (failure === undefined || others.length === 0) {
    return explainAll(polled);
  }
  const what = `get ${others.length + 1} tasks`;
  const { code, message, remedy } = explainFailure(failure, {
    what,
    writes: false,
    tokenKind,
    subject: null,
  });
  return [
    createProblem(code, `The token stopped working. ${message}`, remedy),
    ...explainAll(polled.filter(([, outcome]) => getTokenFailure(outcome) === null)),
  ];
}

/** The failure that ended polling because GitHub rejected the token; null if it ended for another reason. */
function getTokenFailure(outcome: PollOutcome): RequestFailure | null {
  const isRejected =
    outcome.kind === "rejected" && outcome.failure.kind === "rejected" && outcome.failure.status === 401;
  return isRejected ? outcome.failure : null;
}

const NO_RESPONSE = { code: "unavailable", message: "The action got no response about this task." } as const;

function toResult(
  { github, runner }: ActionContext,
  [watched, outcome]: PolledTask,
  wait: Wait,
  changes: Changes | null,
): Result {
  const { id, started } = watched;
  const repository = getFullName(watched.repository);
  const problem = explainOutcome([watched, outcome], github.tokenKind);
  if (outcome.task === null) {
    return buildUnseenResult(id, repository, problem ?? NO_RESPONSE);
  }
  return buildResult(outcome.task, {
    repository: repository || getTaskRepository(outcome.task, runner.serverUrl),
    started,
    settled: isSettledNow(outcome, wait),
    waitTimedOut: outcome.kind === "wait_timeout",
    stillRunning: isStillRunning(outcome, started),
    failure: outcome.kind === "cancelled" ? "step_cancelled" : (problem?.code ?? null),
    changes,
  });
}

/** Task names for log lines, by ID: repositories if they are unique, otherwise IDs. A single task needs no name. */
function nameTasks(tasks: readonly WatchedTask[]): ReadonlyMap<string, string> {
  const repositories = new Set(tasks.map(({ repository }) => getFullName(repository)));
  const areUnique = !repositories.has("") && repositories.size === tasks.length;
  return new Map(
    tasks.length === 1
      ? []
      : tasks.map(({ id, repository }) => [id, areUnique ? getFullName(repository) : `task ${id}`]),
  );
}

/** The problem that kept a task from being polled until it was done. A timeout is one only if the task was never seen. */
function explainOutcome([{ id, repository }, outcome]: PolledTask, tokenKind: TokenKind): Problem | null {
  const attempt = {
    what: `get task ${id}`,
    writes: false,
    tokenKind,
    subject: { repository: getFullName(repository), taskId: id },
  };
  switch (outcome.kind) {
    case "done":
      return null;
    case "wait_timeout":
      return outcome.task === null ? explainFailure(outcome.lastFailure ?? OUT_OF_TIME, attempt) : null;
    case "rejected": {
      const problem = explainFailure(outcome.failure, attempt);
      return outcome.task !== null && getTokenFailure(outcome) !== null
        ? { ...problem, message: `The token stopped working. ${problem.message}` }
        : problem;
    }
    case "lost":
      return explainLostTask(outcome, attempt.subject);
    case "cancelled":
      return outcome.task === null ? explainFailure({ kind: "cancelled" }, attempt) : null;
  }
}

/** The problem of a task of this run that GitHub does not find any more. */
function explainLostTask(
  { task, failure }: Extract<PollOutcome, { kind: "lost" }>,
  subject: { readonly repository: string; readonly taskId: string },
): Problem {
  const what =
    `GitHub has not found the task for 10 minutes (${describeFailure(failure)}), although this run started it. What became ` +
    "of it is unknown";
  return createProblem(
    "task_lost",
    `Lost sight of task ${subject.taskId}: ${what}.`,
    `Look for it on GitHub before you start another one${task?.htmlUrl ? `: ${task.htmlUrl}` : "."}`,
    { subject, cause: what },
  );
}

function toWaitCondition(wait: Wait): WaitCondition {
  return wait === "no" ? "first_response" : wait;
}

/** A step that does not wait reports a paused task as settled, because it never polls the task again. */
function isSettledNow(outcome: PollOutcome, wait: Wait): boolean {
  return (
    outcome.kind === "done" &&
    (outcome.settled || (wait === "no" && getPhase(outcome.task.state) !== "active"))
  );
}

/** Whether the task may keep running after polling. A task that is not found counts as gone, unless this step started it. */
function isStillRunning(outcome: PollOutcome, started: boolean): boolean {
  switch (outcome.kind) {
    case "done":
      return false;
    case "wait_timeout":
    case "lost":
    case "cancelled":
      return true;
    case "rejected":
      return started || !isNotFound(outcome.failure);
  }
}

/** The final changes by task ID. Logs a warning if a lookup fails. */
async function findFinalChanges(
  context: ActionContext,
  tasks: readonly (WatchedTask & { readonly task: Task })[],
  early: EarlyPullRequests,
): Promise<ReadonlyMap<string, Changes>> {
  const lookups = await findAllChanges(early.lookup(extendBudget(LOOKUP_BUDGET_MS, tasks.length)), tasks);
  const found = new Map<string, Changes>();
  const unknown: { readonly id: string; readonly reason: string }[] = [];
  for (const [i, { id }] of tasks.entries()) {
    const lookup = lookups[i];
    if (lookup?.kind === "found") {
      found.set(id, lookup.value);
    } else if (lookup?.kind === "unknown") {
      unknown.push({ id, reason: lookup.reason });
    }
  }
  warnAboutUnknownChanges(context, unknown, early);
  return found;
}

/** Logs one warning for all tasks, and a line for each: GitHub's reasons name the repository, so they can differ. */
function warnAboutUnknownChanges(
  { log }: ActionContext,
  unknown: readonly { readonly id: string; readonly reason: string }[],
  early: EarlyPullRequests,
): void {
  const [first, ...others] = unknown;
  if (first === undefined) {
    return;
  }
  if (others.length > 0) {
    for (const { id, reason } of unknown) {
      log.info(`Could not look up the changes of task ${id}: ${reason}.`);
    }
  }
  const target = others.length > 0 ? `${unknown.length} tasks` : `task ${first.id}`;
  const hasEarlier = unknown.some(({ id }) => early.get(id) !== null);
  const empty = hasEarlier ? "head_sha and commits" : "pull_request_number and commits";
  log.warning(
    "Pull request not looked up",
    `Could not look up the changes of ${target}: ${first.reason}. Outputs such as ${empty} are empty.`,
  );
}
