import type { FailOn } from "../inputs/shared-inputs.ts";
import type { Log } from "../runner/log.ts";
import { joinList, pluralize } from "../text/format.ts";
import { getOutcomes, hasNoChanges, isSeen, isStarted, nameResults, type Result } from "./result.ts";

/** GitHub shows so many errors of a step, and leaves out the others. */
const MAX_ERROR_ANNOTATIONS = 10;

/** The most tasks of the same end with an annotation each, and the most that one annotation names. */
const MAX_SEPARATE_ANNOTATIONS = 5;

const MAX_NAMED_TASKS = 10;

/**
 * Tells the log how each task stands, a line for each, and annotates what people should know. Where many tasks ended alike
 * they share an annotation, because GitHub shows few of them; the log has each task's own words all the same.
 *
 * @param otherErrors how many errors there will be beside those of the tasks.
 * @returns whether an end fails the step.
 */
export function annotateOutcomes(
  log: Log,
  results: readonly Result[],
  failOn: ReadonlySet<FailOn>,
  otherErrors: number,
): boolean {
  const told = results.filter(isStarted).map((task) => ({ task, remarks: buildAnnotations(task, failOn) }));
  const remarks = told.flatMap((one) => one.remarks);
  const errors = remarks.filter(({ level }) => level === "error").length;
  const mostAlike = errors + otherErrors > MAX_ERROR_ANNOTATIONS ? 1 : MAX_SEPARATE_ANNOTATIONS;
  const shared = [...Map.groupBy(remarks, ({ title }) => title).values()].filter(
    (alike) => alike.length > (alike[0]?.level === "error" ? mostAlike : MAX_SEPARATE_ANNOTATIONS),
  );
  const sharedTitles = new Set(shared.flatMap((alike) => alike.map(({ title }) => title)));

  for (const { task, remarks } of told) {
    log.info(`${formatSubject(task)}: ${formatStatusLine(task)}`);
    for (const { level, title, text } of remarks) {
      if (sharedTitles.has(title)) {
        log.info(text);
      } else {
        log[level](title, text);
      }
    }
  }
  const names = nameResults(results);
  for (const alike of shared) {
    const [first] = alike;
    if (first !== undefined) {
      const who = joinList(
        alike.map(({ task }) => names.get(task) ?? ""),
        MAX_NAMED_TASKS,
      );
      log[first.level](
        first.title,
        `${alike.length} ${first.inCommon}: ${who}. The log has a line for each.`,
      );
    }
  }
  return errors > 0;
}

/** What people should know of how a task ended. */
interface Annotation {
  readonly task: Result;
  readonly level: "warning" | "error";
  /** The same for the same kind of end, and only for that. */
  readonly title: string;
  readonly text: string;
  /** What many tasks with this title have in common, to follow their number. */
  readonly inCommon: string;
}

function buildAnnotations(task: Result, failOn: ReadonlySet<FailOn>): readonly Annotation[] {
  const unchanged: Annotation = {
    task,
    level: "warning",
    title: "No changes",
    text: `${formatSubject(task)} settled without a commit. ${task.report.task_url}`.trimEnd(),
    inCommon: "tasks settled without a commit",
  };
  const failures = getOutcomes(task).filter((end) => failOn.has(end));
  return [
    ...(hasNoChanges(task) ? [unchanged] : []),
    ...failures.map(
      (end): Annotation => ({
        task,
        level: "error",
        title: TITLES[end],
        text: explainOutcome(end, task),
        inCommon: IN_COMMON[end],
      }),
    ),
  ];
}

/** The titles of the errors for ends that fail the step. */
const TITLES: Readonly<Record<FailOn, string>> = {
  failure: "Agent task failed",
  cancelled: "Agent task cancelled",
  timed_out: "Agent task timed out",
  action_required: "Agent task waits for a person",
  neutral: "Agent task is neutral",
  skipped: "Agent task skipped",
  no_changes: "Agent task without changes",
  wait_timeout: "Waiting timed out",
};

/** What many tasks have in common that ended like that, to follow their number. */
const IN_COMMON: Readonly<Record<FailOn, string>> = {
  failure: "tasks failed",
  cancelled: "tasks were cancelled on GitHub",
  timed_out: "tasks reached GitHub's time limit for a session",
  action_required: "tasks wait for a person to answer",
  neutral: "tasks stopped without a branch or a pull request",
  skipped: "tasks were skipped, and fail_on has skipped",
  no_changes: "tasks made no commits, and fail_on has no_changes",
  wait_timeout: "tasks still went on when timeout_minutes was up",
};

/** How a task ended, and what to do. */
function explainOutcome(end: FailOn, task: Result): string {
  const { report } = task;
  const subject = formatSubject(task);
  const said = report.error_message === "" ? "" : ` The agent reported: ${toSentence(report.error_message)}`;
  const open = report.task_url === "" ? "" : ` ${report.task_url}`;
  switch (end) {
    case "failure":
      return `${subject} failed.${said} Its session log shows how far it came:${open}`;
    case "timed_out":
      return `${subject} reached GitHub's time limit for a session.${said} Ask for less in one task:${open}`;
    case "cancelled":
      return `${subject} was cancelled on GitHub.${said}${open}`;
    case "action_required":
      return `${subject} waits for a person to answer.${said} Open it:${open}`;
    case "neutral":
      return `${subject} stopped without a branch or a pull request.${said} Its answer is here:${open}`;
    case "no_changes":
      return `${subject} made no commits, and fail_on has no_changes.${open}`;
    case "wait_timeout":
      return `${subject} was still ${report.state} when timeout_minutes was up. It goes on:${open}`;
    case "skipped":
      return `${subject} was skipped, and fail_on has skipped.${open}`;
  }
}

/** Somebody else's words, closed so that our next sentence stands apart. */
function toSentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function formatSubject({ report }: Result): string {
  return `Task ${report.task_id}${report.repository === "" ? "" : ` in ${report.repository}`}`;
}

/** How a task stands, with what it has changed and where to see it. */
function formatStatusLine(task: Result): string {
  const { report } = task;
  const state = isSeen(task) ? report.conclusion || report.state : "not seen";
  return `${state}${formatChanges(task)}${report.task_url === "" ? "" : `, ${report.task_url}`}`;
}

function formatChanges({ report, isDraft }: Result): string {
  const { commits, changed_files: files } = report;
  const size =
    commits === null || files === null
      ? ""
      : `${pluralize(commits, "commit")}, ${pluralize(files, "changed file")}`;
  const pullRequest =
    report.pull_request_number === null
      ? ""
      : `${isDraft ? "draft " : ""}pull request #${report.pull_request_number} ${report.pull_request_url}`;
  return [pullRequest, size]
    .filter((part) => part !== "")
    .map((part) => `, ${part}`)
    .join("");
}
