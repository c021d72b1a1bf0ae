import { describe, expect, it } from "@jest/globals";
import { start } from "../../../src/actions/start.ts";
import { addComment, editComment, findOwnComment } from "../../../src/github/comments.ts";
import { OUT_OF_TIME } from "../../../src/github/http/retry.ts";
import { formatComment, formatMarker } from "../../../src/report/comment-body.ts";
import type { CommentContent } from "../../../src/report/summary.ts";
import type { CommentInfo, FaultRule, TaskPlan } from "../../../tools/simulator/scenario.ts";
import {
  createTestClient,
  environment,
  SUCCESSFUL,
  simulatorFor,
  type TestStep,
} from "../../support/action-harness.ts";
import { failedStart, problemOf, rejected, resultWith } from "../../support/builders.ts";
import { NOW, SECOND, waitContext } from "../../support/clock.ts";
import {
  REPOSITORY,
  scenarioOf,
  type TestScenario,
  USER_TOKEN,
  WORKFLOW_TOKEN,
} from "../../support/fixtures.ts";

const BOT = "github-actions[bot]";
const KEY = ".github/workflows/nightly.yml:update#7";
const MARKER = formatMarker(KEY);
const RUN = "https://github.com/octo/app/actions/runs/7000000001";
const CONTEXT = waitContext();
const SEARCH = { ...CONTEXT, giveUpAt: NOW };
const PLACE = { owner: "octo", repo: "app", number: 7 };

const withComments = (comments: CommentInfo[] = [], locked = false): TestScenario => ({
  workflow: { issues: "write", contents: "read", pulls: "read" },
  repository: { issues: [{ number: 7, title: "A bug", comments, locked }] },
});

describe("the marker", () => {
  it("hides, and is the same for the same key alone", () => {
    expect(MARKER).toMatch(/^<!-- agent-task-action: [0-9a-f]{16} -->$/);
    expect(formatMarker(KEY)).toBe(MARKER);
    expect(formatMarker("--> <b>")).toMatch(/^<!-- agent-task-action: [0-9a-f]{16} -->$/);
    expect(formatMarker("--> <b>")).not.toBe(MARKER);
  });
});

