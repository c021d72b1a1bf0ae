import { describe, expect, it } from "@jest/globals";
import type { FailOn } from "../../../src/inputs/shared-inputs.ts";
import type { ReportedConclusion } from "../../../src/report/conclusions.ts";
import {
  countConclusions,
  getOutcomes,
  getWorstConclusion,
  hasNoChanges,
  isSeen,
  isStarted,
  nameResults,
  type Result,
  sortWorstFirst,
} from "../../../src/report/result.ts";
import { failedStart, resultWith, unseenResult } from "../../support/builders.ts";

const WORST_FIRST: readonly ReportedConclusion[] = [
  "failure",
  "timed_out",
  "cancelled",
  "action_required",
  "",
  "neutral",
  "skipped",
  "success",
];

const concluded = (...conclusions: ReportedConclusion[]): Result[] =>
  conclusions.map((conclusion) => resultWith({ conclusion }));

describe("the worst conclusion", () => {
  it("of two is the one that comes first", () => {
    for (const [index, worse] of WORST_FIRST.entries()) {
      for (const better of WORST_FIRST.slice(index)) {
        expect(getWorstConclusion(concluded(better, worse))).toBe(worse);
        expect(getWorstConclusion(concluded(worse, better))).toBe(worse);
      }
    }
  });

  it("is empty for no task at all, and leaves out what was not started", () => {
    expect(getWorstConclusion([])).toBe("");
    expect(getWorstConclusion([failedStart("octo/app", "No")])).toBe("");
    expect(getWorstConclusion([...concluded("success"), failedStart("octo/app", "No")])).toBe("success");
  });

  it("counts a task that was not seen as one without a conclusion", () => {
    const lost = unseenResult("task-9", "octo/app", "No");
    expect(getWorstConclusion([...concluded("success"), lost])).toBe("");
    expect(getWorstConclusion([...concluded("cancelled"), lost])).toBe("cancelled");
  });
});

describe("the counts", () => {
  const NONE = {
    failure: 0,
    timed_out: 0,
    cancelled: 0,
    action_required: 0,
    pending: 0,
    neutral: 0,
    skipped: 0,
    success: 0,
    not_started: 0,
  };

  it("are all there, zeros too", () => {
    expect(countConclusions([])).toEqual(NONE);
  });

  it("count each conclusion, those without one, and starts that failed", () => {
    const results = [...concluded("success", "success", "failure", ""), failedStart("octo/app", "No")];
    expect(countConclusions(results)).toEqual({
      ...NONE,
      success: 2,
      failure: 1,
      pending: 1,
      not_started: 1,
    });
  });

  it("have a task that was not seen among those without a conclusion", () => {
    const results = [
      ...concluded(""),
      unseenResult("task-9", "octo/app", "No"),
      failedStart("octo/app", "No"),
    ];
    expect(countConclusions(results)).toEqual({ ...NONE, pending: 2, not_started: 1 });
  });
});

describe("the ends of a task", () => {
  it.each<[string, Result, FailOn[]]>([
    ["a success", resultWith(), []],
    ["a failure", resultWith({ conclusion: "failure" }), ["failure"]],
    ["neutral", resultWith({ conclusion: "neutral" }), ["neutral"]],
    ["skipped", resultWith({ conclusion: "skipped" }), ["skipped"]],
    ["no commits", resultWith({ commits: 0 }), ["no_changes"]],
    ["a commit and no changed file", resultWith({ commits: 1, changed_files: 0 }), ["no_changes"]],
    ["a commit and files that are unknown", resultWith({ commits: 1, changed_files: null }), []],
    ["no commits, not settled", resultWith({ commits: 0, conclusion: "" }, { settled: false }), []],
    ["commits not known", resultWith({ commits: null }), []],
    [
      "a failure without commits",
      resultWith({ conclusion: "failure", commits: 0 }),
      ["failure", "no_changes"],
    ],
    [
      "the end of the waiting",
      resultWith({ conclusion: "" }, { settled: false, waitTimedOut: true }),
      ["wait_timeout"],
    ],
  ])("of %s", (_what, result, ends) => {
    expect(getOutcomes(result)).toEqual(ends);
    expect(hasNoChanges(result)).toBe(ends.includes("no_changes"));
  });
});

describe("a start that failed", () => {
  it("is reported, but is no task", () => {
    expect(isStarted(failedStart("octo/app", "No"))).toBe(false);
    expect(isSeen(failedStart("octo/app", "No"))).toBe(false);
    expect(isStarted(resultWith())).toBe(true);
    expect(isSeen(resultWith())).toBe(true);
    expect(getOutcomes(failedStart("octo/app", "No"))).toEqual([]);
  });
});

describe("a task that was not seen", () => {
  it("is a task without an end", () => {
    const lost = unseenResult("task-9", "octo/app", "No");
    expect(isStarted(lost)).toBe(true);
    expect(isSeen(lost)).toBe(false);
    expect(getOutcomes(lost)).toEqual([]);
  });
});

describe("the order of results", () => {
  it("is from worst to best, with starts that failed first", () => {
    const failed = failedStart("octo/app", "No");
    const lost = unseenResult("task-9", "octo/app", "No");
    const conclusions = sortWorstFirst([...concluded(...WORST_FIRST.toReversed()), lost, failed]).map(
      (result) => (result === failed || result === lost ? result : result.report.conclusion),
    );
    const at = WORST_FIRST.indexOf("");
    expect(conclusions).toEqual([failed, ...WORST_FIRST.slice(0, at), lost, ...WORST_FIRST.slice(at)]);
  });

  it("is the one given among those alike", () => {
    const results = ["a", "b", "c", "d"].map((id, n) =>
      resultWith({ task_id: id, conclusion: n % 2 === 0 ? "success" : "failure" }),
    );
    expect(sortWorstFirst(results).map(({ report }) => report.task_id)).toEqual(["b", "d", "a", "c"]);
  });
});

describe("the names of results", () => {
  it("are the repositories, or IDs where these are shared or not known", () => {
    const results = [
      resultWith({ repository: "octo/web", task_id: "1" }),
      resultWith({ repository: "octo/app", task_id: "2" }),
      resultWith({ repository: "octo/app", task_id: "3" }),
      resultWith({ repository: "", task_id: "4" }),
      failedStart("octo/old", "No"),
      unseenResult("5", "", "No"),
    ];
    const names = nameResults(results);
    expect(results.map((result) => names.get(result))).toEqual(["octo/web", "2", "3", "4", "octo/old", "5"]);
  });
});
