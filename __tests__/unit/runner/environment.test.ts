import { describe, expect, it } from "@jest/globals";
import { isPublic, type JobContext, readRunner } from "../../../src/runner/environment.ts";
import { runnerOf } from "../../support/builders.ts";

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
      GITHUB_API_URL: "https://ghe.example/api/v3",
      GITHUB_EVENT_PATH: "/temp/_github_workflow/event.json",
      GITHUB_OUTPUT: "/temp/_runner_file_commands/set_output",
      GITHUB_STATE: "",
      GITHUB_REPOSITORY: "octo/app",
      GITHUB_REPOSITORY_ID: "5",
      GITHUB_RUN_ID: "7",
      GITHUB_WORKFLOW_REF: "octo/app/.github/workflows/a.yml@refs/heads/main",
      GITHUB_WORKSPACE: "/work",
      GITHUB_ACTION_REPOSITORY: "octo-org/agent-task-action",
      GITHUB_ACTION_REF: "v1.2",
      GITHUB_TRIGGERING_ACTOR: "hubot",
      GITHUB_ACTION_PATH: "/actions/agent",
      RUNNER_TEMP: "/temp",
    };
    expect(readRunner(env, { ...job, runAttempt: Number.NaN }).runAttempt).toBe(1);
    expect(readRunner(env, job)).toEqual({
      serverUrl: "https://ghe.example",
      apiUrl: "https://ghe.example/api/v3",
      ownFiles: ["/temp/_github_workflow/event.json", "/temp/_runner_file_commands/set_output"],
      repository: "octo/app",
      repositoryId: "5",
      runId: "7",
      runAttempt: 2,
      workflowRef: "octo/app/.github/workflows/a.yml@refs/heads/main",
      workflow: "A",
      job: "update",
      action: "agent",
      compositePath: "/actions/agent",
      temp: "/temp",
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
      apiUrl: "https://api.github.com",
      ownFiles: [],
      repository: "",
      repositoryId: "",
      runId: "",
      runAttempt: 1,
      workflowRef: "",
      workflow: "",
      job: "",
      action: "",
      compositePath: "",
      temp: "",
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
