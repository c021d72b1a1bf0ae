import { describe, expect, it } from "@jest/globals";
import type { ExistingTask, FaultRule } from "../../tools/simulator/scenario.ts";
import { existingTask, REPOSITORY, START } from "../support/fixtures.ts";
import { sampleDist } from "../support/run-sampled.ts";

const hubot = { login: "hubot", id: 1002 };

/** A task that was started ten minutes before the one with the number below. */
function task(n: number, changes: Partial<ExistingTask> = {}): ExistingTask {
  const id = `task-${String(n).padStart(3, "0")}`;
  return existingTask({ id, created_seconds_ago: n * 600, ...changes });
}

const MANY = Array.from({ length: 250 }, (_, n) => task(n + 1));

describe("list", () => {
  const { listTasks } = sampleDist();
  it("lists the newest 30 by default", async () => {
    const { exitCode, outputs, simulator, summary } = await listTasks({ existing: MANY });
    expect(exitCode).toBe(0);
    expect(simulator.count("list")).toBe(1);
    const ids: unknown = JSON.parse(outputs.task_ids ?? "");
    expect(ids).toEqual(MANY.slice(0, 30).map(({ id }) => id));
    expect(outputs.count).toBe("30");
    expect(JSON.parse(outputs.tasks ?? "")[0]).toMatchObject({
      task_id: "task-001",
      repository: REPOSITORY,
      state: "completed",
      conclusion: "success",
    });
    expect(summary).toContain("### 30 agent tasks");
  });

  it("lists all, over three pages", async () => {
    const { outputs, simulator, summary } = await listTasks({ existing: MANY }, { limit: "0" });
    expect(simulator.requests.map(({ query }) => query.get("page") ?? "1")).toEqual(["1", "2", "3"]);
    expect(JSON.parse(outputs.task_ids ?? "")).toEqual(MANY.map(({ id }) => id));
    expect(summary).toContain("Showing 100 of 250");
  });

  it("fetches as many pages as the limit needs", async () => {
    const { outputs, simulator } = await listTasks({ existing: MANY }, { limit: "120" });
    expect(outputs.count).toBe("120");
    expect(simulator.count("list")).toBe(2);
  });

  const times = sampleDist();
  it.each([
    ["24h", START - 86_400_000],
    ["90m", START - 5_400_000],
    ["7d", START - 604_800_000],
    ["2026-11-22T12:00:00Z", Date.parse("2026-11-22T12:00:00Z")],
  ])("asks for tasks since %s", async (since, time) => {
    const { outputs, simulator } = await times.listTasks({ existing: MANY }, { since, limit: "0" });
    expect(Date.parse(simulator.requests[0]?.query.get("since") ?? "")).toBe(time);
    const expected = MANY.filter(({ created_seconds_ago: ago }) => START - ago * 1000 >= time);
    expect(outputs.count).toBe(String(expected.length));
  });

  it("filters by state, creator and archive", async () => {
    const existing = [
      task(1, { creator: hubot }),
      task(2),
      task(3, { creator: hubot, steps: [{ after_seconds: 0, state: "failed" }] }),
      task(4, { archived: true }),
      task(5, { creator: { login: "monalisa", id: 1003 } }),
    ];
    const listed = async (inputs: Record<string, string>): Promise<unknown> => {
      const { outputs } = await listTasks({ existing }, inputs);
      return JSON.parse(outputs.task_ids ?? "");
    };
    expect(await listed({ state: "failed, timed_out" })).toEqual(["task-003"]);
    expect(await listed({ creator_id: "1002, 1003" })).toEqual(["task-001", "task-003", "task-005"]);
    expect(await listed({ archived: "true" })).toEqual(["task-004"]);
  });

  it("lists the tasks of all repositories", async () => {
    const existing = [task(1), task(2, { repository: "octo/web" }), task(3, { creator: hubot })];
    const repositories = { [REPOSITORY]: {}, "octo/web": {} };
    const { outputs, simulator } = await listTasks({ existing, repositories }, { repository: "*" });
    expect(simulator.requests[0]?.path).toBe("/agents/tasks");
    expect(JSON.parse(outputs.task_ids ?? "")).toEqual(["task-001", "task-002"]);
  });

  it("returns an empty list that a matrix can use", async () => {
    const { exitCode, outputs } = await listTasks({});
    expect(exitCode).toBe(0);
    expect(outputs).toEqual({ tasks: "[]", task_ids: "[]", count: "0" });
  });

  it("retries a page, and keeps the pages that it has", async () => {
    const faults: FaultRule[] = [{ on: { kind: "list", nth: 2 }, do: { type: "reset_before" } }];
    const { exitCode, outputs, stdout } = await listTasks({ existing: MANY, faults }, { limit: "0" });
    expect(exitCode).toBe(0);
    expect(outputs.count).toBe("250");
    expect(stdout).toContain("the connection was lost (ECONNRESET). Retrying in 1 s.");
  });

  it("does not send the token to another host for the next page", async () => {
    const headers = { link: '<http://evil.example/agents/tasks?page=2>; rel="next"' };
    const { exitCode, stdout } = await listTasks({
      faults: [{ on: { kind: "list" }, do: { type: "status", status: 200, body: { tasks: [] }, headers } }],
    });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Could not list the tasks of octo/app");
  });

  it("fails with cause and remedy", async () => {
    const { exitCode, stdout, summary } = await listTasks({ user: { agent_tasks: "none" } });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/::error .*Could not list the tasks of octo\/app.*"Agent tasks" \(read\)/);
    expect(summary).toContain("Could not list the tasks");
  });

  const invalid = sampleDist();
  it.each([
    ["creator_id", { repository: "*", creator_id: "1" }, 'cannot be used with repository "*"'],
    ["since", { since: "yesterday" }, 'Input since is "yesterday". Allowed: an age such as 90m'],
    ["state", { state: "done" }, 'Input state is "done". Allowed: a list of queued'],
    ["limit", { limit: "-1" }, 'Input limit is "-1". Allowed: a whole number, or 0 for all.'],
  ])("refuses a bad %s before any request", async (_name, inputs, message) => {
    const { exitCode, stdout, simulator } = await invalid.listTasks({}, inputs);
    expect(exitCode).toBe(1);
    expect(simulator.requests).toHaveLength(0);
    expect(stdout).toContain(message);
  });
});
