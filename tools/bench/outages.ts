import { oneTask, START, type Work } from "./scenarios.ts";
import { type Contender, simulate } from "./simulate.ts";

/** A situation in which something may go wrong. */
export interface Outage {
  readonly title: string;
  readonly work: Work;
  /** How often the step runs: more than once for "Re-run jobs". */
  readonly attempts: number;
}

/** Each with one task that takes ten minutes. */
export const OUTAGES: readonly Outage[] = [
  { title: "Nothing goes wrong", work: oneTask(600), attempts: 1 },
  {
    title: "The start answers HTTP 500 after starting the task",
    work: oneTask(600, { faults: [{ on: { kind: "start", nth: 1 }, do: { type: "error_500_after" } }] }),
    attempts: 1,
  },
  {
    title: "GitHub answers HTTP 502 for a minute while the task runs",
    work: oneTask(600, {
      faults: [{ on: { kind: "get", from_second: 300, to_second: 360 }, do: { type: "html", status: 502 } }],
    }),
    attempts: 1,
  },
  {
    title: "The agent asks a question and waits for a person",
    work: oneTask(600, {}, "waiting_for_user"),
    attempts: 1,
  },
  { title: "The step succeeds and the job is re-run", work: oneTask(600), attempts: 2 },
];

/** What a step leaves behind. */
export interface Outcome {
  /** How many tasks were started; each costs money. */
  readonly tasks: number;
  readonly exitCode: number | null;
  /** What later steps can use. */
  readonly outputs: readonly string[];
  /** Simulated time of all attempts. */
  readonly minutes: number;
}

/** Runs a contender in this situation, on a virtual clock. */
export async function measureOutage(contender: Contender, { work, attempts }: Outage): Promise<Outcome> {
  const { simulator, exitCode, outputs } = await simulate({ contender, work, seed: 1 }, attempts);
  const hasTask = simulator.startedTasks.some(({ id }) => id === outputs.task_id);
  return {
    tasks: simulator.startedTasks.length,
    exitCode,
    outputs: [...(hasTask ? ["task"] : []), ...(outputs.pull_request_number ? ["pull request"] : [])],
    minutes: (simulator.now() - START) / 60_000,
  };
}