describe("the text of a comment", () => {
  const body = (content: Partial<CommentContent>) =>
    // Some cells have blanks that do not break.
    formatComment(MARKER, { results: [], problems: [], ...content }, RUN).replaceAll("\u00a0", " ");

  it("is the marker, what the summary says, and the run", () => {
    expect(body({ results: [resultWith()] })).toBe(
      `${MARKER}\n### ✅ Agent task: success\n\n` +
        "| Repository | Task | Pull request | State | Changes | Time | Cost |\n" +
        "| --- | --- | --- | --- | --- | --- | --- |\n" +
        "| octo/app | [Update dependencies](<https://github.com/octo/app/copilot/tasks/task-1>) | " +
        "[#42 Update dependencies](<https://github.com/octo/app/pull/42>) (open) | ✅ completed | 5 files, 3 commits | 10 min | 12.3 AI credits |\n\n" +
        `Written by [a workflow run](<${RUN}>).\n`,
    );
  });

  it("has the problems and what to do next, escaped", () => {
    const problem = problemOf("No @octocat <b>", "Try [again](x).");
    const text = body({ results: [resultWith({ conclusion: "failure" })], problems: [problem] });
    expect(text).toContain("**No \\@\u2060octocat \\<b\\>** Try \\[again\\]\\(x\\).");
    expect(text).toContain("**Next:** Open [the task]");
    expect(text.indexOf("**Next:**")).toBeLessThan(text.indexOf("| octo/app |"));
  });

  it("says where nobody follows the task any more", () => {
    const text = body({ results: [resultWith({ conclusion: "" }, { stillRunning: true })] });
    expect(text).toContain(
      "The task is still running. The workflow run has stopped waiting.\n\n| Repository |",
    );
  });

  it("says how many of several tasks nobody follows any more", () => {
    const done = resultWith();
    const left = resultWith({ conclusion: "" }, { stillRunning: true });
    const told = "The workflow run has stopped waiting.";
    expect(body({ results: [done, left] })).toContain(`1 task is still running. ${told}`);
    expect(body({ results: [done, left, left] })).toContain(`2 tasks are still running. ${told}`);
    expect(body({ results: [done, done] })).not.toContain(told);
  });

  it("of a hundred tasks has what needs a person first, and most of the table folded away", () => {
    const many = Array.from({ length: 98 }, (_, n) => resultWith({ repository: `octo/app-${n}` }));
    const problems = ["octo/old", "octo/older"].map((repository) =>
      problemOf(`${repository}: No.`, "Check it.", { subject: { repository, taskId: "" }, cause: "No" }),
    );
    const failed = ["octo/old", "octo/older"].map((name) => failedStart(name, `${name}: No.`));
    const text = body({ results: [...many, ...failed], problems });
    const [headline, error, first, fold] = text.split("\n\n");
    expect(headline).toBe(`${MARKER}\n### ❌ 100 agent tasks: 98 success, 2 not started`);
    expect(error).toBe("**octo/old\\: No.** Check it. Same error in 1 more repository\\: octo/older.");
    expect(first?.split("\n")[2]).toBe("| octo/old |  |  | ❌ not started |  |  |  |");
    expect(fold).toBe("<details><summary>75 more tasks</summary>");
    expect(text).not.toContain("mermaid");
  });

  it("stays below GitHub's limit with the longest and most hostile texts", () => {
    const text = "&$@\\|".repeat(1_000);
    const report = { task_name: text, repository: text, error_message: text, reason: text };
    const ends = (["failure", "action_required", "timed_out", "skipped"] as const).flatMap((conclusion) =>
      Array.from({ length: 50 }, () => resultWith({ ...report, conclusion })),
    );
    const problems = ends.map((_, n) => problemOf(`${n} ${text}`, text));
    const long = body({ results: ends, problems });
    expect(long.length).toBeLessThan(65_536);
    expect(long).toContain("\n\nThe log has 200 more errors.\n\n");
    expect(long).toContain("\n\n- and 50 more in the table\n\n");
    expect(long).toContain("\n\nShowing 0 of 200 tasks; the rest did not fit.\n\n");
  });

  it("stays below GitHub's limit, with as many rows as have room", () => {
    const many = Array.from({ length: 450 }, (_, n) =>
      resultWith({
        task_id: `${n}`,
        task_name: "x".repeat(200),
        conclusion: "failure",
        error_message: "Oh.",
      }),
    );
    const text = body({ results: many });
    expect(text.length).toBeLessThan(65_536);
    const rows = text.split("\n").filter((line) => line.startsWith("| octo/app |"));
    expect(rows.filter((row) => !row.endsWith(" 12.3 AI credits |"))).toEqual([]);
    expect(text).toContain(`\nShowing ${rows.length} of 450 tasks; the rest did not fit.\n`);
    expect(text.endsWith(`\n\nWritten by [a workflow run](<${RUN}>).\n`)).toBe(true);
    const huge = body({ results: [resultWith({ task_name: "x".repeat(70_000) })] });
    expect(huge.length).toBeLessThan(65_536);
    expect(huge.startsWith(MARKER)).toBe(true);
    const said = body({
      results: [resultWith({ conclusion: "failure", error_message: "x".repeat(70_000) })],
    });
    expect(said.length).toBeLessThan(65_536);
    expect(said).toContain("xxxx…");
    expect(said).toContain("\n| octo/app |");
  });
});

