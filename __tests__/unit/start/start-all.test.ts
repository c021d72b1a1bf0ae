import { describe, expect, it } from "@jest/globals";
import { start } from "../../../src/actions/start.ts";
import { status } from "../../../src/actions/status.ts";
import { buildDefaultKey, createTrace, formatTrace } from "../../../src/prompt/trace.ts";
import type { ExistingTask, FaultRule } from "../../../tools/simulator/scenario.ts";
import { environment, type TestStep } from "../../support/action-harness.ts";
import { runnerOf } from "../../support/builders.ts";
import { SECOND } from "../../support/clock.ts";
import { REPOSITORY } from "../../support/fixtures.ts";

const NAMES = ["octo/app", "octo/web", "octo/docs"];
const WAIT = { wait: "true", create_pull_request: "true" };

/** A run of start in three repositories, in this process. */
async function run({ scenario, with: inputs, ...step }: TestStep = {}) {
  const env = environment("start", {
    ...step,
    scenario: {
      user: { pulls: "read", contents: "read" },
      workflow: { repositories: [REPOSITORY] },
      repositories: Object.fromEntries(NAMES.map((name) => [name, { private: true }])),
      plans: [
        {
          steps: [
            { after_seconds: 0, state: "in_progress" },
            { after_seconds: 60, pull_request: { commits: 1 } },
            { after_seconds: 300, state: "completed", pull_request: { commits: 2 } },
          ],
        },
      ],
      ...scenario,
    },
    with: { repository: NAMES.join("\n"), ...inputs },
  });
  const exit = await start(env);
  const outputs = env.outputs();
  return {
    exit,
    env,
    outputs,
    tasks: JSON.parse(outputs.tasks ?? "[]"),
    counts: JSON.parse(outputs.counts ?? "{}"),
    log: env.log(),
    requests: env.simulator.requests.map(({ kind, path }) => `${kind} ${path}`),
  };
}

const startsIn = (repository: string, rule: FaultRule["do"], times?: number): FaultRule => ({
  on: { kind: "start", repository, ...(times === undefined ? {} : { times }) },
  do: rule,
});

/** A task that an earlier run, or an earlier attempt of the same one, has started there. */
function earlierTask(
  repository: string,
  changes: Partial<ExistingTask> = {},
  runId = "6000000001",
): ExistingTask {
  const runner = runnerOf({ runId });
  const trace = createTrace(
    runner,
    { matrix: "null", key: buildDefaultKey(runner, null), repository },
    `of-${repository.replace("/", "-")}`,
  );
  return {
    id: `left-in-${repository.slice(5)}`,
    repository,
    creator: { login: "mona", id: 1001 },
    created_seconds_ago: 600,
    prompt: `Update the dependencies.\n\n${formatTrace(trace)}`,
    steps: [{ after_seconds: 0, state: "in_progress", heartbeat_seconds: 30 }],
    ...changes,
  };
}

const isWarning = (line: string) => line.startsWith("warning(");

