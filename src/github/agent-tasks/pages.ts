import type { RequestFailure } from "../http/error.ts";
import type { RequestResult } from "../http/result.ts";
import type { Repository } from "../repository.ts";
import type { AgentTasksApi, ListQuery, TaskPage } from "./api.ts";
import type { Task } from "./task.ts";

/** A task of a list, or what kept the list from being read on. */
export type ListedTask =
  | { readonly ok: true; readonly task: Task }
  | { readonly ok: false; readonly failure: RequestFailure };

/**
 * Gives the tasks of a list one by one, each once, and fetches the next page only when it is needed. A
 * failure is the last that it gives.
 *
 * @param repository null: the tasks of the token's user in all repositories.
 * @param ask sends a request, again where that may help.
 */
export async function* iterateTasks(
  api: Pick<AgentTasksApi, "list" | "nextPage">,
  repository: Repository | null,
  query: ListQuery,
  ask: (send: () => Promise<RequestResult<TaskPage>>) => Promise<RequestResult<TaskPage>>,
): AsyncGenerator<ListedTask, void, undefined> {
  const seen = new Set<string>();
  const pages = new Set<string>();
  let page = await ask(() => api.list(repository, query));
  for (;;) {
    if (!page.ok) {
      yield page;
      return;
    }
    for (const task of page.value.tasks) {
      // Tasks move to the next page while pages are read.
      if (!seen.has(task.id)) {
        seen.add(task.id);
        yield { ok: true, task };
      }
    }
    const { nextPage } = page.meta;
    // Pages that name each other as the next would never end.
    if (nextPage === null || pages.has(nextPage)) {
      return;
    }
    pages.add(nextPage);
    page = await ask(() => api.nextPage(nextPage));
  }
}
