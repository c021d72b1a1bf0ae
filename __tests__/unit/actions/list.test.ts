import { describe, expect, it } from "@jest/globals";
import { list } from "../../../src/actions/list.ts";
import { InputError } from "../../../src/runner/input-error.ts";
import type { ExistingTask, Fault } from "../../../tools/simulator/scenario.ts";
import { environment, type TestStep } from "../../support/action-harness.ts";
import { API_URL } from "../../support/builders.ts";
import { MINUTE, NOW } from "../../support/clock.ts";
import { REPOSITORY } from "../../support/fixtures.ts";

/** Tasks created one minute apart, oldest first. */
const tasks = (count: number, changes: Partial<ExistingTask> = {}): ExistingTask[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `task-${n}`,
    repository: REPOSITORY,
    creator: { login: "mona", id: 1001 },
    created_seconds_ago: (count - n) * 60,
    prompt: `Task ${n}`,
    steps: [{ after_seconds: 0, state: "completed" }],
    ...changes,
  }));

async function run(step: TestStep = {}) {
  const env = environment("list", step);
  const exit = await list(env);
  expect(env.simulator.violations).toEqual([]);
  const ids = JSON.parse(env.outputs().task_ids ?? "null") as string[] | null;
  return { env, exit, ids, waitedMs: env.clock.now() - NOW };
}

const errors = (lines: readonly string[]) => lines.filter((line) => line.startsWith("error("));

