import { describe, expect, it } from "@jest/globals";
import { start } from "../../../src/actions/start.ts";
import { buildDefaultKey, createTrace, formatTrace } from "../../../src/prompt/trace.ts";
import { InputError } from "../../../src/runner/input-error.ts";
import { fetchFailed } from "../../../tools/simulator/fetch.ts";
import type {
  ExistingTask,
  Fault,
  FaultRule,
  PlanStep,
  TaskPlan,
} from "../../../tools/simulator/scenario.ts";
import { environment, SUCCESSFUL, type TestStep } from "../../support/action-harness.ts";
import { runnerOf } from "../../support/builders.ts";
import { MINUTE, NOW, SECOND } from "../../support/clock.ts";
import { REPOSITORY, type TestScenario, USER_TOKEN, WORKFLOW_TOKEN } from "../../support/fixtures.ts";

const WAIT = { wait: "true", create_pull_request: "true" };
const URL_OF_TASK = "https://github.com/octo/app/copilot/tasks/task-1";

/** Runs the action in this process. */
async function run(step: TestStep = {}) {
  const env = environment("start", step);
  const status = await start(env);
  return { env, status, waitedMs: env.clock.now() - NOW };
}

/** A plan of these steps, with the seconds they come after. */
const plan = (...steps: [seconds: number, step: Omit<PlanStep, "after_seconds">][]): TaskPlan => ({
  id: "task-1",
  steps: steps.map(([after_seconds, step]) => ({ after_seconds, ...step })),
});

const errors = (lines: readonly string[]) => lines.filter((line) => line.startsWith("error("));

describe("a task that is started without waiting", () => {
  it("is one POST, and the outputs", async () => {
    const { env, status, waitedMs } = await run({ scenario: { plans: [SUCCESSFUL] } });
    expect([status, waitedMs]).toEqual([0, 0]);
    expect(env.simulator.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /agents/repos/octo/app/tasks",
    ]);
    expect(env.simulator.violations).toEqual([]);
    expect(env.outputs()).toMatchObject({
      task_id: "task-1",
      task_url: URL_OF_TASK,
      repository: REPOSITORY,
      state: "queued",
      started: "true",
      conclusion: "",
      wait_timed_out: "false",
    });
    expect(env.summary()).toContain("### ▶️ Agent task: running");
  });

  it("has a body of the set fields, and the trace as the prompt's last line", async () => {
    const { env } = await run({
      scenario: { repository: { pulls: [{ number: 7, head_ref: "fix" }] } },
      with: {
        base_ref: "main",
        head_ref: "fix",
        model: "gpt-5",
        custom_agent: "docs",
        create_pull_request: "true",
      },
    });
    expect(env.simulator.startedTasks[0]?.body).toEqual({
      prompt:
        "Update the dependencies.\n\nStarted by GitHub Actions: https://github.com/octo/app/actions/runs/7000000001/attempts/1 " +
        '(key ".github/workflows/nightly.yml:update", step "agent", repository "octo/app", start start-id-1)',
      create_pull_request: true,
      base_ref: "main",
      head_ref: "fix",
      model: "gpt-5",
      custom_agent: "docs",
    });
  });

  it.each(["auto", "AUTO", ""])(
    "names no model for %j, and has no trace where none is wanted",
    async (model) => {
      const { env } = await run({ with: { model, trace: "false" } });
      expect(env.simulator.startedTasks[0]?.body).toEqual({
        prompt: "Update the dependencies.",
        create_pull_request: false,
      });
    },
  );

  it("is told in the log, the prompt in a private repository", async () => {
    const { env } = await run({
      with: { prompt: "Do it\n::error::x", trace: "false" },
      scenario: { plans: [SUCCESSFUL] },
    });
    expect(env.log()).toEqual([
      "group: Start a task in octo/app",
      "info: create_pull_request: false",
      "info: prompt: 16 characters",
      "info:   Do it",
      "info:   : :error::x",
      "endgroup",
      `notice(Agent task started): Task task-1 in octo/app: ${URL_OF_TASK}`,
      "info: 0 s: queued",
      `info: Task task-1 in octo/app: queued, ${URL_OF_TASK}`,
    ]);
  });

  it("without an address says so", async () => {
    const { env } = await run({ scenario: { plans: [{ ...SUCCESSFUL, omit: ["html_url"] }] } });
    expect(env.log()).toContain("notice(Agent task started): Task task-1 in octo/app: (no link yet)");
  });

  it("keeps the prompt out of the log and the summary of a public repository", async () => {
    const { env } = await run({ with: { prompt: "Title\nInternals" }, runner: { event: {} } });
    expect(env.simulator.startedTasks[0]?.body.prompt).toContain("Internals");
    expect(env.log().join("\n")).not.toContain("Internals");
    expect(env.summary()).not.toContain("Internals");
  });

  it("warns of a token that ends soon", async () => {
    const { env } = await run({ scenario: { user: { expires_at: "2026-11-25T00:00:00Z" } } });
    expect(env.log()).toContainEqual(
      expect.stringMatching(/^warning\(Token expires soon\): .*2026-11-25T00:00:00/),
    );
  });
});

