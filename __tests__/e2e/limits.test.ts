import { describe, expect, it } from "@jest/globals";
import type { Fault, FaultRule, Json, RequestKind, TaskPlan } from "../../tools/simulator/scenario.ts";
import {
  existingTask,
  MONA,
  REPOSITORY,
  START,
  type TestScenario,
  tasksOf,
  traceLine,
} from "../support/fixtures.ts";
import { readStatus, run, type SimulatedRun, startTask } from "../support/run-dist.ts";
import { sampleDist } from "../support/run-sampled.ts";

const WAIT = { wait: "true" };

const planOf = (seconds: number): TaskPlan => ({
  steps: [
    { after_seconds: 0, state: "in_progress" },
    { after_seconds: seconds, state: "completed" },
  ],
});

/** How long the step took, from its first request to its last, in seconds. */
const lasted = ({ simulator: { requests } }: SimulatedRun): number =>
  ((requests.at(-1)?.at ?? 0) - (requests[0]?.at ?? 0)) / 1000;

/** When requests of a kind were sent, in seconds since the first request of the step. */
const secondsOf = ({ simulator: { requests } }: SimulatedRun, kind: RequestKind): number[] =>
  requests.filter((request) => request.kind === kind).map(({ at }) => (at - (requests[0]?.at ?? 0)) / 1000);

const warnings = ({ stdout }: SimulatedRun, title: string): string[] =>
  stdout.split("\n").filter((line) => line.startsWith(`::warning title=${title}::`));

const idsTo = (count: number): string[] => Array.from({ length: count }, (_, i) => `task-${i + 1}`);

/** Tasks that were started an hour ago by somebody else's workflow, and still run. */
const running = (count: number) =>
  idsTo(count).map((id) =>
    existingTask({
      id,
      created_seconds_ago: 3600,
      steps: [{ after_seconds: 0, state: "in_progress", heartbeat_seconds: 30 }],
    }),
  );

describe("a list whose pages name another page for ever", () => {
  const samples = sampleDist();
  const faults: FaultRule[] = [{ on: { kind: ["list", "graphql"] }, do: { type: "another_page" } }];

  it("does not keep status from ending in time", async () => {
    // A list leaves archived tasks out, so its pages are read in search of one.
    const existing = running(3).map((task, i) => ({ ...task, archived: i === 2 }));
    const result = await samples.readStatus(
      { existing, faults },
      { task_id: idsTo(3).join("\n"), wait: "true", timeout_minutes: "0.1" },
    );
    expect([result.exitCode, result.outputs.wait_timed_out]).toEqual([1, "true"]);
    expect(lasted(result)).toBeLessThanOrEqual(7);
    expect(result.simulator.requests.length).toBeLessThan(20);
  });

  it("ends for the list action with a page that has no new task, and the step says so", async () => {
    const result = await samples.listTasks({ existing: running(150), faults }, { limit: "0" });
    expect([result.exitCode, result.outputs.count]).toEqual([0, "100"]);
    expect(result.simulator.count("list")).toBe(2);
    expect(warnings(result, "List cut off")).toEqual([expect.stringContaining("older ones may be missing")]);
  });

  it("ends for if_active after 10 pages, and the step says so", async () => {
    const result = await samples.startTask({ existing: running(3), faults }, { if_active: "skip" });
    expect(result.exitCode).toBe(0);
    expect(result.simulator.startedTasks).toHaveLength(1);
    // Before the start, and once more after it.
    expect(result.simulator.count("list")).toBe(20);
    expect(warnings(result, "Other tasks")[0]).toContain("Read only the first 10 pages");
  });

  it("ends for a re-run after 10 pages, and the step says so", async () => {
    const result = await samples.run({ existing: running(3), faults }, { github: { run_attempt: "2" } });
    expect([result.exitCode, result.simulator.count("start")]).toEqual([0, 1]);
    // Before the start, with the archived tasks, and once more after it.
    expect(result.simulator.count("list")).toBe(30);
    expect(warnings(result, "Re-run")).toEqual([expect.stringContaining("10 pages")]);
  });

  it("keeps a start from being sent again: the task may be on a page that was not read", async () => {
    const lost: FaultRule = { on: { kind: "start" }, do: { type: "reset_before" } };
    const result = await samples.startTask({ existing: running(3), faults: [lost, ...faults] });
    expect([result.exitCode, result.simulator.count("start"), result.simulator.count("list")]).toEqual([
      1, 1, 10,
    ]);
    expect(warnings(result, "Search cut off")).toHaveLength(1);
    expect(result.stdout).toContain("A task may have been started anyway.");
  });

  it("ends for the comment after 10 pages, and no second comment is written", async () => {
    const comments = Array.from({ length: 3 }, (_, i) => ({ user: "mona", body: `${i}` }));
    const result = await samples.startTask(
      { plans: [planOf(60)], repository: { issues: [{ number: 7, title: "A bug", comments }] }, faults },
      { ...WAIT, comment: "true", issue_number: "7", required_permission: "read" },
    );
    expect(result.exitCode).toBe(0);
    const searches = result.simulator.requests.filter(({ body }) =>
      String(JSON.stringify(body)).includes("viewerDidAuthor"),
    );
    expect(searches).toHaveLength(10);
    expect(result.simulator.count("comment_write")).toBe(0);
    expect(warnings(result, "Comment not written")).toEqual([
      expect.stringContaining("first 1,000 comments"),
    ]);
  });
});