describe("tasks in several repositories", () => {
  it("are started one a second, each in its own repository with a trace that names it", async () => {
    const { env, tasks, exit, log } = await run();
    expect(exit).toBe(0);
    const { startedTasks } = env.simulator;
    expect(startedTasks.map(({ repository }) => repository)).toEqual(NAMES);
    expect(startedTasks.map(({ at }) => at - (startedTasks[0]?.at ?? 0))).toEqual([0, SECOND, 2 * SECOND]);
    for (const { body, repository } of startedTasks) {
      expect(body.prompt).toContain(`repository "${repository}"`);
    }
    expect(tasks.map(({ task_id }: { task_id: string }) => task_id)).toEqual(
      startedTasks.map(({ id }) => id),
    );
    expect(log).toContain("group: Start tasks in 3 repositories");
    expect(log.filter((line) => line.startsWith("info: Agent task started: "))).toHaveLength(3);
    expect(log.filter((line) => line.startsWith("notice("))).toEqual([]);
  });

  it("are followed through one list, and reported together", async () => {
    const { tasks, exit, outputs, counts, env, requests } = await run({ with: WAIT });
    expect(exit).toBe(0);
    expect(env.simulator.violations).toEqual([]);
    expect(outputs).toMatchObject({ task_id: "", pull_request_number: "", conclusion: "success" });
    expect(counts).toMatchObject({ success: 3, not_started: 0 });
    expect(tasks).toMatchObject(
      NAMES.map((repository) => ({ repository, commits: 2, conclusion: "success" })),
    );
    expect(requests.filter((request) => request === "list /agents/tasks").length).toBeGreaterThan(5);
    expect(requests.filter((request) => request.startsWith("get "))).toHaveLength(3);
    expect(env.summary()).toContain("### ✅ 3 agent tasks: 3 success");
  });

  it("fail the step in the end where one was refused, after all outputs", async () => {
    const faults = [startsIn("octo/web", { type: "unprocessable", message: "No such branch" })];
    const { exit, tasks, counts, log } = await run({ with: WAIT, scenario: { faults } });
    expect(exit).toBe(1);
    expect(counts).toMatchObject({ success: 2, not_started: 1 });
    expect(tasks[1]).toMatchObject({ repository: "octo/web", task_id: "", started: false });
    expect(tasks[1].error).toContain("No such branch");
    expect(log.filter((line) => line.startsWith("error("))).toHaveLength(1);
    // Each at its time.
    const outcomeLines = log.filter((line) => /^info: (Agent task started|Could not start)/.test(line));
    expect(outcomeLines.map((line) => /octo\/\w+/.exec(line)?.[0])).toEqual(NAMES);
  });

  it("are warned of once where their pull requests cannot be looked up", async () => {
    const faults: FaultRule[] = [{ on: { kind: "graphql" }, do: { type: "forbidden" } }];
    const { exit, tasks, log } = await run({ with: WAIT, scenario: { faults } });
    expect(exit).toBe(0);
    expect(tasks).toMatchObject(NAMES.map(() => ({ conclusion: "success", pull_request_number: null })));
    expect(log.filter(isWarning)).toEqual([
      expect.stringMatching(
        /^warning\(Pull request not looked up\): Could not look up the changes of 3 tasks: .*pull-requests: read/,
      ),
    ]);
  });

  it("are all tried if the token is rejected for one of them, having worked before", async () => {
    const faults = [startsIn("octo/web", { type: "unauthorized" })];
    const { exit, tasks, env, log, counts, outputs } = await run({ scenario: { faults } });
    expect([exit, env.simulator.count("start")]).toEqual([1, 4]);
    expect(counts).toMatchObject({ not_started: 1 });
    expect(tasks.map(({ task_id }: { task_id: string }) => task_id !== "")).toEqual([true, false, true]);
    expect(log.filter((line) => line.startsWith("error("))).toEqual([
      expect.stringContaining(
        "octo/web: the token has worked in this step, but GitHub does not accept it now",
      ),
    ]);
    expect(outputs.error_code).toBe("bad_credentials");
  });

  it("are all tried if the token is rejected for one of them now and then", async () => {
    const many = Array.from({ length: 7 }, (_, i) => `octo/app-${i}`);
    const { env, tasks } = await run({
      scenario: {
        repositories: Object.fromEntries(many.map((name) => [name, {}])),
        faults: [1, 3, 5].map((n) => startsIn(`octo/app-${n}`, { type: "unauthorized" })),
      },
      with: { repository: many.join("\n") },
    });
    expect(env.simulator.count("start")).toBe(4 + 3 * 2);
    expect(tasks.filter(({ task_id }: { task_id: string }) => task_id !== "")).toHaveLength(4);
  });

  it("are not tried any more once the token is rejected for two in a row", async () => {
    const faults = ["octo/app-1", "octo/app-2"].map((name) => startsIn(name, { type: "unauthorized" }));
    const many = Array.from({ length: 5 }, (_, i) => `octo/app-${i}`);
    const { exit, tasks, env, log } = await run({
      scenario: { repositories: Object.fromEntries(many.map((name) => [name, {}])), faults },
      with: { repository: many.join("\n") },
    });
    expect([exit, env.simulator.count("start")]).toEqual([1, 5]);
    expect(tasks[3].error).toMatch(/^Not tried\. Could not start a task in octo\/app-2/);
    expect(log).toContainEqual(
      expect.stringContaining("Skipped 2 more repositories for the same reason: octo/app-3, octo/app-4."),
    );
  });

  it("are not tried any more once a token that never worked is rejected", async () => {
    const faults: FaultRule[] = [{ on: { kind: "start" }, do: { type: "unauthorized" } }];
    const { exit, tasks, env, log } = await run({ scenario: { faults } });
    expect([exit, env.simulator.count("start")]).toEqual([1, 2]);
    expect(tasks[2].error).toMatch(/^Not tried\. Could not start a task in octo\/app/);
    expect(log.filter((line) => line.startsWith("error("))).toEqual([
      expect.stringContaining("GitHub did not accept the token"),
      expect.stringContaining("Skipped 2 more repositories for the same reason: octo/web, octo/docs."),
    ]);
  });

  it("are told in one go where none of them is tried any more", async () => {
    const many = Array.from({ length: 450 }, (_, i) => `octo/app-${i}`);
    const { env, tasks } = await run({
      scenario: {
        repositories: Object.fromEntries(many.map((name) => [name, {}])),
        faults: [1, 2].map((n) => startsIn(`octo/app-${n}`, { type: "unauthorized" })),
      },
      with: { repository: many.join("\n") },
    });
    expect(tasks).toHaveLength(450);
    // After each start, after the rest, after the watching and at the end.
    expect(env.core.written.filter(([name]) => name === "tasks")).toHaveLength(6);
  });

  it("link the task that a lost start may have begun", async () => {
    const faults = [startsIn("octo/web", { type: "error_500_after" }, 1)];
    const assumptions = { session_prompt: "absent" } as const;
    const { exit, env, log } = await run({ scenario: { faults, assumptions } });
    expect([exit, env.simulator.startedTasks.length]).toEqual([1, 3]);
    expect(log.filter(isWarning)).toEqual([
      expect.stringMatching(/^warning\(A task may have been started\): It may be task /),
    ]);
  });

  it("say for which of them a start was lost and found", async () => {
    const faults = [startsIn("octo/web", { type: "error_500_after" }, 1)];
    const { exit, env, log } = await run({ scenario: { faults } });
    expect([exit, env.simulator.count("start")]).toEqual([0, 3]);
    expect(log).toContainEqual(expect.stringMatching(/^info: octo\/web: The start request succeeded/));
  });

  it("are stopped by a cancel, and those that exist are told of", async () => {
    const { exit, tasks, log } = await (async () => {
      const env = environment("start", {
        scenario: { repositories: Object.fromEntries(NAMES.map((name) => [name, {}])) },
        with: { repository: NAMES.join("\n"), ...WAIT },
      });
      env.clock.at(500, () => env.stop.abort());
      return { exit: await start(env), tasks: JSON.parse(env.outputs().tasks ?? ""), log: env.log() };
    })();
    expect(exit).toBe(1);
    expect(tasks.map(({ task_id }: { task_id: string }) => task_id !== "")).toEqual([true, false, false]);
    expect(log).toContainEqual(expect.stringContaining("This step was cancelled. 1 task is still running."));
  });

  it.each<[string, FaultRule["do"]]>([
    ["503 with a time", { type: "unavailable", retry_after: 30 }],
    ["500", { type: "error_500_before" }],
  ])(
    "are not tried any more after three in a row were kept from being made by %s",
    async (_name, failure) => {
      const many = Array.from({ length: 20 }, (_, i) => `octo/app-${i}`);
      const { exit, tasks, env } = await run({
        scenario: {
          repositories: Object.fromEntries(many.map((name) => [name, {}])),
          faults: [{ on: { kind: ["start", "list"], from_second: 3 }, do: failure }],
        },
        with: { repository: many.join("\n") },
      });
      expect(exit).toBe(1);
      const errors = tasks.map(({ error = "" }: { error?: string }) => error.startsWith("Not tried."));
      expect(errors.filter(Boolean)).toHaveLength(14);
      expect(env.simulator.startedTasks).toHaveLength(3);
    },
  );

  it("go on where only some of them are kept from being made", async () => {
    const faults = [
      startsIn("octo/app", { type: "unavailable", retry_after: 900 }),
      startsIn("octo/docs", { type: "unavailable", retry_after: 900 }),
    ];
    const { tasks } = await run({ scenario: { faults } });
    expect(tasks.map(({ task_id }: { task_id: string }) => task_id !== "")).toEqual([false, true, false]);
  });

  it("are not tried any more where their pull requests cannot be looked for", async () => {
    const faults: FaultRule[] = [
      { on: { kind: "pulls" }, do: { type: "rate_limited_429", retry_after: 900 } },
    ];
    const many = Array.from({ length: 10 }, (_, i) => `octo/app-${i}`);
    const { exit, env, tasks } = await run({
      scenario: { faults, repositories: Object.fromEntries(many.map((name) => [name, {}])) },
      with: { repository: many.join("\n"), base_ref: "main", head_ref: "fix" },
    });
    expect([exit, env.simulator.startedTasks, env.simulator.count("pulls")]).toEqual([1, [], 3]);
    expect(tasks).toHaveLength(10);
  });

  it("are read by a dry run until the token is refused, and told of in one error", async () => {
    const faults: FaultRule[] = [{ on: { kind: "list" }, do: { type: "unauthorized" } }];
    const { exit, env, log } = await run({ with: { dry_run: "true" }, scenario: { faults } });
    expect([exit, env.simulator.count("list")]).toEqual([1, 2]);
    expect(log.filter((line) => line.startsWith("error("))).toHaveLength(1);
  });

  it("are warned of once where each pull request has words of its own", async () => {
    // The user's token sees no pull requests, and the workflow's only its own repository.
    const { exit, log } = await run({ with: WAIT, scenario: { user: {} } });
    expect(exit).toBe(0);
    expect(log.filter(isWarning)).toEqual([
      expect.stringMatching(
        /^warning\(Pull request not looked up\): Could not look up the changes of 2 tasks/,
      ),
    ]);
    expect(log.filter((line) => /^info: Could not look up the changes of task /.test(line))).toHaveLength(2);
  });

  it("are shown by a dry run, which reads each of them", async () => {
    const { exit, requests, env, log } = await run({ with: { dry_run: "true" } });
    expect([exit, env.simulator.startedTasks]).toEqual([0, []]);
    expect(requests).toEqual(NAMES.map((name) => `list /agents/repos/${name}/tasks`));
    expect(log).toContain(
      "notice(Dry run): Nothing was started in 3 repositories. The token can read their tasks.",
    );
  });

  it("are refused all where the person may not trigger them", async () => {
    const runner = { eventName: "issue_comment", triggeringActor: "stranger" };
    const { exit, env, tasks } = await run({ runner });
    expect([exit, env.simulator.startedTasks]).toEqual([1, []]);
    expect(tasks).toHaveLength(3);
  });
});

