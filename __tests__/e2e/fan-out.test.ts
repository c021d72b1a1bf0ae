import { describe, expect, it } from "@jest/globals";
import type { Fault, RequestKind, TaskPlan } from "../../tools/simulator/scenario.ts";
import type { Simulator } from "../../tools/simulator/simulator.ts";
import { existingTask, START, type TestScenario, tasksOf } from "../support/fixtures.ts";
import { run, run as runDist, type SimulatedRun, type TestStep } from "../support/run-dist.ts";
import { sampleDist } from "../support/run-sampled.ts";

const names = (count: number) => Array.from({ length: count }, (_, i) => `octo/app-${i + 1}`);

/** A task that works for half an hour, opens a pull request on the way and ends well. */
const work = (repository: string, index: number): TaskPlan => ({
  repository,
  steps: [
    { after_seconds: 0, state: "queued", name: `Update ${repository}` },
    { after_seconds: 15, state: "in_progress", heartbeat_seconds: 30 },
    { after_seconds: 60 + ((index * 37) % 900), pull_request: { number: index + 1, commits: 1 } },
    { after_seconds: 1800, state: "completed", pull_request: { number: index + 1, commits: 3 } },
  ],
});

/** A user who may see pull requests in all of `count` repositories. */
function worldOf(count: number, changes: TestScenario = {}): TestScenario {
  return {
    user: { pulls: "read", contents: "read" },
    ...changes,
    repositories: Object.fromEntries(["octo/app", ...names(count)].map((name) => [name, { private: true }])),
    plans: [...(changes.plans ?? []), ...names(count).map(work)],
  };
}

const fanOut = (count: number, more: TestStep = {}): TestStep => ({
  ...more,
  with: {
    prompt: "Update the dependencies.",
    create_pull_request: "true",
    wait: "true",
    repository: names(count).join("\n"),
    ...more.with,
  },
});

function counts({ requests }: Simulator, from = 0): Partial<Record<RequestKind, number>> {
  const byKind: Partial<Record<RequestKind, number>> = {};
  for (const { kind } of requests.slice(from)) {
    byKind[kind] = (byKind[kind] ?? 0) + 1;
  }
  return byKind;
}

const taskIds = (result: SimulatedRun) => tasksOf(result).map(({ task_id }) => task_id);

const startedIds = ({ simulator }: SimulatedRun) => simulator.startedTasks.map(({ id }) => id);

const lines = ({ stdout }: SimulatedRun, pattern: RegExp) =>
  stdout.split("\n").filter((line) => pattern.test(line) && !line.startsWith("::debug"));

const REJECTED = {
  on: { kind: "start", repository: "octo/app-7", times: 1 },
  do: { type: "unprocessable", message: "No such branch" },
} as const;

const WAITING: TaskPlan = {
  repository: "octo/app-8",
  steps: [
    { after_seconds: 0, state: "in_progress" },
    { after_seconds: 60, pull_request: { number: 8, commits: 1 } },
    { after_seconds: 400, state: "waiting_for_user" },
  ],
};

const WITHOUT_ID: TaskPlan = { ...work("octo/app-9", 8), global_id: "empty" };

