import { describe, expect, it } from "@jest/globals";
import type { Fault, FaultRule, Json, TaskPlan } from "../../tools/simulator/scenario.ts";
import { existingTask, type TestScenario, traceLine } from "../support/fixtures.ts";
import type { SimulatedRun } from "../support/run-dist.ts";
import { sampleDist } from "../support/run-sampled.ts";

/** A task that works for a minute and ends with a pull request. */
const SUCCESSFUL: TaskPlan = {
  steps: [
    { after_seconds: 0, state: "queued" },
    { after_seconds: 10, state: "in_progress" },
    { after_seconds: 20, pull_request: { number: 42, commits: 1, changed_files: 1 } },
    { after_seconds: 60, state: "completed", pull_request: { number: 42, commits: 3, changed_files: 5 } },
  ],
};

/** Shapes that a preview API may change to. Each is of a task that works and ends well. */
const SHAPES: readonly (readonly [what: string, plan: Partial<TaskPlan>, state: string])[] = [
  ["a numeric ID", { id: "7000123", extra: { id: 7_000_123 } }, "completed"],
  ["no created_at", { omit: ["created_at"] }, "completed"],
  ["a numeric created_at", { extra: { created_at: 1_795_420_800 } }, "completed"],
  ["a created_at without a time zone", { extra: { created_at: "2026-11-22 08:00:00" } }, "completed"],
  ["another name for state", { omit: ["state"], extra: { status: "completed" } }, "unknown"],
  ["a state that is no text", { extra: { state: { name: "completed" } } }, "unknown"],
  ["nothing but an ID", { minimal: true, omit: [], extra: { state: null, created_at: null } }, "unknown"],
  ["another creator", { extra: { creator: { id: 2002 } } }, "completed"],
  ["a creator that is text", { extra: { creator: "mona" } }, "completed"],
];

const WAIT = { wait: "true", timeout_minutes: "4" };
const lost = (type: Fault["type"]): FaultRule => ({ on: { kind: "start", nth: 1 }, do: { type } as Fault });

/** The task of an earlier attempt of the usual step. */
const earlier = existingTask({
  prompt: `Update the dependencies.\n\n${traceLine()}`,
  created_seconds_ago: 3000,
});
/** The action cannot read one entry of each list. */
const UNREADABLE_LISTS: FaultRule = {
  on: { kind: "list" },
  do: { type: "reshaped", rename: { id: "task_id" }, entries: 1 },
};

function starts({ simulator }: SimulatedRun) {
  return { posts: simulator.count("start"), tasks: simulator.startedTasks.length };
}

const followed = sampleDist();
const lostOnes = sampleDist();

describe.each(SHAPES)("a task with %s", (_what, shape, state) => {
  const plans: TaskPlan[] = [{ ...SUCCESSFUL, ...shape }];

  it("is started once, and followed", async () => {
    const result = await followed.startTask({ plans }, WAIT);
    expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
    expect(result.outputs).toMatchObject({
      task_id: result.simulator.startedTasks[0]?.id,
      started: "true",
      state,
    });
    expect(result.exitCode).toBe(state === "completed" ? 0 : 1);
  });

  it("is started once if the response is lost", async () => {
    const result = await lostOnes.startTask({ plans, faults: [lost("reset_after")] });
    expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
    const [task] = result.simulator.startedTasks;
    // Without sessions nobody can tell whose task it is, so the step links it.
    const isFound = shape.minimal !== true;
    expect(result.outputs.task_id).toBe(isFound ? task?.id : "");
    expect(result.stdout).toContain(task?.id);
  });
});

describe("a response to a start that cannot be read", () => {
  const unreadable = (fault: Fault): TestScenario => ({
    plans: [SUCCESSFUL],
    faults: [{ on: { kind: "start" }, do: fault }],
  });
  const FAULTS: readonly (readonly [string, Fault])[] = [
    ["without an ID", { type: "reshaped", rename: { id: "task_id" } }],
    ["with a list", { type: "wrong_json", body: [] }],
    ["that is empty", { type: "status", status: 202, body: "", carried_out: true }],
    ["that ends in the middle", { type: "truncated" }],
  ];

  const found = sampleDist();
  it.each(FAULTS)("%s: the task is found, and followed", async (_what, fault) => {
    const result = await found.startTask(unreadable(fault), WAIT);
    expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
    expect(result.outputs).toMatchObject({
      task_id: result.simulator.startedTasks[0]?.id,
      conclusion: "success",
    });
  });

  const late = sampleDist();
  it.each(FAULTS)("%s: the task is found though the list shows it after 100 s", async (_what, fault) => {
    const result = await late.startTask(
      { ...unreadable(fault), assumptions: { list_lag_seconds: 100 } },
      WAIT,
    );
    expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
    expect(result.outputs.task_id).toBe(result.simulator.startedTasks[0]?.id);
  });

  const lagging = sampleDist();
  it.each(FAULTS)("%s: nothing is sent again while no list shows the task", async (_what, fault) => {
    const result = await lagging.startTask({ ...unreadable(fault), assumptions: { list_lag_seconds: 600 } });
    expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain("GitHub accepted the request. A task may have been started anyway.");
  });
});