describe("one at a time in several repositories", () => {
  const SKIP = { if_active: "skip" };

  it("skips where a task of the same key is at work, found in one list by what its trace says", async () => {
    const existing = [
      earlierTask("octo/web"),
      earlierTask("octo/docs", { steps: [{ after_seconds: 0, state: "completed" }] }),
    ];
    const { exit, tasks, env, requests, log } = await run({ with: SKIP, scenario: { existing } });
    expect(exit).toBe(0);
    expect(env.simulator.startedTasks.map(({ repository }) => repository)).toEqual(["octo/app", "octo/docs"]);
    expect(tasks[1]).toMatchObject({ task_id: "left-in-web", conclusion: "skipped", started: false });
    expect(tasks[1].reason).toContain("is still in_progress: task left-in-web");
    expect(requests.filter((request) => request.startsWith("list "))).toEqual([
      "list /agents/tasks",
      "list /agents/tasks",
    ]);
    expect(log).toContainEqual(
      expect.stringMatching(/^info: No task with the key ".*" is active in octo\/app, octo\/docs\.$/),
    );
  });

  it("attaches where it is asked to", async () => {
    const existing = [
      earlierTask("octo/web", {
        steps: [
          { after_seconds: 0, state: "in_progress" },
          { after_seconds: 700, state: "completed" },
        ],
      }),
    ];
    const { exit, tasks, env } = await run({
      with: { ...WAIT, if_active: "attach" },
      scenario: { existing },
    });
    expect([exit, env.simulator.count("start")]).toEqual([0, 2]);
    expect(tasks[1]).toMatchObject({ task_id: "left-in-web", conclusion: "success", started: false });
  });

  it("finds each of them in a long list whose tasks are updated while it is read", async () => {
    const many = Array.from({ length: 20 }, (_, i) => `octo/app-${i}`);
    const busy = Array.from({ length: 150 }, (_, i) =>
      earlierTask("octo/app", {
        id: `busy-${i}`,
        prompt: "Other work.",
        created_seconds_ago: 7200 + i,
        steps: [{ after_seconds: 0, state: "in_progress", heartbeat_seconds: 30 }],
      }),
    );
    const activeTasks = many.map((name, i) => earlierTask(name, { created_seconds_ago: 3600 + 7 * i }));
    const env = environment("start", {
      scenario: {
        repositories: Object.fromEntries([...NAMES, ...many].map((name) => [name, {}])),
        existing: [...busy, ...activeTasks],
      },
      with: { repository: many.join("\n"), ...SKIP },
    });
    const slow = {
      ...env,
      fetch: (async (input, init) => {
        // Each request takes its time.
        env.clock.advance(200);
        return env.fetch(input, init);
      }) satisfies typeof globalThis.fetch,
    };
    expect(await start(slow)).toBe(0);
    expect(env.simulator.startedTasks).toEqual([]);
  });

  it("does not take a task for one of another repository, nor one of another key", async () => {
    const runner = runnerOf({ runId: "6000000001" });
    const trace = createTrace(
      runner,
      { matrix: "null", key: "no_match", repository: "octo/web" },
      "no_match",
    );
    const existing = [
      earlierTask("octo/app", {
        id: "forged",
        prompt: earlierTask("octo/web").prompt,
        creator: { login: "eve", id: 9 },
      }),
      earlierTask("octo/web", { id: "other-key", prompt: `x\n\n${formatTrace(trace)}` }),
    ];
    const { env } = await run({ with: SKIP, scenario: { existing } });
    expect(env.simulator.count("start")).toBe(3);
  });

  it("takes a list for each where every task counts, since no trace tells the repository", async () => {
    const existing = [earlierTask("octo/docs", { prompt: "Started by hand." })];
    const { env, requests } = await run({ with: { ...SKIP, concurrency_key: "*" }, scenario: { existing } });
    expect(env.simulator.startedTasks.map(({ repository }) => repository)).toEqual(["octo/app", "octo/web"]);
    expect(requests.filter((request) => request.startsWith("list ")).slice(0, 3)).toEqual(
      NAMES.map((name) => `list /agents/repos/${name}/tasks`),
    );
  });

  it.each([
    ["the list", { kind: "list" }],
    ["the user", { kind: "user" }],
  ] as const)("starts nothing where %s cannot be read", async (_name, on) => {
    const faults: FaultRule[] = [{ on, do: { type: "forbidden" } }];
    const { exit, env, tasks } = await run({ with: SKIP, scenario: { faults } });
    expect([exit, env.simulator.startedTasks]).toEqual([1, []]);
    expect(tasks).toHaveLength(3);
  });

  it("asks no further list once the token is refused", async () => {
    const faults: FaultRule[] = [{ on: { kind: "list" }, do: { type: "unauthorized" } }];
    const { exit, env } = await run({ with: { ...SKIP, concurrency_key: "*" }, scenario: { faults } });
    expect([exit, env.simulator.count("list"), env.simulator.count("start")]).toEqual([1, 4, 0]);
  });

  it("warns where whether another run started tasks meanwhile cannot be found out", async () => {
    const faults: FaultRule[] = [
      { on: { kind: "list", nth: [2, 3, 4, 5] }, do: { type: "error_500_before" } },
    ];
    const { exit, log } = await run({ with: SKIP, scenario: { faults } });
    expect(exit).toBe(0);
    expect(log.filter(isWarning)).toEqual([
      expect.stringMatching(
        /^warning\(A second task may exist\): Could not find out whether .* and 2 more: HTTP 500\./,
      ),
    ]);
  });
});

