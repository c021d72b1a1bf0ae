import { describe, expect, it } from "@jest/globals";
import type { ExistingTask, Json } from "../../tools/simulator/scenario.ts";
import { existingTask, REPOSITORY, SUCCESSFUL, type TestScenario, traceLine } from "../support/fixtures.ts";
import { run as runDist, startTask, type TestStep } from "../support/run-dist.ts";
import { inProcess } from "../support/run-in-process.ts";
import { sampleDist } from "../support/run-sampled.ts";

const SKIP = { if_active: "skip" };
const DAY_S = 24 * 3600;

const EARLIER_RUN = { runUrl: `https://github.com/${REPOSITORY}/actions/runs/6999999999` };

/** A task that an earlier run started, and that is active for another 15 minutes. */
function existing(changes: Partial<ExistingTask> = {}): ExistingTask {
  return existingTask({
    prompt: `Update the dependencies.\n\n${traceLine(EARLIER_RUN)}`,
    steps: [
      { after_seconds: 0, state: "in_progress" },
      { after_seconds: 1500, state: "completed" },
    ],
    ...changes,
  });
}

/** The run of a workflow on a label of an issue. */
const labelled = (runId: number, inputs: Record<string, string> = SKIP): TestStep => ({
  with: { issue_number: "7", ...inputs },
  github: {
    run_id: String(runId),
    event_name: "issues",
    triggering_actor: "mona",
    workflow_ref: `${REPOSITORY}/.github/workflows/label.yml@refs/heads/main`,
  },
  event: {
    repository: { private: true },
    issue: { number: Number(inputs.issue_number ?? 7), title: "It breaks", body: null },
  },
});

/** A repository with two issues, and a person who may label them. */
const LABELS: TestScenario = {
  plans: [SUCCESSFUL],
  repository: {
    issues: [
      { number: 7, title: "It breaks", user: "hubot" },
      { number: 8, title: "So does that", user: "hubot" },
    ],
    permissions: { mona: "write" },
  },
};

describe("an active task that GitHub lists and does not find", () => {
  const { run } = sampleDist();
  const hidden = (to_second: number): TestScenario => ({
    plans: [SUCCESSFUL],
    existing: [existing({ created_seconds_ago: 30 })],
    faults: [{ on: { kind: "get", to_second }, do: { type: "not_found" } }],
  });

  it("is asked for again for two minutes, and then skipped for", async () => {
    const { outputs, simulator } = await run(hidden(110), { with: SKIP });
    expect([simulator.count("start"), outputs.conclusion]).toEqual([0, "skipped"]);
  });

  it("is unknown after that, so nothing is started", async () => {
    const { exitCode, outputs, simulator, stdout } = await run(hidden(130), { with: SKIP });
    expect([exitCode, simulator.count("start"), outputs.error_code]).toEqual([1, 0, "indeterminate"]);
    expect(stdout).toContain("GitHub lists a task, and answers 404 for it. Nothing was started.");
    expect(stdout).toContain("earlier-task");
  });
});

describe("a label that is toggled ten times", () => {
  const { runInTurn } = sampleDist();
  const toggles = (inputs?: Record<string, string>) =>
    Array.from({ length: 10 }, (_, n) => labelled(7_000_000_001 + n, inputs));

  it("starts one task with if_active: skip", async () => {
    const runs = await inProcess.runInTurn(LABELS, toggles());
    const [first, ...others] = runs;
    const task = first?.simulator.startedTasks[0];
    expect(first?.simulator.startedTasks).toHaveLength(1);
    expect(first?.outputs).toMatchObject({ task_id: task?.id, started: "true", conclusion: "" });
    for (const { exitCode, outputs, stdout, summary } of others) {
      expect(exitCode).toBe(0);
      expect(outputs).toMatchObject({
        task_id: task?.id,
        task_url: `https://github.com/octo/app/copilot/tasks/${task?.id}`,
        state: "queued",
        started: "false",
        conclusion: "skipped",
        reason: expect.stringContaining(
          'A task with the key ".github/workflows/label.yml:update#7" is still queued',
        ),
      });
      expect(stdout).toContain(`::notice title=Nothing started::${outputs.reason}`);
      expect(summary).toContain("**Nothing was started.** A task with the key");
    }
  });

  it("starts ten without it", async () => {
    const [first] = await inProcess.runInTurn(LABELS, toggles({}));
    expect(first?.simulator.startedTasks).toHaveLength(10);
  });

  it("starts another task for another issue, and after the first has ended", async () => {
    const [first] = await runInTurn(LABELS, [
      labelled(7_000_000_001, { ...SKIP, wait: "true" }),
      labelled(7_000_000_002),
      labelled(7_000_000_003, { ...SKIP, issue_number: "8" }),
    ]);
    expect(first?.simulator.startedTasks).toHaveLength(3);
  });
});

