import type { ActionContext } from "../context.ts";
import type { Task } from "../github/agent-tasks/task.ts";
import { describeFailure, isAccepted } from "../github/http/error.ts";
import { getFullName, type Repository } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import type { Log } from "../runner/log.ts";
import { formatDuration } from "../text/format.ts";
import { type FailedSend, type StartEvent, startIdempotently } from "./idempotent-start.ts";
import { type FailedStart, failRequest, MAX_LINKED_TASKS, type Start, type StartedTask } from "./outcome.ts";
import { createSearchBudget, createStartSearch, UNREADABLE_TASKS } from "./search.ts";
import type { WriteThrottle } from "./write-throttle.ts";

/** Starts a task. */
export async function startTask(
  context: ActionContext,
  inputs: StartInputs,
  start: Start,
  throttle: WriteThrottle,
): Promise<StartedTask | FailedStart> {
  const { clock } = context.time;
  const name = getFullName(start.repository);
  const others = new Map<string, Task>();
  const search = createStartSearch(context, inputs, start, { others, budget: createSearchBudget() });
  const send = () => {
    throttle.markSent();
    return context.github.api.start(start.repository, start.body);
  };
  await throttle.wait();
  const sentAt = clock.now();

  const outcome = await startIdempotently({ send, search, isProof: inputs.trace }, context.time, (event) =>
    logStartProgress(context.log, event, start.isOneOfMany ? `${name}: ` : ""),
  );
  if (outcome.kind !== "started") {
    return failSend(context, start.repository, outcome);
  }
  const { task, meta, sends, duplicates } = outcome;
  return {
    kind: "task",
    start,
    task,
    // The response with the server's time may have been lost. The server's time was not before the task's creation.
    serverNow: meta?.serverNow ?? task.createdAt,
    started: true,
    isOwn: true,
    notice: {
      title: "Agent task started",
      text: `Task ${task.id} in ${name}: ${task.htmlUrl || "(no link yet)"}`,
    },
    judged: new Map(),
    resend:
      sends === 1 && duplicates.length === 0
        ? null
        : { sends, sentAt, settledAt: clock.now(), duplicates, others },
  };
}

function failSend(context: ActionContext, repository: Repository, outcome: FailedSend): FailedStart {
  const what = `start a task in ${getFullName(repository)}`;
  const failed = failRequest(context, repository, outcome.failure, { what, writes: true });
  switch (outcome.kind) {
    case "not_started":
      return failed;
    case "indeterminate": {
      const { message, cause } = failed.problem;
      const { sends, candidates } = outcome;
      const tasksUrl = formatTasksUrl(context, repository);
      const problem = {
        ...failed.problem,
        code: "indeterminate" as const,
        message: `${message} ${explainDoubt(outcome)}`,
        cause: `${cause} (sent ${sends} times)`,
        remedy: `Look at the repository's tasks. If none does this work, start a new run: ${tasksUrl}`,
      };
      return { ...failed, problem, candidates: candidates.slice(0, MAX_LINKED_TASKS) };
    }
  }
}

function explainDoubt({
  failure,
  sends,
  isListUnreadable,
}: Extract<FailedSend, { kind: "indeterminate" }>): string {
  const count =
    sends === 1
      ? "A task may have been started anyway."
      : `Up to ${sends} tasks may have been started anyway.`;
  return [
    ...(isAccepted(failure) ? ["GitHub accepted the request."] : []),
    count,
    ...(isListUnreadable ? [`${UNREADABLE_TASKS}, so the request is not sent again.`] : []),
  ].join(" ");
}

/** The page that shows a repository's tasks. */
export function formatTasksUrl({ runner }: ActionContext, repository: Repository): string {
  return `${runner.serverUrl}/${getFullName(repository)}/agents`;
}

/**
 * Logs what happens to a start before there is a task.
 *
 * @param prefix what each line begins with.
 */
export function logStartProgress(log: Log, event: StartEvent, prefix: string): void {
  log.info(`${prefix}${describeStart(event)}`);
}

function describeStart(event: StartEvent): string {
  switch (event.kind) {
    case "retrying":
      return `Not started yet: ${describeFailure(event.failure)}. Retrying in ${formatDuration(event.delayMs)}.`;
    case "searching":
      return `${describeFailure(event.failure)}. The task may have been started anyway; searching for it.`;
    case "found":
      return `The start request succeeded. Following task ${event.task.id}.`;
    case "resending":
      return "No search found such a task. Sending the start request again.";
  }
}
