import { readFileSync } from "node:fs";
import type { Octokit } from "@octokit/core";
import { parse } from "yaml";
import type { Environment } from "../../src/context.ts";
import type { Lookup, LookupContext } from "../../src/github/fallback.ts";
import { createClient } from "../../src/github/http/client.ts";
import { lookUpPullRequests, type PullRequest, type PullRequestRef } from "../../src/github/pull-requests.ts";
import type { InputSource } from "../../src/inputs/parse.ts";
import type { Clock } from "../../src/runner/clock.ts";
import type { Runner } from "../../src/runner/environment.ts";
import { loadContract } from "../../tools/simulator/contract.ts";
import type { Scenario, TaskPlan } from "../../tools/simulator/scenario.ts";
import { createSimulator, type Simulator } from "../../tools/simulator/simulator.ts";
import { API_URL, type RecordingCore, recordingCore, runnerOf } from "./builders.ts";
import { NOW, unstopped, type VirtualClock, virtualClock } from "./clock.ts";
import {
  REPOSITORY,
  scenarioOf,
  SUCCESSFUL as TEN_MINUTES,
  type TestScenario,
  USER_TOKEN,
  WORKFLOW_TOKEN,
} from "./fixtures.ts";

/** A client that sends its requests with this function. */
export function createTestClient(send: typeof fetch, token = USER_TOKEN): Octokit {
  return createClient({
    token,
    apiUrl: API_URL,
    fetch: send,
    now: () => NOW,
    observe: () => {},
    redact: String,
  });
}

/** Looks up pull requests, whichever client sees them. */
export async function findPullRequests(
  context: LookupContext,
  refs: readonly PullRequestRef[],
): Promise<readonly Lookup<PullRequest>[]> {
  return (await lookUpPullRequests(context, refs)).map(({ lookup }) => lookup);
}

/** What is read of an action's metadata. */
export interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

export type ActionName = "start" | "status" | "list";

const FILES = { start: "action.yml", status: "status/action.yml", list: "list/action.yml" } as const;

export function actionFile(action: ActionName): ActionFile {
  const root = new URL("../../", import.meta.url);
  return parse(readFileSync(new URL(FILES[action], root), "utf8")) as ActionFile;
}

const EXPRESSIONS: Readonly<Record<string, string>> = {
  "${{ github.repository }}": REPOSITORY,
  "${{ github.token }}": WORKFLOW_TOKEN,
  "${{ github.api_url }}": API_URL,
  "${{ toJSON(matrix) }}": "null",
};

const GIVEN: Readonly<Record<ActionName, Readonly<Record<string, string>>>> = {
  start: { token: USER_TOKEN, prompt: "Update the dependencies." },
  status: { token: USER_TOKEN, task_id: "task-1" },
  list: { token: USER_TOKEN },
};

/** The inputs as the runner gives them: the defaults of the action's file, and what is set. */
export function inputsOf(action: ActionName, set: Readonly<Record<string, string>> = {}): InputSource {
  const defaults = Object.entries(actionFile(action).inputs).map(([name, { default: text = "" }]) => [
    name,
    EXPRESSIONS[text] ?? text,
  ]);
  const values: Readonly<Record<string, string>> = {
    ...Object.fromEntries(defaults),
    ...GIVEN[action],
    ...set,
  };
  return (name) => (values[name] ?? "").trim();
}

export const SUCCESSFUL: TaskPlan = { id: "task-1", ...TEN_MINUTES };

let contract: ReturnType<typeof loadContract> | undefined;

/** A simulator on that clock. GitHub's description is compiled once for a test file. */
export function simulatorFor(scenario: Scenario, clock: Pick<Clock, "now"> = virtualClock()): Simulator {
  contract ??= loadContract();
  return createSimulator({ scenario, clock, contract, graphqlValidation: false });
}

/** A step's environment in this process, and all that can be seen of what it did. */
export interface TestEnvironment extends Environment {
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  readonly core: RecordingCore;
  /** Stops the step. */
  readonly stop: AbortController;
  /** The log, without debug lines. */
  log(): string[];
  /** The last value of each output. */
  outputs(): Record<string, string>;
  summary(): string;
}

export interface TestStep {
  readonly scenario?: TestScenario;
  readonly with?: Readonly<Record<string, string>>;
  readonly runner?: Partial<Runner>;
}

export function environment(action: ActionName, step: TestStep = {}): TestEnvironment {
  const clock = virtualClock();
  const simulator = simulatorFor(scenarioOf(step.scenario), clock);
  const core = recordingCore();
  const stop = new AbortController();
  const summaries: string[] = [];
  return {
    input: inputsOf(action, step.with),
    core,
    writeOutputs: (values) => void core.written.push(...Object.entries(values)),
    writeSummary: async (markdown) => {
      summaries.push(markdown);
    },
    runner: runnerOf(step.runner),
    fetch: simulator.fetch,
    clock,
    random: () => 0,
    newId: () => "start-id-1",
    loadMarkdown: () => import("../../src/markdown/visible-text.ts"),
    signal: stop.signal,
    graceSignal: unstopped,
    simulator,
    stop,
    log: () => core.lines.filter((line) => !line.startsWith("debug: ")),
    outputs: () => Object.fromEntries(core.written),
    summary: () => summaries.join(""),
  };
}
