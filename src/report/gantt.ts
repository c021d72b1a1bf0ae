import { OUTCOMES } from "./conclusions.ts";
import type { Result, Run } from "./result.ts";

/** With fewer tasks there is nothing to compare; with more the chart is unreadable. */
const MIN_BARS = 2;

const MAX_BARS = 40;

const MINUTE_MS = 60_000;

const DAY_MS = 24 * 60 * MINUTE_MS;

/** Mermaid reads only years with four digits. In milliseconds since the epoch. */
const MIN_TIME_MS = Date.UTC(1000, 0);

const MAX_TIME_MS = Date.UTC(10_000, 0) - 1;

/** `owner/name` as GitHub allows it. Other text does not get into the chart. */
const REPOSITORY = /^[\w.-]{1,100}\/[\w.-]{1,100}$/;

/**
 * When the tasks ran, as the source of a Mermaid Gantt chart; null if there are too few or too many for one.
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
    // Mermaid reads and shows times without a zone in the reader's zone, so every reader sees the UTC times.
    "    dateFormat YYYY-MM-DD HH:mm:ss",
    `    axisFormat ${chooseAxis(to - from)}`,
    "    todayMarker off",
    ...bars.map(({ report, ranAt }, i) => {
      const { icon, ganttTag } = OUTCOMES[report.conclusion];
      // An account may have the name of a Mermaid keyword. With an icon before it, Mermaid reads a label.
      return `    ${icon} ${labels[i]} :${ganttTag}, ${formatTime(ranAt.from)}, ${formatTime(ranAt.to)}`;
    }),
  ].join("\n");
}

function isDrawable({ from, to }: Run): boolean {
  return from >= MIN_TIME_MS && from <= to && to <= MAX_TIME_MS;
}

/** The repositories. If tasks share one, the pull request or a number follows it. */
function formatLabels(reports: readonly Result["report"][]): readonly string[] {
  const repositories = reports.map(({ repository }) => (REPOSITORY.test(repository) ? repository : "task"));
  const shared = findRepeated(repositories);
  const labels = reports.map(({ pull_request_number: number }, i) => {
    const repository = repositories[i] ?? "";
    return shared.has(repository) && Number.isSafeInteger(number)
      ? `${repository} pull request ${number}`
      : repository;
  });
  const duplicates = findRepeated(labels);
  return labels.map((label, i) =>
    duplicates.has(label)
      ? `${label} (${labels.slice(0, i + 1).filter((other) => other === label).length})`
      : label,
  );
}

function findRepeated(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.filter((text, i) => texts.indexOf(text) !== i));
}

function formatTitle(from: number, to: number): string {
  const [first, last] = [formatDay(from), formatDay(to)];
  return `Task runs, ${first === last ? first : `${first} to ${last}`} (UTC)`;
}

/** A format exact enough to make the ticks of the axis, about ten, differ. */
function chooseAxis(ms: number): string {
  if (ms < 10 * MINUTE_MS) {
    return "%H:%M:%S";
  }
  return ms < DAY_MS ? "%H:%M" : "%m-%d %H:%M";
}

function formatDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}
