import { describe, expect, it } from "@jest/globals";
import type { TaskPage } from "../../../../src/github/agent-tasks/decode-task.ts";
import { iterateTasks, type ListedTask } from "../../../../src/github/agent-tasks/pages.ts";
import type { RequestResult } from "../../../../src/github/http/result.ts";
import { answered, failed, INDETERMINATE, taskOf } from "../../../support/builders.ts";

const QUERY = { per_page: 100, sort: "updated_at", direction: "desc" } as const;

const page = (
  ids: readonly string[],
  nextPage: string | null = null,
  unreadable = 0,
): RequestResult<TaskPage> => answered({ tasks: ids.map((id) => taskOf({ id })), unreadable }, { nextPage });

/** Reads a list to its end. `next` has the further pages by URL. */
async function read(
  first: RequestResult<TaskPage>,
  next: (url: string) => RequestResult<TaskPage> | undefined = () => undefined,
  options: { readonly maxPages?: number; readonly endsWithoutNewTasks?: boolean } = {},
) {
  const requested: string[] = [];
  const api = {
    list: async () => first,
    nextPage: async (url: string) => {
      requested.push(url);
      return next(url) ?? failed(INDETERMINATE);
    },
  };
  const listed: ListedTask[] = [];
  let cutOff = 0;
  const pages = { maxPages: 10, ...options, onCutOff: () => cutOff++ };
  for await (const entry of iterateTasks(api, { owner: "octo", repo: "app" }, QUERY, pages)) {
    listed.push(entry);
  }
  return { requested, cutOff, ids: listed.map((entry) => toName(entry)) };
}

function toName(entry: ListedTask): string {
  switch (entry.kind) {
    case "task":
      return entry.task.id;
    case "unreadable":
      return "?";
    case "failed":
      return entry.failure.kind;
  }
}

const ids = (count: number, from = 0) =>
  Array.from({ length: count }, (_value, index) => `task-${from + index}`);

/** Reads a list whose pages are found by number alone; `pageOf` has the further ones. */
async function readByNumber(
  first: readonly string[],
  pageOf: (page: number) => readonly string[],
  unreadable = 0,
) {
  const requested: (number | undefined)[] = [];
  const toPage = (names: readonly string[]) =>
    answered({ tasks: names.map((id) => taskOf({ id })), unreadable }, { hasPageLinks: false });
  const api = {
    list: async (_repository: unknown, { page }: { readonly page?: number }) => {
      requested.push(page);
      return toPage(page === undefined ? first : pageOf(page));
    },
    nextPage: async () => failed(INDETERMINATE),
  };
  let cutOff = 0;
  let count = 0;
  const pages = { maxPages: 10, onCutOff: () => cutOff++ };
  for await (const { kind } of iterateTasks(api, { owner: "octo", repo: "app" }, QUERY, pages)) {
    count += kind === "task" ? 1 : 0;
  }
  return { requested, cutOff, count };
}

describe("a list that names no pages", () => {
  it("is whole if it is shorter than a page", async () => {
    expect(await readByNumber(ids(99), () => [])).toEqual({ requested: [undefined], cutOff: 0, count: 99 });
  });

  it("is whole if the page after a full one is empty, or repeats tasks that have moved there", async () => {
    const whole = { requested: [undefined, 2], cutOff: 0, count: 100 };
    expect(await readByNumber(ids(100), () => [])).toEqual(whole);
    expect(await readByNumber(ids(100), () => ids(1, 99))).toEqual(whole);
  });

  it("is read page by page", async () => {
    const pageOf = (page: number) => ids(page === 3 ? 7 : 100, (page - 1) * 100);
    expect(await readByNumber(ids(100), pageOf)).toEqual({
      requested: [undefined, 2, 3],
      cutOff: 0,
      count: 207,
    });
  });

  it("is cut off if the server does not know the number of a page", async () => {
    expect(await readByNumber(ids(100), () => ids(100))).toEqual({
      requested: [undefined, 2],
      cutOff: 1,
      count: 100,
    });
  });

  it("is cut off after the last page to read", async () => {
    const { requested, cutOff, count } = await readByNumber(ids(100), (page) => ids(100, page * 100));
    expect([requested.length, cutOff, count]).toEqual([10, 1, 1000]);
  });

  it("counts entries that cannot be read", async () => {
    expect(await readByNumber(ids(99), () => [], 1)).toMatchObject({ requested: [undefined, 2] });
  });
});

describe("the tasks of a list", () => {
  it("come with the entries that cannot be read", async () => {
    expect((await read(page(["a"], "2", 2), () => page(["b"]))).ids.toSorted()).toEqual(["?", "?", "a", "b"]);
  });

  it("come page by page, each task once", async () => {
    expect(await read(page(["a", "b"], "2"), () => page(["b", "c"]))).toEqual({
      requested: ["2"],
      cutOff: 0,
      ids: ["a", "b", "c"],
    });
  });

  it("end with the failure of a page", async () => {
    expect((await read(page(["a"], "2"))).ids).toEqual(["a", "indeterminate"]);
    expect((await read(failed(INDETERMINATE))).ids).toEqual(["indeterminate"]);
  });

  it("end if a page links back to an earlier page", async () => {
    expect(await read(page(["a"], "2"), () => page(["b"], "2"))).toEqual({
      requested: ["2"],
      cutOff: 1,
      ids: ["a", "b"],
    });
  });

  const endless = (url: string) => page([`task-${url}`], String(Number(url) + 1));

  it("end after the last page to read, although the list names another one", async () => {
    const { requested, cutOff, ids } = await read(page(["a"], "2"), endless, { maxPages: 4 });
    expect([requested, cutOff, ids.length]).toEqual([["2", "3", "4"], 1, 4]);
    const whole = await read(page(["a"], "2"), () => page(["b"]), { maxPages: 2 });
    expect([whole.cutOff, whole.ids]).toEqual([0, ["a", "b"]]);
  });

  it("end with a page that has no new task, if the caller wants that", async () => {
    const repeating = (url: string) => page(["a"], String(Number(url) + 1));
    const { requested, cutOff, ids } = await read(page(["a"], "2"), repeating, { endsWithoutNewTasks: true });
    expect([requested, cutOff, ids]).toEqual([["2"], 1, ["a"]]);
    expect((await read(page(["a"], "2"), repeating)).requested).toHaveLength(9);
    expect((await read(page(["a"]), undefined, { endsWithoutNewTasks: true })).cutOff).toBe(0);
  });
});
