import type { Repository } from "./agent-tasks/api.ts";
import { explain, type Problem } from "./agent-tasks/errors.ts";
import { type FollowEnd, follow, type Until } from "./agent-tasks/follow.ts";
import { phaseOf, type Task } from "./agent-tasks/task.ts";
import { type Changes, findChanges } from "./changes.ts";
import { READ_FOR_MS } from "./http/read-again.ts";
import type { FollowInputs, Wait } from "./inputs.ts";
import { narrate } from "./narrate.ts";
import { span } from "./report/log.ts";
import { taskOutputs } from "./report/outputs.ts";
import type { Result } from "./report/task-report.ts";
import { resultOf, UNDER_WAY } from "./result.ts";
import type { Step } from "./step.ts";
import { unreachable } from "./unreachable.ts";

/** The task to watch. */
export interface Watched {
  readonly taskId: string;
  /** Null: by ID alone. */
  readonly repository: Repository | null;
  /** The task as it has been seen, null where it has not. */
  readonly known: { readonly task: Task; readonly serverNow: number } | null;
  /** Whether this step started it. */
  readonly started: boolean;
}

/** What watching came to. `result` is null where the task was never seen. */
export interface Watching {
  readonly result: Result | null;
  /** What kept the task from being watched to its end, null if nothing did. */
  readonly problem: Problem | null;
}

/**
 * Follows a task for as long as the inputs ask, tells the log what happens, and looks its changes up: when the
 * pull request first appears, and at the end.
 */
export async function watch(step: Step, watched: Watched, inputs: FollowInputs): Promise<Watching> {
  const { repository, taskId, known, started } = watched;
  const about = { repository: repository === null ? "" : nameOf(repository), started };

  const end = await follow(
    () => step.api.get(repository, taskId),
    {
      until: untilOf(inputs.wait),
      timeoutMs: inputs.wait === "no" ? READ_FOR_MS : inputs.timeoutMs,
      pollIntervalMs: inputs.pollIntervalMs,
      known,
    },
    step,
    async (event) => {
      narrate(step.log, event);
      // Without waiting the end comes right after this, and looks it up anyway.
      if (event.kind === "pull_request" && inputs.wait !== "no") {
        const changes = await findChanges(step, repository, event.task, EARLY_LOOKUP_MS);
        if (changes.kind === "found" && changes.value.pullRequest !== null) {
          const { number, url } = changes.value.pullRequest;
          step.log.info(`${span(event.waitedMs)}: pull request #${number}: ${url}`);
          step.writeOutputs(
            taskOutputs([resultOf(event.task, { ...about, ...UNDER_WAY, changes: changes.value })]),
          );
        }
      }
    },
  );

  const problem = problemOf(step, taskId, end);
  if (end.task === null) {
    return { result: null, problem };
  }
  // A task that was started a moment ago has changed nothing yet.
  const isNew = started && inputs.wait === "no";
  const ending = {
    ...about,
    settled: isSettledNow(end, inputs.wait),
    waitTimedOut: end.kind === "wait_timeout",
    goesOn: goesOn(end, started),
    changes: isNew ? null : await finalChanges(step, repository, end.task),
  };
  return { result: resultOf(end.task, ending), problem };
}

/** For how long a lookup is tried in the middle of waiting, and at its end, in milliseconds. */
const EARLY_LOOKUP_MS = 10_000;
const LAST_LOOKUP_MS = 60_000;

/** What kept a task from being watched. That the time was up is no problem, unless the task was never seen. */
function problemOf(step: Step, taskId: string, end: FollowEnd): Problem | null {
  const attempt = { what: `look at task ${taskId}`, writes: false, tokenKind: step.tokenKind };
  switch (end.kind) {
    case "done":
      return null;
    case "wait_timeout":
      return end.task === null && end.lastFault !== null ? explain(end.lastFault, attempt) : null;
    case "refused": {
      const problem = explain(end.fault, attempt);
      const stopped = end.task !== null && end.fault.kind === "refused" && end.fault.status === 401;
      return stopped ? { ...problem, message: `The token stopped working. ${problem.message}` } : problem;
    }
    case "cancelled":
      return end.task === null ? explain({ kind: "cancelled" }, attempt) : null;
    default:
      return unreachable(end);
  }
}

/** `owner/name`. */
export function nameOf({ owner, repo }: Repository): string {
  return `${owner}/${repo}`;
}

function untilOf(wait: Wait): Until {
  switch (wait) {
    case "no":
      return "answered";
    case "settled":
      return "settled";
    case "pull_request":
      return "pull_request";
  }
}

/** A step that does not wait takes a paused task as it is: there is no later look to wait for. */
function isSettledNow(end: FollowEnd, wait: Wait): boolean {
  switch (end.kind) {
    case "done":
      return end.settled || (wait === "no" && phaseOf(end.task.state) !== "active");
    case "wait_timeout":
    case "refused":
    case "cancelled":
      return false;
  }
}

/**
 * Whether the task outlives the watching: it was left while it was active, or may have been. One that is not found is
 * taken to be gone, unless this step started it itself.
 */
function goesOn(end: FollowEnd, started: boolean): boolean {
  switch (end.kind) {
    case "done":
      return false;
    case "wait_timeout":
    case "cancelled":
      return true;
    case "refused":
      return started || !(end.fault.kind === "refused" && end.fault.status === 404);
  }
}

async function finalChanges(step: Step, repository: Repository | null, task: Task): Promise<Changes | null> {
  const changes = await findChanges(step, repository, task, LAST_LOOKUP_MS);
  switch (changes.kind) {
    case "found":
      return changes.value;
    case "none":
      return null;
    case "unknown":
      step.log.warning(
        "Pull request not looked up",
        `What the task has changed could not be looked up: ${changes.reason}. The outputs for it are empty.`,
      );
      return null;
  }
}
