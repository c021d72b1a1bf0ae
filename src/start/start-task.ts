import type { Step } from "../context.ts";
import { explain, type Problem, reachOf } from "../github/agent-tasks/problems.ts";
import { describe } from "../github/http/error.ts";
import { nameOf } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { recognisePrompt, recogniseStart } from "../prompt/trace.ts";
import type { Log } from "../runner/log.ts";
import { span } from "../text/format.ts";
import { warnOfTwins } from "./duplicates.ts";
import { type FailedStart, type StartEvent, startOnce } from "./idempotent-start.ts";
import { type BegunTask, type FailedBeginning, failedBy, type Start } from "./outcome.ts";
import { startFinder } from "./search.ts";
import type { Pacer } from "./write-throttle.ts";

/** Starts a task. */
export async function begin(
  step: Step,
  inputs: StartInputs,
  start: Start,
  pacer: Pacer,
): Promise<BegunTask | FailedBeginning> {
  const { api, clock } = step;
  const { repository, origin, body } = start;
  const name = nameOf(repository);
  const recognise = inputs.trace ? recogniseStart(origin) : recognisePrompt(body.prompt, inputs.baseRef);
  const find = startFinder(step, repository, recognise);
  const send = () => {
    pacer.sent();
    return api.start(repository, body);
  };
  await pacer.turn();
  const sentAt = clock.now();

  const outcome = await startOnce({ send, find }, step, (event) =>
    narrateStart(step.log, event, start.isOneOfMany ? `${name}: ` : ""),
  );
  if (outcome.kind !== "started") {
    const candidates = outcome.kind === "doubtful" ? outcome.candidates : [];
    const problem = explainStart(step, name, outcome);
    return failedBy(problem, { candidates, reach: reachOf(outcome.fault, step.tokenKind) });
  }

  const { task, meta, sends, twins } = outcome;
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
    lookForTwins: async () => {
      if (sends > 1) {
        const tasksUrl = tasksUrlOf(step, name);
        await warnOfTwins(step, { task, sends, tasksUrl, sentAt, settledAt, twins }, find);
      }
    },
  };
}

/** Why there is no task to follow. Where one may exist all the same, people are told where to look first. */
function explainStart(step: Step, repository: string, outcome: FailedStart): Problem {
  const { tokenKind } = step;
  const problem = explain(outcome.fault, { what: `start a task in ${repository}`, writes: true, tokenKind });
  switch (outcome.kind) {
    case "not_started":
      return problem;
    case "doubtful":
      return {
        message: `${problem.message} ${mayExist(outcome.sends)} been started all the same.`,
        remedy: `Look at the repository's tasks before you run this again: ${tasksUrlOf(step, repository)}`,
      };
  }
}

function mayExist(sends: number): string {
  return sends === 1 ? "A task may have" : `Up to ${sends} tasks may have`;
}

/** Where people see a repository's tasks. */
function tasksUrlOf({ runner }: Step, repository: string): string {
  return `${runner.serverUrl}/${repository}/agents`;
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
