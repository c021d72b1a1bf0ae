import type { StartBody } from "./agent-tasks/api.ts";
import { explain, type Problem } from "./agent-tasks/errors.ts";
import { type FailedStart, startOnce } from "./agent-tasks/start-once.ts";
import type { Task } from "./agent-tasks/task.ts";
import { findEarlier, startFinder } from "./find-tasks.ts";
import { type Origin, recognisePrompt, recogniseStart } from "./identity.ts";
import type { StartInputs } from "./inputs.ts";
import { narrateStart } from "./narrate.ts";
import { taskOutputs } from "./report/outputs.ts";
import type { Result } from "./report/task-report.ts";
import { resultOf, UNDER_WAY } from "./result.ts";
import type { Step } from "./step.ts";
import { warnOfTwins } from "./twins.ts";
import { nameOf } from "./watch.ts";

/** The most tasks to link in warnings. */
const MOST_LINKED = 5;

/** A task to follow. */
export interface BegunTask {
  readonly kind: "task";
  readonly task: Task;
  /** The server's time when it looked like that, or an earlier one; milliseconds since the epoch. */
  readonly serverNow: number;
  /** Whether this step started it. */
  readonly started: boolean;
  /** Warns of a second task, where the start was sent more than once. */
  readonly lookForTwins: () => Promise<void>;
}

/** Why there is no task to follow, and which tasks may be from this step all the same. */
export interface FailedBeginning {
  readonly kind: "failed";
  readonly problem: Problem;
  readonly candidates: readonly Task[];
}

/** Nothing was started, because another task does the work. */
export interface SkippedStart {
  readonly kind: "skipped";
  readonly result: Result;
}

export type Beginning = BegunTask | FailedBeginning | SkippedStart;

/**
 * In a re-run: the task that this step started in an earlier attempt, if that is not to be done again.
 *
 * @returns null where there is none, and a task is to be started.
 */
export async function adoptEarlier(
  step: Step,
  inputs: StartInputs,
  origin: Origin,
): Promise<Beginning | null> {
  if (origin.attempt <= 1) {
    return null;
  }
  if (!inputs.trace) {
    step.log.warning(
      "Re-run",
      "With trace: false a task of an earlier attempt of this run cannot be recognised: another one is started.",
    );
    return null;
  }
  const earlier = await findEarlier(step, inputs.repository, origin);
  switch (earlier.kind) {
    case "none":
      step.log.info(
        earlier.ended === null
          ? `Attempt ${origin.attempt}: no earlier attempt of this run has started a task here.`
          : `Attempt ${origin.attempt}: task ${earlier.ended.id} of an earlier attempt is ${earlier.ended.state}; a new one is started.`,
      );
      return null;
    case "unknown": {
      const what = "find out whether an earlier attempt of this run started a task";
      const problem = explain(earlier.fault, { what, writes: false, tokenKind: step.tokenKind });
      return { kind: "failed", problem, candidates: [] };
    }
    case "unreadable": {
      const message = `Could not find out whether an earlier attempt of this run started a task in ${nameOf(inputs.repository)}: no task there could be read, or shows its prompt.`;
      const remedy =
        "Look at the tasks linked above. To start another one, start a new run instead of a re-run.";
      return {
        kind: "failed",
        problem: { message, remedy },
        candidates: earlier.candidates.slice(0, MOST_LINKED),
      };
    }
    case "adopt": {
      const { task, serverNow } = earlier;
      step.log.notice(
        "Agent task adopted",
        `Attempt ${origin.attempt} goes on with task ${task.id} of an earlier attempt: ${task.htmlUrl || task.state}`,
      );
      makeKnown(step, inputs, task, false);
      return { kind: "task", task, serverNow, started: false, lookForTwins: async () => {} };
    }
  }
}

/** Starts a task, and makes its ID known the moment it exists. */
export async function begin(
  step: Step,
  inputs: StartInputs,
  origin: Origin,
  body: StartBody,
): Promise<Beginning> {
  const { api, clock, log } = step;
  const { repository } = inputs;
  const recognise = inputs.trace ? recogniseStart(origin) : recognisePrompt(body.prompt, inputs.baseRef);
  const find = startFinder(step, repository, recognise);
  const sentAt = clock.now();

  const outcome = await startOnce({ send: () => api.start(repository, body), find }, step, (event) =>
    narrateStart(log, event),
  );
  if (outcome.kind !== "started") {
    const candidates = outcome.kind === "doubtful" ? outcome.candidates : [];
    return { kind: "failed", problem: explainStart(step, nameOf(repository), outcome), candidates };
  }

  const { task, meta, sends, twins } = outcome;
  makeKnown(step, inputs, task, true);
  log.notice(
    "Agent task started",
    `Task ${task.id} in ${nameOf(repository)}: ${task.htmlUrl || "(no link yet)"}`,
  );
  const settledAt = clock.now();
  return {
    kind: "task",
    task,
    // A task that was found comes without the server's time; it was not before it was created.
    serverNow: meta?.serverNow ?? task.createdAt,
    started: true,
    lookForTwins: async () => {
      if (sends > 1) {
        const tasksUrl = tasksUrlOf(step, nameOf(repository));
        await warnOfTwins(step, { task, sends, tasksUrl, sentAt, settledAt, twins }, find);
      }
    },
  };
}

/** Writes all outputs as far as they are known: from here on, whatever happens, the ID is not lost. */
export function makeKnown(step: Step, inputs: StartInputs, task: Task, started: boolean): void {
  step.writeOutputs(taskOutputs([underWay(inputs, task, started)]));
}

/** What is reported of a task that has just been begun, adopted or attached to. */
export function underWay({ repository }: StartInputs, task: Task, started: boolean): Result {
  return resultOf(task, { ...UNDER_WAY, repository: nameOf(repository), started, changes: null });
}

/** Why there is no task to follow. Where one may exist all the same, people are told where to look first. */
function explainStart(step: Step, repository: string, outcome: FailedStart): Problem {
  const { tokenKind } = step;
  const problem = explain(outcome.fault, { what: `start a task in ${repository}`, writes: true, tokenKind });
  switch (outcome.kind) {
    case "not_started":
      return problem;
    case "doubtful":
      return {
        message: `${problem.message} ${mayExist(outcome.sends)} been started all the same.`,
        remedy: `Look at the repository's tasks before you run this again: ${tasksUrlOf(step, repository)}`,
      };
  }
}

function mayExist(sends: number): string {
  return sends === 1 ? "A task may have" : `Up to ${sends} tasks may have`;
}

/** Where people see a repository's tasks. */
function tasksUrlOf({ runner }: Step, repository: string): string {
  return `${runner.serverUrl}/${repository}/agents`;
}
