import { describe, expect, it } from "@jest/globals";
import type { TaskPage } from "../../../../src/github/agent-tasks/api.ts";
import { type Listed, listedTasks } from "../../../../src/github/agent-tasks/pages.ts";
import type { Answer } from "../../../../src/github/http/result.ts";
import { answered, DOUBTFUL, failed, taskOf } from "../../../support/action-harness.ts";

const QUERY = { per_page: 100, sort: "updated_at", direction: "desc" } as const;

const page = (ids: readonly string[], nextPage: string | null = null): Answer<TaskPage> =>
  answered({ tasks: ids.map((id) => taskOf({ id })) }, { nextPage });

/** Reads a list of these pages to its end; `next` has them by address. */
async function read(first: Answer<TaskPage>, next: Readonly<Record<string, Answer<TaskPage>>> = {}) {
  const asked: string[] = [];
  const api = {
    list: async () => first,
    nextPage: async (url: string) => {
      asked.push(url);
      return next[url] ?? failed(DOUBTFUL);
    },
  };
  const listed: Listed[] = [];
  for await (const entry of listedTasks(api, { owner: "octo", repo: "app" }, QUERY, (send) => send())) {
    listed.push(entry);
  }
  return { asked, ids: listed.map((entry) => (entry.ok ? entry.task.id : entry.fault.kind)) };
}

describe("the tasks of a list", () => {
  it("come page by page, each task once", async () => {
    expect(await read(page(["a", "b"], "2"), { 2: page(["b", "c"]) })).toEqual({
      asked: ["2"],
      ids: ["a", "b", "c"],
    });
  });

  it("end with the fault that kept the list from being read on", async () => {
    expect((await read(page(["a"], "2"))).ids).toEqual(["a", "doubtful"]);
    expect((await read(failed(DOUBTFUL))).ids).toEqual(["doubtful"]);
  });

  it("end where pages name each other as the next", async () => {
    expect(await read(page(["a"], "2"), { 2: page(["b"], "2") })).toEqual({ asked: ["2"], ids: ["a", "b"] });
  });
});
