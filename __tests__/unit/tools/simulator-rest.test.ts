import { describe, expect, it } from "@jest/globals";
import type { Scenario } from "../../../tools/simulator/scenario.ts";
import { setUp, tasks, user } from "../../../tools/simulator/testing.ts";

const scenario: Partial<Scenario> = {
  tokens: {
    ghu_x: user,
    ghs_x: { ...user, login: "github-actions[bot]", id: 41898282, type: "installation", agent_tasks: "none" },
    poor: { ...user, login: "poor", id: 9, pulls: "none", contents: "none", issues: "none" },
    blind: { ...user, repositories: ["o/public"] },
  },
  repositories: {
    "o/r": {
      private: true,
      default_branch: "trunk",
      branches: { feature: { commits: 400, changed_files: 301 } },
      pulls: [
        { number: 3, head_ref: "feature", id: "9007199254740993123", commits: 4, changed_files: 5 },
        { number: 4, head_ref: "old", state: "merged" },
        { number: 5, head_ref: "feature", head_owner: "fork", closes_after_seconds: 60, closes_as: "merged" },
      ],
      issues: [
        {
          number: 1,
          title: "::error::<b>",
          body: "text",
          user: "reporter",
          labels: ["bug"],
          comments: [
            { user: "outsider", body: "a" },
            { user: "github-actions[bot]", body: "b", edited_seconds_ago: 60 },
          ],
        },
        { number: 2, title: "Locked", locked: true },
      ],
      permissions: { admin: "admin", maintainer: "maintain", triager: "triage", nobody: "none" },
    },
    "o/public": {},
  },
};

