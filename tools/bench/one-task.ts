import { mean, meanDelay } from "./numbers.ts";
import { countRequests, type RequestCounts } from "./requests.ts";
import { oneTask } from "./scenarios.ts";
import { type Contender, simulate } from "./simulate.ts";

/** What following one task costs, over several runs. */
export interface OneTaskFigures {
  /** Of the run with the most requests. */
  readonly requests: RequestCounts;
  /** From the task's end until a poll sees it, on average, in seconds; see {@link measureOneTask}. */
  readonly meanDelay: number;
}

/**
 * Runs a task that ends after that many minutes, on a virtual clock, with a different random seed in each run.
 *
 * The delay is the mean over every possible end in the last quarter of the time: the times of the polls do not depend
 * on when the task ends, so one run gives the delay for all of them.
 */
export async function measureOneTask(
  contender: Contender,
  minutes: number,
  runs: number,
): Promise<OneTaskFigures> {
  const end = minutes * 60;
  const figures: OneTaskFigures[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    const { simulator, outputs, stderr } = await simulate({ contender, work: oneTask(end), seed });
    if (outputs.state !== "completed") {
      throw new Error(`${contender} did not see the end of its task. ${stderr}`);
    }
    const { requests, startedTasks } = simulator;
    const startedAt = startedTasks[0]?.at ?? Number.NaN;
    const polls = requests.filter(({ kind }) => kind === "get").map(({ at }) => (at - startedAt) / 1000);
    figures.push({ requests: countRequests(requests), meanDelay: meanDelay(polls, 0.75 * end, end) });
  }
  const most = figures.reduce((a, b) => (b.requests.total > a.requests.total ? b : a));
  return { requests: most.requests, meanDelay: mean(figures.map((run) => run.meanDelay)) };
}
