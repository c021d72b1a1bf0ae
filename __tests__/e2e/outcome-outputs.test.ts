import { describe, expect, it } from "@jest/globals";
import type { FaultRule, PlannedPullRequest, TaskPlan } from "../../tools/simulator/scenario.ts";
import { existingTask, REPOSITORY, type TestScenario, tasksOf } from "../support/fixtures.ts";
import type { SimulatedRun } from "../support/run-dist.ts";
import { run as runDist } from "../support/run-dist.ts";
import { sampleDist } from "../support/run-sampled.ts";

const WAIT = { wait: "true", create_pull_request: "true" };

const ending = (state: string, pull_request?: PlannedPullRequest): TaskPlan => ({
  steps: [{ after_seconds: 90, state, ...(pull_request === undefined ? {} : { pull_request }) }],
});

/** The code, after checking that the entry in `tasks` has it too. */
function codeOf(step: SimulatedRun): string | undefined {
  const { error_code: code, tasks = "[]" } = step.outputs;
  const entries = JSON.parse(tasks === "" ? "[]" : tasks) as { error_code: string }[];
  for (const entry of entries) {
    expect(entry.error_code).toBe(code);
  }
  return code;
}

describe("the outputs about a pull request", () => {
  const { startTask } = sampleDist();
  const pulls = sampleDist();
  it.each([
    ["open", true],
    ["open", false],
    ["closed", false],
    ["merged", false],
  ] as const)("have its title, its state %s, draft %s and its newest commit", async (state, draft) => {
    const pull = { number: 42, title: "Fix **all** @octocat", state, draft, commits: 2, changed_files: 3 };
    const step = await pulls.startTask({ plans: [ending("completed", pull)] }, WAIT);
    const expected = {
      pull_request_title: "Fix **all** @octocat",
      pull_request_state: state,
      head_sha: expect.stringMatching(/^[\da-f]{40}$/),
    };
    expect(step.outputs).toMatchObject({ ...expected, pull_request_draft: String(draft), error_code: "" });
    expect(tasksOf(step)).toEqual([expect.objectContaining({ ...expected, pull_request_draft: draft })]);
    expect(step.summary).toContain("[#42 Fix \\*\\*all\\*\\* \\@\u2060octocat](<");
    expect(step.summary).toContain(draft ? ">) (draft) |" : `>) (${state}) |`);
  });

  it("have the newest commit of a branch without a pull request, without a further request", async () => {
    const plans: TaskPlan[] = [
      { steps: [{ after_seconds: 90, state: "completed", branch: { commits: 3, changed_files: 1 } }] },
    ];
    const { outputs, simulator } = await startTask({ plans }, { wait: "true" });
    expect(outputs).toMatchObject({
      head_sha: expect.stringMatching(/^[\da-f]{40}$/),
      commits: "3",
      pull_request_title: "",
      pull_request_state: "",
      pull_request_draft: "",
    });
    expect(simulator.requests.filter(({ kind }) => kind === "compare")).toHaveLength(1);
    expect(simulator.count("branch")).toBe(0);
  });

  const faults = sampleDist();
  it.each<[string, FaultRule["do"]]>([
    ["is rejected", { type: "forbidden" }],
    ["fails", { type: "html", status: 502 }],
  ])("are empty where the lookup %s", async (_what, fault) => {
    const scenario: TestScenario = {
      plans: [ending("completed", { number: 42, draft: true })],
      faults: [{ on: { kind: "graphql" }, do: fault }],
    };
    const { outputs } = await faults.startTask(scenario, WAIT);
    expect(outputs).toMatchObject({
      pull_request_title: "",
      pull_request_state: "",
      pull_request_draft: "",
      head_sha: "",
    });
  });

  it("forget what may have changed since an earlier lookup, where the last one fails", async () => {
    const early = { number: 42, draft: true, title: "Work", commits: 1, changed_files: 0 };
    const scenario: TestScenario = {
      plans: [
        {
          steps: [
            { after_seconds: 30, state: "in_progress", pull_request: early },
            {
              after_seconds: 300,
              state: "completed",
              pull_request: { ...early, draft: false, changed_files: 4 },
            },
          ],
        },
      ],
      faults: [{ on: { kind: "graphql", from_second: 200 }, do: { type: "html", status: 502 } }],
    };
    const { outputs, exitCode, stdout } = await startTask(scenario, { ...WAIT, fail_on: "no_changes" });
    expect(outputs).toMatchObject({
      pull_request_number: "42",
      pull_request_title: "Work",
      pull_request_state: "",
      pull_request_draft: "",
      head_sha: "",
      changed_files: "",
    });
    expect(stdout).toContain("Outputs such as head_sha and commits are empty.");
    expect(stdout).not.toContain("settled without changing a file");
    expect(exitCode).toBe(0);
  });

  it("are unknown where an answer has no state, and if_active starts nothing then", async () => {
    const line = `Started by GitHub Actions: https://github.com/${REPOSITORY}/actions/runs/6/attempts/1 (key ".github/workflows/nightly.yml:update", step "agent", repository "${REPOSITORY}", start 11111111-2222-4333-8444-555555555555)`;
    const scenario: TestScenario = {
      existing: [
        existingTask({
          prompt: `Update the dependencies.\n\n${line}`,
          create_pull_request: true,
          steps: [{ after_seconds: 0, state: "completed", pull_request: { number: 42 } }],
        }),
      ],
      faults: [
        {
          on: { kind: "graphql" },
          do: {
            type: "wrong_json",
            body: { data: { nodes: [{ number: 42, url: "https://github.com/octo/app/pull/42" }] } },
          },
        },
      ],
    };
    const step = await startTask(scenario, { if_active: "skip", active_until: "pull_request_closed" });
    expect(step.simulator.startedTasks).toHaveLength(0);
    expect(step.stdout).toContain("Could not find out whether the pull request of task");
    expect(codeOf(step)).toBe("indeterminate");
    expect(step.exitCode).toBe(1);
  });
});

