import type { Problem } from "../github/agent-tasks/problems.ts";
import { escapeMarkdown, fenceText, formatLink } from "../text/escape.ts";
import { formatDuration, pluralize, takeWithinBytes, truncate } from "../text/format.ts";
import { OUTCOMES, STATUSES } from "./conclusions.ts";
import { formatGantt } from "./gantt.ts";
import { formatNextSteps, formatNextStepsByNeed } from "./next-steps.ts";
import { formatOthers, groupProblems, type ProblemGroup } from "./problem-groups.ts";
import { getStatus, isSeen, isStarted, type Result, sortWorstFirst } from "./result.ts";

/** The longest summary, in bytes. The runner takes 1 MiB for a step. */
const MAX_SUMMARY_BYTES = 1_000_000;

const TOO_LONG = "*The rest was left out: a summary can have 1 MiB at most.*";

/** How much of a summary its parts may take at most: the prompt has room beside them. */
const BYTE_BUDGET: ByteBudget = { problems: 100_000, steps: 100_000, table: 500_000 };

/** How many rows of the table are shown at once; the others are folded away. */
const MAX_VISIBLE_ROWS = 25;

/** The longest message and the longest remedy, in characters, and how many tasks are named beside the first one. */
const MAX_PROBLEM_LENGTH = 2_000;

const MAX_NAMED_TASKS = 25;

/** What a summary of tasks is made from. */
export interface SummaryContent {
  readonly results: readonly Result[];
  /** Errors that people must act on: what went wrong, and what to do. */
  readonly problems: readonly Problem[];
  /** The prompt as sent; null where it must not be shown. */
  readonly prompt: string | null;
  /** How to pick up the tasks that go on; null where there is nothing to pick up. */
  readonly pickUp: string | null;
}

/** How many bytes the parts of an account may have. */
export interface ByteBudget {
  readonly problems: number;
  readonly steps: number;
  readonly table: number;
}

/** The job summary of start and status, as Markdown that ends in a newline. */
export function formatTaskSummary({ results, problems, prompt, pickUp }: SummaryContent): string {
  const chart = formatGantt(results);
  const goOn = results.filter(({ stillRunning }) => stillRunning).length;
  const paragraphs = [
    ...formatResultSections({ results, problems }, BYTE_BUDGET),
    ...(chart === null ? [] : [fenceAs("mermaid", chart)]),
    ...(pickUp === null
      ? []
      : [`To wait for ${goOn > 1 ? "them" : "it"} in a later step or run:`, fenceAs("yaml", pickUp)]),
    ...(prompt === null ? [] : [fold("Prompt", fenceText(prompt))]),
  ];
  return joinWithinLimit(paragraphs, MAX_SUMMARY_BYTES, TOO_LONG);
}

/**
 * What the tasks have come to, a paragraph each: a headline, the errors, the tasks as a table, and what is to be done. Of
 * many tasks, what is to be done comes before the table.
 */
export function formatResultSections(
  { results, problems }: Pick<SummaryContent, "results" | "problems">,
  room: ByteBudget,
): string[] {
  const areMany = results.length > 1;
  return [
    formatHeadline(results, problems.length > 0),
    ...formatProblems(groupProblems(problems, results), room.problems),
    ...(areMany ? formatNextStepsByNeed(results, room.steps) : []),
    ...formatFoldedTable(sortWorstFirst(results), room.table),
    ...(areMany ? [] : results.flatMap(formatNextSteps)),
  ];
}

/** The job summary of list: the tasks to show, and how many there are in all. */
export function formatListSummary(shown: readonly Result[], count: number): string {
  return joinWithinLimit(
    [
      `### ${pluralize(count, "agent task")}`,
      ...(shown.length > 0 ? [formatTable(shown.map(formatRow))] : []),
      ...(shown.length < count
        ? [`The first ${shown.length} of ${count}; the output \`tasks\` has the rest.`]
        : []),
    ],
    MAX_SUMMARY_BYTES,
    TOO_LONG,
  );
}

/** The summary of a dry run: what would be sent. */
export function formatDryRunSummary(
  repository: string,
  body: Readonly<Record<string, unknown>>,
  prompt: string | null,
): string {
  const { prompt: _prompt, ...settings } = body;
  return joinWithinLimit(
    [
      `### Dry run: nothing was started in ${escapeMarkdown(repository)}`,
      ...Object.entries(settings).map(
        ([name, value]) => `- ${escapeMarkdown(name)}: ${escapeMarkdown(String(value))}`,
      ),
      ...(prompt === null ? [] : [fold("Prompt", fenceText(prompt))]),
    ],
    MAX_SUMMARY_BYTES,
    TOO_LONG,
  );
}

