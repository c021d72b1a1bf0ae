import { describe, expect, it } from "@jest/globals";
import { start } from "../../../src/actions/start.ts";
import { MAX_START_MS } from "../../../src/start/resume.ts";
import type { ExistingTask, Fault } from "../../../tools/simulator/scenario.ts";
import { environment, type TestStep } from "../../support/action-harness.ts";
import { MINUTE } from "../../support/clock.ts";
import { BRIEF, existingTask, traceLine } from "../../support/fixtures.ts";

/** A task of an earlier attempt of the usual step. */
const earlier = (state: string, changes: Partial<ExistingTask> = {}): ExistingTask =>
  existingTask({
    prompt: `Update the dependencies.\n\n${traceLine()}`,
    steps: [{ after_seconds: 0, state }],
    ...changes,
  });

/** Re-runs the step. */
async function rerun({ scenario, runner, ...step }: TestStep) {
  const env = environment("start", {
    ...step,
    scenario: { plans: [BRIEF], ...scenario },
    runner: { runAttempt: 2, ...runner },
  });
  const status = await start(env);
  expect(env.simulator.violations).toEqual([]);
  const warnings = env.log().filter((line) => line.startsWith("warning("));
  return {
    status,
    starts: env.simulator.count("start"),
    outputs: env.outputs(),
    log: env.log(),
    warnings,
    env,
  };
}

const rerunAfter = (...existing: ExistingTask[]) => rerun({ scenario: { existing } });

describe("a re-run after a failed task", () => {
  const NEWER_S = 60;
  const failed = earlier("failed", { id: "newer", created_seconds_ago: NEWER_S });
  const startLimitS = MAX_START_MS / 1000;

  it.each([
    ["as old as it", 0],
    ["as old as a task of the same start can be", startLimitS],
  ])("goes on with one that works and is %s", async (_when, seconds) => {
    const older = earlier("in_progress", { created_seconds_ago: NEWER_S + seconds });
    const { starts, outputs } = await rerunAfter(older, failed);
    expect(starts).toBe(0);
    expect(outputs).toMatchObject({ task_id: "earlier-task", started: "false" });
  });

  it("starts anew where what works is older, which is then of another start", async () => {
    const older = earlier("in_progress", { created_seconds_ago: NEWER_S + startLimitS + 1 });
    const { starts, env } = await rerunAfter(older, failed);
    expect(starts).toBe(1);
    // The newest alone is fetched.
    expect(env.simulator.count("get")).toBe(1);
  });

  it.each<[string, Fault]>([
    ["fetched", { type: "forbidden" }],
    ["compared", { type: "reshaped", replace: { sessions: [{ prompt: 7 }] } }],
  ])("starts nothing where the one beside it cannot be %s", async (_what, fault) => {
    const older = earlier("in_progress", { created_seconds_ago: NEWER_S });
    const on = { kind: "get" as const, nth: 2 };
    const { status, starts } = await rerun({
      scenario: { existing: [older, failed], faults: [{ on, do: fault }] },
    });
    expect([status, starts]).toEqual([1, 0]);
  });
});

describe("a re-run whose search is not whole", () => {
  it("starts nothing where an entry of the list has no ID", async () => {
    const { status, starts, log } = await rerunAfter(existingTask({ extra: { id: null } }));
    expect([status, starts]).toEqual([1, 0]);
    expect(log).toContainEqual(
      expect.stringMatching(
        /^error\(.*Could not find out whether an earlier attempt .* cannot read\. Nothing was started\./,
      ),
    );
  });

  it("warns where there are more tasks than it compares", async () => {
    const others = Array.from({ length: 301 }, (_, n) =>
      existingTask({ id: `other-${n}`, created_seconds_ago: 600 + n }),
    );
    const { starts, warnings } = await rerunAfter(...others);
    expect(starts).toBe(1);
    expect(warnings).toEqual([
      expect.stringMatching(/^warning\(Re-run\): Searched only the newest tasks, at most 300 on 10 pages,/),
    ]);
  });

  it("waits a minute for a task that is listed and cannot be fetched yet", async () => {
    const on = { kind: "get" as const, nth: [1, 2] };
    const { starts, outputs, env } = await rerun({
      scenario: { existing: [earlier("completed")], faults: [{ on, do: { type: "not_found" } }] },
    });
    expect([starts, outputs.task_id]).toEqual([0, "earlier-task"]);
    expect(env.clock.sleeps).toEqual([MINUTE / 2, MINUTE / 2]);
  });

  it.each<[string, Fault]>([
    ["stays not found", { type: "not_found" }],
    ["is refused", { type: "forbidden" }],
  ])("starts nothing where such a task %s", async (_how, fault) => {
    const { status, starts } = await rerun({
      scenario: { existing: [earlier("completed")], faults: [{ on: { kind: "get" }, do: fault }] },
    });
    expect([status, starts]).toEqual([1, 0]);
  });
});

describe("a re-run inside a composite action", () => {
  const COMPOSITE = { compositePath: "/actions/octo-org/agents/v1", temp: "" };
  const stepOf = (work: string) => `agent/${work}`;
  const other = (state: string) =>
    earlier(state, { prompt: `Lint.\n\n${traceLine({ step: stepOf("0123456789ab") })}` });
  const isOfOther = expect.stringMatching(
    /^warning\(Re-run\): .*inside the same composite action, with another prompt/,
  );

  it("links a task that another prompt started, and starts its own", async () => {
    const { starts, warnings } = await rerun({
      runner: COMPOSITE,
      scenario: { existing: [other("completed")] },
    });
    expect(starts).toBe(1);
    expect(warnings).toContainEqual(isOfOther);
  });

  it("says nothing of one that failed", async () => {
    const { starts, warnings } = await rerun({
      runner: COMPOSITE,
      scenario: { existing: [other("failed")] },
    });
    expect(starts).toBe(1);
    expect(warnings).not.toContainEqual(isOfOther);
  });
});
