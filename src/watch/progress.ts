import type { Task } from "../github/agent-tasks/task.ts";
import { describeFailure } from "../github/http/error.ts";
import type { Log } from "../runner/log.ts";
import { formatDuration } from "../text/format.ts";
import type { ProgressEvent } from "./tracker.ts";

/**
 * Tells the log what happens to tasks: one line for each change, none for a poll that finds nothing new.
 *
 * @param names what the tasks are called, by their IDs; where there is only one it needs no name.
 */
export function logProgress(log: Log, event: ProgressEvent, names: ReadonlyMap<string, string>): void {
  switch (event.kind) {
    case "state": {
      const name = names.get(event.task.id);
      const from = event.previous === null ? "" : `${event.previous} → `;
      log.info(
        `${formatDuration(event.waitedMs)}: ${name === undefined ? "" : `${name}: `}${from}${event.task.state}`,
      );
      return;
    }
    case "unknown_state":
      log.warning(
        "Unknown task state",
        `GitHub reports the state ${JSON.stringify(event.state)}, which this version does not know. It is taken ` +
          "for a task that is still active. A newer version of the action may know it.",
      );
      return;
    case "pull_request":
    case "polled":
      // Pull requests are told of with number and address, once they have been looked up.
      return;
    case "heartbeat": {
      const state =
        names.size === 0 ? describeState(event.tasks[0] ?? null) : countStates(event.tasks, names.size);
      const trouble = event.failure === null ? "" : `; at the moment ${describeFailure(event.failure)}`;
      log.info(`${formatDuration(event.waitedMs)}: ${state}${trouble}`);
      return;
    }
    case "polling_failed":
      log.info(`Looking again: ${describeFailure(event.failure)}`);
      return;
    case "recovered":
      log.info(`${formatDuration(event.waitedMs)}: GitHub answers again`);
      return;
  }
}

function describeState(task: Task | null): string {
  return task === null ? "the task has not been seen yet" : `still ${task.state}`;
}

/** `12 of 100 tasks to go (2 queued, 10 in_progress)`. */
function countStates(tasks: readonly (Task | null)[], all: number): string {
  const counts = new Map<string, number>();
  for (const task of tasks) {
    const state = task?.state ?? "not seen yet";
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const states = [...counts].map(([state, count]) => `${count} ${state}`).join(", ");
  return `${tasks.length} of ${all} tasks to go (${states})`;
}