describe("the time of a purpose is for all its requests", () => {
  const samples = sampleDist();
  it("if_active looks for 3 minutes, however many tasks need retries", async () => {
    const nth = Array.from({ length: 280 }, (_, i) => i + 1).filter((n) => n % 7 !== 0);
    const faults: FaultRule[] = [{ on: { kind: "get", nth }, do: { type: "html", status: 502 } }];
    const result = await samples.startTask({ existing: running(40), faults }, { if_active: "skip" });
    expect([result.exitCode, result.simulator.count("start")]).toEqual([1, 0]);
    expect(lasted(result)).toBeLessThanOrEqual(180);
    expect(result.stdout).toContain("Could not find out whether a task is active in octo/app: HTTP 502.");
  });

  it("if_active looks for 3 minutes, however slow the tasks are", async () => {
    const faults: FaultRule[] = [{ on: { kind: "get" }, do: { type: "slow", seconds: 20 } }];
    const result = await samples.startTask({ existing: running(40), faults }, { if_active: "skip" });
    expect([result.exitCode, result.simulator.count("start")]).toEqual([1, 0]);
    expect(lasted(result)).toBeLessThanOrEqual(180);
    expect(result.stdout).toContain("no time was left for another request");
  });

  it("a re-run looks for 3 minutes", async () => {
    const faults: FaultRule[] = [{ on: { kind: ["user", "get"] }, do: { type: "slow", seconds: 20 } }];
    const result = await samples.run({ existing: running(40), faults }, { github: { run_attempt: "2" } });
    expect([result.exitCode, result.simulator.count("start")]).toEqual([1, 0]);
    expect(lasted(result)).toBeLessThanOrEqual(180);
  });

  it("all looks for one lost start take 3 minutes, without the time between them", async () => {
    const faults: FaultRule[] = [
      { on: { kind: "start" }, do: { type: "reset_before" } },
      { on: { kind: "list" }, do: { type: "slow", seconds: 25 } },
      { on: { kind: "user" }, do: { type: "slow", seconds: 25 } },
    ];
    const result = await samples.startTask({ faults });
    expect(result.exitCode).toBe(1);
    expect(result.simulator.count("start")).toBeLessThanOrEqual(3);
    expect(lasted(result)).toBeLessThanOrEqual(180 + 3 * 60);
  });

  /** Starts for an issue with one comment by each author. Asking for a role takes this many seconds. */
  const startForIssue = (issue: { authors: number; role: "read" | "write"; seconds: number }) => {
    const authors = Array.from({ length: issue.authors }, (_, i) => `author-${i}`);
    const comments = authors.map((user) => ({ user, body: "Me too." }));
    return samples.startTask(
      {
        repository: {
          issues: [{ number: 7, title: "A bug", comments }],
          permissions: Object.fromEntries(authors.map((login) => [login, issue.role])),
        },
        faults: [{ on: { kind: "permission" }, do: { type: "slow", seconds: issue.seconds } }],
      },
      { issue_number: "7", issue_comments: "true" },
    );
  };

  it("the roles of all who wrote comments are asked for within 3 minutes", async () => {
    const result = await startForIssue({ authors: 30, role: "write", seconds: 20 });
    expect([result.exitCode, result.simulator.count("start")]).toEqual([1, 0]);
    expect(lasted(result)).toBeLessThanOrEqual(180);
  });

  it("the roles of many who wrote comments get a second for each", async () => {
    const result = await startForIssue({ authors: 600, role: "read", seconds: 0.4 });
    expect([result.exitCode, result.simulator.count("permission")]).toEqual([0, 600]);
    expect(result.simulator.startedTasks).toHaveLength(1);
  });

  describe("the pull requests to continue are looked for within 3 minutes, however many starts there are", () => {
    const names = Array.from({ length: 30 }, (_, i) => `octo/r${i}`);
    const scenario: TestScenario = {
      workflow: { repositories: names },
      repositories: Object.fromEntries(
        names.map((name) => [name, { private: true, pulls: [{ number: 7, head_ref: "fix" }] }]),
      ),
      faults: names.map((repository) => ({
        on: { kind: "pulls", repository, nth: [1, 2, 3, 4, 5, 6] },
        do: { type: "html", status: 502 },
      })),
    };
    const inputs = { repository: names.join("\n"), head_ref: "fix", base_ref: "main" };
    const looks = sampleDist();

    it("before the starts, which have time of their own", async () => {
      const result = await looks.startTask(scenario, inputs);
      expect([result.exitCode, result.simulator.startedTasks.length]).toEqual([1, 2]);
      expect(lasted(result)).toBeLessThanOrEqual(180);
      expect(result.stdout).toContain("Could not look for an open pull request");
      expect(tasksOf(result)).toHaveLength(30);
    });

    it("in a dry run", async () => {
      const result = await looks.startTask(scenario, { ...inputs, dry_run: "true" });
      expect([result.exitCode, result.simulator.startedTasks.length]).toEqual([1, 0]);
      expect(lasted(result)).toBeLessThanOrEqual(180);
    });
  });

  it("the list action reads for 3 minutes", async () => {
    const faults: FaultRule[] = [{ on: { kind: "list" }, do: { type: "slow", seconds: 25 } }];
    const result = await samples.listTasks({ existing: running(1000), faults }, { limit: "0" });
    expect(result.exitCode).toBe(1);
    expect(lasted(result)).toBeLessThanOrEqual(180);
    expect(result.stdout).toContain("Could not list the tasks of octo/app");
  });

  it("the branches of all tasks are compared within a minute", async () => {
    const branches = Object.fromEntries(
      idsTo(20).map((id) => [`copilot/${id}`, { commits: 1, changed_files: 1 }]),
    );
    const existing = idsTo(20).map((id) =>
      existingTask({
        id,
        steps: [{ after_seconds: 0, state: "completed", branch: { head_ref: `copilot/${id}` } }],
      }),
    );
    const result = await samples.readStatus(
      {
        existing,
        repository: { branches },
        faults: [{ on: { kind: "compare" }, do: { type: "slow", seconds: 20 } }],
      },
      { task_id: idsTo(20).join("\n") },
    );
    expect(result.exitCode).toBe(0);
    expect(lasted(result)).toBeLessThanOrEqual(60);
    expect(warnings(result, "Pull request not looked up")).toHaveLength(1);
  });

  it("the waiting time is checked inside a round", async () => {
    const result = await samples.readStatus(
      {
        existing: running(15),
        faults: [{ on: { kind: ["get", "list"] }, do: { type: "slow", seconds: 3 } }],
      },
      { task_id: idsTo(15).join("\n"), wait: "true", timeout_minutes: "0.1" },
    );
    expect(result.exitCode).toBe(1);
    expect(lasted(result)).toBeLessThanOrEqual(7);
    expect(tasksOf(result)).toHaveLength(15);
  });

  it("status without wait reads for 3 minutes, and fails for the tasks that it has not seen", async () => {
    const result = await samples.readStatus(
      { existing: running(15), faults: [{ on: { kind: "get" }, do: { type: "slow", seconds: 25 } }] },
      { task_id: idsTo(15).join("\n") },
    );
    expect(result.exitCode).toBe(1);
    expect(lasted(result)).toBeLessThanOrEqual(181);
    expect(tasksOf(result).filter(({ error }) => error !== undefined)).toHaveLength(7);
    expect(result.stdout).toContain("no time was left for another request");
  });
});

