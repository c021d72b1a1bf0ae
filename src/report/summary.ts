import { fenced, link, markdown } from "./escape.ts";
import { span } from "./log.ts";
import { hasNoChanges, type ReportedConclusion, type Result, worstConclusion } from "./task-report.ts";

/** The longest summary, in bytes. The runner takes 1 MiB for a step. */
const LONGEST = 1_000_000;
const TOO_LONG = "*The rest was left out: a summary can have 1 MiB at most.*";

/** What a summary of tasks is made from. */
export interface SummaryContent {
  readonly results: readonly Result[];
  /** Errors that people must act on: what went wrong, and what to do. */
  readonly problems: readonly { readonly message: string; readonly remedy: string }[];
  /** The prompt as sent; null where it must not be shown. */
  readonly prompt: string | null;
  /** How to pick up a task that goes on; null where there is nothing to pick up. */
  readonly pickUp: string | null;
}

/** The job summary of start and status, as Markdown that ends in a newline. */
export function taskSummary({ results, problems, prompt, pickUp }: SummaryContent): string {
  const paragraphs = [
    headline(results, problems.length > 0),
    ...problems.map(({ message, remedy }) => `**${markdown(message)}** ${markdown(remedy)}`),
    ...(results.length > 0 ? [table(results)] : []),
    ...results.flatMap(nextSteps),
    ...(pickUp === null ? [] : ["To wait for it in a later step or run:", fencedYaml(pickUp)]),
    ...(prompt === null ? [] : [folded("Prompt", fenced(prompt))]),
  ];
  return assemble(paragraphs, LONGEST, TOO_LONG);
}

/** The job summary of list: the tasks to show, and how many there are in all. */
export function listSummary(shown: readonly Result[], count: number): string {
  return assemble(
    [
      `### ${counted(count, "agent task")}`,
      ...(shown.length > 0 ? [table(shown)] : []),
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
export function headline(results: readonly Result[], failed: boolean): string {
  const [first] = results;
  const subject = results.length === 1 ? "Agent task" : `${results.length} agent tasks`;
  if (first === undefined || results.every(({ report }) => report.task_id === "")) {
    return `### ❌ ${failed ? "No agent task to report" : "No agent task"}`;
  }
  const conclusion = worstConclusion(results);
  const waiting = conclusion === "" && results.some(({ waitTimedOut }) => waitTimedOut);
  return waiting
    ? `### ⌛ ${subject}: still going on when the waiting ended`
    : `### ${SIGNS[conclusion]} ${subject}: ${SAYINGS[conclusion]}`;
}

const SIGNS: Readonly<Record<ReportedConclusion, string>> = {
  failure: "❌",
  timed_out: "❌",
  cancelled: "🚫",
  action_required: "✋",
  "": "▶️",
  neutral: "⚪",
  skipped: "⏭️",
  success: "✅",
};

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

/** The tasks, a row for each. */
export function table(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const { report } = result;
    return [
      markdown(report.repository),
      link(markdown(report.task_name || report.task_id), report.task_url),
      stateCell(result),
      pullRequestCell(result),
      changesCell(result),
      report.duration_seconds === null ? "" : span(report.duration_seconds * 1000),
      creditsCell(result),
    ];
  });
  const lines = [
    ["Repository", "Task", "State", "Pull request", "Changes", "Time", "Cost"],
    ["---", "---", "---", "---", "---", "---", "---"],
    ...rows,
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function stateCell({ report }: Result): string {
  if (report.error !== undefined) {
    return "❌ not started";
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

/** What a person has to do now, if anything. */
export function nextSteps(result: Result): string[] {
  const { report } = result;
  const task = link("the task", report.task_url);
  const steps: string[] = [];
  if (report.error_message !== "") {
    steps.push(`The agent reported: ${markdown(report.error_message)}`);
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
        steps.push(`**Nothing was started.** ${markdown(report.reason)}`);
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

/** A count with its noun: `1 commit`, `2 commits`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function folded(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}

function fencedYaml(yaml: string): string {
  return fenced(yaml).replace(/^(`+)text/, "$1yaml");
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
