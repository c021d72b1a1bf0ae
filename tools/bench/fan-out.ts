import type { LoggedRequest, Simulator } from "../simulator/simulator.ts";
import { mean, median, sum } from "./numbers.ts";
import { residentMemory } from "./processes.ts";
import { countRequests, type RequestCounts } from "./requests.ts";
import type { Work } from "./scenarios.ts";
import { type Contender, type Simulated, type Simulation, simulate } from "./simulate.ts";

/** What one process for all repositories costs. Times in simulated seconds. */
export interface FanOutFigures {
  readonly run: Simulated;
  readonly requests: RequestCounts;
  /** From the first start to the last. */
  readonly startedWithin: number;
  /** From a task's end to its last poll, on average over the tasks that completed. */
  readonly meanDelay: number;
  /** From the first request to the last. */
  readonly lasted: number;
  readonly jobMinutes: number;
}

/** Runs the action once for all repositories, on a virtual clock. */
export async function measureFanOut(
  work: Work,
  options: Pick<Simulation, "with" | "onRequest" | "onSpawn"> = {},
): Promise<FanOutFigures> {
  const run = await simulate({ contender: "action", work, seed: 1, ...options });
  const { requests } = run.simulator;
  return {
    run,
    requests: countRequests(requests),
    startedWithin: spanOf(requests.filter(({ kind }) => kind === "start")),
    meanDelay: mean(delaysOf(work, run.simulator)),
    lasted: spanOf(requests),
    jobMinutes: countJobMinutes(run),
  };
}

/** From the end of each completed task to its last poll, in seconds. */
function delaysOf({ scenario }: Work, { requests, startedTasks }: Simulator): number[] {
  return startedTasks.flatMap(({ id, repository, at }) => {
    const end = scenario.plans?.find((plan) => plan.repository === repository)?.steps.at(-1);
    const polls = requests.filter(({ kind, path }) => kind === "get" && path.endsWith(`/${id}`));
    const last = polls.at(-1);
    return end?.state === "completed" && last !== undefined
      ? [(last.at - at) / 1000 - end.after_seconds]
      : [];
  });
}

/** Seconds from the first to the last. */
function spanOf(requests: readonly LoggedRequest[]): number {
  const times = requests.map(({ at }) => at / 1000);
  return Math.max(...times) - Math.min(...times);
}

/** As {@link measureFanOut}, and the resident memory in MiB while the process waits: the median over that time. */
export async function measureFanOutMemory(work: Work): Promise<FanOutFigures & { readonly memory: number }> {
  const sizes: number[] = [];
  let pid = 0;
  const figures = await measureFanOut(work, {
    onSpawn: (_kill, id) => {
      pid = id;
    },
    // The process waits for this answer, so it does nothing else.
    onRequest: (_request, { requests, startedTasks }) => {
      if (startedTasks.length === work.repositories.length && requests.length % 10 === 0) {
        sizes.push(residentMemory(pid));
      }
    },
  });
  return { ...figures, memory: median(sizes) };
}

/** What a process for each repository costs, as a matrix of jobs starts them. */
export interface OneEachFigures {
  readonly requests: number;
  readonly jobMinutes: number;
}

/** Runs a contender by itself for every n-th repository and scales the result up to all of them. */
export async function measureOneEach(
  contender: Contender,
  work: Work,
  every: number,
): Promise<OneEachFigures> {
  const runs: Simulated[] = [];
  for (const [index, repository] of work.repositories.entries()) {
    if (index % every === 0) {
      runs.push(
        await simulate({ contender, work: { ...work, repositories: [repository] }, seed: index + 1 }),
      );
    }
  }
  const factor = work.repositories.length / runs.length;
  return {
    requests: sum(runs.map(({ simulator }) => simulator.requests.length)) * factor,
    jobMinutes: sum(runs.map(countJobMinutes)) * factor,
  };
}

/** From the first request to the last. GitHub bills each minute that has begun in full. */
function countJobMinutes({ simulator }: Simulated): number {
  return Math.ceil(spanOf(simulator.requests) / 60);
}

/** How many of the started tasks the output `tasks` lacks, or has without their end. */
export function lostTasks({ run }: FanOutFigures): number {
  const reported = JSON.parse(run.outputs.tasks ?? "[]") as readonly Readonly<Record<string, unknown>>[];
  return run.simulator.startedTasks.filter(
    ({ id }) => !reported.some(({ task_id, conclusion }) => task_id === id && conclusion === "success"),
  ).length;
}
