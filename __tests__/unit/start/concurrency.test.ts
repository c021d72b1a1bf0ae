import { describe, expect, it } from "@jest/globals";
import { start } from "../../../src/actions/start.ts";
import { formatTrace } from "../../../src/prompt/trace.ts";
import { isActive } from "../../../src/start/active-tasks.ts";
import { explainSkip } from "../../../src/start/concurrency.ts";
import type { ExistingTask, Fault, FaultRule } from "../../../tools/simulator/scenario.ts";
import { environment, SUCCESSFUL, type TestStep } from "../../support/action-harness.ts";
import { taskOf } from "../../support/builders.ts";
import { MINUTE, NOW } from "../../support/clock.ts";
import { REPOSITORY, type TestScenario } from "../../support/fixtures.ts";

const HOUR = 60 * MINUTE;
const DAY_S = 24 * 3600;
const KEY = ".github/workflows/nightly.yml:update";
const SKIP = { if_active: "skip" };
const UNTIL_CLOSED = { ...SKIP, active_until: "pull_request_closed" };

const trace = (key = KEY) =>
  formatTrace({
    runUrl: `https://github.com/${REPOSITORY}/actions/runs/6`,
    attempt: 1,
    key,
    step: "agent",
    repository: "octo/app",
    startId: "other-start",
  });

function existing(more: Partial<ExistingTask> = {}): ExistingTask {
  return {
    id: "active-task",
    repository: REPOSITORY,
    creator: { login: "mona", id: 1001 },
    created_seconds_ago: 600,
    prompt: `Update.\n\n${trace()}`,
    steps: [{ after_seconds: 0, state: "in_progress" }],
    ...more,
  };
}

/** A task that ended long ago with pull request 40. */
const ended = (more: Partial<ExistingTask> = {}, state: "open" | "closed" | "merged" = "open") =>
  existing({
    created_seconds_ago: 3 * DAY_S,
    create_pull_request: true,
    steps: [{ after_seconds: 600, state: "completed", pull_request: { number: 40, state } }],
    ...more,
  });

async function run(step: TestStep) {
  const env = environment("start", {
    ...step,
    scenario: { plans: [SUCCESSFUL], ...step.scenario },
  });
  const status = await start(env);
  expect(env.simulator.violations).toEqual([]);
  return { env, status, log: env.log(), outputs: env.outputs(), starts: env.simulator.count("start") };
}

const ISSUES: TestScenario = {
  repository: { issues: [7, 8].map((number) => ({ number, title: `Issue ${number}`, user: "hubot" })) },
  workflow: { issues: "read" },
};

const startsWith = async (more: Partial<ExistingTask>, inputs: Record<string, string> = SKIP) =>
  (await run({ with: inputs, scenario: { ...ISSUES, existing: [existing(more)] } })).starts;

describe("a task", () => {
  it.each([
    ["queued", true],
    ["in_progress", true],
    ["waiting_for_user", true],
    ["thinking", true],
    ["idle", false],
    ["completed", false],
    ["failed", false],
    ["cancelled", false],
    ["timed_out", false],
  ])("that is %s is at work: %s", (state, atWork) => {
    expect(isActive(taskOf({ state }), NOW)).toBe(atWork);
  });

  it("is at work only if it was updated within a day", () => {
    expect(isActive(taskOf(), NOW + 24 * HOUR)).toBe(true);
    expect(isActive(taskOf(), NOW + 24 * HOUR + 1)).toBe(false);
    // The list has only tasks that were updated since then.
    expect(isActive(taskOf({ updatedAt: null }), NOW + 24 * HOUR + 1)).toBe(true);
  });

  it("is told of without a link where none is known", () => {
    expect(explainSkip({ task: taskOf({ htmlUrl: "" }), openPullRequest: null }, "task")).toBe(
      "A task is still in_progress: task task-1.",
    );
  });
});