describe("a task that is waited for", () => {
  it("is followed to its end, with its pull request", async () => {
    const { env, status, waitedMs } = await run({ with: WAIT, scenario: { plans: [SUCCESSFUL] } });
    expect(status).toBe(0);
    expect(waitedMs).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(waitedMs).toBeLessThan(11 * MINUTE);
    expect(env.simulator.violations).toEqual([]);
    expect(env.outputs()).toMatchObject({
      conclusion: "success",
      pull_request_number: "42",
      pull_request_url: "https://github.com/octo/app/pull/42",
      changed_files: "5",
      commits: "3",
      ai_credits: "12.3",
      duration_seconds: "600",
      model: "gpt-5",
    });
    expect(env.log().slice(-7)).toEqual([
      "info: 0 s: queued",
      "info: 20 s: queued → in_progress",
      expect.stringMatching(
        /^info: 2 min( \d s)?: pull request #42: https:\/\/github.com\/octo\/app\/pull\/42$/,
      ),
      "info: 5 min: still in_progress",
      "info: 10 min: still in_progress",
      expect.stringMatching(/^info: 10 min( \d+ s)?: in_progress → completed$/),
      `info: Task task-1 in octo/app: success, pull request #42 https://github.com/octo/app/pull/42, 3 commits, 5 changed files, ${URL_OF_TASK}`,
    ]);
    expect(env.summary()).toContain("### ✅ Agent task: success");
  });

  it("has its ID in the outputs before the first look, and its pull request while it goes on", async () => {
    const env = environment("start", { with: WAIT, scenario: { plans: [SUCCESSFUL] } });
    const written = (name: string) => Object.fromEntries(env.core.written)[name];
    const before: (string | undefined)[] = [];
    env.clock.at(SECOND, () => before.push(written("task_id"), written("task_url")));
    env.clock.at(5 * MINUTE, () => before.push(written("pull_request_number"), written("conclusion")));
    await start(env);
    expect(before).toEqual(["task-1", URL_OF_TASK, "42", ""]);
  });

  it("is followed until its pull request only, where asked so", async () => {
    const { env, status, waitedMs } = await run({
      with: { ...WAIT, wait: "pull_request" },
      scenario: { plans: [SUCCESSFUL] },
    });
    expect(status).toBe(0);
    expect(waitedMs).toBeLessThan(3 * MINUTE);
    expect(env.outputs()).toMatchObject({ pull_request_number: "42", conclusion: "", state: "in_progress" });
  });

  it.each([
    ["failed", 1, "failure"],
    ["timed_out", 1, "timed_out"],
    ["cancelled", 1, "cancelled"],
    ["waiting_for_user", 1, "action_required"],
    ["idle", 0, "neutral"],
    ["completed", 0, "success"],
  ] as const)("that ends as %s gives the exit status %d", async (state, exit, conclusion) => {
    const { env, status } = await run({
      with: WAIT,
      scenario: { plans: [plan([10, { state, error: "Oh." }])] },
    });
    expect(status).toBe(exit);
    expect(env.outputs()).toMatchObject({ state, conclusion, error_message: "Oh.", commits: "0" });
    expect(errors(env.log())).toHaveLength(exit);
  });

  it("that goes on when the time is up fails the step, and can be picked up", async () => {
    const { env, status, waitedMs } = await run({
      with: { ...WAIT, timeout_minutes: "2" },
      scenario: { plans: [SUCCESSFUL] },
    });
    expect([status, waitedMs]).toEqual([1, 2 * MINUTE]);
    expect(env.outputs()).toMatchObject({ wait_timed_out: "true", conclusion: "", task_id: "task-1" });
    expect(env.log()).toContain("info:     task_id: task-1");
    expect(env.summary()).toContain("### ⌛ Agent task: still running when the wait timed out");
  });

  it("asks conditionally, so that most looks cost nothing", async () => {
    const { env } = await run({ with: WAIT, scenario: { plans: [SUCCESSFUL] } });
    const looks = env.simulator.requests.filter(({ kind }) => kind === "get");
    expect(looks.filter(({ status }) => status === 304).length).toBeGreaterThan(looks.length / 2);
  });

  it("survives an outage, and a task that cannot be found yet", async () => {
    const { status, env } = await run({
      with: WAIT,
      scenario: {
        plans: [SUCCESSFUL],
        assumptions: { get_lag_seconds: 40 },
        faults: [{ on: { kind: "get", from_second: 200, to_second: 500 }, do: { type: "error_500_before" } }],
      },
    });
    expect(status).toBe(0);
    expect(env.log()).toContain("info: Polling failed, retrying: HTTP 404: Not Found");
    expect(env.log()).toContain("info: Polling failed, retrying: HTTP 500");
    expect(env.log().filter((line) => line.endsWith("GitHub is responding again"))).toHaveLength(2);
  });

  it("is reported as last seen where the token stops working", async () => {
    const { env, status } = await run({
      with: WAIT,
      scenario: { plans: [SUCCESSFUL], user: { valid_seconds: 60 } },
    });
    expect(status).toBe(1);
    expect(errors(env.log())).toEqual([
      expect.stringMatching(/^error\(Agent task\): The token stopped working\. Could not get task task-1: /),
    ]);
    expect(env.outputs()).toMatchObject({ task_id: "task-1", state: "in_progress", conclusion: "" });
  });

  it("is reported as started where it is never found again", async () => {
    const { env, status } = await run({
      with: WAIT,
      scenario: { plans: [SUCCESSFUL], faults: [{ on: { kind: "get" }, do: { type: "not_found" } }] },
    });
    expect(status).toBe(1);
    expect(env.outputs()).toMatchObject({ task_id: "task-1", state: "queued" });
  });

  it("is reported as last seen where the step is stopped", async () => {
    const env = environment("start", { with: WAIT, scenario: { plans: [SUCCESSFUL] } });
    env.clock.at(60 * SECOND, () => env.stop.abort());
    await start(env);
    expect(env.clock.now()).toBe(NOW + 60 * SECOND);
    expect(env.outputs()).toMatchObject({ task_id: "task-1", state: "in_progress", conclusion: "" });
    expect(env.log()).toContain(
      "info: This step was cancelled. The task is still running. To wait for it in a later step or run:",
    );
    expect(env.summary()).toContain("    task_id: task-1");
  });

  it("has a warning and empty outputs where its changes cannot be looked up", async () => {
    const { env, status } = await run({
      with: WAIT,
      scenario: { plans: [SUCCESSFUL], workflow: { pulls: "none" } },
    });
    expect(status).toBe(0);
    expect(env.outputs()).toMatchObject({ conclusion: "success", pull_request_number: "", commits: "" });
    expect(env.log()).toContainEqual(
      expect.stringMatching(
        /^warning\(Pull request not looked up\): .*pull-requests: read\. Outputs such as pull_request_number and commits are empty\.$/,
      ),
    );
  });

  it("is understood with no more than id, state and created_at", async () => {
    const { env, status } = await run({
      with: WAIT,
      scenario: { plans: [{ ...plan([30, { state: "completed" }]), minimal: true, wrapped: true }] },
    });
    expect(status).toBe(0);
    expect(env.outputs()).toMatchObject({ task_id: "task-1", task_url: "", conclusion: "success" });
  });

  it("has one warning for a state that nobody knows", async () => {
    const { env, status } = await run({
      with: WAIT,
      scenario: { plans: [plan([10, { state: "thinking" }], [90, { state: "completed" }])] },
    });
    expect(status).toBe(0);
    expect(env.log().filter((line) => line.startsWith("warning(Unknown task state)"))).toHaveLength(1);
  });
});

