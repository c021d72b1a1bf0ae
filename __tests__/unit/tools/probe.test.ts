import { describe, expect, it } from "@jest/globals";
import { describeError, UsageError } from "../../../tools/command-line.ts";
import { PLACES } from "../../../tools/probe/observe.ts";
import type { buildReport } from "../../../tools/probe/report.ts";
import { run } from "../../../tools/probe/run.ts";
import type { FaultRule, TaskPlan } from "../../../tools/simulator/scenario.ts";
import type { Simulator } from "../../../tools/simulator/simulator.ts";
import { simulatorFor } from "../../support/action-harness.ts";
import { SECOND, type VirtualClock, virtualClock } from "../../support/clock.ts";
import { REPOSITORY, scenarioOf, type TestScenario, USER_TOKEN } from "../../support/fixtures.ts";

type Report = ReturnType<typeof buildReport>;

/** What the agent does with the probe's prompt: nothing, within 40 s. */
const CHEAP: TaskPlan = {
  id: "task-1",
  steps: [
    { after_seconds: 0, state: "queued" },
    { after_seconds: 5, state: "in_progress" },
    { after_seconds: 40, state: "completed" },
  ],
};

interface Probe {
  readonly status: number;
  readonly out: string;
  readonly error: string;
  readonly simulator: Simulator;
}

interface ProbeSettings {
  readonly json?: boolean;
  readonly token?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly posts?: number;
  /** Given the clock and what stops the probe. */
  readonly plan?: (clock: VirtualClock, stop: () => void) => void;
}

/** Runs the probe against a simulator on its clock, and expects exactly one POST and no token in what it says. */
async function probe(scenario: TestScenario = {}, settings: ProbeSettings = {}): Promise<Probe> {
  const { json = false, token = USER_TOKEN, env, posts = 1, plan } = settings;
  const clock = virtualClock();
  const stopping = new AbortController();
  plan?.(clock, () => stopping.abort());
  const simulator = simulatorFor(scenarioOf({ plans: [CHEAP], ...scenario }), clock);
  let out = "";
  let error = "";
  const ended = run({
    json,
    env: { AGENT_TASKS_TOKEN: token, AGENT_TASKS_REPOSITORY: REPOSITORY, ...env },
    fetch: simulator.fetch,
    clock,
    newId: () => "probe-id-1",
    signal: stopping.signal,
    writeReport: (text) => {
      out += text;
    },
    writeLog: (text) => {
      error += text;
    },
  });
  // As the process does.
  const status = await ended.catch((wrong: unknown) => {
    expect(wrong).toBeInstanceOf(UsageError);
    error = describeError(wrong);
    return 2;
  });
  expect(simulator.requests.filter(({ method }) => method === "POST")).toHaveLength(posts);
  expect(simulator.violations).toEqual([]);
  expect(out + error).not.toContain(token);
  return { status, out, error, simulator };
}

/** The answers by the facts' IDs, such as `yes: what was seen`. */
async function factsOf(
  scenario: TestScenario = {},
  settings: ProbeSettings = {},
): Promise<Record<string, string>> {
  const { status, out } = await probe(scenario, { ...settings, json: true });
  expect(status).toBe(0);
  const report = JSON.parse(out) as Report;
  return Object.fromEntries(report.facts.map(({ id, answer, seen }) => [id, `${answer}: ${seen}`]));
}

/** What goes wrong with one kind of request. */
function failure(on: FaultRule["on"], then: FaultRule["do"]): FaultRule {
  return { on, do: then };
}

