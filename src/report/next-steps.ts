import { escapeMarkdown, formatLink } from "../text/escape.ts";
import { takeWithinBytes, truncate } from "../text/format.ts";
import { hasNoChanges, isSeen, type Result } from "./result.ts";

/** The most tasks that are listed with the same next step, and the longest words of the agent's among many. */
const MAX_LISTED_TASKS = 10;

const MAX_NAME_LENGTH = 100;

const MAX_MESSAGE_LENGTH = 300;

/** What a person has to do now for a task, if anything: a paragraph each. */
export function formatNextSteps(result: Result): string[] {
  const { report } = result;
  const task = formatLink("the task", report.task_url);
  const steps: string[] = [];
  if (report.error_message !== "") {
    steps.push(`The agent reported: ${escapeMarkdown(report.error_message)}`);
  }
  switch (report.conclusion) {
    case "action_required":
      steps.push(`**Next:** the agent waits for a person. Open ${task} and answer it.`);
      break;
    case "failure":
    case "timed_out":
      steps.push(`**Next:** open ${task} to see in its session log how far it came, then start a new one.`);
      break;
    case "neutral":
      steps.push(
        `**Next:** the agent stopped without a branch or a pull request. Open ${task} to see its answer.`,
      );
      break;
    case "skipped":
      if (report.reason !== undefined) {
        steps.push(`**Nothing was started.** ${escapeMarkdown(report.reason)}`);
      }
      break;
    case "cancelled":
    case "":
    case "success":
      break;
  }
  if (hasNoChanges(result)) {
    steps.push("The task has no commits.");
  }
  return steps;
}

/** What a task among many may need a person for, most pressing first. */
const NEEDS = [
  "failure",
  "action_required",
  "timed_out",
  "cancelled",
  "neutral",
  "skipped",
  "no_changes",
  "reported",
] as const;

type Need = (typeof NEEDS)[number];

/** What to do about each. */
const STEPS: Readonly<Record<Need, readonly [title: string, step: string]>> = {
  failure: ["Failure", "Open the task to see in its session log how far it came, then start a new one."],
  action_required: ["Action required", "The agent waits for a person. Open the task and answer it."],
  timed_out: [
    "Timed out",
    "Open the task to see in its session log how far it came. Ask for less in one task.",
  ],
  cancelled: ["Cancelled", "Start a new task if the work is still wanted."],
  neutral: [
    "Neutral",
    "The agent stopped without a branch or a pull request. Open the task to see its answer.",
  ],
  skipped: ["Skipped", "Nothing was started."],
  no_changes: ["No commits", "Open the task to see why. Often the work was done already."],
  reported: ["Errors on the way", "The agent reported an error, and it is not a failure."],
};

/**
 * What a person has to do now for many tasks, if anything: a paragraph and a list for each kind of need, with a few tasks
 * in full and the number of the others.
 *
 * @param mostBytes for the lists.
 */
export function formatNextStepsByNeed(results: readonly Result[], mostBytes: number): string[] {
  const byNeed = Map.groupBy(results, getNeed);
  const steps: string[] = [];
  let left = mostBytes;
  for (const need of NEEDS) {
    const found = byNeed.get(need) ?? [];
    if (found.length > 0) {
      const [title, step] = STEPS[need];
      const lines = takeWithinBytes(found.slice(0, MAX_LISTED_TASKS).map(formatLine), left);
      left -= lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
      const more = found.length - lines.length;
      steps.push(
        `**${title} (${found.length}).** ${step}`,
        [...lines, ...(more === 0 ? [] : [`- and ${more} more in the table`])].join("\n"),
      );
    }
  }
  return steps;
}

/** Null: nothing is to be done, or the problems say what. */
function getNeed(result: Result): Need | null {
  const { conclusion, error_message: said, reason } = result.report;
  if (!isSeen(result)) {
    return null;
  }
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
      return said === "" ? null : "reported";
  }
}

function formatLine({ report }: Result): string {
  const repository = report.repository === "" ? "" : `${escapeMarkdown(report.repository)}: `;
  const task = formatLink(
    escapeMarkdown(truncate(report.task_name || report.task_id, MAX_NAME_LENGTH)),
    report.task_url,
  );
  const said = [
    ...(report.error_message === "" ? [] : [`The agent reported: ${short(report.error_message)}`]),
    ...(report.reason === undefined ? [] : [short(report.reason)]),
  ];
  return `- ${repository}${task}${said.map((text) => `. ${text}`).join("")}`;
}

function short(text: string): string {
  return escapeMarkdown(truncate(text, MAX_MESSAGE_LENGTH));
}
