import { timestamp } from "../clock.ts";
import type { RouteResponse } from "../http/route.ts";
import type { ObjectValue, Value } from "../json.ts";
import type { Assumptions } from "../scenario.ts";
import { DOCUMENTED_STATES, type SessionView, type TaskView } from "../world/task.ts";
import type { World } from "../world/world.ts";
import { API_URL, SITE_URL } from "./values.ts";

const DAY_MS = 86_400_000;

/** A task in a response to start or get, in the shape the scenario asks for. */
export function taskResponse(world: World, view: TaskView, endpoint: "get" | "start"): RouteResponse {
  const value = taskValue(world, view, endpoint);
  if (endpoint === "get" && view.record.plan.minimal !== true) {
    value.sessions = view.sessions.map((session) => sessionValue(world, view, session));
  }
  const wraps = view.record.plan.wrapped ?? world.assumptions.wrapped;
  return {
    status: endpoint === "get" ? 200 : 201,
    body: wraps ? { task: value } : value,
    deliberate: wraps || isDeliberatelyOdd(view),
  };
}

/** The fields of a task in GitHub's order, without sessions. */
export function taskValue(world: World, view: TaskView, endpoint: "list" | "get" | "start"): ObjectValue {
  const { record } = view;
  const { plan } = record;
  const required: ObjectValue = {
    id: record.id,
    state: view.state,
    created_at: timestamp(record.createdAt),
  };
  if (plan.minimal === true) {
    return { ...required, ...plan.extra };
  }
  const { assumptions, repositories } = world;
  const { id, owner } = repositories.get(record.repository);
  const agent = record.body.custom_agent;
  const value: ObjectValue = {
    ...required,
    url: `${API_URL}/agents/repos/${record.repository}/tasks/${record.id}`,
    // As in the example of GitHub's description.
    html_url:
      endpoint !== "start" || assumptions.html_url
        ? `${SITE_URL}/${record.repository}/copilot/tasks/${record.id}`
        : undefined,
    name: view.name,
    creator: { id: record.creator.id },
    creator_type: "user",
    owner: { id: world.account(owner).id },
    repository: { id },
    session_count: view.sessions.length,
    artifacts: endpoint !== "list" || assumptions.artifacts_in_lists ? artifacts(world, view) : undefined,
    archived_at: record.archived ? timestamp(record.createdAt + DAY_MS) : null,
    updated_at: timestamp(view.updatedAt),
    custom_agent: agent === undefined ? undefined : { id: agent },
  };
  for (const name of plan.omit ?? []) {
    delete value[name];
  }
  return { ...value, ...plan.extra };
}

function artifacts(world: World, view: TaskView): Value[] {
  const { pull, branch, record } = view;
  const found: Value[] = [];
  if (pull !== null && record.pull !== null) {
    const mode = record.plan.global_id ?? world.assumptions.global_id;
    const global_id = { present: record.pull.nodeId, empty: "", absent: undefined }[mode];
    const data = { id: record.pull.id, global_id };
    found.push({ provider: "github", type: "pull", data });
  }
  const refs = branch ?? pull;
  if (refs !== null && refs.missing !== "named") {
    const data = { head_ref: refs.head_ref, base_ref: refs.base_ref };
    found.push({ provider: "github", type: "branch", data });
  }
  return found;
}

function sessionValue({ assumptions }: World, view: TaskView, session: SessionView): ObjectValue {
  const { record } = view;
  return {
    id: session.id,
    name: view.name,
    user: { id: record.creator.id },
    task_id: record.id,
    state: session.state,
    created_at: timestamp(session.createdAt),
    updated_at: timestamp(session.updatedAt),
    completed_at: session.completedAt === null ? undefined : timestamp(session.completedAt),
    prompt: shownPrompt(session.prompt, record.plan.session_prompt ?? assumptions.session_prompt),
    head_ref: (view.pull ?? view.branch)?.head_ref,
    base_ref: record.baseRef,
    model: `sweagent-capi:${record.plan.model ?? record.body.model ?? "gpt-5"}`,
    usage: session.usage === null ? undefined : { ...session.usage },
    error: session.error === null ? undefined : { message: session.error },
  };
}

/** `sessions[].prompt`; undefined: left out. */
function shownPrompt(prompt: string, mode: Assumptions["session_prompt"]): string | undefined {
  const rewritten = `The user asked for something of ${[...prompt].length} characters.`;
  return { exact: prompt, trimmed: prompt.trim(), absent: undefined, rewritten }[mode];
}

/** Whether the plan intentionally makes responses that GitHub's description does not allow. */
export function isDeliberatelyOdd({ record, sessions }: TaskView): boolean {
  return (
    record.plan.extra !== undefined ||
    record.plan.omit?.some((name) => ["id", "state", "created_at"].includes(name)) === true ||
    sessions.some(
      ({ state, usage }) => !DOCUMENTED_STATES.has(state) || (usage !== null && "credits" in usage),
    )
  );
}
