import { fenced, link, markdown } from "../text/escape.ts";
import { counted, cut, fitting, span } from "../text/format.ts";
import { gantt } from "./gantt.ts";
import { nextSteps, nextStepsOfMany } from "./next-steps.ts";
import { alsoIn, type Problem, type SharedProblem, sharedProblems } from "./problem-groups.ts";
import {
  countsOf,
  isSeen,
  isStarted,
  type ReportedConclusion,
  type Result,
  SIGNS,
  worstConclusion,
  worstFirst,
} from "./result.ts";

/** The longest summary, in bytes. The runner takes 1 MiB for a step. */
const LONGEST = 1_000_000;

const TOO_LONG = "*The rest was left out: a summary can have 1 MiB at most.*";

/** How much of a summary its parts may take at most: the prompt has room beside them. */
const ROOM: Room = { problems: 100_000, steps: 100_000, table: 500_000 };

/** How many rows of the table are shown at once; the others are folded away. */
const ROWS_SHOWN = 25;

/** The longest message and the longest remedy, in characters, and how many tasks are named beside the first one. */
const LONGEST_PROBLEM = 2_000;

const MOST_NAMED = 25;

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
export interface Room {
  readonly problems: number;
  readonly steps: number;
  readonly table: number;
}

/** The job summary of start and status, as Markdown that ends in a newline. */
export function taskSummary({ results, problems, prompt, pickUp }: SummaryContent): string {
  const chart = gantt(results);
  const goOn = results.filter(({ goesOn }) => goesOn).length;
  const paragraphs = [
    ...account({ results, problems }, ROOM),
    ...(chart === null ? [] : [fencedAs("mermaid", chart)]),
    ...(pickUp === null
      ? []
      : [`To wait for ${goOn > 1 ? "them" : "it"} in a later step or run:`, fencedAs("yaml", pickUp)]),
    ...(prompt === null ? [] : [folded("Prompt", fenced(prompt))]),
  ];
  return assemble(paragraphs, LONGEST, TOO_LONG);
}

/**
 * What the tasks have come to, a paragraph each: a headline, the errors, the tasks as a table, and what is to be done. Of
 * many tasks, what is to be done comes before the table.
 */
export function account(
  { results, problems }: Pick<SummaryContent, "results" | "problems">,
  room: Room,
): string[] {
  const areMany = results.length > 1;
  return [
    headline(results, problems.length > 0),
    ...errors(sharedProblems(problems, results), room.problems),
    ...(areMany ? nextStepsOfMany(results, room.steps) : []),
    ...foldedTable(worstFirst(results), room.table),
    ...(areMany ? [] : results.flatMap(nextSteps)),
  ];
}

/** The job summary of list: the tasks to show, and how many there are in all. */
export function listSummary(shown: readonly Result[], count: number): string {
  return assemble(
    [
      `### ${counted(count, "agent task")}`,
      ...(shown.length > 0 ? [tableOf(shown.map(row))] : []),
      ...(shown.length < count
        ? [`The first ${shown.length} of ${count}; the output \`tasks\` has the rest.`]
        : []),
    ],
    LONGEST,
    TOO_LONG,
  );
}

/** The summary of a dry run: what would be sent. */
export function dryRunSummary(
  repository: string,
  body: Readonly<Record<string, unknown>>,
  prompt: string | null,
): string {
  const { prompt: _prompt, ...settings } = body;
  return assemble(
    [
      `### Dry run: nothing was started in ${markdown(repository)}`,
      ...Object.entries(settings).map(([name, value]) => `- ${markdown(name)}: ${markdown(String(value))}`),
      ...(prompt === null ? [] : [folded("Prompt", fenced(prompt))]),
    ],
    LONGEST,
    TOO_LONG,
  );
}

/** What the tasks have come to, as a heading. */
function headline(results: readonly Result[], failed: boolean): string {
  const [only, ...others] = results;
  if (only === undefined || !results.some(isSeen)) {
    return `### ❌ ${failed ? "No agent task to report" : "No agent task"}`;
  }
  const conclusion = worstConclusion(results);
  const waitTimedOut = conclusion === "" && results.some((result) => result.waitTimedOut);
  const sign = waitTimedOut ? "⌛" : SIGNS[conclusion];
  if (others.length === 0) {
    return `### ${sign} Agent task: ${waitTimedOut ? "still going on when the waiting ended" : SAYINGS[conclusion]}`;
  }
  // A start that failed fails the step, whatever came of the other tasks.
  return `### ${results.every(isStarted) ? sign : "❌"} ${results.length} agent tasks: ${tally(results)}`;
}

