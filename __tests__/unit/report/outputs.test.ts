import { describe, expect, it } from "@jest/globals";
import type { ErrorCode } from "../../../src/github/agent-tasks/error-code.ts";
import type { FailOn } from "../../../src/inputs/shared-inputs.ts";
import type { ReportedConclusion } from "../../../src/report/conclusions.ts";
import { buildTaskOutputs as build, buildListOutputs } from "../../../src/report/outputs.ts";
import type { Result, TaskReport } from "../../../src/report/result.ts";
import { actionFile } from "../../support/action-harness.ts";
import { failedStart, reportOf, resultWith } from "../../support/builders.ts";

const LONGEST = 900 * 1024;

const buildTaskOutputs = (results: readonly Result[], ...failOn: readonly FailOn[]) =>
  build(results, new Set(failOn));

const sorted = (names: Iterable<string>) => [...names].sort();

describe("the outputs of start and status", () => {
  it.each([
    ["start", resultWith({ conclusion: "skipped", reason: "Busy." })],
    ["status", resultWith()],
  ] as const)("are those of %s's action.yml", (action, result) => {
    expect(sorted(Object.keys(buildTaskOutputs([result]).values))).toEqual(
      sorted(Object.keys(actionFile(action).outputs)),
    );
  });

  it("have the fields of the one task", () => {
    const { values, omissions, links } = buildTaskOutputs([resultWith()]);
    expect(omissions).toEqual([]);
    expect(links).toEqual(["task task-1 (https://github.com/octo/app/copilot/tasks/task-1)"]);
    expect(values).toEqual({
      task_id: "task-1",
      task_url: "https://github.com/octo/app/copilot/tasks/task-1",
      task_name: "Update dependencies",
      repository: "octo/app",
      state: "completed",
      started: "true",
      head_ref: "copilot/fix",
      base_ref: "main",
      model: "gpt-5",
      pull_request_number: "42",
      pull_request_url: "https://github.com/octo/app/pull/42",
      pull_request_title: "Update dependencies",
      pull_request_state: "open",
      pull_request_draft: "false",
      head_sha: "0123456789abcdef0123456789abcdef01234567",
      changed_files: "5",
      commits: "3",
      session_count: "1",
      error_message: "",
      ai_credits: "12.3",
      premium_requests: "",
      duration_seconds: "600",
      conclusion: "success",
      error_code: "",
      wait_timed_out: "false",
      counts:
        '{"failure":0,"timed_out":0,"cancelled":0,"action_required":0,"pending":0,"neutral":0,"skipped":0,"success":1,"not_started":0}',
      tasks: JSON.stringify([{ ...reportOf(), error_code: "" }]),
      task_ids: '["task-1"]',
    });
  });

  it("are empty for what is not known, and 0 for none", () => {
    const { values } = buildTaskOutputs([
      resultWith({ pull_request_number: null, pull_request_draft: null, commits: 0, ai_credits: 0 }),
    ]);
    expect(values).toMatchObject({
      pull_request_number: "",
      pull_request_draft: "",
      commits: "0",
      ai_credits: "0",
    });
  });

  it("are empty but for the general ones where there is no task, or more than one", () => {
    for (const results of [[], [resultWith(), resultWith({ conclusion: "failure" })]]) {
      const { conclusion, error_code, wait_timed_out, counts, tasks, task_ids, ...rest } =
        buildTaskOutputs(results).values;
      expect(new Set(Object.values(rest))).toEqual(new Set([""]));
      expect(conclusion).toBe(results.length === 0 ? "" : "failure");
      expect(error_code).toBe(results.length === 0 ? "" : "task_failed");
      expect(task_ids).toBe(results.length === 0 ? "[]" : '["task-1","task-1"]');
      expect(wait_timed_out).toBe("false");
      expect(JSON.parse(counts ?? "")).toMatchObject({ success: results.length / 2 });
      expect(JSON.parse(tasks ?? "")).toHaveLength(results.length);
    }
  });

  it("say that the waiting ended first for any of them", () => {
    const waiting = resultWith({ conclusion: "" }, { settled: false, waitTimedOut: true });
    expect(buildTaskOutputs([resultWith(), waiting]).values).toMatchObject({
      wait_timed_out: "true",
      conclusion: "",
    });
  });

  it("have the error of a start that failed in tasks", () => {
    const { values } = buildTaskOutputs([failedStart("octo/app", "Could not.")]);
    expect(values).toMatchObject({ repository: "octo/app", started: "false", task_id: "", conclusion: "" });
    expect(JSON.parse(values.tasks ?? "")).toMatchObject([{ error: "Could not.", repository: "octo/app" }]);
    expect(JSON.parse(values.counts ?? "")).toMatchObject({ not_started: 1 });
  });

  it("have texts of 4,000 characters at most", () => {
    const { values } = buildTaskOutputs([
      resultWith({ error_message: "x".repeat(5000), task_name: "y".repeat(4000) }),
    ]);
    expect(values.error_message).toBe(`${"x".repeat(3999)}…`);
    expect(values.task_name).toBe("y".repeat(4000));
  });
});