describe("the output error_code", () => {
  const { run, startTask, readStatus } = sampleDist();
  const codes = sampleDist();
  it.each<[string, TestScenario]>([
    ["bad_credentials", { faults: [{ on: { kind: "start" }, do: { type: "unauthorized" } }] }],
    ["copilot_plan_required", { user: { copilot: "plan_required" } }],
    ["quota_exceeded", { user: { copilot: "quota_used_up" } }],
    ["forbidden", { user: { agent_tasks: "read" } }],
    ["not_found", { repository: { agent: "disabled" } }],
    [
      "rejected",
      {
        faults: [
          { on: { kind: "start" }, do: { type: "unprocessable", message: "model x", field: "model" } },
        ],
      },
    ],
    [
      "rate_limited",
      { faults: [{ on: { kind: "start" }, do: { type: "rate_limited_429", retry_after: 3600 } }] },
    ],
    ["indeterminate", { faults: [{ on: { kind: ["start", "list"] }, do: { type: "error_500_before" } }] }],
  ])("is %s for such a start", async (code, scenario) => {
    const step = await codes.startTask(scenario, WAIT);
    expect(codeOf(step)).toBe(code);
    expect(step.exitCode).toBe(1);
    expect(tasksOf(step)).toHaveLength(1);
    expect(step.outputs.task_ids).toBe("[]");
  });

  const states = sampleDist();
  it.each([
    ["failed", "task_failed"],
    ["timed_out", "task_timed_out"],
    ["cancelled", "task_cancelled"],
    ["waiting_for_user", "action_required"],
    ["completed", ""],
    ["in_progress", "wait_timeout"],
  ])("of a task that is %s is %j, also with fail_on: none", async (state, code) => {
    const scenario = { plans: [ending(state, { number: 42, changed_files: 2 })] };
    const step = await states.startTask(scenario, { ...WAIT, timeout_minutes: "10", fail_on: "none" });
    expect(codeOf(step)).toBe(code);
    expect(step.exitCode).toBe(0);
    expect(JSON.parse(step.outputs.task_ids ?? "")).toEqual([step.outputs.task_id]);
  });

  it("is invalid_input where an input is not allowed, before any request", async () => {
    for (const inputs of [{ token: "" }, { prompt: "" }, { wait: "perhaps" }, { repository: "[]" }]) {
      const { outputs, exitCode, simulator } = await startTask({}, inputs);
      expect([outputs.error_code, exitCode, simulator.requests.length]).toEqual(["invalid_input", 1, 0]);
    }
    const { outputs } = await readStatus({}, { task_id: "a b" });
    expect(outputs.error_code).toBe("invalid_input");
  });

  it("is trigger_refused for each repository where nobody may trigger the run", async () => {
    const step = await run(
      { repository: { permissions: { rita: "read" } }, repositories: { [REPOSITORY]: {}, "octo/web": {} } },
      {
        with: { repository: `${REPOSITORY}, octo/web` },
        github: { event_name: "issues", triggering_actor: "rita" },
        event: { repository: { private: true }, sender: { login: "rita", type: "User" } },
      },
    );
    expect(step.simulator.startedTasks).toHaveLength(0);
    expect(codeOf(step)).toBe("trigger_refused");
    expect(tasksOf(step)).toHaveLength(2);
  });

  it("is no_open_pull_request where head_ref has none", async () => {
    const step = await startTask({ workflow: { pulls: "read" } }, { head_ref: "gone", base_ref: "main" });
    expect(codeOf(step)).toBe("no_open_pull_request");
  });

  it("is the worst of several, and that of each in tasks", async () => {
    const names = ["octo/a", "octo/b", "octo/c"];
    const step = await startTask(
      {
        repositories: Object.fromEntries(names.map((name) => [name, { private: true }])),
        plans: [ending("failed"), ending("completed", { number: 1, changed_files: 1 })],
        faults: [{ on: { kind: "start", repository: "octo/b" }, do: { type: "forbidden" } }],
      },
      { ...WAIT, repository: names.join("\n") },
    );
    const entries = JSON.parse(step.outputs.tasks ?? "") as { error_code: string }[];
    expect(entries.map(({ error_code }) => error_code)).toEqual(["task_failed", "forbidden", ""]);
    expect(step.outputs.error_code).toBe("forbidden");
    expect(JSON.parse(step.outputs.task_ids ?? "")).toHaveLength(2);
    expect(step.summary).toContain("starts 2 new tasks. It follows the other one");
  });

  it("is step_cancelled where the step is cancelled while it waits, with the task's ID", async () => {
    const step = await runDist(
      { plans: [ending("completed")] },
      {
        with: { ...WAIT, poll_interval_seconds: "1" },
        onRequest: ({ kind }, kill) => kind === "get" && kill("SIGINT"),
      },
    );
    expect(step.exitCode).toBe(130);
    expect(codeOf(step)).toBe("step_cancelled");
    expect(JSON.parse(step.outputs.task_ids ?? "")).toEqual([step.simulator.startedTasks[0]?.id]);
    expect(step.summary).not.toContain("Re-run");
  });

  it("is that of the failure where status does not get a task", async () => {
    expect(codeOf(await readStatus({}, { task_id: "no-such-task" }))).toBe("not_found");
    const step = await readStatus(
      { faults: [{ on: { kind: "get" }, do: { type: "html", status: 502 } }] },
      { task_id: "no-such-task" },
    );
    expect(codeOf(step)).toBe("unavailable");
  });
});

