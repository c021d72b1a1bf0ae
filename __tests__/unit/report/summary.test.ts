import { describe, expect, it } from "@jest/globals";
import { array, constantFrom, oneof, property, record, tuple } from "fast-check";
import MarkdownIt from "markdown-it";
import type { ReportedConclusion } from "../../../src/report/conclusions.ts";
import type { Result, TaskReport } from "../../../src/report/result.ts";
import {
  formatDryRunSummary,
  formatListSummary,
  formatTaskSummary,
  type SummaryContent,
} from "../../../src/report/summary.ts";
import { failedStart, problemOf, resultWith, unseenResult } from "../../support/builders.ts";
import { NOW } from "../../support/clock.ts";
import { holds } from "../../support/property-settings.ts";

/** What could break a table, a list or a fence, or make more of a text than text. */
const MARKUP = [
  ...["|", "\\", "\n", "\n\n", "\r", "`", "```", "~~~", "*", "**", "_", "~~", "#", "- ", "1. ", "> ", "---"],
  ...[
    "<b>",
    "</details>",
    "<!--",
    "-->",
    "<script>",
    "[a](https://evil.test)",
    "![a](x)",
    "](",
    "&lt;",
    "$x$",
  ],
  ...[
    "@octocat",
    "#12",
    "https://evil.test",
    "javascript:alert(1)",
    "\u2028",
    "\u202e",
    "\u200b",
    " ",
    "a",
    "ä",
  ],
];

/** Some cells have blanks that do not break. */
const withBlanks = (text: string): string => text.replaceAll("\u00a0", " ");

const summaryOf = (results: readonly Result[], changes: Partial<SummaryContent> = {}) =>
  withBlanks(
    formatTaskSummary({
      results,
      problems: [],
      prompt: null,
      pickUp: null,
      serverUrl: "https://github.com",
      waited: true,
      ...changes,
    }),
  );

const headline = (...args: Parameters<typeof summaryOf>) => summaryOf(...args).split("\n")[0];

const CONCLUSIONS: readonly ReportedConclusion[] = [
  "failure",
  "timed_out",
  "cancelled",
  "action_required",
  "",
  "neutral",
  "skipped",
  "success",
];

const UNDER_WAY = { state: "in_progress", conclusion: "", duration_seconds: null, ai_credits: null } as const;

