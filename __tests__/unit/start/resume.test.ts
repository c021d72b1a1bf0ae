import { describe, expect, it } from "@jest/globals";
import { start } from "../../../src/actions/start.ts";
import { MAX_START_MS } from "../../../src/start/resume.ts";
import type { ExistingTask, Fault, FaultRule, Json } from "../../../tools/simulator/scenario.ts";
import { environment, type TestEnvironment, type TestStep } from "../../support/action-harness.ts";
import { MINUTE, NOW } from "../../support/clock.ts";
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

  it("waits for a task that is listed and cannot be fetched yet", async () => {
    const on = { kind: "get" as const, nth: [1, 2] };
    const { starts, outputs, env } = await rerun({
      scenario: { existing: [earlier("completed")], faults: [{ on, do: { type: "not_found" } }] },
    });
    expect([starts, outputs.task_id]).toEqual([0, "earlier-task"]);
    expect(env.clock.sleeps).toEqual([5_000, 10_000]);
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

describe("a re-run whose list has a task that is gone", () => {
  const gone = (changes: Partial<ExistingTask> = {}) =>
    rerun({
      scenario: {
        existing: [
          existingTask({ id: "other", prompt: "x", created_seconds_ago: 60 }),
          earlier("completed", changes),
        ],
        // The first request is for the other task, which is newer.
        faults: [{ on: { kind: "get", nth: [2, 3, 4, 5, 6, 7, 8, 9] }, do: { type: "not_found" } }],
      },
    });

  it("starts one and warns after a minute where it had ended", async () => {
    const { starts, warnings, env } = await gone({ created_seconds_ago: 601 });
    expect(starts).toBe(1);
    expect(
      (env.simulator.requests.find(({ kind }) => kind === "start")?.at ?? 0) - NOW,
    ).toBeGreaterThanOrEqual(MINUTE);
    expect(warnings).toEqual([
      expect.stringMatching(/^warning\(Re-run\): GitHub shows no prompt of .*earlier-task/),
    ]);
  });

  it("starts nothing where it is new, or active", async () => {
    for (const changes of [
      { created_seconds_ago: 300 },
      { created_seconds_ago: 3000, steps: [{ after_seconds: 0, state: "in_progress" }] },
    ]) {
      const { status, starts, log } = await gone(changes);
      expect([status, starts]).toEqual([1, 0]);
      expect(log).toContainEqual(
        expect.stringMatching(
          /GitHub lists a task, and answers 404 for it.*start a new run instead of a re-run/s,
        ),
      );
    }
  });
});

describe("a re-run whose task somebody has archived", () => {
  const archived = (changes: Partial<ExistingTask> = {}) =>
    earlier("completed", { archived: true, ...changes });

  it("goes on with it", async () => {
    const { starts, outputs } = await rerunAfter(archived());
    expect([starts, outputs.task_id]).toEqual([0, "earlier-task"]);
  });

  it("starts one without a warning where the archived tasks are others'", async () => {
    const others = [
      archived({ prompt: "x" }),
      archived({ id: "editor", session_prompt: "absent", steps: [{ after_seconds: 0, state: "failed" }] }),
    ];
    expect(await rerunAfter(...others)).toMatchObject({ starts: 1, warnings: [] });
  });
});

describe("a re-run of one of several calls of a reusable workflow", () => {
  const call = (text: string, state = "completed") =>
    earlier(state, { id: text, prompt: `Update ${text}.\n\n${traceLine()}` });
  const rerunOf = (text: string, ...existing: ExistingTask[]) =>
    rerun({ with: { prompt: `Update ${text}.` }, scenario: { existing } });

  it("goes on with the task that has its text", async () => {
    const { starts, outputs } = await rerunOf("a", call("a"), call("b"), call("c"));
    expect([starts, outputs.task_id]).toEqual([0, "a"]);
  });

  it("starts one, and links the others, where it had not come to a start", async () => {
    const { starts, warnings } = await rerunOf("c", call("a"), call("b"));
    expect(starts).toBe(1);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^warning\(Re-run\): In the same place of the workflow, .*tasks\/[ab].*tasks\/[ab]/,
      ),
    ]);
  });

  it("starts one where its own failed", async () => {
    expect(await rerunOf("b", call("a"), call("b", "failed"))).toMatchObject({ starts: 1 });
  });

  it("is not given the task of another call that a later attempt started", async () => {
    const later = (state: string) =>
      earlier(state, {
        id: "later",
        created_seconds_ago: 600,
        prompt: `Update b.\n\n${traceLine().replace("/attempts/1", "/attempts/2")}`,
      });
    const rerunThird = (own: ExistingTask) =>
      rerun({
        with: { prompt: "Update a." },
        runner: { runAttempt: 3 },
        scenario: { existing: [own, later("completed")] },
      });
    const adopted = await rerunThird(call("a"));
    expect([adopted.starts, adopted.outputs.task_id]).toEqual([0, "a"]);
    expect(await rerunThird(call("a", "failed"))).toMatchObject({ starts: 1 });
  });
});