describe("a list", () => {
  it("has the newest tasks first, in outputs, log and summary", async () => {
    const { env, exit, ids } = await run({ scenario: { existing: tasks(3) } });
    expect(exit).toBe(0);
    expect(ids).toEqual(["task-2", "task-1", "task-0"]);
    expect(env.outputs().count).toBe("3");
    expect(JSON.parse(env.outputs().tasks ?? "")[0]).toMatchObject({
      task_id: "task-2",
      repository: REPOSITORY,
      state: "completed",
      conclusion: "success",
      started: false,
    });
    expect(env.log()).toEqual([
      "info: 3 tasks in octo/app",
      "group: Tasks (3 of 3)",
      "info: task-2 completed Task 2 https://github.com/octo/app/copilot/tasks/task-2",
      "info: task-1 completed Task 1 https://github.com/octo/app/copilot/tasks/task-1",
      "info: task-0 completed Task 0 https://github.com/octo/app/copilot/tasks/task-0",
      "endgroup",
    ]);
    expect(env.summary()).toMatch(/^### 3 agent tasks\n/);
    expect(Object.fromEntries(env.simulator.requests[0]?.query ?? [])).toEqual({
      per_page: "30",
      sort: "created_at",
      direction: "desc",
      is_archived: "false",
    });
  });

  it("may be empty", async () => {
    const { env, exit, ids } = await run();
    expect([exit, ids, env.outputs().count]).toEqual([0, [], "0"]);
  });

  it("has no conclusion for tasks that are still running", async () => {
    const existing = tasks(1, { steps: [{ after_seconds: 0, state: "in_progress" }] });
    const { env } = await run({ scenario: { existing } });
    expect(JSON.parse(env.outputs().tasks ?? "")[0]).toMatchObject({
      conclusion: "",
      duration_seconds: null,
    });
  });

  it.each([
    ["1", 1, 1],
    ["30", 30, 1],
    ["100", 100, 1],
    ["150", 150, 2],
    ["0", 250, 3],
    ["1000", 250, 3],
  ])(
    "with limit %s has %d tasks from %d pages, and says if there may be more",
    async (limit, count, pages) => {
      const { env, ids } = await run({ with: { limit }, scenario: { existing: tasks(250) } });
      expect(ids).toHaveLength(count);
      expect(new Set(ids).size).toBe(count);
      expect(ids?.[0]).toBe("task-249");
      expect(env.simulator.count("list")).toBe(pages);
      const notices = env.log().filter((line) => line.includes("List limited"));
      expect(notices).toHaveLength(count < 250 ? 1 : 0);
    },
  );

  it("shows at most 100 tasks in log and summary", async () => {
    const { env } = await run({ with: { limit: "150" }, scenario: { existing: tasks(150) } });
    expect(env.log()).toContain("group: Tasks (100 of 150)");
    expect(env.log().filter((line) => line.startsWith("info: task-"))).toHaveLength(100);
    expect(env.summary()).toContain("Showing 100 of 150 tasks; the output `tasks` has the rest.");
  });

  it("has a task once if it moves to the next page between two requests", async () => {
    const env = environment("list", { with: { limit: "0" }, scenario: { existing: tasks(150) } });
    const newest = tasks(1, { id: "newest", created_seconds_ago: 0 })[0] as ExistingTask;
    const fetchAndAdd: typeof fetch = async (input, init) => {
      const answer = await env.fetch(input, init);
      if (env.simulator.count("list") === 1) {
        env.simulator.addTask(newest);
      }
      return answer;
    };
    expect(await list({ ...env, fetch: fetchAndAdd })).toBe(0);
    expect(env.outputs().count).toBe("150");
  });

  it("sends the filters of the inputs", async () => {
    const { env } = await run({
      with: { state: "queued,idle", since: "24h", creator_id: "1001,7", archived: "true", limit: "5" },
    });
    const query = env.simulator.requests[0]?.query;
    expect(query?.getAll("creator_id")).toEqual(["1001", "7"]);
    expect(Object.fromEntries(query ?? [])).toMatchObject({
      state: "queued,idle",
      since: "2026-11-22T08:00:00.000Z",
      is_archived: "true",
      per_page: "5",
    });
  });

  it("can cover all repositories, which only the addresses of the tasks name", async () => {
    const existing = [...tasks(2), ...tasks(1, { id: "other", repository: "octo/other" })];
    const { env, ids } = await run({
      with: { repository: "*" },
      scenario: { existing, repositories: { [REPOSITORY]: {}, "octo/other": {} } },
    });
    expect(ids).toHaveLength(3);
    expect(env.simulator.requests[0]?.path).toBe("/agents/tasks");
    expect(env.log()[0]).toBe("info: 3 tasks");
    expect(JSON.parse(env.outputs().tasks ?? "")[0]).toMatchObject({ repository: "octo/other" });
  });
});

describe("a failure of a list", () => {
  it("that is transient is retried, on each page", async () => {
    const { env, exit, ids } = await run({
      with: { limit: "0" },
      scenario: {
        existing: tasks(150),
        faults: [{ on: { kind: "list", nth: [1, 3] }, do: { type: "unavailable", retry_after: 10 } }],
      },
    });
    expect(exit).toBe(0);
    expect(ids).toHaveLength(150);
    const again = "info: HTTP 503. Retrying in 10 s.";
    expect(env.log().filter((line) => line === again)).toHaveLength(2);
  });

  it.each<[string, Fault, string]>([
    ["a refusal", { type: "forbidden" }, "this token is not allowed to do that"],
    ["an outage of more than three minutes", { type: "error_500_before" }, "HTTP 500."],
  ])("by %s fails the step, with no outputs", async (_what, failure, words) => {
    const { env, exit, waitedMs } = await run({
      scenario: { faults: [{ on: { kind: "list" }, do: failure }] },
    });
    expect(exit).toBe(1);
    expect(waitedMs).toBeLessThanOrEqual(3 * MINUTE);
    expect(errors(env.log())).toEqual([
      expect.stringContaining(`Could not list the tasks of octo/app: ${words}`),
    ]);
    expect(env.core.written).toEqual([]);
    expect(env.summary()).toContain("### ❌ No agent task to report");
  });

  it("names all repositories if the list covers them", async () => {
    const { env, exit } = await run({
      with: { repository: "*" },
      scenario: { user: { agent_tasks: "none" } },
    });
    expect(exit).toBe(1);
    expect(errors(env.log())[0]).toContain("Could not list the tasks of all repositories: ");
  });

  it("by a next page on another host ends the step immediately, and names the host", async () => {
    const env = environment("list", { with: { limit: "0" }, scenario: { existing: tasks(150) } });
    const elsewhere: typeof fetch = async (input, init) => {
      const answer = await env.fetch(input, init);
      const link = answer.headers.get("link")?.replaceAll(API_URL, "https://evil.test") ?? "";
      return new Response(await answer.text(), {
        status: answer.status,
        headers: { ...Object.fromEntries(answer.headers), link },
      });
    };
    expect(await list({ ...env, fetch: elsewhere })).toBe(1);
    expect(env.simulator.requests.map(({ headers }) => headers.host)).toEqual(["api.github.test"]);
    expect(errors(env.log())[0]).toContain(
      "the next page is on another host than the API, which must not get the token: https://evil.test/",
    );
    expect(env.clock.now()).toBe(NOW);
  });

  it("comes before any request if an input is invalid", async () => {
    const env = environment("list", { with: { limit: "all" } });
    await expect(list(env)).rejects.toThrow(InputError);
    expect(env.simulator.requests).toEqual([]);
  });
});
