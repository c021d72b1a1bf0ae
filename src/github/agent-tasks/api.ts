import type { Octokit } from "@octokit/core";
import { type OctokitResponse, type RequestContext, type RequestResult, toResult } from "../http/result.ts";
import type { Repository } from "../repository.ts";
import { readTask, readTaskPage, type TaskPage } from "./decode-task.ts";
import type { Task } from "./task.ts";

/** The body of a start request. `create_pull_request` is always sent: GitHub's default differs from its documentation. */
export interface StartBody {
  readonly prompt: string;
  readonly create_pull_request: boolean;
  readonly base_ref?: string;
  readonly head_ref?: string;
  readonly model?: string;
  readonly custom_agent?: string;
}

/** Filters and order of a list, with GitHub's names. */
export interface ListQuery {
  readonly per_page: number;
  /** The number of the page, the first one by default. */
  readonly page?: number;
  readonly sort: "created_at" | "updated_at";
  readonly direction: "asc" | "desc";
  /** States, comma-separated. */
  readonly state?: string;
  /** Only tasks updated at or after this time, ISO 8601. */
  readonly since?: string;
  readonly is_archived?: boolean;
  /** User IDs, int64 as text. Only for the list of a repository. */
  readonly creator_id?: readonly string[];
}

/**
 * The requests of the Agent tasks API. Each is sent once, without retries, and never throws.
 *
 * Source: https://docs.github.com/rest/agent-tasks/agent-tasks
 */
export interface AgentTasksApi {
  start(repository: Repository, body: StartBody): Promise<RequestResult<Task>>;
  /** By repository and ID, or by ID alone if `repository` is null. */
  get(repository: Repository | null, taskId: string): Promise<RequestResult<Task>>;
  /** The first page of a repository's tasks, or of all tasks of the token's user if `repository` is null. */
  list(repository: Repository | null, query: ListQuery): Promise<RequestResult<TaskPage>>;
  /** Another page, by the URL from the previous page. */
  nextPage(url: string): Promise<RequestResult<TaskPage>>;
}

/**
 * @param octokit sends the requests; its hooks set the headers.
 * @param context `signal` aborts requests. `graceSignal` aborts a start: later, because its response has the task's ID.
 */
export function createAgentTasksApi(
  octokit: Octokit,
  context: RequestContext & { readonly graceSignal: AbortSignal },
): AgentTasksApi {
  const { clock, signal, graceSignal } = context;
  const send = <T>(
    request: () => Promise<OctokitResponse>,
    read: (data: unknown, receivedAt: number) => T | undefined,
  ) => toResult(request, read, context);
  // Tasks and lists are polled, and a response of 304 does not count towards the rate limit.
  const request = { signal, conditional: true };

  return {
    start: (repository, body) =>
      toResult(
        () =>
          octokit.request("POST /agents/repos/{owner}/{repo}/tasks", {
            ...repository,
            ...body,
            // A redirect of a write is not followed: GitHub could process it twice.
            request: { signal: graceSignal, redirect: "manual" },
          }),
        readTask,
        { clock, signal: graceSignal },
      ),
    get: (repository, taskId) => {
      // A redirect can lead to something else that has an ID.
      const readOwn = (data: unknown, receivedAt: number) => {
        const task = readTask(data, receivedAt);
        return task?.id === taskId ? task : undefined;
      };
      return send(
        () =>
          repository === null
            ? octokit.request("GET /agents/tasks/{task_id}", { task_id: taskId, request })
            : octokit.request("GET /agents/repos/{owner}/{repo}/tasks/{task_id}", {
                ...repository,
                task_id: taskId,
                request,
              }),
        readOwn,
      );
    },
    list: (repository, { creator_id, ...query }) =>
      send(
        () =>
          repository === null
            ? octokit.request("GET /agents/tasks", { ...query, request })
            : octokit.request(
                `GET /agents/repos/{owner}/{repo}/tasks${formatQuery("creator_id", creator_id)}`,
                {
                  ...repository,
                  ...query,
                  request,
                },
              ),
        readTaskPage,
      ),
    nextPage: async (url) => {
      const { baseUrl } = octokit.request.endpoint.DEFAULTS;
      return URL.parse(url)?.origin === new URL(baseUrl).origin
        ? send(() => octokit.request(`GET ${url}`, { request }), readTaskPage)
        : { ok: false, failure: { kind: "redirected", status: 200, location: url } };
    },
  };
}

/** Repeats the parameter for each value, as the API expects for arrays. Octokit would join the values with commas. */
function formatQuery(name: string, values: readonly string[] = []): string {
  return values.map((value, i) => `${i === 0 ? "?" : "&"}${name}=${value}`).join("");
}
