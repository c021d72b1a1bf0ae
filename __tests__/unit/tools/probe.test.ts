import { describe, expect, it } from "@jest/globals";
import type { Report } from "../../../tools/probe/report.ts";
import { run } from "../../../tools/probe/run.ts";
import type { FaultRule, RequestKind, TaskPlan } from "../../../tools/simulator/scenario.ts";
import type { Simulator } from "../../../tools/simulator/simulator.ts";
import {
  REPOSITORY,
  SECOND,
  scenarioOf,
  simulatorFor,
  type TestScenario,
  USER_TOKEN,
  type VirtualClock,
  virtualClock,
} from "../../support/action-harness.ts";

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
  readonly args?: readonly string[];
  readonly token?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly posts?: number;
  /** The first request of this kind stops the probe. Its answer comes all the same. */
  readonly stopAt?: RequestKind;
  /** Given the clock and what stops the probe. */
  readonly plan?: (clock: VirtualClock, stop: () => void) => void;
}

/** Runs the probe against a simulator on its clock, and expects exactly one POST and no token in what it says. */
async function probe(scenario: TestScenario = {}, settings: ProbeSettings = {}): Promise<Probe> {
  const { args = [], token = USER_TOKEN, env, posts = 1, plan, stopAt } = settings;
  const clock = virtualClock();
  const stopping = new AbortController();
  plan?.(clock, () => stopping.abort());
  const simulator = simulatorFor(scenarioOf({ plans: [CHEAP], ...scenario }), clock);
  let out = "";
  let error = "";
  const status = await run({
    args,
    env: { AGENT_TASKS_TOKEN: token, AGENT_TASKS_REPOSITORY: REPOSITORY, ...env },
    useProxy: () => {},
    fetch: async (input, init) => {
      const response = await simulator.fetch(input, init);
      if (simulator.requests.at(-1)?.kind === stopAt) {
        stopping.abort();
      }
      return response;
    },
    clock,
    newId: () => "probe-id-1",
    signal: stopping.signal,
    writeOut: (text) => {
      out += text;
    },
    writeError: (text) => {
      error += text;
    },
  });
  expect(simulator.requests.filter(({ method }) => method === "POST")).toHaveLength(posts);
  expect(simulator.violations).toEqual([]);
  expect(out + error).not.toContain(token);
  return { status, out, error, simulator };
}

/** The answers by the facts' IDs, `yes: what was seen`. */
async function factsOf(
  scenario: TestScenario = {},
  settings: ProbeSettings = {},
): Promise<Record<string, string>> {
  const { status, out } = await probe(scenario, { ...settings, args: ["--json"] });
  expect(status).toBe(0);
  const report = JSON.parse(out) as Report;
  return Object.fromEntries(report.facts.map(({ id, answer, seen }) => [id, `${answer}: ${seen}`]));
}

/** What goes wrong with one kind of request. */
function fault(on: FaultRule["on"], then: FaultRule["do"]): FaultRule {
  return { on, do: then };
}