describe("a start that fails", () => {
  it.each<[string, Fault, string]>([
    [
      "a refusal",
      { type: "unprocessable", message: "model x is not available" },
      "GitHub rejected the model",
    ],
    ["a permission that is missing", { type: "forbidden" }, "this token is not allowed to do that"],
    [
      "a redirect",
      { type: "redirect", status: 307, location: "/agents/repos/octo/new/tasks" },
      "GitHub redirects to https://api.github.test/agents/repos/octo/new/tasks",
    ],
  ])("by %s starts nothing, and says so", async (_what, failure, words) => {
    const { env, status } = await run({ scenario: { faults: [{ on: { kind: "start" }, do: failure }] } });
    expect(status).toBe(1);
    expect(env.simulator.count("start")).toBe(1);
    expect(errors(env.log())).toEqual([expect.stringContaining(words)]);
    expect(errors(env.log())[0]).not.toContain("A task may have been started");
    expect(env.outputs()).toMatchObject({
      task_id: "",
      repository: REPOSITORY,
      started: "false",
      conclusion: "",
    });
    expect(JSON.parse(env.outputs().counts ?? "")).toMatchObject({ not_started: 1 });
    expect(env.summary()).toContain("❌\u00a0not\u00a0started");
  });

  it.each<[string, Fault, number]>([
    ["429", { type: "rate_limited_429", retry_after: 30 }, 30],
    ["403 for a secondary limit", { type: "secondary_limit_403", retry_after: 60 }, 60],
  ])("by %s is sent again, once GitHub wants", async (_what, failure, seconds) => {
    const { env, status, waitedMs } = await run({
      scenario: { faults: [{ on: { kind: "start", nth: 1 }, do: failure }] },
    });
    expect([status, waitedMs / SECOND]).toEqual([0, seconds]);
    expect(env.simulator.startedTasks).toHaveLength(1);
    expect(env.simulator.count("start")).toBe(2);
    expect(env.log()).toContainEqual(
      expect.stringMatching(
        new RegExp(`^info: Not started yet: .+ Retrying in ${seconds === 60 ? "1 min" : `${seconds} s`}\\.$`),
      ),
    );
  });

  it("by a token that GitHub does not know is sent once more", async () => {
    const { env, status } = await run({ with: { token: "ghs_unknown" } });
    expect(status).toBe(1);
    expect(errors(env.log())[0]).toContain("This is an installation token");
    expect(env.simulator.count("start")).toBe(2);
  });
});