describe("a re-run inside a composite action", () => {
  const COMPOSITE = { compositePath: "/actions/octo-org/agents/v1", temp: "" };
  const stepOf = (work: string) => `agent/${work}`;
  const other = (state: string) =>
    earlier(state, { prompt: `Lint.\n\n${traceLine({ step: stepOf("0123456789ab") })}` });
  const isOfOther = expect.stringMatching(
    /^warning\(Re-run\): In the same place of the workflow, .* with another prompt/,
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

const other = existingTask({ id: "other", created_seconds_ago: 5000, prompt: "Something else." });
/** What GitHub shows of a task's sessions the first times. */
const shown = (sessions: Json, nth: number[] = []): FaultRule => ({
  on: { kind: "get", ...(nth.length === 0 ? {} : { nth }) },
  do: { type: "reshaped", replace: { sessions } },
});
const session = (prompt: Json, created_at: Json = "2026-11-23T07:50:00Z"): Json => ({ prompt, created_at });

describe("a re-run where a task shows no prompt", () => {
  const noPrompt = (changes: Partial<ExistingTask>) =>
    earlier("in_progress", { session_prompt: "absent", ...changes });
  const links = expect.stringMatching(/^warning\(A task may have been started\): .*earlier-task/);

  it.each<[string, string, Json[]]>([
    ["is active", "in_progress", [session(null)]],
    ["waits for a person", "waiting_for_user", [session(null)]],
    ["has no session yet", "queued", []],
    ["is new, has no session, and is idle", "idle", []],
    ["has a blank prompt", "in_progress", [session(" ")]],
  ])("starts nothing while it %s, and links it", async (_what, state, sessions) => {
    // The other task is got second, and not again.
    const faults = [shown(sessions, [1, 3, 4])];
    const { status, starts, log } = await rerun({ scenario: { existing: [earlier(state), other], faults } });
    expect([status, starts]).toEqual([1, 0]);
    expect(log).toContainEqual(links);
    expect(log).toContainEqual(
      expect.stringMatching(
        /^error\(.*no prompt of an active task there.*\n.*Look at task earlier-task \(https:/,
      ),
    );
  });

  it("starts nothing where no task shows its prompt, unless all have failed", async () => {
    const ended = noPrompt({ steps: [{ after_seconds: 0, state: "completed" }] });
    expect(await rerunAfter(ended)).toMatchObject({ status: 1, starts: 0 });
    const failed = noPrompt({ steps: [{ after_seconds: 0, state: "failed" }] });
    expect(await rerunAfter(failed)).toMatchObject({ starts: 1, warnings: [] });
  });

  it.each<[string, string, number, Json[]]>([
    ["has ended", "completed", 600, [session(null)]],
    ["has ended, without a session", "completed", 2 * 3600, []],
    ["was not updated for a day", "in_progress", 25 * 3600, [session(null)]],
  ])("starts one and warns where it %s", async (_what, state, created_seconds_ago, sessions) => {
    const task = earlier(state, { created_seconds_ago });
    const nth = created_seconds_ago < 5000 ? 1 : 2;
    const { starts, warnings } = await rerun({
      scenario: { existing: [task, other], faults: [shown(sessions, [nth])] },
    });
    expect(starts).toBe(1);
    expect(warnings).toEqual([
      expect.stringMatching(/^warning\(Re-run\): GitHub shows no prompt of task earlier-task \(https:/),
    ]);
  });

  it("says nothing of one that has failed", async () => {
    const steps = [{ after_seconds: 0, state: "failed" }];
    expect(await rerunAfter(noPrompt({ steps }), other)).toMatchObject({ starts: 1, warnings: [] });
  });

  it("starts nothing where it is newer than one that failed, and one where it is much older", async () => {
    const failed = earlier("failed", { id: "failed", created_seconds_ago: 1200 });
    expect(await rerunAfter(failed, noPrompt({ created_seconds_ago: 60 }))).toMatchObject({ starts: 0 });
    const old = noPrompt({ created_seconds_ago: 1200 + MAX_START_MS / 1000 + 1 });
    expect(await rerunAfter(failed, old)).toMatchObject({ starts: 1, warnings: [] });
  });

  it("waits for the first session of a new task", async () => {
    const { starts, outputs, log, env } = await rerun({
      scenario: {
        existing: [earlier("queued")],
        faults: [shown([], [1, 2])],
        assumptions: { etags: false },
      },
    });
    expect([starts, outputs.task_id]).toEqual([0, "earlier-task"]);
    expect(env.clock.sleeps).toEqual([5_000, 10_000]);
    expect(log).toContainEqual(
      expect.stringMatching(
        /^info: GitHub lists task earlier-task .* and does not show its prompt yet.* in 10 s\./,
      ),
    );
  });
});

describe("a re-run where a session cannot be placed", () => {
  const PROMPT = `Update the dependencies.\n\n${traceLine()}`;
  const LATER = "Please mend the tests too.";

  it.each<[string, Json[]]>([
    ["no time can be read", [session(PROMPT, 1_795_419_000), session(LATER, 1_795_419_900)]],
    ["the new one has no time yet", [session(LATER, null), session(PROMPT)]],
  ])("starts nothing: %s", async (_what, sessions) => {
    const { status, starts } = await rerun({
      scenario: { existing: [earlier("in_progress")], faults: [shown(sessions)] },
    });
    expect([status, starts]).toEqual([1, 0]);
  });
});

describe("a re-run whose list is in another order", () => {
  it("finds the newest task behind older ones", async () => {
    const tasks = [
      earlier("failed", { id: "oldest", created_seconds_ago: 7200 }),
      existingTask({ id: "other", created_seconds_ago: 90_000, prompt: "Something else." }),
      earlier("in_progress", { id: "newest", created_seconds_ago: 1800 }),
    ];
    const env = environment("start", {
      scenario: { plans: [BRIEF], existing: tasks },
      runner: { runAttempt: 2 },
    });
    const status = await start({ ...env, fetch: inOrder(env, ["oldest", "other", "newest"]) });
    expect([status, env.simulator.count("start"), env.outputs().task_id]).toEqual([0, 0, "newest"]);
  });

  it("names the newest of those that failed", async () => {
    const tasks = ["first", "second"].map((id, n) =>
      earlier("failed", { id, created_seconds_ago: 9000 - 3000 * n }),
    );
    const env = environment("start", {
      scenario: { plans: [BRIEF], existing: tasks },
      runner: { runAttempt: 2 },
    });
    await start({ ...env, fetch: inOrder(env, ["first", "second"]) });
    expect(env.simulator.count("start")).toBe(1);
    expect(env.log()).toContainEqual(expect.stringMatching(/task second of an earlier attempt .* is failed/));
  });
});

/** Lists tasks in this order. */
function inOrder(env: TestEnvironment, ids: readonly string[]): typeof fetch {
  return async (input, init) => {
    const response = await env.fetch(input, init);
    if (!/\/tasks\?/.test(String(input))) {
      return response;
    }
    const { tasks } = (await response.json()) as { tasks: { id: string }[] };
    tasks.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
    return Response.json({ tasks });
  };
}

describe("a re-run with a given key", () => {
  const rerunWith = (prompt: string) => {
    const line = traceLine({ key: "nightly-2026-11-22", step: "update:agent" });
    return rerun({
      with: { concurrency_key: "nightly-2026-11-23" },
      scenario: { existing: [earlier("completed", { prompt: `${prompt}\n\n${line}` })] },
    });
  };

  it("picks up a task whose key was another one, as a date is", async () => {
    const { starts, outputs } = await rerunWith("Update the dependencies.");
    expect([starts, outputs.task_id]).toEqual([0, "earlier-task"]);
  });

  it("starts one, and links the task that has another key and prompt, which may be of another call", async () => {
    const { starts, outputs, warnings } = await rerunWith("Write the documentation.");
    expect([starts, outputs.started]).toEqual([1, "true"]);
    expect(warnings).toEqual([
      expect.stringMatching(/^warning\(Re-run\): In the same place of the workflow, .*tasks\/earlier-task/),
    ]);
  });
});

describe("a re-run whose list lacks its task at first", () => {
  /** A task of an earlier attempt that the list shows this many seconds after the first search. */
  const late = (seconds: number, state = "in_progress", changes: Partial<ExistingTask> = {}) =>
    earlier(state, { created_seconds_ago: -seconds, ...changes });
  const WAIT = { wait: "true" };
  const second = (title: string) =>
    expect.stringMatching(
      new RegExp(
        `^warning\\(${title}\\): An earlier attempt .*/tasks/earlier-task.*this step started task .*/tasks/`,
      ),
    );

  it.each<[string, number, Record<string, string>]>([
    ["without waiting", 8, {}],
    ["while waiting", 50, WAIT],
    ["with if_active too", 8, { if_active: "skip" }],
  ])("starts one, and warns of both: %s", async (_when, seconds, inputs) => {
    const { starts, warnings } = await rerun({ with: inputs, scenario: { existing: [late(seconds)] } });
    expect(starts).toBe(1);
    expect(warnings).toEqual([second("A second task exists")]);
  });

  it("says nothing of one that failed, of another start, or of another step", async () => {
    const existing = [
      late(5, "failed"),
      late(5, "in_progress", { id: "b", prompt: "Something else." }),
      late(5, "in_progress", { id: "c", prompt: `x\n\n${traceLine({ step: "other" })}` }),
    ];
    expect(await rerun({ scenario: { existing } })).toMatchObject({ starts: 1, warnings: [] });
  });

  /** Runs with lists that are empty until the step has started its task. */
  async function rerunWithLateLists(task: ExistingTask, faults: FaultRule[] = []) {
    const env = environment("start", {
      scenario: { plans: [BRIEF], existing: [task], faults },
      runner: { runAttempt: 2 },
    });
    await start({
      ...env,
      fetch: async (input, init) => {
        const response = await env.fetch(input, init);
        return /\/tasks\?/.test(String(input)) && env.simulator.count("start") === 0
          ? Response.json({ tasks: [] })
          : response;
      },
    });
    expect(env.simulator.count("start")).toBe(1);
    return env.log().filter((line) => line.startsWith("warning"));
  }

  it.each<[string, Fault]>([
    ["has sessions that cannot be read", { type: "reshaped", replace: { sessions: "x" } }],
    ["cannot be fetched", { type: "not_found" }],
  ])("warns of one that is older than its own and %s, and of none that is newer", async (_what, fault) => {
    const faults = [{ on: { kind: "get" as const }, do: fault }];
    expect(await rerunWithLateLists(earlier("in_progress", { created_seconds_ago: 600 }), faults)).toEqual([
      second("A second task may exist"),
    ]);
    expect(await rerun({ scenario: { existing: [late(5)], faults } })).toMatchObject({
      starts: 1,
      warnings: [],
    });
  });

  it("warns of one that is older than its own and shows no prompt", async () => {
    expect(await rerunWithLateLists(earlier("in_progress", { session_prompt: "absent" }))).toEqual([
      second("A second task may exist"),
    ]);
  });

  it.each<[string, Fault]>([
    ["fails", { type: "forbidden" }],
    ["has an entry without an ID", { type: "reshaped", rename: { id: "task_id" }, entries: 1 }],
  ])("warns where the second search %s", async (_how, fault) => {
    const { starts, warnings } = await rerun({
      scenario: {
        existing: [late(5, "completed", { prompt: "x" })],
        faults: [{ on: { kind: "list", nth: 3 }, do: fault }],
      },
    });
    expect(starts).toBe(1);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^warning\(A second task may exist\): Could not find out whether an earlier attempt .*tasks\//,
      ),
    ]);
  });

  it("searches several repositories with one list", async () => {
    const names = ["octo/a", "octo/b", "octo/c"];
    const lateIn = (repository: string, id: string) =>
      late(8, "in_progress", { id, repository, prompt: `x\n\n${traceLine({ repository })}` });
    const { env, warnings } = await rerun({
      with: { repository: names.join("\n") },
      scenario: {
        repositories: Object.fromEntries([...names, "octo/d"].map((name) => [name, {}])),
        existing: [lateIn("octo/b", "earlier-task"), lateIn("octo/d", "elsewhere")],
      },
    });
    expect(env.simulator.count("start")).toBe(3);
    expect(env.simulator.count("list")).toBe(2 * names.length + 1);
    expect(warnings).toEqual([second("A second task exists")]);
    const own = env.simulator.startedTasks[1]?.id ?? "";
    expect(warnings[0]).toContain(own);
  });

  it("is not searched for in the first attempt, nor without a trace", async () => {
    for (const step of [{ runner: { runAttempt: 1 } }, { with: { trace: "false" } }]) {
      const { env } = await rerun({ ...step, scenario: { existing: [late(5)] } });
      expect([env.simulator.count("start"), env.simulator.count("list")]).toEqual([1, 0]);
    }
  });
});

describe("a re-run in several repositories", () => {
  /** Each task takes this long to get. */
  async function rerunSlowly(names: readonly string[], existing: ExistingTask[], seconds: number) {
    const env = environment("start", {
      with: { repository: names.join("\n") },
      scenario: {
        plans: [BRIEF],
        repositories: Object.fromEntries(names.map((name) => [name, {}])),
        existing,
      },
      runner: { runAttempt: 2 },
    });
    const status = await start({
      ...env,
      fetch: async (input, init) => {
        env.clock.advance(/\/tasks\/other/.test(String(input)) ? seconds * 1000 : 0);
        return env.fetch(input, init);
      },
    });
    return { status, starts: env.simulator.count("start"), log: env.log() };
  }

  it("starts what is missing, however long the history of each repository is", async () => {
    const names = ["octo/a", "octo/b", "octo/c", "octo/d", "octo/e", "octo/f"];
    const existing = names.flatMap((repository) =>
      Array.from({ length: 60 }, (_, index) =>
        existingTask({
          id: `other-${repository.at(-1)}-${index}`,
          repository,
          prompt: "x",
          created_seconds_ago: 600 + index,
        }),
      ),
    );
    expect(await rerunSlowly(names, existing, 1)).toMatchObject({ status: 0, starts: 6 });
  });

  it("has time for the history of a single repository, however long it is", async () => {
    const existing = Array.from({ length: 250 }, (_, index) =>
      existingTask({ id: `other-${index}`, prompt: "x", created_seconds_ago: 600 + index }),
    );
    expect(await rerunSlowly(["octo/app"], existing, 1)).toMatchObject({ status: 0, starts: 1 });
  });

  it("pauses for tasks that are gone three minutes in all, and fails where that is over", async () => {
    const names = ["octo/a", "octo/b", "octo/c", "octo/d", "octo/e"];
    const { env, starts, log } = await rerun({
      with: { repository: names.join("\n") },
      scenario: {
        repositories: Object.fromEntries(names.map((name) => [name, {}])),
        existing: names.flatMap((repository) => [
          existingTask({ id: `other-${repository.at(-1)}`, repository, prompt: "x" }),
          earlier("completed", { id: `gone-${repository.at(-1)}`, repository }),
        ]),
        faults: [{ on: { kind: "get" }, do: { type: "not_found" } }],
      },
    });
    // All of the first three have paused for a minute, and in none does a task show a prompt.
    expect(starts).toBe(0);
    expect(env.clock.now() - NOW).toBeLessThan(4 * MINUTE);
    expect(log.join("\n")).not.toContain("took too long");
  });

  it("starts the others where no time is left for some", async () => {
    const names = ["octo/a", "octo/b", "octo/c", "octo/d", "octo/e", "octo/f", "octo/g"];
    const existing = names
      .slice(1)
      .map((repository) => existingTask({ id: `other-${repository.at(-1)}`, repository, prompt: "x" }));
    const { status, starts, log } = await rerunSlowly(names, existing, 90);
    // After three repositories the time of the searches is over.
    expect([status, starts]).toEqual([1, 3]);
    expect(log.join("\n")).not.toContain("Skipped");
  });

  it("shares the time of its searches, and starts nothing where that is over", async () => {
    const names = ["a", "b", "c", "d", "e", "f"].map((name) => `octo/${name}`);
    const failing = Array.from({ length: 70 }, (_, index) => index + 1).filter((nth) => nth !== 7);
    const existing = names.map((repository, n) =>
      existingTask({ id: `other-${n}`, repository, prompt: "x" }),
    );
    const { status, starts, env } = await rerun({
      with: { repository: names.join("\n") },
      scenario: {
        repositories: Object.fromEntries(names.map((name) => [name, {}])),
        existing,
        // The first task is got after a minute, and no other one.
        faults: [{ on: { kind: "get", nth: failing }, do: { type: "html", status: 502 } }],
      },
    });
    expect([status, starts]).toEqual([1, 0]);
    const [first, last] = [env.simulator.requests[0], env.simulator.requests.at(-1)];
    expect((last?.at ?? 0) - (first?.at ?? 0)).toBeLessThanOrEqual(3 * MINUTE);
    expect(env.log()).toContainEqual(
      expect.stringMatching(
        /^error\(.*Could not find out whether an earlier attempt .*in 2 more repositories/s,
      ),
    );
  });
});