describe("the output error_code", () => {
  const codeOf = (result: Result, ...failOn: readonly FailOn[]) => {
    const { error_code, tasks } = buildTaskOutputs([result], ...failOn).values;
    expect(JSON.parse(tasks ?? "")).toMatchObject([{ error_code }]);
    return error_code;
  };

  it.each<[ReportedConclusion, string]>([
    ["failure", "task_failed"],
    ["timed_out", "task_timed_out"],
    ["cancelled", "task_cancelled"],
    ["action_required", "action_required"],
  ])("is set for the conclusion %s, whether or not it fails the step", (conclusion, code) => {
    expect(codeOf(resultWith({ conclusion }))).toBe(code);
    expect(codeOf(resultWith({ conclusion }), "failure", "no_changes")).toBe(code);
  });

  it("is set for what else can be well only where it fails the step", () => {
    const neutral = resultWith({ conclusion: "neutral" });
    const skipped = resultWith({ conclusion: "skipped" });
    const unchanged = resultWith({ commits: 0 });
    expect([neutral, skipped, unchanged].map((result) => codeOf(result))).toEqual(["", "", ""]);
    expect(codeOf(neutral, "neutral")).toBe("neutral");
    expect(codeOf(skipped, "skipped")).toBe("skipped");
    expect(codeOf(unchanged, "no_changes")).toBe("no_changes");
    expect(codeOf(resultWith({ conclusion: "failure", commits: 0 }), "no_changes")).toBe("task_failed");
  });

  it("is set where the wait, the start or the watch ended first", () => {
    const open = { conclusion: "" } as const;
    expect(codeOf(resultWith(open, { settled: false }))).toBe("");
    expect(codeOf(resultWith(open, { settled: false, waitTimedOut: true }))).toBe("wait_timeout");
    expect(codeOf(resultWith(open, { settled: false, failure: "task_lost" }))).toBe("task_lost");
    expect(codeOf(failedStart("octo/app", "No", "quota_exceeded"))).toBe("quota_exceeded");
  });

  it("is the worst of several: a task that may exist first, what was not tried last", () => {
    const worst = (...results: readonly Result[]) => buildTaskOutputs(results).values.error_code;
    const failed = (code: ErrorCode) => failedStart("octo/app", "No", code);
    expect(worst(failed("not_tried"), failed("bad_credentials"), failed("not_tried"))).toBe(
      "bad_credentials",
    );
    expect(worst(failed("forbidden"), failed("indeterminate"))).toBe("indeterminate");
    expect(worst(resultWith(), resultWith({ conclusion: "failure" }))).toBe("task_failed");
    expect(worst(resultWith(), resultWith())).toBe("");
  });
});

describe("the output task_ids", () => {
  it("has every task and no failed start", () => {
    const results = [resultWith(), failedStart("octo/old", "No"), resultWith({ task_id: "task-2" })];
    expect(buildTaskOutputs(results).values.task_ids).toBe('["task-1","task-2"]');
  });

  it.each([450, 5000, 30_000])("leaves room for the other outputs of a job: %d tasks", (count) => {
    const results = Array.from({ length: count }, (_, n) =>
      resultWith({ task_id: `${n}-${"é".repeat(16)}`, error_message: "x".repeat(4000) }),
    );
    const { values, omissions } = buildTaskOutputs(results);
    const bytes = Object.values(values).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
    expect(bytes).toBeLessThan(1024 * 1024);
    const ids = JSON.parse(values.task_ids ?? "") as string[];
    const omitted = omissions.find(({ output }) => output === "task_ids")?.tasks ?? 0;
    expect(ids.length + omitted).toBe(count);
  });
});

