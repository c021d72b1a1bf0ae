import { mean, meanDelay } from "./numbers.ts";
import { countRequests, type RequestCounts } from "./requests.ts";
import { oneTask } from "./scenarios.ts";
import { type Contender, simulate } from "./simulate.ts";

/** What following one task costs, over several runs. */
export interface OneTaskFigures {
  /** Of the run with the most requests. */
  readonly requests: RequestCounts;
  /** From the task's end until a look sees it, on average, in seconds; see {@link measureOneTask}. */
  readonly meanDelay: number;
}

/**
 * Follows a task that ends after so many minutes, on a virtual clock, each run with chance of its own.
 *
 * The delay is that of every end in the last quarter of the time: when somebody looks does not depend on when the task
 * ends, so one run tells the delay for each of them.
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
    const looks = requests.filter(({ kind }) => kind === "get").map(({ at }) => (at - startedAt) / 1000);
    figures.push({ requests: countRequests(requests), meanDelay: meanDelay(looks, 0.75 * end, end) });
  }
  const most = figures.reduce((a, b) => (b.requests.total > a.requests.total ? b : a));
  return { requests: most.requests, meanDelay: mean(figures.map((one) => one.meanDelay)) };
}
