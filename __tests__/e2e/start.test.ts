import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { Fault, TaskPlan } from "../../tools/simulator/scenario.ts";
import {
  REPOSITORY,
  SUCCESSFUL,
  type TestScenario,
  USER_TOKEN,
  WORKFLOW_TOKEN,
} from "../support/fixtures.ts";
import { CLOSED_ADDRESS, run as runDist } from "../support/run-dist.ts";
import { sampleDist } from "../support/run-sampled.ts";

const WAIT = { wait: "true" };

function planOf(state: string, changes: Partial<TaskPlan["steps"][number]> = {}): TaskPlan {
  return {
    steps: [
      { after_seconds: 0, state: "in_progress" },
      { after_seconds: 30, state, ...changes },
    ],
  };
}

describe("the request", () => {
  const { run, startTask } = sampleDist();
  it("has GitHub's headers, create_pull_request, and only the other fields that are set", async () => {
    const { simulator, exitCode } = await startTask({}, { trace: "false" });
    const [request] = simulator.requests;
    expect(exitCode).toBe(0);
    expect(simulator.requests).toHaveLength(1);
    expect(request).toMatchObject({ method: "POST", path: `/agents/repos/${REPOSITORY}/tasks` });
    expect(request?.headers).toMatchObject({
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
      authorization: `Bearer ${USER_TOKEN}`,
    });
    expect(request?.body).toEqual({ prompt: "Update the dependencies.", create_pull_request: false });
  });

  it("has every field that is set", async () => {
    const { simulator } = await startTask(
      { repository: { pulls: [{ number: 7, head_ref: "fix" }] } },
      {
        trace: "false",
        base_ref: "main",
        head_ref: "fix",
        model: "gpt-5",
        custom_agent: "tester",
        create_pull_request: "true",
      },
    );
    expect(simulator.startedTasks[0]?.body).toEqual({
      prompt: "Update the dependencies.",
      base_ref: "main",
      head_ref: "fix",
      model: "gpt-5",
      custom_agent: "tester",
      create_pull_request: true,
    });
  });

  it("omits the model auto", async () => {
    const { simulator } = await startTask({}, { model: "auto" });
    expect(simulator.requests[0]?.body).not.toHaveProperty("model");
  });

  it("ends the prompt with a trace: the run, the key and a start ID", async () => {
    const { simulator } = await run({});
    const lines = simulator.startedTasks[0]?.body.prompt.split("\n");
    expect(lines?.slice(0, -1)).toEqual(["Update the dependencies.", ""]);
    expect(lines?.at(-1)).toMatch(
      /^Started by GitHub Actions: https:\/\/github\.com\/octo\/app\/actions\/runs\/7000000001\/attempts\/1 \(key "\.github\/workflows\/nightly\.yml:update", step "agent", repository "octo\/app", start [0-9a-f-]{36}\)$/,
    );
  });

  it("has the prompt of a file in the workspace", async () => {
    const workspace = mkdtempSync(join(tmpdir(), "workspace-"));
    try {
      mkdirSync(join(workspace, "prompts"));
      writeFileSync(join(workspace, "prompts/update.md"), "Update *everything*. ✓\n");
      const step = { workspace, with: { prompt: "", prompt_file: "prompts/update.md", trace: "false" } };
      const { simulator } = await run({}, step);
      expect(simulator.startedTasks[0]?.body.prompt).toBe("Update *everything*. ✓\n");
    } finally {
      rmSync(workspace, { recursive: true });
    }
  });
});

describe("a step that does not wait", () => {
  const { run } = sampleDist();
  it("succeeds, and reports what it knows", async () => {
    const { exitCode, outputs, simulator, summary } = await run({ plans: [SUCCESSFUL] });
    expect(exitCode).toBe(0);
    expect(simulator.requests.map(({ kind }) => kind)).toEqual(["start"]);
    expect(outputs).toMatchObject({
      task_id: simulator.startedTasks[0]?.id,
      repository: REPOSITORY,
      state: "queued",
      started: "true",
      conclusion: "",
      wait_timed_out: "false",
      duration_seconds: "",
    });
    expect(JSON.parse(outputs.counts ?? "")).toMatchObject({ pending: 1, success: 0, not_started: 0 });
    expect(summary).toContain("Agent task: running");
  });

  it("writes the ID and the URL before the first poll", async () => {
    const { outputs, simulator, exitCode } = await runDist(
      { faults: [{ on: { kind: "get" }, do: { type: "stall_before" } }] },
      { with: WAIT, onRequest: ({ kind }, kill) => kind === "get" && kill("SIGKILL") },
    );
    expect(exitCode).toBeNull();
    expect(outputs.task_id).toBe(simulator.startedTasks[0]?.id);
    expect(outputs.task_url).toContain(String(outputs.task_id));
  });
});

