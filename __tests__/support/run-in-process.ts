import { randomUUID } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { list } from "../../src/actions/list.ts";
import { start } from "../../src/actions/start.ts";
import { status } from "../../src/actions/status.ts";
import type { Environment } from "../../src/context.ts";
import type { Clock } from "../../src/runner/clock.ts";
import { type JobContext, readRunner } from "../../src/runner/environment.ts";
import { InputError } from "../../src/runner/input-error.ts";
import { createLog } from "../../src/runner/log.ts";
import { createOutputsFile } from "../../src/runner/outputs-file.ts";
import { prepareToolkitEnvironment, type Variables } from "../../src/runner/toolkit-environment.ts";
import { createRedactor } from "../../src/text/redact.ts";
import { type StepRun, type StepToRun, withStepFiles } from "../../tools/local-runner/run-action.ts";
import { createSimulator } from "../../tools/simulator/simulator.ts";
import { API_URL, shareErrorsWithNode } from "./builders.ts";
import { unstopped } from "./clock.ts";
import { type CommandLog, createCommandLog } from "./command-log.ts";
import { START, type TestScenario } from "./fixtures.ts";
import { createIdleClock } from "./idle-clock.ts";
import {
  contract,
  createRuns,
  type Stage,
  type TestStep,
  toStepToRun,
  workflowScenario,
} from "./simulated-runs.ts";
import { createVirtualFetch } from "./virtual-network.ts";

shareErrorsWithNode();

const ACTIONS = { ".": start, status, list };

/**
 * Runs the actions of `src/` in this process, with a simulator that is called directly: what `run-dist.ts` does with
 * processes and HTTP, in a fiftieth of the time. Signals, sockets, proxies and Node's own options need a process.
 */
export const inProcess = createRuns(openStage);

/** A simulator in this process, and the actions of `src/`. */
export async function openStage(scenario: TestScenario, steps: readonly TestStep[]): Promise<Stage> {
  const clock = createIdleClock(START);
  const simulator = createSimulator({ scenario: workflowScenario(scenario), clock, contract });
  for (const { onListening, onOutput, onSpawn, realTime } of steps) {
    onListening?.(API_URL);
    if (onOutput !== undefined || onSpawn !== undefined || realTime) {
      throw new Error("This step needs a process.");
    }
  }
  const send = (step: TestStep): typeof fetch =>
    createVirtualFetch(clock, async (request, travel) => {
      const answer = await step.intercept?.(request, travel);
      if (answer) {
        return answer;
      }
      const index = simulator.requests.length;
      const response = await simulator.handle(request);
      const logged = simulator.requests[index];
      if (logged !== undefined) {
        for (const { onRequest } of steps) {
          onRequest?.(logged, refuseToKill);
        }
      }
      return response;
    });
  return {
    simulator,
    close: async () => {},
    runStep: (step) => runAction(toStepToRun(step, API_URL), send(step), clock),
  };
}

function refuseToKill(): never {
  throw new Error("Only a process gets signals.");
}

/** Runs an action in this process. Its requests go to `send`, and its time is the clock's. */
export function runAction(step: StepToRun, send: typeof fetch, clock: Clock): Promise<StepRun> {
  return withStepFiles(step, async (env) => {
    const core = createCommandLog();
    const environment = createEnvironment(env, core);
    const exitCode = await ACTIONS[step.action]({ ...environment, fetch: send, clock }).catch(
      (error: unknown) => reportInputError(error, environment, step),
    );
    return { exitCode, stdout: core.text(), stderr: "" };
  });
}

/** What `main.ts` creates from the environment variables, except network and time. */
function createEnvironment(env: Readonly<Variables>, core: CommandLog): Omit<Environment, "fetch" | "clock"> {
  const input = (name: string) => (env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
  for (const token of ["token", "github_token"].map(input)) {
    if (token !== "") {
      core.mask(token);
    }
  }
  const job = {
    payload: readEvent(env),
    runAttempt: Number(env.GITHUB_RUN_ATTEMPT),
    serverUrl: env.GITHUB_SERVER_URL ?? "",
    workflow: env.GITHUB_WORKFLOW ?? "",
    job: env.GITHUB_JOB ?? "",
    action: env.GITHUB_ACTION ?? "",
    eventName: env.GITHUB_EVENT_NAME ?? "",
  };
  return {
    input,
    core,
    writeOutputs: createOutputsFile(env.GITHUB_OUTPUT ?? ""),
    writeSummary: async (markdown) => appendFileSync(env.GITHUB_STEP_SUMMARY ?? "", markdown),
    runner: readRunner(env, job),
    random: Math.random,
    newId: randomUUID,
    loadMarkdown: () => import("../../src/markdown/visible-text.ts"),
    signal: unstopped,
    graceSignal: unstopped,
  };
}

/** Reads the event's payload as the toolkit does, with what `main.ts` prepares for it. */
function readEvent(env: Readonly<Variables>): JobContext["payload"] {
  const variables = { ...env };
  prepareToolkitEnvironment(variables);
  const { GITHUB_EVENT_PATH: path } = variables;
  return path === undefined ? {} : (JSON.parse(readFileSync(path, "utf8")) as JobContext["payload"]);
}

/** Reports an invalid input as `main.ts` does. @throws any other error. */
function reportInputError(
  error: unknown,
  { input, core, writeOutputs }: Pick<Environment, "input" | "core" | "writeOutputs">,
  { action }: StepToRun,
): number {
  if (!(error instanceof InputError)) {
    throw error;
  }
  if (action !== "list") {
    writeOutputs({ error_code: "invalid_input" });
  }
  createLog(core, createRedactor(["token", "github_token"].map(input))).error(
    "Input not allowed",
    error.message,
  );
  return 1;
}
