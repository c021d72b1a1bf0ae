import { describe, expect, it } from "@jest/globals";
import { dryRunSummary, listSummary, type SummaryContent, taskSummary } from "../../src/report/summary.ts";
import type { ReportedConclusion, Result } from "../../src/report/task-report.ts";
import { notStarted } from "../../src/result.ts";
import { resultWith } from "./support.ts";

const summaryOf = (results: readonly Result[], changes: Partial<SummaryContent> = {}) =>
  taskSummary({ results, problems: [], prompt: null, pickUp: null, ...changes });

const headline = (...args: Parameters<typeof summaryOf>) => summaryOf(...args).split("\n")[0];

const UNDER_WAY = { state: "in_progress", conclusion: "", duration_seconds: null, ai_credits: null } as const;

describe("the summary of one task", () => {
  it("that succeeded", () => {
    expect(summaryOf([resultWith()], { prompt: "Do it\n```\n</details>" })).toMatchInlineSnapshot(`
"### ✅ Agent task: success

| Repository | Task | State | Pull request | Changes | Time | Cost |
| --- | --- | --- | --- | --- | --- | --- |
| octo/app | [Update dependencies](<https://github.com/octo/app/tasks/task-1>) | ✅ completed | [#42](<https://github.com/octo/app/pull/42>) | 5 files, 3 commits | 10 min | 12.3 AI credits |

<details><summary>Prompt</summary>

\`\`\`\`text
Do it
\`\`\`
</details>
\`\`\`\`

</details>
"
`);
  });

  it("that failed with a hostile error", () => {
    const error =
      "Oh <img src=x onerror=alert(1)> | [a](https://evil.test)\n# @octocat ##[error] `x` https://evil.test";
    const failure = resultWith({
      task_name: "a | b\n| c |",
      state: "failed",
      conclusion: "failure",
      error_message: error,
      commits: 1,
      changed_files: 1,
      premium_requests: 1,
      ai_credits: null,
      task_url: "javascript:alert(1)",
    });
    expect(summaryOf([failure])).toMatchInlineSnapshot(`
"### ❌ Agent task: failure

| Repository | Task | State | Pull request | Changes | Time | Cost |
| --- | --- | --- | --- | --- | --- | --- |
| octo/app | a \\| b \\| c \\| | ❌ failed | [#42](<https://github.com/octo/app/pull/42>) | 1 file, 1 commit | 10 min | 1 premium request |

The agent reported: Oh \\<img src=x onerror=alert\\(1\\)\\> \\| \\[a\\]\\(https\\:⁠//evil.test\\) \\#⁠ \\@⁠octocat \\#⁠\\#⁠\\[error\\] \\\`x\\\` https\\:⁠//evil.test

**Next:** open the task to see in its session log how far it came, then start a new one.
"
`);
  });

  it("that waits for a person", () => {
    const waiting = resultWith(
      { state: "waiting_for_user", conclusion: "action_required", pull_request_number: 42, ai_credits: 1 },
      { isDraft: true },
    );
    expect(summaryOf([waiting])).toMatchInlineSnapshot(`
"### ✋ Agent task: action required

| Repository | Task | State | Pull request | Changes | Time | Cost |
| --- | --- | --- | --- | --- | --- | --- |
| octo/app | [Update dependencies](<https://github.com/octo/app/tasks/task-1>) | ✋ waiting\\_for\\_user | [#42](<https://github.com/octo/app/pull/42>) (draft) | 5 files, 3 commits | 10 min | 1 AI credit |

**Next:** the agent waits for a person. Open [the task](<https://github.com/octo/app/tasks/task-1>) and answer it.
"
`);
  });

  it("that goes on when the waiting ended", () => {
    const waiting = resultWith({ ...UNDER_WAY, commits: null }, { settled: false, waitTimedOut: true });
    const pickUp = "- uses: octo-org/agent-task-action/status@v1\n  with:\n    task_id: task-1";
    expect(summaryOf([waiting], { pickUp })).toMatchInlineSnapshot(`
"### ⌛ Agent task: still going on when the waiting ended

| Repository | Task | State | Pull request | Changes | Time | Cost |
| --- | --- | --- | --- | --- | --- | --- |
| octo/app | [Update dependencies](<https://github.com/octo/app/tasks/task-1>) | in\\_progress | [#42](<https://github.com/octo/app/pull/42>) |  |  |  |

To wait for it in a later step or run:

\`\`\`yaml
- uses: octo-org/agent-task-action/status@v1
  with:
    task_id: task-1
\`\`\`
"
`);
  });

  it("that was not started", () => {
    const problem = {
      message: "Could not start: GitHub refused (HTTP 422: <b>no</b>).",
      remedy: "Check *it*.",
    };
    expect(
      summaryOf([notStarted("octo/app", problem.message)], { problems: [problem] }),
    ).toMatchInlineSnapshot(`
"### ❌ No agent task to report

**Could not start\\: GitHub refused \\(HTTP 422\\: \\<b\\>no\\</b\\>\\).** Check \\*it\\*.

| Repository | Task | State | Pull request | Changes | Time | Cost |
| --- | --- | --- | --- | --- | --- | --- |
| octo/app |  | ❌ not started |  |  |  |  |
"
`);
  });
});

