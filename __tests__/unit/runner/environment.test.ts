import { describe, expect, it } from "@jest/globals";
import { isPublic, type JobContext, readRunner } from "../../../src/runner/environment.ts";
import { runnerOf } from "../../support/action-harness.ts";

describe("what the runner says", () => {
  const job: JobContext = {
    serverUrl: "https://ghe.example//",
    runAttempt: 2,
    workflow: "A",
    job: "update",
    action: "agent",
    eventName: "issues",
    payload: { action: "labeled" },
  };

  it("is read from the toolkit's context and from variables", () => {
    const env = {
      GITHUB_REPOSITORY: "octo/app",
      GITHUB_RUN_ID: "7",
      GITHUB_WORKFLOW_REF: "octo/app/.github/workflows/a.yml@refs/heads/main",
      GITHUB_WORKSPACE: "/work",
      GITHUB_ACTION_REPOSITORY: "octo-org/agent-task-action",
      GITHUB_ACTION_REF: "v1.2",
      GITHUB_TRIGGERING_ACTOR: "hubot",
    };
    expect(readRunner(env, { ...job, runAttempt: Number.NaN }).runAttempt).toBe(1);
    expect(readRunner(env, job)).toEqual({
      serverUrl: "https://ghe.example",
      repository: "octo/app",
      runId: "7",
      runAttempt: 2,
      workflowRef: "octo/app/.github/workflows/a.yml@refs/heads/main",
      workflow: "A",
      job: "update",
      action: "agent",
      workspace: "/work",
      actionRepository: "octo-org/agent-task-action",
      actionRef: "v1.2",
      eventName: "issues",
      triggeringActor: "hubot",
      event: { action: "labeled" },
    });
  });

  it("has sound values where it says nothing", () => {
    const silent = {
      serverUrl: "https://github.com",
      repository: "",
      runId: "",
      runAttempt: 1,
      workflowRef: "",
      workflow: "",
      job: "",
      action: "",
      workspace: "",
      actionRepository: "OWNER/agent-task-action",
      actionRef: "v1",
      eventName: "",
      triggeringActor: "",
      event: {},
    };
    const nothing = { serverUrl: "", runAttempt: Number.NaN, payload: {} };
    expect(readRunner({}, nothing)).toEqual(silent);
    expect(readRunner({ GITHUB_ACTION_REPOSITORY: "", GITHUB_ACTION_REF: "" }, nothing)).toEqual(silent);
  });
});

describe("the event", () => {
  it.each([
    [{ repository: { private: true } }, false],
    [{ repository: { private: false } }, true],
    [{ repository: { private: "true" } }, true],
    [{ repository: "octo/app" }, true],
    [{}, true],
  ])("says whether the run is public: %j", (event, expected) => {
    expect(isPublic(runnerOf({ event }))).toBe(expected);
  });
});
