import { types } from "node:util";
import type { ErrorCode } from "../../src/github/agent-tasks/error-code.ts";
import { createProblem, type Problem } from "../../src/github/agent-tasks/problems.ts";
import type { Session, Task } from "../../src/github/agent-tasks/task.ts";
import { type RequestFailure, reject } from "../../src/github/http/error.ts";
import type { RequestResult, ResponseMeta } from "../../src/github/http/result.ts";
import { buildFailedStart, buildUnseenResult } from "../../src/report/build-result.ts";
import type { Result, TaskReport } from "../../src/report/result.ts";
import { type Runner, readRunner } from "../../src/runner/environment.ts";
import type { RunnerCommands } from "../../src/runner/log.ts";
import type { TaskReader } from "../../src/watch/poll-round.ts";
import { NOW, SECOND } from "./clock.ts";
import { REPOSITORY } from "./fixtures.ts";

export const API_URL = "https://api.github.test";

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
  return {
    ok: true,
    value,
    meta: { serverNow: NOW, nextPage: null, hasPageLinks: true, rateLimit: null, ...meta },
  };
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