describe("a list with an entry that cannot be read", () => {
  const { run, listTasks } = sampleDist();
  const unreadable = sampleDist();
  it.each(["reset_before", "reset_after"] as const)("lets nothing be sent again: %s", async (type) => {
    const other = existingTask({
      steps: [{ after_seconds: 0, state: "in_progress", heartbeat_seconds: 10 }],
    });
    const result = await unreadable.startTask({ existing: [other], faults: [lost(type), UNREADABLE_LISTS] });
    const isStarted = type === "reset_after";
    expect(starts(result)).toEqual({ posts: 1, tasks: isStarted ? 1 : 0 });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain("in a form that this version of the action cannot read");
    expect(result.stdout).toContain("start a new run: https://github.com/octo/app/agents");
  });

  it("lets a re-run start nothing", async () => {
    const scenario = { existing: [earlier], faults: [UNREADABLE_LISTS] };
    const result = await run(scenario, { github: { run_attempt: "2" } });
    expect(starts(result)).toEqual({ posts: 0, tasks: 0 });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain("cannot read. Nothing was started.");
    expect(result.stdout).toContain("start a new run instead of a re-run");
  });

  const active = sampleDist();
  it.each(["skip", "attach"])("lets if_active: %s start nothing", async (if_active) => {
    const result = await active.startTask({ existing: [earlier], faults: [UNREADABLE_LISTS] }, { if_active });
    expect(starts(result)).toEqual({ posts: 0, tasks: 0 });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain("cannot read. Nothing was started.");
  });

  it("is said by the list action", async () => {
    const { outputs, stdout, exitCode } = await listTasks({
      existing: [earlier, { ...earlier, id: "other" }],
      faults: [UNREADABLE_LISTS],
    });
    expect([exitCode, outputs.count]).toEqual([0, "1"]);
    expect(stdout).toContain("::warning title=Tasks missing::GitHub lists 1 task without an ID");
  });
});

describe("sessions of another shape", () => {
  const reshaped = sampleDist();
  it.each<[string, Fault]>([
    ["under another name", { type: "reshaped", rename: { sessions: "agent_sessions" } }],
    ["as an object", { type: "reshaped", replace: { sessions: { first: "x" } } }],
    [
      "with prompts that are no text",
      { type: "reshaped", replace: { sessions: [{ prompt: { text: "x" } }] } },
    ],
  ])("%s: neither a re-run, nor if_active, nor a search starts a second task", async (_what, fault) => {
    const active = { ...earlier, steps: [{ after_seconds: 0, state: "in_progress", heartbeat_seconds: 10 }] };
    const noise = existingTask({ id: "noise", prompt: "Something else.", steps: active.steps });
    const faults: FaultRule[] = [{ on: { kind: "get", nth: [1] }, do: fault }];
    for (const step of [{ github: { run_attempt: "2" } }, { with: { if_active: "skip" } }]) {
      const result = await reshaped.run({ existing: [active, noise], faults }, step);
      expect(starts(result)).toEqual({ posts: 0, tasks: 0 });
    }
    const search = await reshaped.startTask({
      faults: [lost("reset_after"), { on: { kind: "get" }, do: fault }],
    });
    expect(starts(search)).toEqual({ posts: 1, tasks: 1 });
    expect(search.stdout).toContain(search.simulator.startedTasks[0]?.id);
  });
});