describe("a re-run in several repositories", () => {
  const RERUN = { runner: { runAttempt: 2 } };
  const RUN = runnerOf().runId;

  it("goes on with the tasks that there are, and starts the others", async () => {
    const existing = [
      earlierTask("octo/app", { steps: [{ after_seconds: 0, state: "completed" }] }, RUN),
      earlierTask("octo/web", { steps: [{ after_seconds: 0, state: "failed" }] }, RUN),
    ];
    const { exit, env, tasks, log } = await run({ ...RERUN, scenario: { existing } });
    expect(exit).toBe(0);
    expect(env.simulator.startedTasks.map(({ repository }) => repository)).toEqual(["octo/web", "octo/docs"]);
    expect(tasks.map(({ started }: { started: boolean }) => started)).toEqual([false, true, true]);
    expect(log).toContainEqual(
      expect.stringMatching(/^info: Agent task adopted: Attempt 2 follows task left-in-app/),
    );
  });

  it("starts all anew without a trace, and says so once", async () => {
    const { env, log } = await run({ ...RERUN, with: { trace: "false" } });
    expect(env.simulator.count("start")).toBe(3);
    expect(log.filter(isWarning)).toHaveLength(1);
  });

  it("asks nothing more once the token is refused", async () => {
    const faults: FaultRule[] = [{ on: { kind: "list" }, do: { type: "unauthorized" } }];
    const { exit, env } = await run({ ...RERUN, scenario: { faults } });
    expect([exit, env.simulator.count("list"), env.simulator.count("start")]).toEqual([1, 4, 0]);
  });
});

