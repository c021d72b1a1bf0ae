import { describe, expect, it } from "@jest/globals";
import type { Changes } from "../../../src/github/task-changes.ts";
import {
  buildFailedStart,
  buildResult,
  buildSkippedResult,
  buildUnseenResult,
  extendRun,
  type ResultOptions,
} from "../../../src/report/build-result.ts";
import { BRANCH, PULL, sessionOf, taskOf } from "../../support/builders.ts";
import { NOW } from "../../support/clock.ts";

const ENDING: ResultOptions = {
  repository: "octo/app",
  started: true,
  settled: true,
  waitTimedOut: false,
  stillRunning: false,
  changes: null,
};

const CHANGES: Changes = {
  pullRequest: {
    number: 42,
    url: "https://github.com/octo/app/pull/42",
    title: "Update",
    state: "open",
    isDraft: true,
    headSha: "abc",
    changedFiles: 5,
    commits: 3,
    headRef: "copilot/pr",
    baseRef: "develop",
    repository: "Octo/App",
  },
  commits: 3,
  changedFiles: 5,
  headSha: "abc",
};

const ENDED = taskOf({
  state: "completed",
  updatedAt: NOW + 700_000,
  sessionCount: 2,
  artifacts: [PULL, BRANCH],
  sessions: [
    sessionOf({
      completedAt: NOW + 600_000,
      model: "sweagent-capi:gpt-5",
      usage: { type: "ai_credits", amount: 2e9 },
      error: "Oh",
    }),
  ],
});

const reportOf = (ending: Partial<ResultOptions>, task = ENDED) =>
  buildResult(task, { ...ENDING, ...ending }).report;

describe("what is reported of a task", () => {
  it("is all that is known", () => {
    expect(buildResult(ENDED, { ...ENDING, changes: CHANGES })).toEqual({
      report: {
        task_id: "task-1",
        task_url: "https://github.com/octo/app/copilot/tasks/task-1",
        task_name: "Update dependencies",
        repository: "octo/app",
        state: "completed",
        conclusion: "success",
        started: true,
        head_ref: "copilot/pr",
        base_ref: "develop",
        model: "gpt-5",
        pull_request_number: 42,
        pull_request_url: "https://github.com/octo/app/pull/42",
        pull_request_title: "Update",
        pull_request_state: "open",
        pull_request_draft: true,
        head_sha: "abc",
        changed_files: 5,
        commits: 3,
        session_count: 2,
        error_message: "Oh",
        ai_credits: 2,
        premium_requests: null,
        duration_seconds: 600,
      },
      settled: true,
      waitTimedOut: false,
      stillRunning: false,
      failure: null,
      nanoAiCredits: 2e9,
      ranAt: { from: NOW, to: NOW + 600_000 },
    });
  });

  it("has the task's branches where its changes are not known, and leaves the rest empty", () => {
    expect(reportOf({})).toMatchObject({
      head_ref: "copilot/fix",
      base_ref: "main",
      pull_request_number: null,
      pull_request_url: "",
      pull_request_title: "",
      pull_request_state: "",
      pull_request_draft: null,
      head_sha: "",
      changed_files: null,
      commits: null,
    });
  });

  it("has commits and files of a branch without a pull request", () => {
    const changes = { pullRequest: null, commits: 1, changedFiles: 2, headSha: "abc" };
    expect(reportOf({ changes })).toMatchObject({
      pull_request_number: null,
      pull_request_draft: null,
      changed_files: 2,
      commits: 1,
      head_sha: "abc",
    });
  });

  it("has no conclusion until the task may be taken to have ended", () => {
    expect(reportOf({ settled: false }).conclusion).toBe("");
    expect(reportOf({}, taskOf({ state: "thinking" })).conclusion).toBe("");
  });

  it("has no duration while the task is active", () => {
    expect(reportOf({}, taskOf({ updatedAt: NOW + 5000 })).duration_seconds).toBeNull();
    expect(reportOf({}, taskOf({ state: "idle", updatedAt: NOW + 5000 })).duration_seconds).toBe(5);
  });

  it("has the pull request's repository where only the task's ID was known", () => {
    expect(reportOf({ repository: "", changes: CHANGES }).repository).toBe("Octo/App");
    expect(reportOf({ repository: "" }).repository).toBe("");
  });

  it("counts the sessions where GitHub does not", () => {
    expect(reportOf({}, taskOf({ sessionCount: null, sessions: [sessionOf()] })).session_count).toBe(1);
    expect(reportOf({}, taskOf({ sessionCount: null, sessions: null })).session_count).toBeNull();
  });
});

