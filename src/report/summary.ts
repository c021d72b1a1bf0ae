import type { Problem } from "../github/agent-tasks/problems.ts";
import { toAiCredits } from "../github/agent-tasks/task.ts";
import { escapeCell, escapeMarkdown, fenceText, formatLink } from "../text/escape.ts";
import {
  formatDuration,
  joinList,
  joinWithinBytes,
  keepTogether,
  pluralize,
  takeWithinBytes,
  truncate,
} from "../text/format.ts";
import { formatRemedy } from "./addresses.ts";
import { OUTCOMES, STATUSES } from "./conclusions.ts";
import { formatGantt } from "./gantt.ts";
import { formatNextSteps, formatNextStepsByNeed, formatRerun, formatWaitIntro } from "./next-steps.ts";
import { formatOthers, groupProblems, MAX_PROBLEM_LENGTH, type ProblemGroup } from "./problem-groups.ts";
import type { Rerun } from "./rerun.ts";
import { getPullRequestLabel, getStatus, isSeen, isStarted, type Result, sortWorstFirst } from "./result.ts";

/** The runner accepts a summary of 1 MiB per step. */
const MAX_SUMMARY_BYTES = 1_000_000;

const TOO_LONG = "*The rest was left out: a job summary is limited to 1 MiB.*";

/** The limits leave space for the prompt. */
const BYTE_BUDGET: ByteBudget = { problems: 100_000, steps: 100_000, table: 500_000 };

/** Further rows of the table are folded. */
const MAX_VISIBLE_ROWS = 25;

/** A chart with more bars is folded. */
const MAX_VISIBLE_BARS = 12;

/** The workflow step that waits for more tasks is folded. */
const MAX_VISIBLE_IDS = 5;

/** The limit for the title of a pull request, in characters. GitHub accepts 256, which would make the table too wide. */
const MAX_TITLE_LENGTH = 80;

/** The limit for a task's state, in characters. GitHub's own are far shorter. */
const MAX_STATE_LENGTH = 100;

/** How many tasks a problem names besides the first one. */
const MAX_NAMED_TASKS = 25;

/** What a comment shows. */
export interface CommentContent {
  readonly results: readonly Result[];
  /** Errors that people must act on. */
  readonly problems: readonly Problem[];
  /** Tasks that this step may have started without knowing it; absent: none. */
  readonly possibleTasks?: readonly PossibleTask[];
  /** What a re-run does; absent: it is no next step. */
  readonly rerun?: Rerun | null;
}

/** A task that may be from this step. */
export interface PossibleTask {
  readonly id: string;
  /** Empty if unknown. */
  readonly htmlUrl: string;
}

/** What the summary and the comment share, and where the links in it may lead. */
interface SharedContent extends CommentContent {
  /** `https://github.com`, or the URL of a GitHub Enterprise instance. */
  readonly serverUrl: string;
  /** Paragraphs about tasks that are still running, as Markdown. */
  readonly running: readonly string[];
}

/** What the job summary shows. */
export interface SummaryContent extends Omit<SharedContent, "running"> {
  /** Whether the step waited for its tasks. Otherwise it does not know how long they run. */
  readonly waited: boolean;
  /** The prompt as sent; null if it must not be shown. */
  readonly prompt: string | null;
  /** The workflow step that waits for the tasks that are still running, as YAML; null if there are none. */
  readonly pickUp: string | null;
}

/** The limit for each part of a summary or comment, in bytes. */
export interface ByteBudget {
  readonly problems: number;
  readonly steps: number;
  readonly table: number;
}

/** The job summary of start and status, as Markdown that ends in a newline. */
export function formatTaskSummary({ prompt, pickUp, waited, ...content }: SummaryContent): string {
  const { results } = content;
  return joinSummary([
    ...formatResultSections({ ...content, running: formatPickUp(results, pickUp) }, BYTE_BUDGET),
    ...(waited ? formatChart(results) : []),
    ...(prompt === null ? [] : [fold("Prompt", fenceText(prompt))]),
  ]);
}

function formatPickUp(results: readonly Result[], pickUp: string | null): readonly string[] {
  if (pickUp === null) {
    return [];
  }
  const step = fenceText(pickUp, "yaml");
  return [formatWaitIntro(results), results.length > MAX_VISIBLE_IDS ? fold("Workflow step", step) : step];
}

