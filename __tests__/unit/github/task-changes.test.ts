import { describe, expect, it } from "@jest/globals";
import type { Artifact, Task } from "../../../src/github/agent-tasks/task.ts";
import {
  findAllChanges,
  findAllPullRequestsOf,
  type TaskInRepository,
} from "../../../src/github/task-changes.ts";
import { createTestClient, simulatorFor } from "../../support/action-harness.ts";
import { sessionOf, taskOf } from "../../support/builders.ts";
import { lookupWith, NOW, virtualClock } from "../../support/clock.ts";
import { scenarioOf, type TestScenario, USER_TOKEN, WORKFLOW_TOKEN } from "../../support/fixtures.ts";

const APP = { owner: "octo", repo: "app" };

/** A step with both clients, and what was sent. */
function stepOn(scenario: TestScenario) {
  const clock = virtualClock();
  const simulator = simulatorFor(scenarioOf(scenario), clock);
  const client = (token: string, input: string) => ({
    octokit: createTestClient(simulator.fetch, token),
    input,
  });
  const clients = [client(WORKFLOW_TOKEN, "github_token"), client(USER_TOKEN, "token")];
  const contextFor = (retryBudgetMs: number) => lookupWith({ clock, clients, retryBudgetMs });
  const idOf = (number: number) =>
    simulator.pulls("octo/app").find((pull) => pull.number === number)?.nodeId ?? "";
  return { contextFor, clock, simulator, idOf };
}

const pullBy = (globalId: string): Artifact => ({ type: "pull", id: "1", globalId });
const branch = (headRef: string): Artifact => ({ type: "branch", headRef, baseRef: "main" });
const wanted = (artifacts: readonly Artifact[], changes: Partial<Task> = {}): TaskInRepository => ({
  repository: APP,
  task: taskOf({ state: "completed", artifacts, ...changes }),
});
const onBranch = (headRef: string) => ({ sessions: [sessionOf({ headRef, baseRef: "main" })] });

const pulls = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    head_ref: `work-${index + 1}`,
    commits: index,
    changed_files: 2 * index,
  }));
const changesBy = (number: number) => ({
  kind: "found",
  value: {
    pullRequest: expect.objectContaining({ number }),
    commits: number - 1,
    changedFiles: 2 * (number - 1),
    headSha: expect.stringMatching(/^[\da-f]{40}$/),
  },
});
const NOTHING = { kind: "found", value: { pullRequest: null, commits: 0, changedFiles: 0, headSha: "" } };

