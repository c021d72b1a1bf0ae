import { readFileSync } from "node:fs";
import { types } from "node:util";
import type { Octokit } from "@octokit/core";
import { assert, type IProperty } from "fast-check";
import { parse } from "yaml";
import type { Environment } from "../../src/context.ts";
import type { ErrorCode } from "../../src/github/agent-tasks/error-code.ts";
import { createProblem, type Problem } from "../../src/github/agent-tasks/problems.ts";
import type { Session, Task } from "../../src/github/agent-tasks/task.ts";
import type { Lookup, LookupContext } from "../../src/github/fallback.ts";
import { createClient } from "../../src/github/http/client.ts";
import { type RequestFailure, reject } from "../../src/github/http/error.ts";
import type { RequestResult, ResponseMeta } from "../../src/github/http/result.ts";
import { lookUpPullRequests, type PullRequest, type PullRequestRef } from "../../src/github/pull-requests.ts";
import type { InputSource } from "../../src/inputs/parse.ts";
import { buildFailedStart, buildUnseenResult } from "../../src/report/build-result.ts";
import type { Result, TaskReport } from "../../src/report/result.ts";
import type { Clock } from "../../src/runner/clock.ts";
import { type Runner, readRunner } from "../../src/runner/environment.ts";
import type { RunnerCommands } from "../../src/runner/log.ts";
import type { TaskReader } from "../../src/watch/poll-round.ts";
import { loadContract } from "../../tools/simulator/contract.ts";
import type { Scenario, TaskPlan } from "../../tools/simulator/scenario.ts";
import { createSimulator, type Simulator } from "../../tools/simulator/simulator.ts";
import * as fixtures from "./fixtures.ts";
import { REPOSITORY, scenarioOf, type TestScenario, USER_TOKEN, WORKFLOW_TOKEN } from "./fixtures.ts";

export { REPOSITORY, scenarioOf, type TestScenario, USER_TOKEN, WORKFLOW_TOKEN } from "./fixtures.ts";

/** When every test begins: a Monday morning. */
export const NOW = fixtures.START;

export const SECOND = 1000;
export const MINUTE = 60_000;

export const API_URL = "https://api.github.test";

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

/** Checks a property that is not asynchronous: it throws for the smallest counterexample. */
export function holds<Values>(property: IProperty<Values>, numRuns = 200): void {
  void assert(property, { numRuns });
}

/**
 * Jest runs a test file in a realm of its own, whose `Error` is not the one that Node's own modules throw. In a
 * process both are one: this makes `instanceof Error` say so here too.
 */
export function shareErrorsWithNode(): void {
  const isInstance = Function.prototype[Symbol.hasInstance];
  Object.defineProperty(Error, Symbol.hasInstance, {
    value(this: unknown, value: unknown) {
      return isInstance.call(this, value) || (this === Error && isNodeError(value));
    },
  });
}

function isNodeError(value: unknown): boolean {
  return types.isNativeError(value) || value instanceof DOMException;
}

/** A clock that jumps ahead when somebody sleeps. */
export interface VirtualClock extends Clock {
  /** What was asked of `sleep`, in order. */
  readonly sleeps: readonly number[];
  advance(ms: number): void;
  /** Calls `then` during the first sleep that reaches `ms` after the clock's start. */
  at(ms: number, then: () => void): void;
}

export function virtualClock(start = NOW): VirtualClock {
  let time = start;
  const sleeps: number[] = [];
  const plans: { readonly at: number; readonly then: () => void }[] = [];
  return {
    sleeps,
    now: () => time,
    sleep: async (ms, signal) => {
      sleeps.push(ms);
      const until = time + ms;
      while (plans[0] !== undefined && plans[0].at <= until && !signal.aborted) {
        time = Math.max(time, plans[0].at);
        plans.shift()?.then();
      }
      if (!signal.aborted) {
        time = until;
      }
    },
    advance: (ms) => {
      time += ms;
    },
    at: (ms, then) => {
      plans.push({ at: start + ms, then });
      plans.sort((a, b) => a.at - b.at);
    },
  };
}

