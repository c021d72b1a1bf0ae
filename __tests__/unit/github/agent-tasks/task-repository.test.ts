import { describe, expect, it } from "@jest/globals";
import { getTaskRepository } from "../../../../src/github/agent-tasks/task.ts";

const SERVER = "https://github.com";

describe("the repository in a task's address", () => {
  it.each([
    ["https://github.com/octocat/hello-world/copilot/tasks/a1", "octocat/hello-world"],
    ["https://github.com/o_c.t/h_w.x/copilot/tasks/a1/", "o_c.t/h_w.x"],
    ["https://github.com:443/octo/app/copilot/tasks/a1?x#y", "octo/app"],
  ])("is in %s", (htmlUrl, expected) => {
    expect(getTaskRepository({ htmlUrl }, SERVER)).toBe(expected);
  });

  it.each([
    "",
    "octo/app/copilot/tasks/a1",
    "http://github.com/octo/app/copilot/tasks/a1",
    "https://github.com.evil.test/octo/app/copilot/tasks/a1",
    "https://evil.test/octo/app/copilot/tasks/a1",
    "https://user@github.com/octo/app/copilot/tasks/a1",
    "https://github.com/copilot/tasks/a1",
    "https://github.com/octo/app/pull/1",
    "https://github.com/octo/copilot/tasks/a1",
    "https://github.com/octo/%3Cb%3E/copilot/tasks/a1",
    "https://github.com/octo/../copilot/tasks/a1",
  ])("is not in %j", (htmlUrl) => {
    expect(getTaskRepository({ htmlUrl }, SERVER)).toBe("");
  });

  it("is that of the configured server alone", () => {
    const htmlUrl = "https://octo.ghe.com/octo/app/copilot/tasks/a1";
    expect(getTaskRepository({ htmlUrl }, "https://octo.ghe.com")).toBe("octo/app");
    expect(getTaskRepository({ htmlUrl }, SERVER)).toBe("");
  });
});