describe("a nightly job", () => {
  const { startTask } = sampleDist();
  const UNTIL_CLOSED = { ...SKIP, active_until: "pull_request_closed" };
  const lastNight = (state: "open" | "merged") =>
    existing({
      created_seconds_ago: DAY_S,
      create_pull_request: true,
      steps: [{ after_seconds: 600, state: "completed", pull_request: { number: 40, state } }],
    });

  it("is skipped while its last pull request is open, with a reason in log, summary and outputs", async () => {
    const { exitCode, outputs, stdout, summary, simulator } = await startTask(
      { existing: [lastNight("open")] },
      UNTIL_CLOSED,
    );
    expect(exitCode).toBe(0);
    expect(simulator.count("start")).toBe(0);
    expect(outputs).toMatchObject({
      conclusion: "skipped",
      started: "false",
      task_id: "earlier-task",
      state: "completed",
      pull_request_number: "40",
      pull_request_url: "https://github.com/octo/app/pull/40",
    });
    expect(JSON.parse(outputs.counts ?? "")).toMatchObject({ skipped: 1, not_started: 0 });
    expect(outputs.reason).toMatch(
      /^Pull request #40 \(\S+\/pull\/40\) of task earlier-task .* is still open\.$/,
    );
    expect(stdout).toContain(`::notice title=Nothing started::${outputs.reason}`);
    expect(summary).toContain("### ⏭️ Agent task: skipped");
    expect(summary).toMatch(/\*\*Nothing was started\.\*\* Pull request .*40.* is still open\./);
  });

  it("starts a task after that pull request is merged", async () => {
    const { simulator } = await startTask({ existing: [lastNight("merged")] }, UNTIL_CLOSED);
    expect(simulator.startedTasks).toHaveLength(1);
  });

  it.each<[string, Json]>([
    ["have another type", [{ type: "pull_request", data: { number: 40 } }]],
    ["have no details", [{ type: "pull", pull: { number: 40 } }]],
    ["are no list", { pull_request: 40 }],
  ])("starts nothing if artifacts %s, and nothing names a branch", async (_what, artifacts) => {
    const last = lastNight("open");
    const sessions = [{ created_at: "2026-11-22T08:00:00Z", prompt: last.prompt ?? "" }];
    const { exitCode, outputs, simulator, stdout } = await startTask(
      {
        existing: [last],
        faults: [{ on: { kind: "get" }, do: { type: "reshaped", replace: { artifacts, sessions } } }],
      },
      UNTIL_CLOSED,
    );
    expect(exitCode).toBe(1);
    expect(simulator.count("start")).toBe(0);
    expect(outputs.error_code).toBe("indeterminate");
    expect(stdout).toContain("Could not find out whether the pull request of task earlier-task");
  });

  it("starts nothing if no token may read pull requests, and says what to do", async () => {
    const { exitCode, simulator, stdout } = await startTask(
      { existing: [lastNight("open")], workflow: { pulls: "none" } },
      UNTIL_CLOSED,
    );
    expect(exitCode).toBe(1);
    expect(simulator.count("start")).toBe(0);
    expect(stdout).toContain("Give the job the permission pull-requests: read");
  });
});