describe("the probe, if the API behaves as assumed", () => {
  it("answers every fact", async () => {
    expect(await factsOf()).toEqual({
      bare: "yes: HTTP 201",
      start_html_url: `yes: https://github.com/${REPOSITORY}/copilot/tasks/task-1`,
      ...Object.fromEntries(
        PLACES.flatMap((place) => [
          [`${place}_at_once`, "yes: after 0 s"],
          [`not_modified_${place}`, expect.stringMatching(/^yes: \d+ of \d+$/)],
        ]),
      ),
      prompt_exact: "yes: exact",
      prompt_last_line: 'yes: "Probe of the Agent tasks API (start probe-id-1)"',
      prompt_at_once: "yes: after 0 s",
      rate_limit_core: "yes: core: 1 of 5000 used",
      rests_completed: "yes: completed after 40 s",
      no_pull_request: "yes: artifacts: none",
    });
  });

  it("prints a table, with the task's link before and above it", async () => {
    const { status, out, error } = await probe();
    expect(status).toBe(0);
    expect(error).toBe(
      `Started task task-1 in ${REPOSITORY}: https://github.com/${REPOSITORY}/copilot/tasks/task-1\n` +
        "Polling it for up to 6 minutes.\n",
    );
    const [first, second, ...lines] = out.trimEnd().split("\n");
    expect(first).toBe(`Task task-1 in ${REPOSITORY}: https://github.com/${REPOSITORY}/copilot/tasks/task-1`);
    expect(second).toMatch(/^Polled for 100 s, \d+ requests\.$/);
    expect(lines).toContainEqual(
      expect.stringMatching(/^yes {7}Does create_pull_request.* artifacts: none$/),
    );
    expect(lines.at(-1)).toBe("16 yes, 0 no, 0 not seen.");
  });

  it("asks for one cheap task, and says how many requests it took", async () => {
    const { out, simulator } = await probe({}, { json: true });
    const report = JSON.parse(out) as Report;
    expect(report).toMatchObject({ repository: REPOSITORY, task_id: "task-1", followed_seconds: 100 });
    expect(report.requests).toBe(simulator.requests.length);
    expect(report.requests).toBeLessThan(80);
    expect(simulator.startedTasks[0]?.body).toEqual({
      prompt: "Reply with the word ok. Change no file.\n\nProbe of the Agent tasks API (start probe-id-1)\n",
      create_pull_request: false,
    });
  });
});