describe("the summary of one task", () => {
  it("that succeeded", () => {
    expect(summaryOf([resultWith()], { prompt: "Do it\n```\n</details>" })).toMatchInlineSnapshot(`
"### ✅ Agent task: success

| Repository | Task | Pull request | State | Changes | Time | Cost |
| --- | --- | --- | --- | --- | --- | --- |
| octo/app | [Update dependencies](<https://github.com/octo/app/copilot/tasks/task-1>) | [#42 Update dependencies](<https://github.com/octo/app/pull/42>) (open) | ✅ completed | 5 files, 3 commits | 10 min | 12.3 AI credits |

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

The agent reported: Oh \\<img src=x onerror=alert\\(1\\)\\> \\| \\[a\\]\\(https\\:⁠//evil.test\\) \\#⁠ \\@⁠octocat \\#⁠\\#⁠\\[error\\] \\\`x\\\` https\\:⁠//evil.test

**Next:** Open the task and check its session log before you start another one.

| Repository | Task | Pull request | State | Changes | Time | Cost |
| --- | --- | --- | --- | --- | --- | --- |
| octo/app | a \\| b \\| c \\| | [#42 Update dependencies](<https://github.com/octo/app/pull/42>) (open) | ❌ failed | 1 file, 1 commit | 10 min | 1 premium request |
"
`);
  });

  it("that waits for a person", () => {
    const waiting = resultWith({
      state: "waiting_for_user",
      conclusion: "action_required",
      pull_request_draft: true,
      ai_credits: 1,
    });
    expect(summaryOf([waiting])).toMatchInlineSnapshot(`
"### ✋ Agent task: action required

**Next:** The agent is waiting for a person. Open [the task](<https://github.com/octo/app/copilot/tasks/task-1>) and answer it.

| Repository | Task | Pull request | State | Changes | Time | Cost |
| --- | --- | --- | --- | --- | --- | --- |
| octo/app | [Update dependencies](<https://github.com/octo/app/copilot/tasks/task-1>) | [#42 Update dependencies](<https://github.com/octo/app/pull/42>) (draft) | ✋ waiting\\_for\\_user | 5 files, 3 commits | 10 min | 1 AI credit |
"
`);
  });

  it("that goes on when the waiting ended", () => {
    const waiting = resultWith({ ...UNDER_WAY, commits: null }, { settled: false, waitTimedOut: true });
    const pickUp = "- uses: octo-org/agent-task-action/status@v1\n  with:\n    task_id: task-1";
    expect(summaryOf([waiting], { pickUp })).toMatchInlineSnapshot(`
"### ⌛ Agent task: still running when the wait timed out

The task is still running. To wait for it in a later step or run:

\`\`\`yaml
- uses: octo-org/agent-task-action/status@v1
  with:
    task_id: task-1
\`\`\`

| Repository | Task | Pull request | State | Changes | Time | Cost |
| --- | --- | --- | --- | --- | --- | --- |
| octo/app | [Update dependencies](<https://github.com/octo/app/copilot/tasks/task-1>) | [#42 Update dependencies](<https://github.com/octo/app/pull/42>) (open) | in\\_progress |  |  |  |
"
`);
  });

  it("that was not started", () => {
    const problem = problemOf("Could not start: GitHub refused (HTTP 422: <b>no</b>).", "Check *it*.");
    expect(
      summaryOf([failedStart("octo/app", problem.message)], { problems: [problem] }),
    ).toMatchInlineSnapshot(`
"### ❌ Agent task: not started

**Could not start\\: GitHub refused \\(HTTP 422\\: \\<b\\>no\\</b\\>\\).** Check \\*it\\*.

| Repository | Task | Pull request | State | Changes | Time | Cost |
| --- | --- | --- | --- | --- | --- | --- |
| octo/app |  |  | ❌ not started |  |  |  |
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
    ["", "### ▶️ Agent task: running"],
  ])("for the conclusion %j", (conclusion, expected) => {
    expect(headline([resultWith({ conclusion })])).toBe(expected);
  });

  it("counts what several tasks have come to, under the sign of the worst", () => {
    const waiting = resultWith(UNDER_WAY, { waitTimedOut: true });
    const failed = failedStart("octo/old", "No");
    const lost = unseenResult("task-9", "octo/app", "No");
    const done = resultWith();
    expect(headline([done, resultWith({ conclusion: "timed_out" })])).toBe(
      "### ❌ 2 agent tasks: 1 success, 1 timed out",
    );
    expect(headline([done, done])).toBe("### ✅ 2 agent tasks: 2 success");
    expect(headline([done, waiting])).toBe("### ⌛ 2 agent tasks: 1 success, 1 running");
    expect(headline([done, resultWith(UNDER_WAY)])).toBe("### ▶️ 2 agent tasks: 1 success, 1 running");
    expect(headline([done, lost])).toBe("### ▶️ 2 agent tasks: 1 success, 1 unknown");
    expect(headline([done, failed])).toBe("### ❌ 2 agent tasks: 1 success, 1 not started");
    const each = CONCLUSIONS.map((conclusion) => resultWith({ conclusion }));
    expect(headline([...each, done, failed, lost])).toBe(
      "### ❌ 11 agent tasks: 2 success, 1 skipped, 1 neutral, 1 running, 1 unknown, 1 action required, " +
        "1 cancelled, 1 timed out, 1 failure, 1 not started",
    );
  });

  it("says that there is none", () => {
    const problem = problemOf("Could not.", "Check.");
    expect(headline([])).toBe("### ❌ No agent task");
    expect(headline([], { problems: [problem] })).toBe("### ❌ No agent task to report");
    const lost = unseenResult("task-9", "octo/app", problem.message);
    expect(headline([lost], { problems: [problem] })).toBe("### ❌ No agent task to report");
  });
});

describe("what to do next", () => {
  const next = (result: Result) => summaryOf([result]).split("\n\n").slice(1, -1);
  const link = "[the task](<https://github.com/octo/app/copilot/tasks/task-1>)";

  it.each<[ReportedConclusion, string[]]>([
    ["success", []],
    ["cancelled", ["**Next:** Start a new task if the work is still needed."]],
    ["skipped", []],
    ["", []],
    ["failure", [`**Next:** Open ${link} and check its session log before you start another one.`]],
    [
      "timed_out",
      [`**Next:** Open ${link} and check its session log, then split the work into smaller tasks.`],
    ],
    ["action_required", [`**Next:** The agent is waiting for a person. Open ${link} and answer it.`]],
    [
      "neutral",
      [`**Next:** The agent stopped without a branch or a pull request. Open ${link} to read its answer.`],
    ],
  ])("is told for the conclusion %j", (conclusion, paragraphs) => {
    expect(next(resultWith({ conclusion }))).toEqual(paragraphs);
  });

  it("begins with what the agent reported, and ends with the lack of commits", () => {
    expect(next(resultWith({ error_message: "Oh.", commits: 0 }))).toEqual([
      "The agent reported: Oh.",
      "The task has changed no files.",
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
    expect(cells(unknown)).toEqual(["| octo/app", "task-1", "", "✅ completed", "", "", " |"]);
  });

  it("has the ID of a task that was not seen", () => {
    expect(summaryOf([unseenResult("task-9", "octo/app", "No")])).toContain(
      "\n| octo/app | task-9 |  | unknown |  |  |  |\n",
    );
  });

  it("has both costs, and one of a thing without an s", () => {
    expect(
      cells(resultWith({ ai_credits: 1, premium_requests: 2, commits: 1, changed_files: 1 }))?.slice(4),
    ).toEqual(["1 file, 1 commit", "10 min", "1 AI credit, 2 premium requests |"]);
  });
});

/** Tasks in repositories of their own. */
const tasks = (count: number, report: Partial<TaskReport> = {}): Result[] =>
  Array.from({ length: count }, (_, n) =>
    resultWith({ task_id: `id-${n}`, repository: `octo/app-${n}`, ...report }),
  );

describe("the summary of several tasks", () => {
  it("has what needs a person first, then the table, worst first", () => {
    const message = (repository: string) => `Could not start a task in ${repository}: HTTP 404.`;
    const results = [
      resultWith({ repository: "octo/fine" }),
      resultWith({ repository: "octo/odd", state: "failed", conclusion: "failure", error_message: "Oh." }),
      failedStart("octo/old", message("octo/old")),
      resultWith({ repository: "octo/ask", state: "waiting_for_user", conclusion: "action_required" }),
      failedStart("octo/older", message("octo/older")),
    ];
    const problems = ["octo/old", "octo/older"].map((repository) =>
      problemOf(message(repository), "Check it.", {
        subject: { repository, taskId: "" },
        cause: "HTTP 404",
      }),
    );
    expect(summaryOf(results, { problems })).toMatchInlineSnapshot(`
"### ❌ 5 agent tasks: 1 success, 1 action required, 1 failure, 2 not started

**Could not start a task in octo/old\\: HTTP 404.** Check it. Same error in 1 more repository\\: octo/older.

**Failure (1).** Open the task and check its session log before you start another one.

- octo/odd: [Update dependencies](<https://github.com/octo/app/copilot/tasks/task-1>). The agent reported: Oh.

**Action required (1).** The agent is waiting for a person. Open the task and answer it.

- octo/ask: [Update dependencies](<https://github.com/octo/app/copilot/tasks/task-1>)

| Repository | Task | Pull request | State | Changes | Time | Cost |
| --- | --- | --- | --- | --- | --- | --- |
| octo/old |  |  | ❌ not started |  |  |  |
| octo/older |  |  | ❌ not started |  |  |  |
| octo/odd | [Update dependencies](<https://github.com/octo/app/copilot/tasks/task-1>) | [#42 Update dependencies](<https://github.com/octo/app/pull/42>) (open) | ❌ failed | 5 files, 3 commits | 10 min | 12.3 AI credits |
| octo/ask | [Update dependencies](<https://github.com/octo/app/copilot/tasks/task-1>) | [#42 Update dependencies](<https://github.com/octo/app/pull/42>) (open) | ✋ waiting\\_for\\_user | 5 files, 3 commits | 10 min | 12.3 AI credits |
| octo/fine | [Update dependencies](<https://github.com/octo/app/copilot/tasks/task-1>) | [#42 Update dependencies](<https://github.com/octo/app/pull/42>) (open) | ✅ completed | 5 files, 3 commits | 10 min | 12.3 AI credits |

Total cost: 36.9 AI credits.
"
`);
  });

  it("says how to pick up those that go on", () => {
    const waiting = tasks(2, UNDER_WAY).map((result) => ({ ...result, stillRunning: true }));
    const summary = summaryOf([...waiting, resultWith()], { pickUp: "- uses: x" });
    expect(summary).toContain(
      "\n\n2 tasks are still running. To wait for them in a later step or run:\n\n```yaml\n- uses: x\n```\n",
    );
  });

  it("shows when they ran", () => {
    const ran = { from: NOW, to: NOW + 600_000 };
    const [one, two] = tasks(2).map((result) => ({ ...result, ranAt: ran }));
    const chart = "\n\n```mermaid\n%%{init: ";
    expect(summaryOf([one, two].flatMap((result) => result ?? []))).toContain(chart);
    expect(summaryOf([one, resultWith()].flatMap((result) => result ?? []))).not.toContain(chart);
  });

  it.each<[Partial<TaskReport>, string, string]>([
    [{ conclusion: "failure" }, "Failure (12)", "start another one."],
    [{ conclusion: "action_required" }, "Action required (12)", "and answer it."],
    [{ conclusion: "timed_out" }, "Timed out (12)", "then split the work into smaller tasks."],
    [{ conclusion: "cancelled" }, "Cancelled (12)", "if the work is still needed."],
    [{ conclusion: "neutral" }, "Neutral (12)", "Open the task to read its answer."],
    [{ conclusion: "skipped", reason: "Busy." }, "Skipped (12)", "Nothing was started."],
    [{ commits: 0 }, "No changes (12)", "Often the work was already done."],
    [{ error_message: "Oh." }, "Reported errors (12)", "the task did not fail."],
  ])("tells the next step of %j once, with ten tasks", (report, title, end) => {
    const [, step = "", list = "", table] = summaryOf(tasks(12, report)).split("\n\n");
    expect(step.startsWith(`**${title}.** `)).toBe(true);
    expect(step.endsWith(end)).toBe(true);
    const items = list.split("\n");
    expect(items).toHaveLength(11);
    expect(items[0]).toMatch(/^- octo\/app-0: \[Update dependencies\]\(<https:.*>\)/);
    expect(items[10]).toBe("- and 2 more in the table");
    expect(table).toMatch(/^\| Repository/);
    for (const said of [report.error_message, report.reason]) {
      expect(said === undefined || items[0]?.endsWith(said)).toBe(true);
    }
  });

  it.each<Partial<TaskReport>>([{}, { conclusion: "", commits: 0 }, { conclusion: "skipped" }])(
    "tells no next step for %j",
    (report) => {
      const results = tasks(3, report).map((result) => ({
        ...result,
        settled: report.conclusion === undefined,
      }));
      const paragraphs = summaryOf(results).split("\n\n");
      expect(paragraphs.filter((text) => !text.startsWith("Total cost: "))).toHaveLength(2);
    },
  );

  it("cuts long words in the next steps, and names no repository where none is known", () => {
    const long = tasks(2, {
      repository: "",
      task_name: "n".repeat(200),
      conclusion: "failure",
      error_message: "e".repeat(1000),
    });
    const [item] = summaryOf(long).split("\n\n")[2]?.split("\n") ?? [];
    expect(item).toMatch(/^- \[n{99}…\]\(<.*>\)\. The agent reported: e{299}…$/);
  });
});

describe("the chart in the summary", () => {
  const ran = (count: number, ms: number) =>
    tasks(count).map((result) => ({ ...result, ranAt: { from: NOW, to: NOW + ms } }));

  it("is left out where nothing was waited for, and where all runs took under a minute", () => {
    expect(summaryOf(ran(3, 600_000))).toContain("```mermaid");
    expect(summaryOf(ran(3, 600_000), { waited: false })).not.toContain("mermaid");
    expect(summaryOf(ran(3, 59_000))).not.toContain("mermaid");
  });

  it("is folded away from 13 bars on", () => {
    expect(summaryOf(ran(12, 600_000))).not.toContain("<details>");
    expect(summaryOf(ran(13, 600_000))).toContain(
      "\n\n<details><summary>Chart of 13 task runs</summary>\n\n```mermaid\n",
    );
  });

  it("stays a chart where a text has a fence or the end of a fold", () => {
    const hostile = ran(13, 600_000).map((result) => ({
      ...result,
      report: { ...result.report, repository: "```\n</details>" },
    }));
    expect(summaryOf(hostile).match(/<\/details>/g)).toHaveLength(1);
  });
});

describe("the total cost", () => {
  const total = (results: readonly Result[]) => /\nTotal cost: .*/.exec(summaryOf(results))?.[0].trim();
  const costing = (nanoAiCredits: number | null, premium_requests: number | null = null): Result =>
    resultWith({ premium_requests }, { nanoAiCredits });

  it("adds up what was billed, and rounds once", () => {
    expect(total([costing(40_000_000), costing(40_000_000), costing(40_000_000)])).toBe(
      "Total cost: 0.1 AI credits.",
    );
    expect(total([costing(1e9, 1), costing(2e9, 2)])).toBe("Total cost: 3 AI credits, 3 premium requests.");
  });

  it("says how many costs are unknown, and is left out where all are", () => {
    const unknown = costing(null);
    expect(total([costing(1e9), unknown, unknown])).toBe(
      "Total cost: 1 AI credit. The cost of 2 tasks is unknown.",
    );
    expect(total([unknown, unknown])).toBeUndefined();
  });

  it("is of this run's tasks alone, and left out for one", () => {
    const skipped = resultWith({ conclusion: "skipped", reason: "Busy." });
    expect(total([costing(1e9), costing(1e9), skipped, failedStart("octo/x", "No")])).toBe(
      "Total cost: 2 AI credits.",
    );
    expect(total([costing(1e9)])).toBeUndefined();
  });
});

it("keeps state, changes, time and cost of a task on one line each", () => {
  const row = formatTaskSummary({
    results: [resultWith({ duration_seconds: 630 })],
    problems: [],
    prompt: null,
    pickUp: null,
    serverUrl: "https://github.com",
    waited: true,
  }).split("\n")[4];
  const space = "\u00a0";
  const changes = `5${space}files, 3${space}commits`;
  const time = `10${space}min${space}30${space}s`;
  const cells = [`✅${space}completed`, changes, time, `12.3${space}AI${space}credits`];
  expect(row?.endsWith(` | ${cells.join(" | ")} |`)).toBe(true);
});

describe("a pull request in the table", () => {
  const cell = (report: Partial<TaskReport>) =>
    summaryOf([resultWith(report)])
      .split("\n")[4]
      ?.split(" | ")[2];
  const link = (text: string) => `[${text}](<https://github.com/octo/app/pull/42>)`;

  it.each<[Partial<TaskReport>, string]>([
    [{ pull_request_draft: true }, "#42 Update dependencies|draft"],
    [{}, "#42 Update dependencies|open"],
    [{ pull_request_draft: null }, "#42 Update dependencies|open"],
    [{ pull_request_state: "merged" }, "#42 Update dependencies|merged"],
    [{ pull_request_state: "closed", pull_request_draft: true }, "#42 Update dependencies|closed"],
    [{ pull_request_state: "", pull_request_draft: null }, "#42 Update dependencies|"],
    [{ pull_request_title: "" }, "#42|open"],
    [{ pull_request_title: "a | [b](c) @octocat" }, "#42 a \\| \\[b\\]\\(c\\) \\@\u2060octocat|open"],
    // A long word can break.
    [
      { pull_request_title: "x".repeat(200) },
      `#42 ${"x".repeat(20)}\u200b${"x".repeat(20)}\u200b${"x".repeat(20)}\u200b${"x".repeat(19)}…|open`,
    ],
  ])("has its title and its state: %j", (report, expected) => {
    const at = expected.lastIndexOf("|");
    const [name, label] = [expected.slice(0, at), expected.slice(at + 1)];
    expect(cell(report)).toBe(`${link(name)}${label === "" ? "" : ` (${label})`}`);
  });
});

describe("a re-run in the summary", () => {
  const rerun = { starts: 1, follows: 0, afterFix: false };
  const next = (results: readonly Result[], changes: Partial<SummaryContent>) =>
    summaryOf(results, changes)
      .split("\n\n")
      .filter((paragraph) => paragraph.startsWith("**Next:**"))
      .map((paragraph) => paragraph.trim());

  it("is part of the next step for one task, above the table", () => {
    const failed = resultWith({ conclusion: "failure", state: "failed" });
    expect(next([failed], { rerun })[0]).toMatch(
      / check its session log before you start another one\. \*Re-run failed jobs\* starts a new task\.$/,
    );
    const missing = failedStart("octo/app", "No");
    expect(next([missing], { rerun: { ...rerun, afterFix: true } })).toEqual([
      "**Next:** Once that is fixed, *Re-run failed jobs* starts a new task. If the workflow file had to change, start a new run instead.",
    ]);
    const summary = summaryOf([missing], { rerun });
    expect(summary.indexOf("Re-run failed jobs")).toBeLessThan(summary.indexOf("| Repository |"));
    expect(summaryOf([failed])).not.toContain("Re-run");
  });

  it.each([
    [{ starts: 3, follows: 0 }, "starts 3 new tasks."],
    [
      { starts: 1, follows: 1 },
      "starts a new task. It follows the other one, and starts no second one there.",
    ],
    [
      { starts: 2, follows: 4 },
      "starts 2 new tasks. It follows the other 4, and starts no second one there.",
    ],
    [{ starts: 0, follows: 3 }, "follows the 3 tasks, and starts no second ones."],
  ])("says for several tasks what it does: %j", (counts, text) => {
    expect(next(tasks(3), { rerun: { ...counts, afterFix: false } })).toEqual([
      `**Next:** *Re-run failed jobs* ${text}`,
    ]);
  });

  it("follows a single task that goes on", () => {
    expect(next([resultWith(UNDER_WAY)], { rerun: { ...rerun, starts: 0, follows: 1 } })).toEqual([
      "**Next:** *Re-run failed jobs* follows the task, and starts no second one.",
    ]);
  });
});

describe("the summary of a hundred tasks", () => {
  const rows = (text: string) => text.split("\n").filter((line) => line.startsWith("| octo/"));

  it("shows 25 rows, and folds the others away", () => {
    const results = [
      ...tasks(99),
      resultWith({ repository: "octo/odd", state: "failed", conclusion: "failure" }),
    ];
    const [shown = "", folded = ""] = summaryOf(results).split("<details><summary>75 more tasks</summary>");
    expect(rows(shown)).toHaveLength(25);
    expect(rows(shown)[0]).toContain("| octo/odd |");
    expect(rows(shown).slice(1)).toEqual(rows(summaryOf(tasks(24))));
    expect(folded).toMatch(/^\n\n\| Repository .*\n\| --- /);
    expect(rows(folded)).toHaveLength(75);
    expect(folded).toMatch(/\n\n<\/details>\n\nTotal cost: 1230 AI credits\.\n$/);
    expect(summaryOf(tasks(25))).not.toContain("<details>");
    expect(summaryOf(tasks(26))).toContain("<details><summary>1 more task</summary>");
  });

  it("leaves whole rows out where not all have room, and says so", () => {
    const results = [...tasks(450, { task_name: "ä|".repeat(1000) }), resultWith({ conclusion: "failure" })];
    const summary = summaryOf(results, { prompt: "Do it" });
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_000);
    const shown = rows(summary);
    expect(shown.length).toBeLessThan(450);
    expect(shown[0]).toContain("| octo/app |");
    expect(shown.filter((row) => !row.endsWith(" 12.3 AI credits |"))).toEqual([]);
    expect(summary).toContain(`\n\nShowing ${shown.length} of 451 tasks; the rest did not fit.\n\n`);
    expect(summary).toContain("Do it");
  });

  it("tells of so many different errors as have room", () => {
    const problems = Array.from({ length: 450 }, (_, n) =>
      problemOf(`${n} ${"m".repeat(3000)}`, "r".repeat(3000)),
    );
    const summary = summaryOf(tasks(450), { problems });
    const told = summary.split("\n\n").filter((paragraph) => paragraph.startsWith("**"));
    expect(told[0]).toMatch(/^\*\*0 m{1997}…\*\* r{1999}…$/);
    expect(told.length).toBeLessThan(100);
    expect(summary).toContain(`\n\nThe log has ${450 - told.length} more errors.\n\n`);
    expect(rows(summary)).toHaveLength(450);
  });

  it("is not broken by hostile text", () => {
    const md = new MarkdownIt({ html: true });
    const hostile = array(constantFrom(...MARKUP), { maxLength: 8 }).map((pieces) => pieces.join(""));
    const report = record({
      task_id: hostile.map((text) => `id-${text}`),
      repository: oneof(hostile, constantFrom("octo/app", "octo/web")),
      task_name: hostile,
      task_url: oneof(hostile, constantFrom("https://github.com/octo/app/copilot/tasks/1")),
      error_message: hostile,
      state: hostile,
      conclusion: constantFrom(...CONCLUSIONS),
      reason: hostile,
      pull_request_url: hostile,
    });
    const result = oneof(
      report.map((given) => resultWith(given, { ranAt: { from: NOW, to: NOW + 1000 } })),
      tuple(hostile, hostile).map(([repository, error]) => failedStart(repository, error)),
      tuple(hostile, hostile).map(([repository, error]) => unseenResult("task-9", repository, error)),
    );
    holds(
      property(array(result, { minLength: 30, maxLength: 100 }), (results) => {
        const problems = results.flatMap(({ report: { error } }) =>
          error === undefined ? [] : [problemOf(error, error)],
        );
        const source = summaryOf(results, { problems, prompt: "Do it" });
        const tokens = md.parse(source, {});
        const types = (type: string) => tokens.filter((token) => token.type === type);
        expect(types("html_block").map(({ content }) => content)).toEqual([
          `<details><summary>${results.length - 25} more task${results.length === 26 ? "" : "s"}</summary>\n`,
          "</details>\n",
          "<details><summary>Prompt</summary>\n",
          "</details>\n",
        ]);
        expect(types("table_open")).toHaveLength(2);
        expect(types("tr_open")).toHaveLength(results.length + 2);
        expect(types("td_open")).toHaveLength(results.length * 7);
        expect(types("heading_open")).toHaveLength(1);
        const items = source.split("\n").filter((line) => line.startsWith("- "));
        expect(types("list_item_open")).toHaveLength(items.length);
        const inline = tokens.flatMap(({ children }) => children ?? []);
        const kinds = new Set(inline.map(({ type }) => type));
        for (const kind of [
          "text",
          "text_special",
          "strong_open",
          "strong_close",
          "link_open",
          "link_close",
        ]) {
          kinds.delete(kind);
        }
        expect([...kinds]).toEqual([]);
        const links = inline.flatMap((token) => (token.type === "link_open" ? [token.attrGet("href")] : []));
        expect(links.filter((href) => !String(href).startsWith("https://"))).toEqual([]);
      }),
      100,
    );
  });
});

describe("the summary of a list", () => {
  const results = Array.from({ length: 150 }, (_, n) =>
    resultWith({ task_id: `task-${n}`, task_name: `Task ${n}`, started: false }),
  );

  it("of 150 shows the first 100, and says so", () => {
    const lines = formatListSummary(results.slice(0, 100), 150).split("\n");
    expect(lines[0]).toBe("### 150 agent tasks");
    expect(lines.filter((line) => line.startsWith("| octo/app |"))).toHaveLength(100);
    expect(lines.slice(-3)).toMatchInlineSnapshot(`
[
  "",
  "Showing 100 of 150 tasks; the output \`tasks\` has the rest.",
  "",
]
`);
  });

  it("of few shows them all", () => {
    expect(withBlanks(formatListSummary(results.slice(0, 2), 2))).toMatchInlineSnapshot(`
"### 2 agent tasks

| Repository | Task | Pull request | State | Changes | Time | Cost |
| --- | --- | --- | --- | --- | --- | --- |
| octo/app | [Task 0](<https://github.com/octo/app/copilot/tasks/task-1>) | [#42 Update dependencies](<https://github.com/octo/app/pull/42>) (open) | ✅ completed | 5 files, 3 commits | 10 min | 12.3 AI credits |
| octo/app | [Task 1](<https://github.com/octo/app/copilot/tasks/task-1>) | [#42 Update dependencies](<https://github.com/octo/app/pull/42>) (open) | ✅ completed | 5 files, 3 commits | 10 min | 12.3 AI credits |
"
`);
    expect(formatListSummary(results.slice(0, 1), 1)).toMatch(/^### 1 agent task\n/);
    expect(formatListSummary([], 0)).toBe("### 0 agent tasks\n");
  });
});

describe("the summary of a dry run", () => {
  const body = { prompt: "Do it", create_pull_request: false, base_ref: "main<b>" };

  it("shows what would be sent", () => {
    expect(formatDryRunSummary("octo/app", body, "Do it")).toMatchInlineSnapshot(`
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
    expect(formatDryRunSummary("octo/app", body, null)).not.toContain("Do it");
  });
});

describe("the length of a summary", () => {
  it("stays below what the runner takes, the last paragraphs left out", () => {
    const summary = summaryOf([resultWith({ error_message: "e".repeat(600_000) })], {
      prompt: "ä".repeat(600_000),
    });
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_100);
    expect(summary).toContain("eeeeeeeeee");
    expect(summary).not.toContain("ää");
    expect(summary.endsWith("*The rest was left out: a job summary is limited to 1 MiB.*\n")).toBe(true);
  });
});
