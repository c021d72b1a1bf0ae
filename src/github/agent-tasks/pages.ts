import type { RequestFailure } from "../http/error.ts";
import type { RequestResult } from "../http/result.ts";
import type { Repository } from "../repository.ts";
import type { AgentTasksApi, ListQuery } from "./api.ts";
import type { TaskPage } from "./decode-task.ts";
import type { Task } from "./task.ts";

/** The requests for the pages of a list. */
type ListReader = Pick<AgentTasksApi, "list" | "nextPage">;

type LoadedPage = Extract<RequestResult<TaskPage>, { ok: true }>;

/** How to read the pages of a list. */
interface PageOptions {
  /** The most pages to request. A server could always name another one. */
  readonly maxPages: number;
  /** Sends the request for one page, with retries if the caller wants them. */
  readonly request?: (send: () => Promise<RequestResult<TaskPage>>) => Promise<RequestResult<TaskPage>>;
  /**
   * Called if the list has more pages than were read. Without it, a full page that names no other page ends the list;
   * with it, such a page is not known to be the last one.
   */
  readonly onCutOff?: () => void;
}

/** The most pages that a search for tasks reads, with 100 tasks on each. */
export const MAX_SEARCH_PAGES = 10;

/**
 * Yields the pages of a list, and requests the next page only when it is needed. A failure ends the list.
 *
 * @param repository null: the tasks of the token's user in all repositories.
 */
export async function* iteratePages(
  api: ListReader,
  repository: Repository | null,
  query: ListQuery,
  { maxPages, request = (send) => send(), onCutOff }: PageOptions,
): AsyncGenerator<RequestResult<TaskPage>, void, undefined> {
  const visited = new Set<string>();
  let send = () => api.list(repository, query);
  for (let pages = 1; ; pages++) {
    const page = await request(send);
    yield page;
    const url = page.ok ? page.meta.nextPage : null;
    const isOpenEnded = onCutOff !== undefined && page.ok && isFullWithoutLinks(page, query);
    if (url === null && !isOpenEnded) {
      return;
    }
    if (pages === maxPages || (url !== null && visited.has(url))) {
      onCutOff?.();
      return;
    }
    if (url === null) {
      const next = { ...query, page: pages + 1 };
      send = () => api.list(repository, next);
    } else {
      visited.add(url);
      send = () => api.nextPage(url);
    }
  }
}

/** Whether only a request for the page after this one can show that there is none. */
function isFullWithoutLinks({ value, meta }: LoadedPage, query: ListQuery): boolean {
  return !meta.hasPageLinks && value.tasks.length + value.unreadable >= query.per_page;
}

/** One entry of a list, or what ended it. */
export type ListedTask =
  | { readonly kind: "task"; readonly task: Task }
  /** An entry without an ID: any task can be behind it. */
  | { readonly kind: "unreadable" }
  | { readonly kind: "failed"; readonly failure: RequestFailure };

/** How to read the tasks of a list. */
interface TaskListOptions extends PageOptions {
  /** Whether a further page without any new task ends the list, because the rest would only repeat earlier ones. */
  readonly endsWithoutNewTasks?: boolean;
}

/** Yields the tasks of {@link iteratePages}, each task once: tasks can move to the next page between two requests. */
export async function* iterateTasks(
  api: ListReader,
  repository: Repository | null,
  query: ListQuery,
  options: TaskListOptions,
): AsyncGenerator<ListedTask, void, undefined> {
  const seen = new Set<string>();
  let isFirst = true;
  for await (const page of iteratePages(api, repository, query, options)) {
    if (!page.ok) {
      yield { kind: "failed", failure: page.failure };
      return;
    }
    for (let entry = 0; entry < page.value.unreadable; entry++) {
      yield { kind: "unreadable" };
    }
    const known = seen.size;
    for (const task of page.value.tasks) {
      if (!seen.has(task.id)) {
        seen.add(task.id);
        yield { kind: "task", task };
      }
    }
    const isOpenEnded = isFullWithoutLinks(page, query);
    // A server that does not know the parameter `page` sends the first page again.
    if (!isFirst && seen.size === known && (options.endsWithoutNewTasks || isOpenEnded)) {
      if (page.meta.nextPage !== null || isOpenEnded) {
        options.onCutOff?.();
      }
      return;
    }
    isFirst = false;
  }
}
