import type { ActionContext } from "../context.ts";
import { getLink, type Task } from "../github/agent-tasks/task.ts";
import { describeFailure, type RequestFailure } from "../github/http/error.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { joinList } from "../text/format.ts";
import { warnAboutConcurrentStarts } from "./concurrency.ts";
import { warnAboutLateTasks } from "./late-tasks.ts";
import { MAX_LINKED_TASKS, type StartedTask } from "./outcome.ts";

/** How long after the last start to search, while the step waits for its tasks. Lists lag. */
const WHILE_WAITING_MS = 60_000;

/** How long after the last start to search at the earliest, where the step ends before. */
const AT_LEAST_MS = 10_000;

/** A search that is carried out once. */
interface SecondSearch {
  /** When to search while waiting, this machine's time in milliseconds since the epoch. */
  readonly at: number;
  run(): Promise<void>;
  /** Warns instead that there was no search, because GitHub allows no request now. */
  skip(failure: RequestFailure): void;
  /** Leaves out tasks that need no further warning. */
  leaveOut(tasks: readonly Task[]): void;
  /** Searches before the step ends, if neither {@link run} nor {@link skip} was called. */
  finish(): Promise<void>;
}

/**
 * Plans the second search of `if_active`, which finds what another run started at the same moment, and that of a re-run,
 * which finds what an earlier attempt started. Lists may have lacked it before.
 *
 * @param tasks the tasks of this step. It has started the last one just now.
 * @returns null if there is nothing to search for.
 */
export function planSecondSearch(
  context: ActionContext,
  inputs: StartInputs,
  tasks: readonly StartedTask[],
): SecondSearch | null {
  const { clock, signal } = context.time;
  const started = tasks.filter((task) => task.started);
  const isRerun = context.runner.runAttempt > 1 && inputs.trace;
  const searchesActive = inputs.ifActive !== "start";
  if ((!isRerun && !searchesActive) || started.length === 0) {
    return null;
  }
  const startedAt = clock.now();
  let isDone = false;
  const leftOut: Task[] = [];
  const run = async (): Promise<void> => {
    if (!isDone && !signal.aborted) {
      isDone = true;
      if (isRerun) {
        const known = [...tasks.map(({ task }) => task), ...leftOut];
        leftOut.push(...(await warnAboutLateTasks(context, started, known)));
      }
      if (searchesActive) {
        await warnAboutConcurrentStarts(context, inputs, started, leftOut);
      }
    }
  };
  return {
    at: startedAt + WHILE_WAITING_MS,
    run,
    leaveOut: (tasks) => void leftOut.push(...tasks),
    skip: (failure) => {
      isDone = true;
      const links = started.map(({ task }) => getLink(task));
      context.log.warning(
        "A second task may exist",
        `Could not find out whether another run or attempt started a task besides ${joinList(links, MAX_LINKED_TASKS)}: ` +
          `${describeFailure(failure)}.`,
      );
    },
    finish: async () => {
      if (!isDone) {
        await clock.sleep(Math.max(0, startedAt + AT_LEAST_MS - clock.now()), signal);
        await run();
      }
    },
  };
}