describe("the probe, where everything is as hoped", () => {
  it("answers every fact", async () => {
    expect(await factsOf()).toEqual({
      start_bare: "yes: HTTP 201, the task itself",
      start_html_url: `yes: https://github.com/${REPOSITORY}/tasks/task-1`,
      start_no_sessions: expect.stringMatching(/^yes: id, state, created_at, /),
      get_at_once: "yes: after 0 s",
      get_by_id_at_once: "yes: after 0 s",
      list_at_once: "yes: after 0 s",
      list_all_at_once: "yes: after 0 s",
      get_by_id_works: "yes: HTTP 200",
      get_bare: "yes: HTTP 200, the task itself",
      list_no_sessions: expect.stringMatching(/^yes: id, /),
      list_artifacts: "not_seen: the task has none",
      ...Object.fromEntries(
        ["get", "list", "list_all"].flatMap((place) => [
          [`etag_${place}`, expect.stringMatching(/^yes: W\/"/)],
          [`not_modified_${place}`, "yes: 3 of 3"],
          [`free_${place}`, "yes: 1 used by 3 times 304 and 1 more"],
        ]),
      ),
      prompt_exact: "yes: exact, from 0 s on",
      prompt_last_line: 'yes: "Probe of the Agent tasks API (start probe-id-1)"',
      prompt_at_once: "yes: after 0 s",
      since_updated_at: "yes: 1 s before updated_at listed, at it listed, 1 s after it missing",
      creator_id_filter: "yes: with the creator's ID listed, with another missing",
      creator_is_user: "yes: creator 1001, user 1001",
      date_header: expect.stringMatching(/^yes: (\d+) of \1 answers$/),
      clock_right: "yes: this machine's is the same (answer within 0 s)",
      rate_limit_core: "yes: core: 2 of 5000 used after the start",
      token_expiration: "no: none; right for a token that never ends",
      api_version: "yes: sent 2022-11-28, selected not said",
      token_kind: "yes: fine_grained, by its prefix",
      rests_completed: "yes: completed after 40 s",
      updated_at_rests: "yes: 0 changes in 60 s as completed",
      one_session: "yes: session_count 1, sessions 1",
      no_pull_request: "yes: artifacts: none",
      pull_global_id: "not_seen: no pull request was made",
    });
  });

  it("prints a table, with the task's link before and above it", async () => {
    const { status, out, error } = await probe();
    expect(status).toBe(0);
    expect(error).toBe(
      `Started task task-1 in ${REPOSITORY}: https://github.com/${REPOSITORY}/tasks/task-1\n` +
        "Following it for up to 6 minutes.\n",
    );
    const [first, second, ...lines] = out.trimEnd().split("\n");
    expect(first).toBe(`Task task-1 in ${REPOSITORY}: https://github.com/${REPOSITORY}/tasks/task-1`);
    expect(second).toMatch(/^Followed for 100 s, \d+ requests\.$/);
    expect(lines).toContain("Finding the task");
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {2}not seen {2}Have pull request .* no pull request/),
    );
    expect(lines.at(-1)).toBe("34 yes, 1 no, 2 not seen.");
  });

  it("asks for one cheap task, and says how many requests it took", async () => {
    const { out, simulator } = await probe({}, { args: ["--json"] });
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
    for (const place of ["get", "list", "list_all"]) {
      expect(facts).toMatchObject({
        [`etag_${place}`]: "no: none",
        [`not_modified_${place}`]: "not_seen: no ETag",
        [`free_${place}`]: "not_seen: no 304",
      });
    }
  });

  it("list_lag_seconds", async () => {
    expect(await factsOf({ assumptions: { list_lag_seconds: 7 } })).toMatchObject({
      get_at_once: "yes: after 0 s",
      list_at_once: "no: missing after 6 s, there after 7 s",
      list_all_at_once: "no: missing after 6 s, there after 7 s",
      since_updated_at: expect.stringMatching(/^yes: /),
    });
  });

  it("list_lag_seconds, longer than anybody looks", async () => {
    expect(await factsOf({ assumptions: { list_lag_seconds: 3600 } })).toMatchObject({
      get_at_once: "yes: after 0 s",
      list_at_once: "no: missing until 300 s",
      list_no_sessions: "not_seen: never found",
      since_updated_at: "not_seen: not in the list, no updated_at, or stopped before",
      creator_id_filter: "not_seen: not in the list at all",
      rests_completed: "yes: completed after 40 s",
    });
  });

  it("get_lag_seconds", async () => {
    expect(await factsOf({ assumptions: { get_lag_seconds: 12 } })).toMatchObject({
      get_at_once: "no: missing after 11 s, there after 12 s",
      get_by_id_at_once: "no: missing after 11 s, there after 12 s",
      get_by_id_works: "yes: HTTP 200",
      list_at_once: "yes: after 0 s",
      prompt_exact: "yes: exact, from 12 s on",
      prompt_at_once: "yes: after 12 s",
    });
  });

  it("get_lag_seconds, longer than anybody looks", async () => {
    expect(await factsOf({ assumptions: { get_lag_seconds: 3600 } })).toMatchObject({
      get_at_once: "no: missing until 300 s",
      get_by_id_works: "no: HTTP 404",
      get_bare: "not_seen: never found",
      etag_get: "not_seen: HTTP 404",
      prompt_exact: "not_seen: no session",
      prompt_last_line: "not_seen: no prompt",
      prompt_at_once: "not_seen: no prompt",
      rests_completed: "not_seen: never found after 300 s",
      updated_at_rests: "not_seen: it does not rest",
      one_session: "not_seen: no session_count",
      no_pull_request: "not_seen: never found",
    });
  });

  it("wrapped", async () => {
    expect(await factsOf({ assumptions: { wrapped: true } })).toMatchObject({
      start_bare: "no: HTTP 201, wrapped",
      start_html_url: expect.stringMatching(/^yes: https/),
      get_bare: "no: HTTP 200, wrapped",
      prompt_exact: "yes: exact, from 0 s on",
      rests_completed: "yes: completed after 40 s",
    });
  });

  it("session_prompt: trimmed", async () => {
    expect(await factsOf({ assumptions: { session_prompt: "trimmed" } })).toMatchObject({
      prompt_exact: expect.stringMatching(/^no: without white space at its ends, from 0 s on \("Reply /),
      prompt_last_line: expect.stringMatching(/^yes: /),
    });
  });

  it("session_prompt: absent", async () => {
    expect(await factsOf({ assumptions: { session_prompt: "absent" } })).toMatchObject({
      prompt_exact: "no: absent, from 0 s on",
      prompt_last_line: "not_seen: no prompt",
      prompt_at_once: "not_seen: no prompt",
    });
  });

  it("session_prompt: rewritten", async () => {
    expect(await factsOf({ assumptions: { session_prompt: "rewritten" } })).toMatchObject({
      prompt_exact: expect.stringMatching(/^no: another text, from 0 s on \("The user asked /),
      prompt_last_line: expect.stringMatching(/^no: "The user asked /),
      prompt_at_once: "yes: after 0 s",
    });
  });

  it("html_url", async () => {
    const { out, error } = await probe({ assumptions: { html_url: false } });
    expect(out).toMatch(/no +Has it html_url\? +none\n/);
    expect(out).toMatch(new RegExp(`^Task task-1 in ${REPOSITORY}\n`));
    expect(error).toContain(`Started task task-1 in ${REPOSITORY}: (no link in the answer)\n`);
  });

  it.each([
    [90, "no: this machine's is 90 s behind (answer within 0 s)"],
    [-90, "no: this machine's is 90 s ahead (answer within 0 s)"],
    [2, "yes: this machine's is 2 s behind (answer within 0 s)"],
  ])("server_ahead_seconds: %d", async (server_ahead_seconds, clock_right) => {
    expect(await factsOf({ assumptions: { server_ahead_seconds } })).toMatchObject({
      clock_right,
      date_header: expect.stringMatching(/^yes: /),
      since_updated_at: expect.stringMatching(/^yes: /),
      rests_completed: "yes: completed after 40 s",
    });
  });

  it.each([
    [true, "yes: 1 of 1"],
    [false, "no: 0 of 1"],
  ])("artifacts_in_lists: %s", async (artifacts_in_lists, list_artifacts) => {
    const plan = { steps: [{ after_seconds: 1, state: "completed", branch: { head_ref: "copilot/ok" } }] };
    expect(await factsOf({ assumptions: { artifacts_in_lists }, plans: [plan] })).toMatchObject({
      list_artifacts,
      no_pull_request: "yes: artifacts: branch",
    });
  });
});

describe("the probe, with other ends", () => {
  const ending = (...steps: TaskPlan["steps"]) => ({ plans: [{ id: "task-1", steps }] });

  it("sees a task rest as idle, and its updated_at move", async () => {
    const scenario = ending({ after_seconds: 30, state: "idle", heartbeat_seconds: 20 });
    expect(await factsOf(scenario)).toMatchObject({
      rests_completed: "no: idle after 30 s",
      updated_at_rests: "no: 3 changes in 60 s as idle",
    });
  });

  it("takes a task up again that rested only for a while", async () => {
    const scenario = ending(
      { after_seconds: 10, state: "idle" },
      { after_seconds: 30, state: "in_progress", new_session: true },
      { after_seconds: 50, state: "completed" },
    );
    expect(await factsOf(scenario)).toMatchObject({
      rests_completed: "yes: completed after 50 s",
      one_session: "no: session_count 2, sessions 2",
    });
  });

  it("gives a task up that works for longer than anybody looks", async () => {
    expect(await factsOf(ending({ after_seconds: 5, state: "in_progress" }))).toMatchObject({
      rests_completed: "not_seen: in_progress after 300 s",
      updated_at_rests: "not_seen: it does not rest",
      etag_get: expect.stringMatching(/^yes: /),
    });
  });

  it("watches a task's rest that begins late", async () => {
    expect(await factsOf(ending({ after_seconds: 295, state: "failed" }))).toMatchObject({
      rests_completed: "no: failed after 295 s",
      updated_at_rests: "yes: 0 changes in 60 s as failed",
    });
  });

  it("cannot tell since's meaning where nothing was ever updated", async () => {
    expect(await factsOf(ending({ after_seconds: 0, state: "completed" }))).toMatchObject({
      since_updated_at: expect.stringMatching(/^not_seen: .*; but created_at is the same$/),
    });
  });

  it("reads answers that have the required fields only", async () => {
    const minimal = { ...CHEAP, minimal: true };
    expect(await factsOf({ plans: [minimal] })).toMatchObject({
      start_html_url: "no: none",
      prompt_exact: "not_seen: no session",
      since_updated_at: "not_seen: not in the list, no updated_at, or stopped before",
      creator_is_user: "not_seen: no creator",
      updated_at_rests: "not_seen: no updated_at",
      one_session: "not_seen: no session_count",
    });
  });

  it("names the token's end and kind", async () => {
    const facts = await factsOf({ user: { expires_at: "2026-12-01T09:30:00Z" } });
    expect(facts).toMatchObject({ token_expiration: "yes: 2026-12-01 09:30:00 UTC" });
  });
});

describe("the probe, in trouble", () => {
  it.each<[string, TestScenario, RegExp]>([
    [
      "a token without the permission",
      { user: { agent_tasks: "read" } },
      /^Could not start a task in octo\/app: this token is not allowed to do that \(HTTP 403: .*\)\.\nGive the fine-grained/,
    ],
    ["no Copilot seat", { user: { copilot: "not_licensed" } }, /no Copilot seat/],
    ["no such repository", { repositories: {} }, /not found, or this token has no access/],
    [
      "a rate limit",
      { faults: [fault({ kind: "start" }, { type: "rate_limited_429", retry_after: 5 })] },
      /rate limit is reached .*\nRun this again in 5 s/,
    ],
    [
      "a redirect",
      { faults: [fault({ kind: "start" }, { type: "redirect", status: 307, location: "/elsewhere" })] },
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
    ["half of the JSON", { type: "truncated" }, "an answer that is no task (not a JSON object)"],
    [
      "JSON of another shape",
      { type: "wrong_json", body: { job: { id: "x" }, "\u001b[31m::error::": 1 } },
      "an answer that is no task (HTTP 200 with the fields job, [31m::error::)",
    ],
  ])("never sends a start again that may have worked: %s", async (_what, then, reason) => {
    const { status, out, error, simulator } = await probe({ faults: [fault({ kind: "start" }, then)] });
    expect([status, out]).toEqual([1, ""]);
    expect(error).toBe(
      `Could not start a task in octo/app: ${reason}. A task may have been started all the same, so nothing was ` +
        "sent again.\nLook at the repository's tasks for one whose prompt ends with " +
        '"Probe of the Agent tasks API (start probe-id-1)" before you run this again.\n',
    );
    expect(simulator.startedTasks).toHaveLength(1);
  });

  it.each<[string, TestScenario, ProbeSettings, RegExp]>([
    ["a bad token", {}, { token: "ghp_wrong" }, /^Could not ask whose token it is: GitHub did not accept/],
    [
      "no connection",
      { faults: [fault({ kind: "user" }, { type: "reset_before" })] },
      {},
      /the connection was lost/,
    ],
    ["Ctrl+C before it", {}, { plan: (_clock, stop) => stop() }, /cancelled/],
    ["Ctrl+C during it", {}, { stopAt: "user" }, /cancelled/],
  ])("starts nothing where the first request fails: %s", async (_what, scenario, settings, text) => {
    const { status, out, error } = await probe(scenario, { ...settings, posts: 0 });
    expect([status, out]).toEqual([1, ""]);
    expect(error).toMatch(text);
  });

  it("goes on where the token may not ask who it belongs to", async () => {
    const facts = await factsOf({ faults: [fault({ kind: "user" }, { type: "forbidden" })] });
    expect(facts).toMatchObject({
      creator_is_user: "not_seen: GET /user: HTTP 403",
      creator_id_filter: expect.stringMatching(/^yes: /),
    });
  });

  it("sits faults of its looks out, and asks no sooner than the server wants", async () => {
    const faults = [
      fault({ kind: "get", nth: 1 }, { type: "reset_before" }),
      // The first is the repository's list, the second that of all tasks.
      fault({ kind: "list", nth: 1 }, { type: "unavailable", retry_after: 20 }),
      fault({ kind: "list", nth: 2 }, { type: "error_500_before" }),
    ];
    expect(await factsOf({ faults })).toMatchObject({
      get_at_once: "yes: after 20 s",
      get_by_id_at_once: "yes: after 0 s",
      list_at_once: "yes: after 20 s",
      list_all_at_once: "yes: after 20 s",
      date_header: expect.stringMatching(/^yes: (\d+) of \1 answers$/),
    });
  });

  it("does not take trouble for an answer", async () => {
    const facts = await factsOf({
      faults: [fault({ kind: "list" }, { type: "error_500_before" })],
    });
    expect(facts).toMatchObject({
      list_at_once: "not_seen: HTTP 500",
      etag_list: "not_seen: HTTP 500",
      creator_id_filter: "not_seen: HTTP 500",
    });
  });

  it("tells what it knows when the token ends on the way", async () => {
    const facts = await factsOf({ user: { valid_seconds: 20 } });
    expect(facts).toMatchObject({
      prompt_exact: "yes: exact, from 0 s on",
      rests_completed: "not_seen: in_progress after 20 s",
      etag_get: "not_seen: HTTP 401",
      creator_id_filter: "not_seen: HTTP 401",
    });
  });

  it("tells what it knows when it is stopped", async () => {
    const facts = await factsOf({}, { plan: (clock, stop) => clock.at(10 * SECOND, stop) });
    expect(facts).toMatchObject({
      list_at_once: "yes: after 0 s",
      rests_completed: "not_seen: in_progress after 10 s",
      etag_get: "not_seen: stopped before this was looked at",
      since_updated_at: "not_seen: not in the list, no updated_at, or stopped before",
      creator_id_filter: "not_seen: the creator is not known, or stopped before",
    });
  });

  it("escapes what the server says, and takes the token out", async () => {
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

describe("the probe, called wrongly", () => {
  it.each<[string, Readonly<Record<string, string>>, readonly string[], RegExp]>([
    ["no token", { AGENT_TASKS_TOKEN: "" }, [], /^Set AGENT_TASKS_TOKEN .*\n\nAGENT_TASKS_TOKEN=…/],
    ["no repository", { AGENT_TASKS_REPOSITORY: "" }, [], /^Set AGENT_TASKS_TOKEN /],
    ["no owner", { AGENT_TASKS_REPOSITORY: "app" }, [], /^AGENT_TASKS_REPOSITORY must be/],
    ["a plain address", { GITHUB_API_URL: "http://api.github.test" }, [], /^GITHUB_API_URL must start/],
    ["no address", { GITHUB_API_URL: "api" }, [], /^GITHUB_API_URL must start/],
    ["an unknown option", {}, ["--yaml"], /^The only options are --json and --help\./],
  ])("says what is missing: %s", async (_what, env, args, text) => {
    const { status, out, error, simulator } = await probe({}, { env, args, posts: 0 });
    expect([status, out]).toEqual([2, ""]);
    expect(error).toMatch(text);
    expect(simulator.requests).toHaveLength(0);
  });

  it("explains itself", async () => {
    const { status, out, error } = await probe({}, { args: ["--help"], posts: 0 });
    expect([status, error]).toEqual([0, ""]);
    expect(out).toContain("Starts ONE cheap agent task");
  });
});