describe("if_active: attach", () => {
  it("waits for the active task, and reports it", async () => {
    const { exitCode, outputs, simulator, stdout } = await startTask(
      { existing: [existing()] },
      { if_active: "attach", wait: "true" },
    );
    expect(exitCode).toBe(0);
    expect(simulator.count("start")).toBe(0);
    expect(outputs).toMatchObject({ task_id: "earlier-task", started: "false", conclusion: "success" });
    expect(stdout).toContain("::notice title=Agent task attached::");
  });
});

describe("concurrency_key", () => {
  const { startTask } = sampleDist();
  it("decides which tasks count", async () => {
    const other = existing({ prompt: `x\n\n${traceLine({ ...EARLIER_RUN, key: "deps" })}` });
    const keys = sampleDist();
    const starts = async (inputs: Record<string, string>, task = other) =>
      (await keys.startTask({ existing: [task] }, { ...SKIP, ...inputs })).simulator.count("start");
    expect(await starts({})).toBe(1);
    expect(await starts({ concurrency_key: "deps" })).toBe(0);
    expect(await starts({ concurrency_key: "docs" })).toBe(1);
    expect(await starts({ concurrency_key: "*" })).toBe(0);
    expect(await starts({ concurrency_key: "*" }, existing({ creator: { login: "hubot", id: 1002 } }))).toBe(
      1,
    );
  });

  it("is not read from text that only looks like a trace", async () => {
    const trace = traceLine(EARLIER_RUN);
    const forged = existing({ prompt: `> ${trace}\n\nResolve the issue.\n${trace}\nand more` });
    const { simulator } = await startTask({ existing: [forged] }, SKIP);
    expect(simulator.count("start")).toBe(1);
  });
});

describe("a search that fails", () => {
  it("for three minutes starts nothing", async () => {
    const { exitCode, simulator, stdout, outputs } = await startTask(
      { faults: [{ on: { kind: "list" }, do: { type: "html", status: 502 } }] },
      SKIP,
    );
    expect(exitCode).toBe(1);
    expect(simulator.count("start")).toBe(0);
    expect(stdout).toContain("Could not find out whether a task is active in octo/app: HTTP 502.");
    expect(JSON.parse(outputs.counts ?? "")).toMatchObject({ not_started: 1 });
  });
});

describe("if_active in a matrix", () => {
  const { runInTurn } = sampleDist();
  const PACKAGES = ["api", "docs", "web"];
  const legs = (runId: number, inputs: Record<string, string> = SKIP): TestStep[] =>
    PACKAGES.map((name) => ({
      with: { ...inputs, prompt: `Update ${name}.` },
      github: { run_id: String(runId) },
      matrix: { package: name },
    }));

  it("starts a task for each job, and skips each in the next run", async () => {
    const runs = await runInTurn({ plans: [SUCCESSFUL] }, [...legs(7_000_000_001), ...legs(7_000_000_002)]);
    expect(runs[0]?.simulator.startedTasks).toHaveLength(3);
    expect(runs.map(({ outputs }) => outputs.conclusion)).toEqual(["", "", "", ...Array(3).fill("skipped")]);
    const ids = runs.map(({ outputs }) => outputs.task_id);
    expect(ids.slice(3)).toEqual(ids.slice(0, 3));
  });

  it("logs the key that each job has", async () => {
    const runs = await inProcess.runInTurn({ plans: [SUCCESSFUL] }, legs(7_000_000_001, {}));
    const keys = runs.map(({ stdout }) => /^key: (.*)$/m.exec(stdout)?.[1]);
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) {
      expect(key).toMatch(/^\.github\/workflows\/nightly\.yml:update#[0-9a-f]{12}$/);
    }
  });

  it("has one key for all jobs where it is given", async () => {
    const [first] = await inProcess.runInTurn(
      { plans: [SUCCESSFUL] },
      legs(7_000_000_001, { ...SKIP, concurrency_key: "packages" }),
    );
    expect(first?.simulator.startedTasks).toHaveLength(1);
    expect(first?.stdout).toMatch(/^key: packages$/m);
  });
});

