import { type Artifact, hasPullRequest, type Task } from "../github/agent-tasks/task.ts";

/** When a task is done: at the first response, once it settles, or once it settles or has a pull request. */
export type WaitCondition = "first_response" | "settled" | "pull_request";

/** A task as last seen. Times are this machine's, in milliseconds since the epoch. */
export interface Snapshot {
  readonly task: Task;
  readonly seenAt: number;
  /** When a snapshot first showed the task like this. */
  readonly since: number;
}

/** A change between two snapshots. */
export type TaskChange =
  | { readonly kind: "state"; readonly task: Task; readonly previous: string | null }
  | { readonly kind: "pull_request"; readonly task: Task };

/** Adds a response to a snapshot. `since` stays the same until the task changes. */
export function nextSnapshot(before: Snapshot | null, task: Task, now: number): Snapshot {
  const isUnchanged =
    before !== null &&
    before.task.state === task.state &&
    mayBeSame(before.task.updatedAt, task.updatedAt) &&
    mayBeSame(before.task.sessionCount, task.sessionCount);
  return { task, seenAt: now, since: isUnchanged ? before.since : now };
}

/** A value that only one of two endpoints shows is not a change. */
function mayBeSame(before: number | null, after: number | null): boolean {
  return before === null || after === null || before === after;
}

/** Whether a task meets the wait condition. */
export function isDone(until: WaitCondition, task: Task, settled: boolean): boolean {
  switch (until) {
    case "first_response":
      return true;
    case "settled":
      return settled;
    case "pull_request":
      return settled || hasPullRequest(task);
  }
}

/** The changes since the task was last seen. Everything is a change if it was never seen. */
export function diff(before: Task | null, task: Task): readonly TaskChange[] {
  const changes: TaskChange[] = [];
  if (before?.state !== task.state) {
    changes.push({ kind: "state", task, previous: before?.state ?? null });
  }
  if (hasPullRequest(task) && (before === null || !hasPullRequest(before))) {
    changes.push({ kind: "pull_request", task });
  }
  return changes;
}

/** The earlier time of creation counts: a response without one has the time at which it was sent. */
export function keepCreation(task: Task, before: Task | null): Task {
  return before === null || before.createdAt >= task.createdAt
    ? task
    : { ...task, createdAt: before.createdAt };
}

/** Adds to a list entry what only getting the task shows: sessions, and artifacts if the list has none that can be used. */
export function mergeListEntry(entry: Task, before: Task | null): Task {
  return {
    ...entry,
    sessions: entry.sessions ?? before?.sessions ?? null,
    hasUnreadableSession: before?.hasUnreadableSession ?? entry.hasUnreadableSession,
    artifacts: entry.artifacts.some(isUsable) ? entry.artifacts : (before?.artifacts ?? entry.artifacts),
  };
}

function isUsable(artifact: Artifact): boolean {
  switch (artifact.type) {
    case "pull":
      return artifact.id !== "" || artifact.globalId !== "";
    case "branch":
      return artifact.headRef !== "";
    case "unreadable":
      return false;
  }
}