describe("a prompt that GitHub shows otherwise than it was sent", () => {
  const own = earlier.prompt;
  const shown = (prompt: Json): FaultRule => ({
    on: { kind: "get" },
    do: { type: "reshaped", replace: { sessions: [{ created_at: "2026-11-23T07:10:00Z", prompt }] } },
  });
  const active = { ...earlier, steps: [{ after_seconds: 0, state: "in_progress", heartbeat_seconds: 10 }] };
  const CHANGED: readonly (readonly [string, string])[] = [
    ["escaped as HTML", own.replaceAll('"', "&quot;")],
    ["with white space collapsed", own.replace(/\s+/g, " ")],
    ["with other line ends, and text after it", `${own.replaceAll("\n", "\r\n")}\r\n\r\nFollow the rules.`],
    ["with text after it", `${own}\n\nFollow the rules.`],
    ["cut off in the trace", `${own.slice(0, 60)}…`],
    ["escaped as Markdown", own.replaceAll("_", "\\_").replaceAll('"', '\\"')],
    ["with a link in angle brackets", own.replace(/https:\S+/, "<$&>")],
    ["with a link", own.replace(/https:\S+/, "[$&]($&)")],
    ["cut off in the text", "Update the depend…"],
  ];

  const rerun = sampleDist();
  it.each(CHANGED)("%s: a re-run starts nothing, and links the task", async (_how, prompt) => {
    const result = await rerun.run(
      { existing: [active], faults: [shown(prompt)] },
      { github: { run_attempt: "2" } },
    );
    expect(starts(result)).toEqual({ posts: 0, tasks: 0 });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain(
      "It may be task earlier-task: https://github.com/octo/app/copilot/tasks/",
    );
  });

  const skip = sampleDist();
  it.each(CHANGED)("%s: if_active starts nothing, and links the task", async (_how, prompt) => {
    const result = await skip.startTask(
      { existing: [active], faults: [shown(prompt)] },
      { if_active: "skip" },
    );
    expect(starts(result)).toEqual({ posts: 0, tasks: 0 });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain(
      "It may be task earlier-task: https://github.com/octo/app/copilot/tasks/",
    );
  });

  const search = sampleDist();
  it.each<[string, Json]>([
    ["blank", ""],
    ["cut off", "Update the depend…"],
  ])("%s: a start whose answer is lost is not sent again", async (_how, prompt) => {
    const result = await search.startTask({ faults: [lost("reset_after"), shown(prompt)] });
    expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
    expect(result.stdout).toContain(result.simulator.startedTasks[0]?.id);
  });

  const unsure = sampleDist();
  it.each<[string, Json]>([
    ["a blank prompt", [{ created_at: "2026-11-23T07:10:00Z", prompt: " " }]],
    ["sessions without times", [{ prompt: own }, { prompt: "And mend the tests." }]],
  ])("%s: a re-run starts nothing, whatever other tasks show", async (_what, sessions) => {
    const noise = existingTask({ id: "noise", created_seconds_ago: 4000, prompt: "Something else." });
    const on = { kind: "get" as const, nth: [1, 3, 4] };
    const result = await unsure.run(
      { existing: [active, noise], faults: [{ on, do: { type: "reshaped", replace: { sessions } } }] },
      { github: { run_attempt: "2" } },
    );
    expect(starts(result)).toEqual({ posts: 0, tasks: 0 });
    expect(result.stdout).toContain(
      "It may be task earlier-task: https://github.com/octo/app/copilot/tasks/",
    );
  });

  const foreign = sampleDist();
  it.each<[string, string]>([
    ["of another run", own.replace("/runs/7000000001/", "/runs/6000000001/").replaceAll('"', "&quot;")],
    ["with a quoted trace", `Do it. > ${traceLine()}\n\n> ${traceLine()}\n\nand more`],
  ])("%s: a re-run starts its task", async (_whose, prompt) => {
    const result = await foreign.run({ existing: [{ ...active, prompt }] }, { github: { run_attempt: "2" } });
    expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
  });
});

