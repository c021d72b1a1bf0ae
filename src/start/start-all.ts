import type { ActionContext } from "../context.ts";
import { createProblem, type Problem } from "../github/agent-tasks/problems.ts";
import type { Task } from "../github/agent-tasks/task.ts";
import { extendBudget, RETRY_BUDGET_MS } from "../github/http/retry.ts";
import { getFullName } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { buildFailedStart, buildResult } from "../report/build-result.ts";
import type { Result } from "../report/result.ts";
import type { ResultStore } from "../report/result-store.ts";
import type { Log } from "../runner/log.ts";
import { joinList } from "../text/format.ts";
import { applyIfActive } from "./concurrency.ts";
import { createHeadBranchCheck } from "./head-branch.ts";
import { findStopper, type Start, type StartOutcome } from "./outcome.ts";
import { resumeEarlierAttempt } from "./resume.ts";
import { startTask } from "./start-task.ts";
import { createWriteThrottle } from "./write-throttle.ts";

/** How many reads the search of a re-run needs at least for each repository: a list, and a task in it. */
const RESUME_READS = 2;

type StartAndOutcome = readonly [start: Start, outcome: StartOutcome];

/**
 * Gets a task for each start: the task of an earlier attempt of this run, an active one if `if_active` says so, or a
 * new one. It writes each outcome to the outputs at once. One failed start does not stop the others, unless they would
 * fail for the same reason.
 *
 * @returns an outcome for each start, in their order.
 */
export async function startAll(
  context: ActionContext,
  inputs: StartInputs,
  starts: readonly Start[],
  store: ResultStore,
): Promise<readonly StartAndOutcome[]> {
  const outcomes = new Map<Start, StartOutcome>();
  const pending = () => starts.filter((start) => !outcomes.has(start));
  const record = (settled: readonly StartAndOutcome[]): void => {
    for (const [start, outcome] of settled) {
      outcomes.set(start, outcome);
      logOutcome(context.log, outcome, start.isOneOfMany);
    }
    store.record(...settled.map(([start, outcome]) => [start.index, toResult(start, outcome)] as const));
  };
  /** Processes pending starts in turn, until a failure concerns all of them. */
  const forEachPending = async (
    getOutcome: (start: Start) => Promise<StartOutcome | null>,
  ): Promise<void> => {
    for (const start of pending()) {
      const stopper = findStopper(outcomes.values());
      if (stopper !== null) {
        // Record all at once: a cancelled step has no time to write its outputs for each.
        record(pending().map((start) => [start, { kind: "not_tried", because: stopper.problem }]));
        return;
      }
      const outcome = await getOutcome(start);
      if (outcome !== null) {
        record([[start, outcome]]);
      }
    }
  };

  const judged = new Map<string, Task>();
  if (mayHaveEarlierAttempt(context, inputs)) {
    const lookup = context.github.lookup(extendBudget(RETRY_BUDGET_MS, RESUME_READS * starts.length));
    const requests = { ...lookup, pauseLeftMs: RETRY_BUDGET_MS, judged };
    await forEachPending((start) => resumeEarlierAttempt(context, start, requests));
  }
  if (findStopper(outcomes.values()) === null) {
    record([...(await applyIfActive(context, inputs, pending()))]);
  }
  const throttle = createWriteThrottle(context.time);
  const checkHeadBranch = createHeadBranchCheck(context, inputs, starts.length);
  await forEachPending(async (start) => {
    const outcome =
      (await checkHeadBranch(start.repository)) ?? (await startTask(context, inputs, start, throttle));
    return outcome.kind === "task" ? { ...outcome, judged } : outcome;
  });
  return [...outcomes].sort(([a], [b]) => a.index - b.index);
}

/** In a re-run, earlier attempts may have left tasks. Only the trace identifies them. */
function mayHaveEarlierAttempt({ runner, log }: ActionContext, { trace }: StartInputs): boolean {
  if (runner.runAttempt > 1 && !trace) {
    log.warning(
      "Re-run",
      "With trace: false this step cannot recognise a task of an earlier attempt of this run. It starts another one.",
    );
  }
  return runner.runAttempt > 1 && trace;
}

function toResult({ repository }: Start, outcome: StartOutcome): Result {
  const name = getFullName(repository);
  switch (outcome.kind) {
    case "task": {
      const { task, started } = outcome;
      return buildResult(task, { repository: name, started, changes: null });
    }
    case "skipped":
      return outcome.result;
    case "failed":
      return buildFailedStart(name, outcome.problem);
    case "not_tried":
      return buildFailedStart(name, {
        code: "not_tried",
        message: `Not tried. ${outcome.because.message}`,
      });
  }
}

/**
 * Logs an outcome as soon as it is known. Of several tasks each gets a log line, because GitHub shows only ten notices
 * per step. A failure becomes an error at the end.
 */
function logOutcome(log: Log, outcome: StartOutcome, isOneOfMany: boolean): void {
  switch (outcome.kind) {
    case "task":
    case "skipped": {
      const { title, text } = outcome.notice;
      if (isOneOfMany) {
        log.info(`${title}: ${text}`);
      } else {
        log.notice(title, text);
      }
      return;
    }
    case "failed":
      if (isOneOfMany) {
        log.info(outcome.problem.message);
      }
      return;
    case "not_tried":
      return;
  }
}

/** The most repositories that one error names. */
const MAX_NAMED_REPOSITORIES = 10;

/** The tasks that may come from starts that failed. */
export function listCandidates(outcomes: readonly StartAndOutcome[]): readonly Task[] {
  return outcomes.flatMap(([, outcome]) => (outcome.kind === "failed" ? outcome.candidates : []));
}

/** Collects why tasks are missing, and warns about tasks that may come from a failed start. */
export function collectStartProblems(
  { log }: ActionContext,
  outcomes: readonly StartAndOutcome[],
): readonly Problem[] {
  const problems: Problem[] = [];
  const notTried: string[] = [];
  for (const [{ repository }, outcome] of outcomes) {
    switch (outcome.kind) {
      case "task":
      case "skipped":
        break;
      case "failed":
        for (const { id, htmlUrl } of outcome.candidates) {
          log.warning("A task may have been started", `It may be task ${id}: ${htmlUrl || "(no link)"}`);
        }
        problems.push(outcome.problem);
        break;
      case "not_tried":
        notTried.push(getFullName(repository));
        break;
    }
  }
  if (notTried.length > 0) {
    const names = joinList(notTried, MAX_NAMED_REPOSITORIES);
    const message =
      notTried.length === 1
        ? `Skipped 1 more repository for the same reason: ${names}.`
        : `Skipped ${notTried.length} more repositories for the same reason: ${names}.`;
    problems.push(createProblem("not_tried", message, "Re-run this step to start the missing tasks."));
  }
  return problems;
}
