import { ICONS, type ReportedConclusion, type Result, type Run } from "./result.ts";

/** With fewer tasks there is nothing to compare, with more nobody can read it. */
const MIN_BARS = 2;

const MAX_BARS = 40;

const MINUTE = 60_000;

const DAY = 24 * 60 * MINUTE;

/** The years with four digits, in milliseconds since the epoch: Mermaid reads no others. */
const FIRST_TIME = Date.UTC(1000, 0);

const END_OF_TIME = Date.UTC(10_000, 0);

/** `owner/name`, as GitHub allows it; only such a text gets into the chart. */
const REPOSITORY = /^[\w.-]{1,100}\/[\w.-]{1,100}$/;

/**
 * When the tasks ranAt, as the source of a Mermaid Gantt chart; null where there are too few or too many for one.
 *
 * Source: https://mermaid.js.org/syntax/gantt.html
 */
export function formatGantt(results: readonly Result[]): string | null {
  const bars = results
    .flatMap(({ report, ranAt }) => (ranAt === null || !isDrawable(ranAt) ? [] : [{ report, ranAt }]))
    .toSorted((a, b) => a.ranAt.from - b.ranAt.from);
  const [first] = bars;
  if (first === undefined || bars.length < MIN_BARS || bars.length > MAX_BARS) {
    return null;
  }
  const from = first.ranAt.from;
  const to = Math.max(...bars.map(({ ranAt }) => ranAt.to));
  const labels = formatLabels(bars.map(({ report }) => report));
  return [
    "gantt",
    `    title ${formatTitle(from, to)}`,
    // Mermaid takes a time without a zone for the reader's own, and shows it as such: so all read the same, in UTC.
    "    dateFormat YYYY-MM-DD HH:mm:ss",
    `    axisFormat ${chooseAxis(to - from)}`,
    "    todayMarker off",
    ...bars.map(({ report, ranAt }, i) => {
      const { conclusion } = report;
      // With its sign first, no label is a word of Mermaid's, as the name of an account may be.
      return `    ${ICONS[conclusion]} ${labels[i]} :${TAGS[conclusion]}, ${formatTime(ranAt.from)}, ${formatTime(ranAt.to)}`;
    }),
  ].join("\n");
}

/** How Mermaid colours a bar. What may still go on, and is nobody's failure, is active. */
const TAGS: Readonly<Record<ReportedConclusion, "done" | "active" | "crit">> = {
  failure: "crit",
  timed_out: "crit",
  cancelled: "crit",
  action_required: "active",
  "": "active",
  neutral: "done",
  skipped: "active",
  success: "done",
};

function isDrawable({ from, to }: Run): boolean {
  return from >= FIRST_TIME && from <= to && to < END_OF_TIME;
}

/** The repositories, and what tells tasks apart that share one: the pull request, else a number. */
function formatLabels(reports: readonly Result["report"][]): readonly string[] {
  const repositories = reports.map(({ repository }) => (REPOSITORY.test(repository) ? repository : "task"));
  const shared = repeated(repositories);
  const labels = reports.map(({ pull_request_number: number }, i) => {
    const repository = repositories[i] ?? "";
    return shared.has(repository) && Number.isSafeInteger(number)
      ? `${repository} pull request ${number}`
      : repository;
  });
  const alike = repeated(labels);
  return labels.map((label, i) =>
    alike.has(label)
      ? `${label} (${labels.slice(0, i + 1).filter((other) => other === label).length})`
      : label,
  );
}

function repeated(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.filter((text, i) => texts.indexOf(text) !== i));
}

function formatTitle(from: number, to: number): string {
  const [first, last] = [formatDay(from), formatDay(to)];
  return `Runs of the tasks, ${first === last ? first : `${first} to ${last}`} (UTC)`;
}

/** As exact as it must be for the marks of the axis, about ten, to be told apart. */
function chooseAxis(ms: number): string {
  if (ms < 10 * MINUTE) {
    return "%H:%M:%S";
  }
  return ms < DAY ? "%H:%M" : "%m-%d %H:%M";
}

function formatDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}
