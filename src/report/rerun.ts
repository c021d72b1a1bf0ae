import type { ErrorCode } from "../github/agent-tasks/error-code.ts";
import { getPhase } from "../github/agent-tasks/task.ts";
import type { FailOn } from "../inputs/shared-inputs.ts";
import { getErrorCode, getOutcomes, isStarted, type Result } from "./result.ts";

/** What "Re-run failed jobs" does with the tasks of this step. */
export interface Rerun {
  /** How many tasks it starts: for starts that failed, and for tasks that failed, timed out or were cancelled. */
  readonly starts: number;
  /** How many tasks it follows, instead of starting another one. */
  readonly follows: number;
  /** Whether people have to remove a cause first. */
  readonly afterFix: boolean;
}

/** What a re-run depends on. */
interface FinishedStep {
  readonly results: readonly Result[];
  readonly failOn: ReadonlySet<FailOn>;
  /** Whether a re-run recognises the tasks of this attempt. */
  readonly trace: boolean;
  /** Whether there are tasks that may be from this step. */
  readonly hasPossibleTasks: boolean;
}

/**
 * Whether a re-run helps against what the code stands for: now, or after people have removed the cause. It does not if
 * the workflow must change, because a re-run uses the same version of it.
 */
const HELP: Readonly<Record<ErrorCode, "now" | "after_fix" | "none">> = {
  indeterminate: "none",
  task_lost: "none",
  internal_error: "none",
  invalid_input: "none",
  trigger_refused: "none",
  no_open_pull_request: "none",
  rejected: "none",
  bad_credentials: "after_fix",
  forbidden: "after_fix",
  copilot_plan_required: "after_fix",
  quota_exceeded: "after_fix",
  not_found: "after_fix",
  rate_limited: "now",
  unreachable: "now",
  unavailable: "now",
  step_cancelled: "none",
  task_failed: "now",
  // The same work takes as long again.
  task_timed_out: "none",
  task_cancelled: "now",
  // A re-run follows the same task, which still waits.
  action_required: "none",
  wait_timeout: "now",
  no_changes: "none",
  neutral: "none",
  skipped: "none",
  not_tried: "now",
};

/** A re-run could start a second task for the same work. */
const TASK_MAY_EXIST: ReadonlySet<ErrorCode | null> = new Set(["indeterminate", "task_lost"]);

/**
 * Finds out whether "Re-run failed jobs" is a next step after a step of the start action. `start/resume.ts` decides what
 * it does.
 *
 * @returns null if it does not help, could start a second task for the same work, or GitHub does not offer it, because
 *   the step does not fail.
 */
export function planRerun({ results, failOn, trace, hasPossibleTasks }: FinishedStep): Rerun | null {
  const codes = results.map((result) => getErrorCode(result, failOn));
  const mayStartSecond =
    hasPossibleTasks || codes.some((code) => TASK_MAY_EXIST.has(code)) || (!trace && results.some(isStarted));
  const fails = results.some(
    (result) => result.failure !== null || getOutcomes(result).some((outcome) => failOn.has(outcome)),
  );
  const help = codes.map((code) => (code === null ? "none" : HELP[code]));
  if (mayStartSecond || !fails || help.every((kind) => kind === "none")) {
    return null;
  }
  const concerned = results.filter(({ report }) => report.conclusion !== "skipped");
  const starts = concerned.filter(isStartedAnew).length;
  return { starts, follows: concerned.length - starts, afterFix: help.includes("after_fix") };
}

/** Whether a re-run starts a new task instead of following this one. */
function isStartedAnew(result: Result): boolean {
  const { state } = result.report;
  return !isStarted(result) || (getPhase(state) === "final" && state !== "completed");
}