describe("single failures of status without wait", () => {
  const samples = sampleDist();
  it.each<[string, number[], FaultRule["do"], number]>([
    ["a 502", [20], { type: "html", status: 502 }, 3],
    ["two of them", [20, 40], { type: "html", status: 502 }, 5],
    ["a 401", [20], { type: "unauthorized" }, 7],
  ])("take no more than their backoff: %s", async (_what, nth, fault, seconds) => {
    const result = await samples.readStatus(
      { existing: running(81), faults: [{ on: { kind: "get", nth }, do: fault }] },
      { task_id: idsTo(81).join("\n") },
    );
    expect([result.exitCode, tasksOf(result).length]).toEqual([0, 81]);
    expect(tasksOf(result).filter(({ error }) => error !== undefined)).toEqual([]);
    expect(lasted(result)).toBeLessThanOrEqual(seconds);
    expect(result.simulator.count("get")).toBe(81 + nth.length);
  });
});

describe("several IDs that status without wait does not find", () => {
  it("take a minute", async () => {
    const result = await readStatus({ existing: running(61) }, { task_id: idsTo(81).join("\n") });
    expect(tasksOf(result).filter(({ error }) => error !== undefined)).toHaveLength(20);
    expect(lasted(result)).toBeLessThanOrEqual(61);
    expect(result.stdout).toContain("not found, or this token has no access");
  });
});

