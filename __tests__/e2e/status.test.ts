import { describe, expect, it } from "@jest/globals";
import type { ExistingTask } from "../../tools/simulator/scenario.ts";
import { existingTask, REPOSITORY, type TestScenario } from "../support/fixtures.ts";
import { sampleDist } from "../support/run-sampled.ts";

const ID = "5d1d7bcb-0d5f-4e77-9a53-c7f1a5b6d001";

/** A task that was started ten minutes ago. */
function existing(steps: ExistingTask["steps"]): TestScenario {
  return { existing: [existingTask({ id: ID, create_pull_request: true, steps })] };
}

const RUNNING = [{ after_seconds: 0, state: "in_progress" }];
const ENDING = [
  ...RUNNING,
  { after_seconds: 900, state: "completed", pull_request: { number: 42, commits: 2, changed_files: 3 } },
];

describe("status", () => {
  const { readStatus } = sampleDist();
  it("fetches a task that is still running once", async () => {
    const { exitCode, outputs, simulator } = await readStatus(existing(ENDING), { task_id: ID });
    expect(exitCode).toBe(0);
    expect(simulator.count("get")).toBe(1);
    expect(outputs).toMatchObject({
      task_id: ID,
      repository: REPOSITORY,
      state: "in_progress",
      conclusion: "",
      started: "false",
      wait_timed_out: "false",
    });
  });

  it("waits for the task if asked to, and finds its pull request", async () => {
    const { exitCode, outputs } = await readStatus(existing(ENDING), {
      task_id: ID,
      wait: "true",
    });
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ state: "completed", conclusion: "success", pull_request_number: "42" });
  });

  const states = sampleDist();
  it.each([
    ["completed", "success", 0],
    ["failed", "failure", 1],
    ["timed_out", "timed_out", 1],
    ["cancelled", "cancelled", 1],
    ["waiting_for_user", "action_required", 1],
    ["idle", "neutral", 0],
    ["queued", "", 0],
  ])(
    "reports the state %s as %j, without waiting for a paused task to settle",
    async (state, conclusion, status) => {
      // A paused task settles only after a minute, and this one paused five seconds ago.
      const steps = [...RUNNING, { after_seconds: 595, state }];
      const { exitCode, outputs, simulator } = await states.readStatus(existing(steps), { task_id: ID });
      expect(outputs).toMatchObject({ state, conclusion });
      expect(exitCode).toBe(status);
      expect(simulator.count("get")).toBe(1);
    },
  );

  it("finds a task by its ID alone", async () => {
    const steps = [...RUNNING, { after_seconds: 500, state: "completed", pull_request: { number: 42 } }];
    const { exitCode, outputs, simulator } = await readStatus(existing(steps), {
      task_id: ID,
      repository: "*",
    });
    expect(exitCode).toBe(0);
    expect(simulator.requests[0]?.path).toBe(`/agents/tasks/${ID}`);
    expect(outputs).toMatchObject({
      conclusion: "success",
      repository: REPOSITORY,
      pull_request_number: "42",
    });
  });

  it("gives up after it has not found a task three times in a minute", async () => {
    const { exitCode, stdout, simulator } = await readStatus({}, { task_id: "no-such-task" });
    expect(exitCode).toBe(1);
    expect(simulator.count("get")).toBeGreaterThanOrEqual(3);
    const [first, last] = [simulator.requests[0], simulator.requests.at(-1)];
    expect((last?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(60_000);
    expect(stdout).toContain("Could not get task no-such-task: not found, or this token has no access");
  });

  it("finds a task that GitHub does not show at first", async () => {
    const { exitCode, outputs } = await readStatus(
      { ...existing(RUNNING), faults: [{ on: { kind: "get", nth: [1, 2] }, do: { type: "not_found" } }] },
      { task_id: ID },
    );
    expect(exitCode).toBe(0);
    expect(outputs.state).toBe("in_progress");
  });

  it("gives up after 3 minutes without an answer if it does not wait", async () => {
    const { exitCode, stdout, outputs } = await readStatus(
      { ...existing(RUNNING), faults: [{ on: { kind: "get" }, do: { type: "html", status: 502 } }] },
      { task_id: ID },
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`Could not get task ${ID}: HTTP 502.`);
    expect(outputs).toMatchObject({ task_id: ID, state: "", conclusion: "", wait_timed_out: "false" });
    expect(JSON.parse(outputs.tasks ?? "")).toMatchObject([
      { task_id: ID, error: `Could not get task ${ID}: HTTP 502.` },
    ]);
  });

  const ids = sampleDist();
  it.each(["", "a/b", "..", "a b"])("rejects the ID %j before any request", async (id) => {
    const { exitCode, stdout, simulator } = await ids.readStatus({}, { task_id: id });
    expect(exitCode).toBe(1);
    expect(simulator.requests).toHaveLength(0);
    expect(stdout).toContain("::error title=Input not allowed::Input task_id is");
  });
});