describe("a start whose answer is lost", () => {
  const LOST = "A task may have been started anyway.";

  it.each<[string, Fault]>([
    ["a connection that is lost", { type: "reset_after" }],
    ["a server error", { type: "error_500_after" }],
    ["half an answer", { type: "truncated" }],
    ["a page of HTML", { type: "html", status: 502, carried_out: true }],
    ["other JSON", { type: "wrong_json" }],
  ])("by %s is found again, and not sent again", async (_what, failure) => {
    const { env, status } = await run({ scenario: { faults: [{ on: { kind: "start" }, do: failure }] } });
    expect(status).toBe(0);
    expect(env.simulator.startedTasks).toHaveLength(1);
    expect(env.simulator.count("start")).toBe(1);
    expect(env.outputs()).toMatchObject({ task_id: env.simulator.startedTasks[0]?.id, started: "true" });
    expect(env.simulator.violations).toEqual([]);
  });

  it("because it was not carried out is sent again after four looks, with the same start ID", async () => {
    const { env, status } = await run({
      scenario: { faults: [{ on: { kind: "start", nth: 1 }, do: { type: "reset_before" } }] },
    });
    expect(status).toBe(0);
    const [first, second] = env.simulator.requests.filter(({ kind }) => kind === "start");
    expect(second?.body).toEqual(first?.body);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(60 * SECOND);
    expect(env.log().filter((line) => line.startsWith("warning("))).toEqual([
      expect.stringContaining("warning(Start sent again): The start request was sent 2 times"),
    ]);
  });

  it("is found by its prompt where it has no trace", async () => {
    const { env, status } = await run({
      with: { trace: "false" },
      scenario: { faults: [{ on: { kind: "start", nth: 1 }, do: { type: "reset_after" } }] },
    });
    expect(status).toBe(0);
    expect(env.simulator.count("start")).toBe(1);
  });

  it("is never sent again where no prompt is shown, and the candidates are linked", async () => {
    const { env, status } = await run({
      scenario: {
        plans: [SUCCESSFUL],
        faults: [{ on: { kind: "start", nth: 1 }, do: { type: "reset_after" } }],
        assumptions: { session_prompt: "absent" },
      },
    });
    expect(status).toBe(1);
    expect(env.simulator.count("start")).toBe(1);
    expect(env.log()).toContain(
      `warning(A task may have been started): It may be task task-1: ${URL_OF_TASK}`,
    );
    expect(errors(env.log())).toEqual([
      expect.stringMatching(
        new RegExp(
          `${LOST}\nLook at the repository's tasks. If none does this work, start a new run: https://github.com/octo/app/agents$`,
        ),
      ),
    ]);
  });

  it("is found by its start ID where the user cannot be read", async () => {
    const { env, status } = await run({
      scenario: {
        plans: [SUCCESSFUL],
        faults: [
          { on: { kind: "start", nth: 1 }, do: { type: "reset_after" } },
          { on: { kind: "user" }, do: { type: "error_500_before" } },
        ],
      },
    });
    expect(status).toBe(0);
    expect(env.simulator.count("start")).toBe(1);
    expect(env.outputs().task_id).toBe(env.simulator.startedTasks[0]?.id);
  });

  it("is followed, and warned of, where something on the way repeated it", async () => {
    const env = environment("start", { scenario: { plans: [SUCCESSFUL] } });
    const status = await start({
      ...env,
      fetch: async (input, init) => {
        if (init?.method === "POST" && /\/tasks$/.test(String(input))) {
          await env.fetch(input, init);
          await env.fetch(input, init);
          throw fetchFailed("ECONNRESET", "read ECONNRESET");
        }
        return env.fetch(input, init);
      },
    });
    const [first, second] = env.simulator.startedTasks.map(({ id }) => id);
    expect([status, [first, second].includes(env.outputs().task_id)]).toEqual([0, true]);
    expect(env.log()).toContainEqual(
      expect.stringMatching(
        /^warning\(A second task may exist\): Something .* repeated the start request\. .*tasks.*tasks/,
      ),
    );
  });

  it("is never sent again where the list cannot be read", async () => {
    const { env, status } = await run({
      scenario: {
        faults: [
          { on: { kind: "start", nth: 1 }, do: { type: "reset_after" } },
          { on: { kind: "list" }, do: { type: "error_500_before" } },
        ],
      },
    });
    expect(status).toBe(1);
    expect(env.simulator.count("start")).toBe(1);
    expect(errors(env.log())[0]).toContain(LOST);
  });

  it("is warned of a duplicate that shows up late", async () => {
    const { env, status } = await run({
      scenario: {
        faults: [{ on: { kind: "start", nth: 1 }, do: { type: "reset_after" } }],
        assumptions: { list_lag_seconds: 90 },
      },
    });
    expect(status).toBe(0);
    const [first, second] = env.simulator.startedTasks;
    expect(env.outputs().task_id).toBe(second?.id);
    expect(env.log().filter((line) => line.startsWith("warning("))).toEqual([
      expect.stringMatching(
        new RegExp(`^warning\\(A second task may exist\\): .*${second?.id}.*${first?.id}`),
      ),
    ]);
  });

  it("is warned of a duplicate that may exist, where the last look fails", async () => {
    const { env, status } = await run({
      scenario: {
        faults: [
          { on: { kind: "start", nth: 1 }, do: { type: "reset_before" } },
          { on: { kind: "list", from_second: 61 }, do: { type: "forbidden" } },
        ],
      },
    });
    expect(status).toBe(0);
    expect(env.log()).toContainEqual(
      expect.stringMatching(
        /^warning\(A second task may exist\): .*The search for further tasks besides .* failed/,
      ),
    );
  });
});

