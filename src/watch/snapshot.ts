import { hasPullRequest, type Task } from "../github/agent-tasks/task.ts";

/** When to stop following: at the first answer, once settled, or once settled or with a pull request. */
export type WaitCondition = "first_response" | "settled" | "pull_request";

/** A task as last seen. Times are this machine's, in milliseconds since the epoch. */
export interface Snapshot {
  readonly task: Task;
  readonly seenAt: number;
  /** Since when it has looked like that. */
  readonly since: number;
}

/** What has changed from one snapshot to the next. */
export type TaskChange =
  | { readonly kind: "state"; readonly task: Task; readonly previous: string | null }
  | { readonly kind: "pull_request"; readonly task: Task };

/** The next snapshot of a task. */
export function nextSnapshot(before: Snapshot | null, task: Task, now: number): Snapshot {
  const isUnchanged =
    before !== null &&
    before.task.state === task.state &&
    mayBeSame(before.task.updatedAt, task.updatedAt) &&
    mayBeSame(before.task.sessionCount, task.sessionCount);
  return { task, seenAt: now, since: isUnchanged ? before.since : now };
}

/** What only one of two endpoints tells is no change. */
function mayBeSame(before: number | null, now: number | null): boolean {
  return before === null || now === null || before === now;
}

/** Whether a task is as wanted. */
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

/** What is new about a task since it was last seen; all of it where it was not. */
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

/** A list's entry, with what only getting the task by itself has shown: its sessions, and artifacts if lists have none. */
export function mergeListEntry(entry: Task, before: Task | null): Task {
  return {
    ...entry,
    sessions: entry.sessions ?? before?.sessions ?? null,
    artifacts: entry.artifacts.length > 0 ? entry.artifacts : (before?.artifacts ?? []),
  };
}
