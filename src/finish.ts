import type { Problem } from "./agent-tasks/errors.ts";
import type { FailOn } from "./inputs.ts";
import { redactTexts } from "./report/log.ts";
import { taskOutputs } from "./report/outputs.ts";
import { counted, taskSummary } from "./report/summary.ts";
import { endsOf, hasNoChanges, isStarted, type Result } from "./report/task-report.ts";
import { isPublic, type Runner } from "./runner.ts";
import type { Step } from "./step.ts";

/** What a step has come to. */
export interface Finish {
  readonly results: readonly Result[];
  readonly problems: readonly Problem[];
  readonly failOn: ReadonlySet<FailOn>;
  /** The prompt as sent, null where there is none to show. */
  readonly prompt: string | null;
}

/**
 * Writes outputs, summary and annotations, and says whether the step failed: by a problem, or by an end that
 * `fail_on` names.
 *
 * @returns the exit status, 0 or 1.
 */
export async function finish(step: Step, { failOn, ...texts }: Finish): Promise<number> {
  const { log, runner } = step;
  const { results, problems, prompt } = redactTexts(step.redact, texts);
  step.writeOutputs(taskOutputs(results));

  let failed = false;
  for (const result of results.filter(isStarted)) {
    const { report } = result;
    const subject = `Task ${report.task_id}${report.repository === "" ? "" : ` in ${report.repository}`}`;
    log.info(
      `${subject}: ${report.conclusion || report.state}${changesIn(result)}${report.task_url === "" ? "" : `, ${report.task_url}`}`,
    );
    if (hasNoChanges(result)) {
      log.warning("No changes", `${subject} settled without a commit. ${report.task_url}`.trimEnd());
    }
    for (const end of endsOf(result)) {
      if (failOn.has(end)) {
        failed = true;
        log.error(TITLES[end], explainEnd(end, result, subject));
      }
    }
    if (result.goesOn) {
      const why = step.signal.aborted ? "This step was cancelled, but the task" : "The task";
      log.info(`${why} goes on. To wait for it in a later step or run:\n${pickUpStep(runner, result)}`);
    }
  }
  for (const { message, remedy } of problems) {
    failed = true;
    log.error("Agent task", `${message}\n${remedy}`);
  }

  const unsettled = results.find(({ goesOn }) => goesOn);
  await step.writeSummary(
    taskSummary({
      results,
      problems,
      prompt: isPublic(runner) ? null : prompt,
      pickUp: unsettled === undefined ? null : pickUpStep(runner, unsettled),
    }),
  );
  return failed ? 1 : 0;
}

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

function explainEnd(end: FailOn, { report }: Result, subject: string): string {
  const said = report.error_message === "" ? "" : ` The agent reported: ${sentence(report.error_message)}`;
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
function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function changesIn({ report, isDraft }: Result): string {
  const { commits, changed_files: files } = report;
  const size =
    commits === null || files === null
      ? ""
      : `${counted(commits, "commit")}, ${counted(files, "changed file")}`;
  const pullRequest =
    report.pull_request_number === null
      ? ""
      : `${isDraft ? "draft " : ""}pull request #${report.pull_request_number} ${report.pull_request_url}`;
  return [pullRequest, size]
    .filter((part) => part !== "")
    .map((part) => `, ${part}`)
    .join("");
}

/** The step that waits for a task which goes on, as it would be written in a workflow. */
function pickUpStep({ actionRepository, actionRef }: Runner, { report }: Result): string {
  return [
    `- uses: ${actionRepository}/status@${actionRef}`,
    "  with:",
    "    token: ${{ secrets.AGENT_TASKS_TOKEN }}",
    ...(report.repository === "" ? [] : [`    repository: ${report.repository}`]),
    `    task_id: ${report.task_id}`,
    "    wait: true",
  ].join("\n");
}