describe("the search for duplicates of several starts", () => {
  it("takes three minutes for all of them, beside the minute before it", async () => {
    const repositories = Array.from({ length: 5 }, (_, i) => `octo/r${i}`);
    const nth = repositories.map((_, i) => 2 * i + 1);
    // Each start takes four searches in vain. From then on no list can be read.
    const later = Array.from({ length: 300 }, (_, i) => 4 * repositories.length + 1 + i);
    const result = await startTask(
      {
        plans: [planOf(60)],
        repositories: Object.fromEntries([REPOSITORY, ...repositories].map((name) => [name, {}])),
        faults: [
          { on: { kind: "start", nth }, do: { type: "reset_before" } },
          { on: { kind: "list", nth: later }, do: { type: "html", status: 502 } },
        ],
      },
      { ...WAIT, repository: repositories.join() },
    );
    const lastPost = Math.max(...secondsOf(result, "start"));
    expect(secondsOf(result, "start")).toHaveLength(10);
    expect(Math.min(...secondsOf(result, "get")) - lastPost).toBeLessThanOrEqual(245);
    expect(result.stdout.match(/::warning title=A second task may exist::/g)).toHaveLength(5);
  });
});

describe("a rate limit that names no usable time", () => {
  const HEADERS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ["Retry-After -1", { "retry-after": "-1" }],
    ["Retry-After 0", { "retry-after": "0" }],
    ["a word for Retry-After", { "retry-after": "soon" }],
    ["Retry-After in milliseconds", { "retry-after": "60000" }],
    ["reset 0", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "0" }],
    ["an empty reset", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "" }],
    ["a reset that is over", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(START / 1000 - 9) }],
    ["a reset in milliseconds", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(START + 9) }],
  ];
  const limited = (headers: Readonly<Record<string, string>>) =>
    ({
      type: "status",
      status: 403,
      headers: { ...headers },
      body: { message: "You have exceeded a secondary rate limit." },
    }) as const;

  const starts = sampleDist();
  it.each(HEADERS)("delays a start by a minute, and doubles that each time: %s", async (_what, headers) => {
    const faults: FaultRule[] = [{ on: { kind: "start", nth: [1, 2, 3] }, do: limited(headers) }];
    const result = await starts.startTask({ faults });
    expect([result.exitCode, result.simulator.startedTasks.length]).toEqual([0, 1]);
    const [first = 0, second = 0, third = 0, fourth = 0] = secondsOf(result, "start");
    expect([second - first, third - second, fourth - third].map((s, i) => s / 2 ** i)).toEqual(
      Array(3).fill(expect.closeTo(63, -1)),
    );
    expect(second - first).toBeGreaterThanOrEqual(60);
  });

  const waits = sampleDist();
  it.each(HEADERS)("delays a poll by a minute: %s", async (_what, headers) => {
    const faults: FaultRule[] = [{ on: { kind: "get", nth: 2 }, do: limited(headers) }];
    const result = await waits.startTask({ plans: [planOf(300)], faults }, WAIT);
    expect([result.exitCode, result.outputs.conclusion]).toEqual([0, "success"]);
    const [, second = 0, third = 0] = secondsOf(result, "get");
    expect(third - second).toBeGreaterThanOrEqual(60);
    expect(third - second).toBeLessThanOrEqual(70);
  });

  it("rounds a fraction of a second up", async () => {
    const faults: FaultRule[] = [{ on: { kind: "start", nth: 1 }, do: limited({ "retry-after": "20.5" }) }];
    const [first = 0, second = 0] = secondsOf(await starts.startTask({ faults }), "start");
    expect(second - first).toBeGreaterThanOrEqual(21);
    expect(second - first).toBeLessThanOrEqual(24);
  });
});

describe("a secondary limit that GraphQL reports with status 200", () => {
  const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  const ended: TestScenario = {
    existing: [
      existingTask({
        create_pull_request: true,
        steps: [{ after_seconds: 0, state: "completed", pull_request: { number: 42, commits: 1 } }],
      }),
    ],
    user: { pulls: "read" },
  };
  const bodies: readonly (readonly [string, Readonly<Record<string, Json>>])[] = [
    ["with a message alone", { message, documentation_url: "https://docs.github.com/graphql" }],
    ["with an error without a type", { data: null, errors: [{ message }] }],
  ];
  const limitedBy = (body: Readonly<Record<string, Json>>, headers: Record<string, string> = {}): Fault => ({
    type: "status",
    status: 200,
    body: { ...body },
    headers,
  });

  const once = sampleDist();
  it.each(bodies)("is asked once with each token: %s", async (_what, body) => {
    const result = await once.readStatus(
      { ...ended, faults: [{ on: { kind: "graphql" }, do: limitedBy(body) }] },
      { task_id: "earlier-task" },
    );
    expect([result.exitCode, result.simulator.count("graphql")]).toEqual([0, 2]);
    expect(warnings(result, "Pull request not looked up")).toEqual([
      expect.stringContaining("GitHub's rate limit is reached (You have exceeded a secondary rate limit."),
    ]);
    expect(result.stdout).not.toContain("pull-requests: read");
    expect(result.stdout).not.toContain("does not match the API description");
  });

  const later = sampleDist();
  it.each(bodies)("is asked again after Retry-After: %s", async (_what, body) => {
    const fault = limitedBy(body, { "retry-after": "20" });
    const result = await later.readStatus(
      { ...ended, faults: [{ on: { kind: "graphql", nth: 1 }, do: fault }] },
      { task_id: "earlier-task" },
    );
    expect([result.exitCode, result.outputs.pull_request_number]).toEqual([0, "42"]);
    const [first = 0, second = 0, ...others] = secondsOf(result, "graphql");
    expect(others).toEqual([]);
    expect(second - first).toBeGreaterThanOrEqual(20);
    expect(second - first).toBeLessThanOrEqual(23);
  });

  it("keeps the comment from being written twice", async () => {
    const result = await once.startTask(
      {
        plans: [planOf(60)],
        repository: { issues: [{ number: 7, title: "A bug" }] },
        faults: [{ on: { kind: "graphql" }, do: limitedBy({ message }) }],
      },
      { ...WAIT, comment: "true", issue_number: "7" },
    );
    expect([result.exitCode, result.simulator.count("comment_write")]).toEqual([0, 0]);
    expect(warnings(result, "Comment not written")).toEqual([expect.stringContaining("rate limit")]);
  });
});