/** Never aborts. */
export const unstopped = new AbortController().signal;

/** What loops that wait need from outside: no jitter, nothing stops them. */
export function waitContext(clock: Clock = virtualClock(), signal: AbortSignal = unstopped) {
  return { clock, random: () => 0, signal };
}

/** Looks up pull requests, whichever client sees them. */
export async function findPullRequests(
  context: LookupContext,
  refs: readonly PullRequestRef[],
): Promise<readonly Lookup<PullRequest>[]> {
  return (await lookUpPullRequests(context, refs)).map(({ lookup }) => lookup);
}

/** The context of a lookup that is sent once. */
export function lookupWith({
  retryBudgetMs = 0,
  ...changes
}: Partial<LookupContext> & { readonly retryBudgetMs?: number } = {}): LookupContext {
  const waiting = { ...waitContext(), ...changes };
  const giveUpAt = waiting.clock.now() + retryBudgetMs;
  return { clients: [], onRetry: () => {}, giveUpAt, ...waiting };
}

export function taskOf(changes: Partial<Task> = {}): Task {
  return {
    id: "task-1",
    state: "in_progress",
    createdAt: NOW,
    updatedAt: NOW,
    name: "Update dependencies",
    htmlUrl: "https://github.com/octo/app/copilot/tasks/task-1",
    creatorId: "1001",
    repositoryId: "1000000",
    archived: false,
    sessionCount: 1,
    artifacts: [],
    sessions: [],
    hasUnreadableSession: false,
    ...changes,
  };
}

export function sessionOf(changes: Partial<Session> = {}): Session {
  return {
    createdAt: NOW,
    completedAt: null,
    prompt: null,
    headRef: "",
    baseRef: "",
    model: "",
    usage: null,
    error: "",
    ...changes,
  };
}

export const PULL = { type: "pull", id: "77", globalId: "PR_77" } as const;
export const BRANCH = { type: "branch", headRef: "copilot/fix", baseRef: "main" } as const;

/** The requests of following for one task, which is never seen in a list. */
export function readerOf(get: () => Promise<RequestResult<Task>>): TaskReader {
  const noList = () => {
    throw new Error("One task needs no list.");
  };
  return { get, list: noList, nextPage: noList };
}

export function answered<T>(value: T, meta: Partial<ResponseMeta> = {}): RequestResult<T> {
  return { ok: true, value, meta: { serverNow: NOW, nextPage: null, rateLimit: null, ...meta } };
}

export function failed(failure: RequestFailure): { readonly ok: false; readonly failure: RequestFailure } {
  return { ok: false, failure };
}

export const NOT_SENT = {
  kind: "not_sent",
  reason: "the connection was refused (ECONNREFUSED)",
} as const satisfies RequestFailure;
export const RATE_LIMITED = {
  kind: "rate_limited",
  status: 429,
  retryAfterMs: 20 * SECOND,
  message: "Too many requests",
} as const satisfies RequestFailure;
export const UNAVAILABLE = {
  kind: "indeterminate",
  status: 503,
  reason: "HTTP 503",
  retryAfterMs: 40 * SECOND,
} as const satisfies RequestFailure;
export const INDETERMINATE = {
  kind: "indeterminate",
  status: 502,
  reason: "HTTP 502",
  retryAfterMs: null,
} as const satisfies RequestFailure;
export const REDIRECTED = {
  kind: "redirected",
  status: 301,
  location: "https://api.github.test/new",
} as const satisfies RequestFailure;
export const CANCELLED = { kind: "cancelled" } as const satisfies RequestFailure;
export const rejected = (
  status: number,
  message = "No",
  errors: readonly { code: string; message: string; field?: string }[] = [],
) => ({
  ...reject(status, message),
  errors: errors.map((error) => ({ field: "", ...error })),
});

