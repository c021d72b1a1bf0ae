import { describe, expect, it } from "@jest/globals";
import type { Artifact } from "../../../src/github/agent-tasks/task.ts";
import { compareBranch } from "../../../src/github/compare.ts";
import type { LookupContext, NamedClient } from "../../../src/github/fallback.ts";
import type { PullRequestRef } from "../../../src/github/pull-requests.ts";
import { findAllChanges } from "../../../src/github/task-changes.ts";
import type { Fault } from "../../../tools/simulator/scenario.ts";
import { createTestClient, findPullRequests, simulatorFor } from "../../support/action-harness.ts";
import { BRANCH, sessionOf, taskOf } from "../../support/builders.ts";
import { lookupWith, NOW, virtualClock } from "../../support/clock.ts";
import { scenarioOf, type TestScenario, USER_TOKEN, WORKFLOW_TOKEN } from "../../support/fixtures.ts";

/** As the simulator derives it. */
const shaOf = (branch: string) => Buffer.from(branch).toString("hex").padEnd(40, "0").slice(-40);

const OCTO = { owner: "octo", repo: "app" };
const PULL_42 = {
  number: 42,
  title: "Fix",
  draft: true,
  head_ref: "copilot/fix",
  base_ref: "main",
  changed_files: 5,
  commits: 3,
};
const FOUND_42 = {
  number: 42,
  url: "https://github.com/octo/app/pull/42",
  title: "Fix",
  state: "open",
  isDraft: true,
  headSha: shaOf("copilot/fix"),
  changedFiles: 5,
  commits: 3,
  headRef: "copilot/fix",
  baseRef: "main",
  repository: "octo/app",
};

/** Both clients on a simulator with pull request 42, as a step has them: `github_token` first. */
function github(scenario: TestScenario = {}) {
  const simulator = simulatorFor(scenarioOf({ repository: { pulls: [PULL_42] }, ...scenario }));
  const client = (token: string, input: string): NamedClient => ({
    octokit: createTestClient(simulator.fetch, token),
    input,
  });
  const clients = [client(WORKFLOW_TOKEN, "github_token"), client(USER_TOKEN, "token")];
  const tokens = () => simulator.requests.map(({ headers }) => headers.authorization?.replace("Bearer ", ""));
  return { simulator, clients, tokens };
}

/** A client that gets this answer, whatever it asks. */
function clientThatGets(body: unknown, status = 200): NamedClient {
  const headers = { "content-type": "application/json" };
  const fetch = async () => new Response(JSON.stringify(body), { status, headers });
  return {
    octokit: createTestClient(fetch),
    input: "token",
  };
}

/** The lookup of one place. */
async function findPullRequest(
  clients: readonly NamedClient[],
  place: PullRequestRef,
  context: LookupContext = lookupWith(),
) {
  const lookups = await findPullRequests({ ...context, clients }, [place]);
  expect(lookups).toHaveLength(1);
  return lookups[0];
}

const byHeadRef: PullRequestRef = { by: "head_ref", ...OCTO, headRef: "copilot/fix" };
const byId: PullRequestRef = { by: "global_id", globalId: "PR_x" };

/** The node ID of pull request 42. */
async function idOf42(clients: readonly NamedClient[]): Promise<string> {
  const { data } = await (clients[0] as NamedClient).octokit.request(
    "GET /repos/{owner}/{repo}/pulls/{pull_number}",
    {
      ...OCTO,
      pull_number: 42,
    },
  );
  return data.node_id;
}