describe("the summary", () => {
  const { startTask, runInTurn } = sampleDist();
  const failing = (error: string): TaskPlan => ({ steps: [{ after_seconds: 90, state: "failed", error }] });

  it("of one task that failed has its error and the next step above the table, and the re-run does what it says", async () => {
    const scenario = { plans: [failing("The build broke."), ending("completed", { number: 42 })] };
    const [first, again] = await runInTurn(scenario, [
      { with: WAIT },
      { with: WAIT, github: { run_attempt: "2" } },
    ]);
    const summary = first?.summary ?? "";
    expect(summary).toMatch(
      /^### ❌ Agent task: failure\n\nThe agent reported: The build broke\.\n\n\*\*Next:\*\* .*\*Re-run failed jobs\* starts a new task\.\n\nThe task has changed no files\.\n\n\| Repository/,
    );
    expect(again?.outputs).toMatchObject({ started: "true", conclusion: "success" });
    expect(again?.simulator.startedTasks).toHaveLength(2);
    expect(again?.summary).not.toContain("Re-run");
  });

  it("after a wait that ended says that a re-run follows the task, and it does", async () => {
    const inputs = { ...WAIT, timeout_minutes: "1" };
    const [first, again] = await runInTurn({ plans: [ending("completed", { number: 42 })] }, [
      { with: inputs },
      { with: { ...inputs, timeout_minutes: "9" }, github: { run_attempt: "2" } },
    ]);
    expect(first?.summary).toContain("*Re-run failed jobs* follows the task, and starts no second one.");
    expect(again?.outputs).toMatchObject({ started: "false", conclusion: "success" });
    expect(again?.simulator.startedTasks).toHaveLength(1);
  });

  const cases = sampleDist();
  it.each<[string, TestScenario, Record<string, string>]>([
    ["a task waits for a person", { plans: [ending("waiting_for_user")] }, {}],
    [
      "GitHub rejects the start",
      { faults: [{ on: { kind: "start" }, do: { type: "unprocessable", message: "No" } }] },
      {},
    ],
    [
      "a task may have been started",
      { faults: [{ on: { kind: ["start", "list"] }, do: { type: "error_500_before" } }] },
      {},
    ],
    ["the tasks have no trace", { plans: [failing("Oh.")] }, { trace: "false" }],
    ["the step does not fail", { plans: [failing("Oh.")] }, { fail_on: "none" }],
  ])("names no re-run where %s", async (_what, scenario, inputs) => {
    const { summary } = await cases.startTask(scenario, { ...WAIT, ...inputs });
    expect(summary).not.toContain("Re-run");
  });

  it("has a chart only of what was waited for, folded away from 13 bars on", async () => {
    const fanOut = (count: number, inputs: Record<string, string>) => {
      const names = Array.from({ length: count }, (_, n) => `octo/app-${n}`);
      return startTask(
        {
          repositories: Object.fromEntries(names.map((name) => [name, { private: true }])),
          plans: [ending("completed")],
        },
        { repository: names.join("\n"), ...inputs },
      );
    };
    const [few, many, unwaited] = [
      await fanOut(3, { wait: "true" }),
      await fanOut(13, { wait: "true" }),
      await fanOut(3, {}),
    ];
    expect(few.summary).toContain("\n\n```mermaid\n%%{init: {");
    expect(few.summary).not.toContain("<details><summary>Chart");
    expect(many.summary).toContain("<details><summary>Chart of 13 task runs</summary>\n\n```mermaid\n");
    expect(unwaited.summary).not.toContain("mermaid");
  });
});
