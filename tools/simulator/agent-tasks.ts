import {
  errorAnswer,
  notAccessible,
  notFound,
  type RouteAnswer,
  type RouteRequest,
  unprocessable,
} from "./answer.ts";
import { timestamp } from "./clock.ts";
import type { ObjectValue, Value } from "./json.ts";
import { paginate } from "./paging.ts";
import type { TokenInfo } from "./scenario.ts";
import {
  isDeliberatelyOdd,
  isDocumentedState,
  promptShown,
  type SessionView,
  type StartBody,
  type TaskView,
  taskAt,
} from "./task.ts";
import type { Repository, World } from "./world.ts";

const day = 86_400_000;

/** The fields of a task in the order GitHub gives them; without sessions. */
function taskValue(world: World, view: TaskView, where: "list" | "get" | "start"): ObjectValue {
  const { record } = view;
  const { plan } = record;
  const required: ObjectValue = {
    id: record.id,
    state: view.state,
    created_at: timestamp(record.createdAt),
  };
  if (plan.minimal === true) {
    return { ...required, ...(plan.extra ?? {}) };
  }
  const path = `${record.repository}/tasks/${record.id}`;
  const withUrl = where !== "start" || world.assumptions.html_url;
  const withArtifacts = where !== "list" || world.assumptions.artifacts_in_lists;
  const value: ObjectValue = {
    ...required,
    url: `https://api.github.com/agents/repos/${path}`,
    ...(withUrl ? { html_url: `https://github.com/${path}` } : {}),
    name: view.name,
    creator: { id: record.creator.id },
    creator_type: "user",
    owner: { id: world.account(record.repository.split("/")[0] ?? "").id },
    repository: { id: world.repositoryNamed(record.repository).id },
    session_count: view.sessions.length,
    ...(withArtifacts ? { artifacts: artifacts(world, view) } : {}),
    archived_at: record.archived ? timestamp(record.createdAt + day) : null,
    updated_at: timestamp(view.updatedAt),
    ...(record.body.custom_agent === undefined ? {} : { custom_agent: { id: record.body.custom_agent } }),
  };
  for (const name of plan.omit ?? []) {
    delete value[name];
  }
  return { ...value, ...(plan.extra ?? {}) };
}

function artifacts(world: World, view: TaskView): Value[] {
  const { pull, branch, record } = view;
  const found: Value[] = [];
  if (pull !== null && record.pull !== null) {
    found.push({
      provider: "github",
      type: "pull",
      data: { id: record.pull.id, ...globalId(world, view, record.pull.nodeId) },
    });
  }
  const refs = branch ?? pull;
  if (refs !== null) {
    found.push({
      provider: "github",
      type: "branch",
      data: { head_ref: refs.head_ref, base_ref: refs.base_ref },
    });
  }
  return found;
}

function globalId(world: World, view: TaskView, nodeId: string): ObjectValue {
  const as = view.record.plan.global_id ?? world.assumptions.global_id;
  switch (as) {
    case "present":
      return { global_id: nodeId };
    case "empty":
      return { global_id: "" };
    case "absent":
      return {};
  }
}

function sessionValue(world: World, view: TaskView, session: SessionView): ObjectValue {
  const { record } = view;
  const refs = view.pull ?? view.branch;
  const as = record.plan.session_prompt ?? world.assumptions.session_prompt;
  const prompt = promptShown(session.prompt, as);
  return {
    id: session.id,
    name: view.name,
    user: { id: record.creator.id },
    task_id: record.id,
    state: session.state,
    created_at: timestamp(session.createdAt),
    updated_at: timestamp(session.updatedAt),
    ...(session.completedAt === null ? {} : { completed_at: timestamp(session.completedAt) }),
    ...(prompt === undefined ? {} : { prompt }),
    ...(refs === null ? {} : { head_ref: refs.head_ref }),
    base_ref: record.baseRef,
    model: `sweagent-capi:${record.plan.model ?? record.body.model ?? "gpt-5"}`,
    ...(session.usage === null ? {} : { usage: { ...session.usage } }),
    ...(session.error === null ? {} : { error: { message: session.error } }),
  };
}