describe("waiting until a task settles", () => {
  const { startTask } = sampleDist();
  it("sets every output for a task that ends with a pull request", async () => {
    const { exitCode, outputs, stdout, simulator } = await startTask(
      { plans: [SUCCESSFUL] },
      { ...WAIT, create_pull_request: "true" },
    );
    const id = simulator.startedTasks[0]?.id;
    expect(exitCode).toBe(0);
    const { tasks, counts, ...single } = outputs;
    expect(single).toEqual({
      task_id: id,
      task_url: `https://github.com/octo/app/copilot/tasks/${id}`,
      task_name: "Update dependencies",
      repository: REPOSITORY,
      state: "completed",
      conclusion: "success",
      started: "true",
      head_ref: "copilot/task-1",
      base_ref: "main",
      model: "gpt-5",
      pull_request_number: "42",
      pull_request_url: "https://github.com/octo/app/pull/42",
      pull_request_title: "Update dependencies",
      pull_request_state: "open",
      pull_request_draft: "false",
      head_sha: expect.stringMatching(/^[\da-f]{40}$/),
      changed_files: "5",
      commits: "3",
      session_count: "1",
      error_message: "",
      error_code: "",
      task_ids: JSON.stringify([id]),
      ai_credits: "12.3",
      premium_requests: "",
      duration_seconds: "600",
      wait_timed_out: "false",
    });
    expect(JSON.parse(tasks ?? "")).toEqual([
      expect.objectContaining({ task_id: id, pull_request_number: 42, commits: 3, premium_requests: null }),
    ]);
    expect(JSON.parse(counts ?? "")).toMatchObject({ success: 1, failure: 0, pending: 0, not_started: 0 });
    expect(JSON.stringify(outputs)).not.toContain("Update the dependencies.");

    const log = stdout.replace(/^::debug::.*\n/gm, "");
    expect(log).toMatch(/^0 s: queued$/m);
    expect(log).toMatch(/^2\d s: queued → in_progress$/m);
    expect(log).toMatch(/^2 min \d+ s: pull request #42: https:\/\/github\.com\/octo\/app\/pull\/42$/m);
    expect(log).toMatch(/^5 min: still in_progress$/m);
    expect(log).toMatch(/^10 min( \d+ s)?: in_progress → completed$/m);
    expect(log.split("\n").length).toBeLessThan(20);
  });

  it("polls with If-None-Match, less often as time goes by", async () => {
    const { simulator } = await startTask({ plans: [SUCCESSFUL] }, WAIT);
    const gets = simulator.requests.filter(({ kind }) => kind === "get");
    expect(gets[0]?.headers).not.toHaveProperty("if-none-match");
    expect(gets.slice(1).every(({ headers }) => headers["if-none-match"] !== undefined)).toBe(true);
    expect(gets.filter(({ status }) => status === 304).length).toBeGreaterThan(40);
    const gaps = gets.slice(1).map(({ at }, i) => at - (gets[i]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(22_000);
    expect(gaps.at(-1)).toBeGreaterThan(18_000);
  });

  it("polls without ETags as well", async () => {
    const scenario = { plans: [SUCCESSFUL], assumptions: { etags: false } };
    const { simulator, outputs } = await startTask(scenario, WAIT);
    expect(outputs.conclusion).toBe("success");
    expect(simulator.requests.every(({ headers }) => headers["if-none-match"] === undefined)).toBe(true);
  });

  const states = sampleDist();
  it.each([
    ["completed", {}, "success", 0],
    ["failed", { error: "no space left" }, "failure", 1],
    ["timed_out", {}, "timed_out", 1],
    ["cancelled", {}, "cancelled", 1],
    ["waiting_for_user", {}, "action_required", 1],
    ["idle", { branch: { commits: 2, changed_files: 1 } }, "success", 0],
    ["idle", {}, "neutral", 0],
  ] as const)("reports the state %s with %j as %s", async (state, more, conclusion, status) => {
    const { exitCode, outputs } = await states.startTask({ plans: [planOf(state, more)] }, WAIT);
    expect(outputs).toMatchObject({ state, conclusion });
    expect(exitCode).toBe(status);
  });

  it("counts a paused task as settled only after 60 s without a change", async () => {
    const plan = { steps: [...planOf("idle").steps, { after_seconds: 70, state: "completed" }] };
    const { outputs } = await startTask({ plans: [plan] }, WAIT);
    expect(outputs).toMatchObject({ state: "completed", conclusion: "success" });
  });

  it("keeps waiting in an unknown state, and warns once", async () => {
    const plan: TaskPlan = {
      steps: [
        { after_seconds: 0, state: "reticulating" },
        { after_seconds: 60, state: "completed" },
      ],
    };
    const { outputs, stdout } = await startTask({ plans: [plan] }, WAIT);
    expect(outputs.conclusion).toBe("success");
    expect(stdout.match(/::warning title=Unknown task state::.*"reticulating"/g)).toHaveLength(1);
  });

  const shapes = sampleDist();
  it.each([
    ["only id, state and created_at", { minimal: true }],
    ["an answer wrapped in {task: …}", { wrapped: true }],
    ["no updated_at", { omit: ["updated_at"] }],
  ])("works with %s", async (_what, more) => {
    const plan: TaskPlan = { ...planOf("idle"), ...more };
    const { exitCode, outputs, simulator } = await shapes.startTask({ plans: [plan] }, WAIT);
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({
      task_id: simulator.startedTasks[0]?.id,
      state: "idle",
      conclusion: "neutral",
    });
  });

  it("works with integers beyond 2^53", async () => {
    const plan = planOf("completed", { pull_request: { number: 42, id: "9007199254740993123", commits: 1 } });
    const scenario = { plans: [plan], repository: { id: "9007199254740993125" } };
    const { exitCode, outputs } = await startTask(scenario, {
      ...WAIT,
      create_pull_request: "true",
    });
    expect(exitCode).toBe(0);
    expect(outputs.pull_request_number).toBe("42");
  });

  it("adds up the cost of the sessions, in both formats", async () => {
    const plan: TaskPlan = {
      steps: [
        { after_seconds: 0, state: "in_progress", usage: { type: "ai_credits", amount: 1_060_000_000 } },
        { after_seconds: 20, new_session: true, usage: { type: "premium_requests", credits: 1.5 } },
        {
          after_seconds: 40,
          new_session: true,
          state: "completed",
          usage: { type: "ai_credits", credits: 2_000_000_000 },
        },
      ],
    };
    const { outputs } = await startTask({ plans: [plan] }, WAIT);
    expect(outputs).toMatchObject({ ai_credits: "3.1", premium_requests: "1.5", session_count: "3" });
  });

  it("fails on a timeout, and says how to resume waiting", async () => {
    const { exitCode, outputs, stdout, summary } = await startTask(
      { plans: [SUCCESSFUL] },
      { ...WAIT, timeout_minutes: "1.5" },
    );
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ conclusion: "", wait_timed_out: "true", state: "in_progress" });
    expect(stdout).toContain("::error title=Waiting timed out::");
    for (const text of [stdout, summary]) {
      expect(text).toContain("- uses: octo-org/agent-task-action/status@v1");
      expect(text).toContain(`    task_id: ${outputs.task_id}`);
    }
  });

  it("succeeds on a timeout if fail_on does not name wait_timeout", async () => {
    const { exitCode, outputs } = await startTask(
      { plans: [SUCCESSFUL] },
      { ...WAIT, timeout_minutes: "1.5", fail_on: "failure" },
    );
    expect(exitCode).toBe(0);
    expect(outputs.wait_timed_out).toBe("true");
  });

  it("waits only for the pull request with wait: pull_request", async () => {
    const { exitCode, outputs } = await startTask(
      { plans: [SUCCESSFUL] },
      { wait: "pull_request", create_pull_request: "true" },
    );
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({
      state: "in_progress",
      conclusion: "",
      pull_request_number: "42",
      wait_timed_out: "false",
    });
  });

  it("survives an outage that is shorter than the timeout, and logs it in two lines", async () => {
    const { exitCode, outputs, stdout } = await startTask(
      {
        plans: [SUCCESSFUL],
        faults: [{ on: { kind: "get", from_second: 60, to_second: 400 }, do: { type: "html", status: 502 } }],
      },
      WAIT,
    );
    expect(exitCode).toBe(0);
    expect(outputs.conclusion).toBe("success");
    expect(stdout.match(/^Polling failed, retrying: HTTP 502$/gm)).toHaveLength(1);
    expect(stdout.match(/GitHub is responding again$/gm)).toHaveLength(1);
    expect(stdout).toContain("still in_progress; last poll failed: HTTP 502");
  });

  it("fails once the token has been rejected for a minute, with the ID in the outputs", async () => {
    const { exitCode, outputs, stdout, simulator } = await startTask(
      { plans: [SUCCESSFUL], user: { valid_seconds: 60 } },
      WAIT,
    );
    expect(exitCode).toBe(1);
    expect(outputs.task_id).toBe(simulator.startedTasks[0]?.id);
    expect(stdout).toContain("The token stopped working.");
    const rejected = simulator.requests.filter(({ kind, status }) => kind === "get" && status === 401);
    const [first, last] = [rejected[0]?.at ?? 0, rejected.at(-1)?.at ?? 0];
    expect(rejected.length).toBeGreaterThanOrEqual(3);
    expect(last - first).toBeGreaterThanOrEqual(60_000);
    expect(last - first).toBeLessThan(120_000);
  });
});

describe("the pull request", () => {
  const { run, startTask } = sampleDist();
  const ended = planOf("completed", {
    pull_request: { number: 42, draft: true, commits: 2, changed_files: 3 },
  });
  const step = { with: { ...WAIT, create_pull_request: "true" } };

  const globalIds = sampleDist();
  it.each(["present", "empty", "absent"] as const)("is found with its GraphQL ID %s", async (global_id) => {
    const { outputs, summary } = await globalIds.run({ plans: [ended], assumptions: { global_id } }, step);
    expect(outputs).toMatchObject({ pull_request_number: "42", commits: "2", changed_files: "3" });
    expect(summary).toContain(
      "[#42 Update the dependencies.](<https://github.com/octo/app/pull/42>) (draft)",
    );
  });

  it("is looked up with token if github_token does not see the repository", async () => {
    const workflow = { repositories: ["octo/other"] };
    const { outputs } = await run({ plans: [ended], workflow, user: { pulls: "read" } }, step);
    expect(outputs.pull_request_number).toBe("42");
  });

  it("causes a warning, but no failure, if no token may see it", async () => {
    const { exitCode, outputs, stdout } = await run({ plans: [ended], workflow: { pulls: "none" } }, step);
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ conclusion: "success", pull_request_number: "", commits: "" });
    expect(stdout).toMatch(/::warning title=Pull request not looked up::.*pull-requests: read/);
  });

  it("is not needed to count the commits of a branch", async () => {
    const plan = planOf("completed", { branch: { commits: 4, changed_files: 2 } });
    const { outputs, simulator } = await startTask({ plans: [plan] }, WAIT);
    expect(outputs).toMatchObject({ pull_request_number: "", commits: "4", changed_files: "2" });
    expect(simulator.count("compare")).toBe(1);
  });

  it("causes a warning if it is missing and there is no branch, or a failure with no_changes", async () => {
    const scenario = { plans: [planOf("completed")] };
    const kept = await startTask(scenario, WAIT);
    expect(kept.exitCode).toBe(0);
    expect(kept.outputs).toMatchObject({ conclusion: "success", commits: "0", changed_files: "0" });
    expect(kept.stdout).toContain("::warning title=No changes::");
    const failed = await startTask(scenario, { ...WAIT, fail_on: "no_changes" });
    expect(failed.exitCode).toBe(1);
  });
});

