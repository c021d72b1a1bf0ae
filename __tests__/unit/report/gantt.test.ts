import { describe, expect, it } from "@jest/globals";
import { array, constantFrom, double, integer, oneof, property, string, tuple } from "fast-check";
import type { ReportedConclusion } from "../../../src/report/conclusions.ts";
import { formatGantt } from "../../../src/report/gantt.ts";
import type { Result, TaskReport } from "../../../src/report/result.ts";
import { failedStart, resultWith } from "../../support/builders.ts";
import { MINUTE, NOW, SECOND } from "../../support/clock.ts";
import { holds } from "../../support/property-settings.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A task that ran from so long after {@link NOW}, for so long. */
const ran = (after: number, ms: number, report: Partial<TaskReport> = {}): Result =>
  resultWith(report, { ranAt: { from: NOW + after, to: NOW + after + ms } });

const alike = (count: number): Result[] => Array.from({ length: count }, (_, n) => ran(n, MINUTE));
const lines = (results: readonly Result[]): string[] => formatGantt(results)?.source.split("\n") ?? [];
/** Label and bar of each task. */
const bars = (results: readonly Result[]): (readonly [label: string, bar: string])[] => {
  const rows = lines(results).slice(6);
  return Array.from({ length: rows.length / 2 }, (_, i) => [
    (rows[2 * i] ?? "").replace(/^ {4}section /, ""),
    (rows[2 * i + 1] ?? "").trim(),
  ]);
};
const labels = (results: readonly Result[]): string[] => bars(results).map(([label]) => label);

describe("the chart of the tasks' runs", () => {
  it("has a bar for each, by the time of its start", () => {
    const results = [
      ran(2 * SECOND, 10 * MINUTE, { repository: "octo/web", conclusion: "failure" }),
      ran(0, 12 * MINUTE, { repository: "octo/app" }),
      ran(SECOND, 15 * MINUTE, { repository: "octo/cli", conclusion: "" }),
      failedStart("octo/old", "No"),
    ];
    expect(lines(results).slice(1).join("\n")).toMatchInlineSnapshot(`
"gantt
    title Task runs, 2026-11-23 (UTC)
    dateFormat YYYY-MM-DD HH:mm:ss
    axisFormat %H:%M
    todayMarker off
    section ✅ octo/app
    · :done, 2026-11-23 08:00:00, 2026-11-23 08:12:00
    section ▶️ octo/cli
    · :active, 2026-11-23 08:00:01, 2026-11-23 08:15:01
    section ❌ octo/web
    · :crit, 2026-11-23 08:00:02, 2026-11-23 08:10:02"
`);
  });

  it("is there for 2 to 40 tasks that ran", () => {
    expect(formatGantt([])).toBeNull();
    expect(formatGantt([...alike(1), resultWith(), failedStart("octo/app", "No")])).toBeNull();
    expect(bars(alike(2))).toHaveLength(2);
    expect(bars([...alike(40), resultWith()])).toHaveLength(40);
    expect(formatGantt(alike(41))).toBeNull();
  });

  it.each<[ReportedConclusion, string, string]>([
    ["failure", "❌ octo/app", "· :crit, 2026"],
    ["timed_out", "❌ octo/app", "· :crit, 2026"],
    ["cancelled", "🚫 octo/app", "· :crit, 2026"],
    ["action_required", "✋ octo/app", "· :active, 2026"],
    ["", "▶️ octo/app", "· :active, 2026"],
    ["neutral", "⚪ octo/app", "· :2026"],
    ["success", "✅ octo/app", "· :done, 2026"],
  ])("marks the conclusion %j", (conclusion, label, bar) => {
    const [first] = bars([ran(0, MINUTE, { conclusion }), ran(1, 1, { repository: "octo/web" })]);
    expect(first).toEqual([label, expect.stringMatching(new RegExp(`^${bar}`))]);
  });

  it("has colours for success, failure and waiting, and no theme, so that texts follow the page's", () => {
    const directive = lines(alike(2))[0] ?? "";
    const config: unknown = JSON.parse(/^%%\{init: (.*)\}%%$/.exec(directive)?.[1] ?? "");
    expect(config).toMatchObject({
      themeVariables: {
        doneTaskBkgColor: "#2da44e",
        critBkgColor: "#cf222e",
        activeTaskBkgColor: "#d4a72c",
      },
    });
    expect(config).not.toHaveProperty("theme");
  });

  it("leaves room for the longest label, and cuts a longer one", () => {
    const room = (repository: string) =>
      Number(/"leftPadding":(\d+)/.exec(lines([ran(0, MINUTE, { repository }), ...alike(1)])[0] ?? "")?.[1]);
    expect(room("octo-organization/app")).toBeGreaterThan(room("octo/web"));
    expect(room(`octo/${"x".repeat(90)}`)).toBeLessThan(400);
    expect(labels([ran(0, MINUTE, { repository: `octo/${"x".repeat(90)}` }), ...alike(1)])[0]).toBe(
      `✅ octo/${"x".repeat(42)}…`,
    );
  });

  it("is left out where no task ran for a minute, and has no bar for a skipped start", () => {
    expect(formatGantt([ran(0, MINUTE - 1), ran(5, MINUTE - 1)])).toBeNull();
    expect(formatGantt([ran(0, MINUTE - 1), ran(5, MINUTE)])).not.toBeNull();
    const skipped = ran(0, 10 * MINUTE, { conclusion: "skipped" });
    expect(formatGantt([skipped, skipped, ...alike(1)])).toBeNull();
    expect(bars([skipped, ...alike(2)])).toHaveLength(2);
  });

  it("tells tasks of one repository apart, by pull request, else by number", () => {
    const pull = (n: number | null) => ran(0, MINUTE, { pull_request_number: n });
    expect(
      labels([pull(1), pull(2), pull(2), pull(null), pull(null), ran(0, 1, { repository: "o/x" })]),
    ).toEqual([
      "✅ octo/app pull request 1",
      "✅ octo/app pull request 2 (1)",
      "✅ octo/app pull request 2 (2)",
      "✅ octo/app (1)",
      "✅ octo/app (2)",
      "✅ o/x",
    ]);
  });

  it.each([
    ["a keyword of Mermaid's", "gantt/app", "✅ gantt/app"],
    ["a day", "2026-11-23/app", "✅ 2026-11-23/app"],
    ["nothing", "", "✅ task"],
    ["a line break", "octo/app\nsection x", "✅ task"],
    ["a colon", "octo/app :crit", "✅ task"],
    ["a directive", "%%{init: {}}%%", "✅ task"],
    ["an entity", "octo/#35;", "✅ task"],
    ["too long", `octo/${"x".repeat(101)}`, "✅ task"],
  ])("has a label that is only a label where the repository is %s", (_what, repository, label) => {
    expect(labels([ran(0, MINUTE, { repository }), ran(1, MINUTE, { repository: "octo/web" })])[0]).toBe(
      label,
    );
  });

  it.each([
    [10 * MINUTE - 1, "%H:%M:%S", "2026-11-23"],
    [10 * MINUTE, "%H:%M", "2026-11-23"],
    [16 * HOUR, "%H:%M", "2026-11-23 to 2026-11-24"],
    [DAY, "%m-%d %H:%M", "2026-11-23 to 2026-11-24"],
  ])("of %d ms has marks that differ, and its days in UTC", (ms, axis, days) => {
    expect(lines([ran(0, MINUTE), ran(ms, 0)]).slice(2, 5)).toEqual([
      `    title Task runs, ${days} (UTC)`,
      "    dateFormat YYYY-MM-DD HH:mm:ss",
      `    axisFormat ${axis}`,
    ]);
  });

  it("leaves out what Mermaid cannot draw", () => {
    const odd = [
      [Date.UTC(10_000, 0) - 1, Date.UTC(10_000, 0)],
      [-1e15, NOW],
      [NOW, NOW - 1],
      [Number.NaN, NOW],
    ].map(([from = 0, to = 0]) => resultWith({}, { ranAt: { from, to } }));
    expect(bars([...alike(2), ...odd])).toHaveLength(2);
  });
});