function formatChart(results: readonly Result[]): readonly string[] {
  const chart = formatGantt(results);
  if (chart === null) {
    return [];
  }
  const fence = fenceText(chart.source, "mermaid");
  return [chart.bars > MAX_VISIBLE_BARS ? fold(`Chart of ${chart.bars} task runs`, fence) : fence];
}

/** The paragraphs that the summary and the comment share: first what needs a person, then the table. */
export function formatResultSections(content: SharedContent, budget: ByteBudget): string[] {
  const { results, problems, possibleTasks = [], rerun = null, serverUrl, running } = content;
  return [
    formatHeadline(results, problems.length > 0),
    ...formatPossibleTasks(possibleTasks),
    ...formatProblems(groupProblems(problems, results), serverUrl, budget.problems),
    ...(results.length > 1
      ? [
          ...formatNextStepsByNeed(results, budget.steps),
          ...(rerun === null ? [] : [`**Next:** ${formatRerun(rerun)}`]),
        ]
      : results.flatMap((result) => formatNextSteps(result, rerun))),
    ...running,
    ...formatFoldedTable(sortWorstFirst(results), budget.table),
    ...formatTotalCost(results),
  ];
}

/**
 * The job summary of list.
 *
 * @param count how many tasks were listed, including those not shown.
 */
export function formatListSummary(shown: readonly Result[], count: number): string {
  const rows = takeWithinBytes(shown.map(formatRow), BYTE_BUDGET.table);
  return joinSummary([
    `### ${pluralize(count, "agent task")}`,
    ...(rows.length > 0 ? [formatTable(rows)] : []),
    ...(rows.length < count
      ? [`Showing ${rows.length} of ${count} tasks; the output \`tasks\` has the rest.`]
      : []),
  ]);
}

/** The summary of a dry run: what would be sent. */
export function formatDryRunSummary(
  repository: string,
  body: Readonly<Record<string, unknown>>,
  prompt: string | null,
): string {
  const { prompt: _prompt, ...settings } = body;
  return joinSummary([
    `### Dry run: nothing was started in ${escapeMarkdown(repository)}`,
    ...Object.entries(settings).map(
      ([name, value]) => `- ${escapeMarkdown(name)}: ${escapeMarkdown(String(value))}`,
    ),
    ...(prompt === null ? [] : [fold("Prompt", fenceText(prompt))]),
  ]);
}

function joinSummary(paragraphs: readonly string[]): string {
  return joinWithinBytes(paragraphs, MAX_SUMMARY_BYTES, TOO_LONG);
}

function formatHeadline(results: readonly Result[], failed: boolean): string {
  const [worst] = sortWorstFirst(results);
  if (worst === undefined || results.every((result) => isStarted(result) && !isSeen(result))) {
    return `### ❌ ${failed ? "No agent task to report" : "No agent task"}`;
  }
  // A failed start fails the step, whatever the conclusions of the other tasks.
  const isOpen = isStarted(worst) && worst.report.conclusion === "";
  const waitTimedOut = isOpen && results.some((result) => result.waitTimedOut);
  const { icon, label } = OUTCOMES[waitTimedOut ? "wait_timeout" : getStatus(worst)];
  return results.length === 1
    ? `### ${icon} Agent task: ${label}`
    : `### ${icon} ${results.length} agent tasks: ${formatCounts(results)}`;
}

/** How many results have which status, best first. */
function formatCounts(results: readonly Result[]): string {
  const byStatus = Map.groupBy(results, getStatus);
  return STATUSES.toReversed()
    .flatMap((status) => {
      const count = byStatus.get(status)?.length;
      return count === undefined ? [] : [`${count} ${OUTCOMES[status].label}`];
    })
    .join(", ");
}

function formatPossibleTasks(tasks: readonly PossibleTask[]): readonly string[] {
  const links = tasks.map(({ id, htmlUrl }) => formatLink(escapeMarkdown(id), htmlUrl));
  return tasks.length === 0
    ? []
    : [`⚠️ **Tasks that may be from this step:** ${joinList(links, MAX_NAMED_TASKS)}`];
}

