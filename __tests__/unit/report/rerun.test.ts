import { describe, expect, it } from "@jest/globals";
import { array, boolean, constantFrom, property, record } from "fast-check";
import { ERROR_CODES, type ErrorCode } from "../../../src/github/agent-tasks/error-code.ts";
import { FAIL_ON, type FailOn } from "../../../src/inputs/shared-inputs.ts";
import { planRerun } from "../../../src/report/rerun.ts";
import { getErrorCode, type Result } from "../../../src/report/result.ts";
import { failedStart, resultWith } from "../../support/builders.ts";
import { holds } from "../../support/property-settings.ts";

const DEFAULT: ReadonlySet<FailOn> = new Set([
  "failure",
  "cancelled",
  "timed_out",
  "action_required",
  "wait_timeout",
]);

const plan = (results: readonly Result[], changes: Partial<Parameters<typeof planRerun>[0]> = {}) =>
  planRerun({ results, failOn: DEFAULT, trace: true, hasPossibleTasks: false, ...changes });

const DONE = resultWith();
const FAILED = resultWith({ state: "failed", conclusion: "failure" });
const CANCELLED = resultWith({ state: "cancelled", conclusion: "cancelled" });
const TIMED_OUT = resultWith({ state: "timed_out", conclusion: "timed_out" });
const WAITING = resultWith({ state: "waiting_for_user", conclusion: "action_required" });
const RUNNING = resultWith({ state: "in_progress", conclusion: "" }, { settled: false, waitTimedOut: true });

const NEEDS_FIX: readonly ErrorCode[] = [
  "bad_credentials",
  "forbidden",
  "copilot_plan_required",
  "quota_exceeded",
  "not_found",
];
const PASSES: readonly ErrorCode[] = ["rate_limited", "unreachable", "unavailable", "not_tried"];

describe("a re-run of failed jobs", () => {
  it("is a next step for a start that failed for a reason that passes or that people can remove", () => {
    for (const code of PASSES) {
      expect(plan([failedStart("octo/app", "No", code)])).toEqual({ starts: 1, follows: 0, afterFix: false });
    }
    for (const code of NEEDS_FIX) {
      expect(plan([failedStart("octo/app", "No", code)])).toEqual({ starts: 1, follows: 0, afterFix: true });
    }
  });

  it.each<ErrorCode>([
    ...(["invalid_input", "trigger_refused", "no_open_pull_request", "rejected"] as const),
    ...(["indeterminate", "step_cancelled"] as const),
  ])("is none for a start that failed as %s", (code) => {
    expect(plan([failedStart("octo/app", "No", code)])).toBeNull();
  });

  it("is one for a task that failed or was cancelled, and for a wait that ended", () => {
    expect(plan([FAILED])).toEqual({ starts: 1, follows: 0, afterFix: false });
    expect(plan([CANCELLED])).toEqual({ starts: 1, follows: 0, afterFix: false });
    expect(plan([RUNNING])).toEqual({ starts: 0, follows: 1, afterFix: false });
    expect([DONE, WAITING, TIMED_OUT].map((result) => plan([result]))).toEqual([null, null, null]);
  });

  it("starts what is missing, failed, cancelled or timed out, and follows the others", () => {
    const missing = failedStart("octo/app", "No", "rate_limited");
    expect(plan([DONE, FAILED, TIMED_OUT, WAITING, missing, RUNNING])).toEqual({
      starts: 3,
      follows: 3,
      afterFix: false,
    });
  });

  it("is none where the step does not fail, because GitHub does not offer it", () => {
    expect(plan([FAILED], { failOn: new Set() })).toBeNull();
    expect(plan([FAILED, failedStart("octo/x", "No")], { failOn: new Set() })).not.toBeNull();
  });

  it("is none where it could start a second task for the same work", () => {
    expect(plan([FAILED], { trace: false })).toBeNull();
    expect(plan([failedStart("octo/x", "No")], { trace: false })).not.toBeNull();
    expect(plan([FAILED], { hasPossibleTasks: true })).toBeNull();
    expect(plan([FAILED, failedStart("octo/x", "No", "indeterminate")])).toBeNull();
    expect(plan([FAILED, resultWith({}, { failure: "task_lost" })])).toBeNull();
  });

  it("never is one with a task that may exist, whatever else there is", () => {
    const codes = Object.keys(ERROR_CODES) as ErrorCode[];
    const results = array(
      constantFrom(
        ...[DONE, FAILED, CANCELLED, TIMED_OUT, WAITING, RUNNING],
        ...codes.map((code) => failedStart("octo/x", "No", code)),
        ...codes.map((code) => resultWith({ conclusion: "" }, { failure: code })),
      ),
      { maxLength: 40 },
    );
    const step = record({
      results,
      failOn: array(constantFrom(...FAIL_ON)).map((words) => new Set(words)),
      trace: boolean(),
      hasPossibleTasks: boolean(),
    });
    holds(
      property(step, (given) => {
        const rerun = planRerun(given);
        if (rerun === null) {
          return;
        }
        expect(given.hasPossibleTasks).toBe(false);
        expect(given.trace || given.results.every(({ report }) => report.task_id === "")).toBe(true);
        expect(rerun.starts + rerun.follows).toBe(given.results.length);
        const found = given.results.map((result) => getErrorCode(result, given.failOn));
        expect(found).not.toContain("indeterminate");
        expect(found).not.toContain("task_lost");
        expect(found.some((code) => code !== null)).toBe(true);
      }),
      1000,
    );
  });
});