describe("if_active", () => {
  it("start looks at nothing", async () => {
    const { env, starts } = await run({ scenario: { existing: [existing()] } });
    expect([starts, env.simulator.requests.length]).toEqual([1, 1]);
  });

  it("skip starts nothing beside a task of the same key, and says why", async () => {
    const { env, status, starts, log, outputs } = await run({
      with: SKIP,
      scenario: { existing: [existing()] },
    });
    const reason = `A task with the key "${KEY}" is still in_progress: task active-task (https://github.com/octo/app/copilot/tasks/active-task).`;
    expect([status, starts]).toEqual([0, 0]);
    expect(log).toContain(`notice(Nothing started): ${reason}`);
    expect(outputs).toMatchObject({
      task_id: "active-task",
      task_url: "https://github.com/octo/app/copilot/tasks/active-task",
      state: "in_progress",
      started: "false",
      conclusion: "skipped",
      reason,
    });
    expect(JSON.parse(outputs.counts ?? "")).toMatchObject({ skipped: 1, pending: 0, not_started: 0 });
    expect(env.summary()).toContain("### ⏭️ Agent task: skipped");
    expect(env.summary()).toContain("**Nothing was started.** A task with the key");
    expect(env.summary()).not.toContain("Update the dependencies.\n");
  });

  it("skip fails the step where fail_on names skipped", async () => {
    const { status, log } = await run({
      with: { ...SKIP, fail_on: "skipped" },
      scenario: { existing: [existing()] },
    });
    expect(status).toBe(1);
    expect(log).toContainEqual(expect.stringContaining("error(Agent task skipped)"));
  });

  it("skip tells the pull request of the other task", async () => {
    const other = existing({
      create_pull_request: true,
      steps: [{ after_seconds: 0, state: "in_progress", pull_request: { number: 40 } }],
    });
    expect((await run({ with: SKIP, scenario: { existing: [other] } })).outputs).toMatchObject({
      pull_request_number: "40",
      pull_request_url: "https://github.com/octo/app/pull/40",
    });
    const { status, outputs, log } = await run({
      with: SKIP,
      scenario: { existing: [other], workflow: { pulls: "none" } },
    });
    expect([status, outputs.conclusion, outputs.pull_request_number]).toEqual([0, "skipped", ""]);
    expect(log).toContainEqual(
      expect.stringContaining(
        "info: Could not look up the pull request of task active-task (https://github.com/octo/app/copilot/tasks/active-task): ",
      ),
    );
  });

  it("attach follows the other task", async () => {
    const steps = [
      { after_seconds: 0, state: "in_progress" },
      { after_seconds: 900, state: "failed" },
    ];
    const { status, starts, log, outputs } = await run({
      with: { if_active: "attach", wait: "true" },
      scenario: { existing: [existing({ steps })] },
    });
    expect([status, starts]).toEqual([1, 0]);
    expect(outputs).toMatchObject({ task_id: "active-task", started: "false", conclusion: "failure" });
    expect(log).toContainEqual(
      expect.stringMatching(/^notice\(Agent task attached\): A task .* This step follows that task\.$/),
    );
  });

  it.each<[string, Partial<ExistingTask>]>([
    ["has another key", { prompt: `x\n\n${trace("no_match")}` }],
    ["has no trace", { prompt: "x" }],
    ["has the trace in the middle of its prompt only", { prompt: `${trace()}\nand more` }],
    ["shows no prompt", { session_prompt: "absent" }],
    ["is somebody else's", { creator: { login: "hubot", id: 1002 } }],
    ["has ended", { steps: [{ after_seconds: 0, state: "completed" }] }],
    ["is idle", { steps: [{ after_seconds: 0, state: "idle" }] }],
    ["was not updated for a day", { created_seconds_ago: DAY_S + 60 }],
    ["is archived", { archived: true }],
  ])("does not count a task that %s", async (_what, more) => {
    expect(await startsWith(more)).toBe(1);
  });

  it.each(["queued", "waiting_for_user", "thinking"])("counts a task that is %s", async (state) => {
    expect(await startsWith({ steps: [{ after_seconds: 0, state }] })).toBe(0);
  });

  it("counts the tasks of an issue by themselves", async () => {
    const more = { prompt: `x\n\n${trace(`${KEY}#7`)}` };
    expect(await startsWith(more, { ...SKIP, issue_number: "7" })).toBe(0);
    expect(await startsWith(more, { ...SKIP, issue_number: "8" })).toBe(1);
  });

  it("goes by concurrency_key where it is set, which is then in the trace", async () => {
    const more = { prompt: `x\n\n${trace("deps")}` };
    expect(await startsWith(more, { ...SKIP, concurrency_key: "deps" })).toBe(0);
    expect(await startsWith({}, { ...SKIP, concurrency_key: "deps" })).toBe(1);
    const { env } = await run({ with: { concurrency_key: "deps" } });
    expect(env.simulator.startedTasks[0]?.body.prompt).toContain(
      '(key "deps", step "update:agent", repository "octo/app", start ',
    );
  });

  it.each<Partial<ExistingTask>>([{}, { prompt: "x" }, { session_prompt: "absent" }])(
    "counts every task of the user with the key *: %j",
    async (more) => {
      expect(await startsWith(more, { ...SKIP, concurrency_key: "*" })).toBe(0);
    },
  );

  it("finds the task on a further page", async () => {
    const others = Array.from({ length: 120 }, (_, n) =>
      existing({
        id: `other-${n}`,
        created_seconds_ago: 300,
        steps: [{ after_seconds: 0, state: "failed" }],
      }),
    );
    expect((await run({ with: SKIP, scenario: { existing: [...others, existing()] } })).starts).toBe(0);
  });

  it("warns where there are more tasks than it reads", async () => {
    const others = Array.from({ length: 301 }, (_, n) =>
      existing({ id: `other-${n}`, created_seconds_ago: 300, prompt: "x" }),
    );
    const { starts, log } = await run({ with: SKIP, scenario: { existing: others } });
    expect(starts).toBe(1);
    expect(log).toContainEqual(
      expect.stringContaining(
        "warning(Other tasks): Searched only the 300 most recently updated tasks for an active one.",
      ),
    );
  });

  it("warns where the list has more pages than it reads", async () => {
    const faults: FaultRule[] = [{ on: { kind: "list" }, do: { type: "another_page" } }];
    const { env, starts, log } = await run({ with: SKIP, scenario: { faults } });
    expect(starts).toBe(1);
    // Ten pages for each of the two looks.
    expect(env.simulator.count("list")).toBe(20);
    expect(log).toContainEqual(
      expect.stringMatching(/^warning\(Other tasks\): Read only the first 10 pages of the list of tasks,/),
    );
  });

  it.each<[string, TestScenario]>([
    ["has no ID", { existing: [existing({ extra: { id: null } })] }],
    [
      "has a prompt that is no text",
      {
        existing: [existing()],
        faults: [{ on: { kind: "get" }, do: { type: "reshaped", replace: { sessions: [{ prompt: 7 }] } } }],
      },
    ],
  ])("starts nothing where a task there %s", async (_what, scenario) => {
    const { status, starts, log } = await run({ with: SKIP, scenario });
    expect([status, starts]).toEqual([1, 0]);
    expect(log).toContainEqual(
      expect.stringMatching(
        /^error\(Agent task\): Could not find out whether a task is active in octo\/app: .* cannot read\./,
      ),
    );
  });

  it("waits for a task that is listed and not there yet", async () => {
    const faults: FaultRule[] = [{ on: { kind: "get", nth: [1, 2] }, do: { type: "not_found" } }];
    const { env, starts, outputs } = await run({ with: SKIP, scenario: { existing: [existing()], faults } });
    expect([starts, outputs.conclusion]).toEqual([0, "skipped"]);
    expect(env.clock.now() - NOW).toBe(15_000);
  });

  const NO_SESSION: Fault = { type: "reshaped", replace: { sessions: [] } };

  it.each<[string, Fault, string]>([
    ["is not there", { type: "not_found" }, "answers 404 for it"],
    ["has no session", NO_SESSION, "shows no session of it yet"],
  ])("starts nothing where a new task %s after two minutes", async (_what, fault, reason) => {
    const { env, status, starts, log } = await run({
      with: SKIP,
      scenario: {
        existing: [existing({ created_seconds_ago: 60 })],
        faults: [{ on: { kind: "get" }, do: fault }],
        assumptions: { etags: false },
      },
    });
    expect([status, starts]).toEqual([1, 0]);
    expect(env.clock.now() - NOW).toBe(2 * MINUTE);
    expect(log).toContainEqual(expect.stringContaining(`${reason}. Nothing was started.`));
  });

  it.each<[string, Fault]>([
    ["is not there", { type: "not_found" }],
    ["has no session", NO_SESSION],
  ])("starts one where the new task of another key %s at first", async (_what, fault) => {
    const other = (id: string) =>
      existing({ id, created_seconds_ago: 60, prompt: `Update.\n\n${trace("other")}` });
    const { env, starts, log } = await run({
      with: SKIP,
      scenario: {
        existing: [other("a"), other("b"), other("c")],
        // All three are asked for at 0, 5, 15, 30 and 60 s, and there at 90 s.
        faults: [
          { on: { kind: "get", nth: Array.from({ length: 15 }, (_, index) => index + 1) }, do: fault },
        ],
        assumptions: { etags: false },
      },
    });
    expect(starts).toBe(1);
    expect(env.simulator.requests.find(({ kind }) => kind === "start")?.at).toBe(NOW + 90_000);
    expect(log.filter((line) => line.startsWith("warning"))).toEqual([]);
  });

  it("warns of a task that another run started at the same time, and that has no session yet", async () => {
    const { starts, log } = await run({
      with: SKIP,
      scenario: {
        existing: [existing({ created_seconds_ago: -5 })],
        faults: [{ on: { kind: "get" }, do: NO_SESSION }],
        assumptions: { etags: false },
      },
    });
    expect(starts).toBe(1);
    expect(log).toContainEqual(
      expect.stringMatching(/^warning\(A second task may exist\): .*shows no session of it yet/),
    );
  });

  it("starts nothing where no time is left after the list", async () => {
    const env = environment("start", {
      with: SKIP,
      scenario: { plans: [SUCCESSFUL], existing: [existing()] },
    });
    const status = await start({
      ...env,
      fetch: async (input, init) => {
        env.clock.advance(/\/tasks\?/.test(String(input)) ? 4 * MINUTE : 0);
        return env.fetch(input, init);
      },
    });
    expect([status, env.simulator.count("start")]).toEqual([1, 0]);
    expect(env.log()).toContainEqual(expect.stringMatching(/GitHub took too long/));
  });

  it("looks again at a new task that has ended, and may have a pull request", async () => {
    const faults: FaultRule[] = [{ on: { kind: "get", nth: [1, 2] }, do: { type: "not_found" } }];
    const { starts, outputs } = await run({
      with: UNTIL_CLOSED,
      scenario: {
        existing: [
          existing({
            created_seconds_ago: 300,
            create_pull_request: true,
            steps: [{ after_seconds: 60, state: "completed", pull_request: { number: 40, state: "open" } }],
          }),
        ],
        faults,
      },
    });
    expect([starts, outputs.conclusion]).toEqual([0, "skipped"]);
  });

  it("needs no prompt, and so no single answer, where every task counts", async () => {
    const { starts, outputs } = await run({
      with: { ...SKIP, concurrency_key: "*" },
      scenario: { existing: [existing()], faults: [{ on: { kind: "get" }, do: { type: "not_found" } }] },
    });
    expect([starts, outputs.conclusion]).toEqual([0, "skipped"]);
  });

  it("leaves out new tasks of repositories that are not the step's", async () => {
    const repositories = { "octo/a": {}, "octo/b": {}, "octo/z": {} };
    const { starts, log } = await run({
      with: { ...SKIP, repository: "octo/a\nocto/b" },
      scenario: {
        repositories,
        existing: [existing({ repository: "octo/z", created_seconds_ago: 60, session_prompt: "absent" })],
        faults: [{ on: { kind: "get", times: 8 }, do: { type: "not_found" } }],
      },
    });
    expect(starts).toBe(2);
    expect(log.filter((line) => line.startsWith("warning"))).toEqual([]);
  });

  it("warns of an older task that is not there after a minute, and starts", async () => {
    const faults: FaultRule[] = [{ on: { kind: "get" }, do: { type: "not_found" } }];
    const older = existing({ created_seconds_ago: 601 });
    const { env, starts, log } = await run({ with: SKIP, scenario: { existing: [older], faults } });
    expect(starts).toBe(1);
    expect(env.simulator.requests.find(({ kind }) => kind === "start")?.at).toBe(NOW + MINUTE);
    expect(log).toContainEqual(
      expect.stringMatching(
        /^warning\(Active tasks without a prompt\): GitHub shows no prompt of .*active-task/,
      ),
    );
  });

  it.each(["user", "list", "get"] as const)("starts nothing where looking fails at %s", async (kind) => {
    const faults: FaultRule[] = [{ on: { kind }, do: { type: "error_500_before" } }];
    const { env, status, starts, log } = await run({
      with: SKIP,
      scenario: { existing: [existing()], faults },
    });
    expect([status, starts]).toEqual([1, 0]);
    expect(env.clock.now() - NOW).toBeLessThanOrEqual(3 * MINUTE);
    expect(log).toContainEqual(
      expect.stringMatching(
        /^error\(Agent task\): Could not find out whether a task is active in octo\/app: HTTP 500\.\n.+/,
      ),
    );
  });

  it("gives a re-run its own task first", async () => {
    const own = existing({
      prompt: `x\n\n${formatTrace({
        runUrl: `https://github.com/${REPOSITORY}/actions/runs/7000000001`,
        attempt: 1,
        key: KEY,
        step: "agent",
        repository: "octo/app",
        startId: "earlier",
      })}`,
    });
    const { outputs, log } = await run({
      with: SKIP,
      runner: { runAttempt: 2 },
      scenario: { existing: [own] },
    });
    expect(outputs).toMatchObject({ task_id: "active-task", conclusion: "" });
    expect(log).toContainEqual(expect.stringContaining("notice(Agent task adopted)"));
  });
});

describe("active_until: pull_request_closed", () => {
  it("counts a task for as long as its pull request is open", async () => {
    const { status, starts, outputs } = await run({
      with: UNTIL_CLOSED,
      scenario: { existing: [ended()] },
    });
    expect([status, starts]).toEqual([0, 0]);
    expect(outputs).toMatchObject({
      conclusion: "skipped",
      state: "completed",
      pull_request_number: "40",
      reason:
        "Pull request #40 (https://github.com/octo/app/pull/40) of task active-task " +
        `(https://github.com/octo/app/copilot/tasks/active-task), a task with the key "${KEY}", is still open.`,
    });
  });

  it("finds it by its branch where it has no global ID", async () => {
    expect(
      (await run({ with: UNTIL_CLOSED, scenario: { existing: [ended({ global_id: "empty" })] } })).starts,
    ).toBe(0);
  });

  it.each(["closed", "merged"] as const)("does not count one whose pull request is %s", async (state) => {
    expect((await run({ with: UNTIL_CLOSED, scenario: { existing: [ended({}, state)] } })).starts).toBe(1);
  });

  it("counts one that is active too", async () => {
    expect(await startsWith({}, UNTIL_CLOSED)).toBe(0);
  });

  it.each<[string, Partial<ExistingTask>]>([
    ["has another key", { prompt: `x\n\n${trace("no_match")}` }],
    ["has no pull request", { steps: [{ after_seconds: 0, state: "completed" }] }],
    ["was not updated for 30 days", { created_seconds_ago: 31 * DAY_S }],
    ["is archived", { archived: true }],
  ])("does not count one that %s", async (_what, more) => {
    expect((await run({ with: UNTIL_CLOSED, scenario: { existing: [ended(more)] } })).starts).toBe(1);
  });

  it("starts nothing where the pull request cannot be looked up", async () => {
    const { status, starts, log } = await run({
      with: UNTIL_CLOSED,
      scenario: { existing: [ended()], workflow: { pulls: "none" } },
    });
    expect([status, starts]).toEqual([1, 0]);
    expect(log).toContainEqual(
      expect.stringMatching(
        /^error\(Agent task\): Could not find out whether the pull request of task active-task is still open: .*\nGive the job the permission pull-requests: read/,
      ),
    );
  });

  it("starts nothing where GitHub does not say the pull request's state", async () => {
    const env = environment("start", { with: UNTIL_CLOSED, scenario: { existing: [ended()] } });
    const send = env.fetch;
    const fetch = (async (input, init) => {
      const response = await send(input, init);
      return String(input).endsWith("/graphql")
        ? new Response((await response.text()).replaceAll('"OPEN"', '"PENDING"'), response)
        : response;
    }) as typeof globalThis.fetch;
    expect([await start({ ...env, fetch }), env.simulator.count("start")]).toEqual([1, 0]);
    expect(env.log()).toContainEqual(
      expect.stringContaining("is still open: GitHub's answer does not say its state."),
    );
  });

  it("is not asked after with the default", async () => {
    expect((await run({ with: SKIP, scenario: { existing: [ended()] } })).starts).toBe(1);
  });
});

