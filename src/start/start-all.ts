import type { ActionContext } from "../context.ts";
import { createProblem, type Problem } from "../github/agent-tasks/problems.ts";
import { getFullName } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { buildFailedStart } from "../report/build-result.ts";
import type { Result } from "../report/result.ts";
import type { ResultStore } from "../report/result-store.ts";
import type { Log } from "../runner/log.ts";
import { joinList } from "../text/format.ts";
import { applyIfActive } from "./concurrency.ts";
import { checkHeadBranch } from "./head-branch.ts";
import { buildStartedResult, findStopper, type Start, type StartOutcome } from "./outcome.ts";
import { resumeEarlierAttempt } from "./resume.ts";
import { startTask } from "./start-task.ts";
import { createWriteThrottle } from "./write-throttle.ts";

/** A start, and what has come of it. */
export type StartAndOutcome = readonly [start: Start, beginning: StartOutcome];

/**
 * Comes to a task for each start: that of an earlier attempt of this run, another one that does the same work where
 * `if_active` asks for that, or a new one. Each is in the outputs the moment it is known. A start that fails keeps no
 * other from being made, unless what it met would be met by all.
 *
 * @returns a beginning for each start, in their order.
 */
export async function startAll(
  context: ActionContext,
  inputs: StartInputs,
  starts: readonly Start[],
  store: ResultStore,
): Promise<readonly StartAndOutcome[]> {
  const outcomes = new Map<Start, StartOutcome>();
  const open = () => starts.filter((start) => !outcomes.has(start));
  const settle = (...settled: readonly StartAndOutcome[]): void => {
    for (const [start, beginning] of settled) {
      outcomes.set(start, beginning);
      logOutcome(context.log, beginning, start.isOneOfMany);
    }
    store.record(...settled.map(([start, beginning]) => [start.index, toResult(start, beginning)] as const));
  };
  /** Goes on to the next start, unless what an earlier one met concerns all. */
  const each = async (make: (start: Start) => Promise<StartOutcome | null>): Promise<void> => {
    for (const start of open()) {
      const stopper = findStopper([...outcomes.values()]);
      if (stopper !== null) {
        // All at once: a step that is told to stop has no time to write its outputs for each.
        settle(...open().map((one) => [one, { kind: "not_tried", because: stopper.problem }] as const));
        return;
      }
      const beginning = await make(start);
      if (beginning !== null) {
        settle([start, beginning]);
      }
    }
  };

  if (mayHaveEarlierAttempt(context, inputs)) {
    await each((start) => resumeEarlierAttempt(context, start));
  }
  if (findStopper([...outcomes.values()]) === null) {
    settle(...(await applyIfActive(context, inputs, open())));
  }
  const throttle = createWriteThrottle(context.time);
  await each(
    async (start) =>
      (await checkHeadBranch(context, { ...inputs, repository: start.repository })) ??
      (await startTask(context, inputs, start, throttle)),
  );
  return [...outcomes].sort(([a], [b]) => a.index - b.index);
}

/** In a re-run earlier attempts may have left tasks; without a trace they cannot be told from others. */
function mayHaveEarlierAttempt({ runner, log }: ActionContext, { trace }: StartInputs): boolean {
  if (runner.runAttempt > 1 && !trace) {
    log.warning(
      "Re-run",
      "With trace: false a task of an earlier attempt of this run cannot be recognised: another one is started.",
    );
  }
  return runner.runAttempt > 1 && trace;
}

function toResult(start: Start, beginning: StartOutcome): Result {
  switch (beginning.kind) {
    case "task":
      return buildStartedResult(start, beginning);
    case "skipped":
      return beginning.result;
    case "failed":
      return buildFailedStart(getFullName(start.repository), beginning.problem.message);
    case "not_tried":
      return buildFailedStart(getFullName(start.repository), `Not tried. ${beginning.because.message}`);
  }
}

/**
 * GitHub shows ten notices of a step: many tasks are told of by lines of the log. A failure becomes an error in the end; of
 * many, the log has it at its time too.
 */
function logOutcome(log: Log, beginning: StartOutcome, isOneOfMany: boolean): void {
  switch (beginning.kind) {
    case "task":
    case "skipped": {
      const { title, text } = beginning.notice;
      if (isOneOfMany) {
        log.info(`${title}: ${text}`);
      } else {
        log.notice(title, text);
      }
      return;
    }
    case "failed":
      if (isOneOfMany) {
        log.info(beginning.problem.message);
      }
      return;
    case "not_tried":
      return;
  }
}

/** The most repositories that one error names. */
const MAX_NAMED_REPOSITORIES = 10;

/** Why tasks are missing. Tasks that may be from a start whose answer was lost are linked. */
export function collectStartProblems(
  { log }: ActionContext,
  begun: readonly StartAndOutcome[],
): readonly Problem[] {
  const problems: Problem[] = [];
  const notTried: string[] = [];
  for (const [{ repository }, beginning] of begun) {
    switch (beginning.kind) {
      case "task":
      case "skipped":
        break;
      case "failed":
        for (const { id, htmlUrl } of beginning.candidates) {
          log.warning(
            "A task may have been started",
            `It may be task ${id}: ${htmlUrl || "no link is known"}`,
          );
        }
        problems.push(beginning.problem);
        break;
      case "not_tried":
        notTried.push(getFullName(repository));
        break;
    }
  }
  if (notTried.length > 0) {
    problems.push(
      createProblem(
        `For the same reason nothing was tried in ${notTried.length === 1 ? "" : `these ${notTried.length}: `}${joinList(notTried, MAX_NAMED_REPOSITORIES)}.`,
        "A re-run of this step starts what is missing.",
      ),
    );
  }
  return problems;
}