describe("the search for a start whose answer is lost", () => {
  const LOST: FaultRule = { on: { kind: "start", nth: 1 }, do: { type: "reset_after" } };
  const ANOTHER_PAGE: FaultRule = { on: { kind: "list" }, do: { type: "another_page" } };
  const WITHOUT_TRACE = { trace: "false" };
  const lose = (inputs: Record<string, string>, scenario: TestScenario) =>
    run({ with: inputs, scenario: { plans: [SUCCESSFUL], faults: [LOST], ...scenario } });

  it.each<[string, Record<string, string>]>([
    ["its trace", {}],
    ["its prompt", WITHOUT_TRACE],
  ])("finds its task by %s", async (_what, inputs) => {
    const { env, status } = await lose(inputs, {});
    expect([status, env.simulator.count("start")]).toEqual([0, 1]);
    expect(env.outputs().task_id).toBe("task-1");
  });

  it("adopts no task by its prompt alone if the server does not say its time", async () => {
    const { env, status } = await lose(WITHOUT_TRACE, { assumptions: { date: false } });
    expect([status, env.simulator.count("start")]).toEqual([1, 1]);
    expect(env.log()).toContainEqual(expect.stringContaining("It may be task task-1: "));
  });

  it("sends nothing again where the list has more pages than it reads", async () => {
    const { env, status } = await lose(
      {},
      { assumptions: { list_lag_seconds: 3600 }, faults: [LOST, ANOTHER_PAGE] },
    );
    expect([status, env.simulator.count("start")]).toEqual([1, 1]);
    expect(env.log()).toContainEqual(
      expect.stringMatching(
        /^warning\(Search cut off\): Searched only the first 10 pages of the tasks in octo\/app/,
      ),
    );
  });

  it("sends nothing again where its time is over", async () => {
    const slow: FaultRule = { on: { kind: "list" }, do: { type: "error_500_before" } };
    const { env, status, waitedMs } = await lose({}, { faults: [LOST, slow] });
    expect([status, env.simulator.count("start")]).toEqual([1, 1]);
    expect(waitedMs).toBeLessThanOrEqual(5 * MINUTE);
  });
});

