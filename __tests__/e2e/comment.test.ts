import { describe, expect, it } from "@jest/globals";
import type { CommentInfo, FaultRule, TaskPlan } from "../../tools/simulator/scenario.ts";
import { BRIEF, REPOSITORY, type TestScenario } from "../support/fixtures.ts";
import type { TestStep } from "../support/run-dist.ts";
import { run as runDist } from "../support/run-dist.ts";
import { sampleDist } from "../support/run-sampled.ts";

const ISSUE = { comment: "true", issue_number: "7" };
const WAIT = { ...ISSUE, wait: "true", create_pull_request: "true" };
const FAILING: TaskPlan = {
  steps: [
    { after_seconds: 0, state: "in_progress" },
    { after_seconds: 60, state: "failed", error: "Oh @octocat <img src=x>" },
  ],
};

const issue = (comments: CommentInfo[] = [], locked = false) => ({
  issues: [{ number: 7, title: "A bug", comments, locked }],
});
const scenario = (more: TestScenario = {}) => ({
  plans: [BRIEF, FAILING],
  repository: issue(),
  ...more,
});

describe("the comment", () => {
  const { startTask, runInTurn } = sampleDist();
  it("is written with the workflow's token when the task starts, and edited when the task ends", async () => {
    const { exitCode, simulator, stdout } = await startTask(scenario(), WAIT);
    expect(exitCode).toBe(0);
    const writes = simulator.requests.filter(({ kind }) => kind === "comment_write");
    expect(writes.map(({ method }) => method)).toEqual(["POST", "PATCH"]);
    expect(writes[0]?.body).toMatchObject({ body: expect.stringContaining("### ▶️ Agent task: running") });
    const comments = simulator.comments(REPOSITORY, 7);
    expect(comments).toHaveLength(1);
    expect(comments[0]?.user).toBe("github-actions[bot]");
    expect(comments[0]?.body).toMatch(
      /^<!-- agent-task-action: [0-9a-f]{16} -->\n### ✅ Agent task: success\n/,
    );
    expect(comments[0]?.body).toContain("[#42 Update dependencies](<https://github.com/octo/app/pull/42>)");
    expect(stdout).not.toContain("::warning");
  });

  it("is edited by the next run instead of written again; another key has its own", async () => {
    const other: TestStep = { with: { ...ISSUE, concurrency_key: "other" } };
    const [first] = await runInTurn(scenario(), [
      { with: WAIT },
      { with: { ...WAIT, fail_on: "none" } },
      other,
    ]);
    const comments = first?.simulator.comments(REPOSITORY, 7) ?? [];
    expect(comments.map(({ body }) => /### .*/.exec(body)?.[0])).toEqual([
      "### ❌ Agent task: failure",
      "### ▶️ Agent task: running",
    ]);
    expect(comments[0]?.body).toContain("\\<img src=x\\>");
    expect(comments[0]?.body).not.toContain("@octocat");
  });

  it("is not the comment of an outsider who forged the marker", async () => {
    const { simulator: before } = await startTask(scenario(), ISSUE);
    const marker = /^<!-- .* -->/.exec(before.comments(REPOSITORY, 7)[0]?.body ?? "")?.[0] ?? "";
    const forged = `${marker}\n### ✅ Agent task: success`;
    const { simulator } = await startTask(
      scenario({ repository: issue([{ user: "mallory", body: forged }]) }),
      ISSUE,
    );
    const [outsiders, own] = simulator.comments(REPOSITORY, 7);
    expect(outsiders).toMatchObject({ user: "mallory", body: forged });
    expect(own).toMatchObject({ user: "github-actions[bot]", body: expect.stringContaining(marker) });
  });

  it("reports a start that failed, and one that was skipped", async () => {
    const refused: FaultRule = { on: { kind: "start" }, do: { type: "forbidden" } };
    const failed = await startTask(scenario({ faults: [refused] }), ISSUE);
    expect(failed.exitCode).toBe(1);
    expect(failed.simulator.comments(REPOSITORY, 7)[0]?.body).toContain("❌\u00a0not\u00a0started");

    const [, skipped] = await runInTurn(scenario(), [
      { with: ISSUE },
      { with: { ...ISSUE, if_active: "skip" } },
    ]);
    const comments = skipped?.simulator.comments(REPOSITORY, 7);
    expect(comments).toHaveLength(1);
    expect(comments?.[0]?.body).toContain("### ⏭️ Agent task: skipped");
  });

  const failures = sampleDist();
  it.each<[string, TestScenario, string]>([
    ["a locked issue", { repository: issue([], true) }, "issue is locked"],
    ["a permission to read", { workflow: { issues: "read" } }, "give the job the permission issues: write"],
    [
      "a server that fails",
      { faults: [{ on: { kind: "comment_write" }, do: { type: "html", status: 502 } }] },
      "HTTP 502",
    ],
  ])("causes one warning for %s, and never fails the step", async (_what, more, words) => {
    const { exitCode, outputs, stdout } = await failures.startTask(scenario(more), WAIT);
    expect(exitCode).toBe(0);
    expect(outputs.conclusion).toBe("success");
    const warnings = stdout.split("\n").filter((line) => line.startsWith("::warning"));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("title=Comment not written::Could not comment on issue #7 of octo/app");
    expect(warnings[0]).toContain(words);
  });

  it.each([
    ["answers", []],
    ["hangs", [{ on: { kind: "comment_write", nth: 2 }, do: { type: "stall_before" } }]],
  ] as const)("does not keep a cancelled step if GitHub %s", async (how, faults) => {
    let isKilled = false;
    const { exitCode, simulator, outputs, summary } = await runDist(scenario({ faults: [...faults] }), {
      with: { ...WAIT, poll_interval_seconds: "1" },
      onRequest: ({ kind }, kill) => {
        if (kind === "get" && !isKilled) {
          isKilled = true;
          kill("SIGINT");
        }
      },
    });
    expect(exitCode).toBe(130);
    expect(outputs.task_id).toBe(simulator.startedTasks[0]?.id);
    expect(summary).toContain("wait: true");
    const comments = simulator.comments(REPOSITORY, 7);
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toContain(
      how === "answers"
        ? "The task is still running. The workflow run has stopped waiting."
        : "Agent task: running",
    );
  });

  it("needs an issue", async () => {
    const { exitCode, stdout, simulator } = await startTask(scenario(), { comment: "true" });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Input comment is true, but issue_number is empty");
    expect(simulator.requests).toHaveLength(0);
  });

  it("is not written by a dry run", async () => {
    const { simulator } = await startTask(scenario(), { ...ISSUE, dry_run: "true" });
    expect(simulator.count("comment_write")).toBe(0);
  });
});