describe("the comment of a key", () => {
  const own = (body: string, id?: string): CommentInfo => ({ user: BOT, body, ...(id ? { id } : {}) });
  const clientOf = (scenario: TestScenario) => {
    const simulator = simulatorFor(scenarioOf(scenario));
    const octokit = createTestClient(simulator.fetch, WORKFLOW_TOKEN);
    return { simulator, octokit };
  };
  const find = async (comments: CommentInfo[]) => {
    const { octokit, simulator } = clientOf(withComments(comments));
    const answer = await findOwnComment(octokit, PLACE, MARKER, SEARCH);
    expect(simulator.violations).toEqual([]);
    return answer.ok ? answer.value : answer.failure;
  };
  const answering = (body: unknown) => {
    const headers = { "content-type": "application/json" };
    const fetch = async () => new Response(JSON.stringify(body), { headers });
    return createTestClient(fetch, WORKFLOW_TOKEN);
  };

  it("is the one that begins with its marker, by the token's user", async () => {
    expect(await find([own("Hi"), own(`${MARKER}\nold`, "9007199254740993")])).toEqual({
      kind: "found",
      id: "9007199254740993",
    });
  });

  it.each<[string, CommentInfo[]]>([
    ["there is none", []],
    ["an outsider forged the marker", [{ user: "mallory", body: `${MARKER}\n### Success` }]],
    ["it is another key's", [own(`${formatMarker("other")}\nx`)]],
    ["the marker is not its beginning", [own(`> ${MARKER}`)]],
  ])("is not found where %s", async (_what, comments) => {
    expect(await find(comments)).toEqual({ kind: "none" });
  });

  it("is found on a further page", async () => {
    const others = Array.from({ length: 230 }, (_, n) => ({ user: "mona", body: `${n}` }));
    expect(await find([...others, own(`${MARKER}\nx`, "77")])).toEqual({ kind: "found", id: "77" });
  });

  it.each<[unknown, string]>([
    [{ data: null, errors: [{ message: "Resource not accessible" }] }, "Resource not accessible"],
    [{ data: { repository: null } }, "GitHub shows no comments of that issue"],
    [{ data: { repository: { issueOrPullRequest: {} } } }, "GitHub shows no comments of that issue"],
  ])("is not known where GitHub answers %j", async (body, message) => {
    expect(await findOwnComment(answering(body), PLACE, MARKER, SEARCH)).toEqual({
      ok: false,
      failure: rejected(200, message),
    });
  });

  it.each([
    { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] },
    { data: null, errors: [{ message: "You have exceeded a secondary rate limit." }] },
    { message: "You have exceeded a secondary rate limit.", documentation_url: "https://docs.github.com" },
  ])("is asked for again where GitHub answers with a limit: %j", async (body) => {
    expect(await findOwnComment(answering(body), PLACE, MARKER, SEARCH)).toMatchObject({
      ok: false,
      failure: { kind: "rate_limited" },
    });
  });

  it("is not searched for ever on pages that name each other", async () => {
    const page = (node: unknown) => ({
      data: {
        repository: {
          issueOrPullRequest: {
            comments: { nodes: [null, node], pageInfo: { hasNextPage: true, endCursor: "x" } },
          },
        },
      },
    });
    const odd = { viewerDidAuthor: true, body: MARKER, fullDatabaseId: null };
    for (const node of [odd, { ...odd, body: 7 }]) {
      expect(await findOwnComment(answering(page(node)), PLACE, MARKER, SEARCH)).toMatchObject({
        value: { kind: "cut_off" },
      });
    }
  });

  it("is not known where the issue has more than a thousand comments before it, or the time is over", async () => {
    const others = Array.from({ length: 1001 }, (_, n) => ({ user: "mona", body: `${n}` }));
    expect(await find([...others, own(`${MARKER}\nx`, "77")])).toEqual({ kind: "cut_off" });
    const { octokit, simulator } = clientOf(withComments(others));
    const late = { ...SEARCH, giveUpAt: NOW - 1 };
    expect(await findOwnComment(octokit, PLACE, MARKER, late)).toMatchObject({ failure: OUT_OF_TIME });
    expect(simulator.requests).toHaveLength(1);
  });

  it("is written and edited", async () => {
    const { octokit, simulator } = clientOf(withComments());
    const added = await addComment(octokit, PLACE, "one", CONTEXT);
    const id = added.ok ? added.value : "";
    expect(await editComment(octokit, { ...PLACE, id }, "two", CONTEXT)).toMatchObject({
      ok: true,
      value: id,
    });
    expect(simulator.comments(REPOSITORY, 7).map(({ body }) => body)).toEqual(["two"]);
    expect(simulator.violations).toEqual([]);
    expect(await addComment(answering({ id: "x" }), PLACE, "one", CONTEXT)).toMatchObject({ ok: false });
  });
});