describe("a pull request", () => {
  it("is found by its global ID", async () => {
    const { clients, simulator } = github();
    const globalId = await idOf42(clients);
    expect(await findPullRequest(clients, { by: "global_id", globalId })).toEqual({
      kind: "found",
      value: FOUND_42,
    });
    expect(simulator.count("graphql")).toBe(1);
    expect(simulator.violations).toEqual([]);
  });

  it("is found by its head branch, the newest of several", async () => {
    const { clients, tokens, simulator } = github({
      repository: { pulls: [{ ...PULL_42, number: 7, state: "closed" }, PULL_42] },
    });
    expect(await findPullRequest(clients, byHeadRef)).toMatchObject({ kind: "found" });
    expect(tokens()).toEqual([WORKFLOW_TOKEN]);
    expect(simulator.violations).toEqual([]);
  });

  it("is surely not there where the repository is seen and has none from that branch", async () => {
    const { clients, tokens } = github();
    expect(await findPullRequest(clients, { ...byHeadRef, headRef: "other" })).toEqual({
      kind: "none",
    });
    expect(tokens()).toEqual([WORKFLOW_TOKEN]);
  });

  it("is looked for with the second token where the first cannot see it", async () => {
    const { clients, tokens } = github({
      workflow: { repositories: ["octo/other"] },
      user: { pulls: "read" },
      repositories: { "octo/app": { pulls: [PULL_42] }, "octo/other": {} },
    });
    expect(await findPullRequest(clients, byHeadRef)).toEqual({ kind: "found", value: FOUND_42 });
    expect(tokens()).toEqual([WORKFLOW_TOKEN, USER_TOKEN]);
  });

  it("is retried after a transient failure, for as long as the caller says", async () => {
    const faults = [
      { on: { kind: "graphql" as const, times: 3 }, do: { type: "error_500_before" as const } },
    ];
    const context = lookupWith({ clock: virtualClock(), retryBudgetMs: 10_000 });
    expect(await findPullRequest(github({ faults }).clients, byHeadRef, context)).toMatchObject({
      kind: "found",
    });
    expect(context.clock.now() - NOW).toBe(7_000);
  });

  it("is not known where no token can see it, with the reasons and the permission", async () => {
    const { clients } = github({ workflow: { pulls: "none" } });
    const lookup = await findPullRequest(clients, byHeadRef);
    expect(lookup).toMatchObject({ kind: "unknown" });
    expect(lookup).toHaveProperty(
      "reason",
      expect.stringMatching(
        /^github_token: .+; token: .+\. Looking it up needs the permission pull-requests: read$/,
      ),
    );
  });

  it("is not known by an ID that leads nowhere", async () => {
    const { clients } = github();
    expect(await findPullRequest(clients, byId)).toHaveProperty(
      "reason",
      expect.stringContaining("Could not resolve to a node"),
    );
  });

  it.each<[string, Fault, string]>([
    ["no connection", { type: "reset_before" }, "the connection was lost (ECONNRESET)"],
    ["a server error", { type: "error_500_before" }, "HTTP 500"],
    ["a refusal", { type: "unauthorized" }, "HTTP 401: Bad credentials"],
    [
      "a rate limit",
      { type: "rate_limited_429", retry_after: 5 },
      "GitHub's rate limit is reached (HTTP 429: Too many requests)",
    ],
    ["an outage", { type: "unavailable", retry_after: 5 }, "HTTP 503"],
    [
      "a page of HTML",
      { type: "html", status: 200 },
      "HTTP 200 with a response that does not match the API description",
    ],
    [
      "another JSON",
      { type: "wrong_json" },
      "HTTP 200 with a response that does not match the API description",
    ],
  ])("is not known after %s", async (_what, failure, reason) => {
    const { clients } = github({ faults: [{ on: { kind: "graphql" }, do: failure }] });
    expect(await findPullRequest(clients, byHeadRef)).toEqual({
      kind: "unknown",
      reason: `github_token: ${reason}; token: ${reason}`,
      ...(/rate limit|503/.test(reason) ? { limited: true } : {}),
    });
  });

  it("is not known where the connection is refused, or the step stopped", async () => {
    const cause = Object.assign(new Error("x"), { code: "ECONNREFUSED" });
    const fetch = async () => {
      throw new TypeError("fetch failed", { cause });
    };
    const octokit = createTestClient(fetch);
    const clients = [{ octokit, input: "token" }];
    expect(await findPullRequest(clients, byHeadRef)).toHaveProperty(
      "reason",
      "token: the connection was refused (ECONNREFUSED)",
    );
    const stopped = lookupWith({ signal: AbortSignal.abort() });
    expect(await findPullRequest(clients, byHeadRef, stopped)).toHaveProperty(
      "reason",
      "token: the step was cancelled",
    );
  });

  it("is not known where GitHub answers with a redirect", async () => {
    const clients = [clientThatGets({}, 302)];
    expect(await findPullRequest(clients, byHeadRef)).toHaveProperty(
      "reason",
      "token: GitHub redirects to another address (HTTP 302)",
    );
  });
});

