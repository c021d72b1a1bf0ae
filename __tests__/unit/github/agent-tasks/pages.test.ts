import { describe, expect, it } from "@jest/globals";
import type { TaskPage } from "../../../../src/github/agent-tasks/api.ts";
import { iterateTasks, type ListedTask } from "../../../../src/github/agent-tasks/pages.ts";
import type { RequestResult } from "../../../../src/github/http/result.ts";
import { answered, failed, INDETERMINATE, taskOf } from "../../../support/action-harness.ts";

const QUERY = { per_page: 100, sort: "updated_at", direction: "desc" } as const;

const page = (ids: readonly string[], nextPage: string | null = null): RequestResult<TaskPage> =>
  answered({ tasks: ids.map((id) => taskOf({ id })) }, { nextPage });

/** Reads a list to its end. `next` has the further pages by URL. */
async function read(
  first: RequestResult<TaskPage>,
  next: Readonly<Record<string, RequestResult<TaskPage>>> = {},
) {
  const requested: string[] = [];
  const api = {
    list: async () => first,
    nextPage: async (url: string) => {
      requested.push(url);
      return next[url] ?? failed(INDETERMINATE);
    },
  };
  const listed: ListedTask[] = [];
  for await (const entry of iterateTasks(api, { owner: "octo", repo: "app" }, QUERY, (send) => send())) {
    listed.push(entry);
  }
  return { requested, ids: listed.map((entry) => (entry.ok ? entry.task.id : entry.failure.kind)) };
}

describe("the tasks of a list", () => {
  it("come page by page, each task once", async () => {
    expect(await read(page(["a", "b"], "2"), { 2: page(["b", "c"]) })).toEqual({
      requested: ["2"],
      ids: ["a", "b", "c"],
    });
  });

  it("end with the failure of a page", async () => {
    expect((await read(page(["a"], "2"))).ids).toEqual(["a", "indeterminate"]);
    expect((await read(failed(INDETERMINATE))).ids).toEqual(["indeterminate"]);
  });

  it("end if a page links back to an earlier page", async () => {
    expect(await read(page(["a"], "2"), { 2: page(["b"], "2") })).toEqual({
      requested: ["2"],
      ids: ["a", "b"],
    });
  });
});
