import { describe, expect, it } from "@jest/globals";
import type { FailOn } from "../../src/inputs.ts";
import {
  countsOf,
  endsOf,
  hasNoChanges,
  isStarted,
  type ReportedConclusion,
  type Result,
  worstConclusion,
} from "../../src/report/task-report.ts";
import { notStarted } from "../../src/result.ts";
import { resultWith } from "./support.ts";

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
        expect(worstConclusion(concluded(better, worse))).toBe(worse);
        expect(worstConclusion(concluded(worse, better))).toBe(worse);
      }
    }
  });

  it("is empty for no task at all, and leaves out what was not started", () => {
    expect(worstConclusion([])).toBe("");
    expect(worstConclusion([notStarted("octo/app", "No")])).toBe("");
    expect(worstConclusion([...concluded("success"), notStarted("octo/app", "No")])).toBe("success");
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
    expect(countsOf([])).toEqual(NONE);
  });

  it("count each conclusion, those without one, and starts that failed", () => {
    const results = [...concluded("success", "success", "failure", ""), notStarted("octo/app", "No")];
    expect(countsOf(results)).toEqual({ ...NONE, success: 2, failure: 1, pending: 1, not_started: 1 });
  });
});

describe("the ends of a task", () => {
  it.each<[string, Result, FailOn[]]>([
    ["a success", resultWith(), []],
    ["a failure", resultWith({ conclusion: "failure" }), ["failure"]],
    ["neutral", resultWith({ conclusion: "neutral" }), ["neutral"]],
    ["skipped", resultWith({ conclusion: "skipped" }), ["skipped"]],
    ["no commits", resultWith({ commits: 0 }), ["no_changes"]],
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
    expect(endsOf(result)).toEqual(ends);
    expect(hasNoChanges(result)).toBe(ends.includes("no_changes"));
  });
});

describe("a start that failed", () => {
  it("is reported, but is no task", () => {
    expect(isStarted(notStarted("octo/app", "No"))).toBe(false);
    expect(isStarted(resultWith())).toBe(true);
    expect(endsOf(notStarted("octo/app", "No"))).toEqual([]);
  });
});