describe("a re-run", () => {
  const RERUN = { runAttempt: 2 };
  const earlier = (state: PlanStep["state"] & string, more: Partial<ExistingTask> = {}): ExistingTask => ({
    id: "earlier",
    repository: REPOSITORY,
    creator: { login: "mona", id: 1001 },
    created_seconds_ago: 3600,
    prompt: `Update the dependencies.\n\n${formatTrace({ ...createTrace(runnerOf(), { matrix: "null", key: buildDefaultKey(runnerOf(), null), repository: REPOSITORY }, "earlier-start") })}`,
    steps: [{ after_seconds: 0, state }],
    ...more,
  });

  it.each(["queued", "in_progress", "idle", "waiting_for_user", "completed"] as const)(
    "goes on with an earlier attempt's task that is %s",
    async (state) => {
      const { env } = await run({ runner: RERUN, scenario: { existing: [earlier(state)] } });
      expect(env.simulator.count("start")).toBe(0);
      expect(env.outputs()).toMatchObject({ task_id: "earlier", started: "false" });
      expect(env.log()).toContainEqual(
        expect.stringMatching(/^notice\(Agent task adopted\): Attempt 2 follows task earlier/),
      );
    },
  );

  it.each(["failed", "cancelled", "timed_out"] as const)("starts anew after one that %s", async (state) => {
    const { env, status } = await run({ runner: RERUN, scenario: { existing: [earlier(state)] } });
    expect([status, env.simulator.count("start")]).toEqual([0, 1]);
    expect(env.log()).toContain(
      `info: Attempt 2: task earlier of an earlier attempt in octo/app is ${state}. Starting a new one.`,
    );
  });

  it("starts one where no earlier attempt did", async () => {
    const foreign = earlier("completed", { creator: { login: "hubot", id: 7 } });
    const { env } = await run({ runner: RERUN, scenario: { existing: [foreign] } });
    expect(env.simulator.count("start")).toBe(1);
    expect(env.log()).toContain(
      "info: Attempt 2: no earlier attempt of this run started a task in octo/app.",
    );
  });

  it("starts another one without a trace, and says so", async () => {
    const { env } = await run({ runner: RERUN, with: { trace: "false" } });
    expect(env.simulator.count("start")).toBe(1);
    expect(env.log()).toContainEqual(expect.stringMatching(/^warning\(Re-run\): With trace: false/));
  });

  it.each([["list"], ["user"]] as const)("starts nothing where the %s cannot be read", async (kind) => {
    const { env, status } = await run({
      runner: RERUN,
      scenario: { faults: [{ on: { kind }, do: { type: "forbidden" } }] },
    });
    expect([status, env.simulator.count("start")]).toEqual([1, 0]);
    expect(errors(env.log())[0]).toContain("find out whether an earlier attempt of this run started a task");
  });

  it("starts nothing where no task shows its prompt", async () => {
    const { env, status } = await run({
      runner: RERUN,
      scenario: { existing: [earlier("completed")], assumptions: { session_prompt: "absent" } },
    });
    expect([status, env.simulator.count("start")]).toEqual([1, 0]);
    expect(env.log()).toContainEqual(expect.stringContaining("It may be task earlier: "));
    expect(errors(env.log())[0]).toContain("none of the tasks there shows its prompt.");
  });
});

