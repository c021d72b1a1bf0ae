import type { Repository, StartBody } from "./agent-tasks/api.ts";
import { explain, type Problem, type Reach, reachOf } from "./agent-tasks/errors.ts";
import { type FailedStart, startOnce } from "./agent-tasks/start-once.ts";
import type { Task } from "./agent-tasks/task.ts";
import { findEarlier, startFinder } from "./find-tasks.ts";
import { type Origin, recognisePrompt, recogniseStart } from "./identity.ts";
import type { StartInputs } from "./inputs.ts";
import { narrateStart } from "./narrate.ts";
import type { Pacer } from "./pacer.ts";
import type { Result } from "./report/task-report.ts";
import { resultOf, UNDER_WAY } from "./result.ts";
import { nameOf } from "./runner.ts";
import type { Step } from "./step.ts";
import { warnOfTwins } from "./twins.ts";

/** The most tasks to link in warnings. */
const MOST_LINKED = 5;

/** A task that is to be started. */
export interface Start {
  /** Its place among the starts of the step, from 0. */
  readonly index: number;
  readonly repository: Repository;
  readonly origin: Origin;
  readonly body: StartBody;
  /** Then what is told of it needs its repository's name. */
  readonly isOneOfMany: boolean;
}

/** What people are told of a beginning. */
export interface Notice {
  readonly title: string;
  readonly text: string;
}

/** A task to follow. */
export interface BegunTask {
  readonly kind: "task";
  readonly task: Task;
  /** The server's time when it looked like that, or an earlier one; milliseconds since the epoch. */
  readonly serverNow: number;
  /** Whether this step started it. */
  readonly started: boolean;
  readonly notice: Notice;
  /** Warns of a second task, where the start was sent more than once. */
  readonly lookForTwins: () => Promise<void>;
}

/** Why there is no task to follow, and which tasks may be from this step all the same. */
export interface FailedBeginning {
  readonly kind: "failed";
  readonly problem: Problem;
  readonly candidates: readonly Task[];
  /** Which other starts would meet the same. */
  readonly reach: Reach;
}

/** Nothing was started, because another task does the work. */
export interface SkippedStart {
  readonly kind: "skipped";
  readonly result: Result;
  readonly notice: Notice;
}

/** Nothing was sent, because what another start met concerns this one too. */
export interface NotTried {
  readonly kind: "not_tried";
  readonly because: Problem;
}

export type Beginning = BegunTask | FailedBeginning | SkippedStart | NotTried;

/**
 * In a re-run: the task that this step started in an earlier attempt, if that is not to be done again.
 *
 * @returns null where there is none, and a task is to be started.
 */
export async function adoptEarlier(
  step: Step,
  { repository, origin }: Start,
): Promise<BegunTask | FailedBeginning | null> {
  const earlier = await findEarlier(step, repository, origin);
  const name = nameOf(repository);
  switch (earlier.kind) {
    case "none":
      step.log.info(
        earlier.ended === null
          ? `Attempt ${origin.attempt}: no earlier attempt of this run has started a task in ${name}.`
          : `Attempt ${origin.attempt}: task ${earlier.ended.id} of an earlier attempt in ${name} is ${earlier.ended.state}; a new one is started.`,
      );
      return null;
    case "unknown": {
      const what = `find out whether an earlier attempt of this run started a task in ${name}`;
      const problem = explain(earlier.fault, { what, writes: false, tokenKind: step.tokenKind });
      return failedBy(problem, { reach: reachOf(earlier.fault, step.tokenKind) });
    }
    case "unreadable": {
      const message = `Could not find out whether an earlier attempt of this run started a task in ${name}: no task there could be read, or shows its prompt.`;
      const remedy =
        "Look at the tasks linked above. To start another one, start a new run instead of a re-run.";
      return failedBy({ message, remedy }, { candidates: earlier.candidates.slice(0, MOST_LINKED) });
    }
    case "adopt": {
      const { task, serverNow } = earlier;
      const text = `Attempt ${origin.attempt} goes on with task ${task.id} of an earlier attempt: ${task.htmlUrl || task.state}`;
      return begunByOthers(task, serverNow, { title: "Agent task adopted", text });
    }
  }
}

/** Starts a task. */
export async function begin(
  step: Step,
  inputs: StartInputs,
  start: Start,
  pacer: Pacer,
): Promise<BegunTask | FailedBeginning> {
  const { api, clock } = step;
  const { repository, origin, body } = start;
  const name = nameOf(repository);
  const recognise = inputs.trace ? recogniseStart(origin) : recognisePrompt(body.prompt, inputs.baseRef);
  const find = startFinder(step, repository, recognise);
  const send = () => {
    pacer.sent();
    return api.start(repository, body);
  };
  await pacer.turn();
  const sentAt = clock.now();

  const outcome = await startOnce({ send, find }, step, (event) =>
    narrateStart(step.log, event, start.isOneOfMany ? `${name}: ` : ""),
  );
  if (outcome.kind !== "started") {
    const candidates = outcome.kind === "doubtful" ? outcome.candidates : [];
    const problem = explainStart(step, name, outcome);
    return failedBy(problem, { candidates, reach: reachOf(outcome.fault, step.tokenKind) });
  }

  const { task, meta, sends, twins } = outcome;
  const settledAt = clock.now();
  return {
    kind: "task",
    task,
    // A task that was found comes without the server's time; it was not before it was created.
    serverNow: meta?.serverNow ?? task.createdAt,
    started: true,
    notice: {
      title: "Agent task started",
      text: `Task ${task.id} in ${name}: ${task.htmlUrl || "(no link yet)"}`,
    },
    lookForTwins: async () => {
      if (sends > 1) {
        const tasksUrl = tasksUrlOf(step, name);
        await warnOfTwins(step, { task, sends, tasksUrl, sentAt, settledAt, twins }, find);
      }
    },
  };
}

/** A task to follow that this step has not started. */
export function begunByOthers(task: Task, serverNow: number, notice: Notice): BegunTask {
  return { kind: "task", task, serverNow, started: false, notice, lookForTwins: async () => {} };
}

/** Why there is no task, where nothing more is known than what is given. */
export function failedBy(
  problem: Problem,
  more: Partial<Pick<FailedBeginning, "candidates" | "reach">> = {},
): FailedBeginning {
  return { kind: "failed", problem, candidates: [], reach: "one", ...more };
}

/** So many starts in a row that GitHub's trouble has kept from being made, and it is taken to keep all of them. */
const MOST_IN_TROUBLE = 3;

/**
 * What keeps further starts from being made.
 *
 * @param tried what has come of those before, in their order; null: nothing has gone wrong.
 * @returns null where nothing does.
 */
export function stopperAmong(tried: readonly (Beginning | null)[]): FailedBeginning | null {
  let inTrouble = 0;
  for (const beginning of tried) {
    const failed = beginning?.kind === "failed" ? beginning : null;
    inTrouble = failed?.reach === "perhaps_all" ? inTrouble + 1 : 0;
    if (failed !== null && (failed.reach === "all" || inTrouble === MOST_IN_TROUBLE)) {
      return failed;
    }
  }
  return null;
}

/** What is reported of a task that has just been begun, adopted or attached to. */
export function underWay({ repository }: Start, { task, started }: BegunTask): Result {
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