describe("a start that fails", () => {
  const { run, startTask } = sampleDist();
  const limits = sampleDist();
  it.each<[string, Fault]>([
    ["429", { type: "rate_limited_429", retry_after: 20 }],
    ["a secondary limit", { type: "secondary_limit_403", retry_after: 20 }],
    ["the primary limit", { type: "primary_limit_403", reset_in: 120 }],
  ])("is sent again after %s, not earlier than GitHub asks", async (_what, fault) => {
    const { exitCode, simulator, stdout } = await limits.run({
      faults: [{ on: { kind: "start", nth: 1 }, do: fault }],
    });
    const [first, second] = simulator.requests;
    expect(exitCode).toBe(0);
    expect(simulator.startedTasks).toHaveLength(1);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(20_000);
    expect(stdout).toContain("Not started yet:");
  });

  it("is sent again for 10 minutes if the connection is refused", async () => {
    const { exitCode, stdout, outputs } = await startTask({}, { github_api_url: CLOSED_ADDRESS });
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "Could not start a task in octo/app: the connection was refused (ECONNREFUSED).",
    );
    expect(stdout.match(/Not started yet/g)?.length).toBeGreaterThan(10);
    expect(JSON.parse(outputs.counts ?? "")).toMatchObject({ not_started: 1 });
    expect(JSON.parse(outputs.tasks ?? "")).toEqual([
      expect.objectContaining({ repository: REPOSITORY, task_id: "" }),
    ]);
  });

  const refusals = sampleDist();
  it.each<[string, string, TestScenario, string, string]>([
    ["401", "::error", { user: { valid_seconds: -1 } }, "did not accept the token", "Create a new one"],
    [
      "403 without the permission",
      "::error",
      { user: { agent_tasks: "read" } },
      "this token is not allowed",
      "read and write",
    ],
    [
      "403 without a licence",
      "::error",
      { user: { copilot: "not_licensed" } },
      "no Copilot plan",
      "a Copilot plan that includes the cloud agent",
    ],
    [
      "403 without a plan",
      "::error",
      { user: { copilot: "plan_required" } },
      "no Copilot plan",
      "a Copilot plan that includes the cloud agent",
    ],
    [
      "403 for the quota",
      "::error",
      { user: { copilot: "quota_used_up" } },
      "premium request quota",
      "resets",
    ],
    [
      "404",
      "::error",
      { repository: { agent: "disabled" } },
      "not found, or this token has no access",
      "must have write access",
    ],
    ["422 for the model", "::error", { models: ["gpt-5"] }, "rejected the model", "Leave model empty"],
  ])(
    "fails the step with cause and remedy for %s, after one request, or two for 401",
    async (what, kind, scenario, cause, remedy) => {
      const { exitCode, stdout, simulator, summary } = await refusals.startTask(scenario, { model: "gpt-x" });
      expect(exitCode).toBe(1);
      expect(simulator.requests).toHaveLength(what === "401" ? 2 : 1);
      expect(simulator.startedTasks).toHaveLength(0);
      const error = stdout.split("\n").find((line) => line.startsWith(kind));
      expect(error).toContain("Could not start a task in octo/app");
      expect(error).toContain(cause);
      expect(error).toContain(remedy);
      expect(summary).toContain("Agent task: not started");
    },
  );

  it("names the tokens that work if the token is GITHUB_TOKEN", async () => {
    const { exitCode, stdout } = await startTask({}, { token: WORKFLOW_TOKEN });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("This is an installation token (ghs_…)");
    expect(stdout).toContain("fine-grained personal access token");
  });

  it("does not follow a redirect, and names the new location", async () => {
    const { exitCode, stdout, simulator } = await run({
      faults: [
        { on: { kind: "start" }, do: { type: "redirect", status: 307, location: "/repositories/5/tasks" } },
      ],
    });
    expect(exitCode).toBe(1);
    expect(simulator.requests).toHaveLength(1);
    expect(stdout).toContain("/repositories/5/tasks");
  });
});

