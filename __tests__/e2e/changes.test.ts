import { describe, expect, it } from "@jest/globals";
import type { PlannedBranch, TaskPlan } from "../../tools/simulator/scenario.ts";
import { existingTask, type TestScenario } from "../support/fixtures.ts";
import { readStatus, startTask } from "../support/run-dist.ts";
import { sampleDist } from "../support/run-sampled.ts";

const WAIT = { wait: "true" };
const FAIL = { ...WAIT, fail_on: "no_changes" };

const ending = (step: Omit<TaskPlan["steps"][number], "after_seconds">): TestScenario => ({
  plans: [{ steps: [{ after_seconds: 60, state: "completed", ...step }] }],
});
const withoutBranch = (missing: PlannedBranch["missing"]) =>
  ending({ branch: { ...(missing ? { missing } : {}) } });

describe("a task whose branch does not exist", () => {
  const branches = sampleDist();
  it.each(["named", "deleted"] as const)("has changed nothing: %s", async (missing) => {
    const { exitCode, outputs, stdout } = await branches.startTask(withoutBranch(missing), FAIL);
    expect(outputs).toMatchObject({
      conclusion: "success",
      commits: "0",
      changed_files: "0",
      pull_request_number: "",
    });
    expect(stdout).not.toContain("Pull request not looked up");
    expect(stdout).toContain("::error title=Agent task without changes::");
    expect(exitCode).toBe(1);
  });

  it("has changed nothing for the status action too", async () => {
    const existing = existingTask({
      steps: [{ after_seconds: 0, state: "completed", branch: { missing: "named" } }],
    });
    const { outputs, stdout } = await readStatus({ existing: [existing] }, { task_id: "earlier-task" });
    expect(outputs).toMatchObject({ commits: "0", changed_files: "0" });
    expect(stdout).toContain("::warning title=No changes::");
  });

  const unseen = sampleDist();
  it.each<[string, TestScenario]>([
    ["no token sees the repository", { workflow: { repositories: [] } }],
    ["no token may read contents", { workflow: { contents: "none" } }],
    [
      "no token may look for a pull request",
      { faults: [{ on: { kind: "graphql" }, do: { type: "forbidden" } }] },
    ],
    [
      "the branch is not found for another reason",
      { faults: [{ on: { kind: "branch" }, do: { type: "not_found" } }] },
    ],
  ])("is not known to have changed nothing if %s", async (_what, scenario) => {
    const { exitCode, outputs, stdout } = await unseen.startTask(
      { ...withoutBranch("named"), ...scenario },
      FAIL,
    );
    expect(outputs).toMatchObject({ commits: "", changed_files: "" });
    expect(stdout).toContain("::warning title=Pull request not looked up::");
    expect(exitCode).toBe(0);
  });

  const closed = sampleDist();
  it.each(["closed", "merged"] as const)("has the changes of a %s pull request from it", async (state) => {
    const scenario: TestScenario = {
      ...ending({ branch: { head_ref: "copilot/done", missing: "deleted" } }),
      repository: { pulls: [{ number: 9, head_ref: "copilot/done", state, commits: 2, changed_files: 3 }] },
    };
    const { exitCode, outputs } = await closed.startTask(scenario, FAIL);
    expect(outputs).toMatchObject({ pull_request_number: "9", commits: "2", changed_files: "3" });
    expect(exitCode).toBe(0);
  });
});

describe("a task with an empty commit", () => {
  const empty = sampleDist();
  it.each<[string, TestScenario, Record<string, string>]>([
    ["on a branch", ending({ branch: { commits: 1, changed_files: 0 } }), {}],
    [
      "in a pull request",
      ending({ pull_request: { number: 7, commits: 1, changed_files: 0 } }),
      { create_pull_request: "true" },
    ],
  ])("has changed nothing %s", async (_where, scenario, inputs) => {
    const { exitCode, outputs, stdout } = await empty.startTask(scenario, { ...FAIL, ...inputs });
    expect(outputs).toMatchObject({ conclusion: "success", commits: "1", changed_files: "0" });
    expect(stdout).toContain("::error title=Agent task without changes::");
    expect(exitCode).toBe(1);
  });

  it("is not known to have changed nothing if GitHub does not list the files", async () => {
    const body = { total_commits: 1 };
    const { exitCode, outputs } = await startTask(
      {
        ...ending({ branch: { commits: 1, changed_files: 0 } }),
        faults: [{ on: { kind: "compare" }, do: { type: "wrong_json", body } }],
      },
      FAIL,
    );
    expect(outputs).toMatchObject({ commits: "1", changed_files: "" });
    expect(exitCode).toBe(0);
  });
});

describe("a branch with refs/heads/ before its name", () => {
  const { startTask } = sampleDist();
  const pulls = [{ number: 5, head_ref: "fix", base_ref: "main", commits: 1, changed_files: 1 }];
  const refs = { base_ref: "refs/heads/main", head_ref: "refs/heads/fix" };

  it("is the branch of that name, in the request and in the pull request to continue", async () => {
    const scenario: TestScenario = {
      ...ending({ pull_request: { commits: 2, changed_files: 2 } }),
      repository: { pulls, branches: { fix: { commits: 1, changed_files: 1 } } },
    };
    const { exitCode, outputs, simulator, stdout } = await startTask(scenario, { ...WAIT, ...refs });
    expect(exitCode).toBe(0);
    expect(simulator.startedTasks[0]?.body).toMatchObject({ base_ref: "main", head_ref: "fix" });
    expect(outputs).toMatchObject({ head_ref: "fix", base_ref: "main", pull_request_number: "5" });
    expect(stdout).not.toContain("Another branch");
  });

  it("is recognised in a task without a trace, however GitHub writes it", async () => {
    const session = {
      id: "s",
      state: "completed",
      created_at: "2026-11-23T08:01:00Z",
      prompt: "Update the dependencies.",
    };
    const refs = { head_ref: "refs/heads/copilot/x", base_ref: "refs/heads/main" };
    const scenario: TestScenario = {
      faults: [
        { on: { kind: "start", nth: 1 }, do: { type: "reset_after" } },
        { on: { kind: "get" }, do: { type: "reshaped", replace: { sessions: [{ ...session, ...refs }] } } },
      ],
    };
    const inputs = { base_ref: "main", trace: "false" };
    const { outputs, simulator } = await startTask(scenario, inputs);
    expect(simulator.startedTasks).toHaveLength(1);
    expect(outputs).toMatchObject({ started: "true", base_ref: "main", head_ref: "copilot/x" });
  });
});