describe("while GitHub's Retry-After is in force", () => {
  const samples = sampleDist();
  const LIMIT = { type: "secondary_limit_403", retry_after: 600 } as const;
  /** The requests with the limited token, in seconds since the response that said so. */
  const afterLimit = ({ simulator: { requests } }: SimulatedRun): number[] => {
    const limited = requests.findIndex(({ fault }) => fault === LIMIT.type);
    const at = requests[limited]?.at ?? 0;
    return requests.slice(limited + 1).map((request) => (request.at - at) / 1000);
  };

  it("the second search of if_active waits", async () => {
    const result = await samples.startTask(
      {
        plans: [planOf(900)],
        faults: [{ on: { kind: "get", from_second: 30, times: 1 }, do: LIMIT }],
      },
      { ...WAIT, if_active: "skip" },
    );
    expect([result.exitCode, result.outputs.conclusion]).toEqual([0, "success"]);
    expect(afterLimit(result)[0]).toBeGreaterThanOrEqual(600);
    // Before the start, and once more when GitHub allows requests again.
    expect(result.simulator.count("list")).toBe(2);
  });

  it("the pull requests of running tasks are not looked up", async () => {
    const names = ["octo/a", "octo/b"];
    const pullAfter = (seconds: number, repository: string): TaskPlan => ({
      repository,
      steps: [
        { after_seconds: 0, state: "in_progress" },
        { after_seconds: seconds, pull_request: { commits: 1 } },
        { after_seconds: 900, state: "completed" },
      ],
    });
    const result = await samples.startTask(
      {
        workflow: { repositories: names },
        repositories: Object.fromEntries(names.map((name) => [name, {}])),
        plans: [pullAfter(10, "octo/a"), pullAfter(30, "octo/b")],
        faults: [{ on: { kind: ["list", "get"], from_second: 70, times: 1 }, do: LIMIT }],
      },
      { ...WAIT, create_pull_request: "true", repository: names.join() },
    );
    expect(result.exitCode).toBe(0);
    expect(afterLimit(result)[0]).toBeGreaterThanOrEqual(600);
    // For the first, then for the second, and at the end.
    expect(result.simulator.count("graphql")).toBe(3);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["", {}],
    [", and another task is not searched for", { if_active: "skip" }],
  ])("a wait that it outlasts ends at once%s", async (_more, inputs) => {
    const result = await samples.startTask(
      {
        plans: [
          {
            steps: [
              { after_seconds: 0, state: "in_progress", pull_request: { number: 42 } },
              { after_seconds: 900, state: "completed" },
            ],
          },
        ],
        faults: [{ on: { kind: "get", nth: 3 }, do: { type: "secondary_limit_403", retry_after: 4800 } }],
      },
      { ...WAIT, ...inputs, create_pull_request: "true" },
    );
    const { outputs, simulator, exitCode } = result;
    expect([exitCode, outputs.wait_timed_out, outputs.error_code, outputs.conclusion]).toEqual([
      1,
      "true",
      "wait_timeout",
      "",
    ]);
    expect(outputs.task_id).toBe(simulator.startedTasks[0]?.id);
    // The last request looks up the pull request with the other token, which is not limited.
    expect([simulator.requests.at(-1)?.kind, outputs.pull_request_number]).toEqual(["graphql", "42"]);
    expect(lasted(result)).toBeLessThanOrEqual(30);
    expect(simulator.count("list")).toBe(inputs.if_active === undefined ? 0 : 1);
    expect(warnings(result, "Waiting timed out")).toEqual([
      expect.stringMatching(
        /GitHub's rate limit is reached .* The next request is allowed at 2026-11-23 09:20 UTC, after timeout_minutes/,
      ),
    ]);
    expect(warnings(result, "A second task may exist")).toHaveLength(inputs.if_active === undefined ? 0 : 1);
    expect(result.stdout).toContain("To wait for it in a later step or run:");
  });

  it("status without wait fails at once, and says when to run it again", async () => {
    const steps = [{ after_seconds: 0, state: "in_progress", pull_request: { commits: 1 } }];
    const existing = running(5).map((task) => ({ ...task, create_pull_request: true, steps }));
    const result = await samples.readStatus(
      { existing, faults: [{ on: { kind: "get", nth: 3 }, do: LIMIT }] },
      { task_id: idsTo(5).join("\n") },
    );
    expect([result.exitCode, result.outputs.error_code]).toEqual([1, "rate_limited"]);
    // The last request looks up the pull requests of the tasks that were seen.
    expect(result.simulator.requests.at(-1)?.kind).toBe("graphql");
    expect(tasksOf(result).filter(({ error }) => error !== undefined)).toHaveLength(3);
    expect(lasted(result)).toBeLessThanOrEqual(1);
    expect(result.stdout).toContain("GitHub's rate limit is reached");
    expect(result.stdout).toContain("Run this again in 10 min.");
    expect(result.stdout).not.toContain("GitHub took too long");
    expect(warnings(result, "Waiting timed out")).toEqual([]);
  });
});