/** How many have come to what, best first. */
function tally(results: readonly Result[]): string {
  const counts = countsOf(results);
  const notSeen = results.filter((result) => isStarted(result) && !isSeen(result)).length;
  const parts: readonly (readonly [count: number | undefined, saying: string])[] = [
    [counts.success, SAYINGS.success],
    [counts.skipped, SAYINGS.skipped],
    [counts.neutral, SAYINGS.neutral],
    [(counts.pending ?? 0) - notSeen, SAYINGS[""]],
    [notSeen, NOT_SEEN],
    [counts.action_required, SAYINGS.action_required],
    [counts.cancelled, SAYINGS.cancelled],
    [counts.timed_out, SAYINGS.timed_out],
    [counts.failure, SAYINGS.failure],
    [counts.not_started, NOT_STARTED],
  ];
  return parts.flatMap(([count, saying]) => (count ? [`${count} ${saying}`] : [])).join(", ");
}

const NOT_SEEN = "not seen";

const NOT_STARTED = "not started";

const SAYINGS: Readonly<Record<ReportedConclusion, string>> = {
  failure: "failure",
  timed_out: "timed out",
  cancelled: "cancelled",
  action_required: "action required",
  "": "under way",
  neutral: "neutral",
  skipped: "skipped",
  success: "success",
};

/** What went wrong, each cause once. */
function errors(problems: readonly SharedProblem[], mostBytes: number): readonly string[] {
  const told = problems.map((problem) => {
    const also = markdown(alsoIn(problem, MOST_NAMED));
    const remedy = markdown(cut(problem.remedy, LONGEST_PROBLEM));
    return `**${markdown(cut(problem.message, LONGEST_PROBLEM))}** ${remedy}${also === "" ? "" : ` ${also}`}`;
  });
  const shown = fitting(told, mostBytes);
  const more = told.length - shown.length;
  return more === 0 ? shown : [...shown, `The log has ${counted(more, "more error")}.`];
}

/** The tasks as a table, what is beyond {@link ROWS_SHOWN} folded away. Says how many had no room in so many bytes. */
function foldedTable(results: readonly Result[], mostBytes: number): string[] {
  const rows = fitting(results.map(row), mostBytes);
  const [shown, more] = [rows.slice(0, ROWS_SHOWN), rows.slice(ROWS_SHOWN)];
  return [
    ...(shown.length > 0 ? [tableOf(shown)] : []),
    ...(more.length > 0 ? [folded(counted(more.length, "more task"), tableOf(more))] : []),
    ...(rows.length < results.length
      ? [`The first ${rows.length} of ${results.length}: ${results.length - rows.length} had no room.`]
      : []),
  ];
}

function tableOf(rows: readonly string[]): string {
  return [
    "| Repository | Task | State | Pull request | Changes | Time | Cost |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function row(result: Result): string {
  const { report } = result;
  const cells = [
    markdown(report.repository),
    link(markdown(report.task_name || report.task_id), report.task_url),
    stateCell(result),
    pullRequestCell(result),
    changesCell(result),
    report.duration_seconds === null ? "" : span(report.duration_seconds * 1000),
    creditsCell(result),
  ];
  return `| ${cells.join(" | ")} |`;
}

function stateCell(result: Result): string {
  const { report } = result;
  if (!isSeen(result)) {
    return isStarted(result) ? NOT_SEEN : `❌ ${NOT_STARTED}`;
  }
  const state = markdown(report.state);
  return report.conclusion === "" ? state : `${SIGNS[report.conclusion]} ${state}`;
}

function pullRequestCell({ report, isDraft }: Result): string {
  if (report.pull_request_number === null) {
    return "";
  }
  const draft = isDraft ? " (draft)" : "";
  return `${link(`#${report.pull_request_number}`, report.pull_request_url)}${draft}`;
}

function changesCell({ report }: Result): string {
  if (report.commits === null || report.changed_files === null) {
    return "";
  }
  return `${counted(report.changed_files, "file")}, ${counted(report.commits, "commit")}`;
}

function creditsCell({ report }: Result): string {
  const parts = [
    ...(report.ai_credits === null ? [] : [counted(report.ai_credits, "AI credit")]),
    ...(report.premium_requests === null ? [] : [counted(report.premium_requests, "premium request")]),
  ];
  return parts.join(", ");
}

function folded(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}

function fencedAs(language: string, text: string): string {
  return fenced(text).replace(/^(`+)text/, `$1${language}`);
}

/** Leaves whole paragraphs out, the last ones first, where all would have more than `longest` bytes, and says `tooLong`. */
export function assemble(paragraphs: readonly string[], longest: number, tooLong: string): string {
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