describe("hostile text", () => {
  const PIECES = [
    ...[
      "gantt",
      "title ",
      "section ",
      "click ",
      "call ",
      "href ",
      "dateFormat ",
      "todayMarker ",
      "accTitle: ",
    ],
    ...["\n", "\r", "\u2028", ":", ";", ",", "#", "%%", "%%{", "}%%", "---", "```", "`", "\\", '"', "'"],
    ...["<script>", "-->", "&lt;", "javascript:", "octo", "/", "app", ".", "-", "_", " ", "1", "é", "\u202e"],
  ];
  const name = oneof(
    array(constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join("")),
    string({ unit: "binary" }),
    constantFrom("octo/app", "gantt/title"),
  );
  const time = oneof(integer({ min: NOW - DAY, max: NOW + DAY }), double());
  const hostile = tuple(name, time, time, oneof(integer(), constantFrom(null))).map(
    ([repository, from, to, number]) =>
      resultWith(
        { repository, pull_request_number: number, task_name: repository, task_url: repository },
        { ranAt: { from, to } },
      ),
  );

  it("never gets into the chart", () => {
    const header = [
      /^%%\{init: \{"themeVariables":\{[\w":,#]+\},"gantt":\{"leftPadding":\d+\}\}\}%%$/,
      /^gantt$/,
      /^ {4}title Task runs, [\d-]{10}( to [\d-]{10})? \(UTC\)$/,
      /^ {4}dateFormat YYYY-MM-DD HH:mm:ss$/,
      /^ {4}axisFormat (%H:%M:%S|%H:%M|%m-%d %H:%M)$/,
      /^ {4}todayMarker off$/,
    ];
    const at = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;
    const bar = new RegExp(
      String.raw`^ {4}section ✅ (task|[\w.-]+/[\w.-]+…?)( pull request -?\d+)?( \(\d+\))?\n {4}· :done, ${at}, ${at}$`,
    );
    let drawn = 0;
    holds(
      property(array(hostile, { maxLength: 50 }), (results) => {
        const chart = formatGantt(results);
        if (chart === null) {
          return;
        }
        drawn += 1;
        const rows = chart.source.split("\n");
        for (const [i, pattern] of header.entries()) {
          expect(rows[i]).toMatch(pattern);
        }
        const tasks = rows.slice(header.length);
        const pairs = tasks.flatMap((line, i) => (i % 2 === 0 ? [`${line}\n${tasks[i + 1]}`] : []));
        expect(pairs.filter((pair) => !bar.test(pair))).toEqual([]);
        expect(pairs).toHaveLength(chart.bars);
        expect(chart.bars).toBeGreaterThanOrEqual(2);
        expect(new Set(labels(results)).size).toBe(chart.bars);
      }),
      2000,
    );
    expect(drawn).toBeGreaterThan(500);
  });
});
