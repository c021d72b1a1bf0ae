import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { pathToFileURL } from "node:url";
import {
  type ActionFolder,
  ROOT,
  runStep,
  type StepRun,
  type StepToRun,
} from "../../tools/local-runner/run-action.ts";
import { manualClock } from "../../tools/simulator/clock.ts";
import { loadContract } from "../../tools/simulator/contract.ts";
import type { RepositoryInfo, Scenario, TaskPlan, TokenInfo } from "../../tools/simulator/scenario.ts";
import { startSimulatorServer } from "../../tools/simulator/server.ts";
import { createSimulator, type LoggedRequest, type Simulator } from "../../tools/simulator/simulator.ts";

/** When every test begins: a Monday morning. */
export const START = Date.parse("2026-11-23T08:00:00Z");

export const USER_TOKEN = "github_pat_user0000000000000000";
export const WORKFLOW_TOKEN = "ghs_workflow000000000000000000";
export const REPOSITORY = "octo/app";

const VIRTUAL_CLOCK = pathToFileURL(`${ROOT}/tools/local-runner/virtual-clock.ts`).href;

/** Makes a process' time virtual; it begins at `VIRTUAL_CLOCK_START`. */
export const VIRTUAL_TIME = ["--disable-warning=ExperimentalWarning", "--import", VIRTUAL_CLOCK] as const;

/** What the scenario of a test differs in from the usual one: one user, one private repository, one workflow token. */
export interface TestScenario extends Partial<Scenario> {
  readonly user?: Partial<TokenInfo>;
  readonly workflow?: Partial<TokenInfo>;
  readonly repository?: RepositoryInfo;
}

export function scenarioOf({ user, workflow, repository, ...scenario }: TestScenario): Scenario {
  return {
    tokens: {
      [USER_TOKEN]: {
        login: "mona",
        id: 1001,
        type: "user",
        agent_tasks: "write",
        pulls: "none",
        contents: "none",
        issues: "none",
        ...user,
      },
      [WORKFLOW_TOKEN]: {
        login: "github-actions[bot]",
        id: 41898282,
        type: "installation",
        agent_tasks: "none",
        pulls: "read",
        contents: "read",
        issues: "write",
        repositories: [REPOSITORY],
        ...workflow,
      },
    },
    repositories: { [REPOSITORY]: { private: true, ...repository } },
    ...scenario,
  };
}

/** A step run against a simulator of its own, and what that has seen. */
export interface SimulatedRun extends StepRun {
  readonly simulator: Simulator;
}

/** How a test's step differs from the usual one. */
export interface TestStep {
  readonly action?: ActionFolder;
  readonly with?: Readonly<Record<string, string>>;
  readonly github?: Readonly<Record<string, string>>;
  readonly matrix?: unknown;
  readonly event?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly workspace?: string;
  /** The machine's clock instead of a virtual one. */
  readonly realTime?: boolean;
  readonly onRequest?: (request: LoggedRequest) => void;
  readonly onSpawn?: StepToRun["onSpawn"];
}

/** Loaded once for a test file: compiling GitHub's description takes a while. */
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

/** Runs the built action in a process of its own against a simulator over HTTP. */
export async function run(scenario: Scenario, step: TestStep = {}): Promise<SimulatedRun> {
  const [result] = await runTogether(scenario, [step]);
  if (result === undefined) {
    throw new Error("A step gives a result.");
  }
  return result;
}

/** Runs several steps at once, each in a process of its own, against one simulator. */
export async function runTogether(scenario: Scenario, steps: readonly TestStep[]): Promise<SimulatedRun[]> {
  const simulator = createSimulator({ scenario, clock: manualClock(START), followClient: true, contract });
  const server = await startSimulatorServer(simulator, 0, (request) => {
    for (const { onRequest } of steps) {
      onRequest?.(request);
    }
  });
  try {
    const results = await Promise.all(steps.map((step) => runStep(stepToRun(step, server.url))));
    return results.map((result) => ({ ...result, simulator }));
  } finally {
    await server.close();
  }
}

/** Runs several steps one after another, each in a process of its own, against one simulator. Its time goes on. */
export async function runInTurn(scenario: Scenario, steps: readonly TestStep[]): Promise<SimulatedRun[]> {
  const simulator = createSimulator({ scenario, clock: manualClock(START), followClient: true, contract });
  const server = await startSimulatorServer(simulator, 0);
  const results: SimulatedRun[] = [];
  try {
    for (const step of steps) {
      const env = { VIRTUAL_CLOCK_START: String(simulator.now()), ...step.env };
      results.push({ ...(await runStep(stepToRun({ ...step, env }, server.url))), simulator });
    }
    return results;
  } finally {
    await server.close();
  }
}

function stepToRun(step: TestStep, url: string): StepToRun {
  return {
    action: step.action ?? ".",
    with: { token: USER_TOKEN, ...(step.action ? {} : { prompt: "Update the dependencies." }), ...step.with },
    github: { ...githubContext(url), ...step.github },
    matrix: step.matrix,
    event: step.event ?? { repository: { private: true } },
    env: { VIRTUAL_CLOCK_START: String(START), ...step.env },
    ...(step.workspace === undefined ? {} : { workspace: step.workspace }),
    ...(step.onSpawn === undefined ? {} : { onSpawn: step.onSpawn }),
    nodeOptions: step.realTime ? [] : VIRTUAL_TIME,
  };
}

/** An address of this machine where nobody listens. */
export async function closedAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}

/** A task that works for ten minutes and ends with a pull request. */
export const SUCCESSFUL: TaskPlan = {
  steps: [
    { after_seconds: 0, state: "queued", name: "Update dependencies" },
    { after_seconds: 20, state: "in_progress" },
    { after_seconds: 120, pull_request: { number: 42, draft: true, commits: 1, changed_files: 1 } },
    {
      after_seconds: 600,
      state: "completed",
      pull_request: { number: 42, draft: false, commits: 3, changed_files: 5 },
      usage: { type: "ai_credits", amount: 12_340_000_000 },
    },
  ],
};
