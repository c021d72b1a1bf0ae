import { describe, expect, it } from "@jest/globals";
import type { AgentTasksApi, ListQuery } from "../../../src/github/agent-tasks/api.ts";
import type { TaskPage } from "../../../src/github/agent-tasks/decode-task.ts";
import type { Task } from "../../../src/github/agent-tasks/task.ts";
import type { RequestResult } from "../../../src/github/http/result.ts";
import { RETRY_BUDGET_MS } from "../../../src/github/http/retry.ts";
import type { Match } from "../../../src/prompt/trace.ts";
import { type SearchQuery, searchTasks } from "../../../src/start/search.ts";
import { answered, failed, rejected, taskOf } from "../../support/builders.ts";
import { lookupWith, MINUTE, NOW, virtualClock } from "../../support/clock.ts";

const SEARCH: SearchQuery = {
  repository: { owner: "octo", repo: "app" },
  creatorId: "1001",
  since: NOW,
  match: ({ name }) => name as Match,
  isProof: false,
  isEnough: () => false,
  missing: "unreadable" as const,
  maxCandidates: 100,
};

/** A listed task, which `get` shows with the same name; its name tells what it is recognised as. */
const entry = (id: string, match: Match | "", changes: Partial<Task> = {}): Task =>
  taskOf({ id, name: match, sessions: null, ...changes });

/** Looks once through these pages, newest first. */
async function lookThrough(
  pages: readonly (readonly Task[])[],
  changes: Partial<SearchQuery> = {},
  others = new Map<string, Task>(),
  get: (id: string) => RequestResult<Task> = (id) =>
    answered(pages.flat().find((task) => task.id === id) ?? taskOf()),
) {
  const got: string[] = [];
  const queries: ListQuery[] = [];
  const page = (n: number): RequestResult<TaskPage> =>
    answered(
      { tasks: pages[n] ?? [], unreadable: 0 },
      { nextPage: n + 1 < pages.length ? String(n + 1) : null },
    );
  const api: AgentTasksApi = {
    start: async () => failed(rejected(500)),
    get: async (_repository, id) => {
      got.push(id);
      return get(id);
    },
    list: async (_repository, query) => {
      queries.push(query);
      return page(0);
    },
    nextPage: async (url) => page(Number(url)),
  };
  const result = await searchTasks(
    api,
    { ...SEARCH, ...changes },
    others,
    lookupWith({ retryBudgetMs: RETRY_BUDGET_MS }),
  );
  return { result, got, queries, others };
}

const idsOf = (tasks: readonly Task[]) => tasks.map(({ id }) => id);

describe("a look for tasks", () => {
  it("sorts the tasks of the token's user, over all pages", async () => {
    const { result, queries } = await lookThrough([
      [entry("a", "match"), entry("b", "no_match")],
      [entry("c", "unreadable"), entry("d", "match")],
    ]);
    expect(result).toMatchObject({ kind: "listed", complete: true });
    expect(result.kind === "listed" && [result.matches, result.unreadable, result.others].map(idsOf)).toEqual(
      [["a", "d"], ["c"], ["b"]],
    );
    expect(queries).toEqual([
      {
        per_page: 100,
        sort: "created_at",
        direction: "desc",
        since: "2026-11-23T08:00:00.000Z",
        creator_id: ["1001"],
      },
    ]);
  });

  it("reads none of an older task or of somebody else's, but one whose creator is not told", async () => {
    const { got } = await lookThrough([
      [
        entry("old", "match", { createdAt: NOW - 1 }),
        entry("foreign", "match", { creatorId: "7" }),
        entry("unnamed", "match", { creatorId: "" }),
        entry("mine", "match"),
      ],
    ]);
    expect(got).toEqual(["unnamed", "mine"]);
  });

  it("reads a task once, though it is listed on two pages or was read before", async () => {
    const others = new Map<string, Task>();
    const pages = [[entry("a", "no_match"), entry("b", "unreadable")], [entry("a", "no_match")]];
    const first = await lookThrough(pages, {}, others);
    const second = await lookThrough(pages, {}, others);
    expect([first.got, second.got]).toEqual([["a", "b"], ["b"]]);
    expect(second.result.kind === "listed" && idsOf(second.result.others)).toEqual(["a"]);
  });

  it("takes a task that cannot be read for what the list says of it", async () => {
    const { result } = await lookThrough([[entry("a", "unreadable")]], {}, new Map(), () =>
      failed(rejected(404)),
    );
    expect(result.kind === "listed" && idsOf(result.unreadable)).toEqual(["a"]);
  });

  it("stops at the first of ours where that is enough, and where it has read enough", async () => {
    const pages = [[entry("a", "no_match"), entry("b", "match"), entry("c", "match")]];
    const first = await lookThrough(pages, { isEnough: (matches) => matches.length > 0 });
    expect([first.got, first.result]).toMatchObject([["a", "b"], { complete: true, matches: [{ id: "b" }] }]);
    const next = await lookThrough(pages, { isEnough: (_, task) => task?.id === "c" });
    expect([next.got, next.result]).toMatchObject([["a", "b"], { complete: true, matches: [{ id: "b" }] }]);
    const cut = await lookThrough(pages, { maxCandidates: 1 });
    expect([cut.got, cut.result]).toMatchObject([["a"], { complete: false, matches: [] }]);
  });

  it("reads ten pages at most, and is then not complete", async () => {
    const pages = Array.from({ length: 12 }, (_, n) => [entry(`task-${n}`, n === 11 ? "match" : "no_match")]);
    const { result, got } = await lookThrough(pages);
    expect([got.length, result]).toMatchObject([10, { kind: "listed", complete: false, matches: [] }]);
    const whole = await lookThrough(pages.slice(0, 10));
    expect(whole.result).toMatchObject({ complete: true });
  });

  it.each(["match", "unreadable", "promptless"] as const)(
    "keeps a task that is %s if a later page cannot be had",
    async (match) => {
      const task = entry("a", match);
      const api = {
        list: async () => answered({ tasks: [task], unreadable: 0 }, { nextPage: "1" }),
        nextPage: async () => failed(rejected(403)),
        get: async () => answered(task),
      } as unknown as AgentTasksApi;
      const search = (isProof: boolean) =>
        searchTasks(api, { ...SEARCH, isProof }, new Map(), lookupWith({ clock: virtualClock() }));
      expect(await search(false)).toMatchObject({ kind: "failed", seen: [task] });
      expect(await search(true)).toMatchObject(
        match === "match"
          ? { kind: "listed", matches: [task], complete: false }
          : { kind: "failed", seen: [task] },
      );
    },
  );

  it("is a failure where a page cannot be had", async () => {
    const api = {
      list: async () => answered({ tasks: [] }, { nextPage: "1" }),
      nextPage: async () => failed(rejected(403)),
    } as unknown as AgentTasksApi;
    const clock = virtualClock();
    expect(
      await searchTasks(api, SEARCH, new Map(), lookupWith({ clock, retryBudgetMs: RETRY_BUDGET_MS })),
    ).toEqual({
      kind: "failed",
      failure: rejected(403),
      seen: [],
    });
    expect(clock.now()).toBeLessThan(NOW + MINUTE);
  });
});