describe("the headline", () => {
  it.each<[ReportedConclusion, string]>([
    ["success", "### ✅ Agent task: success"],
    ["failure", "### ❌ Agent task: failure"],
    ["timed_out", "### ❌ Agent task: timed out"],
    ["cancelled", "### 🚫 Agent task: cancelled"],
    ["action_required", "### ✋ Agent task: action required"],
    ["neutral", "### ⚪ Agent task: neutral"],
    ["skipped", "### ⏭️ Agent task: skipped"],
    ["", "### ▶️ Agent task: under way"],
  ])("for the conclusion %j", (conclusion, expected) => {
    expect(headline([resultWith({ conclusion })])).toBe(expected);
  });

  it("counts several tasks, and has the worst conclusion", () => {
    const results = [resultWith(), resultWith({ conclusion: "timed_out" })];
    expect(headline(results)).toBe("### ❌ 2 agent tasks: timed out");
    const waiting = resultWith(UNDER_WAY, { waitTimedOut: true });
    expect(headline([resultWith(), waiting])).toBe(
      "### ⌛ 2 agent tasks: still going on when the waiting ended",
    );
    expect(headline([resultWith({ conclusion: "failure" }), waiting])).toBe("### ❌ 2 agent tasks: failure");
  });

  it("says that there is none", () => {
    const problem = { message: "Could not.", remedy: "Check." };
    expect(headline([])).toBe("### ❌ No agent task");
    expect(headline([], { problems: [problem] })).toBe("### ❌ No agent task to report");
  });
});

describe("what to do next", () => {
  const next = (result: Result) => summaryOf([result]).split("\n\n").slice(2);
  const link = "[the task](<https://github.com/octo/app/tasks/task-1>)";

  it.each<[ReportedConclusion, string[]]>([
    ["success", []],
    ["cancelled", []],
    ["skipped", []],
    ["", []],
    [
      "failure",
      [`**Next:** open ${link} to see in its session log how far it came, then start a new one.\n`],
    ],
    [
      "timed_out",
      [`**Next:** open ${link} to see in its session log how far it came, then start a new one.\n`],
    ],
    ["action_required", [`**Next:** the agent waits for a person. Open ${link} and answer it.\n`]],
    [
      "neutral",
      [`**Next:** the agent stopped without a branch or a pull request. Open ${link} to see its answer.\n`],
    ],
  ])("is told for the conclusion %j", (conclusion, paragraphs) => {
    expect(next(resultWith({ conclusion }))).toEqual(paragraphs);
  });

  it("begins with what the agent reported, and ends with the lack of commits", () => {
    expect(next(resultWith({ error_message: "Oh.", commits: 0 }))).toEqual([
      "The agent reported: Oh.",
      "The task has no commits.\n",
    ]);
  });
});

