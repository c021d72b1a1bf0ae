import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { isPublic, readRunner } from "../../../src/runner/environment.ts";
import { runnerOf } from "../../support/action-harness.ts";

describe("what the runner says", () => {
  it("is read from its variables", () => {
    const env = {
      GITHUB_SERVER_URL: "https://ghe.example//",
      GITHUB_REPOSITORY: "octo/app",
      GITHUB_RUN_ID: "7",
      GITHUB_RUN_ATTEMPT: "2",
      GITHUB_WORKFLOW_REF: "octo/app/.github/workflows/a.yml@refs/heads/main",
      GITHUB_WORKFLOW: "A",
      GITHUB_JOB: "update",
      GITHUB_ACTION: "agent",
      GITHUB_WORKSPACE: "/work",
      GITHUB_ACTION_REPOSITORY: "octo-org/agent-task-action",
      GITHUB_ACTION_REF: "v1.2",
      GITHUB_EVENT_NAME: "issues",
      GITHUB_TRIGGERING_ACTOR: "hubot",
    };
    expect(readRunner({ ...env, GITHUB_RUN_ATTEMPT: "first" }).runAttempt).toBe(1);
    expect(readRunner(env)).toEqual({
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
      event: {},
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
    expect(readRunner({})).toEqual(silent);
    expect(
      readRunner({ GITHUB_ACTION_REPOSITORY: "", GITHUB_ACTION_REF: "", GITHUB_SERVER_URL: "" }),
    ).toEqual(silent);
  });
});

describe("the event", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "runner-test-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const eventOf = (content: string) => {
    const file = join(folder, "event.json");
    writeFileSync(file, content);
    return readRunner({ GITHUB_EVENT_PATH: file }).event;
  };

  it("is read from its file", () => {
    expect(eventOf('{"repository": {"private": true}}')).toEqual({ repository: { private: true } });
  });

  it("is empty where it cannot be read", () => {
    expect(["", "[1]", "null", '"x"', "{"].map(eventOf)).toEqual([{}, {}, {}, {}, {}]);
    expect(readRunner({ GITHUB_EVENT_PATH: join(folder, "none.json") }).event).toEqual({});
  });

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
