import type { ActionContext } from "../context.ts";
import { getPhase, type Task } from "../github/agent-tasks/task.ts";
import type { RequestFailure } from "../github/http/error.ts";
import { getFullName } from "../github/repository.ts";
import { matchEarlierAttempt } from "../prompt/trace.ts";
import { adopt, type FailedStart, failRequest, failStart, type Start, type StartedTask } from "./outcome.ts";
import { type SearchQuery, searchTasks } from "./search.ts";

/** The most tasks to link in warnings. */
const MAX_LINKED_TASKS = 5;

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
      context.log.info(`Attempt ${attempt}: no earlier attempt of this run started a task in ${name}.`);
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
        message: `Could not ${what}: none of the tasks there exposes its prompt.`,
        remedy: "Look at the tasks linked above. To start another one, start a new run instead of a re-run.",
        cause: "unreadable tasks",
      };
      return failStart(start.repository, problem, {
        candidates: earlier.candidates.slice(0, MAX_LINKED_TASKS),
      });
    }
    case "found": {
      const { task, serverNow } = earlier;
      const text = `Attempt ${attempt} follows task ${task.id} of an earlier attempt: ${task.htmlUrl || task.state}`;
      return adopt(start, task, serverNow, { title: "Agent task adopted", text });
    }
  }
}

/** GitHub lets people re-run a run for 30 days. */
const RERUN_WINDOW_MS = 30 * 24 * 60 * 60_000;

/** The most tasks to compare. */
const MAX_CANDIDATES = 300;

/** What earlier attempts of this run left. */
type EarlierAttempt =
  | { readonly kind: "none" }
  /** Their newest task failed, was cancelled or timed out. */
  | { readonly kind: "failed"; readonly task: Task }
  /** Their newest task is active, paused or completed. */
  | { readonly kind: "found"; readonly task: Task; readonly serverNow: number }
  /** The search failed. */
  | { readonly kind: "unknown"; readonly failure: RequestFailure }
  /** There are tasks, but none of them exposes its prompt. */
  | { readonly kind: "unreadable"; readonly candidates: readonly Task[] };

async function findEarlierAttempt(
  context: ActionContext,
  { repository, trace }: Start,
): Promise<EarlierAttempt> {
  const user = await context.github.user();
  if (!user.ok) {
    return { kind: "unknown", failure: user.failure };
  }
  const serverNow = context.time.clock.now() + user.value.serverAheadMs;
  const search: SearchQuery = {
    repository,
    creatorId: user.value.id,
    since: serverNow - RERUN_WINDOW_MS,
    match: matchEarlierAttempt(trace),
    firstOnly: true,
    missing: "fail",
    maxCandidates: MAX_CANDIDATES,
  };
  const result = await searchTasks(context.github.api, search, new Map(), context.github.lookup());
  if (result.kind === "failed") {
    return { kind: "unknown", failure: result.failure };
  }
  if (!result.complete) {
    context.log.warning(
      "Re-run",
      `Searched only the ${MAX_CANDIDATES} newest tasks for one that an earlier attempt of this run started.`,
    );
  }
  const [newest] = result.matches;
  if (newest !== undefined) {
    return getPhase(newest.state) === "final" && newest.state !== "completed"
      ? { kind: "failed", task: newest }
      : { kind: "found", task: newest, serverNow };
  }
  // Some tasks, such as sessions of editors, may have no prompt. But if no task exposes one, ours would not either.
  return result.others.length === 0 && result.unreadable.length > 0
    ? { kind: "unreadable", candidates: result.unreadable }
    : { kind: "none" };
}