describe("the run of a task", () => {
  const ranOf = (task: Parameters<typeof buildResult>[0], ending: Partial<ResultOptions> = {}) =>
    buildResult(task, { ...ENDING, ...ending });

  it("is from its creation to the end of its last session, or to its last update", () => {
    expect(ranOf(taskOf({ state: "idle", updatedAt: NOW + 5000 })).ranAt).toEqual({
      from: NOW,
      to: NOW + 5000,
    });
    expect(ranOf(taskOf({ updatedAt: null })).ranAt).toEqual({ from: NOW, to: NOW });
    expect(
      buildSkippedResult(ENDED, { repository: "octo/app", changes: null, reason: "Busy." }).ranAt,
    ).toEqual({
      from: NOW,
      to: NOW + 600_000,
    });
  });

  it("goes on until the task was last seen, where it has not ended", () => {
    const later = NOW + 900_000;
    const active = ranOf(taskOf({ updatedAt: NOW + 5000 }), { settled: false });
    expect(extendRun(active, later)).toEqual({ ...active, ranAt: { from: NOW, to: later } });
    const paused = ranOf(taskOf({ state: "idle" }), { settled: false });
    expect(extendRun(paused, later).ranAt?.to).toBe(later);
    const another = taskOf({ updatedAt: NOW });
    const skipped = buildSkippedResult(another, { repository: "octo/app", changes: null, reason: "Busy." });
    expect(extendRun(skipped, later).ranAt?.to).toBe(later);
  });

  it("stays as it is where the task has ended, was not seen, or this clock is slow", () => {
    const ended = ranOf(ENDED);
    expect(extendRun(ended, NOW + 900_000)).toBe(ended);
    const failed = buildFailedStart("octo/app", { code: "rejected", message: "No" });
    expect(extendRun(failed, NOW)).toBe(failed);
    const active = ranOf(taskOf({ updatedAt: NOW + 5000 }), { settled: false });
    expect(extendRun(active, NOW - 60_000)).toEqual(active);
  });
});

describe("what is reported of a task that was not seen", () => {
  it("is its ID, and why", () => {
    const { report, ...rest } = buildUnseenResult("task-9", "octo/app", {
      code: "unavailable",
      message: "Could not look.",
    });
    expect(report).toEqual({
      ...buildFailedStart("octo/app", { code: "unavailable", message: "Could not look." }).report,
      task_id: "task-9",
    });
    expect(rest).toEqual({
      settled: false,
      waitTimedOut: false,
      stillRunning: false,
      failure: "unavailable",
      nanoAiCredits: null,
      ranAt: null,
    });
  });
});

describe("what is reported of a start that failed", () => {
  it("is where, and why", () => {
    const { report, ...rest } = buildFailedStart("octo/app", {
      code: "forbidden",
      message: "Could not.",
    });
    expect(report).toMatchObject({
      repository: "octo/app",
      error: "Could not.",
      task_id: "",
      started: false,
    });
    expect(rest).toEqual({
      settled: false,
      waitTimedOut: false,
      stillRunning: false,
      failure: "forbidden",
      nanoAiCredits: null,
      ranAt: null,
    });
    expect(Object.keys(report).sort()).toEqual([...Object.keys(reportOf({})), "error"].sort());
  });
});