describe("the row of a task", () => {
  const cells = (result: Result) => summaryOf([result]).split("\n")[4]?.split(" | ");

  it("is empty where nothing is known", () => {
    const unknown = resultWith({
      task_name: "",
      task_url: "",
      pull_request_number: null,
      changed_files: null,
      commits: null,
      duration_seconds: null,
      ai_credits: null,
    });
    expect(cells(unknown)).toEqual(["| octo/app", "task-1", "✅ completed", "", "", "", " |"]);
  });

  it("has both costs, and one of a thing without an s", () => {
    expect(
      cells(resultWith({ ai_credits: 1, premium_requests: 2, commits: 1, changed_files: 1 }))?.slice(4),
    ).toEqual(["1 file, 1 commit", "10 min", "1 AI credit, 2 premium requests |"]);
  });
});

describe("the summary of a list", () => {
  const results = Array.from({ length: 150 }, (_, n) =>
    resultWith({ task_id: `task-${n}`, task_name: `Task ${n}`, started: false }),
  );

  it("of 150 shows the first 100, and says so", () => {
    const lines = listSummary(results.slice(0, 100), 150).split("\n");
    expect(lines[0]).toBe("### 150 agent tasks");
    expect(lines.filter((line) => line.startsWith("| octo/app |"))).toHaveLength(100);
    expect(lines.slice(-3)).toMatchInlineSnapshot(`
[
  "",
  "The first 100 of 150; the output \`tasks\` has the rest.",
  "",
]
`);
  });

  it("of few shows them all", () => {
    expect(listSummary(results.slice(0, 2), 2)).toMatchInlineSnapshot(`
"### 2 agent tasks

| Repository | Task | State | Pull request | Changes | Time | Cost |
| --- | --- | --- | --- | --- | --- | --- |
| octo/app | [Task 0](<https://github.com/octo/app/tasks/task-1>) | ✅ completed | [#42](<https://github.com/octo/app/pull/42>) | 5 files, 3 commits | 10 min | 12.3 AI credits |
| octo/app | [Task 1](<https://github.com/octo/app/tasks/task-1>) | ✅ completed | [#42](<https://github.com/octo/app/pull/42>) | 5 files, 3 commits | 10 min | 12.3 AI credits |
"
`);
    expect(listSummary(results.slice(0, 1), 1)).toMatch(/^### 1 agent task\n/);
    expect(listSummary([], 0)).toBe("### 0 agent tasks\n");
  });
});

describe("the summary of a dry run", () => {
  const body = { prompt: "Do it", create_pull_request: false, base_ref: "main<b>" };

  it("shows what would be sent", () => {
    expect(dryRunSummary("octo/app", body, "Do it")).toMatchInlineSnapshot(`
"### Dry run: nothing was started in octo/app

- create\\_pull\\_request: false

- base\\_ref: main\\<b\\>

<details><summary>Prompt</summary>

\`\`\`text
Do it
\`\`\`

</details>
"
`);
  });

  it("leaves the prompt out where it must not be shown", () => {
    expect(dryRunSummary("octo/app", body, null)).not.toContain("Do it");
  });
});

describe("the length of a summary", () => {
  it("stays below what the runner takes, the last paragraphs left out", () => {
    const summary = summaryOf([resultWith({ error_message: "e".repeat(600_000) })], {
      prompt: "ä".repeat(300_000),
    });
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_100);
    expect(summary).toContain("eeeeeeeeee");
    expect(summary).not.toContain("ää");
    expect(summary.endsWith("*The rest was left out: a summary can have 1 MiB at most.*\n")).toBe(true);
  });
});