describe("a shape that changes while a task runs", () => {
  const { startTask, readStatus } = sampleDist();
  const changing = sampleDist();
  it.each<[string, Fault]>([
    ["no created_at", { type: "reshaped", omit: ["created_at", "updated_at"] }],
    ["no sessions and artifacts", { type: "reshaped", omit: ["sessions", "artifacts"] }],
    ["nothing that can be read", { type: "reshaped", rename: { id: "task_id" } }],
    ["somebody else's answer", { type: "reshaped", replace: { id: 1001 } }],
  ])("%s: the task is followed to its end", async (_what, fault) => {
    const faults: FaultRule[] = [{ on: { kind: "get", from_second: 15, to_second: 45 }, do: fault }];
    const { outputs, exitCode, simulator } = await changing.startTask({ plans: [SUCCESSFUL], faults }, WAIT);
    expect([exitCode, simulator.count("start")]).toEqual([0, 1]);
    expect(outputs).toMatchObject({
      task_id: simulator.startedTasks[0]?.id,
      conclusion: "success",
      duration_seconds: "60",
    });
  });

  it("no state: the task is followed, and the log says once that the state is unknown", async () => {
    const faults: FaultRule[] = [
      { on: { kind: "get", from_second: 15, to_second: 45 }, do: { type: "reshaped", omit: ["state"] } },
    ];
    const { outputs, stdout } = await startTask({ plans: [SUCCESSFUL], faults }, WAIT);
    expect(outputs.conclusion).toBe("success");
    expect(stdout.match(/^::warning title=Unknown task state/gm)).toHaveLength(1);
  });

  it("is read by status too, without what nobody can know", async () => {
    const fault: Fault = { type: "reshaped", omit: ["created_at", "updated_at", "sessions"] };
    const { outputs } = await readStatus(
      { existing: [earlier], faults: [{ on: { kind: "get" }, do: fault }] },
      { task_id: "earlier-task" },
    );
    expect(outputs).toMatchObject({ state: "completed", duration_seconds: "" });
  });
});

describe("an answer to a start that leaves doubt", () => {
  const { startTask } = sampleDist();
  const STATUSES = [503, 408, 425, 499, 520];
  /** A 303 means that the request is done, and that the result is elsewhere. The others say nothing about that. */
  const NO_REDIRECTS = [300, 303, 304, 305];

  const doubts = sampleDist();
  it.each([...STATUSES, ...NO_REDIRECTS])("HTTP %i after the work: the task is found", async (status) => {
    const headers = { "retry-after": "20", location: "/agents/tasks/7a5c" };
    const fault = { type: "status", status, headers, body: "", carried_out: true } as const;
    const result = await doubts.startTask({
      plans: [SUCCESSFUL],
      faults: [{ on: { kind: "start", nth: 1 }, do: fault }],
    });
    expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
    expect(result.outputs).toMatchObject({ task_id: result.simulator.startedTasks[0]?.id, started: "true" });
  });

  const resends = sampleDist();
  it.each([...STATUSES, 303])(
    "HTTP %i before the work: the start is sent again after four searches",
    async (status) => {
      const fault = { type: "status", status, headers: { "retry-after": "20" } } as const;
      const result = await resends.startTask({ faults: [{ on: { kind: "start", nth: 1 }, do: fault }] });
      expect(starts(result)).toEqual({ posts: 2, tasks: 1 });
      const lists = result.simulator.requests.filter(({ kind }) => kind === "list");
      expect(lists.length).toBeGreaterThanOrEqual(4);
    },
  );

  it("503 with a longer Retry-After: the start is not sent before, and not without another search", async () => {
    const fault: Fault = { type: "unavailable", retry_after: 200 };
    const { simulator } = await startTask({ faults: [{ on: { kind: "start", nth: 1 }, do: fault }] });
    const [first, second] = simulator.requests.filter(({ kind }) => kind === "start");
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(200_000);
    const before = simulator.requests.filter(({ kind, at }) => kind === "list" && at <= (second?.at ?? 0));
    expect((second?.at ?? 0) - (before.at(-1)?.at ?? 0)).toBeLessThanOrEqual(30_000);
  });

  const lagged = sampleDist();
  it.each([70, 100])(
    "a list that lags %i s behind a lost answer: no resend without another search",
    async (lag) => {
      const faults: FaultRule[] = [
        lost("reset_after"),
        { on: { kind: "start", nth: 2 }, do: { type: "rate_limited_429", retry_after: 60 } },
      ];
      const scenario = { plans: [SUCCESSFUL], faults, assumptions: { list_lag_seconds: lag } };
      const result = await lagged.startTask(scenario);
      expect(starts(result)).toEqual({ posts: 2, tasks: 1 });
      expect(result.outputs.task_id).toBe(result.simulator.startedTasks[0]?.id);
    },
  );

  it("409 after the work: the task is found", async () => {
    const fault = { type: "status", status: 409, carried_out: true } as const;
    const result = await startTask({ plans: [SUCCESSFUL], faults: [{ on: { kind: "start" }, do: fault }] });
    expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
    expect(result.outputs.task_id).toBe(result.simulator.startedTasks[0]?.id);
  });

  it("409 without a task of ours: the step fails with GitHub's message, and nothing is sent again", async () => {
    const fault: Fault = {
      type: "status",
      status: 409,
      body: { message: "A task is running on this branch" },
    };
    const result = await startTask({ faults: [{ on: { kind: "start" }, do: fault }] });
    expect(starts(result)).toEqual({ posts: 1, tasks: 0 });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain("HTTP 409: A task is running on this branch");
    expect(result.stdout).not.toContain("A task may have been started");
  });

  const limits = sampleDist();
  it.each<[string, Fault]>([
    ["429", { type: "rate_limited_429", retry_after: 20 }],
    ["a secondary limit", { type: "secondary_limit_403", retry_after: 60 }],
  ])("%s leaves none: it is sent again without a search", async (_what, fault) => {
    const result = await limits.startTask({ faults: [{ on: { kind: "start", nth: 1 }, do: fault }] });
    expect(starts(result)).toEqual({ posts: 2, tasks: 1 });
    expect(result.simulator.count("list")).toBe(0);
  });
});

