import { expect } from "@jest/globals";
import type { ActionFolder, OnSpawn, StepRun, StepToRun } from "../../tools/local-runner/run-action.ts";
import { loadContract } from "../../tools/simulator/contract.ts";
import type { SimulatedRequest, SimulatedResponse } from "../../tools/simulator/http/message.ts";
import type { LoggedRequest, Simulator } from "../../tools/simulator/simulator.ts";
import { REPOSITORY, scenarioOf, type TestScenario, USER_TOKEN, WORKFLOW_TOKEN } from "./fixtures.ts";
import type { Travel } from "./virtual-network.ts";

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
  /** Uses the machine's clock instead of a virtual one. In a process only. */
  readonly realTime?: boolean;
  /** Called with the simulator's URL before the step runs. */
  readonly onListening?: (url: string) => void;
  /** Called for each request that the simulator receives; `kill` sends the step's process a signal. */
  readonly onRequest?: (request: LoggedRequest, kill: (signal: NodeJS.Signals) => void) => void;
  /** Called with each chunk of the log. In a process only. */
  readonly onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
  /** In a process only. */
  readonly onSpawn?: OnSpawn;
  /** Takes requests out of the way to the simulator. In this process only. */
  readonly intercept?: Intercept;
}

/** Answers a request in place of the simulator, or fails as `fetch` does. Null lets the request pass. */
export type Intercept = (request: SimulatedRequest, travel: Travel) => Promise<SimulatedResponse | null>;

/** A simulator, and a way to run steps against it. */
export interface Stage {
  readonly simulator: Simulator;
  runStep(step: TestStep): Promise<StepRun>;
  close(): Promise<void>;
}

/** Loaded once per test file, because compiling GitHub's description takes a while. */
export const contract = loadContract();

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

/** A test's step as the runner runs it, with its requests to this URL. */
export function toStepToRun(step: TestStep, url: string): StepToRun {
  return {
    action: step.action ?? ".",
    with: { token: USER_TOKEN, ...(step.action ? {} : { prompt: "Update the dependencies." }), ...step.with },
    github: { ...githubContext(url), ...step.github },
    matrix: step.matrix,
    event: step.event ?? { repository: { private: true } },
    env: step.env ?? {},
    ...(step.workspace === undefined ? {} : { workspace: step.workspace }),
  };
}

/** Ways to run steps against a simulator. Each fails on a request that breaks GitHub's description. */
export interface Runs {
  /** Runs one step. */
  run(scenario: TestScenario, step?: TestStep): Promise<SimulatedRun>;
  /** Runs the start action with these inputs. */
  startTask(scenario: TestScenario, inputs?: Inputs): Promise<SimulatedRun>;
  /** Runs the status action with these inputs. */
  readStatus(scenario: TestScenario, inputs: Inputs): Promise<SimulatedRun>;
  /** Runs the list action with these inputs. */
  listTasks(scenario: TestScenario, inputs?: Inputs): Promise<SimulatedRun>;
  /** Runs several steps at once against one simulator. */
  runTogether(scenario: TestScenario, steps: readonly TestStep[]): Promise<SimulatedRun[]>;
  /** Runs several steps one after another. The simulator's time continues. */
  runInTurn(scenario: TestScenario, steps: readonly TestStep[]): Promise<SimulatedRun[]>;
}

/** @param open sets the stage for these steps, with a simulator of this scenario. */
export function createRuns(
  open: (scenario: TestScenario, steps: readonly TestStep[]) => Promise<Stage>,
): Runs {
  /** @param use is given the function that runs one of the steps. */
  const simulate = async (
    scenario: TestScenario,
    steps: readonly TestStep[],
    use: (runNext: (step: TestStep) => Promise<SimulatedRun>) => Promise<SimulatedRun[]>,
  ): Promise<SimulatedRun[]> => {
    const { simulator, runStep, close } = await open(scenario, steps);
    try {
      const results = await use(async (step) => ({ ...(await runStep(step)), simulator }));
      expect(simulator.violations).toEqual([]);
      return results;
    } finally {
      await close();
    }
  };
  const runTogether: Runs["runTogether"] = (scenario, steps) =>
    simulate(scenario, steps, (runNext) => Promise.all(steps.map(runNext)));
  const runInTurn: Runs["runInTurn"] = (scenario, steps) =>
    simulate(scenario, steps, async (runNext) => {
      const results: SimulatedRun[] = [];
      for (const step of steps) {
        results.push(await runNext(step));
      }
      return results;
    });
  const run: Runs["run"] = async (scenario, step = {}) => {
    const [result] = await runTogether(scenario, [step]);
    if (result === undefined) {
      throw new Error("A step gives a result.");
    }
    return result;
  };
  return {
    run,
    startTask: (scenario, inputs = {}) => run(scenario, { with: inputs }),
    readStatus: (scenario, inputs) => run(scenario, { action: "status", with: inputs }),
    listTasks: (scenario, inputs = {}) => run(scenario, { action: "list", with: inputs }),
    runTogether,
    runInTurn,
  };
}
