import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { createContext } from "../../../src/context.ts";
import { FAIL_ON, type FailOn } from "../../../src/inputs/shared-inputs.ts";
import { finish } from "../../../src/report/finish.ts";
import type { Result } from "../../../src/report/result.ts";
import { environment } from "../../support/action-harness.ts";
import {
  API_URL,
  failedStart,
  problemOf,
  resultWith,
  runnerOf,
  unseenResult,
} from "../../support/builders.ts";
import { MINUTE, NOW } from "../../support/clock.ts";
import { REPOSITORY, USER_TOKEN } from "../../support/fixtures.ts";

const DEFAULT: ReadonlySet<FailOn> = new Set([
  "failure",
  "cancelled",
  "timed_out",
  "action_required",
  "wait_timeout",
]);
const PROBLEM = problemOf("Could not look at task 1: HTTP 502.", "Run this again.");

/** Ends a step with these results. */
async function finishing(
  results: readonly Result[],
  {
    failOn = DEFAULT,
    problems = [],
    isPrivate = true,
    prompt = null,
    isStopped = false,
  }: {
    failOn?: ReadonlySet<FailOn>;
    problems?: readonly (typeof PROBLEM)[];
    isPrivate?: boolean;
    prompt?: string | null;
    isStopped?: boolean;
  } = {},
) {
  const env = {
    ...environment("start"),
    runner: runnerOf({ event: { repository: { private: isPrivate } } }),
  };
  if (isStopped) {
    env.stop.abort();
  }
  const step = createContext(env, { token: USER_TOKEN, apiUrl: API_URL, jobSummary: true, githubToken: "" });
  const status = await finish(step, { results, problems, failOn, prompt, waited: true });
  return { status, log: env.log(), outputs: env.outputs(), summary: env.summary() };
}

const WAITING = resultWith({ conclusion: "", state: "in_progress" }, { settled: false, waitTimedOut: true });
const ENDS: Readonly<Record<FailOn, Result>> = {
  failure: resultWith({ conclusion: "failure", state: "failed", error_message: "Oh." }),
  cancelled: resultWith({ conclusion: "cancelled", state: "cancelled" }),
  timed_out: resultWith({ conclusion: "timed_out", state: "timed_out" }),
  action_required: resultWith({ conclusion: "action_required", state: "waiting_for_user" }),
  neutral: resultWith({ conclusion: "neutral", state: "idle" }),
  skipped: resultWith({ conclusion: "skipped", state: "" }),
  no_changes: resultWith({ commits: 0, changed_files: 0 }),
  wait_timeout: WAITING,
};

const LINK = "https://github.com/octo/app/copilot/tasks/task-1";
const TASK = `Task task-1 in ${REPOSITORY}`;