describe("a 4xx to a start that GitHub did not write", () => {
  const PAGES: readonly (readonly [string, Fault])[] = [
    ["403 as HTML", { type: "html", status: 403, carried_out: true }],
    ["404 as HTML", { type: "html", status: 404, carried_out: true }],
    ["451 as HTML", { type: "html", status: 451, carried_out: true }],
    ["400 without a body", { type: "status", status: 400, body: "", carried_out: true }],
    ["404 with other JSON", { type: "status", status: 404, body: { blocked: true }, carried_out: true }],
    ["403 with half a body", { type: "status", status: 403, body: '{"message": "Re', carried_out: true }],
  ];

  const adopted = sampleDist();
  it.each(PAGES)("%s, after the work: the task is found", async (_what, fault) => {
    const result = await adopted.startTask({
      plans: [SUCCESSFUL],
      faults: [{ on: { kind: "start" }, do: fault }],
    });
    expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
    expect(result.outputs).toMatchObject({ task_id: result.simulator.startedTasks[0]?.id, started: "true" });
    expect(result.exitCode).toBe(0);
  });

  const lagging = sampleDist();
  it.each(PAGES)(
    "%s, while no list shows the task: the step says that there may be one",
    async (_what, fault) => {
      const assumptions = { list_lag_seconds: 600 };
      const result = await lagging.startTask({ assumptions, faults: [{ on: { kind: "start" }, do: fault }] });
      expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
      expect(result.exitCode).toBe(1);
      expect(result.stdout).toContain("A task may have been started anyway.");
    },
  );

  it("is sent by a proxy that blocks starts: three repositories are tried", async () => {
    const names = ["a", "b", "c", "d", "e"].map((name) => `octo/${name}`);
    const result = await sampleDist().startTask(
      {
        repositories: Object.fromEntries(names.map((name) => [name, { private: true }])),
        faults: [{ on: { kind: "start" }, do: { type: "html", status: 403 } }],
      },
      { repository: names.join() },
    );
    expect(starts(result)).toEqual({ posts: 3, tasks: 0 });
  });

  it("comes for the search too: the start is not sent again, and the step says that there may be a task", async () => {
    const fault: Fault = { type: "html", status: 403, carried_out: true };
    const result = await sampleDist().startTask({ faults: [{ on: { kind: "any" }, do: fault }] });
    expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
    expect(result.stdout).toContain("A task may have been started anyway.");
  });

  it("by GitHub is final: nothing is searched", async () => {
    const result = await sampleDist().startTask({
      faults: [{ on: { kind: "start" }, do: { type: "forbidden" } }],
    });
    expect(starts(result)).toEqual({ posts: 1, tasks: 0 });
    expect(result.simulator.count("list")).toBe(0);
  });
});

