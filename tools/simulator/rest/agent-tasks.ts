import { notFound, unprocessable } from "../http/errors.ts";
import { paginate } from "../http/paging.ts";
import type { Backend, RouteRequest, RouteResponse } from "../http/route.ts";
import { isObject } from "../json.ts";
import type { StartBody } from "../scenario.ts";
import { type Repository, roleIn } from "../world/repositories.ts";
import { DOCUMENTED_STATES, type TaskRecord, type TaskView, taskAt } from "../world/task.ts";
import type { World } from "../world/world.ts";
import { refuseLicence, withAgentTasks } from "./access.ts";
import { isDeliberatelyOdd, taskResponse, taskValue } from "./task-values.ts";

/** `POST /agents/repos/{owner}/{repo}/tasks`. */
export function startTask(backend: Backend, request: RouteRequest): RouteResponse {
  return withAgentTasks(backend, request, "write", (repository) => {
    const { world } = backend;
    const { caller, body, at } = request;
    const refusal = refuseLicence(caller.info);
    if (refusal !== null) {
      return refusal;
    }
    const role = repository && roleIn(repository, caller.info.login);
    if (repository === null || role === "none" || role === "read" || role === "triage") {
      return notFound();
    }
    if (!isStartBody(body)) {
      return unprocessable("prompt is missing");
    }
    const problem = findProblem(world, repository, body, at);
    if (problem !== null) {
      return unprocessable(problem);
    }
    const record = world.tasks.start(repository, caller.info, body, at);
    return taskResponse(world, taskAt(record, at), "start");
  });
}

/** The description has validated the body before; only its type was lost. */
function isStartBody(body: unknown): body is StartBody {
  return isObject(body) && typeof body.prompt === "string";
}

/** What GitHub finds wrong with a start beyond its description, or null. */
function findProblem(world: World, repository: Repository, body: StartBody, at: number): string | null {
  const { prompt, model, base_ref: base } = body;
  const { assumptions, scenario } = world;
  const limit = assumptions.prompt_limit ?? Number.POSITIVE_INFINITY;
  if (prompt.trim() === "") {
    return "prompt cannot be blank";
  }
  if ([...prompt].length > limit) {
    return `prompt is too long (maximum is ${limit} characters)`;
  }
  if (model !== undefined && scenario.models?.includes(model) === false) {
    return `model ${model} is not available`;
  }
  const knowsBranches = repository.info.branches !== undefined;
  return base !== undefined && knowsBranches && world.branch(repository, base, at) === null
    ? `base_ref ${base} does not exist`
    : null;
}

/** `GET /agents/repos/{owner}/{repo}/tasks/{task_id}` and `GET /agents/tasks/{task_id}`. */
export function getTask(backend: Backend, request: RouteRequest): RouteResponse {
  return withAgentTasks(backend, request, "read", (repository) => {
    const { world } = backend;
    const { params, at } = request;
    const record = world.tasks.find(params.task_id ?? "");
    const isShown =
      record !== null &&
      (repository === null || repository.nameWithOwner === record.repository) &&
      visibleFrom(record, world.assumptions.get_lag_seconds) <= at &&
      canUseAgent(world, request, record.repository);
    return isShown ? taskResponse(world, taskAt(record, at), "get") : notFound();
  });
}

/** When a task appears, epoch ms: those of the scenario at once, others after the lag. */
function visibleFrom({ createdAt, fromScenario }: TaskRecord, lagSeconds: number): number {
  return fromScenario ? createdAt : createdAt + lagSeconds * 1000;
}

function canUseAgent(world: World, { caller }: RouteRequest, nameWithOwner: string): boolean {
  const repository = world.repositories.find(nameWithOwner, caller.info);
  return repository !== null && repository.info.agent !== "disabled";
}

/** `GET /agents/repos/{owner}/{repo}/tasks` and `GET /agents/tasks`. */
export function listTasks(backend: Backend, request: RouteRequest): RouteResponse {
  return withAgentTasks(backend, request, "read", (repository) => {
    const { world } = backend;
    const { query, caller, at } = request;
    const states = query.get("state")?.split(",") ?? [];
    const unknown = states.find((state) => !DOCUMENTED_STATES.has(state));
    if (unknown !== undefined) {
      return unprocessable(`state ${unknown} is not a task state`);
    }
    const listed = world.tasks.all
      .filter((record) =>
        repository === null
          ? record.creator.id === caller.info.id && canUseAgent(world, request, record.repository)
          : record.repository === repository.nameWithOwner,
      )
      .filter((record) => visibleFrom(record, world.assumptions.list_lag_seconds) <= at);
    const all = sort(filter(listed, states, request), query);
    const { paging } = world.assumptions;
    const page = paginate(all, paging === "cursor" ? firstPage(request) : request, "agent_tasks");
    return {
      status: 200,
      headers: paging === "links" ? page.headers : {},
      body: {
        ...(paging === "cursor" && page.items.length < all.length ? { next_cursor: "Y3Vyc29y" } : {}),
        tasks: page.items.map((view) => taskValue(world, view, "list")),
        total_active_count: listed.filter((record) => !record.archived).length,
        total_archived_count: listed.filter((record) => record.archived).length,
      },
      deliberate: page.items.some(isDeliberatelyOdd),
    };
  });
}

function firstPage(request: RouteRequest): RouteRequest {
  const query = new URLSearchParams(request.query);
  query.delete("page");
  return { ...request, query };
}

function filter(records: TaskRecord[], states: string[], { query, at }: RouteRequest): TaskView[] {
  const archived = query.get("is_archived") === "true";
  const creators = query.getAll("creator_id");
  // Timestamps are shown in whole seconds, so a task that shows the second of `since` is listed.
  const since = Math.floor(Date.parse(query.get("since") ?? "") / 1000);
  return records
    .filter((record) => record.archived === archived)
    .filter((record) => creators.length === 0 || creators.includes(String(record.creator.id)))
    .map((record) => taskAt(record, at))
    .filter((view) => states.length === 0 || states.includes(view.state))
    .filter((view) => Number.isNaN(since) || Math.floor(view.updatedAt / 1000) >= since);
}

function sort(views: TaskView[], query: URLSearchParams): TaskView[] {
  const key = ({ record, updatedAt }: TaskView) =>
    query.get("sort") === "created_at" ? record.createdAt : updatedAt;
  const sign = query.get("direction") === "asc" ? 1 : -1;
  return views.toSorted((a, b) => sign * (key(a) - key(b) || a.record.serial - b.record.serial));
}