describe("bad input", () => {
  const badInputs = sampleDist();
  it.each<[string, Record<string, string>, string]>([
    ["token", { token: "" }, "Input token is empty"],
    ["token", { token: "ghr_secret" }, "is a refresh token"],
    ["prompt", { prompt: "" }, "Inputs prompt, prompt_file and issue_number are all empty"],
    [
      "repository",
      { repository: "octo" },
      'Input repository is "octo". Allowed: repositories as owner/name or https://github.com/owner/name, one per line, comma-separated or as a JSON array.',
    ],
    ["wait", { wait: "maybe" }, 'Input wait is "maybe". Allowed: false, true or pull_request.'],
    [
      "timeout_minutes",
      { timeout_minutes: "351" },
      'Input timeout_minutes is "351". Allowed: a number above 0',
    ],
    [
      "fail_on",
      { fail_on: "failure, oops" },
      'Input fail_on is "oops". Allowed: a list of failure, cancelled',
    ],
    ["prompt_file", { prompt: "", prompt_file: "../x" }, "is not below the workspace"],
    ["prompt", { prompt: `Use ${USER_TOKEN}` }, "contains one of the tokens"],
  ])("in %s is reported before any request", async (_name, inputs, message) => {
    const { exitCode, stdout, simulator } = await badInputs.startTask({}, inputs);
    expect(exitCode).toBe(1);
    expect(simulator.requests).toHaveLength(0);
    expect(stdout).toContain("::error title=Input not allowed::");
    expect(stdout).toContain(message);
  });
});