describe("JSON of another content type", () => {
  const TYPES = [
    "application/vnd.github+json",
    "application/problem+json; charset=utf-8",
    "text/plain",
    null,
  ];
  const everywhere = (type: string | null): FaultRule => ({
    on: { kind: "any" },
    do: { type: "headers", headers: { "content-type": type } },
  });

  const followed = sampleDist();
  it.each(TYPES)("%s: the task is started once, and followed", async (type) => {
    const plans = [{ ...SUCCESSFUL, id: "9007199254740993" }];
    const inputs = { ...WAIT, create_pull_request: "true" };
    const result = await followed.startTask({ plans, faults: [everywhere(type)] }, inputs);
    expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
    expect(result.exitCode).toBe(0);
    expect(result.outputs).toMatchObject({
      task_id: "9007199254740993",
      conclusion: "success",
      pull_request_number: "42",
    });
    expect(result.simulator.count("list")).toBe(0);
  });

  const searched = sampleDist();
  it.each(TYPES)("%s: a search and a re-run read the lists", async (type) => {
    const lostAnswer = await searched.startTask({
      plans: [SUCCESSFUL],
      faults: [lost("reset_after"), everywhere(type)],
    });
    expect(starts(lostAnswer)).toEqual({ posts: 1, tasks: 1 });
    expect(lostAnswer.outputs.task_id).toBe(lostAnswer.simulator.startedTasks[0]?.id);
    const rerun = await searched.run(
      { existing: [earlier], faults: [everywhere(type)] },
      { github: { run_attempt: "2" } },
    );
    expect(starts(rerun)).toEqual({ posts: 0, tasks: 0 });
    expect(rerun.outputs.task_id).toBe("earlier-task");
  });

  it("is GitHub's message in a rejection too", async () => {
    const body = JSON.stringify({ message: "No such model" });
    const headers = { "content-type": "application/problem+json" };
    const fault: Fault = { type: "status", status: 422, body, headers };
    const result = await sampleDist().startTask({ faults: [{ on: { kind: "start" }, do: fault }] });
    expect(starts(result)).toEqual({ posts: 1, tasks: 0 });
    expect(result.stdout).toContain("No such model");
    expect(result.simulator.count("list")).toBe(0);
  });
});

describe("lists without links to their pages", () => {
  const active = { ...earlier, steps: [{ after_seconds: 0, state: "in_progress", heartbeat_seconds: 10 }] };
  /** This many tasks of others that are newer than the earlier one. */
  const newer = (count: number) =>
    Array.from({ length: count }, (_value, index) =>
      existingTask({
        id: `other-${index}`,
        prompt: "Something else.",
        created_seconds_ago: 2000 - index,
        steps: active.steps,
      }),
    );
  const scenario = (paging: "numbers" | "cursor", count: number): TestScenario => ({
    existing: [active, ...newer(count)],
    assumptions: { paging },
  });

  it.each([100, 250])("that know page: the task behind %i others is found", async (count) => {
    for (const step of [{ github: { run_attempt: "2" } }, { with: { if_active: "skip" } }]) {
      const result = await sampleDist().run(scenario("numbers", count), step);
      expect(starts(result)).toEqual({ posts: 0, tasks: 0 });
    }
  });

  it("that have a cursor: a re-run and if_active start a task only with a warning", async () => {
    for (const [title, step] of [
      ["Re-run", { github: { run_attempt: "2" } }],
      ["Other tasks", { with: { if_active: "skip" } }],
    ] as const) {
      const result = await sampleDist().run(scenario("cursor", 100), step);
      expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
      expect(result.stdout).toContain(`\n::warning title=${title}::`);
    }
  });

  it("that have a cursor: a start whose answer is lost is not sent again", async () => {
    const result = await sampleDist().startTask({
      ...scenario("cursor", 0),
      // They are there before the first search, and are newer than the task.
      existing: newer(100).map((task) => ({ ...task, created_seconds_ago: -1 })),
      faults: [lost("reset_after")],
    });
    expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain("A task may have been started anyway.");
  });

  it("are whole if they fill a page exactly", async () => {
    const result = await sampleDist().run(
      { existing: newer(100), assumptions: { paging: "numbers" } },
      { github: { run_attempt: "2" } },
    );
    expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
    expect(result.stdout).not.toContain("::warning");
  });

  it("are listed whole, or with a warning", async () => {
    const whole = await sampleDist().listTasks(scenario("numbers", 149), { limit: "0" });
    expect(whole.outputs.count).toBe("150");
    expect(whole.stdout).not.toContain("::warning");
    const cutOff = await sampleDist().listTasks(scenario("cursor", 149), { limit: "0" });
    expect(cutOff.outputs.count).toBe("100");
    expect(cutOff.stdout).toMatch(/^::warning title=List cut off::The outputs have the newest 100 tasks/m);
    const limited = await sampleDist().listTasks(scenario("cursor", 149), { limit: "30" });
    expect([limited.outputs.count, limited.simulator.count("list")]).toEqual(["30", 1]);
    expect(limited.stdout).not.toContain("::warning");
  });
});