describe("an answer of GraphQL", () => {
  const NODE = { number: 42, url: "https://github.com/octo/app/pull/42" };
  const PARTIAL = {
    ...FOUND_42,
    title: "",
    state: "",
    isDraft: null,
    headSha: "",
    changedFiles: null,
    commits: null,
    headRef: "",
    baseRef: "",
    repository: "",
  };

  it("is used as far as it goes, errors beside it or not", async () => {
    const clients = [clientThatGets({ data: { nodes: [NODE] }, errors: [{ message: "half of it" }] })];
    expect(await findPullRequest(clients, byId)).toEqual({ kind: "found", value: PARTIAL });
  });

  it("may have fields of wrong types", async () => {
    const odd = {
      ...NODE,
      title: 7,
      state: "READY",
      headRefOid: "main",
      isDraft: "yes",
      changedFiles: "x",
      commits: { totalCount: null },
      repository: {},
    };
    const clients = [clientThatGets({ data: { nodes: [odd] } })];
    expect(await findPullRequest(clients, byId)).toEqual({ kind: "found", value: PARTIAL });
  });

  it.each([
    ["OPEN", "open"],
    ["CLOSED", "closed"],
    ["MERGED", "merged"],
  ])("has the state %s", async (state, expected) => {
    const clients = [clientThatGets({ data: { nodes: [{ ...NODE, state }] } })];
    expect(await findPullRequest(clients, byId)).toMatchObject({ value: { state: expected } });
  });

  it("has a title of 256 characters at most", async () => {
    const clients = [clientThatGets({ data: { nodes: [{ ...NODE, title: "x".repeat(300) }] } })];
    expect(await findPullRequest(clients, byId)).toMatchObject({ value: { title: `${"x".repeat(255)}…` } });
  });

  it.each<[unknown, string]>([
    [{ data: { nodes: [null] } }, "not found"],
    [{ data: { nodes: [{}] } }, "not found"],
    [{ data: { nodes: [{ ...NODE, number: "42" }] } }, "not found"],
    [{ data: {} }, "not found"],
    [
      { data: null, errors: [{ message: "a" }, { message: "b" }, {}, "x"] },
      "a; b; unknown GraphQL error; unknown GraphQL error",
    ],
    [{ errors: [] }, "not found"],
  ])("says nothing with %j", async (body, reason) => {
    expect(await findPullRequest([clientThatGets(body)], byId)).toEqual({
      kind: "unknown",
      reason: `token: ${reason}. Looking it up needs the permission pull-requests: read`,
    });
  });

  it("of another shape says nothing, whatever the token may see", async () => {
    expect(await findPullRequest([clientThatGets({})], byId)).toEqual({
      kind: "unknown",
      reason: "token: HTTP 200 with a response that does not match the API description",
    });
  });

  it("without the repository proves nothing about a branch", async () => {
    const clients = [clientThatGets({ data: { repository: null } })];
    expect(await findPullRequest(clients, byHeadRef)).toMatchObject({ kind: "unknown" });
  });
});

