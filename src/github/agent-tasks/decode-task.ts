import { isRecord, toArray, toCount, toId, toText, toTime } from "../../text/json.ts";
import type { Artifact, Session, Task, Usage } from "./task.ts";

/**
 * Decodes a task from a response, bare or wrapped as `{task: {…}}`.
 *
 * @returns undefined if the response has no `id`, `state` or `created_at`.
 */
export function readTask(data: unknown): Task | undefined {
  if (!isRecord(data)) {
    return undefined;
  }
  if (isRecord(data.task)) {
    return readTask(data.task);
  }
  const createdAt = toTime(data.created_at);
  const id = toText(data.id);
  const state = toText(data.state);
  if (id === "" || state === "" || createdAt === null) {
    return undefined;
  }
  return {
    id,
    state,
    createdAt,
    updatedAt: toTime(data.updated_at),
    name: toText(data.name),
    htmlUrl: toText(data.html_url),
    creatorId: isRecord(data.creator) ? toId(data.creator.id) : "",
    archived: toTime(data.archived_at) !== null,
    sessionCount: toCount(data.session_count),
    artifacts: toArray(data.artifacts).flatMap(readArtifact),
    sessions: Array.isArray(data.sessions)
      ? data.sessions.flatMap(readSession).sort((a, b) => b.createdAt - a.createdAt)
      : null,
  };
}

/** Decodes a list of tasks; undefined if the response has no `tasks`. Entries that are not tasks are omitted. */
export function readTasks(data: unknown): readonly Task[] | undefined {
  if (!isRecord(data) || !Array.isArray(data.tasks)) {
    return undefined;
  }
  return data.tasks.flatMap((entry: unknown) => readTask(entry) ?? []);
}

function readArtifact(value: unknown): Artifact[] {
  if (!isRecord(value) || !isRecord(value.data)) {
    return [];
  }
  const { data } = value;
  switch (value.type) {
    case "pull":
      return [{ type: "pull", id: toId(data.id), globalId: toText(data.global_id) }];
    case "branch":
      return [{ type: "branch", headRef: toText(data.head_ref), baseRef: toText(data.base_ref) }];
    default:
      return [];
  }
}

function readSession(value: unknown): Session[] {
  if (!isRecord(value)) {
    return [];
  }
  return [
    {
      createdAt: toTime(value.created_at) ?? 0,
      completedAt: toTime(value.completed_at),
      prompt: typeof value.prompt === "string" ? value.prompt : null,
      headRef: toText(value.head_ref),
      baseRef: toText(value.base_ref),
      model: toText(value.model),
      usage: readUsage(value.usage),
      error: isRecord(value.error) ? toText(value.error.message) : "",
    },
  ];
}

/** GitHub describes `{type, amount}`; the fixtures of its own clients have `{type, credits}`. */
function readUsage(value: unknown): Usage | null {
  if (!isRecord(value) || (value.type !== "ai_credits" && value.type !== "premium_requests")) {
    return null;
  }
  const amount = value.amount ?? value.credits;
  return typeof amount === "number" || typeof amount === "bigint"
    ? { type: value.type, amount: Number(amount) }
    : null;
}
