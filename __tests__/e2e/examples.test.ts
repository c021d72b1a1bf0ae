import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { isTriggeredBy, type WorkflowEvent } from "../../tools/local-runner/triggers.ts";
import { readWorkflow } from "../../tools/local-runner/workflow-file.ts";
import type { IssueInfo, Json, TaskPlan } from "../../tools/simulator/scenario.ts";
import {
  BRIEF,
  existingTask,
  REPOSITORY,
  START,
  SUCCESSFUL,
  type TestScenario,
  traceLine,
} from "../support/fixtures.ts";
import { example, jobOf, jobsOf, resultsOf, sampleSites, type TestRun } from "../support/workflow-harness.ts";

type Payload = { readonly [key: string]: Json };

const repository: Payload = { private: true, full_name: REPOSITORY };
const sender: Payload = { login: "mona", type: "User" };
const time = (secondsAgo: number) => new Date(START - secondsAgo * 1000).toISOString().replace(".000", "");

const ISSUE: IssueInfo = { number: 7, title: "It breaks", body: "When I press the button.", user: "hubot" };

/** A repository with an issue, and people who may and may not write. */
const WITH_ISSUE: TestScenario = {
  plans: [SUCCESSFUL],
  repository: { issues: [ISSUE], permissions: { mona: "write", rita: "read" } },
};

function event(name: string, payload: Payload = {}): WorkflowEvent {
  return { name, payload: { repository, sender, ...payload } };
}

const eventIssue: Payload = {
  number: 7,
  title: "It breaks",
  body: "When I press the button.",
  created_at: time(7200),
  updated_at: time(60),
};

