import type { ActionContext } from "../context.ts";
import { createProblem, explainFailure, getFailureScope } from "../github/agent-tasks/problems.ts";
import { getPhase, type Task } from "../github/agent-tasks/task.ts";
import type { RequestFailure } from "../github/http/error.ts";
import { getFullName, type Repository } from "../github/repository.ts";
import { matchEarlierAttempt, type TaskTrace } from "../prompt/trace.ts";
import { adopt, type FailedStart, failStart, type Start, type StartedTask } from "./outcome.ts";
import { searchTasks } from "./search.ts";

/** The most tasks to link in warnings. */
const MAX_LINKED_TASKS = 5;

/**
 * In a re-run: the task that this step started in an earlier attempt, if that is not to be done again.
 *
 * @returns null where there is none, and a task is to be started.
 */
export async function resumeEarlierAttempt(
  context: ActionContext,
  { repository, trace }: Start,
): Promise<StartedTask | FailedStart | null> {
  const earlier = await findEarlierAttempt(context, repository, trace);
  const name = getFullName(repository);
  const subject = { repository: name, taskId: "" };
  switch (earlier.kind) {
    case "none":
      context.log.info(
        earlier.ended === null
          ? `Attempt ${trace.attempt}: no earlier attempt of this run has started a task in ${name}.`
          : `Attempt ${trace.attempt}: task ${earlier.ended.id} of an earlier attempt in ${name} is ${earlier.ended.state}; a new one is started.`,
      );
      return null;
    case "unknown": {
      const what = `find out whether an earlier attempt of this run started a task in ${name}`;
      const problem = explainFailure(earlier.failure, {
        what,
        writes: false,
        tokenKind: context.github.tokenKind,
        subject,
      });
      return failStart(problem, { scope: getFailureScope(earlier.failure, context.github.tokenKind) });
    }
    case "unreadable": {
      const message = `Could not find out whether an earlier attempt of this run started a task in ${name}: no task there could be read, or shows its prompt.`;
      const remedy =
        "Look at the tasks linked above. To start another one, start a new run instead of a re-run.";
      const problem = createProblem(message, remedy, { subject, cause: "unreadable tasks" });
      return failStart(problem, { candidates: earlier.candidates.slice(0, MAX_LINKED_TASKS) });
    }
    case "adopt": {
      const { task, serverNow } = earlier;
      const text = `Attempt ${trace.attempt} goes on with task ${task.id} of an earlier attempt: ${task.htmlUrl || task.state}`;
      return adopt(task, serverNow, { title: "Agent task adopted", text });
    }
  }
}

/** GitHub lets a run be re-run for 30 days. */
const RERUN_WINDOW_MS = 30 * 24 * 60 * 60_000;

/** The most tasks to read in search of an earlier attempt's. */
const MAX_CANDIDATES = 300;

/** What earlier attempts of this run have left. */
export type EarlierAttempt =
  /** Nothing, or nothing that still counts: `ended` is the task that failed. */
  | { readonly kind: "none"; readonly ended: Task | null }
  | { readonly kind: "adopt"; readonly task: Task; readonly serverNow: number }
  /** It could not be found out: the search failed. */
  | { readonly kind: "unknown"; readonly failure: RequestFailure }
  /** It could not be found out: not one task shows its prompt. */
  | { readonly kind: "unreadable"; readonly candidates: readonly Task[] };

/**
 * Looks for the task that the same step started in an earlier attempt of this run. One that is active, paused or
 * completed is the one to go on with; the newest counts.
 */
export async function findEarlierAttempt(
  context: ActionContext,
  repository: Repository,
  origin: TaskTrace,
): Promise<EarlierAttempt> {
  const user = await context.github.user();
  if (!user.ok) {
    return { kind: "unknown", failure: user.failure };
  }
  const serverNow = context.time.clock.now() + user.value.serverAheadMs;
  const search = {
    repository,
    creatorId: user.value.id,
    since: serverNow - RERUN_WINDOW_MS,
    match: matchEarlierAttempt(origin),
    firstOnly: true,
    missing: "fail" as const,
    maxCandidates: MAX_CANDIDATES,
  };
  const finding = await searchTasks(context.github.api, search, new Map(), context.github.lookup());
  if (finding.kind === "failed") {
    return { kind: "unknown", failure: finding.failure };
  }
  if (!finding.complete) {
    context.log.warning(
      "Re-run",
      `Only the newest ${MAX_CANDIDATES} tasks were searched for one that an earlier attempt of this run started.`,
    );
  }
  const [newest] = finding.matches;
  if (newest === undefined) {
    // Sessions of editors, listed as tasks, may have no prompt; but where no task has one, ours has none either.
    const isReadable = finding.others.length > 0 || finding.unreadable.length === 0;
    return isReadable
      ? { kind: "none", ended: null }
      : { kind: "unreadable", candidates: finding.unreadable };
  }
  return getPhase(newest.state) === "final" && newest.state !== "completed"
    ? { kind: "none", ended: newest }
    : { kind: "adopt", task: newest, serverNow };
}