describe("a dry run", () => {
  it("reads once, shows what would be sent and starts nothing", async () => {
    const { env, status } = await run({ with: { dry_run: "true", base_ref: "main" } });
    expect(status).toBe(0);
    expect(env.simulator.requests.map(({ kind }) => kind)).toEqual(["list"]);
    expect(env.simulator.violations).toEqual([]);
    expect(env.outputs()).toMatchObject({ task_id: "", tasks: "[]" });
    expect(env.log()).toContain("info:   Update the dependencies.");
    expect(env.log()).toContain(
      "notice(Dry run): Nothing was started in octo/app. The token can read its tasks.",
    );
    expect(env.summary()).toContain("- base\\_ref: main");
    expect(env.summary()).toContain("Update the dependencies.");
    // To the last line, which is the trace.
    expect(env.log()).toContainEqual(
      expect.stringMatching(/^info: {3}Started by GitHub Actions: .*start-id-1\)$/),
    );
    expect(env.summary()).toMatch(/^Started by GitHub Actions: .*start-id-1\)$/m);
  });

  it("shows the prompt in the log of a public repository, where the summary leaves it out", async () => {
    const { env } = await run({ with: { dry_run: "true" }, runner: { event: {} } });
    expect(env.log()).toContain("info:   Update the dependencies.");
    expect(env.summary()).not.toContain("Update the dependencies.");
  });

  it("fails where the token cannot read", async () => {
    const { env, status } = await run({
      with: { dry_run: "true" },
      scenario: { user: { agent_tasks: "none" } },
    });
    expect(status).toBe(1);
    expect(errors(env.log())).toEqual([
      expect.stringMatching(/Could not list the tasks of octo\/app: .*\n.*"Agent tasks" \(read and write\)/),
    ]);
  });

  it("retries after a failure, and warns about a token that expires soon", async () => {
    const { env, status } = await run({
      with: { dry_run: "true" },
      scenario: {
        user: { expires_at: "2026-11-25T00:00:00Z" },
        faults: [{ on: { kind: "list", nth: 1 }, do: { type: "error_500_before" } }],
      },
    });
    expect(status).toBe(0);
    expect(env.log()).toContain("info: HTTP 500. Retrying in 1 s.");
    expect(env.log()).toContainEqual(expect.stringMatching(/^warning\(Token expires soon\)/));
  });
});

