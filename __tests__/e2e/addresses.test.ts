import { describe, expect, it } from "@jest/globals";
import type { FaultRule, TaskPlan } from "../../tools/simulator/scenario.ts";
import { existingTask, REPOSITORY, tasksOf } from "../support/fixtures.ts";
import { sampleDist } from "../support/run-sampled.ts";

const ISSUE = { comment: "true", issue_number: "7", required_permission: "read" };
const WITH_ISSUE = { issues: [{ number: 7, title: "A bug" }] };
const WORD_JOINER = "\u2060";

describe("addresses in summary and comment", () => {
  const { startTask, listTasks } = sampleDist();
  it("are links in what to do about a start that may have worked", async () => {
    const faults: FaultRule[] = [
      { on: { kind: "start" }, do: { type: "reset_before" } },
      { on: { kind: "list" }, do: { type: "html", status: 502 } },
    ];
    const { summary, stdout } = await startTask({ faults });
    expect(stdout).toContain("https://github.com/octo/app/agents");
    expect(summary).toContain("<https://github.com/octo/app/agents>");
    expect(summary).not.toContain(WORD_JOINER);
  });

  it("are links where a task is skipped, and where GitHub is down", async () => {
    const active = existingTask({
      steps: [{ after_seconds: 0, state: "in_progress", heartbeat_seconds: 30 }],
    });
    const skipped = await startTask({ existing: [active] }, { if_active: "skip", concurrency_key: "*" });
    expect(skipped.summary).toContain("<https://github.com/octo/app/copilot/tasks/earlier-task>");
    const faults: FaultRule[] = [{ on: { kind: "list" }, do: { type: "html", status: 502 } }];
    const down = await listTasks({ faults });
    expect(down.summary).toContain("<https://www.githubstatus.com/>");
  });

  it("are links in a comment too", async () => {
    const existing = ["task-1", "task-2"].map((id) =>
      existingTask({ id, steps: [{ after_seconds: 0, state: "in_progress", heartbeat_seconds: 30 }] }),
    );
    const { simulator } = await startTask(
      {
        existing,
        repository: WITH_ISSUE,
        faults: [{ on: { kind: "start", times: 9 }, do: { type: "error_500_after" } }],
      },
      { ...ISSUE, wait: "true", timeout_minutes: "5" },
    );
    const body = simulator.comments(REPOSITORY, 7)[0]?.body ?? "";
    expect(body).toContain("](<https://github.com/octo/app/copilot/tasks/");
  });

  it("link every task that may be from this step", async () => {
    const faults: FaultRule[] = [{ on: { kind: "start", nth: 1 }, do: { type: "reset_after" } }];
    const { summary, stdout, simulator } = await startTask({
      faults,
      assumptions: { session_prompt: "absent" },
    });
    const id = simulator.startedTasks[0]?.id ?? "";
    expect(stdout).toContain(`It may be task ${id}: https://github.com/octo/app/copilot/tasks/${id}`);
    expect(summary).toContain(
      `⚠️ **Tasks that may be from this step:** [${id}](<https://github.com/octo/app/copilot/tasks/${id}>)`,
    );
  });

  it("link duplicates of the task that the step follows", async () => {
    const faults: FaultRule[] = [{ on: { kind: "start", nth: 1 }, do: { type: "reset_after" } }];
    const { summary, simulator } = await startTask({ faults, assumptions: { list_lag_seconds: 90 } });
    const urls = simulator.startedTasks.map(({ id }) => `<https://github.com/octo/app/copilot/tasks/${id}>`);
    expect(urls).toHaveLength(2);
    expect(urls.filter((url) => !summary.includes(url))).toEqual([]);
  });

  it("are no links in text from outside, nor are commits, issues and people", async () => {
    const error =
      "See https://github.com/octo/app/copilot/tasks/1, a5c3785ed8d6a35868bc169f07e40e889087fd2e, a5c3785, #12, GH-12, " +
      "octo/app#1, octo/app@a5c3785, @octocat and www.evil.test";
    const plan: TaskPlan = {
      steps: [
        { after_seconds: 0, state: "in_progress", name: error },
        { after_seconds: 60, state: "failed", error },
      ],
    };
    const { summary, simulator } = await startTask(
      { plans: [plan], repository: WITH_ISSUE },
      { ...ISSUE, wait: "true" },
    );
    for (const text of [summary, simulator.comments(REPOSITORY, 7)[0]?.body ?? ""]) {
      const [, quoted = ""] = /The agent reported: (.*)/.exec(text) ?? [];
      expect(quoted).toContain("See https");
      expect(quoted).not.toMatch(/:\/\/|<https|\b[\da-f]{7,40}\b|#\d|GH-\d|@\w|www\./);
    }
  });
});

describe("the repository of a task that is known by its ID alone", () => {
  const { readStatus, listTasks } = sampleDist();
  const existing = [
    existingTask({ id: "task-1" }),
    existingTask({
      id: "task-2",
      extra: { html_url: "https://github.com.evil.test/octo/app/copilot/tasks/task-2" },
    }),
    existingTask({ id: "task-3", extra: { html_url: "https://github.com/copilot/tasks/task-3" } }),
    existingTask({
      id: "task-4",
      extra: { html_url: "https://github.com/octocat/hello-world/copilot/tasks/task-4" },
    }),
    existingTask({ id: "task-5", extra: { html_url: "https://x@github.com/octo/app/copilot/tasks/task-5" } }),
  ];
  const expected = ["octo/app", "", "", "octocat/hello-world", ""];

  it("is that of its address on the server: list", async () => {
    const result = await listTasks({ existing }, { repository: "*" });
    const named = new Map(tasksOf(result).map(({ task_id, repository }) => [task_id, repository]));
    expect(existing.map(({ id }) => named.get(id))).toEqual(expected);
    expect(result.summary).toContain("| octocat/hello-world | ");
  });

  it("is that of its address on the server: status", async () => {
    const ids = existing.map(({ id }) => id).join(",");
    const result = await readStatus({ existing }, { repository: "*", task_id: ids });
    expect(tasksOf(result).map(({ repository }) => repository)).toEqual(expected);
    expect(result.stdout).toContain("Task task-4 in octocat/hello-world: ");
    const single = await readStatus({ existing }, { repository: "*", task_id: "task-4" });
    expect(single.outputs.repository).toBe("octocat/hello-world");
    expect(single.simulator.requests.map(({ path }) => path)).not.toContain(
      "/agents/repos/octocat/hello-world",
    );
  });
});