function wrapped(world: World, view: TaskView, value: ObjectValue): Pick<RouteAnswer, "body" | "deliberate"> {
  const wrap = view.record.plan.wrapped ?? world.assumptions.wrapped;
  const deliberate = wrap || isDeliberatelyOdd(view);
  return { body: wrap ? { task: value } : value, deliberate };
}

function answerWithSessions(world: World, view: TaskView): RouteAnswer {
  const value = taskValue(world, view, "get");
  if (view.record.plan.minimal !== true) {
    value.sessions = view.sessions.map((session) => sessionValue(world, view, session));
  }
  return { status: 200, ...wrapped(world, view, value) };
}

/** What stands between a token and any agent task endpoint. */
function refusal(token: TokenInfo, need: "read" | "write"): RouteAnswer | null {
  if (token.type === "installation" || token.agent_tasks === "none") {
    return notAccessible(token.type);
  }
  return need === "write" && token.agent_tasks === "read" ? notAccessible(token.type) : null;
}

function disabled(world: World): RouteAnswer {
  return world.assumptions.disabled_status === 404
    ? notFound()
    : errorAnswer(403, "Copilot cloud agent is not enabled for this repository.");
}

/** The request's repository, or why it cannot be had. */
function repositoryOf(
  world: World,
  request: RouteRequest,
): { ok: true; repository: Repository } | { ok: false; answer: RouteAnswer } {
  const { owner = "", repo = "" } = request.params;
  const repository = world.repository(owner, repo, request.caller.info);
  if (repository === null) {
    return { ok: false, answer: notFound() };
  }
  return repository.info.agent === "disabled"
    ? { ok: false, answer: disabled(world) }
    : { ok: true, repository };
}

/** What GitHub says where the user has no Copilot, or none left. */
function licenceRefusal(token: TokenInfo): RouteAnswer | null {
  const copilot = token.copilot ?? "ok";
  switch (copilot) {
    case "ok":
      return null;
    case "not_licensed":
      return errorAnswer(403, "User is not licensed to use Copilot cloud agent.");
    case "plan_required":
      return errorAnswer(
        403,
        "copilot_plan_required: a paid Copilot plan is required to use Copilot cloud agent.",
      );
    case "quota_used_up":
      return errorAnswer(403, "You have exceeded your premium quota.");
  }
}

/** `POST /agents/repos/{owner}/{repo}/tasks`. */
export function startTask(world: World, request: RouteRequest): RouteAnswer {
  const { info } = request.caller;
  const body = request.body as StartBody;
  const found = repositoryOf(world, request);
  if (!found.ok) {
    return found.answer;
  }
  const { repository } = found;
  const refused = refusal(info, "write") ?? licenceRefusal(info);
  if (refused !== null) {
    return refused;
  }
  const role = world.role(repository, info.login);
  if (role === "none" || role === "read" || role === "triage") {
    return notFound();
  }
  const limit = world.assumptions.prompt_limit;
  if (body.prompt.trim() === "") {
    return unprocessable("prompt cannot be blank");
  }
  if (limit !== null && [...body.prompt].length > limit) {
    return unprocessable(`prompt is too long (maximum is ${limit} characters)`);
  }
  const models = world.scenario.models;
  if (body.model !== undefined && models !== undefined && !models.includes(body.model)) {
    return unprocessable(`model ${body.model} is not available`);
  }
  if (body.base_ref !== undefined && !isKnownBase(world, repository, body.base_ref, request.at)) {
    return unprocessable(`base_ref ${body.base_ref} does not exist`);
  }
  const record = world.startTask(repository, info, body, request.at);
  const view = taskAt(record, request.at);
  return { status: 201, ...wrapped(world, view, taskValue(world, view, "start")) };
}

