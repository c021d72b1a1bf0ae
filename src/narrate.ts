import type { FollowEvent } from "./agent-tasks/follow.ts";
import type { StartEvent } from "./agent-tasks/start-once.ts";
import type { Fault } from "./http/fault.ts";
import { type Log, span } from "./report/log.ts";

/** Tells the log what happens to a task: one line for each change, none for a poll that finds nothing new. */
export function narrate(log: Log, event: FollowEvent): void {
  switch (event.kind) {
    case "state": {
      const from = event.previous === null ? "" : `${event.previous} → `;
      log.info(`${span(event.waitedMs)}: ${from}${event.task.state}`);
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
      // Told with number and address once they have been looked up.
      return;
    case "sign_of_life": {
      const state = event.task === null ? "the task has not been seen yet" : `still ${event.task.state}`;
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

/** Tells the log of a request that is sent again. */
export function retelling(log: Log): (fault: Fault, delayMs: number) => void {
  return (fault, delayMs) => log.info(`${describe(fault)}. Trying again in ${span(delayMs)}.`);
}

/** Tells the log what happens to a start before there is a task. */
export function narrateStart(log: Log, event: StartEvent): void {
  switch (event.kind) {
    case "refused_for_now":
      log.info(`Not started yet: ${describe(event.fault)}. Trying again in ${span(event.delayMs)}.`);
      return;
    case "looking":
      log.info(`${describe(event.fault)}: a task may have been started all the same. Looking for it.`);
      return;
    case "found":
      log.info(`The start had worked, only its answer was lost: task ${event.task.id} is adopted.`);
      return;
    case "sent_again":
      log.info("No such task was found in four looks: the start is sent again.");
      return;
  }
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
