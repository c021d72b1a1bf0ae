import { describe, expect, it } from "@jest/globals";
import { BUDGETS, budgetRows } from "../../../tools/bench/budgets.ts";
import type { Figures } from "../../../tools/bench/figures.ts";
import { toDocument } from "../../../tools/bench/report.ts";
import type { RequestCounts } from "../../../tools/bench/requests.ts";
import { toMarkdown } from "../../../tools/table.ts";

const requests = (total: number): RequestCounts => ({
  total,
  notModified: 0,
  byKind: new Map([["get", total]]),
});

/** Each budget is just met, and beside `by` missed by that much. */
function figuresWith(by: Partial<Record<string, number>> = {}): Figures {
  const { startUpRatio, memoryRatio, distBytes, archiveBytes, fanOut } = BUDGETS;
  const more = (name: string) => by[name] ?? 0;
  return {
    machine: { date: "2026-11-23", node: "24.0.0", system: "Linux 6", cpu: "2 × CPU" },
    rounds: 3,
    startUp: new Map([
      ["action", [10, 100 * startUpRatio + more("startUp"), 900]],
      ["toolkit", [90, 100, 110]],
    ]),
    memory: new Map([
      ["action", [100 * memoryRatio + more("memory")]],
      ["toolkit", [100]],
    ]),
    distBytes: distBytes + more("dist"),
    archiveBytes: archiveBytes + more("archive"),
    oneTask: new Map(
      BUDGETS.oneTask.map((budget) => [
        budget.minutes,
        new Map([
          [
            "action",
            {
              requests: requests(budget.requests + more(`${budget.minutes} requests`)),
              meanDelay: budget.meanDelay + more(`${budget.minutes} delay`),
            },
          ],
        ]),
      ]),
    ),
    fanOuts: {
      odd: {
        requests: requests(fanOut.requests + more("odd")),
        startedWithin: fanOut.startedWithin + more("started"),
      },
      ifActiveSkip: { requests: requests(BUDGETS.fanOutIfActiveSkip.requests + more("skip")) },
      withoutGlobalIds: { requests: requests(BUDGETS.fanOutWithoutGlobalIds.requests + more("ids")) },
      amongOthers: { requests: requests(BUDGETS.fanOutAmongOthers.requests + more("others")) },
      lostAmongOthers: more("lost"),
    },
    oneEach: new Map(),
    growth: [],
    outages: [{ title: "Outage", outcomes: new Map() }],
  };
}

describe("the table of budgets", () => {
  it("has all of them met where each is just met", () => {
    expect(budgetRows(figuresWith()).filter(({ isMet }) => !isMet)).toEqual([]);
  });

  it.each([
    ["startUp", "Spawn to first request"],
    ["memory", "Resident memory"],
    ["dist", "Size of `dist/`"],
    ["archive", "Size of the repository's archive"],
    ["30 requests", "A 30-minute task: requests"],
    ["30 delay", "A 30-minute task: mean delay"],
    ["2 requests", "A 2-minute task: requests"],
    ["2 delay", "A 2-minute task: mean delay"],
    ["odd", "100 tasks in 100 repositories: requests"],
    ["started", "100 tasks in 100 repositories: all started within"],
    ["skip", "100 tasks in 100 repositories, `if_active: skip`"],
    ["ids", "100 tasks in 100 repositories, no `global_id`"],
    ["others", "100 tasks in 100 repositories, 1,000 other tasks in the lists: requests"],
    ["lost", "100 tasks in 100 repositories, 1,000 other tasks in the lists: ours lost"],
  ])("has one missed where %s is above it", (name, title) => {
    const missed = budgetRows(figuresWith({ [name]: 1 })).filter(({ isMet }) => !isMet);
    expect(missed.map(({ what }) => what)).toEqual([expect.stringContaining(title)]);
    expect(toDocument(figuresWith({ [name]: 1 }))).toMatch(/\*\*fail\*\*/);
  });

  it("has one missed that was not measured", () => {
    const missed = budgetRows({ ...figuresWith(), oneTask: new Map() }).filter(({ isMet }) => !isMet);
    expect(missed.map(({ measured }) => measured)).toEqual(Array(4).fill("not measured"));
  });
});

describe("the document", () => {
  it("says of a contender that could not run that it was not run", () => {
    expect(toDocument(figuresWith())).toMatch(/\| Outage +\| not run +\| not run +\| not run +\|/);
  });
});

describe("a table", () => {
  it("has columns as wide as their cells", () => {
    expect(toMarkdown({ head: ["A", "Long"], rows: [["≤ 1", "x"]] })).toBe(
      "| A   | Long |\n| --- | ---- |\n| ≤ 1 | x    |",
    );
  });
});