describe("REST", () => {
  it("redirects the former names of a repository that was renamed", async () => {
    const { simulator, ask } = setUp({
      ...scenario,
      repositories: { "o/new": { former_names: ["o/old", "o/taken"] }, "o/taken": {} },
    });
    expect((await ask("GET", "/agents/repos/O/Old/tasks?per_page=5")).status).toBe(200);
    expect(
      simulator.requests.map(({ path, query, status }) => [path, query.get("per_page"), status]),
    ).toEqual([
      ["/agents/repos/O/Old/tasks", "5", 301],
      ["/agents/repos/o/new/tasks", "5", 200],
    ]);
    await ask("POST", "/agents/repos/o/old/tasks", { prompt: "x" });
    expect(simulator.requests[2]?.status).toBe(307);
    expect((await ask("GET", "/agents/repos/o/taken/tasks")).status).toBe(200);
    expect((await ask("GET", "/agents/repos/o/unknown/tasks")).status).toBe(404);
    expect(simulator.violations).toEqual([]);
  });

  it("describes the user, the repository and people's permissions", async () => {
    const { simulator, ask } = setUp(scenario);
    expect((await ask("GET", "/user")).json).toMatchObject({ login: "octocat", id: 1 });
    expect((await ask("GET", "/user", undefined, { authorization: "token ghs_x" })).status).toBe(403);
    expect((await ask("GET", "/repos/O/R")).json).toMatchObject({
      full_name: "o/r",
      private: true,
      default_branch: "trunk",
    });
    const permission = async (login: string) => {
      const { status, json } = await ask("GET", `/repos/o/r/collaborators/${login}/permission`);
      return [status, json.permission, json.role_name];
    };
    expect(await permission("Maintainer")).toEqual([200, "write", "maintain"]);
    expect(await permission("triager")).toEqual([200, "read", "triage"]);
    expect(await permission("nobody")).toEqual([200, "none", "none"]);
    expect(await permission("stranger")).toEqual([404, undefined, undefined]);
    expect(simulator.violations).toEqual([]);
  });

  it("lists pull requests by head, base and state", async () => {
    const { simulator, clock, ask } = setUp(scenario);
    const numbers = async (query: string) =>
      (await ask("GET", `/repos/o/r/pulls?${query}`)).json.map((pull: { number: number }) => pull.number);
    expect(await numbers("")).toEqual([5, 3]);
    expect(await numbers("head=o:feature&base=trunk")).toEqual([3]);
    expect(await numbers("state=closed")).toEqual([4]);
    clock.advance(60_000);
    expect(await numbers("state=closed&direction=asc")).toEqual([4, 5]);
    const pull = await ask("GET", "/repos/o/r/pulls/3");
    expect(pull.text).toContain('"id":9007199254740993123');
    expect((await ask("GET", "/repos/o/r/pulls/5")).json).toMatchObject({ merged: true, state: "closed" });
    const paged = await ask("GET", "/repos/o/r/pulls?state=all&per_page=1");
    expect(paged.headers.get("link")).toMatch(/page=2>; rel="next", .*page=3>; rel="last"$/);
    expect(simulator.violations).toEqual([]);
  });

  it("has branches", async () => {
    const { ask, simulator } = setUp(scenario);
    const { json, status } = await ask("GET", "/repos/o/r/branches/feature");
    expect([status, json.name]).toEqual([200, "feature"]);
    expect((await ask("GET", "/repos/o/r/branches/trunk")).status).toBe(200);
    const absent = await ask("GET", "/repos/o/r/branches/feature%2Fnope");
    expect([absent.status, absent.json.message]).toEqual([404, "Branch not found"]);
    expect((await ask("GET", "/repos/o/none/branches/feature")).json.message).toBe("Not Found");
    expect(simulator.violations).toEqual([]);
  });

  it("compares branches", async () => {
    const { simulator, ask } = setUp(scenario);
    const { json } = await ask("GET", "/repos/o/r/compare/trunk...old?per_page=1");
    expect(json).toMatchObject({ status: "ahead", ahead_by: 1, total_commits: 1 });
    expect((await ask("GET", "/repos/o/r/compare/trunk...o:trunk")).json.status).toBe("identical");
    expect((await ask("GET", "/repos/o/r/compare/trunk...nope")).status).toBe(404);
    expect((await ask("GET", "/repos/o/r/compare/nope...old")).status).toBe(404);
    expect(simulator.violations).toEqual([]);
  });

  it("keeps issues and comments", async () => {
    const { simulator, clock, ask } = setUp(scenario);
    expect((await ask("GET", "/repos/o/r/issues/1")).json).toMatchObject({
      title: "::error::<b>",
      labels: [{ name: "bug" }],
      comments: 2,
    });
    expect((await ask("GET", "/repos/o/r/issues/3")).json.pull_request.html_url).toMatch(/pull\/3$/);
    const path = "/repos/o/r/issues/1/comments";
    expect((await ask("GET", path)).json.map((one: { body: string }) => one.body)).toEqual(["a", "b"]);
    const made = await ask("POST", path, { body: "c" });
    expect(made.status).toBe(201);
    clock.advance(5_000);
    const edited = await ask("PATCH", `/repos/o/r/issues/comments/${made.json.id}`, { body: "d" });
    expect(edited.json).toMatchObject({ body: "d", updated_at: "2026-01-01T00:00:05Z" });
    expect((await ask("GET", `/repos/o/r/issues/comments/${made.json.id}`)).json.body).toBe("d");
    expect((await ask("GET", `${path}?since=2026-01-01T00:00:05Z`)).json).toHaveLength(1);
    expect((await ask("POST", "/repos/o/r/issues/2/comments", { body: "x" })).status).toBe(403);
    expect((await ask("POST", path, { body: "x".repeat(65_537) })).status).toBe(422);
    expect((await ask("POST", path, { body: " " })).status).toBe(422);
    expect((await ask("GET", "/repos/o/r/issues/99")).status).toBe(404);
    expect(simulator.comments("o/r", 1).map(({ user, body }) => `${user} ${body}`)).toEqual([
      "outsider a",
      "github-actions[bot] b",
      "octocat d",
    ]);
    expect(simulator.count("comment_write")).toBe(5);
    expect(simulator.violations).toEqual([]);
  });

  it("answers 403 for a permission the token lacks, 404 for a repository it cannot see", async () => {
    const { simulator, ask } = setUp(scenario);
    const status = async (token: string, path: string) =>
      (await ask("GET", `/repos/o/r${path}`, undefined, { authorization: `Bearer ${token}` })).status;
    for (const path of [
      "/pulls",
      "/pulls/3",
      "/compare/trunk...feature",
      "/issues/1",
      "/issues/1/comments",
    ]) {
      expect(await status("poor", path)).toBe(403);
      expect(await status("blind", path)).toBe(404);
    }
    expect(await status("poor", "")).toBe(200);
    expect(simulator.violations).toEqual([]);
  });
});