describe("what many tasks have changed", () => {
  it("is two requests for a hundred pull requests, one of them without a global ID", async () => {
    const { contextFor, simulator, idOf } = stepOn({ repository: { pulls: pulls(100) } });
    const numbers = pulls(100).map(({ number }) => number);
    const tasks = numbers.map((number) =>
      wanted([pullBy(number === 50 ? "" : idOf(number)), branch(`work-${number}`)]),
    );
    expect(await findAllChanges(contextFor(0), tasks)).toEqual(numbers.map(changesBy));
    expect(simulator.requests.map(({ kind }) => kind)).toEqual(["graphql", "graphql"]);
  });

  it("is for each task what it is for that task alone", async () => {
    const scenario: TestScenario = {
      repository: { pulls: pulls(4), branches: { "only-branch": { commits: 2, changed_files: 4 } } },
      user: { contents: "read" },
    };
    const { contextFor, simulator, idOf } = stepOn(scenario);
    const tasks: readonly TaskInRepository[] = [
      wanted([branch("only-branch")]),
      wanted([pullBy(idOf(1))]),
      wanted([pullBy(""), branch("work-2")]),
      wanted([pullBy("PR_gone")], onBranch("work-3")),
      wanted([]),
      wanted([], { state: "in_progress" }),
      wanted([], onBranch("never-pushed")),
      wanted([branch("deleted")]),
      wanted([pullBy("")]),
      wanted([pullBy("PR_gone")]),
      { ...wanted([branch("work-4")]), repository: null },
      { ...wanted([pullBy(idOf(4))]), repository: null },
    ];
    const changes = await findAllChanges(contextFor(0), tasks);
    expect(changes).toEqual([
      {
        kind: "found",
        value: {
          pullRequest: null,
          commits: 2,
          changedFiles: 4,
          headSha: expect.stringMatching(/^[\da-f]{40}$/),
        },
      },
      changesBy(1),
      changesBy(2),
      changesBy(3),
      NOTHING,
      { kind: "none" },
      NOTHING,
      NOTHING,
      {
        kind: "unknown",
        reason: "the task has a pull request, but it was not found by its ID or its branch",
      },
      { kind: "unknown", reason: expect.stringContaining("Could not resolve to a node") },
      { kind: "unknown", reason: "the branch can only be compared if the input repository is set" },
      changesBy(4),
    ]);
    // By ID with each token; all branches at once; then one branch after the other, and whether it exists where it cannot be compared.
    expect(simulator.requests.map(({ kind }) => kind)).toEqual([
      ...["graphql", "graphql", "graphql"],
      ...["compare", "compare", "branch", "compare", "branch"],
    ]);
    for (const [index, { repository, task }] of tasks.entries()) {
      expect(await findAllChanges(contextFor(0), [{ repository, task }])).toEqual([changes[index]]);
    }
  });

  it.each<[string, Parameters<typeof stepOn>[0], object]>([
    ["nothing if the branch does not exist", {}, NOTHING],
    ["nothing if the other token may see nothing", { user: { contents: "none" } }, NOTHING],
    [
      "nothing if only the second token sees the repository",
      { workflow: { repositories: [] }, user: { pulls: "read", contents: "read" } },
      NOTHING,
    ],
    [
      "unknown if no token may read contents",
      { workflow: { contents: "none" } },
      {
        kind: "unknown",
        reason: expect.stringMatching(
          /^github_token: HTTP 403: .*Looking it up needs the permission contents: read$/,
        ),
      },
    ],
    [
      "unknown if the branch answers with another 404",
      { faults: [{ on: { kind: "branch" }, do: { type: "not_found" } }] },
      { kind: "unknown", reason: expect.stringContaining("HTTP 404: Not Found") },
    ],
    [
      "unknown if the branch exists, and its base does not",
      { repository: { branches: { gone: { commits: 1, changed_files: 1 } } } },
      { kind: "unknown", reason: expect.stringContaining("GitHub cannot compare gone with main") },
    ],
    [
      "that of a closed pull request from that branch",
      {
        repository: {
          pulls: [{ number: 1, head_ref: "gone", state: "closed", commits: 0, changed_files: 0 }],
        },
      },
      changesBy(1),
    ],
  ])("is %s", async (_what, scenario, expected) => {
    const compare = { on: { kind: "compare" }, do: { type: "not_found" } } as const;
    const { contextFor } = stepOn({ ...scenario, faults: [...(scenario.faults ?? []), compare] });
    for (const task of [wanted([branch("gone")]), wanted([], onBranch("gone"))]) {
      expect(await findAllChanges(contextFor(0), [task])).toEqual([expected]);
    }
  });

  it("is not known yet of a task that goes on and has not pushed its branch", async () => {
    const { contextFor } = stepOn({});
    const task = wanted([], { state: "in_progress", ...onBranch("gone") });
    expect(await findAllChanges(contextFor(0), [task])).toEqual([{ kind: "none" }]);
  });

  it("is not looked for by branch where the IDs met a rate limit", async () => {
    const { contextFor, simulator } = stepOn({
      repository: { pulls: pulls(2) },
      faults: [{ on: { kind: "graphql" }, do: { type: "rate_limited_429", retry_after: 5 } }],
    });
    const tasks = [1, 2].map((number) => wanted([pullBy(`PR_${number}`), branch(`work-${number}`)]));
    expect(await findAllPullRequestsOf(contextFor(0), tasks)).toEqual(
      tasks.map(() => ({
        kind: "unknown",
        reason: expect.stringContaining("HTTP 429: "),
        limited: true,
      })),
    );
    expect(simulator.count("graphql")).toBe(2);
  });

  it("is compared for all in the time that is given for one, where comparing does not work", async () => {
    const { contextFor, clock, simulator } = stepOn({
      faults: [{ on: { kind: "compare" }, do: { type: "error_500_before" } }],
    });
    const tasks = Array.from({ length: 20 }, (_, index) => wanted([branch(`branch-${index}`)]));
    expect(await findAllChanges(contextFor(10_000), tasks)).toEqual(
      tasks.map(() => ({ kind: "unknown", reason: expect.stringContaining("HTTP 500") })),
    );
    // Four tries with the first token take 7 s and three with the second one 3 s. One try each is left for the others.
    expect(clock.now() - NOW).toBe(10_000);
    expect(simulator.count("compare")).toBe(4 + 3 + 19 * 2);
  });

  it("takes from the time of later comparisons what retries took", async () => {
    const { contextFor, clock, simulator } = stepOn({
      repository: {
        branches: { one: { commits: 1, changed_files: 1 }, two: { commits: 2, changed_files: 2 } },
      },
      faults: [{ on: { kind: "compare", nth: [1, 2, 4, 5] }, do: { type: "error_500_before" } }],
    });
    const tasks = [wanted([branch("one")]), wanted([branch("two")])];
    expect(await findAllChanges(contextFor(5_000), tasks)).toMatchObject([
      { kind: "found", value: { commits: 1 } },
      { kind: "unknown", reason: expect.stringContaining("HTTP 500") },
    ]);
    expect(clock.now() - NOW).toBeLessThanOrEqual(5_000);
    expect(simulator.count("compare")).toBe(6);
  });

  it("sends no request for a branch after its time", async () => {
    const { contextFor, clock, simulator } = stepOn({});
    const context = contextFor(5_000);
    clock.advance(5_001);
    expect(await findAllChanges(context, [wanted([branch("one")])])).toEqual([
      { kind: "unknown", reason: expect.stringContaining("no time was left") },
    ]);
    expect(simulator.requests).toEqual([]);
  });
});