describe("the end of a step", () => {
  it("fails it where fail_on names it, and only then", async () => {
    for (const end of FAIL_ON) {
      for (const named of FAIL_ON) {
        const { status, log } = await finishing([ENDS[end]], { failOn: new Set([named]) });
        const errors = log.filter((line) => line.startsWith("error("));
        expect([end, named, status, errors.length]).toEqual([
          end,
          named,
          ...(end === named ? [1, 1] : [0, 0]),
        ]);
      }
    }
  });

  it.each<[FailOn, string]>([
    [
      "failure",
      `error(Agent task failed): ${TASK} failed. The agent reported: Oh. See its session log: ${LINK}`,
    ],
    ["cancelled", `error(Agent task cancelled): ${TASK} was cancelled on GitHub. ${LINK}`],
    [
      "timed_out",
      `error(Agent task timed out): ${TASK} reached GitHub's time limit for a session. Split the work into smaller tasks: ${LINK}`,
    ],
    [
      "action_required",
      `error(Agent task waits for a person): ${TASK} is waiting for a person to answer. Answer it here: ${LINK}`,
    ],
    [
      "neutral",
      `error(Agent task is neutral): ${TASK} stopped without a branch or a pull request. Read its answer: ${LINK}`,
    ],
    [
      "skipped",
      `error(Agent task skipped): ${TASK} was found, so no task was started, and fail_on includes skipped. ${LINK}`,
    ],
    [
      "no_changes",
      `error(Agent task without changes): ${TASK} changed no files, and fail_on includes no_changes. ${LINK}`,
    ],
    [
      "wait_timeout",
      `error(Waiting timed out): ${TASK} was still in_progress when the wait ended (see timeout_minutes). It is still running: ${LINK}`,
    ],
  ])("is explained for %s", async (end, line) => {
    expect((await finishing([ENDS[end]], { failOn: new Set([end]) })).log).toContain(line);
  });

  it("fails it for the ends of the default, and not for the others", async () => {
    const statuses = await Promise.all(
      FAIL_ON.map(async (end) => [end, (await finishing([ENDS[end]])).status]),
    );
    expect(Object.fromEntries(statuses)).toEqual({
      failure: 1,
      cancelled: 1,
      timed_out: 1,
      action_required: 1,
      wait_timeout: 1,
      neutral: 0,
      skipped: 0,
      no_changes: 0,
    });
  });

  it("has two errors where two ends fail it", async () => {
    const both = resultWith({ conclusion: "failure", commits: 0 });
    const { log } = await finishing([both], { failOn: new Set(["failure", "no_changes"]) });
    expect(log.filter((line) => line.startsWith("error("))).toHaveLength(2);
  });

  it("is in the outputs, the log and the summary for a success", async () => {
    const { status, log, outputs, summary } = await finishing([resultWith({ pull_request_draft: true })]);
    expect(status).toBe(0);
    expect(log).toEqual([
      `info: ${TASK}: success, draft pull request #42 https://github.com/octo/app/pull/42, 3 commits, 5 changed files, ${LINK}`,
    ]);
    expect(outputs).toMatchObject({ conclusion: "success", task_id: "task-1" });
    expect(summary).toMatch(/^### ✅ Agent task: success\n/);
  });

  it("is told without what is not known", async () => {
    const bare = resultWith({
      repository: "",
      task_url: "",
      conclusion: "",
      state: "thinking",
      pull_request_number: null,
      commits: null,
    });
    const { log } = await finishing([bare]);
    expect(log).toEqual(["info: Task task-1: thinking"]);
  });

  it("warns of a task that settled without a commit", async () => {
    const { status, log } = await finishing([ENDS.no_changes]);
    expect(status).toBe(0);
    expect(log).toContain(`warning(No changes): ${TASK} settled without changing a file. ${LINK}`);
  });

  it("tells how to pick up a task that goes on, in log and summary", async () => {
    const { log, summary } = await finishing([WAITING], { failOn: new Set() });
    const yaml = [
      "- uses: octo-org/agent-task-action/status@v1",
      "  with:",
      "    token: ${{ secrets.AGENT_TASKS_TOKEN }}",
      "    repository: octo/app",
      "    task_id: task-1",
      "    wait: true",
    ];
    expect(log.slice(1)).toEqual([
      "info: The task is still running. To wait for it in a later step or run:",
      ...yaml.map((line) => `info: ${line}`),
    ]);
    expect(summary).toContain(`\`\`\`yaml\n${yaml.join("\n")}\n\`\`\``);
  });

  it("tells to go by the ID alone where the repository is not known", async () => {
    const unknown = resultWith({ repository: "", conclusion: "" }, { waitTimedOut: true });
    expect((await finishing([unknown])).log).toContain('info:     repository: "*"');
  });
});

/** Tasks in repositories of their own. */
const several = (count: number, result: Result): Result[] =>
  Array.from({ length: count }, (_, n) => ({
    ...result,
    report: { ...result.report, task_id: `id-${n}`, repository: `octo/app-${n}` },
  }));

const annotations = (log: readonly string[]): string[] =>
  log.filter((line) => /^(error|warning)\(/.test(line));

describe("the end of a step with many tasks", () => {
  it("has one annotation where more than five ended alike, and a line for each in the log", async () => {
    const { log, status } = await finishing([...several(12, ENDS.failure), resultWith()]);
    expect(status).toBe(1);
    expect(annotations(log)).toEqual([
      `error(Agent task failed): 12 tasks failed: ${several(10, WAITING)
        .map(({ report }) => report.repository)
        .join(", ")} and 2 more. The log has a line for each.`,
    ]);
    expect(log.slice(0, 2)).toEqual([
      `info: Task id-0 in octo/app-0: failure, pull request #42 https://github.com/octo/app/pull/42, 3 commits, 5 changed files, ${LINK}`,
      `info: Task id-0 in octo/app-0 failed. The agent reported: Oh. See its session log: ${LINK}`,
    ]);
    expect(log).toHaveLength(12 * 2 + 1 + 1);
  });

  it("has an annotation for each of up to five", async () => {
    const { log } = await finishing(several(5, ENDS.failure));
    expect(annotations(log)).toHaveLength(5);
    expect(annotations(log)[4]).toMatch(/^error\(Agent task failed\): Task id-4 in octo\/app-4 failed\./);
  });

  it("has fewer where there would be more than GitHub shows", async () => {
    const ends = [...several(4, ENDS.failure), ...several(4, ENDS.timed_out), ENDS.cancelled];
    expect(annotations((await finishing(ends)).log)).toHaveLength(9);
    const problems = [PROBLEM, problemOf("No.", "None.")];
    expect(annotations((await finishing(ends, { problems })).log)).toEqual([
      `error(Agent task cancelled): ${TASK} was cancelled on GitHub. ${LINK}`,
      "error(Agent task failed): 4 tasks failed: id-0, id-1, id-2, id-3. The log has a line for each.",
      expect.stringMatching(/^error\(Agent task timed out\): 4 tasks reached GitHub's time limit/),
      expect.stringContaining(PROBLEM.message),
      "error(Agent task): No.\nNone.",
    ]);
  });

  it.each<[FailOn, string]>([
    ["failure", "tasks failed"],
    ["cancelled", "tasks were cancelled on GitHub"],
    ["timed_out", "tasks reached GitHub's time limit for a session"],
    ["action_required", "tasks are waiting for a person to answer"],
    ["neutral", "tasks stopped without a branch or a pull request"],
    ["skipped", "tasks were skipped, and fail_on includes skipped"],
    ["no_changes", "tasks changed no files, and fail_on includes no_changes"],
    ["wait_timeout", "tasks were still running when the wait ended (see timeout_minutes)"],
  ])("says in one what they have in common for %s", async (end, words) => {
    const { log } = await finishing(several(6, ENDS[end]), { failOn: new Set([end]) });
    const errors = log.filter((line) => line.startsWith("error("));
    expect(errors).toEqual([expect.stringContaining(`): 6 ${words}: octo/app-0, octo/app-1, `)]);
  });

  it("warns once of many without a commit", async () => {
    const { log, status } = await finishing(several(6, ENDS.no_changes));
    expect(status).toBe(0);
    expect(annotations(log)).toEqual([
      "warning(No changes): 6 tasks settled without changing a file: octo/app-0, octo/app-1, octo/app-2, octo/app-3, " +
        "octo/app-4, octo/app-5. The log has a line for each.",
    ]);
    expect(log).toContain(`info: Task id-5 in octo/app-5 settled without changing a file. ${LINK}`);
    expect(annotations((await finishing(several(5, ENDS.no_changes))).log)).toHaveLength(5);
  });

  it("tells once how to pick up those that go on", async () => {
    const { log, summary } = await finishing([...several(3, WAITING), resultWith()], { failOn: new Set() });
    const yaml = [
      "- uses: octo-org/agent-task-action/status@v1",
      "  with:",
      "    token: ${{ secrets.AGENT_TASKS_TOKEN }}",
      '    repository: "*"',
      "    task_id: |",
      "      id-0",
      "      id-1",
      "      id-2",
      "    wait: true",
    ];
    expect(log.slice(4)).toEqual([
      "info: 3 tasks are still running. To wait for them in a later step or run:",
      ...yaml.map((line) => `info: ${line}`),
    ]);
    expect(summary).toContain(`To wait for them in a later step or run:\n\n\`\`\`yaml\n${yaml.join("\n")}\n`);
    expect(parse(yaml.join("\n"))).toMatchObject([
      { with: { repository: "*", task_id: "id-0\nid-1\nid-2\n", wait: true } },
    ]);
  });

  it("names the repository where those that go on share one", async () => {
    const shared = several(2, WAITING).map(({ report, ...rest }) => ({
      ...rest,
      report: { ...report, repository: REPOSITORY },
    }));
    const { log } = await finishing([...shared, ...several(1, resultWith())], { failOn: new Set() });
    expect(log).toContain(`info:     repository: ${REPOSITORY}`);
    const { log: one } = await finishing([...several(1, WAITING), resultWith()], { failOn: new Set() });
    expect(one).toContain("info: 1 task is still running. To wait for it in a later step or run:");
    expect(one).toContain("info:     repository: octo/app-0");
  });

  it("says that those go on all the same where the step was cancelled", async () => {
    const { log } = await finishing(several(2, WAITING), { failOn: new Set(), isStopped: true });
    expect(log).toContain(
      "info: This step was cancelled. 2 tasks are still running. To wait for them in a later step or run:",
    );
    const { log: one } = await finishing([WAITING], { failOn: new Set(), isStopped: true });
    expect(one).toContain(
      "info: This step was cancelled. The task is still running. To wait for it in a later step or run:",
    );
  });

  it("draws those that go on until now", async () => {
    const ranAt = { from: NOW - 2 * MINUTE, to: NOW - MINUTE };
    const { summary } = await finishing([
      { ...WAITING, ranAt },
      { ...resultWith(), ranAt },
    ]);
    expect(summary).toContain(":active, 2026-11-23 07:58:00, 2026-11-23 08:00:00\n");
    expect(summary).toContain(":done, 2026-11-23 07:58:00, 2026-11-23 07:59:00\n");
  });
});

describe("a problem", () => {
  it("fails the step whatever fail_on says, with what happened and what to do", async () => {
    const { status, log, summary } = await finishing([], { failOn: new Set(), problems: [PROBLEM] });
    expect(status).toBe(1);
    expect(log).toEqual([`error(Agent task): ${PROBLEM.message}\n${PROBLEM.remedy}`]);
    expect(summary).toContain("Could not look at task 1\\: HTTP 502.");
  });

  it("that several starts have is one error, with each one's words in the log", async () => {
    const names = Array.from({ length: 13 }, (_, n) => `octo/app-${n}`);
    const problems = names.map((repository) =>
      problemOf(`Could not start a task in ${repository}: No.`, "Do.", {
        subject: { repository, taskId: "" },
        cause: "No",
      }),
    );
    const results = names.map((name, n) => failedStart(name, problems[n]?.message ?? ""));
    const { status, log } = await finishing([...results, resultWith()], { problems });
    expect(status).toBe(1);
    expect(log.slice(1)).toEqual([
      ...problems.map(({ message }) => `info: ${message}`),
      `error(Agent task): ${problems[0]?.message}\nDo.\nSame error in 12 more repositories: ${names.slice(1, 11).join(", ")} and 2 more.`,
    ]);
  });

  it("of a task that was not seen leaves it in the outputs, and in the log", async () => {
    const lost = unseenResult("task-9", REPOSITORY, PROBLEM.message);
    const { status, log, outputs } = await finishing([lost], { failOn: new Set(), problems: [PROBLEM] });
    expect(status).toBe(1);
    expect(log).toEqual([
      `info: Task task-9 in ${REPOSITORY}: unknown`,
      `error(Agent task): ${PROBLEM.message}\n${PROBLEM.remedy}`,
    ]);
    expect(outputs).toMatchObject({ task_id: "task-9", conclusion: "" });
    expect(JSON.parse(outputs.counts ?? "")).toMatchObject({ pending: 1, not_started: 0 });
  });

  it("of a start that failed is no end of a task", async () => {
    const { status, log, outputs } = await finishing([failedStart(REPOSITORY, PROBLEM.message)], {
      problems: [PROBLEM],
    });
    expect(status).toBe(1);
    expect(log).toHaveLength(1);
    expect(JSON.parse(outputs.counts ?? "")).toMatchObject({ not_started: 1 });
  });
});

describe("the prompt", () => {
  it("is in the summary of a private repository, and not of a public one", async () => {
    const results = [resultWith()];
    expect((await finishing(results, { prompt: "Do it" })).summary).toContain("Do it");
    expect((await finishing(results, { prompt: "Do it", isPrivate: false })).summary).not.toContain("Do it");
  });
});