describe("a server whose Date differs from its other times", () => {
  const samples = sampleDist();
  it.each([-3600, -60, 3600])("by %i s does not keep a paused task from settling", async (seconds) => {
    const plan: TaskPlan = {
      steps: [
        { after_seconds: 0, state: "in_progress" },
        { after_seconds: 60, state: "idle" },
      ],
    };
    const scenario = { plans: [plan], assumptions: { date_ahead_seconds: seconds } };
    const result = await samples.startTask(scenario, { ...WAIT, timeout_minutes: "30" });
    expect([result.exitCode, result.outputs.conclusion]).toEqual([0, "neutral"]);
    expect(lasted(result)).toBeLessThanOrEqual(60 + 60 + 20);
  });
});

describe("a list that names its next page by a relative address", () => {
  const samples = sampleDist();
  const scenario = { existing: running(150), assumptions: { relative_links: true } };

  it("is read to its end by the list action", async () => {
    const result = await samples.listTasks(scenario, { limit: "0" });
    expect([result.exitCode, result.outputs.count]).toEqual([0, "150"]);
  });

  it("is read to its end in a re-run, which finds the task on the last page", async () => {
    const prompt = `Update the dependencies.\n\n${traceLine()}`;
    const own = existingTask({ id: "own", created_seconds_ago: 7200, prompt });
    const result = await samples.run(
      { ...scenario, existing: [...scenario.existing, own] },
      { github: { run_attempt: "2" } },
    );
    expect([result.exitCode, result.simulator.count("start"), result.outputs.task_id]).toEqual([0, 0, "own"]);
  });
});

describe("two 401 responses to one start in a fan-out", () => {
  const samples = sampleDist();
  const names = Array.from({ length: 5 }, (_, i) => `octo/app-${i}`);
  const fanOut = (faults: FaultRule[]) =>
    samples.run(
      { repositories: Object.fromEntries(names.map((name) => [name, { private: true }])), faults },
      { with: { repository: names.join("\n"), required_permission: "read" } },
    );

  it("fail it alone if the token has worked before", async () => {
    const result = await fanOut([{ on: { kind: "start", nth: [2, 3] }, do: { type: "unauthorized" } }]);
    const started = result.simulator.startedTasks.map(({ repository }) => repository);
    expect(started).toEqual(names.filter((name) => name !== "octo/app-1"));
    expect([result.exitCode, result.simulator.count("start")]).toEqual([1, 6]);
    expect(result.stdout).toContain("the token has worked in this step, but GitHub does not accept it now");
    expect(result.stdout).not.toContain("wrong, expired or revoked");
  });

  it("stop the others if the next start gets them too", async () => {
    const result = await fanOut([{ on: { kind: "start", nth: [2, 3, 4, 5] }, do: { type: "unauthorized" } }]);
    expect([result.exitCode, result.simulator.count("start")]).toEqual([1, 5]);
    expect(result.stdout).toContain("Skipped 2 more repositories for the same reason");
  });

  it("stop the others if the token has never worked", async () => {
    const result = await fanOut([{ on: { kind: "start" }, do: { type: "unauthorized" } }]);
    expect([result.exitCode, result.simulator.count("start")]).toEqual([1, 2]);
    expect(result.stdout).toContain("wrong, expired or revoked");
  });
});

