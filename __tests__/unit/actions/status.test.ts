import { describe, expect, it } from "@jest/globals";
import { status } from "../../../src/actions/status.ts";
import { InputError } from "../../../src/runner/input-error.ts";
import type { ExistingTask } from "../../../tools/simulator/scenario.ts";
import { environment, SUCCESSFUL, type TestStep } from "../../support/action-harness.ts";
import { MINUTE, NOW, SECOND } from "../../support/clock.ts";
import { REPOSITORY } from "../../support/fixtures.ts";

/** A task that started that many seconds ago. */
const existing = (secondsAgo: number, changes: Partial<ExistingTask> = {}): ExistingTask => ({
  ...SUCCESSFUL,
  id: "task-1",
  repository: REPOSITORY,
  creator: { login: "mona", id: 1001 },
  created_seconds_ago: secondsAgo,
  prompt: "Update the dependencies.",
  create_pull_request: true,
  ...changes,
});

async function run(step: TestStep) {
  const env = environment("status", step);
  const exit = await status(env);
  expect(env.simulator.violations).toEqual([]);
  return { env, exit, waitedMs: env.clock.now() - NOW };
}

const errors = (lines: readonly string[]) => lines.filter((line) => line.startsWith("error("));

describe("a task that is checked", () => {
  it("is reported immediately if it has ended", async () => {
    const { env, exit, waitedMs } = await run({ scenario: { existing: [existing(3600)] } });
    expect([exit, waitedMs]).toEqual([0, 0]);
    expect(env.simulator.requests.map(({ kind }) => kind)).toEqual(["get", "graphql"]);
    expect(env.outputs()).toMatchObject({
      task_id: "task-1",
      conclusion: "success",
      started: "false",
      pull_request_number: "42",
      wait_timed_out: "false",
    });
    expect(env.log()[0]).toBe("info: Checking task task-1 in octo/app");
  });

  it("has no conclusion while it is still running", async () => {
    const { env, exit } = await run({ scenario: { existing: [existing(60)] } });
    expect(exit).toBe(0);
    expect(env.outputs()).toMatchObject({ state: "in_progress", conclusion: "", duration_seconds: "" });
  });

  it("has a conclusion immediately if it is paused, because the step does not wait", async () => {
    const steps = [{ after_seconds: 0, state: "waiting_for_user" }] as const;
    const { env, exit, waitedMs } = await run({
      scenario: { existing: [existing(5, { steps: [...steps] })] },
    });
    expect([exit, waitedMs]).toEqual([1, 0]);
    expect(env.outputs()).toMatchObject({ conclusion: "action_required" });
  });

  it("is found by its ID, and its repository by its pull request", async () => {
    const { env } = await run({ with: { repository: "*" }, scenario: { existing: [existing(3600)] } });
    expect(env.simulator.requests[0]?.path).toBe("/agents/tasks/task-1");
    expect(env.outputs()).toMatchObject({ repository: REPOSITORY, pull_request_number: "42" });
    expect(env.log()[0]).toBe("info: Checking task task-1");
  });

  it("is retried after a failure for three minutes", async () => {
    const outage = (to_second: number) => ({
      existing: [existing(3600)],
      faults: [{ on: { kind: "get" as const, to_second }, do: { type: "error_500_before" as const } }],
    });
    expect(await run({ scenario: outage(60) })).toMatchObject({ exit: 0 });
    const { env, exit, waitedMs } = await run({ scenario: outage(9999) });
    expect([exit, waitedMs]).toEqual([1, 3 * MINUTE]);
    expect(errors(env.log())).toEqual([expect.stringContaining("Could not get task task-1: HTTP 500.")]);
    expect(env.outputs()).toMatchObject({
      task_id: "task-1",
      state: "",
      conclusion: "",
      wait_timed_out: "false",
    });
    expect(JSON.parse(env.outputs().tasks ?? "")).toMatchObject([
      { task_id: "task-1", error: "Could not get task task-1: HTTP 500." },
    ]);
  });
});

describe("a task that is waited for", () => {
  it("is polled until it ends, and the wait counts from now", async () => {
    const { env, exit, waitedMs } = await run({
      with: { wait: "true" },
      scenario: { existing: [existing(300)] },
    });
    expect(exit).toBe(0);
    expect(waitedMs).toBeGreaterThanOrEqual(300 * SECOND);
    expect(waitedMs).toBeLessThan(330 * SECOND);
    expect(env.outputs()).toMatchObject({ conclusion: "success", started: "false" });
  });

  it("counts as settled after it was paused for a minute", async () => {
    const steps = [{ after_seconds: 0, state: "idle" }] as const;
    const { env, exit, waitedMs } = await run({
      with: { wait: "true" },
      scenario: { existing: [existing(5, { steps: [...steps] })] },
    });
    expect([exit, waitedMs]).toEqual([0, 55 * SECOND]);
    expect(env.outputs()).toMatchObject({ conclusion: "neutral" });
  });
});

describe("a task that GitHub does not return", () => {
  it("is given up after it was missing for a minute", async () => {
    const { env, exit, waitedMs } = await run({});
    expect(exit).toBe(1);
    expect(waitedMs).toBeGreaterThanOrEqual(MINUTE);
    expect(waitedMs).toBeLessThan(2 * MINUTE);
    expect(errors(env.log())).toEqual([expect.stringContaining("not found, or this token has no access")]);
    expect(env.summary()).toContain("### ❌ No agent task to report");
  });

  it("is given up immediately if the token lacks the permission", async () => {
    const { env, exit } = await run({ scenario: { user: { agent_tasks: "none" }, existing: [existing(5)] } });
    expect(exit).toBe(1);
    expect(env.simulator.count("get")).toBe(1);
    expect(errors(env.log())).toEqual([expect.stringMatching(/\n.*"Agent tasks" \(read\)/)]);
    expect(errors(env.log())[0]).not.toContain("stopped working");
  });

  it("is not requested if an input is invalid", async () => {
    const env = environment("status", { with: { task_id: "a/b" } });
    await expect(status(env)).rejects.toThrow(InputError);
    expect(env.simulator.requests).toEqual([]);
  });
});