describe("a step with comment: true", () => {
  const INPUTS = { comment: "true", issue_number: "7", wait: "true" };
  async function run(scenario: TestScenario = withComments(), step: TestStep = {}) {
    const env = environment("start", {
      ...step,
      with: { ...INPUTS, ...step.with },
      scenario: { plans: [SUCCESSFUL], ...scenario },
    });
    const status = await start(env);
    expect(env.simulator.violations).toEqual([]);
    return {
      env,
      status,
      comments: env.simulator.comments(REPOSITORY, 7),
      writes: env.simulator.requests
        .filter(({ kind }) => kind === "comment_write")
        .map(({ method }) => method),
      warnings: env.log().filter((line) => line.startsWith("warning(")),
    };
  }
  const ENDED: TaskPlan = { id: "task-1", steps: [{ after_seconds: 20, state: "failed", error: "Oh." }] };

  it("tells the start, and then the end, in one comment", async () => {
    const env = environment("start", { with: INPUTS, scenario: { plans: [SUCCESSFUL], ...withComments() } });
    const early: string[] = [];
    env.clock.at(SECOND, () => early.push(...env.simulator.comments(REPOSITORY, 7).map(({ body }) => body)));
    await start(env);
    expect(early).toEqual([expect.stringContaining("### ▶️ Agent task: running")]);
    const comments = env.simulator.comments(REPOSITORY, 7);
    expect(comments).toHaveLength(1);
    expect(comments[0]).toMatchObject({
      user: BOT,
      body: expect.stringContaining("### ✅ Agent task: success"),
    });
    expect(comments[0]?.body.startsWith(MARKER)).toBe(true);
  });

  it("is not there without it", async () => {
    expect((await run(withComments(), { with: { comment: "false" } })).comments).toEqual([]);
  });

  it("writes once where there is nothing new to tell", async () => {
    expect((await run(withComments(), { with: { wait: "false" } })).writes).toEqual(["POST"]);
  });

  it("edits the comment of an earlier run, and no outsider's", async () => {
    const { comments, writes } = await run(
      withComments([
        { user: "mallory", body: `${MARKER}\nforged` },
        { user: BOT, body: `${MARKER}\nearlier` },
      ]),
    );
    expect(writes).toEqual(["PATCH", "PATCH"]);
    expect(comments.map(({ body }) => body)).toEqual([
      `${MARKER}\nforged`,
      expect.stringContaining("success"),
    ]);
  });

  it("tells of a start that failed", async () => {
    const { status, comments } = await run({
      ...withComments(),
      faults: [{ on: { kind: "start" }, do: { type: "forbidden" } }],
    });
    expect(status).toBe(1);
    expect(comments.map(({ body }) => body)).toEqual([expect.stringContaining("❌\u00a0not\u00a0started")]);
  });

  it("tells of a start that was skipped", async () => {
    const existing = {
      id: "active-task",
      repository: REPOSITORY,
      creator: { login: "mona", id: 1001 },
      created_seconds_ago: 60,
      prompt: "x",
      steps: [{ after_seconds: 0, state: "in_progress" }],
    };
    const { comments } = await run(
      { ...withComments(), existing: [existing] },
      { with: { if_active: "skip", concurrency_key: "*" } },
    );
    expect(comments.map(({ body }) => body)).toEqual([expect.stringContaining("**Nothing was started.**")]);
  });

  it("tells that the task goes on where the step is stopped", async () => {
    const env = environment("start", { with: INPUTS, scenario: { plans: [SUCCESSFUL], ...withComments() } });
    env.clock.at(60 * SECOND, () => env.stop.abort());
    await start(env);
    expect(env.clock.now()).toBe(NOW + 60 * SECOND);
    expect(env.simulator.comments(REPOSITORY, 7).map(({ body }) => body)).toEqual([
      expect.stringContaining("The task is still running. The workflow run has stopped waiting."),
    ]);
  });

  it.each<[string, TestScenario, string]>([
    ["a locked issue", withComments([], true), "issue is locked\\.. Unlock the conversation"],
    [
      "a permission to read alone",
      { ...withComments(), workflow: { issues: "read", pulls: "read", contents: "read" } },
      "HTTP 403.*issues: write",
    ],
  ])("has one warning for %s, and goes on", async (_what, scenario, words) => {
    const { status, warnings, env } = await run(scenario);
    expect(status).toBe(0);
    expect(env.outputs().conclusion).toBe("success");
    expect(warnings).toEqual([
      expect.stringMatching(
        new RegExp(
          `^warning\\(Comment not written\\): Could not comment on issue #7 of octo/app: .*${words}`,
        ),
      ),
    ]);
  });

  it.each<[string, FaultRule]>([
    ["was lost", { on: { kind: "comment_write", nth: 1 }, do: { type: "reset_after" } }],
    ["is a server error", { on: { kind: "comment_write", nth: 1 }, do: { type: "error_500_after" } }],
    [
      "is a limit",
      { on: { kind: "comment_write", nth: 1 }, do: { type: "rate_limited_429", retry_after: 5 } },
    ],
  ])("has one comment where the first answer %s", async (_what, failure) => {
    const { comments, warnings } = await run(
      { ...withComments(), plans: [ENDED], faults: [failure] },
      {
        with: { fail_on: "none" },
      },
    );
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toContain("Agent task: failure");
    expect(warnings.filter((line) => line.includes("Comment"))).toEqual([]);
  });

  it("looks again later where the first comment was not written, and warns once", async () => {
    const faults: FaultRule[] = [
      { on: { kind: "comment_write", to_second: 60 }, do: { type: "error_500_before" } },
    ];
    const { comments, writes, warnings } = await run({ ...withComments(), faults });
    expect(writes).toEqual(["POST", "POST"]);
    expect(comments).toHaveLength(1);
    expect(warnings).toEqual([expect.stringContaining("The task is not affected.")]);
  });

  it("warns where the step is gone before it is written", async () => {
    const env = environment("start", { with: INPUTS, scenario: { plans: [SUCCESSFUL], ...withComments() } });
    const gone = new AbortController();
    const send = env.fetch;
    const fetch = (async (input, init) => {
      if (String(input).endsWith("/graphql")) {
        env.stop.abort();
        gone.abort();
        throw new Error("aborted");
      }
      return send(input, init);
    }) as typeof globalThis.fetch;
    await start({ ...env, fetch, graceSignal: gone.signal });
    expect(env.log().filter((line) => line.startsWith("warning(Comment"))).toEqual([
      expect.stringContaining("the step was cancelled. The task is not affected."),
    ]);
  });

  it("holds no token", async () => {
    const { comments } = await run({
      ...withComments(),
      plans: [
        {
          ...ENDED,
          steps: [{ after_seconds: 20, state: "failed", error: `${USER_TOKEN} ${WORKFLOW_TOKEN}` }],
        },
      ],
    });
    expect(comments[0]?.body).toContain("The agent reported: \\*\\*\\* \\*\\*\\*");
    expect(comments[0]?.body).not.toContain("0000000000");
  });
});
