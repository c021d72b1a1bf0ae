import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { ExistingTask, FaultRule } from "../../tools/simulator/scenario.ts";
import { BRIEF, existingTask, MONA, START, type TestScenario, traceLine } from "../support/fixtures.ts";
import { run as runDist, runTogether } from "../support/run-dist.ts";
import { inProcess } from "../support/run-in-process.ts";
import { sampleDist } from "../support/run-sampled.ts";

const WAIT = { wait: "true" };
const LOST_ANSWER: FaultRule = { on: { kind: "start", nth: 1 }, do: { type: "reset_after" } };
const LOST_REQUEST: FaultRule = { on: { kind: "start", nth: 1 }, do: { type: "reset_before" } };

/** A task that an earlier attempt of the step started. */
function existing(changes: Partial<ExistingTask> = {}): ExistingTask {
  const prompt = `Update the dependencies.\n\n${traceLine()}`;
  return existingTask({ created_seconds_ago: 3000, prompt, ...changes });
}

describe("a start whose connection breaks after it was carried out", () => {
  it.each([
    ["EHOSTUNREACH", "read"],
    ["ENETUNREACH", "read"],
    ["EHOSTUNREACH", "write"],
    ["ETIMEDOUT", "read"],
    ["ECONNREFUSED", "read"],
  ])("is not sent again: %s while the system has to %s", async (code, syscall) => {
    const cause = Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
    const { exitCode, outputs, simulator, stdout } = await inProcess.run(
      { plans: [BRIEF] },
      {
        onRequest: ({ kind }) => {
          if (kind === "start") {
            throw new TypeError("fetch failed", { cause });
          }
        },
      },
    );
    expect([exitCode, simulator.count("start"), simulator.startedTasks.length]).toEqual([0, 1, 1]);
    expect(outputs.task_id).toBe(simulator.startedTasks[0]?.id);
    expect(stdout).toContain(`the connection was lost (${code}). The task may have been started anyway`);
  });
});

