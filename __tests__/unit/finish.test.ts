import { describe, expect, it } from "@jest/globals";
import { finish } from "../../src/finish.ts";
import { FAIL_ON, type FailOn } from "../../src/inputs.ts";
import type { Result } from "../../src/report/task-report.ts";
import { notStarted } from "../../src/result.ts";
import { createStep } from "../../src/step.ts";
import { API_URL, environment, REPOSITORY, resultWith, runnerOf, USER_TOKEN } from "./support.ts";

const DEFAULT: ReadonlySet<FailOn> = new Set([
  "failure",
  "cancelled",
  "timed_out",
  "action_required",
  "wait_timeout",
]);
const PROBLEM = { message: "Could not look at task 1: HTTP 502.", remedy: "Run this again." };

/** Ends a step with these results. */
async function finishing(
  results: readonly Result[],
  {
    failOn = DEFAULT,
    problems = [],
    isPrivate = true,
    prompt = null,
  }: {
    failOn?: ReadonlySet<FailOn>;
    problems?: readonly (typeof PROBLEM)[];
    isPrivate?: boolean;
    prompt?: string | null;
  } = {},
) {
  const env = {
    ...environment("start"),
    runner: runnerOf({ event: { repository: { private: isPrivate } } }),
  };
  const step = createStep(env, { token: USER_TOKEN, apiUrl: API_URL, jobSummary: true, githubToken: "" });
  const status = await finish(step, { results, problems, failOn, prompt });
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

const LINK = "https://github.com/octo/app/tasks/task-1";
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
      `error(Agent task failed): ${TASK} failed. The agent reported: Oh. Its session log shows how far it came: ${LINK}`,
    ],
    ["cancelled", `error(Agent task cancelled): ${TASK} was cancelled on GitHub. ${LINK}`],
    [
      "timed_out",
      `error(Agent task timed out): ${TASK} reached GitHub's time limit for a session. Ask for less in one task: ${LINK}`,
    ],
    [
      "action_required",
      `error(Agent task waits for a person): ${TASK} waits for a person to answer. Open it: ${LINK}`,
    ],
    [
      "neutral",
      `error(Agent task is neutral): ${TASK} stopped without a branch or a pull request. Its answer is here: ${LINK}`,
    ],
    ["skipped", `error(Agent task skipped): ${TASK} was skipped, and fail_on has skipped. ${LINK}`],
    [
      "no_changes",
      `error(Agent task without changes): ${TASK} made no commits, and fail_on has no_changes. ${LINK}`,
    ],
    [
      "wait_timeout",
      `error(Waiting timed out): ${TASK} was still in_progress when timeout_minutes was up. It goes on: ${LINK}`,
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
    const { status, log, outputs, summary } = await finishing([resultWith({}, { isDraft: true })]);
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
    expect(log).toContain(`warning(No changes): ${TASK} settled without a commit. ${LINK}`);
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
      "info: The task goes on. To wait for it in a later step or run:",
      ...yaml.map((line) => `info: ${line}`),
    ]);
    expect(summary).toContain(`\`\`\`yaml\n${yaml.join("\n")}\n\`\`\``);
    const unknown = resultWith({ repository: "", conclusion: "" }, { waitTimedOut: true });
    expect((await finishing([unknown])).log.join("\n")).not.toContain("    repository:");
  });
});

describe("a problem", () => {
  it("fails the step whatever fail_on says, with what happened and what to do", async () => {
    const { status, log, summary } = await finishing([], { failOn: new Set(), problems: [PROBLEM] });
    expect(status).toBe(1);
    expect(log).toEqual([`error(Agent task): ${PROBLEM.message}\n${PROBLEM.remedy}`]);
    expect(summary).toContain("Could not look at task 1\\: HTTP 502.");
  });

  it("of a start that failed is no end of a task", async () => {
    const { status, log, outputs } = await finishing([notStarted(REPOSITORY, PROBLEM.message)], {
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