describe("a single 401", () => {
  const { startTask } = sampleDist();
  const once = (kind: RequestKind, nth = 1): FaultRule[] => [
    { on: { kind, nth }, do: { type: "unauthorized" } },
  ];

  it("while waiting does not end the wait", async () => {
    const result = await startTask({ plans: [planOf(400)], faults: once("get", 20) }, WAIT);
    expect([result.exitCode, result.outputs.conclusion]).toEqual([0, "success"]);
    expect(result.stdout).toContain("Polling failed, retrying: HTTP 401: Bad credentials");
  });

  const fanOuts = sampleDist();
  it.each<[RequestKind, number]>([
    ["start", 1],
    ["start", 3],
    ["list", 2],
  ])("of %s request %d in a fan-out stops nothing", async (kind, nth) => {
    const names = Array.from({ length: 5 }, (_, i) => `octo/app-${i}`);
    const result = await fanOuts.run(
      {
        repositories: Object.fromEntries(names.map((name) => [name, { private: true }])),
        plans: [planOf(300)],
        faults: once(kind, nth),
      },
      { with: { ...WAIT, repository: names.join("\n"), required_permission: "read" } },
    );
    expect([result.exitCode, result.simulator.startedTasks.length]).toEqual([0, 5]);
    expect(result.simulator.count("start")).toBe(kind === "start" ? 6 : 5);
  });

  const purposes = sampleDist();
  it.each<[string, RequestKind, Readonly<Record<string, string>>]>([
    ["before a start", "user", { if_active: "skip" }],
    ["in a list", "list", { if_active: "skip" }],
    ["in a dry run", "list", { dry_run: "true" }],
  ])("%s is asked again after 5 s", async (_where, kind, inputs) => {
    const result = await purposes.startTask({ faults: once(kind) }, inputs);
    expect(result.exitCode).toBe(0);
    const [first = 0, second = 0] = secondsOf(result, kind);
    expect(second - first).toBeGreaterThanOrEqual(5);
    expect(second - first).toBeLessThan(6);
  });

  it("is followed by one more start request, and a second one ends the step", async () => {
    const result = await startTask({ user: { valid_seconds: -1 } });
    expect([result.exitCode, result.simulator.count("start")]).toEqual([1, 2]);
    expect(secondsOf(result, "start")[1]).toBeGreaterThanOrEqual(5);
    expect(result.stdout).toContain("GitHub did not accept the token");
  });

  it("is followed by one more start request, even if the token has worked before", async () => {
    const faults: FaultRule[] = [{ on: { kind: "start" }, do: { type: "unauthorized" } }];
    const result = await startTask({ faults }, { if_active: "skip" });
    expect([result.exitCode, result.simulator.count("start"), result.simulator.startedTasks]).toEqual([
      1,
      2,
      [],
    ]);
  });
});

describe("a task of this run that GitHub does not find", () => {
  const { run, startTask } = sampleDist();
  it("for 90 s is followed to its end, and GitHub responds again only when it finds the task", async () => {
    const result = await startTask({ plans: [planOf(400)], assumptions: { get_lag_seconds: 90 } }, WAIT);
    expect([result.exitCode, result.outputs.conclusion]).toEqual([0, "success"]);
    expect(result.stdout.match(/GitHub is responding again$/gm)).toHaveLength(1);
  });

  it("for 10 minutes is lost, and the step fails with its ID", async () => {
    const faults: FaultRule[] = [{ on: { kind: "get" }, do: { type: "not_found" } }];
    const result = await startTask({ plans: [planOf(400)], faults }, WAIT);
    const id = result.simulator.startedTasks[0]?.id ?? "";
    expect([result.exitCode, result.outputs.task_id, result.outputs.conclusion]).toEqual([1, id, ""]);
    expect(lasted(result)).toBeGreaterThanOrEqual(600);
    expect(lasted(result)).toBeLessThan(660);
    expect(result.stdout).toContain(`Lost sight of task ${id}: GitHub has not found the task for 10 minutes`);
    expect(result.stdout).not.toContain("Check the name and the ID");
    expect(result.stdout).not.toContain("GitHub is responding again");
  });

  const earlier = existingTask({
    id: "earlier-task",
    prompt: `Update the dependencies.\n\n${traceLine()}`,
    steps: [
      { after_seconds: 0, state: "in_progress", heartbeat_seconds: 30 },
      { after_seconds: 1000, state: "completed" },
    ],
  });
  const hidden: FaultRule[] = [
    { on: { kind: "get", from_second: 30, to_second: 130 }, do: { type: "not_found" } },
  ];

  it("is waited for in a re-run too", async () => {
    const result = await run(
      { existing: [earlier], faults: hidden },
      { with: WAIT, github: { run_attempt: "2" } },
    );
    expect([result.exitCode, result.outputs.task_id, result.outputs.conclusion]).toEqual([
      0,
      "earlier-task",
      "success",
    ]);
  });

  it("ends the wait after a minute if another run started it", async () => {
    const result = await run(
      { existing: [earlier], faults: hidden },
      { with: { ...WAIT, if_active: "attach" }, github: { run_id: "7000000002" } },
    );
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain("Could not get task earlier-task: not found");
  });
});