describe("after the start", () => {
  /** Runs a step, and puts an active task there right after its look. */
  async function withActiveTask(more: Partial<ExistingTask>, inputs: Record<string, string> = SKIP) {
    const env = environment("start", { with: inputs, scenario: { plans: [SUCCESSFUL] } });
    const send = env.fetch;
    const racing = {
      ...env,
      fetch: (async (input, init) => {
        const answer = await send(input, init);
        if (init?.method === "POST") {
          env.simulator.addTask(existing({ created_seconds_ago: 1, ...more }));
        }
        return answer;
      }) as typeof fetch,
    };
    const status = await start(racing);
    return { status, log: env.log(), lists: env.simulator.count("list") };
  }
  const isWarning = (line: string) => line.startsWith("warning(");

  it("a task of the same key that appeared meanwhile is warned of, with both links", async () => {
    const { status, log, lists } = await withActiveTask({});
    expect([status, lists]).toEqual([0, 2]);
    expect(log.filter(isWarning)).toEqual([
      expect.stringMatching(
        /^warning\(A second task exists\): .*octo\/app\/copilot\/tasks\/task-1.*octo\/app\/copilot\/tasks\/active-task.*concurrency group/,
      ),
    ]);
  });

  it.each<[string, Partial<ExistingTask>, Record<string, string>]>([
    ["of another key", { prompt: "x" }, SKIP],
    ["without if_active", {}, {}],
    ["that has long been there", { created_seconds_ago: 3600 }, SKIP],
  ])("a task %s is not", async (_what, more, inputs) => {
    expect((await withActiveTask(more, inputs)).log.filter(isWarning)).toEqual([]);
  });

  it("says so where looking fails, and goes on", async () => {
    const faults: FaultRule[] = [
      { on: { kind: "list", nth: [2, 3, 4, 5] }, do: { type: "error_500_before" } },
    ];
    const { status, log } = await run({ with: SKIP, scenario: { faults } });
    expect(status).toBe(0);
    expect(log.filter(isWarning)).toEqual([
      expect.stringMatching(
        /^warning\(A second task may exist\): Could not find out whether another run started .*: HTTP 500\./,
      ),
    ]);
  });

  it("says so where the list has an entry that cannot be read, and goes on", async () => {
    const { status, log } = await withActiveTask({ extra: { id: null } });
    expect(status).toBe(0);
    expect(log.filter(isWarning)).toEqual([
      expect.stringMatching(
        /^warning\(A second task may exist\): .*in a form that this version .* cannot read\./,
      ),
    ]);
  });

  it("looks no more where the step is stopped", async () => {
    const env = environment("start", { with: SKIP, scenario: { plans: [SUCCESSFUL] } });
    const send = env.fetch;
    const fetch = (async (input, init) => {
      const answer = await send(input, init);
      if (init?.method === "POST") {
        env.stop.abort();
      }
      return answer;
    }) as typeof globalThis.fetch;
    await start({ ...env, fetch });
    expect(env.simulator.count("list")).toBe(1);
  });
});
