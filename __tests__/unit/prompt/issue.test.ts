import { describe, expect, it } from "@jest/globals";
import { type ActionContext, createContext } from "../../../src/context.ts";
import { listComments } from "../../../src/github/issues.ts";
import { readStartInputs } from "../../../src/inputs/start-inputs.ts";
import { appendIssue } from "../../../src/prompt/issue.ts";
import {
  checkHeadBranch,
  createHeadBranchCheck,
  warnAboutOtherBranch,
} from "../../../src/start/head-branch.ts";
import type { CommentInfo, FaultRule, IssueInfo } from "../../../tools/simulator/scenario.ts";
import { createTestClient, environment, simulatorFor, type TestStep } from "../../support/action-harness.ts";
import { resultWith } from "../../support/builders.ts";
import { lookupWith, MINUTE, NOW, SECOND } from "../../support/clock.ts";
import { scenarioOf, type TestScenario, WORKFLOW_TOKEN } from "../../support/fixtures.ts";

const WORKFLOW = { issues: "read" } as const;
const ISSUE: IssueInfo = { number: 12, title: "Crash", body: "It crashes." };
const permissions = { wendy: "write", rita: "read" } as const;

function scenario(issue: Partial<IssueInfo> = {}, more: TestScenario = {}): TestScenario {
  return {
    workflow: WORKFLOW,
    repository: { issues: [{ ...ISSUE, ...issue }], permissions },
    ...more,
  };
}

/** @param slowMs how long each request takes. */
async function quote(step: TestStep, issueNumber = 12, slowMs = 0) {
  const given = environment("start", { ...step, with: { issue_number: String(issueNumber), ...step.with } });
  const send: typeof fetch = (input, init) => {
    given.clock.advance(slowMs);
    return given.fetch(input, init);
  };
  const env = { ...given, fetch: send };
  const inputs = readStartInputs(env.input, env.runner);
  const outcome = await appendIssue(
    createContext(env, inputs),
    { ...inputs, issueNumber },
    "Do it.",
    "trace",
  );
  const prompt = outcome.kind === "prompt" ? outcome.prompt : "";
  return { env, prompt, problem: outcome.kind === "failed" ? outcome.problem : null };
}

const comment = (changes: Partial<CommentInfo> = {}): CommentInfo => ({
  user: "wendy",
  body: "Yes.",
  created_seconds_ago: 900,
  ...changes,
});

