import { oneTask, START, type Work } from "./scenarios.ts";
import { type Contender, simulateInTurn } from "./simulate.ts";

/** Something that goes otherwise than well. */
export interface Trouble {
  readonly title: string;
  readonly work: Work;
  /** How often the step is run: more than once for "Re-run jobs". */
  readonly attempts: number;
}

/** Each with a task that ends after ten minutes if nothing else is said. */
export const TROUBLES: readonly Trouble[] = [
  { title: "Nothing goes wrong", work: oneTask(600), attempts: 1 },
  {
    title: "The task is started, and the answer is HTTP 500",
    work: oneTask(600, { faults: [{ on: { kind: "start", nth: 1 }, do: { type: "error_500_after" } }] }),
    attempts: 1,
  },
  {
    title: "GitHub answers HTTP 502 for a minute while the task is at work",
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
  { title: "The step ends well, and the job is run again", work: oneTask(600), attempts: 2 },
];

/** What somebody has after the step. */
export interface Aftermath {
  /** Tasks that were started in all; each costs money. */
  readonly tasks: number;
  readonly exitCode: number | null;
  /** Which of these later steps can use. */
  readonly knowsTask: boolean;
  readonly knowsPullRequest: boolean;
  /** Simulated time of all attempts. */
  readonly minutes: number;
}

/** Runs a contender into the trouble, on a virtual clock. */
export async function measureTrouble(contender: Contender, { work, attempts }: Trouble): Promise<Aftermath> {
  const last = (await simulateInTurn({ contender, work, seed: 1 }, attempts)).at(-1);
  if (last === undefined) {
    throw new Error("There is at least one attempt.");
  }
  const { simulator, exitCode, outputs } = last;
  return {
    tasks: simulator.startedTasks.length,
    exitCode,
    knowsTask: simulator.startedTasks.some(({ id }) => id === outputs.task_id),
    knowsPullRequest: Boolean(outputs.pull_request_number),
    minutes: (simulator.now() - START) / 60_000,
  };
}