describe("GraphQL", () => {
  const query = async (
    { ask }: ReturnType<typeof setUp>,
    text: string,
    variables: object = {},
    token = "ghu_x",
  ) => (await ask("POST", "/graphql", { query: text, variables }, { authorization: `Bearer ${token}` })).json;

  it("gives nodes, and errors beside the data for those that are gone", async () => {
    const simulated = setUp(scenario);
    const { simulator, clock, ask } = simulated;
    const { json } = await ask("POST", tasks, { prompt: "x", create_pull_request: true });
    clock.advance(100_000);
    const { artifacts } = (await ask("GET", `${tasks}/${json.id}`)).json;
    const text = `query($ids: [ID!]!) { viewer { login } nodes(ids: $ids) { ...on PullRequest {
      id databaseId fullDatabaseId number url isDraft state merged changedFiles commits { totalCount }
      headRefName baseRefName headRefOid title repository { nameWithOwner } } } }`;
    const answer = await query(simulated, text, { ids: [artifacts[0].data.global_id, "PR_gone"] });
    expect(answer.data.viewer.login).toBe("octocat");
    expect(answer.data.nodes).toEqual([
      expect.objectContaining({
        databaseId: artifacts[0].data.id,
        number: 7,
        state: "OPEN",
        changedFiles: 3,
        commits: { totalCount: 2 },
        repository: { nameWithOwner: "o/r" },
      }),
      null,
    ]);
    expect(answer.errors).toMatchObject([{ type: "NOT_FOUND", path: ["nodes", 1] }]);
    expect((await query(simulated, text, { ids: Array(101).fill("x") })).errors[0].message).toMatch(
      /100 node ids/,
    );
    expect(
      (await query(simulated, text, { ids: [artifacts[0].data.global_id] }, "poor")).errors,
    ).toMatchObject([{ type: "FORBIDDEN", path: ["nodes", 0] }]);
    expect(simulator.violations).toEqual([]);
  });

  it("answers aliases, with null for what the token cannot see", async () => {
    const simulated = setUp(scenario);
    const text = `query { a: repository(owner: "o", name: "r") { ...P }
      b: repository(owner: "o", name: "gone") { ...P } }
      fragment P on Repository { pullRequests(headRefName: "feature", states: [OPEN], first: 2, orderBy: {field: CREATED_AT, direction: DESC}) {
        totalCount nodes { number fullDatabaseId databaseId isCrossRepository } } }`;
    const answer = await query(simulated, text);
    expect(answer.data).toEqual({
      a: {
        pullRequests: {
          totalCount: 2,
          nodes: [
            {
              number: 5,
              fullDatabaseId: expect.any(String),
              databaseId: expect.any(Number),
              isCrossRepository: true,
            },
            { number: 3, fullDatabaseId: "9007199254740993123", databaseId: null, isCrossRepository: false },
          ],
        },
      },
      b: null,
    });
    expect(answer.errors).toMatchObject([{ type: "NOT_FOUND", path: ["b"] }]);
    expect(simulated.simulator.violations).toEqual([]);
  });

  it("pages comments, and knows which are the viewer's own", async () => {
    const simulated = setUp(scenario);
    const text = `query($after: String) { repository(owner: "o", name: "r") { ref(qualifiedName: "refs/heads/feature") { name }
      issueOrPullRequest(number: 1) { __typename ...on Issue { comments(first: 1, after: $after) {
        pageInfo { hasNextPage endCursor } nodes { id body viewerDidAuthor author { login } createdAt lastEditedAt } } } } } }`;
    const first = (await query(simulated, text, {}, "ghs_x")).data.repository.issueOrPullRequest;
    expect(first).toMatchObject({
      __typename: "Issue",
      comments: {
        pageInfo: { hasNextPage: true },
        nodes: [{ body: "a", viewerDidAuthor: false, lastEditedAt: null }],
      },
    });
    const after = first.comments.pageInfo.endCursor;
    const second = (await query(simulated, text, { after }, "ghs_x")).data.repository.issueOrPullRequest;
    expect(second.comments).toMatchObject({
      pageInfo: { hasNextPage: false },
      nodes: [
        {
          body: "b",
          viewerDidAuthor: true,
          lastEditedAt: "2025-12-31T23:59:00Z",
          author: { login: "github-actions" },
        },
      ],
    });
    expect(simulated.simulator.violations).toEqual([]);
  });

  it("refuses what GitHub's schema does not have", async () => {
    const simulated = setUp(scenario);
    expect((await query(simulated, "{ viewer { nickname } }")).errors[0].message).toMatch(/nickname/);
    expect((await query(simulated, "{ viewer {")).errors).toHaveLength(1);
    expect(
      (await query(simulated, '{ repository(owner: "o", name: "r") { pullRequests { totalCount } } }'))
        .errors,
    ).toMatchObject([{ type: "MISSING_PAGINATION_BOUNDARIES" }]);
    expect(simulated.simulator.violations).toHaveLength(2);
  });
});