describe("an issue in the prompt", () => {
  it("is read once", async () => {
    const { env, prompt } = await quote({ scenario: scenario() });
    expect(prompt).toContain("> > It crashes.");
    expect(env.simulator.requests.map(({ kind }) => kind)).toEqual(["issue"]);
    expect(env.log()).toEqual([]);
  });

  it.each([
    ["has no body", { body: null }, "(no text)"],
    ["has an empty one", { body: "" }, "(no text)"],
  ])("%s", async (_what, issue, words) => {
    expect((await quote({ scenario: scenario(issue) })).prompt).toContain(words);
  });

  it("is refused where the event says that it is a pull request", async () => {
    const event = { issue: { number: 12, title: "x", pull_request: {} } };
    const { problem } = await quote({ scenario: scenario(), runner: { eventName: "issue_comment", event } });
    expect(problem?.remedy).toContain("head_ref");
  });

  it("says that it is cut or left out", async () => {
    const long = await quote({ scenario: scenario({ body: "x".repeat(30_000) }) });
    expect(long.env.log().join()).toContain("its quote is cut");
    const env = environment("start", { scenario: scenario(), with: { issue_number: "12" } });
    const inputs = readStartInputs(env.input, env.runner);
    await appendIssue(createContext(env, inputs), { ...inputs, issueNumber: 12 }, "x".repeat(25_000), null);
    expect(env.log()).toEqual([expect.stringMatching(/^warning\(Issue left out\): /)]);
  });

  it.each([
    [{ repository_url: "https://api.github.com/repos/octo/secret" }, false],
    [{ url: "https://api.github.com/repos/octo/app/issues/13" }, false],
    [{ html_url: "https://github.com/octo/secret/issues/12" }, false],
    [{ number: 13 }, false],
    [{ url: null }, false],
    [{ url: undefined, html_url: undefined, repository_url: undefined }, false],
    [{ url: undefined, repository_url: undefined }, true],
    [{ html_url: "https://github.com/Octo/App/issues/12" }, true],
  ])("is the one that was asked for: with %j %s", async (changes, expected) => {
    const body = {
      number: 12,
      title: "Crash",
      url: "https://api.github.com/repos/octo/app/issues/12",
      html_url: "https://github.com/octo/app/issues/12",
      repository_url: "https://api.github.com/repos/octo/app",
      ...changes,
    };
    const faults: FaultRule[] = [
      { on: { kind: "issue" }, do: { type: "wrong_json", body: JSON.parse(JSON.stringify(body)) } },
    ];
    const { prompt, problem } = await quote({ scenario: scenario({}, { faults }) });
    expect(prompt.includes("> Title: Crash")).toBe(expected);
    expect(problem?.message.includes("another issue than octo/app#12") ?? false).toBe(!expected);
  });

  it("says what is left out of all its texts", async () => {
    const comments = [
      comment({ body: "Yes.<!-- hidden --> <!-- hidden -->" }),
      comment({ body: "A\u200bB" }),
    ];
    const issue = { title: "Cra\u200bsh", body: "It <!-- hidden --> crashes.", comments };
    const { env, prompt } = await quote({ scenario: scenario(issue), with: { issue_comments: "true" } });
    expect(prompt).not.toContain("hidden");
    expect(env.log().at(-1)).toBe(
      "info: Left out of the quote of issue octo/app#12, since its page does not show it: " +
        "2 invisible characters, 3 HTML comments.",
    );
  });

  it("is left out where the parsers cannot be loaded, or cannot parse a comment", async () => {
    const env = environment("start", { scenario: scenario(), with: { issue_number: "12" } });
    const inputs = readStartInputs(env.input, env.runner);
    const context = createContext({ ...env, loadMarkdown: () => Promise.reject(new Error("gone")) }, inputs);
    const outcome = await appendIssue(context, { ...inputs, issueNumber: 12 }, "x", null);
    expect(outcome).toMatchObject({ prompt: expect.stringContaining("could not be parsed") });
    const comments = [comment({ body: "> ".repeat(200) })];
    const { prompt, env: other } = await quote({
      scenario: scenario({ comments }),
      with: { issue_comments: "true" },
    });
    expect(prompt).toContain("octo/app#12 is left out, since it could not be parsed");
    for (const log of [env.log(), other.log()]) {
      expect(log).toEqual([
        expect.stringMatching(/^warning\(Issue left out\): The text .* could not be parsed/),
      ]);
    }
  });

  it("is as it was in the event, and the log says that it was edited since", async () => {
    const event = { issue: { number: 12, title: "Before", body: "Old." } };
    const { env, prompt } = await quote({ scenario: scenario(), runner: { eventName: "issues", event } });
    expect(prompt).toContain("> Title: Before\n>\n> > Old.");
    expect(env.log().join()).toContain("was edited after the run was triggered");
  });

  it.each([
    ["wrong_json", { type: "wrong_json" }, "does not match the API description"],
    ["403", { type: "forbidden" }, "HTTP 403"],
    ["410", { type: "status", status: 410 }, "it does not exist"],
    ["502", { type: "status", status: 502 }, "HTTP 502"],
  ] as const)("is not read with %s: nothing is started", async (_what, failure, words) => {
    const faults: FaultRule[] = [{ on: { kind: "issue" }, do: failure }];
    const { problem, env } = await quote({ scenario: scenario({}, { faults }) });
    expect(problem?.message).toContain(`Could not read issue octo/app#12: `);
    expect(problem?.message).toContain(words);
    expect(env.clock.now() - NOW).toBeLessThanOrEqual(3 * MINUTE);
  });
});

