import { isRecord } from "../../text/json.ts";
import type { Artifact, Session, Task, Usage } from "./task.ts";

/**
 * Reads a task from an answer, bare or wrapped as `{task: {…}}`.
 *
 * @returns undefined where the answer has no `id`, `state` and `created_at`.
 */
export function readTask(data: unknown): Task | undefined {
  if (!isRecord(data)) {
    return undefined;
  }
  if (isRecord(data.task)) {
    return readTask(data.task);
  }
  const createdAt = timeOf(data.created_at);
  if (
    typeof data.id !== "string" ||
    data.id === "" ||
    typeof data.state !== "string" ||
    data.state === "" ||
    createdAt === null
  ) {
    return undefined;
  }
  return {
    id: data.id,
    state: data.state,
    createdAt,
    updatedAt: timeOf(data.updated_at),
    name: textOf(data.name),
    htmlUrl: textOf(data.html_url),
    creatorId: idOf(data.creator),
    archived: timeOf(data.archived_at) !== null,
    sessionCount: countOf(data.session_count),
    artifacts: arrayOf(data.artifacts).flatMap(readArtifact),
    sessions: Array.isArray(data.sessions)
      ? data.sessions.flatMap(readSession).sort((a, b) => b.createdAt - a.createdAt)
      : null,
  };
}

/** Reads a list of tasks; undefined where the answer has no `tasks`. Entries that are no tasks are left out. */
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
      return [{ type: "pull", id: numberText(data.id), globalId: textOf(data.global_id) }];
    case "branch":
      return [{ type: "branch", headRef: textOf(data.head_ref), baseRef: textOf(data.base_ref) }];
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
      createdAt: timeOf(value.created_at) ?? 0,
      completedAt: timeOf(value.completed_at),
      prompt: typeof value.prompt === "string" ? value.prompt : null,
      headRef: textOf(value.head_ref),
      baseRef: textOf(value.base_ref),
      model: textOf(value.model),
      usage: readUsage(value.usage),
      error: isRecord(value.error) ? textOf(value.error.message) : "",
    },
  ];
}

/** GitHub describes `{type, amount}`; fixtures of its own clients have `{type, credits}`. */
function readUsage(value: unknown): Usage | null {
  if (!isRecord(value) || (value.type !== "ai_credits" && value.type !== "premium_requests")) {
    return null;
  }
  const amount = value.amount ?? value.credits;
  return typeof amount === "number" || typeof amount === "bigint"
    ? { type: value.type, amount: Number(amount) }
    : null;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function countOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function timeOf(value: unknown): number | null {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

/** IDs are int64: beyond 2^53 Octokit gives a BigInt, which only its text keeps exact. */
function numberText(value: unknown): string {
  return typeof value === "number" || typeof value === "bigint" ? String(value) : textOf(value);
}

function idOf(value: unknown): string {
  return isRecord(value) ? numberText(value.id) : "";
}

function arrayOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