describe("a branch without a pull request", () => {
  const branches = {
    "copilot/fix": { commits: 2, changed_files: 4 },
    develop: { commits: 0, changed_files: 0 },
  };
  const branch = { ...OCTO, headRef: "copilot/fix", baseRef: "develop" };
  const [A, B] = ["a".repeat(40), "b".repeat(64)];

  it("is compared with its base", async () => {
    const { clients, simulator } = github({ repository: { branches } });
    expect(await compareBranch(lookupWith({ clients }), branch)).toEqual({
      kind: "found",
      value: { commits: 2, changedFiles: 4, headSha: shaOf("copilot/fix") },
    });
    expect(simulator.requests.map(({ path }) => path)).toEqual([
      expect.stringMatching(/^\/repos\/octo\/app\/compare\/develop\.\.\.copilot(\/|%2F)fix$/),
    ]);
    expect(simulator.violations).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["the last of a few commits", { total_commits: 2, commits: [{ sha: A }, { sha: B }] }, B],
    ["the last of the newest 250", { total_commits: 900, commits: [{ sha: A }, { sha: B }] }, B],
    [
      "the base, if the branch has no commits",
      { total_commits: 0, commits: [], merge_base_commit: { sha: A } },
      A,
    ],
    ["unknown, if the list is empty", { total_commits: 1, commits: [], merge_base_commit: { sha: A } }, ""],
    ["unknown, if there is no SHA", { total_commits: 1, commits: [{ sha: "main" }] }, ""],
    ["unknown, if there is no list", { total_commits: 1, merge_base_commit: { sha: A } }, ""],
  ])("has a newest commit: %s", async (_what, answer, headSha) => {
    const lookup = await compareBranch(lookupWith({ clients: [clientThatGets(answer)] }), branch);
    expect(lookup).toMatchObject({ value: { headSha } });
  });

  it("has its newest commit found with one request, however many there are", async () => {
    const many = { "copilot/fix": { commits: 900, changed_files: 4 }, develop: branches.develop };
    const { clients, simulator } = github({ repository: { branches: many } });
    expect(await compareBranch(lookupWith({ clients }), branch)).toMatchObject({
      value: { commits: 900, headSha: shaOf("copilot/fix") },
    });
    expect(simulator.requests).toHaveLength(1);
  });

  it("is compared with the default branch where no base is known", async () => {
    const { clients, simulator } = github({ repository: { branches, default_branch: "trunk" } });
    expect(await compareBranch(lookupWith({ clients }), { ...branch, baseRef: "" })).toMatchObject({
      kind: "found",
    });
    expect(simulator.requests.map(({ kind }) => kind)).toEqual(["repository", "compare"]);
    expect(simulator.requests[1]?.path).toContain("/compare/trunk...");
  });

  it("is not there where a token that sees the repository is told so", async () => {
    const { clients, simulator } = github({ repository: { branches }, user: { contents: "read" } });
    expect(await compareBranch(lookupWith({ clients }), { ...branch, headRef: "gone" })).toEqual({
      kind: "none",
    });
    expect(simulator.requests.map(({ kind }) => kind)).toEqual(["compare", "branch"]);
  });

  it("is compared with the second token where the first cannot see it", async () => {
    const { clients, tokens } = github({
      repository: { branches },
      workflow: { contents: "none" },
      user: { contents: "read" },
    });
    expect(await compareBranch(lookupWith({ clients }), branch)).toMatchObject({ kind: "found" });
    expect(tokens()).toEqual([WORKFLOW_TOKEN, USER_TOKEN]);
  });

  it("is not there where one token is refused and the other is told so", async () => {
    const { clients } = github({
      repository: { branches },
      workflow: { contents: "none" },
      user: { contents: "read" },
    });
    expect(await compareBranch(lookupWith({ clients }), { ...branch, headRef: "gone" })).toEqual({
      kind: "none",
    });
  });

  it("is not known where one token is refused and the other cannot see the repository", async () => {
    const { clients } = github({
      repository: { branches },
      workflow: { contents: "none" },
      user: { repositories: [] },
    });
    expect(await compareBranch(lookupWith({ clients }), { ...branch, headRef: "gone" })).toHaveProperty(
      "reason",
      expect.stringMatching(
        /^github_token: HTTP 403: .+; token: HTTP 404: Not Found\. Looking it up needs the permission contents: read$/,
      ),
    );
  });

  it("is not known where the default branch cannot be asked for", async () => {
    const { clients } = github({ faults: [{ on: { kind: "repository" }, do: { type: "not_found" } }] });
    expect(await compareBranch(lookupWith({ clients }), { ...branch, baseRef: "" })).toHaveProperty(
      "reason",
      expect.stringMatching(/^github_token: HTTP 404: Not Found; token: HTTP 404: Not Found\./),
    );
    const odd = [clientThatGets({ default_branch: 1 })];
    expect(await compareBranch(lookupWith({ clients: odd }), { ...branch, baseRef: "" })).toMatchObject({
      kind: "unknown",
    });
  });

  it("has an unknown number of files where the answer lists none, and is not known without a count of commits", async () => {
    expect(
      await compareBranch(lookupWith({ clients: [clientThatGets({ total_commits: 2 })] }), branch),
    ).toEqual({
      kind: "found",
      value: { commits: 2, changedFiles: null, headSha: "" },
    });
    for (const body of [{ total_commits: "2" }, []]) {
      expect(await compareBranch(lookupWith({ clients: [clientThatGets(body)] }), branch)).toMatchObject({
        kind: "unknown",
      });
    }
  });
});