describe("comments in the prompt", () => {
  const withComments = { issue_comments: "true" };

  it("are those of members, each asked for once", async () => {
    const comments = [
      comment(),
      comment({ body: "And more." }),
      comment({ user: "rita", body: "Not I." }),
      comment({ user: "rita", body: "Nor I." }),
      comment({ user: "helper[bot]", body: "Nor I, a bot." }),
      comment({ body: "<!-- hidden -->" }),
      comment({ body: "Too late.", created_seconds_ago: 0 }),
    ];
    const { env, prompt } = await quote({ scenario: scenario({ comments }), with: withComments });
    expect(prompt).toContain("> > Yes.");
    expect(prompt).toContain("> > And more.");
    expect(prompt).not.toMatch(/ I\b|hidden|late/);
    expect(env.simulator.count("permission")).toBe(2);
    expect(env.log()).toEqual(["info: The prompt quotes 2 of 7 comments on octo/app#12."]);
  });

  it("go by the server's clock, not by this machine's", async () => {
    // It was made when this machine's clock had already reached its time, and the server's had not.
    const comments = [comment({ created_seconds_ago: -30 })];
    const step: TestStep = {
      scenario: scenario({ comments }, { assumptions: { server_ahead_seconds: -60 } }),
      with: withComments,
    };
    expect((await quote(step)).prompt).not.toContain("> > Yes.");
  });

  it("are not asked about any more once a prompt is full", async () => {
    const users = Array.from({ length: 20 }, (_, n) => `member-${n}`);
    const all = Object.fromEntries(users.map((user) => [user, "admin"] as const));
    const comments = users.map((user) => comment({ user, body: "x".repeat(10_000) }));
    const { env, prompt } = await quote({
      scenario: scenario({}, { repository: { issues: [{ ...ISSUE, comments }], permissions: all } }),
      with: withComments,
    });
    expect(env.simulator.count("permission")).toBe(3);
    expect(prompt).toContain("> [Cut here");
  });

  it.each(["comments", "permission"] as const)("that cannot be judged start nothing: %s", async (kind) => {
    const faults: FaultRule[] = [{ on: { kind }, do: { type: "forbidden" } }];
    const { problem } = await quote({
      scenario: scenario({ comments: [comment()] }, { faults }),
      with: withComments,
    });
    expect(problem?.message).toMatch(/^Could not .*HTTP 403/);
  });

  it("are read page by page, a thousand at most, and only those that are whole", async () => {
    const comments = Array.from({ length: 1150 }, (_, n) => comment({ body: `No. ${n}` }));
    const simulator = simulatorFor(scenarioOf(scenario({ comments })));
    const octokit = createTestClient(simulator.fetch, WORKFLOW_TOKEN);
    const read = () =>
      listComments(lookupWith({ clients: [{ octokit, input: "github_token" }] }), {
        owner: "octo",
        repo: "app",
        number: 12,
      });
    const all = await read();
    expect(all).toMatchObject({ kind: "found", value: { complete: false } });
    expect(all.kind === "found" && all.value.comments.length).toBe(1000);
    expect(simulator.count("comments")).toBe(10);
  });

  it("without times or an author are left out", async () => {
    const times = { created_at: "2026-11-01T00:00:00Z", updated_at: "2026-11-01T00:00:00Z" };
    const body = [
      null,
      { id: 1, body: "A", user: { login: "wendy" } },
      { id: 2, user: { login: "wendy" }, ...times },
      { id: 3, body: "C", user: null, ...times },
      { id: 4, body: "D", user: { login: "Copilot", type: "Bot" }, ...times },
      { id: 5, body: "E", user: { login: "wendy", type: "User" }, ...times },
    ];
    const faults: FaultRule[] = [{ on: { kind: "comments" }, do: { type: "wrong_json", body } }];
    const { env, prompt } = await quote({ scenario: scenario({}, { faults }), with: withComments });
    expect(prompt.match(/^> > [A-E]$/gm)).toEqual(["> > E"]);
    expect(env.log().join()).toContain("1 of 3 comments");
  });
});