describe("a task in each of a hundred repositories", () => {
  const { run, runInTurn } = sampleDist();
  it("takes one step, at most 320 requests and 130 s to start; a re-run starts the one that failed", async () => {
    const scenario = worldOf(100, { plans: [WAITING, WITHOUT_ID], faults: [REJECTED] });
    const [first, again] = await runInTurn(scenario, [
      fanOut(100),
      fanOut(100, { github: { run_attempt: "2" } }),
    ]);
    if (first === undefined || again === undefined) {
      throw new Error("Two steps give two results.");
    }
    const { simulator } = first;
    expect(first.exitCode).toBe(1);

    const starts = simulator.requests.filter(({ kind }) => kind === "start");
    const gaps = starts.slice(1, 100).map(({ at }, i) => at - (starts[i]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
    expect((starts[99]?.at ?? 0) - START).toBeLessThanOrEqual(130_000);

    const tasks = tasksOf(first);
    expect(tasks.map(({ repository }) => repository)).toEqual(names(100));
    expect(tasks.filter(({ error }) => error !== undefined)).toEqual([
      expect.objectContaining({
        repository: "octo/app-7",
        task_id: "",
        error: expect.stringContaining("No such branch"),
      }),
    ]);
    const begun = tasks.filter(({ task_id }) => task_id !== "");
    expect(new Set(begun.map(({ task_id }) => task_id)).size).toBe(99);
    expect(begun.map(({ pull_request_number }) => pull_request_number)).toEqual(
      names(100).flatMap((_, i) => (i === 6 ? [] : [i + 1])),
    );
    expect(begun.filter(({ conclusion }) => conclusion !== "success")).toEqual([
      expect.objectContaining({ repository: "octo/app-8", conclusion: "action_required" }),
    ]);
    expect(JSON.parse(first.outputs.counts ?? "")).toMatchObject({
      success: 98,
      action_required: 1,
      not_started: 1,
    });
    expect(first.outputs).toMatchObject({
      task_id: "",
      conclusion: "action_required",
      wait_timed_out: "false",
    });

    const rerunFrom = simulator.requests.findIndex(({ kind }) => kind === "user");
    expect(rerunFrom).toBeLessThanOrEqual(320);
    expect(counts(simulator, rerunFrom).start).toBe(1);

    // The re-run.
    expect(again.exitCode).toBe(1);
    expect(simulator.startedTasks).toHaveLength(100);
    const later = tasksOf(again);
    expect(later.filter(({ started }) => started).map(({ repository }) => repository)).toEqual([
      "octo/app-7",
    ]);
    expect(later.filter(({ started }) => !started).map(({ task_id }) => task_id)).toEqual(
      begun.map(({ task_id }) => task_id),
    );
  });

  it("keeps 40 IDs if it is cancelled after 40 starts", async () => {
    let started = 0;
    const result = await runDist(
      worldOf(100),
      fanOut(100, {
        onRequest: ({ kind }, kill) => {
          started += kind === "start" ? 1 : 0;
          if (started === 40) {
            kill("SIGINT");
          }
        },
      }),
    );
    expect(result.exitCode).toBe(130);
    expect(result.simulator.startedTasks).toHaveLength(40);
    const tasks = tasksOf(result);
    expect(tasks).toHaveLength(100);
    expect(taskIds(result).filter((id) => id !== "")).toEqual(startedIds(result));
    expect(tasks.at(-1)?.error).toContain("Not tried.");
    expect(JSON.parse(result.outputs.counts ?? "")).toMatchObject({ pending: 40, not_started: 60 });
    expect(lines(result, /task_id: \|/)).toHaveLength(1);
  });

  it("loses no ID if the process is killed, because the outputs have them", async () => {
    const result = await runDist(
      worldOf(60),
      fanOut(60, { onRequest: ({ kind }, kill) => kind === "list" && kill("SIGKILL") }),
    );
    expect(result.exitCode).toBeNull();
    expect(taskIds(result)).toEqual(startedIds(result));
    expect(result.simulator.startedTasks).toHaveLength(60);
    expect(result.outputsFile.length).toBeLessThan(2_200_000);
  });

  const stopped = sampleDist();
  it.each<[string, Fault, number, number]>([
    // It has worked for the first three, so it takes two starts in a row, with two requests each.
    ["a token that GitHub does not accept any more", { type: "unauthorized" }, 2, 3 + 2 * 2],
    ["a user without a seat", { type: "forbidden", message: "not licensed to use Copilot" }, 1, 4],
    ["a quota that is used up", { type: "forbidden", message: "premium quota exceeded" }, 1, 4],
  ])("stops starting after %s, and keeps the started tasks", async (_name, fault, failing, sends) => {
    const scenario = worldOf(10, {
      user: { pulls: "read" },
      faults: names(10)
        .slice(3)
        .map((repository) => ({ on: { kind: "start", repository }, do: fault })),
    });
    const result = await stopped.run(scenario, fanOut(10, { with: { wait: "false" } }));
    expect(result.exitCode).toBe(1);
    expect(result.simulator.count("start")).toBe(sends);
    expect(taskIds(result).map((id) => id !== "")).toEqual(names(10).map((_, i) => i < 3));
    expect(
      tasksOf(result)
        .slice(3 + failing)
        .every(({ error }) => error?.startsWith("Not tried. ")),
    ).toBe(true);
    expect(lines(result, /^::error/)).toHaveLength(2);
    const skipped = `Skipped ${7 - failing} more repositories for the same reason: octo/app-${4 + failing}, `;
    expect(lines(result, new RegExp(skipped))).toHaveLength(1);
  });

  it("fails once if the token stops working, and reports what it knows of each task", async () => {
    const result = await run(worldOf(5, { user: { pulls: "read", valid_seconds: 600 } }), fanOut(5));
    expect(result.exitCode).toBe(1);
    expect(lines(result, /^::error/)).toEqual([
      expect.stringContaining("The token stopped working. Could not get 5 tasks"),
    ]);
    expect(taskIds(result)).toEqual(startedIds(result));
    expect(JSON.parse(result.outputs.counts ?? "")).toMatchObject({ pending: 5 });
  });

  const continued = sampleDist();
  it.each<[string, Fault]>([
    ["a rejected start", { type: "unprocessable", message: "No such branch" }],
    ["a repository that is not found", { type: "not_found" }],
    ["a permission that is missing", { type: "forbidden" }],
    ["an outage that ends too late", { type: "unavailable", retry_after: 900 }],
  ])("starts the other tasks after %s", async (_name, fault) => {
    const scenario = worldOf(5, { faults: [{ on: { kind: "start", repository: "octo/app-2" }, do: fault }] });
    const result = await continued.run(scenario, fanOut(5, { with: { wait: "false" } }));
    expect(result.exitCode).toBe(1);
    expect(result.simulator.startedTasks.map(({ repository }) => repository)).toEqual(
      names(5).filter((name) => name !== "octo/app-2"),
    );
    const failed = tasksOf(result).map(({ error }) => error !== undefined);
    expect(failed).toEqual([false, true, false, false, false]);
  });

  it("finds the task of a start whose answer is lost", async () => {
    const scenario = worldOf(4, {
      faults: [{ on: { kind: "start", repository: "octo/app-3" }, do: { type: "reset_after" } }],
    });
    const result = await run(scenario, fanOut(4, { with: { wait: "false" } }));
    expect([result.exitCode, result.simulator.count("start")]).toEqual([0, 4]);
    expect(taskIds(result)).toEqual(startedIds(result));
    expect(lines(result, /^octo\/app-3: The start request succeeded/)).toHaveLength(1);
  });

  it("skips the repositories that have an active task with the same key, with one list for all", async () => {
    const scenario = worldOf(20);
    const nightly = fanOut(5, { with: { wait: "false", if_active: "skip" } });
    const [first, second] = await runInTurn(scenario, [
      nightly,
      fanOut(20, { with: { wait: "false", if_active: "skip" }, github: { run_id: "7000000002" } }),
    ]);
    if (first === undefined || second === undefined) {
      throw new Error("Two steps give two results.");
    }
    expect(first.simulator.startedTasks).toHaveLength(20);
    expect(tasksOf(second).map(({ conclusion }) => conclusion)).toEqual(
      names(20).map((_, i) => (i < 5 ? "skipped" : "")),
    );
    expect(second.exitCode).toBe(0);
    const lists = second.simulator.requests.filter(({ kind }) => kind === "list");
    // Each of the two steps lists once before the starts and once after.
    expect(lists.map(({ path }) => path)).toEqual(Array(4).fill("/agents/tasks"));
  });

  it("has a dry run that names each repository that cannot work", async () => {
    const scenario = worldOf(5, {
      faults: [{ on: { kind: "list", repository: "octo/app-2" }, do: { type: "not_found" } }],
    });
    const result = await run(scenario, fanOut(5, { with: { dry_run: "true" } }));
    expect([result.exitCode, result.simulator.startedTasks]).toEqual([1, []]);
    expect(lines(result, /^::error.*octo\/app-2/)).toHaveLength(1);
    expect(counts(result.simulator)).toEqual({ list: 5 });
  });
});

describe("branches without pull requests", () => {
  it("take one request each to compare, with the token that sees them", async () => {
    const plans = names(10).map(
      (repository): TaskPlan => ({
        repository,
        steps: [
          { after_seconds: 0, state: "in_progress" },
          { after_seconds: 120, state: "completed", branch: { commits: 2, changed_files: 4 } },
        ],
      }),
    );
    const result = await run(worldOf(10, { plans }), fanOut(10, { with: { create_pull_request: "false" } }));
    expect(result.exitCode).toBe(0);
    expect(tasksOf(result)).toMatchObject(names(10).map(() => ({ commits: 2, conclusion: "success" })));
    expect(counts(result.simulator)).toMatchObject({ compare: 10, graphql: 2 });
  });
});

describe("a list that does not tell the state of its tasks", () => {
  const { run } = sampleDist();
  it("is no reason to wait until the time is up: the tasks are requested by ID", async () => {
    const scenario = worldOf(8, {
      faults: [{ on: { kind: "list" }, do: { type: "reshaped", omit: ["state"] } }],
    });
    const result = await run(scenario, fanOut(8));
    expect([result.exitCode, JSON.parse(result.outputs.counts ?? "").success]).toEqual([0, 8]);
  });
});

describe("status of several tasks", () => {
  const { readStatus } = sampleDist();
  it("waits for all of them, in one repository or by ID alone", async () => {
    const existing = names(3).map((repository, i) =>
      existingTask({
        id: `task-${i + 1}`,
        repository,
        created_seconds_ago: 60,
        steps: [
          { after_seconds: 0, state: "in_progress" },
          { after_seconds: 300 * (i + 1), state: i === 1 ? "failed" : "completed" },
        ],
      }),
    );
    const result = await readStatus(
      { ...worldOf(3), existing },
      { task_id: "task-1, task-2\ntask-3", repository: "*", wait: "true" },
    );
    expect(result.exitCode).toBe(1);
    expect(tasksOf(result).map(({ task_id, conclusion }) => [task_id, conclusion])).toEqual([
      ["task-1", "success"],
      ["task-2", "failure"],
      ["task-3", "success"],
    ]);
    expect(lines(result, /^::error/)).toHaveLength(1);
    expect(lines(result, /: task task-2: in_progress → failed$/)).toHaveLength(1);
  });

  it("reports the tasks that it finds if one cannot be found", async () => {
    const existing = [existingTask({ id: "task-1" })];
    const result = await readStatus({ existing }, { task_id: "task-1, task-9" });
    expect(result.exitCode).toBe(1);
    expect(tasksOf(result)).toMatchObject([
      { task_id: "task-1", conclusion: "success" },
      {
        task_id: "task-9",
        conclusion: "",
        error: expect.stringContaining("not found, or this token has no access"),
      },
    ]);
  });
});
