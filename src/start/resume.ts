import type { ActionContext } from "../context.ts";
import { MAX_SEARCH_PAGES } from "../github/agent-tasks/pages.ts";
import { getLink, getPhase, type Task } from "../github/agent-tasks/task.ts";
import type { RequestFailure } from "../github/http/error.ts";
import { getFullName } from "../github/repository.ts";
import { isFromOtherWork, matchEarlierAttempt } from "../prompt/trace.ts";
import { joinList } from "../text/format.ts";
import { RESEND_BUDGET_MS } from "./idempotent-start.ts";
import {
  adopt,
  type FailedStart,
  failRequest,
  failStart,
  MAX_LINKED_TASKS,
  type Start,
  type StartedTask,
} from "./outcome.ts";
import { type SearchQuery, searchTasks, UNREADABLE_TASKS } from "./search.ts";

/**
 * In a re-run: picks up the task that this step started in an earlier attempt.
 *
 * @returns null if there is no such task, or it failed. Then the step starts a new one.
 */
export async function resumeEarlierAttempt(
  context: ActionContext,
  start: Start,
): Promise<StartedTask | FailedStart | null> {
  const { attempt } = start.trace;
  const name = getFullName(start.repository);
  const what = `find out whether an earlier attempt of this run started a task in ${name}`;
  const earlier = await findEarlierAttempt(context, start);
  switch (earlier.kind) {
    case "none":
      logNoneFound(context, start, earlier.others);
      return null;
    case "failed": {
      const { id, state } = earlier.task;
      context.log.info(
        `Attempt ${attempt}: task ${id} of an earlier attempt in ${name} is ${state}. Starting a new one.`,
      );
      return null;
    }
    case "unknown":
      return failRequest(context, start.repository, earlier.failure, { what, writes: false });
    case "unreadable": {
      const problem = {
        code: "indeterminate" as const,
        message: `Could not ${what}: ${earlier.reason}. Nothing was started.`,
        remedy: "Look at the repository's tasks. To start another one, start a new run instead of a re-run.",
        cause: earlier.reason,
      };
      return failStart(start.repository, problem, {
        candidates: earlier.candidates.slice(0, MAX_LINKED_TASKS),
      });
    }
    case "found": {
      const { task, serverNow } = earlier;
      const text = `Attempt ${attempt} follows task ${task.id} of an earlier attempt: ${task.htmlUrl || task.state}`;
      return { ...adopt(start, task, serverNow, { title: "Agent task adopted", text }), isOwn: true };
    }
  }
}

/** Logs that this step starts a task of its own. Warns if the task of an earlier attempt may have been meant for it. */
function logNoneFound({ log }: ActionContext, start: Start, others: readonly Task[]): void {
  const { repository, trace, earlierWork } = start;
  log.info(
    `Attempt ${trace.attempt}: no earlier attempt of this run started a task in ${getFullName(repository)}.`,
  );
  const isFromOther = isFromOtherWork(trace, earlierWork);
  const otherWork = others.filter((task) => isFromOther(task) && !hasFailed(task));
  if (otherWork.length > 0) {
    log.warning(
      "Re-run",
      `An earlier attempt of this run started ${joinList(otherWork.map(getLink), MAX_LINKED_TASKS)} inside the same ` +
        "composite action, with another prompt or other settings than this step has now. So this step starts a task of " +
        "its own. If its prompt changes from attempt to attempt, you may need only one of them: stop the other on GitHub.",
    );
  }
}

/** GitHub lets people re-run a run for 30 days. */
const RERUN_WINDOW_MS = 30 * 24 * 60 * 60_000;

/** The most tasks to compare. */
const MAX_CANDIDATES = 300;

/** How far apart the tasks of one start may be: its requests and the searches between them take less time. */
export const MAX_START_MS = 2 * RESEND_BUDGET_MS;

/** What earlier attempts of this run left. */
type EarlierAttempt =
  | {
      readonly kind: "none";
      /** The tasks that this step did not start. */
      readonly others: readonly Task[];
    }
  /** Their newest task failed, was cancelled or timed out, as did all others of the same start. */
  | { readonly kind: "failed"; readonly task: Task }
  /** Their newest task is active, paused or completed, or another one of the same start is. */
  | { readonly kind: "found"; readonly task: Task; readonly serverNow: number }
  /** The search failed. */
  | { readonly kind: "unknown"; readonly failure: RequestFailure }
  /** There are tasks that cannot be compared. */
  | { readonly kind: "unreadable"; readonly reason: string; readonly candidates: readonly Task[] };

async function findEarlierAttempt(
  context: ActionContext,
  { repository, trace }: Start,
): Promise<EarlierAttempt> {
  const requests = context.github.lookup();
  const user = await context.github.user(requests);
  if (!user.ok) {
    return { kind: "unknown", failure: user.failure };
  }
  const serverNow = context.time.clock.now() + (user.value.serverAheadMs ?? 0);
  const search: SearchQuery = {
    repository,
    creatorId: user.value.id,
    since: serverNow - RERUN_WINDOW_MS,
    match: matchEarlierAttempt(trace),
    // After a failed task, what comes next decides.
    isProof: false,
    isEnough: hasDecided,
    missing: "fail",
    maxCandidates: MAX_CANDIDATES,
  };
  const result = await searchTasks(context.github.api, search, new Map(), requests);
  if (result.kind === "failed") {
    return { kind: "unknown", failure: result.failure };
  }
  const found = result.matches.find((task) => !hasFailed(task));
  if (found !== undefined) {
    return { kind: "found", task: found, serverNow };
  }
  if (!result.complete) {
    context.log.warning(
      "Re-run",
      `Searched only the newest tasks, at most ${MAX_CANDIDATES} on ${MAX_SEARCH_PAGES} pages, for one that an earlier ` +
        "attempt of this run started. If an older one is of this run, the step starts a second task.",
    );
  }
  const { others, promptless, unreadable, unreadableEntries } = result;
  if (unreadable.length > 0 || unreadableEntries > 0) {
    return { kind: "unreadable", reason: UNREADABLE_TASKS, candidates: unreadable };
  }
  const [newest] = result.matches;
  if (newest !== undefined) {
    return { kind: "failed", task: newest };
  }
  // Some tasks, such as sessions of editors, have no prompt. But if no task shows one, ours would not either.
  return others.length === 0 && promptless.length > 0
    ? { kind: "unreadable", reason: "none of the tasks there shows its prompt", candidates: promptless }
    : { kind: "none", others };
}

/** Whether a match has not failed, or the next task is too old to come from the same start as the newest match. */
function hasDecided(matches: readonly Task[], next: Task | null): boolean {
  const [newest] = matches;
  return (
    newest !== undefined &&
    (matches.some((task) => !hasFailed(task)) ||
      (next !== null && next.createdAt < newest.createdAt - MAX_START_MS))
  );
}

function hasFailed({ state }: Task): boolean {
  return getPhase(state) === "final" && state !== "completed";
}