describe("nightly.yml", () => {
  const onSite = sampleSites();
  const nightly: TestRun = {
    path: example("nightly.yml"),
    event: event("schedule"),
    files: { ".github/prompts/nightly.md": "Update the dependencies.\n" },
  };
  const runUrl = `https://github.com/${REPOSITORY}/actions/runs/6999999999`;
  const lastNight = existingTask({
    created_seconds_ago: 24 * 3600,
    prompt: `Update the dependencies.\n\n${traceLine({ runUrl })}`,
    create_pull_request: true,
    steps: [{ after_seconds: 600, state: "completed", pull_request: { number: 40, state: "open" } }],
  });

  it("starts a task with the prompt of the file, waits, and marks the pull request as ready", async () => {
    await onSite({ plans: [BRIEF] }, { gh: {} }, async ({ simulator, run, calls, permissionsOf }) => {
      const ended = await run(nightly);
      expect(resultsOf(ended)).toEqual({ update: "success", ready: "success" });
      expect(simulator.startedTasks).toHaveLength(1);
      expect(simulator.startedTasks[0]?.body).toMatchObject({
        prompt: expect.stringMatching(/^Update the dependencies\.\n\nStarted by GitHub Actions: /),
        create_pull_request: true,
      });
      const url = "https://github.com/octo/app/pull/42";
      expect(jobOf(ended, "update").outputs).toEqual({ conclusion: "success", pull_request_url: url });
      const [ready, ...others] = calls();
      expect(others).toEqual([]);
      expect(ready).toMatchObject({ command: "gh", parameters: ["pr", "ready", url] });
      expect(permissionsOf(ready?.token ?? "")).toEqual({ contents: "write", "pull-requests": "write" });
    });
  });

  it("starts nothing and skips the next job while last night's pull request is open", async () => {
    await onSite({ existing: [lastNight] }, { gh: {} }, async ({ simulator, run, calls }) => {
      const ended = await run(nightly);
      expect(resultsOf(ended)).toEqual({ update: "success", ready: "skipped" });
      expect(jobOf(ended, "update").outputs.conclusion).toBe("skipped");
      expect(simulator.count("start")).toBe(0);
      expect(calls()).toEqual([]);
    });
  });

  it.each([
    ["failed", { after_seconds: 60, state: "failed", error: "npm ended with 1" }],
    ["changed nothing", { after_seconds: 60, state: "completed" }],
  ])("fails and skips the next job if the task %s", async (_how, step) => {
    await onSite({ plans: [{ steps: [step] }] }, { gh: {} }, async ({ run, calls }) => {
      const ended = await run(nightly);
      expect(resultsOf(ended)).toEqual({ update: "failure", ready: "skipped" });
      expect(calls()).toEqual([]);
    });
  });

  it("starts nothing in a re-run of the last job", async () => {
    const standIns = { gh: { exitCode: 1 } };
    await onSite({ plans: [BRIEF] }, standIns, async ({ simulator, run, calls }) => {
      const earlier = await run(nightly);
      expect(resultsOf(earlier)).toEqual({ update: "success", ready: "failure" });
      const ended = await run({ ...nightly, earlier, github: { run_attempt: "2" } });
      expect(ended.jobs.map(({ place, attempt }) => [place, attempt])).toEqual([
        ["update", 1],
        ["ready", 2],
      ]);
      expect(simulator.startedTasks).toHaveLength(1);
      expect(calls()).toHaveLength(2);
    });
  });

  it("needs each of its permissions", async () => {
    const folder = await mkdtemp(join(tmpdir(), "workflows-"));
    const path = join(folder, "nightly.yml");
    const [before = "", after = ""] = readFileSync(nightly.path, "utf8").split(/^ *pull-requests: read.*\n/m);
    writeFileSync(path, before + after);
    try {
      await onSite({ existing: [lastNight] }, {}, async ({ simulator, run }) => {
        const update = jobOf(await run({ ...nightly, path }), "update");
        expect(update.result).toBe("failure");
        expect(update.steps.at(-1)?.stdout).toContain("Give the job the permission pull-requests: read");
        expect(simulator.count("start")).toBe(0);
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("label.yml", () => {
  const onSite = sampleSites();
  const labelled = (runId: number, label = "agent", issue: Payload = eventIssue): TestRun => ({
    path: example("label.yml"),
    event: event("issues", { action: "labeled", label: { name: label }, issue }),
    github: { run_id: String(runId) },
  });

  it("starts a task for the issue, and reports its state in one comment", async () => {
    await onSite(WITH_ISSUE, {}, async ({ simulator, run }) => {
      const ended = await run(labelled(7_000_000_001));
      expect(resultsOf(ended)).toEqual({ work: "success" });
      expect(simulator.startedTasks).toHaveLength(1);
      const { body } = simulator.startedTasks[0] ?? {};
      expect(body?.create_pull_request).toBe(true);
      expect(body?.prompt).toContain("> When I press the button.");
      expect(body?.prompt).toContain(`Fixes ${REPOSITORY}#7`);
      const comments = simulator.comments(REPOSITORY, 7);
      expect(comments).toHaveLength(1);
      expect(comments[0]?.body).toContain("pull/42");
    });
  });

  it("starts one task and writes one comment if the label is removed and added again", async () => {
    await onSite(WITH_ISSUE, {}, async ({ simulator, run }) => {
      await run(labelled(7_000_000_001));
      // The concurrency group delays the second run until the first has ended.
      const second = await run(labelled(7_000_000_002));
      expect(resultsOf(second)).toEqual({ work: "success" });
      expect(jobOf(second, "work").steps[0]?.outputs).toMatchObject({ conclusion: "skipped" });
      expect(simulator.startedTasks).toHaveLength(1);
      expect(simulator.comments(REPOSITORY, 7)).toHaveLength(1);
    });
  });

  it("does nothing for another label", async () => {
    await onSite(WITH_ISSUE, {}, async ({ simulator, run }) => {
      expect(resultsOf(await run(labelled(7_000_000_001, "bug")))).toEqual({ work: "skipped" });
      expect(simulator.requests).toEqual([]);
    });
  });

  it("fails if somebody without write access added the label", async () => {
    await onSite(WITH_ISSUE, {}, async ({ simulator, run }) => {
      const ended = await run({ ...labelled(7_000_000_001), github: { triggering_actor: "rita" } });
      expect(resultsOf(ended)).toEqual({ work: "failure" });
      expect(simulator.count("start")).toBe(0);
      expect(simulator.comments(REPOSITORY, 7)).toEqual([]);
    });
  });
});

describe("slash-command.yml", () => {
  const onSite = sampleSites();
  const commented = (
    login: string,
    more: { body?: string; issue?: Payload; runId?: number } = {},
  ): TestRun => ({
    path: example("slash-command.yml"),
    event: event("issue_comment", {
      action: "created",
      comment: {
        id: 900,
        body: more.body ?? "/agent and add a test",
        created_at: time(30),
        updated_at: time(30),
        user: { login },
      },
      issue: more.issue ?? eventIssue,
    }),
    github: { triggering_actor: login, run_id: String(more.runId ?? 7_000_000_001) },
  });
  const withComment: TestScenario = {
    ...WITH_ISSUE,
    repository: {
      ...WITH_ISSUE.repository,
      issues: [
        {
          ...ISSUE,
          comments: [{ id: 900, user: "mona", body: "/agent and add a test", created_seconds_ago: 30 }],
        },
      ],
    },
  };

  it("starts a task for the issue with the comment, and does not wait", async () => {
    await onSite(withComment, {}, async ({ simulator, run }) => {
      const ended = await run(commented("mona"));
      expect(resultsOf(ended)).toEqual({ work: "success" });
      expect(simulator.startedTasks).toHaveLength(1);
      const prompt = simulator.startedTasks[0]?.body.prompt ?? "";
      expect(prompt).toMatch(/^Resolve the issue below\. Its newest comment says what is wanted\./);
      expect(prompt).toContain("/agent and add a test");
      expect(simulator.comments(REPOSITORY, 7).map(({ body }) => body)).toEqual([
        "/agent and add a test",
        expect.stringContaining("queued"),
      ]);
    });
  });

  it("fails for an outsider, and starts and writes nothing", async () => {
    await onSite(withComment, {}, async ({ simulator, run }) => {
      for (const login of ["outsider", "rita"]) {
        const ended = await run(commented(login));
        expect(resultsOf(ended)).toEqual({ work: "failure" });
        expect(jobOf(ended, "work").steps[0]?.stdout).toContain(`This run was triggered by ${login}`);
      }
      expect(simulator.count("start")).toBe(0);
      expect(simulator.count("comment_write")).toBe(0);
    });
  });

  it("starts no second task while the first is active", async () => {
    await onSite(withComment, {}, async ({ simulator, run }) => {
      await run(commented("mona"));
      await run(commented("mona", { runId: 7_000_000_002 }));
      expect(simulator.startedTasks).toHaveLength(1);
      expect(simulator.comments(REPOSITORY, 7)).toHaveLength(2);
    });
  });

  it("does nothing for another comment, or a comment on a pull request", async () => {
    await onSite(withComment, {}, async ({ simulator, run }) => {
      const onPull = commented("mona", { issue: { ...eventIssue, pull_request: { url: "https://x" } } });
      for (const given of [commented("mona", { body: "Ask the /agent" }), onPull]) {
        expect(resultsOf(await run(given))).toEqual({ work: "skipped" });
      }
      expect(simulator.requests).toEqual([]);
    });
  });
});

describe("fix-failed-ci.yml", () => {
  const onSite = sampleSites();
  const path = example("fix-failed-ci.yml");
  const finished = (more: Payload = {}): WorkflowEvent =>
    event("workflow_run", {
      action: "completed",
      workflow_run: {
        name: "CI",
        head_branch: "main",
        head_sha: "0123456789abcdef0123456789abcdef01234567",
        html_url: `https://github.com/${REPOSITORY}/actions/runs/6900000001`,
        conclusion: "failure",
        event: "push",
        head_repository: { full_name: REPOSITORY },
        actor: sender,
        triggering_actor: sender,
        ...more,
      },
    });

  it("starts a task on main with the URL of the run", async () => {
    await onSite(WITH_ISSUE, {}, async ({ simulator, run }) => {
      expect(resultsOf(await run({ path, event: finished() }))).toEqual({ fix: "success" });
      expect(simulator.startedTasks).toHaveLength(1);
      const { body, repository: where } = simulator.startedTasks[0] ?? {};
      expect(where).toBe(REPOSITORY);
      expect(body).toMatchObject({ base_ref: "main", create_pull_request: true });
      expect(body?.prompt.split("\n").slice(0, 2)).toEqual([
        `The CI run https://github.com/${REPOSITORY}/actions/runs/6900000001 has failed on commit 0123456789abcdef0123456789abcdef01234567.`,
        "Find out why, and fix it. Do not make a test pass by removing it.",
      ]);
    });
  });

  it("starts nothing while a fix is active, or its pull request is open", async () => {
    await onSite(WITH_ISSUE, {}, async ({ simulator, run, advance }) => {
      await run({ path, event: finished() });
      const second = await run({ path, event: finished(), github: { run_id: "7000000002" } });
      expect(jobOf(second, "fix").steps[0]?.outputs).toMatchObject({
        conclusion: "skipped",
        state: "queued",
      });
      advance(3600);
      const third = await run({ path, event: finished(), github: { run_id: "7000000003" } });
      expect(jobOf(third, "fix").steps[0]?.outputs).toMatchObject({
        conclusion: "skipped",
        pull_request_number: "42",
      });
      expect(simulator.startedTasks).toHaveLength(1);
    });
  });

  it.each<[string, Payload]>([
    ["has succeeded", { conclusion: "success" }],
    ["was for a pull request", { event: "pull_request" }],
    ["was a stranger's", { head_repository: { full_name: "stranger/app" } }],
  ])("does nothing if the run %s", async (_what, more) => {
    await onSite(WITH_ISSUE, {}, async ({ simulator, run }) => {
      expect(resultsOf(await run({ path, event: finished(more) }))).toEqual({ fix: "skipped" });
      expect(simulator.requests).toEqual([]);
    });
  });

  it.each<[string, Payload, boolean]>([
    ["CI on main", {}, true],
    ["CI on another branch", { head_branch: "next" }, false],
    ["another workflow", { name: "Nightly update" }, false],
  ])("is triggered by %s: %j", async (_what, more, isRun) => {
    expect(isTriggeredBy(await readWorkflow(path), finished(more))).toBe(isRun);
  });
});

describe("check-later.yml", () => {
  const onSite = sampleSites();
  const path = example("check-later.yml");
  const byHand: TestRun = { path, event: event("workflow_dispatch"), inputs: { prompt: "Update it." } };
  const hourly: TestRun = { path, event: event("schedule") };

  it("starts tasks without waiting, and later reports each that has ended", async () => {
    const failing: TaskPlan = { steps: [{ after_seconds: 600, state: "failed", error: "npm ended with 1" }] };
    await onSite({ plans: [BRIEF, failing] }, {}, async ({ simulator, run, advance }) => {
      expect(resultsOf(await run(byHand))).toEqual({ start: "success", check: "skipped" });
      await run({ ...byHand, github: { run_id: "7000000002" } });
      const early = await run(hourly);
      expect(resultsOf(early)).toEqual({ start: "skipped", check: "success" });
      expect(jobOf(early, "check").steps.map(({ outcome }) => outcome)).toEqual(["success", "skipped"]);

      advance(1200);
      const later = await run(hourly);
      expect(resultsOf(later)).toEqual({ start: "skipped", check: "failure" });
      const [, report] = jobOf(later, "check").steps;
      expect(JSON.parse(report?.outputs.counts ?? "")).toMatchObject({ success: 1, failure: 1, pending: 0 });
      expect(simulator.startedTasks).toHaveLength(2);

      advance(4 * 3600);
      expect(resultsOf(await run(hourly))).toEqual({ start: "skipped", check: "success" });
    });
  });
});

describe("start-then-status.yml", () => {
  const onSite = sampleSites();
  const byHand: TestRun = {
    path: example("start-then-status.yml"),
    event: event("workflow_dispatch"),
    inputs: { prompt: 'Write $(touch here) "documentation" `for` ${{ github.token }}.' },
  };
  const git = { prints: "0123456 A commit\n" };

  it("passes the ID to the job that waits and reports", async () => {
    await onSite({ plans: [BRIEF] }, { git }, async ({ simulator, run, calls }) => {
      const ended = await run(byHand);
      expect(resultsOf(ended)).toEqual({ start: "success", meanwhile: "success", result: "success" });
      const [task, ...others] = simulator.startedTasks;
      expect(others).toEqual([]);
      expect(task?.body.prompt.split("\n")[0]).toBe(byHand.inputs?.prompt);
      expect(jobOf(ended, "start").outputs).toEqual({ task_id: task?.id });
      expect(calls()).toEqual([{ command: "git", parameters: ["log", "-1", "--oneline"], token: null }]);
      const [status, print] = jobOf(ended, "result").steps;
      expect(status?.outputs).toMatchObject({ task_id: task?.id, conclusion: "success" });
      expect(print?.stdout).toBe(
        "conclusion: success (state: completed)\npull request: https://github.com/octo/app/pull/42\n",
      );
    });
  });

  it("also reports if the other job failed", async () => {
    await onSite({ plans: [BRIEF] }, { git: { exitCode: 1 } }, async ({ run }) => {
      const ended = await run(byHand);
      expect(resultsOf(ended)).toEqual({ start: "success", meanwhile: "failure", result: "success" });
    });
  });

  it("reports how the task failed, and starts nothing in a re-run of the failed job", async () => {
    const plans = [{ steps: [{ after_seconds: 30, state: "failed", error: "npm ended with 1" }] }];
    await onSite({ plans }, { git }, async ({ simulator, run }) => {
      const earlier = await run(byHand);
      expect(resultsOf(earlier)).toEqual({ start: "success", meanwhile: "success", result: "failure" });
      expect(jobOf(earlier, "result").steps.map(({ outcome, stdout }) => [outcome, stdout])).toEqual([
        ["failure", expect.stringContaining("npm ended with 1")],
        ["success", "conclusion: failure (state: failed)\npull request: none\n"],
      ]);
      await run({ ...byHand, earlier, github: { run_attempt: "2" } });
      expect(simulator.startedTasks).toHaveLength(1);
    });
  });

  it("does not wait if no task was started", async () => {
    await onSite({ user: { agent_tasks: "read" } }, { git }, async ({ simulator, run }) => {
      const ended = await run(byHand);
      expect(resultsOf(ended)).toEqual({ start: "failure", meanwhile: "success", result: "skipped" });
      expect(simulator.startedTasks).toEqual([]);
    });
  });
});

describe("list-and-matrix.yml", () => {
  const onSite = sampleSites();
  const morning: TestRun = { path: example("list-and-matrix.yml"), event: event("schedule") };
  const task = (id: string, state: string) => existingTask({ id, steps: [{ after_seconds: 60, state }] });

  it("fetches no task if none waits", async () => {
    await onSite({ existing: [task("done", "completed")] }, {}, async ({ simulator, run }) => {
      const ended = await run(morning);
      expect(resultsOf(ended)).toEqual({ list: "success", look: "skipped" });
      expect(jobOf(ended, "list").outputs).toEqual({ task_ids: "[]", count: "0" });
      expect(simulator.count("get")).toBe(0);
    });
  });

  it("has a job for each waiting task, which fails so that people see it", async () => {
    const waiting = ["first", "second"].map((id) => task(id, "waiting_for_user"));
    const existing = [...waiting, task("done", "completed")];
    await onSite({ existing }, {}, async ({ run }) => {
      const ended = await run(morning);
      expect(jobOf(ended, "list").outputs.count).toBe("2");
      const looks = jobsOf(ended, "look");
      expect(looks.map(({ result }) => result)).toEqual(["failure", "failure"]);
      expect(looks.map(({ steps }) => steps[0]?.outputs.task_id).sort()).toEqual(["first", "second"]);
      for (const { steps } of looks) {
        expect(steps[0]?.outputs.conclusion).toBe("action_required");
      }
    });
  });
});
