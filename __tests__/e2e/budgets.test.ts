import { describe, expect, it } from "@jest/globals";
import { BUDGETS } from "../../tools/bench/budgets.ts";
import { type FanOutFigures, lostTasks, measureFanOut } from "../../tools/bench/fan-out.ts";
import { measureOneTask } from "../../tools/bench/one-task.ts";
import { fanOut, ODD } from "../../tools/bench/scenarios.ts";

/** What `npm run bench` counts, with chance that is the same each time. Real times and memory are left to the bench. */

interface Entry {
  readonly repository: string;
  readonly task_id: string;
  readonly conclusion: string;
  readonly pull_request_number: number | null;
  readonly error?: string;
}

const entriesOf = ({ run }: FanOutFigures) => JSON.parse(run.outputs.tasks ?? "") as Entry[];

const repositoriesOf = (entries: readonly Entry[]) => entries.map(({ repository }) => repository);

describe("one task", () => {
  it.each(BUDGETS.oneTask)(
    "of $minutes minutes takes at most $requests requests, and its end is seen within $meanDelay s on average",
    async ({ minutes, requests, meanDelay }) => {
      const figures = await measureOneTask("action", minutes, 4);
      expect(figures.requests.total).toBeLessThanOrEqual(requests);
      expect(figures.meanDelay).toBeLessThanOrEqual(meanDelay);
      expect(figures.meanDelay).toBeGreaterThan(0);
    },
  );
});

describe("a hundred tasks in a hundred repositories", () => {
  it("take one process, few requests and half an hour, although one start is refused, a task waits and an ID is missing", async () => {
    const figures = await measureFanOut(fanOut(100, { odd: true }));
    expect(figures.run.exitCode).toBe(1);
    expect(figures.requests.total).toBeLessThanOrEqual(BUDGETS.fanOut.requests);
    expect(figures.startedWithin).toBeLessThanOrEqual(BUDGETS.fanOut.startedWithin);
    expect(figures.lasted).toBeLessThanOrEqual(30 * 60);

    const entries = entriesOf(figures);
    const failed = entries.filter(({ error }) => error !== undefined);
    const begun = entries.filter(({ error }) => error === undefined);
    expect(repositoriesOf(failed)).toEqual([ODD.refused]);
    expect(new Set(begun.map(({ task_id }) => task_id))).toEqual(
      new Set(figures.run.simulator.startedTasks.map(({ id }) => id)),
    );
    expect(begun).toHaveLength(99);
    expect(begun.filter(({ pull_request_number }) => pull_request_number === null)).toEqual([]);
    expect(repositoriesOf(begun.filter(({ conclusion }) => conclusion !== "success"))).toEqual([
      ODD.waitsForUser,
    ]);
  });

  it("take few requests more with if_active", async () => {
    const figures = await measureFanOut(fanOut(100), { with: { if_active: "skip" } });
    expect(figures.run.exitCode).toBe(0);
    expect(figures.requests.total).toBeLessThanOrEqual(BUDGETS.fanOutIfActiveSkip.requests);
    expect(lostTasks(figures)).toBe(0);
  });

  it("have their pull requests found where no task has a global ID", async () => {
    const figures = await measureFanOut(fanOut(100, { globalIds: false }));
    expect(figures.run.exitCode).toBe(0);
    expect(figures.requests.total).toBeLessThanOrEqual(BUDGETS.fanOutWithoutGlobalIds.requests);
    expect(entriesOf(figures).filter(({ pull_request_number }) => pull_request_number === null)).toEqual([]);
  });

  it("are none of them lost among a thousand other tasks of the same user", async () => {
    const figures = await measureFanOut(fanOut(100, { others: 1000 }));
    expect(figures.run.exitCode).toBe(0);
    expect(figures.requests.total).toBeLessThanOrEqual(BUDGETS.fanOutAmongOthers.requests);
    expect(figures.run.simulator.startedTasks).toHaveLength(100);
    expect(lostTasks(figures)).toBe(0);
  });
});