describe("what a task has changed", () => {
  const NOTHING = { kind: "found", value: { pullRequest: null, commits: 0, changedFiles: 0, headSha: "" } };
  const found42 = {
    kind: "found",
    value: { pullRequest: FOUND_42, commits: 3, changedFiles: 5, headSha: FOUND_42.headSha },
  };
  const pullWith = (globalId: string): Artifact => ({ type: "pull", id: "1", globalId });

  function changesOf(
    artifacts: readonly Artifact[],
    {
      scenario = {},
      repository = OCTO,
      headRef = "",
      state = "completed",
    }: { scenario?: TestScenario; repository?: typeof OCTO | null; headRef?: string; state?: string } = {},
  ) {
    const { clients, simulator } = github(scenario);
    const task = taskOf({
      state,
      artifacts,
      sessions: headRef === "" ? [] : [sessionOf({ headRef, baseRef: "main" })],
    });
    const lookup = findAllChanges(lookupWith({ clients }), [{ repository, task }]).then(([only]) => only);
    return { simulator, lookup };
  }

  it("is nothing without a branch and without a pull request", async () => {
    const { lookup, simulator } = changesOf([]);
    expect(await lookup).toEqual(NOTHING);
    expect(simulator.requests).toEqual([]);
  });

  it("is not to be looked up yet for a task that goes on without a branch", async () => {
    expect(await changesOf([], { state: "in_progress" }).lookup).toEqual({ kind: "none" });
  });

  it("is its pull request, by the global ID", async () => {
    const { clients } = github();
    const { lookup, simulator } = changesOf([pullWith(await idOf42(clients)), BRANCH]);
    expect(await lookup).toEqual(found42);
    expect(simulator.count("graphql")).toBe(1);
  });

  it("is its pull request by the global ID, where the repository is not known", async () => {
    const { clients } = github();
    const { lookup } = changesOf([pullWith(await idOf42(clients))], { repository: null });
    expect(await lookup).toEqual(found42);
  });

  it.each([
    ["empty", ""],
    ["of no use", "PR_gone"],
  ])("is its pull request by the head branch, where the global ID is %s", async (_what, globalId) => {
    expect(await changesOf([pullWith(globalId), BRANCH]).lookup).toEqual(found42);
    expect(await changesOf([pullWith(globalId)], { headRef: "copilot/fix" }).lookup).toEqual(found42);
  });

  it("is the pull request of its branch also where no artifact names one", async () => {
    expect(await changesOf([BRANCH]).lookup).toEqual(found42);
    expect(await changesOf([], { headRef: "copilot/fix" }).lookup).toEqual(found42);
  });

  it("is not known where there is a pull request that nothing leads to", async () => {
    const lost = {
      kind: "unknown",
      reason: "the task has a pull request, but it was not found by its ID or its branch",
    };
    expect(await changesOf([pullWith("")]).lookup).toEqual(lost);
    expect(await changesOf([pullWith("")], { headRef: "other" }).lookup).toEqual(lost);
  });

  it("is not known where an artifact cannot be read, and nothing names a branch", async () => {
    const artifact = { type: "unreadable" } as const;
    expect(await changesOf([artifact]).lookup).toEqual({
      kind: "unknown",
      reason: "GitHub's answer names no branch, and has an artifact that cannot be read",
    });
    expect(await changesOf([artifact], { headRef: "copilot/fix" }).lookup).toEqual(found42);
    expect(await changesOf([artifact, BRANCH]).lookup).toEqual(found42);
  });

  it("is not known where the lookup fails", async () => {
    const scenario: TestScenario = {
      faults: [{ on: { kind: "graphql" }, do: { type: "error_500_before" } }],
    };
    for (const lookup of [
      changesOf([BRANCH], { scenario }).lookup,
      changesOf([pullWith("PR_x")], { scenario }).lookup,
    ]) {
      expect(await lookup).toHaveProperty("reason", expect.stringContaining("HTTP 500"));
    }
  });

  it("is what its branch has over its base, where it has no pull request", async () => {
    const branches = { "copilot/fix": { commits: 2, changed_files: 4 } };
    const scenario = { repository: { branches } };
    expect(await changesOf([BRANCH], { scenario }).lookup).toEqual({
      kind: "found",
      value: { pullRequest: null, commits: 2, changedFiles: 4, headSha: shaOf("copilot/fix") },
    });
  });

  it("is not known by a branch alone where the repository is not known", async () => {
    expect(await changesOf([BRANCH], { repository: null }).lookup).toEqual({
      kind: "unknown",
      reason: "the branch can only be compared if the input repository is set",
    });
  });

  const none = { repository: { branches: {} }, user: { contents: "read" } } as const;

  it("is nothing where only a session names a branch, and it was never pushed", async () => {
    expect(await changesOf([], { scenario: none, headRef: "copilot/fix" }).lookup).toEqual(NOTHING);
  });

  it("is nothing where an artifact's branch does not exist, and no pull request has it", async () => {
    expect(await changesOf([BRANCH], { scenario: none }).lookup).toEqual(NOTHING);
  });

  it("is not known where the branch cannot be compared", async () => {
    const scenario: TestScenario = { repository: { branches: {} }, workflow: { contents: "none" } };
    expect(await changesOf([BRANCH], { scenario }).lookup).toHaveProperty(
      "reason",
      expect.stringContaining("contents: read"),
    );
  });
});
