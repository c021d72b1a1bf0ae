import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect } from "@jest/globals";
import {
  type ActionFolder,
  type OnSpawn,
  ROOT,
  runStep,
  type StepRun,
  type StepToRun,
} from "../../tools/local-runner/run-action.ts";
import { prepareVirtualClock } from "../../tools/local-runner/virtual-clock-preload.ts";
import { manualClock } from "../../tools/simulator/clock.ts";
import { loadContract } from "../../tools/simulator/contract.ts";
import { startSimulatorServer } from "../../tools/simulator/server.ts";
import { createSimulator, type LoggedRequest, type Simulator } from "../../tools/simulator/simulator.ts";
import { REPOSITORY, START, scenarioOf, type TestScenario, USER_TOKEN, WORKFLOW_TOKEN } from "./fixtures.ts";

/** Makes a process' time virtual; it begins at `VIRTUAL_CLOCK_START`. */
export const VIRTUAL_TIME = prepareVirtualClock();

/** Hundreds of processes load the same files. */
const COMPILE_CACHE = join(ROOT, "node_modules/.cache/compile");

/** A step run against a simulator of its own, and what that has seen. */
export interface SimulatedRun extends StepRun {
  readonly simulator: Simulator;
}

type Inputs = Readonly<Record<string, string>>;

/** How a test's step differs from the usual one. */
export interface TestStep {
  readonly action?: ActionFolder;
  readonly with?: Inputs;
  readonly github?: Readonly<Record<string, string>>;
  readonly matrix?: unknown;
  readonly event?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly workspace?: string;
  /** Uses the machine's clock instead of a virtual one. */
  readonly realTime?: boolean;
  /** Called with the simulator's URL before the step runs. */
  readonly onListening?: (url: string) => void;
  /** Called for each request that the simulator receives; `kill` sends the step's process a signal. */
  readonly onRequest?: (request: LoggedRequest, kill: (signal: NodeJS.Signals) => void) => void;
  /** Called with each chunk of the log. */
  readonly onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
  readonly onSpawn?: OnSpawn;
}

/** Loaded once per test file, because compiling GitHub's description takes a while. */
const contract = loadContract();

/** The `github` context of a scheduled run. */
export function githubContext(apiUrl: string): Record<string, string> {
  return {
    token: WORKFLOW_TOKEN,
    api_url: apiUrl,
    server_url: "https://github.com",
    repository: REPOSITORY,
    run_id: "7000000001",
    run_attempt: "1",
    workflow: "Nightly",
    workflow_ref: `${REPOSITORY}/.github/workflows/nightly.yml@refs/heads/main`,
    job: "update",
    action: "agent",
    event_name: "schedule",
    action_repository: "octo-org/agent-task-action",
    action_ref: "v1",
  };
}

/** The usual scenario of the end-to-end tests: the workflow's token sees its own repository alone. */
export function workflowScenario({ workflow, ...scenario }: TestScenario) {
  return scenarioOf({ ...scenario, workflow: { issues: "write", repositories: [REPOSITORY], ...workflow } });
}

/** Runs the built action in a process of its own against a simulator over HTTP. It fails on an invalid request. */
export async function run(scenario: TestScenario, step: TestStep = {}): Promise<SimulatedRun> {
  const [result] = await runTogether(scenario, [step]);
  if (result === undefined) {
    throw new Error("A step gives a result.");
  }
  return result;
}

/** Runs the start action with these inputs. */
export function startTask(scenario: TestScenario, inputs: Inputs = {}): Promise<SimulatedRun> {
  return run(scenario, { with: inputs });
}

/** Runs the status action with these inputs. */
export function readStatus(scenario: TestScenario, inputs: Inputs): Promise<SimulatedRun> {
  return run(scenario, { action: "status", with: inputs });
}

/** Runs the list action with these inputs. */
export function listTasks(scenario: TestScenario, inputs: Inputs = {}): Promise<SimulatedRun> {
  return run(scenario, { action: "list", with: inputs });
}

/** Runs several steps at once, each in a process of its own, against one simulator. */
export function runTogether(scenario: TestScenario, steps: readonly TestStep[]): Promise<SimulatedRun[]> {
  return simulate(scenario, steps, (runNext) => Promise.all(steps.map(runNext)));
}

/** Runs several steps one after another, each in a process of its own. The simulator's time continues. */
export function runInTurn(scenario: TestScenario, steps: readonly TestStep[]): Promise<SimulatedRun[]> {
  return simulate(scenario, steps, async (runNext) => {
    const results: SimulatedRun[] = [];
    for (const step of steps) {
      results.push(await runNext(step));
    }
    return results;
  });
}

/** @param use is given the function that runs one of the steps. */
async function simulate(
  scenario: TestScenario,
  steps: readonly TestStep[],
  use: (runNext: (step: TestStep) => Promise<SimulatedRun>) => Promise<SimulatedRun[]>,
): Promise<SimulatedRun[]> {
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
  for (const { onListening } of steps) {
    onListening?.(server.url);
  }
  try {
    const results = await use(async (step) => {
      const result = await runStep({
        ...toStepToRun(step, server.url, simulator.now() - aheadMs),
        onOutput: (text) => step.onOutput?.(text, (signal) => kills.get(step)?.(signal)),
        onSpawn: (kill, pid, closeStdout) => {
          kills.set(step, kill);
          step.onSpawn?.(kill, pid, closeStdout);
        },
      });
      return { ...result, simulator };
    });
    expect(simulator.violations).toEqual([]);
    return results;
  } finally {
    await server.close();
  }
}

function toStepToRun(step: TestStep, url: string, startAt: number): StepToRun {
  return {
    action: step.action ?? ".",
    with: { token: USER_TOKEN, ...(step.action ? {} : { prompt: "Update the dependencies." }), ...step.with },
    github: { ...githubContext(url), ...step.github },
    matrix: step.matrix,
    event: step.event ?? { repository: { private: true } },
    env: { VIRTUAL_CLOCK_START: String(startAt), NODE_COMPILE_CACHE: COMPILE_CACHE, ...step.env },
    ...(step.workspace === undefined ? {} : { workspace: step.workspace }),
    nodeOptions: step.realTime ? [] : VIRTUAL_TIME,
  };
}

/** A local address where nobody listens. */
export async function closedAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}
