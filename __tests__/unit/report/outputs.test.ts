import { describe, expect, it } from "@jest/globals";
import { buildFailedStart } from "../../../src/report/build-result.ts";
import { buildListOutputs, buildTaskOutputs } from "../../../src/report/outputs.ts";
import { actionFile, reportOf, resultWith } from "../../support/action-harness.ts";

const LONGEST = 900 * 1024;

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
      changed_files: "5",
      commits: "3",
      session_count: "1",
      error_message: "",
      ai_credits: "12.3",
      premium_requests: "",
      duration_seconds: "600",
      conclusion: "success",
      wait_timed_out: "false",
      counts:
        '{"failure":0,"timed_out":0,"cancelled":0,"action_required":0,"pending":0,"neutral":0,"skipped":0,"success":1,"not_started":0}',
      tasks: JSON.stringify([reportOf()]),
    });
  });

  it("are empty for what is not known, and 0 for none", () => {
    const { values } = buildTaskOutputs([
      resultWith({ pull_request_number: null, commits: 0, ai_credits: 0 }),
    ]);
    expect(values).toMatchObject({ pull_request_number: "", commits: "0", ai_credits: "0" });
  });

  it("are empty but for the general ones where there is no task, or more than one", () => {
    for (const results of [[], [resultWith(), resultWith({ conclusion: "failure" })]]) {
      const { conclusion, wait_timed_out, counts, tasks, ...rest } = buildTaskOutputs(results).values;
      expect(new Set(Object.values(rest))).toEqual(new Set([""]));
      expect(conclusion).toBe(results.length === 0 ? "" : "failure");
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
    const { values } = buildTaskOutputs([buildFailedStart("octo/app", "Could not.")]);
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

describe("the output tasks", () => {
  const huge = (count: number, text: string) =>
    buildTaskOutputs(
      Array.from({ length: count }, (_, n) => resultWith({ task_id: `task-${n}`, error_message: text })),
    );

  it.each([
    ["one task with a text of 2 MB", 1, "x".repeat(2_000_000)],
    ["450 tasks with long texts", 450, "é".repeat(10_000)],
    ["450 tasks with texts that JSON makes longer", 450, "\u0001".repeat(10_000)],
    ["1,500 tasks", 1500, "x".repeat(300)],
  ])("holds %s within 900 KB, texts cut", (_what, count, text) => {
    const { values, omissions } = huge(count, text);
    expect(Buffer.byteLength(values.tasks ?? "")).toBeLessThanOrEqual(LONGEST);
    expect(JSON.parse(values.tasks ?? "")).toHaveLength(count);
    expect(omissions).toEqual([]);
  });

  it("leaves tasks out that have no room however short, and says how many", () => {
    const { values, omissions } = huge(5000, "x");
    const tasks = JSON.parse(values.tasks ?? "") as unknown[];
    expect(Buffer.byteLength(values.tasks ?? "")).toBeLessThanOrEqual(LONGEST);
    expect(tasks.length).toBeGreaterThan(1000);
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
    const reports = [reportOf(), reportOf({ task_id: "task-2" })];
    expect(buildListOutputs(reports)).toEqual({
      values: { tasks: JSON.stringify(reports), task_ids: '["task-1","task-2"]', count: "2" },
      omissions: [],
      links: [],
    });
    expect(buildListOutputs([]).values).toEqual({ tasks: "[]", task_ids: "[]", count: "0" });
  });

  it.each([1000, 3800, 10_000, 30_000])(
    "have together less than the 1 MiB that the runner takes for a job: %d tasks",
    (count) => {
      const id = "0f9c2a6e-3d5b-4a53-9a3e-4b8f5f1c0d11";
      const { values } = buildListOutputs(Array.from({ length: count }, () => reportOf({ task_id: id })));
      const bytes = Object.values(values).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
      expect(bytes).toBeLessThan(1024 * 1024);
    },
  );

  it("leave IDs out that have no room, and say how many", () => {
    const { values, omissions } = buildListOutputs(
      Array.from({ length: 30_000 }, (_, n) => reportOf({ task_id: `${n}-${"é".repeat(16)}` })),
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
