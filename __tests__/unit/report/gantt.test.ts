import { describe, expect, it } from "@jest/globals";
import { array, constantFrom, double, integer, oneof, property, string, tuple } from "fast-check";
import { buildFailedStart } from "../../../src/report/build-result.ts";
import type { ReportedConclusion } from "../../../src/report/conclusions.ts";
import { formatGantt } from "../../../src/report/gantt.ts";
import type { Result, TaskReport } from "../../../src/report/result.ts";
import { holds, MINUTE, NOW, resultWith, SECOND } from "../../support/action-harness.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A task that ran from so long after {@link NOW}, for so long. */
const ran = (after: number, ms: number, report: Partial<TaskReport> = {}): Result =>
  resultWith(report, { ranAt: { from: NOW + after, to: NOW + after + ms } });

const alike = (count: number): Result[] => Array.from({ length: count }, (_, n) => ran(n, MINUTE));
const lines = (results: readonly Result[]): string[] => formatGantt(results)?.split("\n") ?? [];
const bars = (results: readonly Result[]): string[] => lines(results).slice(5);
const labels = (results: readonly Result[]): string[] =>
  bars(results).map((bar) => bar.slice(0, bar.indexOf(" :")).trim());

describe("the chart of the tasks' runs", () => {
  it("has a bar for each, by the time of its start", () => {
    const results = [
      ran(2 * SECOND, 10 * MINUTE, { repository: "octo/web", conclusion: "failure" }),
      ran(0, 12 * MINUTE, { repository: "octo/app" }),
      ran(SECOND, 15 * MINUTE, { repository: "octo/cli", conclusion: "" }),
      buildFailedStart("octo/old", "No"),
    ];
    expect(formatGantt(results)).toMatchInlineSnapshot(`
"gantt
    title Task runs, 2026-11-23 (UTC)
    dateFormat YYYY-MM-DD HH:mm:ss
    axisFormat %H:%M
    todayMarker off
    ✅ octo/app :done, 2026-11-23 08:00:00, 2026-11-23 08:12:00
    ▶️ octo/cli :active, 2026-11-23 08:00:01, 2026-11-23 08:15:01
    ❌ octo/web :crit, 2026-11-23 08:00:02, 2026-11-23 08:10:02"
`);
  });

  it("is there for 2 to 40 tasks that ran", () => {
    expect(formatGantt([])).toBeNull();
    expect(formatGantt([...alike(1), resultWith(), buildFailedStart("octo/app", "No")])).toBeNull();
    expect(bars(alike(2))).toHaveLength(2);
    expect(bars([...alike(40), resultWith()])).toHaveLength(40);
    expect(formatGantt(alike(41))).toBeNull();
  });

  it.each<[ReportedConclusion, string]>([
    ["failure", "❌ octo/app :crit,"],
    ["timed_out", "❌ octo/app :crit,"],
    ["cancelled", "🚫 octo/app :crit,"],
    ["action_required", "✋ octo/app :active,"],
    ["", "▶️ octo/app :active,"],
    ["skipped", "⏭️ octo/app :active,"],
    ["neutral", "⚪ octo/app :done,"],
    ["success", "✅ octo/app :done,"],
  ])("marks the conclusion %j", (conclusion, bar) => {
    const [first = ""] = bars([ran(0, 1, { conclusion }), ran(1, 1, { repository: "octo/web" })]);
    expect(first.trim().startsWith(bar)).toBe(true);
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
    expect(lines([ran(0, SECOND), ran(ms, 0)]).slice(1, 4)).toEqual([
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
      /^gantt$/,
      /^ {4}title Task runs, [\d-]{10}( to [\d-]{10})? \(UTC\)$/,
      /^ {4}dateFormat YYYY-MM-DD HH:mm:ss$/,
      /^ {4}axisFormat (%H:%M:%S|%H:%M|%m-%d %H:%M)$/,
      /^ {4}todayMarker off$/,
    ];
    const at = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;
    const bar = new RegExp(
      String.raw`^ {4}✅ (task|[\w.-]+/[\w.-]+)( pull request -?\d+)?( \(\d+\))? :done, ${at}, ${at}$`,
    );
    let drawn = 0;
    holds(
      property(array(hostile, { maxLength: 50 }), (results) => {
        const source = formatGantt(results);
        if (source === null) {
          return;
        }
        drawn += 1;
        const [one, two, three, four, five, ...bars] = source.split("\n");
        for (const [i, line] of [one, two, three, four, five].entries()) {
          expect(line).toMatch(header[i] ?? /^$/);
        }
        expect(bars.filter((line) => !bar.test(line))).toEqual([]);
        expect(bars.length).toBeGreaterThanOrEqual(2);
        expect(new Set(labels(results)).size).toBe(bars.length);
      }),
      2000,
    );
    expect(drawn).toBeGreaterThan(500);
  });
});
