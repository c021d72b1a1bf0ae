import type { RequestFailure } from "../http/error.ts";
import type { RequestResult } from "../http/result.ts";
import type { Repository } from "../repository.ts";
import type { AgentTasksApi, ListQuery, TaskPage } from "./api.ts";
import type { Task } from "./task.ts";

/** The requests for the pages of a list. */
type ListReader = Pick<AgentTasksApi, "list" | "nextPage">;

/** Sends the request for one page, with retries if the caller wants them. */
type SendPageRequest = (send: () => Promise<RequestResult<TaskPage>>) => Promise<RequestResult<TaskPage>>;

/**
 * Yields the pages of a list, and requests the next page only when it is needed. A failure ends the list.
 *
 * @param repository null: the tasks of the token's user in all repositories.
 */
export async function* iteratePages(
  api: ListReader,
  repository: Repository | null,
  query: ListQuery,
  request: SendPageRequest = (send) => send(),
): AsyncGenerator<RequestResult<TaskPage>, void, undefined> {
  const visited = new Set<string>();
  let send = () => api.list(repository, query);
  for (;;) {
    const page = await request(send);
    yield page;
    const url = page.ok ? page.meta.nextPage : null;
    // Without this check, pages that link back to an earlier page would never end.
    if (url === null || visited.has(url)) {
      return;
    }
    visited.add(url);
    send = () => api.nextPage(url);
  }
}

/** A task of a list, or the failure that ended the list. */
export type ListedTask =
  | { readonly ok: true; readonly task: Task }
  | { readonly ok: false; readonly failure: RequestFailure };

/** Yields the tasks of {@link iteratePages}, each task once: tasks can move to the next page between two requests. */
export async function* iterateTasks(
  api: ListReader,
  repository: Repository | null,
  query: ListQuery,
  request: SendPageRequest,
): AsyncGenerator<ListedTask, void, undefined> {
  const seen = new Set<string>();
  for await (const page of iteratePages(api, repository, query, request)) {
    if (!page.ok) {
      yield page;
      return;
    }
    for (const task of page.value.tasks) {
      if (!seen.has(task.id)) {
        seen.add(task.id);
        yield { ok: true, task };
      }
    }
  }
}