describe("the probe, with the other answer of each assumption", () => {
  it("etags", async () => {
    const facts = await factsOf({ assumptions: { etags: false } });
    expect(PLACES.map((place) => facts[`not_modified_${place}`])).toEqual(PLACES.map(() => "no: no ETag"));
  });

  it("list_lag_seconds", async () => {
    expect(await factsOf({ assumptions: { list_lag_seconds: 7 } })).toMatchObject({
      get_at_once: "yes: after 0 s",
      list_at_once: "no: after 7 s",
      list_all_at_once: "no: after 7 s",
    });
  });

  it("list_lag_seconds, longer than the probe polls", async () => {
    expect(await factsOf({ assumptions: { list_lag_seconds: 3600 } })).toMatchObject({
      get_at_once: "yes: after 0 s",
      list_at_once: "no: still missing after 300 s",
      rests_completed: "yes: completed after 40 s",
    });
  });

  it("get_lag_seconds", async () => {
    expect(await factsOf({ assumptions: { get_lag_seconds: 12 } })).toMatchObject({
      get_at_once: "no: after 12 s",
      get_by_id_at_once: "no: after 12 s",
      list_at_once: "yes: after 0 s",
      prompt_exact: "yes: exact",
      prompt_at_once: "yes: after 12 s",
    });
  });

  it("get_lag_seconds, longer than the probe polls", async () => {
    expect(await factsOf({ assumptions: { get_lag_seconds: 3600 } })).toMatchObject({
      get_at_once: "no: still missing after 300 s",
      get_by_id_at_once: "no: still missing after 300 s",
      not_modified_get: "not_seen: HTTP status: 404",
      prompt_exact: "not_seen: no session",
      prompt_last_line: "not_seen: no prompt",
      prompt_at_once: "not_seen: no prompt",
      rests_completed: "not_seen: never found after 300 s",
      no_pull_request: "not_seen: never found",
    });
  });

  it("wrapped", async () => {
    expect(await factsOf({ assumptions: { wrapped: true } })).toMatchObject({
      bare: "no: HTTP 201",
      start_html_url: expect.stringMatching(/^yes: https/),
      prompt_exact: "yes: exact",
      rests_completed: "yes: completed after 40 s",
    });
  });

  it("session_prompt: trimmed", async () => {
    expect(await factsOf({ assumptions: { session_prompt: "trimmed" } })).toMatchObject({
      prompt_exact: expect.stringMatching(/^no: without white space at its ends \("Reply /),
      prompt_last_line: expect.stringMatching(/^yes: /),
    });
  });

  it("session_prompt: absent", async () => {
    expect(await factsOf({ assumptions: { session_prompt: "absent" } })).toMatchObject({
      prompt_exact: "no: absent",
      prompt_last_line: "not_seen: no prompt",
      prompt_at_once: "not_seen: no prompt",
    });
  });

  it("session_prompt: rewritten", async () => {
    expect(await factsOf({ assumptions: { session_prompt: "rewritten" } })).toMatchObject({
      prompt_exact: expect.stringMatching(/^no: another text \("The user asked /),
      prompt_last_line: expect.stringMatching(/^no: "The user asked /),
      prompt_at_once: "yes: after 0 s",
    });
  });

  it("html_url", async () => {
    const { out, error } = await probe({ assumptions: { html_url: false } });
    expect(out).toMatch(/no +Does the start return html_url\? +none\n/);
    expect(out).toMatch(new RegExp(`^Task task-1 in ${REPOSITORY}\n`));
    expect(error).toContain(`Started task task-1 in ${REPOSITORY}: (no link in the response)\n`);
  });

  it.each([90, -90])("server_ahead_seconds: %d", async (server_ahead_seconds) => {
    expect(await factsOf({ assumptions: { server_ahead_seconds } })).toMatchObject({
      list_at_once: "yes: after 0 s",
      rests_completed: "yes: completed after 40 s",
    });
  });
});

describe("the probe, if the task ends otherwise", () => {
  const ending = (...steps: TaskPlan["steps"]) => ({ plans: [{ id: "task-1", steps }] });

  it("sees a task rest as idle, with a pull request", async () => {
    const pull = { provider: "github", type: "pull", data: { id: 7 } };
    const plan = { steps: [{ after_seconds: 30, state: "idle" }], extra: { artifacts: [pull] } };
    expect(await factsOf({ plans: [plan] })).toMatchObject({
      rests_completed: "no: idle after 30 s",
      no_pull_request: "no: artifacts: pull",
    });
  });

  it("polls on if a task works again after a rest", async () => {
    const scenario = ending(
      { after_seconds: 10, state: "idle" },
      { after_seconds: 30, state: "in_progress", new_session: true },
      { after_seconds: 50, state: "completed" },
    );
    expect(await factsOf(scenario)).toMatchObject({ rests_completed: "yes: completed after 50 s" });
  });

  it("stops polling a task that works for longer than that", async () => {
    expect(await factsOf(ending({ after_seconds: 5, state: "in_progress" }))).toMatchObject({
      rests_completed: "not_seen: in_progress after 300 s",
      not_modified_get: expect.stringMatching(/^yes: /),
      not_modified_list: "not_seen: 0 of 0, the content may have changed",
    });
  });

  it("watches a task that ends late", async () => {
    const { out } = await probe(ending({ after_seconds: 295, state: "failed" }));
    expect(out).toMatch(/^Polled for 355 s,/m);
    expect(out).toMatch(/no +Does a task without changes end as completed\? +failed after 295 s\n/);
  });

  it("reads responses that have the required fields only", async () => {
    expect(await factsOf({ plans: [{ ...CHEAP, minimal: true }] })).toMatchObject({
      start_html_url: "no: none",
      list_at_once: "yes: after 0 s",
      prompt_exact: "not_seen: no session",
    });
  });
});

describe("the probe, if something fails", () => {
  it.each<[string, TestScenario, RegExp]>([
    [
      "a token without the permission",
      { user: { agent_tasks: "read" } },
      /^Could not start a task in octo\/app: this token is not allowed to do that \(HTTP 403: .*\)\.\nGive the fine-grained/,
    ],
    ["a bad token", { tokens: {} }, /GitHub did not accept/],
    ["no Copilot plan", { user: { copilot: "not_licensed" } }, /no Copilot plan/],
    ["no such repository", { repositories: {} }, /not found, or this token has no access/],
    [
      "a rate limit",
      { faults: [failure({ kind: "start" }, { type: "rate_limited_429", retry_after: 5 })] },
      /rate limit is reached .*\nRun this again in 5 s/,
    ],
    [
      "a redirect",
      { faults: [failure({ kind: "start" }, { type: "redirect", status: 307, location: "/elsewhere" })] },
      /GitHub redirects to .* \(HTTP 307\)/,
    ],
  ])("explains a start that was refused: %s", async (_what, scenario, text) => {
    const { status, out, error, simulator } = await probe(scenario);
    expect([status, out]).toEqual([1, ""]);
    expect(error).toMatch(text);
    expect(simulator.startedTasks).toHaveLength(0);
  });

  it.each<[string, FaultRule["do"], string]>([
    ["the connection is lost", { type: "reset_after" }, "the connection was lost (ECONNRESET)"],
    ["HTTP 500 after the work", { type: "error_500_after" }, "HTTP 500"],
    ["HTML", { type: "html", status: 502, carried_out: true }, "HTTP 502"],
    [
      "half of the JSON",
      { type: "truncated" },
      "HTTP 201 without a body, or with one that did not arrive completely",
    ],
    [
      "JSON of another shape",
      { type: "wrong_json", body: { job: { id: "x" }, "\u001b[31m::error::": 1 } },
      "HTTP 200 with a response that does not match the API description. Fields of the response: job, [31m::error::",
    ],
  ])("never sends a start again that may have worked: %s", async (_what, then, reason) => {
    const { status, out, error, simulator } = await probe({ faults: [failure({ kind: "start" }, then)] });
    expect([status, out]).toEqual([1, ""]);
    expect(error).toBe(
      `Could not start a task in octo/app: ${reason}. This may have started a task, so the probe does not retry.\n` +
        "Before you run this again, check the repository's tasks for a prompt that ends with " +
        '"Probe of the Agent tasks API (start probe-id-1)".\n',
    );
    expect(simulator.startedTasks).toHaveLength(1);
  });

  it("polls on after failures, no sooner than the server asks", async () => {
    const faults = [
      failure({ kind: "get", nth: 1 }, { type: "reset_before" }),
      // The first is the repository's list, the second that of all tasks.
      failure({ kind: "list", nth: 1 }, { type: "unavailable", retry_after: 20 }),
      failure({ kind: "list", nth: 2 }, { type: "error_500_before" }),
    ];
    expect(await factsOf({ faults })).toMatchObject({
      get_at_once: "yes: after 20 s",
      get_by_id_at_once: "yes: after 0 s",
      list_at_once: "yes: after 20 s",
      list_all_at_once: "yes: after 20 s",
    });
  });

  it("does not take a failure for an answer", async () => {
    const facts = await factsOf({
      faults: [failure({ kind: "list" }, { type: "error_500_before" })],
    });
    expect(facts).toMatchObject({
      list_at_once: "not_seen: HTTP status: 500",
      not_modified_list: "not_seen: HTTP status: 500",
    });
  });

  it("reports what it saw until the token expired", async () => {
    const facts = await factsOf({ user: { valid_seconds: 20 } });
    expect(facts).toMatchObject({
      prompt_exact: "yes: exact",
      rests_completed: "not_seen: in_progress after 20 s",
    });
  });

  it("reports what it saw until it was stopped", async () => {
    const facts = await factsOf({}, { plan: (clock, stop) => clock.at(10 * SECOND, stop) });
    expect(facts).toMatchObject({
      list_at_once: "yes: after 0 s",
      rests_completed: "not_seen: in_progress after 10 s",
      not_modified_list: "not_seen: 0 of 0, the content may have changed",
    });
  });

  it("escapes texts from the server, and removes the token", async () => {
    const hostile = `\u001b[2J\r\n::error::##[x] \u202e${USER_TOKEN} ${"long ".repeat(100)}`;
    const plan = { ...CHEAP, extra: { html_url: hostile, state: hostile } };
    const { out, error } = await probe({ plans: [plan] });
    for (const text of [out, error]) {
      expect(text).not.toMatch(/##\[|^\s*::/m);
      expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Cf}/u);
      expect(text).toContain("***");
    }
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThan(320);
  });
});

describe("the probe, with wrong settings", () => {
  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ["no token", { AGENT_TASKS_TOKEN: "" }, /^Set AGENT_TASKS_TOKEN .*owner\/name\.$/],
    ["no repository", { AGENT_TASKS_REPOSITORY: "" }, /^Set AGENT_TASKS_TOKEN /],
    ["no owner", { AGENT_TASKS_REPOSITORY: "app" }, /^Set AGENT_TASKS_TOKEN /],
    ["a plain address", { GITHUB_API_URL: "http://api.github.test" }, /^GITHUB_API_URL must start/],
    ["no address", { GITHUB_API_URL: "api" }, /^GITHUB_API_URL must start/],
  ])("says what is missing: %s", async (_what, env, text) => {
    const { status, out, error, simulator } = await probe({}, { env, posts: 0 });
    expect([status, out]).toEqual([2, ""]);
    expect(error).toMatch(text);
    expect(simulator.requests).toHaveLength(0);
  });
});