function formatHeadline(results: readonly Result[], failed: boolean): string {
  const [worst] = sortWorstFirst(results);
  if (worst === undefined || !results.some(isSeen)) {
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

/** What went wrong, each cause once. */
function formatProblems(problems: readonly ProblemGroup[], mostBytes: number): readonly string[] {
  const told = problems.map((problem) => {
    const also = escapeMarkdown(formatOthers(problem, MAX_NAMED_TASKS));
    const remedy = escapeMarkdown(truncate(problem.remedy, MAX_PROBLEM_LENGTH));
    return `**${escapeMarkdown(truncate(problem.message, MAX_PROBLEM_LENGTH))}** ${remedy}${also === "" ? "" : ` ${also}`}`;
  });
  const shown = takeWithinBytes(told, mostBytes);
  const more = told.length - shown.length;
  return more === 0 ? shown : [...shown, `The log has ${pluralize(more, "more error")}.`];
}

/** The tasks as a table, what is beyond {@link MAX_VISIBLE_ROWS} folded away. Says how many had no room in so many bytes. */
function formatFoldedTable(results: readonly Result[], mostBytes: number): string[] {
  const rows = takeWithinBytes(results.map(formatRow), mostBytes);
  const [shown, more] = [rows.slice(0, MAX_VISIBLE_ROWS), rows.slice(MAX_VISIBLE_ROWS)];
  return [
    ...(shown.length > 0 ? [formatTable(shown)] : []),
    ...(more.length > 0 ? [fold(pluralize(more.length, "more task"), formatTable(more))] : []),
    ...(rows.length < results.length
      ? [`The first ${rows.length} of ${results.length}: ${results.length - rows.length} had no room.`]
      : []),
  ];
}

function formatTable(rows: readonly string[]): string {
  return [
    "| Repository | Task | State | Pull request | Changes | Time | Cost |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function formatRow(result: Result): string {
  const { report } = result;
  const cells = [
    escapeMarkdown(report.repository),
    formatLink(escapeMarkdown(report.task_name || report.task_id), report.task_url),
    formatState(result),
    formatPullRequest(result),
    formatChanges(result),
    report.duration_seconds === null ? "" : formatDuration(report.duration_seconds * 1000),
    formatCost(result),
  ];
  return `| ${cells.join(" | ")} |`;
}

function formatState(result: Result): string {
  const status = getStatus(result);
  const { icon, label } = OUTCOMES[status];
  const state = isSeen(result) ? escapeMarkdown(result.report.state) : label;
  return status === "" || status === "not_seen" ? state : `${icon} ${state}`;
}

function formatPullRequest({ report, isDraft }: Result): string {
  if (report.pull_request_number === null) {
    return "";
  }
  const draft = isDraft ? " (draft)" : "";
  return `${formatLink(`#${report.pull_request_number}`, report.pull_request_url)}${draft}`;
}

function formatChanges({ report }: Result): string {
  if (report.commits === null || report.changed_files === null) {
    return "";
  }
  return `${pluralize(report.changed_files, "file")}, ${pluralize(report.commits, "commit")}`;
}

function formatCost({ report }: Result): string {
  const parts = [
    ...(report.ai_credits === null ? [] : [pluralize(report.ai_credits, "AI credit")]),
    ...(report.premium_requests === null ? [] : [pluralize(report.premium_requests, "premium request")]),
  ];
  return parts.join(", ");
}

function fold(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}

function fenceAs(language: string, text: string): string {
  return fenceText(text).replace(/^(`+)text/, `$1${language}`);
}

/** Leaves whole paragraphs out, the last ones first, where all would have more than `longest` bytes, and says `tooLong`. */
export function joinWithinLimit(paragraphs: readonly string[], longest: number, tooLong: string): string {
  const kept: string[] = [];
  let bytes = 0;
  for (const paragraph of paragraphs) {
    bytes += Buffer.byteLength(paragraph) + 2;
    if (bytes > longest) {
      kept.push(tooLong);
      break;
    }
    kept.push(paragraph);
  }
  return `${kept.join("\n\n")}\n`;
}