function formatProblems(
  problems: readonly ProblemGroup[],
  serverUrl: string,
  maxBytes: number,
): readonly string[] {
  const paragraphs = problems.map((problem) => {
    const message = escapeMarkdown(truncate(problem.message, MAX_PROBLEM_LENGTH));
    const remedy = formatRemedy(truncate(problem.remedy, MAX_PROBLEM_LENGTH), serverUrl);
    return [`**${message}**`, remedy, ...formatOthers(problem, MAX_NAMED_TASKS).map(escapeMarkdown)].join(
      " ",
    );
  });
  const shown = takeWithinBytes(paragraphs, maxBytes);
  const more = paragraphs.length - shown.length;
  return more === 0 ? shown : [...shown, `The log has ${pluralize(more, "more error")}.`];
}

/** The table of tasks. Rows after {@link MAX_VISIBLE_ROWS} are folded. */
function formatFoldedTable(results: readonly Result[], maxBytes: number): string[] {
  const rows = takeWithinBytes(results.map(formatRow), maxBytes);
  const [shown, more] = [rows.slice(0, MAX_VISIBLE_ROWS), rows.slice(MAX_VISIBLE_ROWS)];
  return [
    ...(shown.length > 0 ? [formatTable(shown)] : []),
    ...(more.length > 0 ? [fold(pluralize(more.length, "more task"), formatTable(more))] : []),
    ...(rows.length < results.length
      ? [`Showing ${rows.length} of ${results.length} tasks; the rest did not fit.`]
      : []),
  ];
}

function formatTable(rows: readonly string[]): string {
  return [
    "| Repository | Task | Pull request | State | Changes | Time | Cost |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function formatRow(result: Result): string {
  const { report } = result;
  const cells = [
    escapeCell(report.repository),
    formatLink(escapeCell(report.task_name || report.task_id), report.task_url),
    formatPullRequest(result),
    formatState(result),
    formatChanges(result),
    report.duration_seconds === null ? "" : keepTogether(formatDuration(report.duration_seconds * 1000)),
    formatCost(result),
  ];
  return `| ${cells.join(" | ")} |`;
}

function formatState(result: Result): string {
  const status = getStatus(result);
  const { icon, label } = OUTCOMES[status];
  const state = isSeen(result) ? escapeCell(truncate(result.report.state, MAX_STATE_LENGTH)) : label;
  return keepTogether(status === "" || status === "not_seen" ? state : `${icon} ${state}`);
}

function formatPullRequest({ report }: Result): string {
  const { pull_request_number: number, pull_request_title: title, pull_request_url: url } = report;
  if (number === null) {
    return "";
  }
  const label = getPullRequestLabel(report);
  const name = `#${number} ${escapeCell(truncate(title, MAX_TITLE_LENGTH))}`.trimEnd();
  return `${formatLink(name, url)}${label === "" ? "" : ` (${label})`}`;
}

function formatChanges({ report }: Result): string {
  if (report.commits === null || report.changed_files === null) {
    return "";
  }
  return [pluralize(report.changed_files, "file"), pluralize(report.commits, "commit")]
    .map(keepTogether)
    .join(", ");
}

function formatCost({ report }: Result): string {
  return keepTogether(joinCost(report.ai_credits, report.premium_requests));
}

function joinCost(aiCredits: number | null, premiumRequests: number | null): string {
  const parts = [
    ...(aiCredits === null ? [] : [pluralize(aiCredits, "AI credit")]),
    ...(premiumRequests === null ? [] : [pluralize(premiumRequests, "premium request")]),
  ];
  return parts.join(", ");
}

/** What several tasks cost together. A skipped start reports a task of another run, whose cost is not of this one. */
function formatTotalCost(results: readonly Result[]): readonly string[] {
  const tasks = results.filter((result) => isStarted(result) && result.report.conclusion !== "skipped");
  const credits = tasks.flatMap(({ nanoAiCredits }) => nanoAiCredits ?? []);
  const requests = tasks.flatMap(({ report }) => report.premium_requests ?? []);
  const unknown = tasks.filter(
    ({ nanoAiCredits, report }) => nanoAiCredits === null && report.premium_requests === null,
  ).length;
  if (tasks.length < 2 || unknown === tasks.length) {
    return [];
  }
  const cost = joinCost(
    credits.length === 0 ? null : toAiCredits(sum(credits)),
    requests.length === 0 ? null : sum(requests),
  );
  const rest = unknown === 0 ? "" : ` The cost of ${pluralize(unknown, "task")} is unknown.`;
  return [`Total cost: ${cost}.${rest}`];
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

function fold(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}