describe("status of several tasks", () => {
  const existing = NAMES.map((repository, i) =>
    earlierTask(repository, {
      steps: [
        { after_seconds: 0, state: "in_progress" },
        { after_seconds: 900 + 300 * i, state: "completed" },
      ],
    }),
  );
  const look = async (inputs: Record<string, string>, scenario: TestStep["scenario"] = {}) => {
    const env = environment("status", {
      scenario: { repositories: Object.fromEntries(NAMES.map((name) => [name, {}])), existing, ...scenario },
      with: { task_id: existing.map(({ id }) => id).join(), repository: "*", ...inputs },
    });
    const exit = await status(env);
    return { exit, log: env.log(), counts: JSON.parse(env.outputs().counts ?? ""), env };
  };

  it("looks at each once", async () => {
    const { exit, counts, env, log } = await look({});
    expect([exit, counts.pending, env.simulator.count("get"), env.simulator.count("list")]).toEqual([
      0, 3, 3, 0,
    ]);
    expect(log).toContain("info: Checking 3 tasks");
    expect(log).toContain("info: 0 s: task left-in-web: in_progress");
  });

  it("waits for all, and calls them by their IDs where no repository is given", async () => {
    const { exit, counts, log } = await look({ wait: "true", timeout_minutes: "60" });
    expect([exit, counts.success]).toEqual([0, 3]);
    expect(log).toContainEqual(expect.stringMatching(/: task left-in-docs: in_progress → completed$/));
    expect(log).toContainEqual(
      expect.stringMatching(/^info: 5 min: \d of 3 tasks still running \(\d in_progress\)$/),
    );
  });

  it("says once that the token stopped working", async () => {
    const { exit, log } = await look({ wait: "true" }, { user: { valid_seconds: 60 } });
    expect(exit).toBe(1);
    expect(log.filter((line) => line.startsWith("error("))).toEqual([
      expect.stringContaining("The token stopped working. Could not get 3 tasks"),
    ]);
  });
});
