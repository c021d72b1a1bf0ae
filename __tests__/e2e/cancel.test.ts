import { describe, expect, it } from "@jest/globals";
import type { FaultRule, RequestKind } from "../../tools/simulator/scenario.ts";
import { BRIEF, type TestScenario } from "../support/fixtures.ts";
import { run, type SimulatedRun, type TestStep } from "../support/run-dist.ts";

/** Runs a step and cancels it at its first request of a kind, as the runner does. */
async function cancelAt(
  kind: RequestKind,
  scenario: TestScenario,
  step: TestStep = {},
  signal: NodeJS.Signals = "SIGINT",
): Promise<SimulatedRun> {
  return run(scenario, {
    with: { wait: "true", create_pull_request: "true", poll_interval_seconds: "1" },
    ...step,
    onRequest: (request, kill) => request.kind === kind && kill(signal),
  });
}

const stall = (kind: RequestKind): FaultRule => ({ on: { kind }, do: { type: "stall_before" } });

function expectResumable({ outputs, stdout, summary, simulator }: SimulatedRun): void {
  const id = simulator.startedTasks[0]?.id;
  expect(simulator.startedTasks).toHaveLength(1);
  expect(outputs).toMatchObject({ task_id: id, conclusion: "", wait_timed_out: "false" });
  expect(stdout).toContain("This step was cancelled. The task is still running.");
  for (const text of [stdout, summary]) {
    expect(text).toContain("- uses: octo-org/agent-task-action/status@v1");
    expect(text).toContain(`task_id: ${id}`);
  }
}

describe("a step that is cancelled", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("writes what it knows if %s comes between two polls", async (signal, status) => {
    const result = await cancelAt("get", { plans: [BRIEF] }, {}, signal);
    expect(result.exitCode).toBe(status);
    expectResumable(result);
  });

  it("starts nothing if it is cancelled before the start", async () => {
    const scenario = { faults: [stall("list")] };
    const { exitCode, stdout, simulator, summary } = await cancelAt("list", scenario, {
      github: { run_attempt: "2" },
    });
    expect(exitCode).toBe(130);
    expect(simulator.count("start")).toBe(0);
    expect(stdout).toContain("the step was cancelled");
    expect(summary).toContain("Agent task: not started");
  });

  it("waits for the answer of a start that it has sent, so that the ID is not lost", async () => {
    const faults: FaultRule[] = [{ on: { kind: "start" }, do: { type: "delay", milliseconds: 300 } }];
    // The signal comes with the request, 300 ms before the answer.
    const result = await cancelAt("start", { plans: [BRIEF], faults });
    expect(result.exitCode).toBe(130);
    expectResumable(result);
  });

  it("says that a task may exist if the start gets no answer", async () => {
    const faults: FaultRule[] = [{ on: { kind: "start" }, do: { type: "stall_after" } }];
    const { exitCode, stdout, simulator, summary } = await cancelAt("start", { faults });
    expect(exitCode).toBe(130);
    expect(simulator.count("start")).toBe(1);
    for (const text of [stdout, summary.replaceAll("\u2060", "").replaceAll("\\", "")]) {
      expect(text).toContain("A task may have been started anyway.");
      expect(text).toContain("https://github.com/octo/app/agents");
    }
  });

  it("says that a task may exist if it is searching for a lost start", async () => {
    const faults: FaultRule[] = [{ on: { kind: "start" }, do: { type: "reset_after" } }, stall("list")];
    const { exitCode, stdout, simulator } = await cancelAt("list", { faults });
    expect(exitCode).toBe(130);
    expect(simulator.count("start")).toBe(1);
    expect(stdout).toContain("A task may have been started anyway.");
  });

  it("writes what it knows if it is polling", async () => {
    const result = await cancelAt("get", { plans: [BRIEF], faults: [stall("get")] });
    expect(result.exitCode).toBe(130);
    expectResumable(result);
  });

  it("writes what it knows if it is looking up the pull request", async () => {
    const plan = { steps: [{ after_seconds: 0, state: "in_progress", pull_request: { number: 42 } }] };
    const result = await cancelAt("graphql", { plans: [plan], faults: [stall("graphql")] });
    expect(result.exitCode).toBe(130);
    expectResumable(result);
  });
});