describe("a rate limit that names no time", () => {
  const limited = (kind: RequestKind, nth?: number[]): FaultRule[] => [
    { on: { kind, ...(nth === undefined ? {} : { nth }) }, do: { type: "secondary_limit_403" } },
  ];
  const apart = (seconds: readonly number[]) =>
    seconds.slice(1).map((second, i) => second - (seconds[i] ?? 0));

  const kinds = sampleDist();
  it.each<[RequestKind, number[], Readonly<Record<string, string>>]>([
    ["start", [1, 2, 3], {}],
    ["user", [1], { if_active: "skip" }],
    ["list", [1], { if_active: "skip" }],
    ["get", [2, 3, 4], WAIT],
  ])("keeps %s requests back for a minute, and twice as long each time", async (kind, nth, inputs) => {
    const result = await kinds.startTask({ plans: [planOf(600)], faults: limited(kind, nth) }, inputs);
    expect(result.exitCode).toBe(0);
    const delays = apart(secondsOf(result, kind)).slice((nth[0] ?? 1) - 1);
    for (const i of nth.keys()) {
      expect(delays[i]).toBeGreaterThanOrEqual(60 * 2 ** i);
      expect(delays[i]).toBeLessThanOrEqual(66 * 2 ** i);
    }
  });

  it("ends a start after 10 minutes", async () => {
    const result = await startTask({ faults: limited("start") });
    expect([result.exitCode, result.simulator.count("start")]).toEqual([1, 4]);
    expect(lasted(result)).toBeLessThanOrEqual(600);
  });
});

describe("rate limits without a time for lists and for single tasks in turn", () => {
  const samples = sampleDist();
  it("share the doubling", async () => {
    const names = ["octo/a", "octo/b", "octo/c"];
    const result = await samples.startTask(
      {
        repositories: Object.fromEntries(names.map((name) => [name, {}])),
        plans: [planOf(60)],
        faults: [
          { on: { kind: "list", nth: 2 }, do: { type: "secondary_limit_403" } },
          { on: { kind: "get", nth: 1 }, do: { type: "secondary_limit_403" } },
        ],
      },
      { ...WAIT, repository: names.join() },
    );
    expect([result.exitCode, result.outputs.conclusion]).toEqual([0, "success"]);
    const limited = result.simulator.requests.findLastIndex(({ fault }) => fault === "secondary_limit_403");
    const [at = 0, next = 0] = result.simulator.requests.slice(limited).map((request) => request.at / 1000);
    expect(next - at).toBeGreaterThanOrEqual(120);
    expect(next - at).toBeLessThanOrEqual(132);
  });
});

describe("a response whose body does not arrive", () => {
  const samples = sampleDist();
  it.each<[string, FaultRule["do"]]>([
    ["stalls", { type: "stall_after", part: "body" }],
    ["ends early", { type: "truncated" }],
  ])("is named so: it %s", async (_what, fault) => {
    const result = await samples.readStatus(
      { existing: running(1), faults: [{ on: { kind: "get" }, do: fault }] },
      { task_id: "task-1" },
    );
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain("HTTP 200 without a body, or with one that did not arrive completely");
    expect(result.stdout).not.toContain("does not match the API description");
  });
});

describe("the interval", () => {
  const samples = sampleDist();
  const pollsWith = async (used_by_others: number) =>
    (
      await samples.startTask({ plans: [planOf(1800)], rate_limits: { used_by_others } }, WAIT)
    ).simulator.count("get");

  it.each(["absent", "past"] as const)(
    "grows while little of the rate limit is left, although its reset is %s",
    async (reset) => {
      const limits = { used_by_others: 4500, reset };
      const result = await samples.startTask({ plans: [planOf(1800)], rate_limits: limits }, WAIT);
      expect([result.exitCode, result.outputs.conclusion]).toEqual([0, "success"]);
      expect(result.simulator.count("get")).toBeLessThan(60);
    },
  );

  it("grows to 20 s, and further while less than a fifth of the rate limit is left", async () => {
    const [usual, scarce, scarcer] = [await pollsWith(0), await pollsWith(4500), await pollsWith(4900)];
    expect(usual).toBeGreaterThan(100);
    expect(scarce).toBeLessThan(usual * 0.6);
    expect(scarcer).toBeLessThan(20);
  });
});

it.each([MONA.login])("the permission of %s is asked for within 3 minutes", async (login) => {
  const result = await run(
    {
      repository: { permissions: { [login]: "write" } },
      faults: [{ on: { kind: "permission" }, do: { type: "html", status: 502 } }],
    },
    { github: { event_name: "issues", triggering_actor: login } },
  );
  expect([result.exitCode, result.simulator.count("start")]).toEqual([1, 0]);
  expect(lasted(result)).toBeLessThanOrEqual(180);
  expect(result.stdout).toContain(`Could not find out which permission ${login} has in ${REPOSITORY}`);
});