describe("a dry run", () => {
  const { startTask } = sampleDist();
  it("shows what would be sent, and only sends requests that read", async () => {
    const { exitCode, stdout, simulator, outputs, summary } = await startTask(
      {},
      { dry_run: "true", base_ref: "main" },
    );
    expect(exitCode).toBe(0);
    expect(simulator.requests.map(({ method }) => method)).toEqual(["GET"]);
    expect(stdout).toContain("base_ref: main");
    expect(stdout).toContain("Update the dependencies.");
    expect(outputs).toMatchObject({ task_id: "", conclusion: "" });
    expect(summary).toContain("Dry run: nothing was started in octo/app");
  });

  it("fails if the token cannot work", async () => {
    const { exitCode, stdout } = await startTask({ user: { agent_tasks: "none" } }, { dry_run: "true" });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Could not list the tasks of octo/app");
  });
});

describe("what people see", () => {
  const { run, startTask } = sampleDist();
  const HOSTILE =
    "x\n::set-env name=A::B\r##[error]boom <img src=x> @octocat [a](http://evil.example) `|` ![i](x)";

  it("has no commands and no markup from outside", async () => {
    const plan = planOf("failed", { error: HOSTILE, name: HOSTILE });
    const { stdout, summary, outputs } = await startTask({ plans: [plan] }, WAIT);
    expect(outputs.error_message).toBe(HOSTILE);
    const commands = stdout.split(/\r\n|\n|\r/).filter((line) => /^\s*::/.test(line));
    expect(commands.map((line) => line.split(/[ :]/)[2])).not.toContain("set-env");
    expect(stdout).not.toContain("##[");
    expect(summary).not.toMatch(/[^\\]<img|[^\\]@octocat|[^\\]\[a\]/);
  });

  it("has no token, even if the server sends it back", async () => {
    const echo = `${USER_TOKEN} and ${WORKFLOW_TOKEN}`;
    const plan = planOf("failed", { error: echo, name: echo });
    const { stdout, stderr, summary, outputsFile } = await run(
      { plans: [plan] },
      { with: WAIT, env: { RUNNER_DEBUG: "1" } },
    );
    const shown = [stdout.replace(/^::add-mask::.*$/gm, ""), stderr, summary, outputsFile].join("\n");
    expect(shown).not.toContain(USER_TOKEN);
    expect(shown).not.toContain(WORKFLOW_TOKEN);
    expect(stdout).toContain(`::add-mask::${USER_TOKEN}`);
  });

  it("has the prompt only if the repository is private", async () => {
    const shown = await run({});
    expect(shown.summary).toContain("Started by GitHub Actions");
    expect(shown.stdout).toContain("Started by GitHub Actions");
    const hidden = await run({}, { event: { repository: { private: false } } });
    expect(hidden.summary + hidden.stdout).not.toContain("Started by GitHub Actions");
  });

  it("has no summary with job_summary: false", async () => {
    const { summary } = await startTask({}, { job_summary: "false" });
    expect(summary).toBe("");
  });

  it("has a warning if the token expires within 7 days", async () => {
    const { stdout } = await run({ user: { expires_at: "2026-11-25T08:00:00Z" } });
    expect(stdout).toMatch(/::warning title=Token expires soon::.*2026-11-25T08:00:00/);
  });
});
