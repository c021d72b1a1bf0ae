import { describe, expect, it } from "@jest/globals";
import type { FaultRule, RequestKind, Scenario } from "../../tools/simulator/scenario.ts";
import { run, type SimulatedRun, SUCCESSFUL, scenarioOf, type TestStep } from "../support/run-dist.ts";

/** Runs a step and cancels it, as the runner does, with the first request of a kind. */
async function cancelAt(
  kind: RequestKind,
  scenario: Scenario,
  step: TestStep = {},
  signal: NodeJS.Signals = "SIGINT",
): Promise<SimulatedRun> {
  let kill: (signal: NodeJS.Signals) => void = () => {};
  return run(scenario, {
    with: { wait: "true", create_pull_request: "true", poll_interval_seconds: "1" },
    // Files are written in real time: on a virtual clock the process would give up before that.
    realTime: true,
    ...step,
    onSpawn: (killIt) => {
      kill = killIt;
    },
    onRequest: (request) => request.kind === kind && kill(signal),
  });
}

const stall = (kind: RequestKind): FaultRule => ({ on: { kind }, do: { type: "stall_before" } });

function expectPickUp({ outputs, stdout, summary, simulator }: SimulatedRun): void {
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
  ] as const)("between two polls by %s writes what is known", async (signal, status) => {
    const result = await cancelAt("get", scenarioOf({ plans: [SUCCESSFUL] }), {}, signal);
    expect(result.exitCode).toBe(status);
    expectPickUp(result);
  });

  it("before the start starts nothing", async () => {
    const scenario = scenarioOf({ faults: [stall("list")] });
    const { exitCode, stdout, simulator, summary } = await cancelAt("list", scenario, {
      github: { run_attempt: "2" },
    });
    expect(exitCode).toBe(130);
    expect(simulator.count("start")).toBe(0);
    expect(stdout).toContain("the step was cancelled");
    expect(summary).toContain("No agent task");
  });

  it("while the start is under way waits for its answer, so that the ID is not lost", async () => {
    const faults: FaultRule[] = [{ on: { kind: "start" }, do: { type: "delay", milliseconds: 300 } }];
    // The simulator tells of the request when it comes; its answer comes 300 ms later.
    const result = await cancelAt("start", scenarioOf({ plans: [SUCCESSFUL], faults }));
    expect(result.exitCode).toBe(130);
    expectPickUp(result);
  });

  it("while the start gets no answer says that a task may exist", async () => {
    const faults: FaultRule[] = [{ on: { kind: "start" }, do: { type: "stall_after" } }];
    const { exitCode, stdout, simulator, summary } = await cancelAt("start", scenarioOf({ faults }));
    expect(exitCode).toBe(130);
    expect(simulator.count("start")).toBe(1);
    for (const text of [stdout, summary.replaceAll("\u2060", "").replaceAll("\\", "")]) {
      expect(text).toContain("A task may have been started anyway.");
      expect(text).toContain("https://github.com/octo/app/agents");
    }
  });

  it("while a lost start is looked for says that a task may exist", async () => {
    const faults: FaultRule[] = [{ on: { kind: "start" }, do: { type: "reset_after" } }, stall("list")];
    const { exitCode, stdout, simulator } = await cancelAt("list", scenarioOf({ faults }));
    expect(exitCode).toBe(130);
    expect(simulator.count("start")).toBe(1);
    expect(stdout).toContain("A task may have been started anyway.");
  });

  it("while a poll is under way writes what is known", async () => {
    const result = await cancelAt("get", scenarioOf({ plans: [SUCCESSFUL], faults: [stall("get")] }));
    expect(result.exitCode).toBe(130);
    expectPickUp(result);
  });

  it("while the pull request is looked up writes what is known", async () => {
    const plan = { steps: [{ after_seconds: 0, state: "in_progress", pull_request: { number: 42 } }] };
    const result = await cancelAt("graphql", scenarioOf({ plans: [plan], faults: [stall("graphql")] }));
    expect(result.exitCode).toBe(130);
    expectPickUp(result);
  });
});