describe("the output tasks", () => {
  const huge = (count: number, text: string) =>
    buildTaskOutputs(
      Array.from({ length: count }, (_, n) => resultWith({ task_id: `task-${n}`, error_message: text })),
    );

  it.each([
    ["one task with a text of 2 MB", 1, "x".repeat(2_000_000)],
    ["450 tasks with long texts", 450, "é".repeat(10_000)],
    ["450 tasks with texts that JSON makes longer", 450, "\u0001".repeat(10_000)],
    ["1,400 tasks", 1400, "x".repeat(300)],
  ])("holds %s within 900 KB, texts cut", (_what, count, text) => {
    const { values, omissions } = huge(count, text);
    expect(Buffer.byteLength(values.tasks ?? "")).toBeLessThanOrEqual(LONGEST);
    const tasks = JSON.parse(values.tasks ?? "") as TaskReport[];
    expect(tasks).toHaveLength(count);
    expect(new Set(tasks.map(({ head_sha }) => head_sha))).toEqual(new Set([reportOf().head_sha]));
    expect(omissions).toEqual([]);
  });

  it("leaves tasks out that have no room however short, and says how many", () => {
    const { values, omissions } = huge(5000, "x");
    const tasks = JSON.parse(values.tasks ?? "") as unknown[];
    expect(Buffer.byteLength(values.tasks ?? "")).toBeLessThanOrEqual(LONGEST);
    // As many as fit: one more is longer than what is left.
    const idBytes = Buffer.byteLength(values.task_ids ?? "");
    const leftBytes = LONGEST - idBytes - Buffer.byteLength(values.tasks ?? "");
    expect(leftBytes).toBeGreaterThanOrEqual(0);
    expect(leftBytes).toBeLessThan(JSON.stringify(tasks.at(-1)).length + 10);
    expect(omissions).toEqual([{ output: "tasks", tasks: 5000 - tasks.length, limitBytes: LONGEST }]);
    expect(tasks[0]).toMatchObject({ task_id: "task-0" });
  });
});

describe("the outputs of list", () => {
  it("are those of its action.yml", () => {
    expect(sorted(Object.keys(buildListOutputs([]).values))).toEqual(
      sorted(Object.keys(actionFile("list").outputs)),
    );
  });

  it("are the tasks, their IDs for a matrix, and how many", () => {
    const reports = [reportOf(), reportOf({ task_id: "task-2", conclusion: "failure" })];
    const tasks = reports.map((report, i) => ({ ...report, error_code: i === 0 ? "" : "task_failed" }));
    expect(buildListOutputs(reports.map((report) => resultWith(report)))).toEqual({
      values: { tasks: JSON.stringify(tasks), task_ids: '["task-1","task-2"]', count: "2" },
      omissions: [],
      links: [],
    });
    expect(buildListOutputs([]).values).toEqual({ tasks: "[]", task_ids: "[]", count: "0" });
  });

  it.each([1000, 3800, 10_000, 30_000])(
    "have together less than the 1 MiB that the runner takes for a job: %d tasks",
    (count) => {
      const id = "0f9c2a6e-3d5b-4a53-9a3e-4b8f5f1c0d11";
      const { values } = buildListOutputs(Array.from({ length: count }, () => resultWith({ task_id: id })));
      const bytes = Object.values(values).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
      expect(bytes).toBeLessThan(1024 * 1024);
    },
  );

  it("leave IDs out that have no room, and say how many", () => {
    const { values, omissions } = buildListOutputs(
      Array.from({ length: 30_000 }, (_, n) => resultWith({ task_id: `${n}-${"é".repeat(16)}` })),
    );
    const ids = JSON.parse(values.task_ids ?? "") as string[];
    expect(Buffer.byteLength(values.task_ids ?? "")).toBeLessThanOrEqual(450 * 1024);
    expect([ids.length > 9000, ids[0]]).toEqual([true, `0-${"é".repeat(16)}`]);
    expect(values.count).toBe("30000");
    expect(omissions).toEqual([
      { output: "tasks", tasks: expect.any(Number), limitBytes: LONGEST },
      { output: "task_ids", tasks: 30_000 - ids.length, limitBytes: 450 * 1024 },
    ]);
  });
});
