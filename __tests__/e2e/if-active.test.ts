import { describe, expect, it } from "@jest/globals";
import type { ExistingTask } from "../../tools/simulator/scenario.ts";
import { existingTask, REPOSITORY, SUCCESSFUL, type TestScenario, traceLine } from "../support/fixtures.ts";
import { runInTurn, startTask, type TestStep } from "../support/run-dist.ts";

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

describe("a label that is toggled ten times", () => {
  const toggles = (inputs?: Record<string, string>) =>
    Array.from({ length: 10 }, (_, n) => labelled(7_000_000_001 + n, inputs));

  it("starts one task with if_active: skip", async () => {
    const runs = await runInTurn(LABELS, toggles());
    const [first, ...others] = runs;
    const task = first?.simulator.startedTasks[0];
    expect(first?.simulator.startedTasks).toHaveLength(1);
    expect(first?.outputs).toMatchObject({ task_id: task?.id, started: "true", conclusion: "" });
    for (const { exitCode, outputs, stdout, summary } of others) {
      expect(exitCode).toBe(0);
      expect(outputs).toMatchObject({
        task_id: task?.id,
        task_url: `https://github.com/octo/app/tasks/${task?.id}`,
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
    const [first] = await runInTurn(LABELS, toggles({}));
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
  it("decides which tasks count", async () => {
    const other = existing({ prompt: `x\n\n${traceLine({ ...EARLIER_RUN, key: "deps" })}` });
    const starts = async (inputs: Record<string, string>, task = other) =>
      (await startTask({ existing: [task] }, { ...SKIP, ...inputs })).simulator.count("start");
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
