import { join } from "node:path";
import { prepareVirtualClock } from "../../tools/local-runner/preload.ts";
import { type OnSpawn, ROOT, runStep, type StepToRun } from "../../tools/local-runner/run-action.ts";
import { manualClock } from "../../tools/simulator/clock.ts";
import { startSimulatorServer } from "../../tools/simulator/server.ts";
import { createSimulator } from "../../tools/simulator/simulator.ts";
import { START, type TestScenario } from "./fixtures.ts";
import {
  contract,
  createRuns,
  type Stage,
  type TestStep,
  toStepToRun,
  workflowScenario,
} from "./simulated-runs.ts";

export { githubContext, type SimulatedRun, type TestStep, workflowScenario } from "./simulated-runs.ts";

/** Makes a process' time virtual; it begins at `VIRTUAL_CLOCK_START`. */
const VIRTUAL_TIME = prepareVirtualClock();

/** Hundreds of processes load the same files. */
export const COMPILE_CACHE = join(ROOT, "node_modules/.cache/compile");

/** The step in a process with a virtual clock that begins at this time. */
export function withVirtualTime(step: StepToRun, now: number): StepToRun {
  return {
    ...step,
    env: { VIRTUAL_CLOCK_START: String(now), NODE_COMPILE_CACHE: COMPILE_CACHE, ...step.env },
    nodeOptions: VIRTUAL_TIME,
  };
}

/** Runs the built actions, each step in a process of its own, with a simulator over HTTP. */
export const { run, startTask, readStatus, listTasks, runTogether, runInTurn } = createRuns(openServer);

/** A simulator over HTTP, and processes of the built actions. */
export async function openServer(scenario: TestScenario, steps: readonly TestStep[]): Promise<Stage> {
  const simulator = createSimulator({
    scenario: workflowScenario(scenario),
    clock: manualClock(START),
    followClient: true,
    contract,
  });
  const aheadMs = (scenario.assumptions?.server_ahead_seconds ?? 0) * 1000;
  const kills = new Map<TestStep, Parameters<OnSpawn>[0]>();
  const server = await startSimulatorServer(simulator, 0, (request) => {
    for (const step of steps) {
      step.onRequest?.(request, (signal) => kills.get(step)?.(signal));
    }
  });
  for (const { onListening, intercept } of steps) {
    onListening?.(server.url);
    if (intercept !== undefined) {
      throw new Error("The requests of a process cannot be intercepted.");
    }
  }
  return {
    simulator,
    close: server.close,
    runStep: (step) =>
      runStep({
        ...withVirtualTime(toStepToRun(step, server.url), simulator.now() - aheadMs),
        ...(step.realTime ? { nodeOptions: [] } : {}),
        onOutput: (text) => step.onOutput?.(text, (signal) => kills.get(step)?.(signal)),
        onSpawn: (kill, pid, closeStdout) => {
          kills.set(step, kill);
          step.onSpawn?.(kill, pid, closeStdout);
        },
      }),
  };
}

/** A local address where nobody listens. No server of a test gets a port below 1024, and `fetch` does not refuse this one. */
export const CLOSED_ADDRESS = "http://127.0.0.1:5";