describe("a search that another host answers after a redirect", () => {
  let server: Server;
  let location = "";
  const received: IncomingHttpHeaders[] = [];

  beforeAll(async () => {
    server = createServer(({ headers }, response) => {
      received.push(headers);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ id: 1001, login: "mona", tasks: [] }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    location = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });

  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  const redirect = (on: FaultRule["on"]): FaultRule => ({
    on,
    do: { type: "redirect", status: 302, location },
  });

  it("finds nothing out, so the start is not sent again", async () => {
    const faults = [LOST_ANSWER, redirect({ kind: "list" })];
    const { exitCode, simulator, stdout } = await runDist({ plans: [BRIEF], faults });
    expect([exitCode, simulator.count("start"), simulator.startedTasks.length]).toEqual([1, 1, 1]);
    expect(stdout).toContain("whose answer does not count");
    expect(stdout).toContain("A task may have been started anyway.");
    expect(received.length).toBeGreaterThan(0);
    expect(received.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });

  it("is repeated, and finds the task once the API itself answers", async () => {
    const faults = [LOST_ANSWER, redirect({ kind: ["list", "user"], times: 2 })];
    const { exitCode, simulator, outputs } = await runDist({ plans: [BRIEF], faults });
    expect([exitCode, simulator.count("start")]).toEqual([0, 1]);
    expect(outputs.task_id).toBe(simulator.startedTasks[0]?.id);
  });

  it("keeps a re-run from starting a task", async () => {
    const faults = [redirect({ kind: "list" })];
    const { exitCode, simulator } = await runDist(
      { existing: [existing()], faults },
      { github: { run_attempt: "2" } },
    );
    expect([exitCode, simulator.count("start")]).toEqual([1, 0]);
  });

  it("does not end the wait for a task", async () => {
    const faults = [redirect({ kind: "get", nth: [1, 2] })];
    const { exitCode, outputs } = await runDist({ plans: [BRIEF], faults }, { with: WAIT });
    expect([exitCode, outputs.conclusion]).toEqual([0, "success"]);
  });
});

describe("a start whose answer is lost", () => {
  const { run, startTask } = sampleDist();
  it("leads to one task, which the step finds and adopts", async () => {
    const { exitCode, outputs, stdout, simulator } = await startTask(
      { plans: [BRIEF], faults: [LOST_ANSWER] },
      WAIT,
    );
    expect(exitCode).toBe(0);
    expect(simulator.startedTasks).toHaveLength(1);
    expect(simulator.count("start")).toBe(1);
    expect(outputs).toMatchObject({
      task_id: simulator.startedTasks[0]?.id,
      started: "true",
      conclusion: "success",
    });
    expect(stdout).toContain(
      "the connection was lost (ECONNRESET). The task may have been started anyway; searching for it.",
    );
    expect(stdout).toMatch(/^The start request succeeded\. Following task \S+\.$/m);
    expect(stdout).not.toContain("A second task may exist");
  });

  it("is sent again if four searches in a minute do not find its task", async () => {
    const { exitCode, outputs, simulator, stdout } = await run({ faults: [LOST_REQUEST] });
    expect(exitCode).toBe(0);
    const starts = simulator.requests.filter(({ kind }) => kind === "start");
    const between = (starts[1]?.at ?? 0) - (starts[0]?.at ?? 0);
    expect(starts).toHaveLength(2);
    expect(between).toBeGreaterThanOrEqual(60_000);
    // Four searches before, and one for a duplicate after.
    expect(simulator.count("list")).toBe(5);
    expect(simulator.startedTasks).toHaveLength(1);
    expect(outputs.task_id).toBe(simulator.startedTasks[0]?.id);
    expect(starts[1]?.body).toEqual(starts[0]?.body);
    expect(stdout).not.toContain("A second task may exist");
  });

  it("is found although the list lags", async () => {
    const scenario = { faults: [LOST_ANSWER], assumptions: { list_lag_seconds: 40 } };
    const { exitCode, simulator } = await run(scenario);
    expect(exitCode).toBe(0);
    expect(simulator.count("start")).toBe(1);
  });

  it.each([-10, 10])("is found although the Date of one answer is %d minutes off", async (minutes) => {
    const { simulator, outputs } = await inProcess.run(
      { plans: [BRIEF], faults: [LOST_ANSWER] },
      {
        intercept: async ({ url }) => {
          const date = new Date(START + minutes * 60_000).toUTCString();
          const headers = { "content-type": "application/json", date };
          return new URL(url).pathname === "/user"
            ? { type: "response", delay_ms: 0, status: 200, headers, body: JSON.stringify(MONA) }
            : null;
        },
      },
    );
    expect(simulator.count("start")).toBe(1);
    expect(outputs.task_id).toBe(simulator.startedTasks[0]?.id);
  });

  it("is adopted although GitHub does not find it for two minutes", async () => {
    const { exitCode, simulator, outputs } = await run({
      plans: [BRIEF],
      faults: [LOST_ANSWER],
      assumptions: { get_lag_seconds: 120 },
    });
    expect([exitCode, simulator.count("start")]).toEqual([0, 1]);
    expect(outputs.task_id).toBe(simulator.startedTasks[0]?.id);
  });

  it("is not sent again on a list that was read long before", async () => {
    // Reading another task takes from 60 s to 121 s. Meanwhile the list shows ours.
    const other = existingTask({ id: "other", created_seconds_ago: -50, prompt: "Something else." });
    const { simulator, outputs } = await run({
      plans: [BRIEF],
      existing: [other],
      faults: [
        LOST_ANSWER,
        { on: { kind: "get", nth: [1, 2, 3, 4, 5, 6] }, do: { type: "html", status: 502 } },
      ],
      assumptions: { list_lag_seconds: 70 },
    });
    expect(simulator.count("start")).toBe(1);
    expect(outputs.task_id).toBe(simulator.startedTasks[0]?.id);
  });

  it("is found although the server's clock differs by minutes", async () => {
    for (const server_ahead_seconds of [-600, 600]) {
      const scenario = { faults: [LOST_ANSWER], assumptions: { server_ahead_seconds } };
      const { simulator, outputs } = await run(scenario);
      expect(simulator.count("start")).toBe(1);
      expect(outputs.task_id).toBe(simulator.startedTasks[0]?.id);
    }
  });

  it("is found behind a hundred newer tasks of the same user", async () => {
    const others = Array.from({ length: 150 }, (_, n) =>
      existing({
        id: `other-${n}`,
        created_seconds_ago: n % 2 === 0 ? 30 : -1,
        prompt: `Do ${n}\n\n${traceLine()}`,
      }),
    );
    const { simulator, outputs } = await run({ existing: others, faults: [LOST_ANSWER] });
    expect(simulator.count("start")).toBe(1);
    expect(outputs.task_id).toBe(simulator.startedTasks[0]?.id);
  });

  it("leads to a warning with both links if the list lags so long that a duplicate is started", async () => {
    const scenario = { plans: [BRIEF], faults: [LOST_ANSWER], assumptions: { list_lag_seconds: 90 } };
    for (const inputs of [{}, WAIT]) {
      const { exitCode, stdout, simulator } = await startTask(scenario, inputs);
      const ids = simulator.startedTasks.map(({ id }) => id);
      expect(exitCode).toBe(0);
      expect(ids).toHaveLength(2);
      const warning = stdout
        .split("\n")
        .find((line) => line.startsWith("::warning title=A second task may exist"));
      for (const id of ids) {
        expect(warning).toContain(`https://github.com/octo/app/copilot/tasks/${id}`);
      }
    }
  });

  const prompts = sampleDist();
  it.each(["absent", "rewritten"] as const)(
    "does not lead to a silent duplicate if the prompts of tasks are %s",
    async (session_prompt) => {
      const { stdout, simulator, exitCode } = await prompts.run({
        faults: [LOST_ANSWER],
        assumptions: { session_prompt },
      });
      if (session_prompt === "absent") {
        expect(simulator.count("start")).toBe(1);
        expect(exitCode).toBe(1);
        expect(stdout).toContain(
          `It may be task ${simulator.startedTasks[0]?.id}: https://github.com/octo/app/copilot/tasks/`,
        );
      } else {
        // The prompt that GitHub shows has no trace, so the step starts a duplicate and names both.
        expect(simulator.startedTasks).toHaveLength(2);
        expect(stdout).toContain("::warning title=A second task may exist::");
        expect(simulator.startedTasks.every(({ id }) => stdout.includes(`/tasks/${id}`))).toBe(true);
      }
    },
  );

  it("fails after three indeterminate starts, and says what to do", async () => {
    const faults: FaultRule[] = [{ on: { kind: "start" }, do: { type: "html", status: 502 } }];
    const { exitCode, stdout, simulator, outputs } = await run({ faults });
    expect(exitCode).toBe(1);
    expect(simulator.count("start")).toBe(3);
    expect(stdout).toContain(
      "Could not start a task in octo/app: HTTP 502. Up to 3 tasks may have been started anyway.",
    );
    expect(stdout).toContain("https://github.com/octo/app/agents");
    expect(JSON.parse(outputs.counts ?? "")).toMatchObject({ not_started: 1 });
  });

  it("fails and says how many tasks there may be if every answer is lost and no list shows a task", async () => {
    const faults: FaultRule[] = [{ on: { kind: "start" }, do: { type: "reset_after" } }];
    const { exitCode, stdout, simulator } = await run({ faults, assumptions: { list_lag_seconds: 600 } });
    expect(exitCode).toBe(1);
    expect(simulator.startedTasks).toHaveLength(3);
    expect(stdout).toContain("Up to 3 tasks may have been started anyway.");
    expect(stdout).toContain("https://github.com/octo/app/agents");
  });

  it("fails without a second start if the search fails for three minutes", async () => {
    const faults: FaultRule[] = [LOST_ANSWER, { on: { kind: "list" }, do: { type: "error_500_before" } }];
    const { exitCode, stdout, simulator } = await run({ faults });
    expect(exitCode).toBe(1);
    expect(simulator.count("start")).toBe(1);
    expect(stdout).toContain("A task may have been started anyway.");
    const lists = simulator.requests.filter(({ kind }) => kind === "list");
    expect((lists.at(-1)?.at ?? 0) - (lists[0]?.at ?? 0)).toBeLessThanOrEqual(180_000);
  });

  it("is found by prompt, creator and time if there is no trace", async () => {
    const { exitCode, simulator, outputs } = await startTask({ faults: [LOST_ANSWER] }, { trace: "false" });
    expect(exitCode).toBe(0);
    expect(simulator.count("start")).toBe(1);
    expect(outputs.task_id).toBe(simulator.startedTasks[0]?.id);
  });

  it("is not guessed without a trace if two tasks look the same", async () => {
    const same = existing({ id: "same", created_seconds_ago: 10, prompt: "Update the dependencies." });
    const { exitCode, simulator, stdout } = await startTask(
      { existing: [same], faults: [LOST_ANSWER] },
      { trace: "false" },
    );
    expect(exitCode).toBe(1);
    expect(simulator.count("start")).toBe(1);
    expect(stdout).toContain("It may be task same");
  });

  const others = sampleDist();
  it.each<[string, Partial<ExistingTask>]>([
    ["by somebody else", { creator: { login: "hubot", id: 1002 } }],
    ["with another start's trace", {}],
    ["with the trace only in the middle", { prompt: `${traceLine()}\nand more` }],
  ])("does not lead to adopting a task %s", async (_what, more) => {
    const other = existing({ id: "other", created_seconds_ago: 5, ...more });
    const { simulator, outputs } = await others.run({ existing: [other], faults: [LOST_REQUEST] });
    expect(simulator.startedTasks).toHaveLength(1);
    expect(outputs.task_id).toBe(simulator.startedTasks[0]?.id);
  });
});

describe("two jobs with the same prompt at the same time", () => {
  it("each adopt their own task", async () => {
    const faults: FaultRule[] = [{ on: { kind: "start", nth: [1, 2] }, do: { type: "reset_after" } }];
    const jobs = [{ matrix: { leg: 1 } }, { matrix: { leg: 2 } }];
    const [first, second] = await runTogether({ plans: [BRIEF], faults }, jobs);
    expect(first?.simulator.startedTasks).toHaveLength(2);
    for (const run of [first, second]) {
      const own = run?.simulator.startedTasks.find(({ id }) => id === run.outputs.task_id);
      const start = /start ([\w-]+)\)$/m.exec(run?.stdout ?? "")?.[1];
      expect(own?.body.prompt).toContain(`start ${start})`);
      expect(run?.stdout).toContain("The start request succeeded. Following task");
    }
    expect(first?.outputs.task_id).not.toBe(second?.outputs.task_id);
  });
});

describe("a re-run", () => {
  const { run } = sampleDist();
  const rerunWith =
    (runStep: typeof run) =>
    (scenario: TestScenario, inputs: Record<string, string> = WAIT, step = {}) =>
      runStep({ plans: [BRIEF], ...scenario }, { with: inputs, github: { run_attempt: "2" }, ...step });
  const rerun = rerunWith(run);

  const rerunSettled = rerunWith(sampleDist().run);
  it.each([
    ["completed", "success"],
    ["idle", "neutral"],
    ["waiting_for_user", "action_required"],
  ])("resumes the task of an earlier attempt that is %s", async (state, conclusion) => {
    for (const inputs of [{}, WAIT]) {
      const { simulator, outputs, stdout } = await rerunSettled(
        { existing: [existing({ steps: [{ after_seconds: 0, state }] })] },
        inputs,
      );
      expect(simulator.count("start")).toBe(0);
      expect(outputs).toMatchObject({ task_id: "earlier-task", started: "false", state, conclusion });
      expect(stdout).toContain("::notice title=Agent task adopted::Attempt 2 follows task earlier-task");
    }
  });

  it("resumes a task that is active", async () => {
    const steps = [
      { after_seconds: 0, state: "in_progress" },
      { after_seconds: 3300, state: "completed" },
    ];
    const { simulator, outputs, exitCode } = await rerun({ existing: [existing({ steps })] });
    expect(exitCode).toBe(0);
    expect(simulator.count("start")).toBe(0);
    expect(outputs).toMatchObject({ task_id: "earlier-task", conclusion: "success", started: "false" });
  });

  const rerunFailed = rerunWith(sampleDist().run);
  it.each(["failed", "cancelled", "timed_out"])("starts one task if the earlier one is %s", async (state) => {
    const { simulator, outputs, stdout } = await rerunFailed({
      existing: [existing({ steps: [{ after_seconds: 0, state }] })],
    });
    expect(simulator.startedTasks).toHaveLength(1);
    expect(outputs).toMatchObject({
      task_id: simulator.startedTasks[0]?.id,
      started: "true",
      conclusion: "success",
    });
    expect(stdout).toContain(
      `task earlier-task of an earlier attempt in octo/app is ${state}. Starting a new one.`,
    );
  });

  const rerunAfterTwo = rerunWith(sampleDist().run);
  it.each([
    ["the same second", 600],
    ["the same start", 1500],
  ])("resumes a task that is active if a newer one of %s failed", async (_when, created_seconds_ago) => {
    const { simulator, outputs } = await rerunAfterTwo(
      {
        existing: [
          existing({ created_seconds_ago, steps: [{ after_seconds: 0, state: "in_progress" }] }),
          existing({
            id: "newer-task",
            created_seconds_ago: 600,
            steps: [{ after_seconds: 0, state: "failed" }],
          }),
        ],
      },
      {},
    );
    expect(simulator.count("start")).toBe(0);
    expect(outputs).toMatchObject({ task_id: "earlier-task", started: "false" });
  });

  it("starts one task if no earlier attempt started one", async () => {
    const { simulator } = await rerun({});
    expect(simulator.startedTasks).toHaveLength(1);
  });

  const rerunOfOthers = rerunWith(sampleDist().run);
  it.each<[string, Partial<ExistingTask>, object]>([
    [
      "another run",
      { prompt: `x\n\n${traceLine({ runUrl: "https://github.com/octo/app/actions/runs/7" })}` },
      {},
    ],
    ["another job", { prompt: `x\n\n${traceLine({ key: ".github/workflows/nightly.yml:other" })}` }, {}],
    ["another step of the job", { prompt: `x\n\n${traceLine({ step: "second" })}` }, {}],
    ["this attempt", { prompt: `x\n\n${traceLine({ attempt: 2 })}` }, {}],
    ["another job of the matrix", {}, { matrix: { version: 2 } }],
    ["somebody else", { creator: { login: "hubot", id: 1002 } }, {}],
    ["an issue with a forged trace", { prompt: `> ${traceLine()}\nand more` }, {}],
  ])("does not resume the task of %s", async (_whose, more, step) => {
    const { simulator } = await rerunOfOthers({ existing: [existing(more)] }, WAIT, step);
    expect(simulator.startedTasks).toHaveLength(1);
  });

  it("finds its own task in a matrix", async () => {
    const first = await run({ plans: [BRIEF] }, { matrix: { version: 2 } });
    const prompt = first.simulator.startedTasks[0]?.body.prompt ?? "";
    const { simulator, outputs } = await rerun({ existing: [existing({ prompt })] }, WAIT, {
      matrix: { version: 2 },
    });
    expect(simulator.count("start")).toBe(0);
    expect(outputs.task_id).toBe("earlier-task");
  });

  it("starts nothing if it cannot find out whether an earlier attempt did", async () => {
    const failing = await rerun({ faults: [{ on: { kind: "list" }, do: { type: "html", status: 502 } }] });
    expect(failing.exitCode).toBe(1);
    expect(failing.simulator.count("start")).toBe(0);
    expect(failing.stdout).toContain(
      "Could not find out whether an earlier attempt of this run started a task",
    );

    const unreadable = await rerun({ existing: [existing()], assumptions: { session_prompt: "absent" } });
    expect(unreadable.exitCode).toBe(1);
    expect(unreadable.simulator.count("start")).toBe(0);
    expect(unreadable.stdout).toContain("start a new run instead of a re-run");
  });

  it("resumes a task whose given key was another one, such as a date", async () => {
    const with_ = (day: string) => ({ concurrency_key: `nightly-${day}` });
    const first = await run({ plans: [BRIEF] }, { with: with_("22") });
    const prompt = first.simulator.startedTasks[0]?.body.prompt ?? "";
    const { simulator, outputs } = await rerun({ existing: [existing({ prompt })] }, with_("23"));
    expect([simulator.count("start"), outputs.task_id]).toEqual([0, "earlier-task"]);
  });

  const rerunAtOnce = rerunWith(sampleDist().run);
  it.each<[string, number, Record<string, string>]>([
    ["8 seconds, without waiting", 8, {}],
    ["40 seconds, while waiting", 40, WAIT],
  ])("warns of both tasks if the list lacks the earlier one for %s", async (_when, lag, inputs) => {
    const { exitCode, stdout, simulator } = await rerunAtOnce(
      { existing: [existing({ created_seconds_ago: -lag })] },
      inputs,
    );
    expect([exitCode, simulator.startedTasks.length]).toEqual([0, 1]);
    const warnings = stdout.split("\n").filter((line) => line.startsWith("::warning"));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("title=A second task exists");
    for (const id of [simulator.startedTasks[0]?.id, "earlier-task"]) {
      expect(warnings[0]).toContain(`/tasks/${id}`);
    }
    // Two lists before the start, one of archived tasks, and one after.
    expect(simulator.count("list")).toBe(3);
  });

  it("resumes a task that somebody has archived", async () => {
    const { simulator, outputs } = await rerunAtOnce({ existing: [existing({ archived: true })] });
    expect([simulator.count("start"), outputs.task_id]).toEqual([0, "earlier-task"]);
  });

  it("tells the calls of one reusable workflow apart by their text, and links the tasks of the others", async () => {
    const call = (name: string) => {
      const task = existing();
      return { ...task, id: name, prompt: (task.prompt ?? "").replace(/^.*/, `Update ${name}.`) };
    };
    const scenario = { existing: [call("api"), call("web")] };
    const adopted = await rerunAtOnce(scenario, { prompt: "Update api." });
    expect([adopted.simulator.count("start"), adopted.outputs.task_id]).toEqual([0, "api"]);
    const started = await rerunAtOnce(scenario, { prompt: "Update docs." });
    expect(started.simulator.startedTasks).toHaveLength(1);
    expect(started.stdout).toMatch(
      /::warning title=Re-run::In the same place of the workflow, .*tasks\/web.*tasks\/api/,
    );
  });

  it("has three minutes for its searches in all repositories together", async () => {
    const names = ["octo/a", "octo/b", "octo/c", "octo/d"];
    const { exitCode, simulator, stdout } = await rerun(
      {
        repositories: Object.fromEntries(names.map((name) => [name, {}])),
        existing: names.map((repository) => existing({ id: repository.replace("/", "-"), repository })),
        faults: [{ on: { kind: "get" }, do: { type: "html", status: 502 } }],
      },
      { repository: names.join("\n") },
    );
    expect([exitCode, simulator.count("start")]).toEqual([1, 0]);
    const [first, last] = [simulator.requests[0]?.at ?? 0, simulator.requests.at(-1)?.at ?? 0];
    expect(last - first).toBeLessThanOrEqual(180_000);
    expect(stdout).toContain("Could not find out whether an earlier attempt");
  });

  it("starts a task and warns if there is no trace", async () => {
    const { simulator, stdout } = await rerun({ existing: [existing()] }, { trace: "false" });
    expect(simulator.startedTasks).toHaveLength(1);
    expect(stdout).toContain("::warning title=Re-run::");
  });
});
