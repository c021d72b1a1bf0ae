import { truncate } from "../text/format.ts";
import { type FollowedConclusion, type GanttBar, OUTCOMES } from "./conclusions.ts";
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

/** From this width on, in characters, a label is cut: it stands left of the bars. */
const MAX_LABEL_LENGTH = 48;

/** About the width of a character of Mermaid's labels, and the margin around them, in pixels. */
const CHARACTER_WIDTH = 6.3;

const LABEL_MARGIN = 40;

/** A chart of runs. */
interface Chart {
  /** As Mermaid reads it. */
  readonly source: string;
  readonly bars: number;
}

/**
 * When the tasks ran, as a Mermaid Gantt chart; null if there are too few or too many of them, or if none ran for a
 * minute: then there is nothing to compare. Skipped starts have no bar, because the step does not follow their tasks.
 *
 * Each task is a section of its own, whose title has the icon and the name. Mermaid writes the text of a bar in a colour
 * for light pages if the bar is too short for it, whatever the theme. The titles follow the theme of the page.
 *
 * Source: https://mermaid.js.org/syntax/gantt.html
 */
export function formatGantt(results: readonly Result[]): Chart | null {
  const bars = results.flatMap(toBar).toSorted((a, b) => a.ranAt.from - b.ranAt.from);
  const [first] = bars;
  const isLong = bars.some(({ ranAt }) => ranAt.to - ranAt.from >= MINUTE_MS);
  if (first === undefined || bars.length < MIN_BARS || bars.length > MAX_BARS || !isLong) {
    return null;
  }
  const from = first.ranAt.from;
  const to = Math.max(...bars.map(({ ranAt }) => ranAt.to));
  const labels = formatLabels(bars.map(({ report }) => report));
  const lines = [
    formatDirective(Math.max(...labels.map((label) => label.length))),
    "gantt",
    `    title ${formatTitle(from, to)}`,
    // Mermaid reads and shows times without a zone in the reader's zone, so every reader sees the UTC times.
    "    dateFormat YYYY-MM-DD HH:mm:ss",
    `    axisFormat ${chooseAxis(to - from)}`,
    "    todayMarker off",
    ...bars.flatMap(({ conclusion, ranAt }, i) => {
      const { icon, bar } = OUTCOMES[conclusion];
      return [
        `    section ${icon} ${labels[i]}`,
        // A bar must have a text.
        `    · :${TAGS[bar]}${formatTime(ranAt.from)}, ${formatTime(ranAt.to)}`,
      ];
    }),
  ];
  return { source: lines.join("\n"), bars: bars.length };
}

/** Mermaid has no tags for results. These are the ones whose colours the directive sets. */
const TAGS: Readonly<Record<GanttBar, string>> = {
  green: "done, ",
  red: "crit, ",
  amber: "active, ",
  grey: "",
};

/**
 * Colours that can be told apart on GitHub's light and dark pages. There is no `theme`, so that GitHub's own theme, which
 * follows the page, keeps the colours of all texts.
 *
 * Source: https://mermaid.js.org/config/theming.html
 */
const COLOURS = {
  doneTaskBkgColor: "#2da44e",
  doneTaskBorderColor: "#2da44e",
  critBkgColor: "#cf222e",
  critBorderColor: "#cf222e",
  activeTaskBkgColor: "#d4a72c",
  activeTaskBorderColor: "#d4a72c",
  taskBkgColor: "#8c959f",
  taskBorderColor: "#8c959f",
  sectionBkgColor: "#8c959f",
  sectionBkgColor2: "#8c959f",
  altSectionBkgColor: "transparent",
};

/** Sets the colours, and leaves room for the longest label. */
function formatDirective(labelLength: number): string {
  const leftPadding = Math.ceil(labelLength * CHARACTER_WIDTH) + LABEL_MARGIN;
  return `%%{init: ${JSON.stringify({ themeVariables: COLOURS, gantt: { leftPadding } })}}%%`;
}

/** A task that the step followed, with the time it ran. */
interface Bar {
  readonly report: Result["report"];
  readonly conclusion: FollowedConclusion;
  readonly ranAt: Run;
}

function toBar({ report, ranAt }: Result): Bar[] {
  const { conclusion } = report;
  return ranAt === null || conclusion === "skipped" || !isDrawable(ranAt)
    ? []
    : [{ report, conclusion, ranAt }];
}

function isDrawable({ from, to }: Run): boolean {
  return from >= MIN_TIME_MS && from <= to && to <= MAX_TIME_MS;
}

/** The repositories. If tasks share one, the pull request or a number follows it. */
function formatLabels(reports: readonly Result["report"][]): readonly string[] {
  const repositories = reports.map(({ repository }) =>
    REPOSITORY.test(repository) ? truncate(repository, MAX_LABEL_LENGTH) : "task",
  );
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
