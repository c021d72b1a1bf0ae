import type { ActionContext } from "../context.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { warnAboutConcurrentStarts } from "./concurrency.ts";
import { warnAboutLateTasks } from "./late-tasks.ts";
import type { StartedTask } from "./outcome.ts";

/** How long after the last start to search, while the step waits for its tasks. Lists lag. */
const WHILE_WAITING_MS = 60_000;

/** How long after the last start to search at the earliest, where the step ends before. */
const AT_LEAST_MS = 10_000;

/** A search that is carried out once. */
interface SecondSearch {
  /** When to search while waiting, this machine's time in milliseconds since the epoch. */
  readonly at: number;
  run(): Promise<void>;
  /** Searches before the step ends, if {@link run} was not called. */
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
  const run = async (): Promise<void> => {
    if (!isDone && !signal.aborted) {
      isDone = true;
      const known = isRerun ? await warnAboutLateTasks(context, started, tasks) : [];
      if (searchesActive) {
        await warnAboutConcurrentStarts(context, inputs, started, known);
      }
    }
  };
  return {
    at: startedAt + WHILE_WAITING_MS,
    run,
    finish: async () => {
      if (!isDone) {
        await clock.sleep(Math.max(0, startedAt + AT_LEAST_MS - clock.now()), signal);
        await run();
      }
    },
  };
}