describe("the second search of if_active", () => {
  const { startTask } = sampleDist();
  const races = sampleDist();
  const times = sampleDist();
  /** A run, and the task of another one that the list shows this many seconds after the first search. */
  const race = (lagSeconds: number, inputs: Record<string, string>) =>
    races.startTask(
      { plans: [SUCCESSFUL], existing: [existing({ created_seconds_ago: -lagSeconds })] },
      { ...SKIP, ...inputs },
    );

  it.each<[string, number, Record<string, string>]>([
    ["2 seconds, without waiting", 2, {}],
    ["9 seconds, without waiting", 9, {}],
    ["2 seconds, while waiting", 2, { wait: "true" }],
    ["55 seconds, while waiting", 55, { wait: "true" }],
    [
      "55 seconds, while waiting with an interval of ten minutes",
      55,
      { wait: "true", poll_interval_seconds: "600" },
    ],
    [
      "9 seconds, where the waiting time ends before",
      9,
      { wait: "true", timeout_minutes: "0.05", fail_on: "failure" },
    ],
  ])("warns of the task of another run though the list lags by %s", async (_what, lag, inputs) => {
    const { exitCode, stdout, simulator } = await race(lag, inputs);
    expect(exitCode).toBe(0);
    const warnings = stdout.split("\n").filter((line) => line.includes("title=A second task exists"));
    expect(warnings).toHaveLength(1);
    for (const id of [simulator.startedTasks[0]?.id, "earlier-task"]) {
      expect(warnings[0]).toContain(`/tasks/${id}`);
    }
  });

  it("does not see a task that the list shows later", async () => {
    for (const [lag, inputs] of [
      [15, {}],
      [70, { wait: "true" }],
    ] as const) {
      expect((await race(lag, inputs)).stdout).not.toContain("::warning");
    }
  });

  it.each<[string, Record<string, string>, number, number]>([
    ["10 s after the start without waiting", {}, 10, 12],
    ["60 s after it while waiting", { wait: "true" }, 60, 62],
    ["10 s after it where the waiting ends before", { wait: "true", timeout_minutes: "0.05" }, 10, 12],
  ])("comes %s", async (_when, inputs, earliest, latest) => {
    const { simulator } = await times.startTask({ plans: [SUCCESSFUL] }, { ...SKIP, ...inputs });
    const startedAt = simulator.requests.find(({ kind }) => kind === "start")?.at ?? 0;
    const lists = simulator.requests.filter(({ kind }) => kind === "list");
    expect(lists).toHaveLength(2);
    const seconds = ((lists[1]?.at ?? 0) - startedAt) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(earliest);
    expect(seconds).toBeLessThanOrEqual(latest);
  });

  it("is left out, and so is the pause, where if_active is start or nothing was started", async () => {
    const plain = await startTask({ plans: [SUCCESSFUL] });
    expect(plain.simulator.count("list")).toBe(0);
    const requests = plain.simulator.requests.map(({ at }) => at);
    expect(Math.max(...requests) - Math.min(...requests)).toBeLessThan(2000);
    const skipped = await startTask({ existing: [existing()] }, SKIP);
    expect(skipped.simulator.count("list")).toBe(1);
  });

  it("is left out where the run is cancelled", async () => {
    const { exitCode, simulator, outputs } = await runDist(
      { plans: [SUCCESSFUL] },
      {
        with: SKIP,
        onRequest: ({ kind }, kill) => kind === "start" && kill("SIGTERM"),
      },
    );
    expect(exitCode).toBe(143);
    expect(simulator.count("list")).toBe(1);
    expect(outputs.task_id).toBe(simulator.startedTasks[0]?.id);
  });
});
