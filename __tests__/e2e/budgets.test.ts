import { describe, expect, it } from "@jest/globals";
import { BUDGETS } from "../../tools/bench/budgets.ts";
import { lostTasks, measureFanOut } from "../../tools/bench/fan-out.ts";
import { measureOneTask } from "../../tools/bench/one-task.ts";
import { fanOut, ODD } from "../../tools/bench/scenarios.ts";
import { type TaskEntry, tasksOf } from "../support/fixtures.ts";

/** What `npm run bench` counts, with the same random numbers each time. Only the bench measures real time and memory. */

const repositoriesOf = (entries: readonly TaskEntry[]) => entries.map(({ repository }) => repository);

describe("one task", () => {
  it.each(BUDGETS.oneTask)(
    "of $minutes minutes takes at most $requests requests, and its end is seen within $meanDelay s on average",
    async ({ minutes, requests, meanDelay }) => {
      const figures = await measureOneTask("action", minutes, 2);
      expect(figures.requests.total).toBeLessThanOrEqual(requests);
      expect(figures.meanDelay).toBeLessThanOrEqual(meanDelay);
      expect(figures.meanDelay).toBeGreaterThan(0);
    },
  );
});

describe("a hundred tasks in a hundred repositories", () => {
  it("take one process, few requests and half an hour, although one start is rejected, a task waits and an ID is missing", async () => {
    const figures = await measureFanOut(fanOut(100, { odd: true }));
    expect(figures.run.exitCode).toBe(1);
    expect(figures.requests.total).toBeLessThanOrEqual(BUDGETS.fanOut.requests);
    expect(figures.startedWithin).toBeLessThanOrEqual(BUDGETS.fanOut.startedWithin);
    expect(figures.lasted).toBeLessThanOrEqual(30 * 60);

    const entries = tasksOf(figures.run);
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

  it("take few more requests with if_active", async () => {
    const figures = await measureFanOut(fanOut(100), { with: { if_active: "skip" } });
    expect(figures.run.exitCode).toBe(0);
    expect(figures.requests.total).toBeLessThanOrEqual(BUDGETS.fanOutIfActiveSkip.requests);
    expect(lostTasks(figures)).toBe(0);
  });

  it("have their pull requests found if no task has a global ID", async () => {
    const figures = await measureFanOut(fanOut(100, { globalIds: false }));
    expect(figures.run.exitCode).toBe(0);
    expect(figures.requests.total).toBeLessThanOrEqual(BUDGETS.fanOutWithoutGlobalIds.requests);
    expect(tasksOf(figures.run).filter(({ pull_request_number }) => pull_request_number === null)).toEqual(
      [],
    );
  });

  it("are all found among a thousand other tasks of the same user", async () => {
    const figures = await measureFanOut(fanOut(100, { others: 1000 }));
    expect(figures.run.exitCode).toBe(0);
    expect(figures.requests.total).toBeLessThanOrEqual(BUDGETS.fanOutAmongOthers.requests);
    expect(figures.run.simulator.startedTasks).toHaveLength(100);
    expect(lostTasks(figures)).toBe(0);
  });
});
