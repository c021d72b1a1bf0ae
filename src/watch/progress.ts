import { type Task, UNKNOWN_STATE } from "../github/agent-tasks/task.ts";
import { describeFailure } from "../github/http/error.ts";
import type { Log } from "../runner/log.ts";
import { formatDuration } from "../text/format.ts";
import type { ProgressEvent } from "./tracker.ts";

/** A wait that ends this much before its time, in milliseconds, is worth a warning. */
const MIN_WARNING_MS = 60_000;

/**
 * Logs one line for each change. A poll that finds nothing new logs nothing.
 *
 * @param names task names by ID; empty if there is only one task, which needs no name.
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
        `${explainUnknownState(event.state)} The action treats the task as active. A newer version may know this state.`,
      );
      return;
    case "pull_request":
    case "polled":
      // Pull requests are logged after their lookup, with number and URL.
      return;
    case "heartbeat": {
      const state =
        names.size === 0 ? describeState(event.tasks[0] ?? null) : countStates(event.tasks, names.size);
      const failure = event.failure === null ? "" : `; last poll failed: ${describeFailure(event.failure)}`;
      log.info(`${formatDuration(event.waitedMs)}: ${state}${failure}`);
      return;
    }
    case "ended_early": {
      const allowedAt = `${new Date(event.allowedAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;
      const text =
        `${describeFailure(event.failure)}. The next request is allowed at ${allowedAt}, after timeout_minutes runs out. So the ` +
        `wait ends ${formatDuration(event.earlyMs)} early.`;
      if (event.earlyMs >= MIN_WARNING_MS) {
        log.warning("Waiting timed out", text);
      } else {
        log.info(text);
      }
      return;
    }
    case "polling_failed":
      log.info(`Polling failed, retrying: ${describeFailure(event.failure)}`);
      return;
    case "recovered":
      log.info(`${formatDuration(event.waitedMs)}: GitHub is responding again`);
      return;
  }
}

function describeState(task: Task | null): string {
  return task === null ? "state not known yet" : `still ${task.state}`;
}

/** `12 of 100 tasks still running (2 queued, 10 in_progress)`. */
function countStates(tasks: readonly (Task | null)[], total: number): string {
  const counts = new Map<string, number>();
  for (const task of tasks) {
    const state = task?.state ?? "not known yet";
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const states = [...counts].map(([state, count]) => `${count} ${state}`).join(", ");
  return `${tasks.length} of ${total} tasks still running (${states})`;
}

function explainUnknownState(state: string): string {
  return state === UNKNOWN_STATE
    ? "GitHub reports no state that this version can read."
    : `GitHub reports the state ${JSON.stringify(state)}, which this version does not know.`;
}