export function reportOf(changes: Partial<TaskReport> = {}): TaskReport {
  return {
    task_id: "task-1",
    task_url: "https://github.com/octo/app/copilot/tasks/task-1",
    task_name: "Update dependencies",
    repository: REPOSITORY,
    state: "completed",
    conclusion: "success",
    started: true,
    head_ref: "copilot/fix",
    base_ref: "main",
    model: "gpt-5",
    pull_request_number: 42,
    pull_request_url: "https://github.com/octo/app/pull/42",
    pull_request_title: "Update dependencies",
    pull_request_state: "open",
    pull_request_draft: false,
    head_sha: "0123456789abcdef0123456789abcdef01234567",
    changed_files: 5,
    commits: 3,
    session_count: 1,
    error_message: "",
    ai_credits: 12.3,
    premium_requests: null,
    duration_seconds: 600,
    ...changes,
  };
}

/** A settled result with that report. */
export function resultWith(given: Partial<TaskReport> = {}, changes: Partial<Result> = {}): Result {
  const stillRunning = changes.waitTimedOut ?? false;
  const report = reportOf(given);
  return {
    report,
    settled: true,
    waitTimedOut: false,
    stillRunning,
    failure: null,
    nanoAiCredits: report.ai_credits === null ? null : report.ai_credits * 1_000_000_000,
    ranAt: null,
    ...changes,
  };
}

/** A problem whose code does not matter. */
export function problemOf(
  message: string,
  remedy: string,
  { code = "unavailable", ...more }: Partial<Problem> = {},
): Problem {
  return createProblem(code, message, remedy, more);
}

/** A start that failed with this error. */
export function failedStart(repository: string, message: string, code: ErrorCode = "unavailable"): Result {
  return buildFailedStart(repository, { code, message });
}

/** A task that was not seen, for this reason. */
export function unseenResult(id: string, repository: string, message: string): Result {
  return buildUnseenResult(id, repository, { code: "unavailable", message });
}

/** A toolkit that writes down what it is told: `info: text`, `error(title): text`, `group: title`. */
export interface RecordingCore extends RunnerCommands {
  readonly lines: string[];
  /** Outputs in the order of writing, a name as often as it was written. */
  readonly written: [name: string, value: string][];
}

export function recordingCore(): RecordingCore {
  const lines: string[] = [];
  const written: [string, string][] = [];
  const annotate =
    (kind: string) =>
    (message: string | Error, properties?: { title?: string }): void => {
      lines.push(`${kind}(${properties?.title}): ${message}`);
    };
  return {
    lines,
    written,
    info: (message) => void lines.push(...message.split("\n").map((line) => `info: ${line}`)),
    debug: (message) => void lines.push(`debug: ${message}`),
    startGroup: (name) => void lines.push(`group: ${name}`),
    endGroup: () => void lines.push("endgroup"),
    notice: annotate("notice"),
    warning: annotate("warning"),
    error: annotate("error"),
  };
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

export function runnerOf(changes: Partial<Runner> = {}): Runner {
  return {
    ...readRunner(
      {
        GITHUB_API_URL: API_URL,
        GITHUB_REPOSITORY: REPOSITORY,
        GITHUB_RUN_ID: "7000000001",
        GITHUB_WORKFLOW_REF: `${REPOSITORY}/.github/workflows/nightly.yml@refs/heads/main`,
        GITHUB_ACTION_REPOSITORY: "octo-org/agent-task-action",
        GITHUB_ACTION_REF: "v1",
        GITHUB_TRIGGERING_ACTOR: "mona",
      },
      {
        serverUrl: "https://github.com",
        runAttempt: 1,
        workflow: "Nightly",
        job: "update",
        action: "agent",
        eventName: "schedule",
        payload: {},
      },
    ),
    event: { repository: { private: true } },
    ...changes,
  };
}

export const SUCCESSFUL: TaskPlan = { id: "task-1", ...fixtures.SUCCESSFUL };

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
