import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { NamedClient } from "../../../src/github/fallback.ts";
import type { PullRequestRef } from "../../../src/github/pull-requests.ts";
import { loadContract } from "../../../tools/simulator/contract.ts";
import type { Fault, RepositoryInfo } from "../../../tools/simulator/scenario.ts";
import { createSimulator } from "../../../tools/simulator/simulator.ts";
import { createTestClient, findPullRequests } from "../../support/action-harness.ts";
import { lookupWith, NOW, virtualClock } from "../../support/clock.ts";
import { scenarioOf, type TestScenario, USER_TOKEN, WORKFLOW_TOKEN } from "../../support/fixtures.ts";

/** Compiled once. Queries are checked against GitHub's whole GraphQL schema. */
const contract = loadContract();

/** What one query asked for, and with which token. */
interface Asked {
  readonly token: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Send = typeof fetch;

/**
 * Both clients of a step, `github_token` first, and what they asked.
 *
 * @param around another network around the simulator.
 * @param graphqlValidation whether to check each query against GitHub's schema, which takes most of the time.
 */
function github(
  scenario: TestScenario,
  around: (send: Send) => Send = (send) => send,
  graphqlValidation = true,
) {
  const simulator = createSimulator({
    scenario: scenarioOf({ user: { pulls: "read" }, ...scenario }),
    clock: virtualClock(),
    contract,
    graphqlValidation,
  });
  const asked: Asked[] = [];
  const send = around(simulator.fetch);
  const recording: Send = (input, init) => {
    const { query, variables } = JSON.parse(String(init?.body));
    const token = String(new Headers(init?.headers).get("authorization")).replace(/^Bearer /i, "");
    asked.push({ token, query, variables });
    return send(input, init);
  };
  const client = (token: string, input: string): NamedClient => ({
    octokit: createTestClient(recording, token),
    input,
  });
  const first = client(WORKFLOW_TOKEN, "github_token");
  const second = client(USER_TOKEN, "token");
  /** The global ID of a pull request. */
  const idOf = (repository: string, number: number) =>
    simulator.pulls(repository).find((pull) => pull.number === number)?.nodeId ?? "";
  return { simulator, asked, clients: [first, second], first, second, idOf };
}

const sizeOf = ({ variables }: Asked) =>
  Array.isArray(variables.ids) ? variables.ids.length : Object.keys(variables).length / 3;

/** A repository with pull requests 1 to `count`, each from the branch `work-<number>`. */
function repositoryWith(count: number): RepositoryInfo {
  return {
    pulls: Array.from({ length: count }, (_, index) => ({
      number: index + 1,
      head_ref: `work-${index + 1}`,
      commits: index,
    })),
  };
}

/** How GitHub can report its secondary limit with status 200. */
const SECONDARY = {
  message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
  documentation_url: "https://docs.github.com/graphql",
};

const numbersTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const byId = (globalId: string): PullRequestRef => ({ by: "global_id", globalId });
const byHeadRef = (repo: string, headRef: string): PullRequestRef => ({
  by: "head_ref",
  owner: "octo",
  repo,
  headRef,
});
const pull = (number: number, repository = "octo/app") => ({
  kind: "found",
  value: expect.objectContaining({ number, repository }),
});
const unknown = (reason: string) => ({ kind: "unknown", reason });
const unseen = (reason: string) =>
  unknown(`${reason}. Looking it up needs the permission pull-requests: read`);

describe("many pull requests", () => {
  it("are no request where there are none", async () => {
    const { clients, asked } = github({});
    expect(await findPullRequests(lookupWith({ clients }), [])).toEqual([]);
    expect(asked).toEqual([]);
  });

  it("are found by their IDs, a hundred with one request", async () => {
    const { clients, asked, idOf, simulator } = github({ repository: repositoryWith(250) });
    const numbers = numbersTo(250).reverse();
    const places = numbers.map((number) => byId(idOf("octo/app", number)));
    expect(await findPullRequests(lookupWith({ clients }), places)).toEqual(
      numbers.map((number) => pull(number)),
    );
    expect(asked.map(sizeOf)).toEqual([100, 100, 50]);
    expect(asked.every(({ token }) => token === WORKFLOW_TOKEN)).toBe(true);
    expect(simulator.violations).toEqual([]);
  });

  it("are found by their head branches, fifty with one request", async () => {
    const { clients, asked, simulator } = github({ repository: repositoryWith(120) });
    const numbers = numbersTo(120).reverse();
    const places = numbers.map((number) => byHeadRef("app", `work-${number}`));
    expect(await findPullRequests(lookupWith({ clients }), places)).toEqual(
      numbers.map((number) => pull(number)),
    );
    expect(asked.map(sizeOf)).toEqual([50, 50, 20]);
    expect(simulator.violations).toEqual([]);
  });

  it("are found in the order they were asked for, however that is mixed", async () => {
    const { clients, asked, idOf } = github({
      repositories: { "octo/app": repositoryWith(3), "octo/other": repositoryWith(3) },
    });
    const places = [
      byHeadRef("other", "work-3"),
      byId(idOf("octo/app", 2)),
      byHeadRef("app", "nothing"),
      byHeadRef("app", "work-1"),
      byId(idOf("octo/other", 1)),
      byId(idOf("octo/app", 2)),
    ];
    expect(await findPullRequests(lookupWith({ clients }), places)).toEqual([
      pull(3, "octo/other"),
      pull(2),
      { kind: "none" },
      pull(1),
      pull(1, "octo/other"),
      pull(2),
    ]);
    expect(asked.map(sizeOf)).toEqual([3, 3]);
  });

  it("are asked for with variables: nothing from outside is in the query", async () => {
    const { first, asked, simulator } = github({ repository: repositoryWith(1) });
    const hostile = '"}) { nodes { id } } } viewer { login } #\n$owner0 ${x} \\';
    const places: PullRequestRef[] = [
      byHeadRef("app", hostile),
      { by: "head_ref", owner: hostile, repo: hostile, headRef: "work-1" },
      byHeadRef("app", "work-1"),
      byId(hostile),
    ];
    expect(await findPullRequests(lookupWith({ clients: [first] }), places)).toMatchObject([
      { kind: "none" },
      { kind: "unknown" },
      { kind: "found" },
      { kind: "unknown" },
    ]);
    expect(simulator.violations).toEqual([]);
    expect(asked.map(({ variables }) => variables)).toEqual([
      { ids: [hostile] },
      {
        owner0: "octo",
        repo0: "app",
        headRef0: hostile,
        owner1: hostile,
        repo1: hostile,
        headRef1: "work-1",
        owner2: "octo",
        repo2: "app",
        headRef2: "work-1",
      },
    ]);
    for (const { query } of asked) {
      expect(query).not.toMatch(/octo|app|work|viewer/);
    }
  });
});

describe("partial data", () => {
  const hidden = { workflow: { repositories: ["octo/app"] } };

  it("is used: only what the first token cannot see is asked for again, each with its own reason", async () => {
    const { clients, asked, idOf, simulator } = github({
      ...hidden,
      repositories: { "octo/app": repositoryWith(2), "octo/hidden": repositoryWith(1) },
    });
    const ids = [
      idOf("octo/app", 1),
      "PR_gone",
      idOf("octo/hidden", 1),
      idOf("octo/app", 2),
      "PR_gone_too",
    ] as const;
    const gone = (id: string) => `Could not resolve to a node with the global id of '${id}'.`;
    expect(await findPullRequests(lookupWith({ clients }), ids.map(byId))).toEqual([
      pull(1),
      unseen(`github_token: ${gone("PR_gone")}; token: ${gone("PR_gone")}`),
      pull(1, "octo/hidden"),
      pull(2),
      unseen(`github_token: ${gone("PR_gone_too")}; token: ${gone("PR_gone_too")}`),
    ]);
    expect(asked.map(({ token, variables }) => [token, variables.ids])).toEqual([
      [WORKFLOW_TOKEN, ids],
      [USER_TOKEN, ["PR_gone", ids[2], "PR_gone_too"]],
    ]);
    expect(simulator.violations).toEqual([]);
  });

  it("is used for branches too", async () => {
    const { clients, asked, simulator } = github({
      ...hidden,
      repositories: { "octo/app": repositoryWith(1), "octo/hidden": repositoryWith(1) },
    });
    const places = [
      byHeadRef("hidden", "work-1"),
      byHeadRef("app", "work-1"),
      byHeadRef("gone", "work-1"),
      byHeadRef("app", "nothing"),
    ];
    const gone = "Could not resolve to a Repository with the name 'octo/gone'.";
    expect(await findPullRequests(lookupWith({ clients }), places)).toEqual([
      pull(1, "octo/hidden"),
      pull(1),
      unseen(`github_token: ${gone}; token: ${gone}`),
      { kind: "none" },
    ]);
    expect(asked.map(({ token, variables }) => [token, variables.repo0, variables.repo1])).toEqual([
      [WORKFLOW_TOKEN, "hidden", "app"],
      [USER_TOKEN, "hidden", "gone"],
    ]);
    expect(asked.map(sizeOf)).toEqual([4, 2]);
    expect(simulator.violations).toEqual([]);
  });

  const NODE = { number: 1, url: "https://github.com/octo/app/pull/1" };
  /** What a client makes of this answer to its first query, asked for the IDs `PR_0` and so on. */
  async function readFrom(count: number, body: unknown) {
    const { first } = github({}, () => async () => Response.json(body));
    const places = Array.from({ length: count }, (_, index) => byId(`PR_${index}`));
    return findPullRequests(lookupWith({ clients: [first] }), places);
  }

  it("tells why by the path of each error, also where that leads deeper", async () => {
    const errors = [
      { type: "FORBIDDEN", path: ["nodes", 2], message: "Resource not accessible by integration" },
      { type: "NOT_FOUND", path: ["nodes", 1], message: "gone" },
      { type: "RESOURCE_LIMITS_EXCEEDED", path: ["nodes", 3, "commits"], message: "too much" },
      { path: ["nodes", 1, "repository"], message: "and more" },
      { path: ["viewer"], message: "of no concern" },
    ];
    const data = { nodes: [NODE, null, null, null, null] };
    expect(await readFrom(5, { data, errors })).toEqual([
      pull(1, ""),
      unseen("github_token: gone; and more"),
      unseen("github_token: Resource not accessible by integration"),
      unseen("github_token: too much"),
      unseen("github_token: not found"),
    ]);
  });

  it("has errors that are about all of it", async () => {
    const all = (reason: string) => [unseen(`github_token: ${reason}`), unseen(`github_token: ${reason}`)];
    for (const path of [["nodes"], [], undefined, "nodes"]) {
      expect(await readFrom(2, { data: null, errors: [{ path, message: "No" }] })).toEqual(all("No"));
    }
    expect(await readFrom(2, { data: { nodes: NODE } })).toEqual(all("not found"));
  });

  it("proves nothing where a list has an entry that cannot be read", async () => {
    const body = { data: { r0: { pullRequests: { nodes: [null] } } } };
    const { first } = github({}, () => async () => Response.json(body));
    expect(await findPullRequests(lookupWith({ clients: [first] }), [byHeadRef("app", "work-1")])).toEqual([
      unseen("github_token: not found"),
    ]);
  });
});

describe("a query that fails as a whole", () => {
  const failing = (failure: Fault, nth: number[]) => ({
    repository: repositoryWith(250),
    faults: [{ on: { kind: "graphql" as const, nth }, do: failure }],
  });
  const idsOf = ({ idOf }: ReturnType<typeof github>) =>
    numbersTo(250).map((number) => byId(idOf("octo/app", number)));

  it("leaves only its own pull requests to the next token", async () => {
    const hub = github(failing({ type: "forbidden", message: "No" }, [2]));
    expect(await findPullRequests(lookupWith({ clients: hub.clients }), idsOf(hub))).toEqual(
      numbersTo(250).map((number) => pull(number)),
    );
    expect(hub.asked.map((asked) => [asked.token, sizeOf(asked)])).toEqual([
      [WORKFLOW_TOKEN, 100],
      [WORKFLOW_TOKEN, 100],
      [WORKFLOW_TOKEN, 50],
      [USER_TOKEN, 100],
    ]);
  });

  it("is the reason for all that it asked for, and for nothing else", async () => {
    const hub = github(failing({ type: "forbidden", message: "No" }, [2]));
    const lookups = await findPullRequests(lookupWith({ clients: [hub.first] }), idsOf(hub));
    const because = unseen("github_token: HTTP 403: No");
    expect(lookups).toEqual(
      numbersTo(250).map((number) => (number > 100 && number <= 200 ? because : pull(number))),
    );
  });

  it.each<[string, Fault, string]>([
    [
      "429",
      { type: "rate_limited_429", retry_after: 5 },
      "GitHub's rate limit is reached (HTTP 429: Too many requests)",
    ],
    ["503", { type: "unavailable", retry_after: 5 }, "HTTP 503"],
    ...["RATE_LIMIT", "RATE_LIMITED"].map((type): [string, Fault, string] => [
      `200 with ${type}`,
      { type: "wrong_json", body: { errors: [{ type, message: "API rate limit exceeded" }] } },
      "GitHub's rate limit is reached (API rate limit exceeded)",
    ]),
    [
      "200 with a message alone",
      { type: "wrong_json", body: SECONDARY },
      `GitHub's rate limit is reached (${SECONDARY.message})`,
    ],
    [
      "200 with an error without a type",
      { type: "wrong_json", body: { data: null, errors: [{ message: SECONDARY.message }] } },
      `GitHub's rate limit is reached (${SECONDARY.message})`,
    ],
  ])("by a limit, %s, is the last with that token", async (_what, failure, reason) => {
    const hub = github(failing(failure, [2]));
    const places = [byHeadRef("app", "work-1"), ...idsOf(hub)];
    const lookups = await findPullRequests(lookupWith({ clients: [hub.first] }), places);
    const limited = { ...unknown(`github_token: ${reason}`), limited: true };
    expect(lookups).toEqual([
      limited,
      ...numbersTo(250).map((number) => (number <= 100 ? pull(number) : limited)),
    ]);
    expect(hub.asked.map(sizeOf)).toEqual([100, 100]);
  });

  it("by a limit is tried again when GitHub allows, not before", async () => {
    const clock = virtualClock();
    const body = { data: null, errors: [{ message: SECONDARY.message }] };
    const limited = { type: "status", status: 200, body, headers: { "retry-after": "20" } } as const;
    const hub = github(failing(limited, [1]));
    const context = lookupWith({ clock, retryBudgetMs: 60_000, clients: [hub.first] });
    expect(await findPullRequests(context, idsOf(hub))).toEqual(numbersTo(250).map((number) => pull(number)));
    expect(clock.sleeps).toEqual([20_000]);
    const early = lookupWith({
      clock,
      retryBudgetMs: 10_000,
      clients: [github(failing(limited, [1])).first],
    });
    expect(await findPullRequests(early, [byHeadRef("app", "work-1")])).toMatchObject([{ limited: true }]);
    expect(clock.sleeps).toEqual([20_000]);
  });

  it("by a limit leaves all the others to the next token", async () => {
    const hub = github(failing({ type: "rate_limited_429", retry_after: 5 }, [1]));
    expect(await findPullRequests(lookupWith({ clients: hub.clients }), idsOf(hub))).toEqual(
      numbersTo(250).map((number) => pull(number)),
    );
    expect(hub.asked.map(({ token }) => token)).toEqual([WORKFLOW_TOKEN, USER_TOKEN, USER_TOKEN, USER_TOKEN]);
  });

  /** Answers 502 to queries for more than so many IDs, as where they take too long. */
  const overloadedBy =
    (most: number) =>
    (send: Send): Send =>
    async (input, init) =>
      JSON.parse(String(init?.body)).variables.ids.length > most
        ? new Response("", { status: 502 })
        : send(input, init);

  it("by a server error is tried again; the time for that is spent once", async () => {
    const clock = virtualClock();
    const hub = github({ repository: repositoryWith(250) }, overloadedBy(60));
    const context = lookupWith({ clock, retryBudgetMs: 10_000, clients: [hub.first] });
    expect(await findPullRequests(context, idsOf(hub))).toEqual(
      numbersTo(250).map((number) => (number <= 200 ? unknown("github_token: HTTP 502") : pull(number))),
    );
    expect(hub.asked.map(sizeOf)).toEqual([100, 100, 100, 100, 100, 100, 100, 50]);
    expect(clock.now() - NOW).toBeLessThanOrEqual(10_000);
  });

  it("is sent no more once the step is stopped", async () => {
    const hub = github({ repository: repositoryWith(250) });
    const stopped = lookupWith({ signal: AbortSignal.abort() });
    expect(await findPullRequests({ ...stopped, clients: [hub.first] }, idsOf(hub))).toEqual(
      numbersTo(250).map(() => unknown("github_token: the step was cancelled")),
    );
    expect(hub.simulator.requests).toEqual([]);
  });
});

describe("a batch of any places", () => {
  const REPOSITORIES = ["octo/one", "octo/two", "octo/three"];
  const PULLS = 4;
  const place = fc.record({
    by: fc.constantFrom("global_id", "head_ref"),
    repository: fc.constantFrom(...REPOSITORIES, "octo/gone"),
    number: fc.integer({ min: 1, max: PULLS + 1 }),
  });
  const token = fc.record({
    repositories: fc.subarray(REPOSITORIES),
    pulls: fc.constantFrom("read" as const, "read" as const, "none" as const),
  });
  const size = fc.constantFrom(0, 1, 5, 49, 50, 51, 99, 100, 101, 210);
  const places = size.chain((length) => fc.array(place, { minLength: length, maxLength: length }));

  it("gives what asking for each alone gives, with as few requests as can be", async () => {
    const scenario = (workflow: object, user: object): TestScenario => ({
      workflow,
      user,
      repositories: Object.fromEntries(REPOSITORIES.map((name) => [name, repositoryWith(PULLS)])),
    });
    const check = fc.asyncProperty(places, token, token, async (wanted, workflow, user) => {
      const together = github(scenario(workflow, user));
      const asked = wanted.map(({ by, repository, number }): PullRequestRef => {
        const id = REPOSITORIES.includes(repository) ? together.idOf(repository, number) : "";
        return by === "global_id"
          ? byId(id || `PR_${repository}_${number}`)
          : byHeadRef(repository.replace("octo/", ""), `work-${number}`);
      });
      const lookups = await findPullRequests(lookupWith({ clients: together.clients }), asked);

      const alone = github(scenario(workflow, user), undefined, false);
      const answers = new Map<string, { readonly lookup: unknown; readonly tokens: readonly string[] }>();
      for (const one of asked) {
        const key = JSON.stringify(one);
        if (!answers.has(key)) {
          const before = alone.asked.length;
          const [lookup] = await findPullRequests(lookupWith({ clients: alone.clients }), [one]);
          answers.set(key, { lookup, tokens: alone.asked.slice(before).map(({ token }) => token) });
        }
      }
      const expected = asked.map((one) => ({ by: one.by, ...answers.get(JSON.stringify(one)) }));
      expect(lookups).toEqual(expected.map(({ lookup }) => lookup));

      for (const name of [WORKFLOW_TOKEN, USER_TOKEN]) {
        const count = (by: string) =>
          expected.filter((one) => one.by === by && one.tokens?.includes(name)).length;
        const queries = together.asked.filter(({ token }) => token === name);
        expect(queries).toHaveLength(Math.ceil(count("global_id") / 100) + Math.ceil(count("head_ref") / 50));
      }
      expect(together.simulator.violations).toEqual([]);
    });
    await fc.assert(check, { numRuns: 30 });
  });
});
