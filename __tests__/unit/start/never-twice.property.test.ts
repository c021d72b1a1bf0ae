import { describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { start } from "../../../src/actions/start.ts";
import type { Fault } from "../../../tools/simulator/scenario.ts";
import { shareErrorsWithNode } from "../../support/builders.ts";
import { MINUTE } from "../../support/clock.ts";
import { propertySettings } from "../../support/property-settings.ts";
import {
  type EarlierTask,
  earlierTask,
  lossyFault,
  quietWorld,
  type RandomWorld,
  randomWorld,
  readFault,
} from "../../support/random-world.ts";
import { type Outcome, runWorld } from "../../support/run-world.ts";
import { breaches, startedBy, startsOf } from "../../support/world-invariants.ts";

shareErrorsWithNode();
jest.setTimeout(15 * MINUTE);

const settings = propertySettings("never-twice", 20261120, 1000);

/** Checks as many random worlds as the settings say. */
async function checkWorlds(
  worlds: fc.Arbitrary<RandomWorld>,
  check: (world: RandomWorld) => Promise<void>,
  numRuns = settings.numRuns,
): Promise<void> {
  await fc.assert(fc.asyncProperty(worlds, check), { ...settings, numRuns });
}

/** In how many of the thousand worlds each of these must happen at least: so few that chance alone never gives fewer. */
const MIN_WORLDS = {
  "starts lost": 300,
  "adopted after a loss": 50,
  "adopted from an earlier attempt": 10,
  "sent again": 50,
  cancelled: 50,
  settled: 50,
};

/** Counts what happened in the worlds, to show that the test is not empty. */
function createTally() {
  const counts = new Map<string, number>();
  return {
    count: (name: string, of = true) => void counts.set(name, (counts.get(name) ?? 0) + Number(of)),
    print: () => process.stdout.write(`never-twice: ${JSON.stringify(Object.fromEntries(counts))}\n`),
    of: (name: string) => counts.get(name) ?? 0,
  };
}

describe("a step in a random world", () => {
  it("ends, loses no task, and never starts a task twice in silence", async () => {
    const met = createTally();
    await checkWorlds(randomWorld, async (world) => {
      const run = await runWorld(world, start);
      const [outcome] = run.outcomes as [Outcome];
      met.count("runs");
      met.count(
        "starts lost",
        startsOf(outcome).some((exchange) => !exchange.delivered),
      );
      met.count(
        "adopted after a loss",
        outcome.core.lines.some((line) => line.includes("The start request succeeded. Following task")),
      );
      met.count(
        "adopted from an earlier attempt",
        outcome.outputs.started === "false" && outcome.outputs.task_id !== "",
      );
      met.count("sent again", startsOf(outcome).length > 1);
      met.count("two tasks", startedBy(outcome, run).length > 1);
      met.count("cancelled", outcome.env.signal.aborted);
      met.count("settled", outcome.outputs.conclusion !== "");
      met.count("no task", outcome.outputs.task_id === "");
      expect(breaches(run)).toEqual([]);
    });
    met.print();
    for (const [name, min] of Object.entries(MIN_WORLDS)) {
      expect(`${name}: ${met.of(name) >= min}`).toBe(`${name}: true`);
    }
  });
});

/** A start whose answer is lost, and a list that shows its task only after four searches, when it has been sent again. */
const lateWorld = fc
  .record({
    world: randomWorld,
    fault: fc.constantFrom<Fault>(
      { type: "reset_after" },
      { type: "stall_after" },
      { type: "error_500_after" },
      { type: "html", status: 502, carried_out: true },
    ),
    lag: fc.integer({ min: 90, max: 240 }),
  })
  .map(
    ({ world, fault, lag }): RandomWorld => ({
      ...world,
      plans: world.plans.map((plan) => ({ ...plan, minimal: false })),
      faults: [{ on: { kind: "start", nth: 1 }, do: fault }],
      outages: [],
      assumptions: {
        ...world.assumptions,
        list_lag_seconds: lag,
        get_lag_seconds: 0,
        session_prompt: "exact",
      },
      attempt: 1,
      earlier: [],
      inputs: { ...world.inputs, trace: "true" },
      token: {},
      cancelAt: null,
    }),
  );

/** Two jobs of one run, at the same time and with the same prompt, which both lose the answer to their start. */
const parallelWorld = fc
  .record({
    world: randomWorld,
    lost: fc.tuple(lossyFault, lossyFault),
    lag: fc.nat(45),
    shows: fc.constantFrom("exact" as const, "trimmed" as const),
  })
  .map(
    ({ world, lost, lag, shows }): RandomWorld => ({
      ...world,
      plans: world.plans.map((plan) => ({ ...plan, minimal: false })),
      faults: lost.map((fault, index) => ({ on: { kind: "start", nth: index + 1 }, do: fault })),
      outages: [],
      assumptions: { ...world.assumptions, list_lag_seconds: lag, get_lag_seconds: 0, session_prompt: shows },
      attempt: 1,
      inputs: { ...world.inputs, trace: "true", wait: "false" },
      token: {},
      cancelAt: null,
    }),
  );

/** A re-run that has a task to resume, and faults while it searches for that task. */
const rerunWorld = fc
  .record({
    world: randomWorld,
    earlier: earlierTask,
    faults: fc.array(readFault, { minLength: 1, maxLength: 3 }),
    shows: fc.constantFrom("exact" as const, "trimmed" as const),
  })
  .map(
    ({ world, earlier, faults, shows }): RandomWorld => ({
      ...world,
      faults,
      assumptions: { ...world.assumptions, session_prompt: shows },
      attempt: 2,
      earlier: [{ ...earlier, of: "same_step" }, ...world.earlier],
      inputs: { ...world.inputs, trace: "true", timeout_minutes: "1" },
    }),
  );

describe("a start that is sent again before the list shows its task", () => {
  it("never starts two tasks in silence", async () => {
    const numRuns = Math.ceil(settings.numRuns / 10);
    let twice = 0;
    await checkWorlds(
      lateWorld,
      async (world) => {
        const run = await runWorld(world, start);
        const [outcome] = run.outcomes as [Outcome];
        twice += startedBy(outcome, run).length > 1 ? 1 : 0;
        expect(breaches(run)).toEqual([]);
      },
      numRuns,
    );
    process.stdout.write(`never-twice: two tasks in ${twice} of ${numRuns} late worlds\n`);
    expect(twice).toBeGreaterThanOrEqual(numRuns / 4);
  });
});

describe("a re-run in a random world", () => {
  it("never starts what an earlier attempt has started, however hard that is to find out", async () => {
    await checkWorlds(rerunWorld, async (world) => {
      expect(breaches(await runWorld(world, start))).toEqual([]);
    });
  });
});

const earlierAt = (createdSecondsAgo: number, state: EarlierTask["state"]): EarlierTask => ({
  of: "same_step",
  state,
  completesAt: null,
  createdSecondsAgo,
});

/** Worlds in which a step once failed or nearly failed: how they differ from the quiet one. */
const PINNED: readonly (readonly [name: string, world: Partial<RandomWorld>])[] = [
  [
    "a re-run that can read only another task than the one to resume",
    {
      attempt: 2,
      earlier: [
        { of: "same_step", state: "completed", completesAt: null, createdSecondsAgo: 600 },
        { of: "other_step", state: "completed", completesAt: null, createdSecondsAgo: 900 },
      ],
      faults: [{ on: { kind: "get", nth: 1 }, do: { type: "forbidden" } }],
    },
  ],
  [
    "a re-run after two tasks of the same second, of which one was cancelled",
    { attempt: 2, earlier: [earlierAt(86_391, "queued"), earlierAt(86_391, "cancelled")] },
  ],
  [
    "a re-run after a start that made two tasks, of which the newer failed",
    { attempt: 2, earlier: [earlierAt(600, "failed"), earlierAt(1_750, "in_progress")] },
  ],
  [
    "a re-run that cannot read the older of two such tasks",
    {
      attempt: 2,
      earlier: [earlierAt(600, "failed"), earlierAt(700, "in_progress")],
      faults: [{ on: { kind: "get", nth: 2 }, do: { type: "forbidden" } }],
    },
  ],
  [
    "a lost start, and no candidate can be read during the whole search",
    {
      faults: [
        { on: { kind: "start", nth: 1 }, do: { type: "reset_after" } },
        { on: { kind: "get" }, do: { type: "error_500_before" } },
      ],
      neighbours: [-10, -20, -30].map((bornAt) => ({
        says: "something_else",
        by: "user",
        bornAt,
        shows: "exact",
        omit: [],
        minimal: false,
      })),
    },
  ],
  [
    "a lost start whose task is found paused, and a server whose clock is behind",
    {
      faults: [{ on: { kind: "start", nth: 1 }, do: { type: "reset_after" } }],
      plans: [{ steps: [{ after_seconds: 1, state: "waiting_for_user" }] }],
      assumptions: { server_ahead_seconds: -200 },
      inputs: { ...quietWorld.inputs, wait: "true" },
    },
  ],
  [
    "a lost start whose task only the lists between unreadable ones show",
    {
      faults: [
        { on: { kind: "start", nth: 1 }, do: { type: "reset_after" } },
        {
          on: { kind: "list", nth: [4, 1] },
          do: { type: "reshaped", rename: { id: "task_id" }, entries: 1 },
        },
      ],
      assumptions: { date: false, etags: false },
      inputs: { ...quietWorld.inputs, trace: "false", base_ref: "main" },
    },
  ],
  [
    "a lost start, and a list that hides how old another task is",
    {
      faults: [
        { on: { kind: "start", nth: 1 }, do: { type: "reset_before" } },
        { on: { kind: "list", nth: 1 }, do: { type: "reshaped", omit: ["created_at", "updated_at"] } },
      ],
      neighbours: [
        { says: "same_prompt", by: "user", bornAt: -600, shows: "exact", omit: [], minimal: false },
      ],
      inputs: { ...quietWorld.inputs, trace: "false" },
    },
  ],
  [
    "a lost start whose search fails after it saw a candidate",
    {
      faults: [
        { on: { kind: "start", nth: 1 }, do: { type: "reset_after" } },
        { on: { kind: "list", nth: [4] }, do: { type: "unauthorized" } },
      ],
      assumptions: { session_prompt: "absent" },
    },
  ],
];

describe("a step in a world in which it once failed", () => {
  it.each(PINNED)("keeps all invariants: %s", async (_name, world) => {
    expect(breaches(await runWorld({ ...quietWorld, ...world }, start))).toEqual([]);
  });
});

/** Fewer than of the others: these worlds differ in less, and each has two steps. */
const PARALLEL_WORLDS = 400;

describe("two steps at the same time with the same prompt", () => {
  it("adopt their own tasks, never each other's", async () => {
    const check = async (world: RandomWorld): Promise<void> => {
      const run = await runWorld(world, start, ["first", "second"]);
      expect(breaches(run)).toEqual([]);
      expect(run.simulator.startedTasks).toHaveLength(2);
      for (const { outputs, startId } of run.outcomes) {
        const own = run.simulator.startedTasks.find(({ body }) => body.prompt.includes(startId));
        expect([outputs.task_id, outputs.started]).toEqual([own?.id, "true"]);
      }
    };
    await checkWorlds(parallelWorld, check, PARALLEL_WORLDS);
  });
});