describe("a server that sends no Date", () => {
  const ahead = sampleDist();
  it.each([-890, -120, 120, 890])(
    "and is %i s ahead of the runner: one task",
    async (server_ahead_seconds) => {
      for (const session_prompt of ["exact", "absent"] as const) {
        const assumptions = { date: false, server_ahead_seconds, session_prompt };
        const result = await ahead.startTask({
          plans: [SUCCESSFUL],
          faults: [lost("reset_after")],
          assumptions,
        });
        expect(starts(result)).toEqual({ posts: 1, tasks: 1 });
        expect(result.stdout).toContain(result.simulator.startedTasks[0]?.id);
      }
    },
  );

  const paused = sampleDist();
  it.each([-890, 890])("and is %i s ahead of the runner: a paused task settles after 60 s", async (ahead) => {
    const plans: TaskPlan[] = [
      {
        steps: [
          { after_seconds: 0, state: "queued" },
          { after_seconds: 60, state: "idle" },
        ],
      },
    ];
    const assumptions = { date: false, server_ahead_seconds: ahead };
    const { outputs, simulator } = await paused.startTask({ plans, assumptions }, WAIT);
    expect(outputs.conclusion).toBe("neutral");
    const gets = simulator.requests.filter(({ kind }) => kind === "get");
    const waited = ((gets.at(-1)?.at ?? 0) - (gets[0]?.at ?? 0)) / 1000;
    expect(waited).toBeGreaterThanOrEqual(100);
    expect(waited).toBeLessThanOrEqual(160);
  });
});

describe("a given prompt that ends with a trace line", () => {
  const { run, startTask } = sampleDist();
  const FORGED: readonly (readonly [string, string])[] = [
    ["as it is", traceLine()],
    ["before an HTML comment, which GitHub removes", `${traceLine()}<!-- x -->`],
    ["before lines that GitHub removes", `${traceLine()}\n<!-- x -->\n\n`],
    ["after white space", `  ${traceLine()}  `],
    ["with an HTML comment in it", traceLine().replace("by ", "by <!-- x -->")],
    ["with invisible characters in it", traceLine().replace("GitHub", "Git\u200bH\u00adub")],
  ];

  const quoted = sampleDist();
  it.each(FORGED)("%s: is quoted before it is sent, and the log says so", async (_what, line) => {
    for (const trace of ["false", "true"]) {
      const { simulator, stdout } = await quoted.startTask({}, { prompt: `Fix it.\n${line}`, trace });
      const sent = simulator.startedTasks[0]?.body.prompt ?? "";
      expect(sent).toContain(`\n> ${line.trimEnd().split("\n")[0]}`);
      expect(stdout).toMatch(/^1 line of the prompt looked like a trace line, and became a quote\.$/m);
    }
  });

  it("does not make another workflow skip or adopt its task", async () => {
    const first = await startTask({}, { prompt: `Fix it.\n\n${traceLine()}`, trace: "false" });
    const prompt = first.simulator.startedTasks[0]?.body.prompt ?? "";
    const steps = [{ after_seconds: 0, state: "in_progress" }];
    const existing = [existingTask({ prompt, steps })];
    for (const step of [{ github: { run_attempt: "2" } }, { with: { if_active: "skip" } }]) {
      expect(starts(await run({ existing }, step))).toEqual({ posts: 1, tasks: 1 });
    }
  });

  it("is no reason to adopt a task whose creator only the single answer names", async () => {
    const steps = [{ after_seconds: 0, state: "in_progress" }];
    const forged = { ...earlier, steps, creator: { login: "hubot", id: 1002 } };
    const faults: FaultRule[] = [{ on: { kind: "list" }, do: { type: "reshaped", omit: ["creator"] } }];
    // GitHub ignores the filter by creator too.
    const listed = { ...forged, extra: { creator: { id: 1002 } }, creator: { login: "mona", id: 1001 } };
    for (const step of [{ github: { run_attempt: "2" } }, { with: { if_active: "skip" } }]) {
      expect(starts(await run({ existing: [listed], faults }, step))).toEqual({ posts: 1, tasks: 1 });
    }
  });
});
