import type { FollowEvent } from "./agent-tasks/pursuit.ts";
import type { StartEvent } from "./agent-tasks/start-once.ts";
import type { Task } from "./agent-tasks/task.ts";
import type { Fault } from "./http/fault.ts";
import { type Log, span } from "./report/log.ts";

/**
 * Tells the log what happens to tasks: one line for each change, none for a poll that finds nothing new.
 *
 * @param names what the tasks are called, by their IDs; where there is only one it needs no name.
 */
export function narrate(log: Log, event: FollowEvent, names: ReadonlyMap<string, string>): void {
  switch (event.kind) {
    case "state": {
      const name = names.get(event.task.id);
      const from = event.previous === null ? "" : `${event.previous} → `;
      log.info(`${span(event.waitedMs)}: ${name === undefined ? "" : `${name}: `}${from}${event.task.state}`);
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
    case "looked":
      // Pull requests are told of with number and address, once they have been looked up.
      return;
    case "sign_of_life": {
      const state = names.size === 0 ? stateOf(event.tasks[0] ?? null) : tally(event.tasks, names.size);
      const trouble = event.trouble === null ? "" : `; at the moment ${describe(event.trouble)}`;
      log.info(`${span(event.waitedMs)}: ${state}${trouble}`);
      return;
    }
    case "trouble":
      log.info(`Looking again: ${describe(event.fault)}`);
      return;
    case "recovered":
      log.info(`${span(event.waitedMs)}: GitHub answers again`);
      return;
  }
}

function stateOf(task: Task | null): string {
  return task === null ? "the task has not been seen yet" : `still ${task.state}`;
}

/** `12 of 100 tasks to go (2 queued, 10 in_progress)`. */
function tally(tasks: readonly (Task | null)[], all: number): string {
  const counts = new Map<string, number>();
  for (const task of tasks) {
    const state = task?.state ?? "not seen yet";
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const states = [...counts].map(([state, count]) => `${count} ${state}`).join(", ");
  return `${tasks.length} of ${all} tasks to go (${states})`;
}

/** Tells the log of a request that is sent again. */
export function retelling(log: Log): (fault: Fault, delayMs: number) => void {
  return (fault, delayMs) => log.info(`${describe(fault)}. Trying again in ${span(delayMs)}.`);
}

/**
 * Tells the log what happens to a start before there is a task.
 *
 * @param where what each line begins with.
 */
export function narrateStart(log: Log, event: StartEvent, where: string): void {
  log.info(`${where}${tellStart(event)}`);
}

function tellStart(event: StartEvent): string {
  switch (event.kind) {
    case "refused_for_now":
      return `Not started yet: ${describe(event.fault)}. Trying again in ${span(event.delayMs)}.`;
    case "looking":
      return `${describe(event.fault)}: a task may have been started all the same. Looking for it.`;
    case "found":
      return `The start had worked, only its answer was lost: task ${event.task.id} is adopted.`;
    case "sent_again":
      return "No such task was found in four looks: the start is sent again.";
  }
}

/** A task by its ID, with its address where it has one. */
export function linkOf({ id, htmlUrl }: Task): string {
  return htmlUrl === "" ? `task ${id}` : `task ${id} (${htmlUrl})`;
}

/** A fault in a few words, for a line of the log that goes on. */
export function describe(fault: Fault): string {
  switch (fault.kind) {
    case "not_sent":
    case "doubtful":
      return fault.reason;
    case "rate_limited":
      return `GitHub's rate limit is reached (HTTP ${fault.status})`;
    case "unavailable":
      return "GitHub is not available (HTTP 503)";
    case "refused":
      return fault.status === 404
        ? "the task is not found (HTTP 404)"
        : `GitHub refused (HTTP ${fault.status})`;
    case "redirected":
      return `GitHub points elsewhere (HTTP ${fault.status})`;
    case "cancelled":
      return "the step was cancelled";
  }
}
