import { describe, expect, it } from "@jest/globals";
import type { AgentTasksApi, ListQuery, TaskPage } from "../../../src/github/agent-tasks/api.ts";
import type { Task } from "../../../src/github/agent-tasks/task.ts";
import type { Answer } from "../../../src/github/http/result.ts";
import type { Recognition } from "../../../src/prompt/trace.ts";
import { lookUp, type Search } from "../../../src/start/search.ts";
import {
  answered,
  failed,
  MINUTE,
  NOW,
  refused,
  taskOf,
  unstopped,
  virtualClock,
  waitContext,
} from "../../support/action-harness.ts";

const SEARCH: Search = {
  repository: { owner: "octo", repo: "app" },
  creatorId: "1001",
  since: NOW,
  recognise: ({ name }) => name as Recognition,
  firstOnly: false,
  missing: "unreadable" as const,
  atMost: 100,
};

/** A listed task, which `get` shows with the same name; its name tells what it is recognised as. */
const entry = (id: string, recognition: Recognition | "", changes: Partial<Task> = {}): Task =>
  taskOf({ id, name: recognition, sessions: null, ...changes });

/** Looks once through these pages, newest first. */
async function lookThrough(
  pages: readonly (readonly Task[])[],
  changes: Partial<Search> = {},
  others = new Map<string, Task>(),
  get: (id: string) => Answer<Task> = (id) =>
    answered(pages.flat().find((task) => task.id === id) ?? taskOf()),
) {
  const got: string[] = [];
  const queries: ListQuery[] = [];
  const page = (n: number): Answer<TaskPage> =>
    answered({ tasks: pages[n] ?? [] }, { nextPage: n + 1 < pages.length ? String(n + 1) : null });
  const api: AgentTasksApi = {
    start: async () => failed(refused(500)),
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
  const finding = await lookUp(
    api,
    { ...SEARCH, ...changes },
    others,
    waitContext(virtualClock(), unstopped),
    () => {},
  );
  return { finding, got, queries, others };
}

const idsOf = (tasks: readonly Task[]) => tasks.map(({ id }) => id);

describe("a look for tasks", () => {
  it("sorts the tasks of the token's user, over all pages", async () => {
    const { finding, queries } = await lookThrough([
      [entry("a", "ours"), entry("b", "other")],
      [entry("c", "unreadable"), entry("d", "ours")],
    ]);
    expect(finding).toMatchObject({ kind: "listed", complete: true });
    expect(
      finding.kind === "listed" && [finding.ours, finding.unreadable, finding.others].map(idsOf),
    ).toEqual([["a", "d"], ["c"], ["b"]]);
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
        entry("old", "ours", { createdAt: NOW - 1 }),
        entry("foreign", "ours", { creatorId: "7" }),
        entry("unnamed", "ours", { creatorId: "" }),
        entry("mine", "ours"),
      ],
    ]);
    expect(got).toEqual(["unnamed", "mine"]);
  });

  it("reads a task once, though it is listed on two pages or was read before", async () => {
    const others = new Map<string, Task>();
    const pages = [[entry("a", "other"), entry("b", "unreadable")], [entry("a", "other")]];
    const first = await lookThrough(pages, {}, others);
    const second = await lookThrough(pages, {}, others);
    expect([first.got, second.got]).toEqual([["a", "b"], ["b"]]);
    expect(second.finding.kind === "listed" && idsOf(second.finding.others)).toEqual(["a"]);
  });

  it("takes a task that cannot be read for what the list says of it", async () => {
    const { finding } = await lookThrough([[entry("a", "unreadable")]], {}, new Map(), () =>
      failed(refused(404)),
    );
    expect(finding.kind === "listed" && idsOf(finding.unreadable)).toEqual(["a"]);
  });

  it("stops at the first of ours where that is enough, and where it has read enough", async () => {
    const pages = [[entry("a", "other"), entry("b", "ours"), entry("c", "ours")]];
    const first = await lookThrough(pages, { firstOnly: true });
    expect([first.got, first.finding]).toMatchObject([["a", "b"], { complete: true, ours: [{ id: "b" }] }]);
    const cut = await lookThrough(pages, { atMost: 1 });
    expect([cut.got, cut.finding]).toMatchObject([["a"], { complete: false, ours: [] }]);
  });

  it("is a fault where a page cannot be had", async () => {
    const api = {
      list: async () => answered({ tasks: [] }, { nextPage: "1" }),
      nextPage: async () => failed(refused(403)),
    } as unknown as AgentTasksApi;
    const clock = virtualClock();
    expect(await lookUp(api, SEARCH, new Map(), waitContext(clock), () => {})).toEqual({
      kind: "fault",
      fault: refused(403),
    });
    expect(clock.now()).toBeLessThan(NOW + MINUTE);
  });
});
