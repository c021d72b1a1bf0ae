import type { ActionContext } from "../context.ts";
import { explainFailure, getFailureScope, type Problem } from "../github/agent-tasks/problems.ts";
import { describeFailure } from "../github/http/error.ts";
import { getFullName } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { matchPrompt, matchStartId } from "../prompt/trace.ts";
import type { Log } from "../runner/log.ts";
import { formatDuration } from "../text/format.ts";
import { checkForDuplicates } from "./duplicates.ts";
import { type FailedSend, type StartEvent, startIdempotently } from "./idempotent-start.ts";
import { type FailedStart, failStart, type Start, type StartedTask } from "./outcome.ts";
import { createStartSearch } from "./search.ts";
import type { WriteThrottle } from "./write-throttle.ts";

/** Starts a task. */
export async function startTask(
  context: ActionContext,
  inputs: StartInputs,
  start: Start,
  throttle: WriteThrottle,
): Promise<StartedTask | FailedStart> {
  const { api } = context.github;
  const { clock } = context.time;
  const { repository, trace, body } = start;
  const name = getFullName(repository);
  const match = inputs.trace ? matchStartId(trace) : matchPrompt(body.prompt, inputs.baseRef);
  const search = createStartSearch(context, repository, match);
  const send = () => {
    throttle.markSent();
    return api.start(repository, body);
  };
  await throttle.wait();
  const sentAt = clock.now();

  const outcome = await startIdempotently({ send, search }, context.time, (event) =>
    logStartProgress(context.log, event, start.isOneOfMany ? `${name}: ` : ""),
  );
  if (outcome.kind !== "started") {
    const candidates = outcome.kind === "indeterminate" ? outcome.candidates : [];
    const problem = explainFailedSend(context, name, outcome);
    return failStart(problem, {
      candidates,
      scope: getFailureScope(outcome.failure, context.github.tokenKind),
    });
  }

  const { task, meta, sends, duplicates } = outcome;
  const settledAt = clock.now();
  return {
    kind: "task",
    task,
    // A task that was found comes without the server's time; it was not before it was created.
    serverNow: meta?.serverNow ?? task.createdAt,
    started: true,
    notice: {
      title: "Agent task started",
      text: `Task ${task.id} in ${name}: ${task.htmlUrl || "(no link yet)"}`,
    },
    checkForDuplicates: async () => {
      if (sends > 1) {
        const tasksUrl = formatTasksUrl(context, name);
        await checkForDuplicates(context, { task, sends, tasksUrl, sentAt, settledAt, duplicates }, search);
      }
    },
  };
}

/** Why there is no task to follow. Where one may exist all the same, people are told where to look first. */
function explainFailedSend(context: ActionContext, repository: string, outcome: FailedSend): Problem {
  const { tokenKind } = context.github;
  const problem = explainFailure(outcome.failure, {
    what: `start a task in ${repository}`,
    writes: true,
    tokenKind,
    subject: { repository, taskId: "" },
  });
  switch (outcome.kind) {
    case "not_started":
      return problem;
    case "indeterminate":
      return {
        ...problem,
        cause: `${problem.cause} (sent ${outcome.sends} times)`,
        message: `${problem.message} ${mayExist(outcome.sends)} been started all the same.`,
        remedy: `Look at the repository's tasks before you run this again: ${formatTasksUrl(context, repository)}`,
      };
  }
}

function mayExist(sends: number): string {
  return sends === 1 ? "A task may have" : `Up to ${sends} tasks may have`;
}

/** Where people see a repository's tasks. */
function formatTasksUrl({ runner }: ActionContext, repository: string): string {
  return `${runner.serverUrl}/${repository}/agents`;
}

/**
 * Tells the log what happens to a start before there is a task.
 *
 * @param where what each line begins with.
 */
export function logStartProgress(log: Log, event: StartEvent, where: string): void {
  log.info(`${where}${describeStart(event)}`);
}

function describeStart(event: StartEvent): string {
  switch (event.kind) {
    case "retrying":
      return `Not started yet: ${describeFailure(event.failure)}. Trying again in ${formatDuration(event.delayMs)}.`;
    case "looking":
      return `${describeFailure(event.failure)}: a task may have been started all the same. Looking for it.`;
    case "found":
      return `The start had worked, only its answer was lost: task ${event.task.id} is adopted.`;
    case "sent_again":
      return "No such task was found in four looks: the start is sent again.";
  }
}