function isKnownBase(world: World, repository: Repository, name: string, at: number): boolean {
  return repository.info.branches === undefined || world.branch(repository, name, at) !== null;
}

/** `GET /agents/repos/{owner}/{repo}/tasks/{task_id}` and `GET /agents/tasks/{task_id}`. */
export function getTask(world: World, request: RouteRequest): RouteAnswer {
  const { info } = request.caller;
  const byRepository = "repo" in request.params;
  const found = byRepository ? repositoryOf(world, request) : null;
  if (found !== null && !found.ok) {
    return found.answer;
  }
  const refused = refusal(info, "read");
  if (refused !== null) {
    return refused;
  }
  const record = world.task(request.params.task_id ?? "");
  if (record === null || (found?.ok && found.repository.nameWithOwner !== record.repository)) {
    return notFound();
  }
  const [owner = "", name = ""] = record.repository.split("/");
  const tooNew =
    !record.fromScenario && request.at < record.createdAt + world.assumptions.get_lag_seconds * 1000;
  if (tooNew || world.repository(owner, name, info)?.info.agent === "disabled") {
    return notFound();
  }
  return world.repository(owner, name, info) === null
    ? notFound()
    : answerWithSessions(world, taskAt(record, request.at));
}

/** `GET /agents/repos/{owner}/{repo}/tasks` and `GET /agents/tasks`. */
export function listTasks(world: World, request: RouteRequest): RouteAnswer {
  const { info } = request.caller;
  const found = "repo" in request.params ? repositoryOf(world, request) : null;
  if (found !== null && !found.ok) {
    return found.answer;
  }
  const refused = refusal(info, "read");
  if (refused !== null) {
    return refused;
  }
  const wanted = request.query.get("state")?.split(",") ?? [];
  const unknown = wanted.find((state) => !isDocumentedState(state));
  if (unknown !== undefined) {
    return unprocessable(`state ${unknown} is not a task state`);
  }
  const lag = world.assumptions.list_lag_seconds * 1000;
  const mine = (repository: string): boolean => {
    const [owner = "", name = ""] = repository.split("/");
    const seen = world.repository(owner, name, info);
    return seen !== null && seen.info.agent !== "disabled";
  };
  const listed = world.tasks
    .filter((record) =>
      found === null
        ? record.creator.id === info.id && mine(record.repository)
        : record.repository === found.repository.nameWithOwner,
    )
    .filter((record) => record.createdAt + (record.fromScenario ? 0 : lag) <= request.at);

  const { query } = request;
  const archived = query.get("is_archived") === "true";
  const since = Date.parse(query.get("since") ?? "");
  const creators = query.getAll("creator_id");
  const views = listed
    .filter((record) => record.archived === archived)
    .filter((record) => creators.length === 0 || creators.includes(String(record.creator.id)))
    .map((record) => taskAt(record, request.at))
    .filter((view) => wanted.length === 0 || wanted.includes(view.state))
    // Timestamps are shown in whole seconds; what is shown as equal to `since` is not left out.
    .filter((view) => Number.isNaN(since) || Math.floor(view.updatedAt / 1000) >= Math.floor(since / 1000));

  const sort = query.get("sort") ?? "updated_at";
  const key = (view: TaskView) => (sort === "created_at" ? view.record.createdAt : view.updatedAt);
  const sign = query.get("direction") === "asc" ? 1 : -1;
  views.sort((a, b) => sign * (key(a) - key(b) || a.record.serial - b.record.serial));

  const page = paginate(views, request, "agent_tasks");
  return {
    status: 200,
    headers: page.headers,
    body: {
      tasks: page.items.map((view) => taskValue(world, view, "list")),
      total_active_count: listed.filter((record) => !record.archived).length,
      total_archived_count: listed.filter((record) => record.archived).length,
    },
    deliberate: page.items.some(isDeliberatelyOdd),
  };
}
