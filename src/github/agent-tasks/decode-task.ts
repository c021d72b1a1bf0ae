import { removeInvisible } from "../../text/invisible.ts";
import { isRecord, toCount, toId, toText, toTime } from "../../text/json.ts";
import { toBranchName } from "../repository.ts";
import { type Artifact, type Session, type Task, UNKNOWN_STATE, type Usage } from "./task.ts";

/**
 * Decodes a task from a response, bare or wrapped as `{task: {…}}`. The API is in preview and its shapes may change, so
 * an ID is enough.
 *
 * @param receivedAt when the server sent the response, in milliseconds since the epoch.
 * @returns undefined if the response has no `id`, as text or as an integer.
 */
export function readTask(data: unknown, receivedAt: number): Task | undefined {
  if (!isRecord(data)) {
    return undefined;
  }
  if (isRecord(data.task)) {
    return readTask(data.task, receivedAt);
  }
  const id = toText(data.id) || toId(data.id);
  if (id === "") {
    return undefined;
  }
  const entries = Array.isArray(data.sessions) ? data.sessions : null;
  const sessions = entries?.flatMap(readSession).sort((a, b) => b.createdAt - a.createdAt) ?? null;
  return {
    id,
    state: toText(data.state) || UNKNOWN_STATE,
    createdAt: toTime(data.created_at) ?? (sessions?.at(-1)?.createdAt || receivedAt),
    updatedAt: toTime(data.updated_at),
    name: toText(data.name),
    htmlUrl: toText(data.html_url),
    creatorId: isRecord(data.creator) ? toId(data.creator.id) : "",
    repositoryId: isRecord(data.repository) ? toId(data.repository.id) : "",
    archived: toTime(data.archived_at) !== null,
    sessionCount: toCount(data.session_count),
    artifacts: readArtifacts(data.artifacts),
    sessions,
    hasUnreadableSession: !entries?.every(isReadableSession) || isOrderUnknown(entries),
  };
}

/** One page of a list. */
export interface TaskPage {
  readonly tasks: readonly Task[];
  /** How many entries have no ID. Any task can be behind one. */
  readonly unreadable: number;
}

/** Decodes a page of a list as {@link readTask} decodes its entries; undefined if the response has no `tasks`. */
export function readTaskPage(data: unknown, receivedAt: number): TaskPage | undefined {
  if (!isRecord(data) || !Array.isArray(data.tasks)) {
    return undefined;
  }
  const tasks = data.tasks.flatMap((entry: unknown) => readTask(entry, receivedAt) ?? []);
  return { tasks, unreadable: data.tasks.length - tasks.length };
}

function readArtifacts(value: unknown): readonly Artifact[] {
  if (Array.isArray(value)) {
    return value.map(readArtifact);
  }
  return value === undefined || value === null ? [] : [{ type: "unreadable" }];
}

function readArtifact(value: unknown): Artifact {
  const { type = null, data = null } = isRecord(value) ? value : {};
  const fields = isRecord(data) ? data : {};
  switch (type) {
    case "pull":
      return { type: "pull", id: toId(fields.id), globalId: toText(fields.global_id) };
    case "branch":
      return {
        type: "branch",
        headRef: toBranchName(toText(fields.head_ref)),
        baseRef: toBranchName(toText(fields.base_ref)),
      };
    default:
      return { type: "unreadable" };
  }
}

/** Whether a session's prompt is text, or there is none. */
function isReadableSession(value: unknown): boolean {
  return isRecord(value) && ["string", "undefined"].includes(typeof (value.prompt ?? undefined));
}

/** Whether it is unknown which of several prompts is the first: not every session has a time that can be read. */
function isOrderUnknown(entries: readonly unknown[]): boolean {
  const sessions = entries.filter(isRecord);
  const prompts = new Set(sessions.map(({ prompt }) => readPrompt(prompt)));
  return prompts.size > 1 && sessions.some(({ created_at }) => toTime(created_at) === null);
}

/** The prompt of a session. A blank one tells no more than none. */
function readPrompt(value: unknown): string | null {
  const prompt = toText(value);
  return removeInvisible(prompt).trim() === "" ? null : prompt;
}

function readSession(value: unknown): Session[] {
  if (!isRecord(value)) {
    return [];
  }
  return [
    {
      createdAt: toTime(value.created_at) ?? 0,
      completedAt: toTime(value.completed_at),
      prompt: readPrompt(value.prompt),
      headRef: toBranchName(toText(value.head_ref)),
      baseRef: toBranchName(toText(value.base_ref)),
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
