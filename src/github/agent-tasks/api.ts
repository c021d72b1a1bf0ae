import type { Octokit } from "@octokit/core";
import { type OctokitResponse, type RequestResult, toResult } from "../http/result.ts";
import type { Repository } from "../repository.ts";
import { readTask, readTasks } from "./decode-task.ts";
import type { Task } from "./task.ts";

/** The body of a start. `create_pull_request` is always sent: GitHub's own default differs from its words. */
export interface StartBody {
  readonly prompt: string;
  readonly create_pull_request: boolean;
  readonly base_ref?: string;
  readonly head_ref?: string;
  readonly model?: string;
  readonly custom_agent?: string;
}

/** Filters and order of a list, in GitHub's words. */
export interface ListQuery {
  readonly per_page: number;
  readonly sort: "created_at" | "updated_at";
  readonly direction: "asc" | "desc";
  /** States, comma-separated. */
  readonly state?: string;
  /** Only tasks updated at or after this time, ISO 8601. */
  readonly since?: string;
  readonly is_archived?: boolean;
  /** IDs of users, int64 as text. Only in a repository's list. */
  readonly creator_id?: readonly string[];
}

/** One page of a list, and where the next one is. */
export interface TaskPage {
  readonly tasks: readonly Task[];
}

/**
 * The five requests of the Agent tasks API, each sent once. What came of it is an {@link RequestResult}; nothing is
 * thrown, nothing sent again, nothing waited for.
 *
 * Source: https://docs.github.com/rest/agent-tasks/agent-tasks
 */
export interface AgentTasksApi {
  start(repository: Repository, body: StartBody): Promise<RequestResult<Task>>;
  /** By repository and ID, or by ID alone where `repository` is null. */
  get(repository: Repository | null, taskId: string): Promise<RequestResult<Task>>;
  /** The first page of a repository's tasks, or of all tasks of the token's user where `repository` is null. */
  list(repository: Repository | null, query: ListQuery): Promise<RequestResult<TaskPage>>;
  /** A further page, at the address that the page before gave. */
  nextPage(url: string): Promise<RequestResult<TaskPage>>;
}

/**
 * @param octokit sends the requests; its hooks set the headers.
 * @param now this machine's time in milliseconds since the epoch.
 * @param signal stops requests that are under way.
 * @param graceSignal stops a start that is under way: later than the others, since its answer has the task's ID.
 */
export function createAgentTasksApi(
  octokit: Octokit,
  now: () => number,
  signal: AbortSignal,
  graceSignal: AbortSignal,
): AgentTasksApi {
  const ask = <T>(send: () => Promise<OctokitResponse>, read: (data: unknown) => T | undefined) =>
    toResult(send, read, now, signal);
  const readPage = (data: unknown): TaskPage | undefined => {
    const tasks = readTasks(data);
    return tasks === undefined ? undefined : { tasks };
  };
  // A task is polled and a list is read again and again: a conditional request costs nothing of the rate limit.
  const read = { signal, conditional: true };

  return {
    start: (repository, body) =>
      toResult(
        () =>
          octokit.request("POST /agents/repos/{owner}/{repo}/tasks", {
            ...repository,
            ...body,
            // A redirect is never followed: the POST could be carried out in two places.
            request: { signal: graceSignal, redirect: "manual" },
          }),
        readTask,
        now,
        graceSignal,
      ),
    get: (repository, taskId) =>
      ask(
        () =>
          repository === null
            ? octokit.request("GET /agents/tasks/{task_id}", { task_id: taskId, request: read })
            : octokit.request("GET /agents/repos/{owner}/{repo}/tasks/{task_id}", {
                ...repository,
                task_id: taskId,
                request: read,
              }),
        readTask,
      ),
    list: (repository, { creator_id, ...query }) =>
      ask(
        () =>
          repository === null
            ? octokit.request("GET /agents/tasks", { ...query, request: read })
            : octokit.request(`GET /agents/repos/{owner}/{repo}/tasks${repeated("creator_id", creator_id)}`, {
                ...repository,
                ...query,
                request: read,
              }),
        readPage,
      ),
    nextPage: async (url) => {
      const { baseUrl } = octokit.request.endpoint.DEFAULTS;
      return URL.parse(url)?.origin === new URL(baseUrl).origin
        ? ask(() => octokit.request(`GET ${url}`, { request: read }), readPage)
        : { ok: false, failure: { kind: "redirected", status: 200, location: url } };
    },
  };
}

/** The parameter once for each value, as the API takes an array; Octokit would join the values with commas. */
function repeated(name: string, values: readonly string[] = []): string {
  return values.map((value, i) => `${i === 0 ? "?" : "&"}${name}=${value}`).join("");
}