describe("the roles of many who wrote comments", () => {
  const quoteOf = (count: number, slowMs: number) => {
    const authors = Array.from({ length: count }, (_, i) => `author-${i}`);
    const comments = authors.map((user) => comment({ user, body: "+1" }));
    const roles = Object.fromEntries(authors.map((login) => [login, "write" as const]));
    const given = scenario({}, { repository: { issues: [{ ...ISSUE, comments }], permissions: roles } });
    return quote({ scenario: given, with: { issue_comments: "true" } }, 12, slowMs);
  };

  it.each([
    [600, 300],
    [300, 900],
    [170, 1000],
  ])("are asked for although %d requests of %d ms take more than 3 minutes", async (count, slowMs) => {
    const { problem, prompt, env } = await quoteOf(count, slowMs);
    expect(problem).toBeNull();
    expect(env.simulator.count("permission")).toBe(count);
    expect(prompt).toContain("> > +1");
  });

  it("are not asked for without end", async () => {
    const { problem, env } = await quoteOf(300, 2000);
    expect(problem?.message).toContain("no time was left for another request");
    expect(env.clock.now() - NOW).toBeLessThanOrEqual(302 * SECOND);
  });
});

describe("head_ref", () => {
  const REFS = {
    headRef: "fix",
    baseRef: "main",
    repository: { owner: "octo", repo: "app" },
  };
  const contextWith = (given: TestScenario) => {
    const env = environment("start", { scenario: given });
    return { env, context: createContext(env, readStartInputs(env.input, env.runner)) };
  };
  const checkWith = (context: ActionContext, refs: typeof REFS) =>
    checkHeadBranch(context, refs, context.github.lookup());
  const check = async (given: TestScenario, refs = REFS) =>
    (await checkWith(contextWith(given).context, refs))?.problem ?? null;
  const open = { repository: { pulls: [{ number: 7, head_ref: "fix" }] } };
  const failing = (nth?: number[]): FaultRule => ({
    on: { kind: "pulls", ...(nth === undefined ? {} : { nth }) },
    do: { type: "html", status: 502 },
  });

  it("is not looked at where it is not set", async () => {
    const { env, context } = contextWith({});
    expect(await checkWith(context, { ...REFS, headRef: "" })).toBeNull();
    expect(env.simulator.requests).toEqual([]);
  });

  it("is looked for within one budget, which the time between the looks does not use up", async () => {
    const { env, context } = contextWith({ ...open, faults: [failing([1, 2, 3, 4, 5, 6])] });
    const checkNext = createHeadBranchCheck(context, REFS, 2);
    for (const expected of ["found", "found"]) {
      expect((await checkNext(REFS.repository)) === null ? "found" : "failed").toBe(expected);
      env.clock.advance(60 * MINUTE);
    }
    const startedAt = env.clock.now();
    env.simulator.addFault(failing());
    expect((await checkNext(REFS.repository))?.problem.message).toContain("HTTP 502");
    // The first look took a minute.
    expect(env.clock.now() - startedAt).toBeLessThanOrEqual(117 * SECOND);
  });

  it("needs an open pull request", async () => {
    expect(await check(open)).toBeNull();
    expect((await check({}))?.message).toContain("Nothing was started");
  });

  it("is not found in an answer that ignored what was asked for", async () => {
    const body = [null, { number: 3 }, { number: 4, head: { ref: "no_match" }, base: { ref: "main" } }];
    const problem = await check({ faults: [{ on: { kind: "pulls" }, do: { type: "wrong_json", body } }] });
    expect(problem?.message).toContain("No open pull request from head_ref fix");
  });

  it.each([
    [{ type: "not_found" }, "no token can see the repository"],
    [{ type: "forbidden" }, "HTTP 403"],
    [{ type: "wrong_json", body: {} }, "does not match the API description"],
  ] as const)("is not known with %j: nothing is started", async (failure, words) => {
    const problem = await check({ ...open, faults: [{ on: { kind: "pulls" }, do: failure }] });
    expect(problem?.message).toContain("Could not look for an open pull request");
    expect(problem?.message).toContain(words);
    expect(problem?.remedy).toContain("pull-requests: read");
  });

  it("is compared with the branch that the task worked on", () => {
    const warnings = (headRef: string, actual: string) => {
      const { env, context } = contextWith({});
      warnAboutOtherBranch(context, { ...REFS, headRef }, resultWith({ head_ref: actual }));
      return env.log().length;
    };
    expect([warnings("fix", "fix"), warnings("fix", ""), warnings("", "x"), warnings("fix", "x")]).toEqual([
      0, 0, 0, 1,
    ]);
  });
});