describe("inputs that are not allowed", () => {
  it.each([
    [{ wait: "maybe" }],
    [{ prompt: `Use ${WORKFLOW_TOKEN}` }],
    [{ prompt: "", prompt_file: "../x" }],
  ])("send nothing: %j", async (inputs) => {
    const env = environment("start", { with: inputs });
    await expect(start(env)).rejects.toThrow(InputError);
    expect(env.simulator.requests).toEqual([]);
  });
});

describe("hostile text from GitHub", () => {
  it("commands nothing in the log, and marks up nothing in the summary", async () => {
    const hostile = "x\n::set-output name=a::b\r##[error]c <script> | @octocat [a](https://evil.test)";
    const { env } = await run({
      with: WAIT,
      scenario: {
        plans: [
          {
            ...plan([10, { state: "failed", error: hostile }]),
            extra: { name: hostile, html_url: "https://evil.test/\n::error::x" },
          },
        ],
      },
    });
    const lines = env.core.lines.flatMap((line) => line.replace(/^\w+(\([^)]*\))?: /, "").split(/[\r\n]/));
    expect(lines.filter((line) => /^\s*::|##\[/.test(line))).toEqual([]);
    expect(env.summary()).not.toMatch(/<script>|@octocat|\[a\]\(/);
  });

  it("that repeats a token is nowhere shown with it", async () => {
    const { env } = await run({
      with: WAIT,
      scenario: {
        plans: [
          { ...plan([10, { state: "failed", error: `Bad ${USER_TOKEN}` }]), extra: { name: WORKFLOW_TOKEN } },
        ],
      },
    });
    const shown = [
      ...env.core.lines,
      ...env.core.written.flat(),
      env.summary(),
      env.summary().replaceAll("\\", ""),
    ];
    expect(shown.filter((text) => text.includes(USER_TOKEN) || text.includes(WORKFLOW_TOKEN))).toEqual([]);
  });
});

describe("before a start", () => {
  const refusals: readonly (readonly [string, TestStep, string])[] = [
    [
      "who triggered it may not",
      { runner: { eventName: "issues", triggeringActor: "rita" } },
      "triggered by rita, who has no access",
    ],
    [
      "the issue is not there",
      { with: { prompt: "", issue_number: "12" } },
      "Could not read issue octo/app#12",
    ],
    [
      "there is no pull request to go on with",
      { with: { base_ref: "main", head_ref: "fix" } },
      "open pull request from head_ref fix",
    ],
    [
      "there is none in a dry run either",
      { with: { base_ref: "main", head_ref: "fix", dry_run: "true" } },
      "open pull request from head_ref fix",
    ],
  ];

  it.each(refusals)("nothing is sent where %s", async (_what, step, words) => {
    const { env, status } = await run(step);
    expect([status, env.simulator.count("start")]).toEqual([1, 0]);
    expect(errors(env.log())).toEqual([expect.stringContaining(words)]);
    expect(env.summary()).toContain("### ❌ ");
    expect(env.outputs()).toMatchObject({ task_id: "", conclusion: "" });
  });

  it("an issue is quoted, and the trace stays last", async () => {
    const { env } = await run({
      scenario: { workflow: { issues: "read" }, repository: { issues: [{ number: 12, title: "Crash" }] } },
      with: { prompt: "", issue_number: "12" },
    });
    const prompt = env.simulator.startedTasks[0]?.body.prompt ?? "";
    expect(prompt).toMatch(/^Resolve the issue below\./);
    expect(prompt).toContain("> Title: Crash");
    expect(prompt.split("\n").at(-1)).toContain('key ".github/workflows/nightly.yml:update#12"');
  });
});
