import type { Step } from "../context.ts";
import type { Problem } from "../github/agent-tasks/problems.ts";
import { nameOf } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { notStarted } from "../report/build-result.ts";
import type { Result } from "../report/result.ts";
import type { Ledger } from "../report/result-store.ts";
import type { Log } from "../runner/log.ts";
import { listed } from "../text/format.ts";
import { giveWay } from "./concurrency.ts";
import { checkHeadRef } from "./head-branch.ts";
import { type Beginning, type Start, stopperAmong, underWay } from "./outcome.ts";
import { adoptEarlier } from "./resume.ts";
import { begin } from "./start-task.ts";
import { createPacer } from "./write-throttle.ts";

/** A start, and what has come of it. */
export type Begun = readonly [start: Start, beginning: Beginning];

/**
 * Comes to a task for each start: that of an earlier attempt of this run, another one that does the same work where
 * `if_active` asks for that, or a new one. Each is in the outputs the moment it is known. A start that fails keeps no
 * other from being made, unless what it met would be met by all.
 *
 * @returns a beginning for each start, in their order.
 */
export async function beginAll(
  step: Step,
  inputs: StartInputs,
  starts: readonly Start[],
  ledger: Ledger,
): Promise<readonly Begun[]> {
  const begun = new Map<Start, Beginning>();
  const open = () => starts.filter((start) => !begun.has(start));
  const settle = (...beginnings: readonly Begun[]): void => {
    for (const [start, beginning] of beginnings) {
      begun.set(start, beginning);
      tell(step.log, beginning, start.isOneOfMany);
    }
    ledger.note(
      ...beginnings.map(([start, beginning]) => [start.index, resultOfBeginning(start, beginning)] as const),
    );
  };
  /** Goes on to the next start, unless what an earlier one met concerns all. */
  const each = async (make: (start: Start) => Promise<Beginning | null>): Promise<void> => {
    for (const start of open()) {
      const stopper = stopperAmong([...begun.values()]);
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

  if (mayHaveEarlier(step, inputs)) {
    await each((start) => adoptEarlier(step, start));
  }
  if (stopperAmong([...begun.values()]) === null) {
    settle(...(await giveWay(step, inputs, open())));
  }
  const pacer = createPacer(step);
  await each(
    async (start) =>
      (await checkHeadRef(step, { ...inputs, repository: start.repository })) ??
      (await begin(step, inputs, start, pacer)),
  );
  return [...begun].sort(([a], [b]) => a.index - b.index);
}

/** In a re-run earlier attempts may have left tasks; without a trace they cannot be told from others. */
function mayHaveEarlier({ runner, log }: Step, { trace }: StartInputs): boolean {
  if (runner.runAttempt > 1 && !trace) {
    log.warning(
      "Re-run",
      "With trace: false a task of an earlier attempt of this run cannot be recognised: another one is started.",
    );
  }
  return runner.runAttempt > 1 && trace;
}

function resultOfBeginning(start: Start, beginning: Beginning): Result {
  switch (beginning.kind) {
    case "task":
      return underWay(start, beginning);
    case "skipped":
      return beginning.result;
    case "failed":
      return notStarted(nameOf(start.repository), beginning.problem.message);
    case "not_tried":
      return notStarted(nameOf(start.repository), `Not tried. ${beginning.because.message}`);
  }
}

/**
 * GitHub shows ten notices of a step: many tasks are told of by lines of the log. A failure becomes an error in the end; of
 * many, the log has it at its time too.
 */
function tell(log: Log, beginning: Beginning, isOneOfMany: boolean): void {
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
const MOST_NAMED = 10;

/** Why tasks are missing. Tasks that may be from a start whose answer was lost are linked. */
export function tellFailures({ log }: Step, begun: readonly Begun[]): readonly Problem[] {
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
        notTried.push(nameOf(repository));
        break;
    }
  }
  if (notTried.length > 0) {
    problems.push({
      message: `For the same reason nothing was tried in ${notTried.length === 1 ? "" : `these ${notTried.length}: `}${listed(notTried, MOST_NAMED)}.`,
      remedy: "A re-run of this step starts what is missing.",
    });
  }
  return problems;
}
