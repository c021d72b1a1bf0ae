import { escapeMarkdown, formatLink } from "../text/escape.ts";
import { pluralize, takeWithinBytes, truncate } from "../text/format.ts";
import { formatWithTaskLinks } from "./addresses.ts";
import { NEEDS, type Need, OUTCOMES } from "./conclusions.ts";
import { MAX_PROBLEM_LENGTH } from "./problem-groups.ts";
import type { Rerun } from "./rerun.ts";
import { hasNoChanges, type Result } from "./result.ts";

/** How many tasks are listed with the same next step. */
const MAX_LISTED_TASKS = 10;

const MAX_NAME_LENGTH = 100;

const MAX_MESSAGE_LENGTH = 300;

/**
 * What a person has to do for the step's only task, one paragraph each.
 *
 * @param rerun what a re-run does; null if it is no next step.
 */
export function formatNextSteps(result: Result, rerun: Rerun | null): string[] {
  const { conclusion, error_message: error, reason, task_url: url } = result.report;
  const task = formatLink("the task", url);
  const steps = error === "" ? [] : [`The agent reported: ${shorten(error, MAX_PROBLEM_LENGTH)}`];
  const next: string[] = [];
  switch (conclusion) {
    case "action_required":
    case "failure":
    case "timed_out":
    case "cancelled":
    case "neutral":
      next.push(OUTCOMES[conclusion].nextStep(task));
      break;
    case "skipped":
      if (reason !== undefined) {
        steps.push(`**${OUTCOMES.skipped.nextStep(task)}** ${formatWithTaskLinks(reason, result.report)}`);
      }
      break;
    case "":
    case "success":
      break;
  }
  if (rerun !== null) {
    next.push(formatRerun(rerun));
  }
  if (next.length > 0) {
    steps.push(`**Next:** ${next.join(" ")}`);
  }
  if (hasNoChanges(result)) {
    steps.push("The task has changed no files.");
  }
  return steps;
}

/**
 * What a person has to do for several tasks: for each need a paragraph, and a list with a few tasks and the number of
 * the others.
 *
 * @param maxBytes the limit for all lists together.
 */
export function formatNextStepsByNeed(results: readonly Result[], maxBytes: number): string[] {
  const byNeed = Map.groupBy(results, getNeed);
  let remainingBytes = maxBytes;
  return NEEDS.flatMap((need) => {
    const tasks = byNeed.get(need) ?? [];
    if (tasks.length === 0) {
      return [];
    }
    const lines = takeWithinBytes(tasks.slice(0, MAX_LISTED_TASKS).map(formatLine), remainingBytes);
    remainingBytes -= lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    const more = tasks.length - lines.length;
    const { label, nextStep } = OUTCOMES[need];
    return [
      `**${label.charAt(0).toUpperCase()}${label.slice(1)} (${tasks.length}).** ${nextStep("the task")}`,
      [...lines, ...(more === 0 ? [] : [`- and ${more} more in the table`])].join("\n"),
    ];
  });
}

/** What GitHub's button does. A re-run uses the workflow file as it was. */
export function formatRerun({ afterFix, ...rerun }: Rerun): string {
  return afterFix
    ? `Once that is fixed, ${formatButton(rerun)} If the workflow file had to change, start a new run instead.`
    : formatButton(rerun);
}

function formatButton({ starts, follows }: Omit<Rerun, "afterFix">): string {
  const button = "*Re-run failed jobs*";
  if (starts === 0) {
    return follows === 1
      ? `${button} follows the task, and starts no second one.`
      : `${button} follows the ${follows} tasks, and starts no second ones.`;
  }
  const started = starts === 1 ? "a new task" : pluralize(starts, "new task");
  const followed =
    follows === 0
      ? ""
      : ` It follows the other ${follows === 1 ? "one" : follows}, and starts no second one there.`;
  return `${button} starts ${started}.${followed}`;
}

/** Null if a person has nothing to do, or if the problems say what. */
function getNeed(result: Result): Need | null {
  const { conclusion, error_message: error, reason } = result.report;
  switch (conclusion) {
    case "failure":
    case "action_required":
    case "timed_out":
    case "cancelled":
    case "neutral":
      return conclusion;
    case "skipped":
      return reason === undefined ? null : "skipped";
    case "":
    case "success":
      if (hasNoChanges(result)) {
        return "no_changes";
      }
      return error === "" ? null : "reported";
  }
}

function formatLine({ report }: Result): string {
  const repository = report.repository === "" ? "" : `${escapeMarkdown(report.repository)}: `;
  const task = formatLink(shorten(report.task_name || report.task_id, MAX_NAME_LENGTH), report.task_url);
  const { error_message: error, reason } = report;
  return [
    `- ${repository}${task}`,
    ...(error === "" ? [] : [`The agent reported: ${shorten(error, MAX_MESSAGE_LENGTH)}`]),
    ...(reason === undefined ? [] : [formatWithTaskLinks(truncate(reason, MAX_MESSAGE_LENGTH), report)]),
  ].join(". ");
}

function shorten(text: string, maxLength: number): string {
  return escapeMarkdown(truncate(text, maxLength));
}

/** Says how many tasks are still running. At least one is. */
export function formatStillRunning(results: readonly Result[]): string {
  const count = countRunning(results);
  if (results.length === 1) {
    return "The task is still running.";
  }
  return count === 1 ? "1 task is still running." : `${count} tasks are still running.`;
}

/** Introduces the workflow step that waits for the tasks that are still running. */
export function formatWaitIntro(results: readonly Result[]): string {
  const intro =
    countRunning(results) === 1
      ? "To wait for it in a later step or run:"
      : "To wait for them in a later step or run:";
  return `${formatStillRunning(results)} ${intro}`;
}

function countRunning(results: readonly Result[]): number {
  return results.filter(({ stillRunning }) => stillRunning).length;
}
