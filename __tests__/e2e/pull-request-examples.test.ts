import { describe, expect, it } from "@jest/globals";
import { isTriggeredBy, type WorkflowEvent } from "../../tools/local-runner/triggers.ts";
import { readWorkflow } from "../../tools/local-runner/workflow-file.ts";
import type { Json } from "../../tools/simulator/scenario.ts";
import { BRIEF, existingTask, REPOSITORY, type TestScenario } from "../support/fixtures.ts";
import type { Answer } from "../support/stand-in.ts";
import {
  example,
  jobOf,
  resultsOf,
  type Site,
  sampleSites,
  type TestRun,
} from "../support/workflow-harness.ts";

type Payload = { readonly [key: string]: Json };

const repository: Payload = { private: true, full_name: REPOSITORY };
const PULL_REQUEST = `https://github.com/${REPOSITORY}/pull/42`;
const sha = (digit: number) => String(digit).repeat(40);

/** The parameters of the calls of `gh`, as one text each. */
const ghCalls = ({ calls }: Site) =>
  calls().flatMap(({ command, parameters }) => (command === "gh" ? [parameters.join(" ")] : []));

describe("after-the-pull-request.yml", () => {
  const onSite = sampleSites();
  const byHand: TestRun = {
    path: example("after-the-pull-request.yml"),
    event: { name: "workflow_dispatch", payload: { repository, sender: { login: "mona", type: "User" } } },
    inputs: { prompt: "Update the dependencies." },
  };
  const again = (earlier: TestRun["earlier"], attempt: number): TestRun => ({
    ...byHand,
    ...(earlier === undefined ? {} : { earlier }),
    github: { run_attempt: String(attempt) },
  });

  /** What `gh` answers about the last commit: the conclusions of its workflow runs, and the buckets of its checks. */
  const checks = (conclusions: readonly string[], buckets: readonly string[]): Answer[] => [
    { call: "pr view", json: { headRefOid: sha(1) } },
    { call: "run list", json: conclusions.map((conclusion) => ({ conclusion })) },
    // With --watch, gh ends once nothing is pending. Cancelled checks do not change its exit status; no checks are an error.
    buckets.length === 0
      ? { call: "pr checks", exitCode: 1 }
      : { call: `pr checks ${PULL_REQUEST} --json`, json: buckets.map((bucket) => ({ bucket })) },
    { call: "pr checks", exitCode: buckets.includes("fail") ? 1 : 0 },
  ];
  const PASSED = checks(["success"], ["pass", "skipping"]);

  const standIns = (answers: readonly Answer[]) => ({ gh: { answers }, sleep: {} });

  it("waits for the checks, also for those that appear late, then marks, asks and labels", async () => {
    const queued: Answer = {
      call: "run list",
      once: true,
      json: [{ conclusion: "success" }, { conclusion: "" }],
    };
    await onSite({ plans: [BRIEF] }, standIns([queued, ...PASSED]), async (site) => {
      const ended = await site.run(byHand);
      expect(resultsOf(ended)).toEqual({ agent: "success", checks: "success", ready: "success" });
      expect(site.simulator.startedTasks.map(({ body }) => body.create_pull_request)).toEqual([true]);
      const watch = `pr checks ${PULL_REQUEST} --watch --interval 30`;
      expect(ghCalls(site).filter((call) => !call.startsWith("pr view") && !call.startsWith("run"))).toEqual([
        watch,
        watch,
        `pr checks ${PULL_REQUEST} --json bucket --jq .[].bucket`,
        `pr ready ${PULL_REQUEST}`,
        `pr edit ${PULL_REQUEST} --add-reviewer octocat`,
        `pr edit ${PULL_REQUEST} --add-label ready-for-review`,
      ]);
      const tokens = site.calls().map(({ token }) => site.permissionsOf(token ?? ""));
      expect(tokens[1]).toEqual({
        actions: "read",
        checks: "read",
        statuses: "read",
        contents: "read",
        "pull-requests": "read",
      });
      expect(tokens.at(-1)).toEqual({ contents: "write", "pull-requests": "write" });
      expect(jobOf(ended, "ready").steps[0]?.summary).toBe(
        [
          `- ✅ \`gh pr ready ${PULL_REQUEST}\``,
          `- ✅ \`gh pr edit ${PULL_REQUEST} --add-reviewer octocat\``,
          `- ✅ \`gh pr edit ${PULL_REQUEST} --add-label ready-for-review\``,
          "",
        ].join("\n"),
      );
    });
  });

  it("says so if workflows wait for approval, and continues in a re-run without a second task", async () => {
    const held = checks(["action_required", "success"], ["pass"]);
    await onSite({ plans: [BRIEF] }, standIns(held), async (site) => {
      const earlier = await site.run(byHand);
      expect(resultsOf(earlier)).toEqual({ agent: "success", checks: "failure", ready: "skipped" });
      expect(jobOf(earlier, "checks").steps[0]).toMatchObject({
        stdout: expect.stringContaining("::error title=The pull request is not ready::Workflows wait for"),
        summary: expect.stringContaining(`Workflows wait for approval: open ${PULL_REQUEST},`),
      });
      expect(ghCalls(site).some((call) => call.startsWith("pr checks"))).toBe(false);

      site.replace("gh", { answers: PASSED });
      expect(resultsOf(await site.run(again(earlier, 2)))).toMatchObject({ ready: "success" });
      expect(site.simulator.startedTasks).toHaveLength(1);
    });
  });

  it("marks nothing as ready unless checks have passed", async () => {
    const cases: readonly (readonly [what: string, answers: readonly Answer[], said: string])[] = [
      ["failed", checks(["failure"], ["pass", "fail"]), "Checks have failed or were cancelled"],
      ["cancelled", checks(["cancelled"], ["pass", "cancel"]), "Checks have failed or were cancelled"],
      ["skipped", checks(["skipped"], ["skipping"]), "Every check was skipped"],
      ["missing", checks([], []), "No checks within five minutes"],
      ["unreadable", [{ call: "run list", exitCode: 1 }, ...PASSED], "gh failed"],
    ];
    await onSite({ plans: [BRIEF] }, standIns(cases[0]?.[1] ?? []), async (site) => {
      let earlier: TestRun["earlier"];
      for (const [index, [what, answers, said]] of cases.entries()) {
        site.replace("gh", { answers });
        earlier = await site.run(again(earlier, index + 1));
        const { summary, stdout } = jobOf(earlier, "checks").steps[0] ?? {};
        expect([what, resultsOf(earlier).ready, summary, stdout]).toEqual([
          what,
          "skipped",
          expect.stringContaining(said),
          expect.stringContaining(said),
        ]);
      }
      const calls = ghCalls(site);
      expect(calls.filter((call) => call.startsWith("pr ready") || call.startsWith("pr edit"))).toEqual([]);
      expect(site.simulator.startedTasks).toHaveLength(1);
    });
  });

  it("says so if the checks take too long", async () => {
    const timeout = { exitCode: 124 };
    await onSite({ plans: [BRIEF] }, { ...standIns(PASSED), timeout }, async ({ run, calls }) => {
      const ended = await run(byHand);
      expect(resultsOf(ended)).toMatchObject({ checks: "failure", ready: "skipped" });
      expect(jobOf(ended, "checks").steps[0]?.summary).toContain("have not ended within an hour");
      expect(
        calls()
          .find(({ command }) => command === "timeout")
          ?.parameters.slice(0, 4),
      ).toEqual(["60m", "gh", "pr", "checks"]);
    });
  });

  it("fails if the task has no pull request", async () => {
    const steps = [{ after_seconds: 60, state: "completed", branch: { commits: 2, changed_files: 1 } }];
    await onSite({ plans: [{ steps }] }, standIns([]), async ({ run, calls }) => {
      const ended = await run(byHand);
      expect(resultsOf(ended)).toEqual({ agent: "success", checks: "failure", ready: "skipped" });
      expect(jobOf(ended, "checks").steps[0]?.summary).toContain("The task has no pull request");
      expect(calls()).toEqual([]);
    });
  });

  it("tries each change, also if one fails, with the token that is given for them", async () => {
    const missing: Answer = { call: `pr edit ${PULL_REQUEST} --add-reviewer`, exitCode: 1 };
    const secrets = { AGENT_TASKS_TOKEN: "github_pat_user0000000000000000", PULL_REQUEST_TOKEN: "app-token" };
    await onSite({ plans: [BRIEF] }, standIns([missing, ...PASSED]), async ({ run, calls }) => {
      const ended = await run({ ...byHand, secrets });
      expect(resultsOf(ended)).toMatchObject({ checks: "success", ready: "failure" });
      expect(jobOf(ended, "ready").steps[0]?.summary).toMatch(/✅.*ready.*\n.*❌.*octocat.*\n.*✅.*label/);
      expect(calls().at(-1)).toMatchObject({
        token: "app-token",
        parameters: expect.arrayContaining(["--add-label"]),
      });
    });
  });
});

describe("fix-until-green.yml", () => {
  const onSite = sampleSites();
  const path = example("fix-until-green.yml");
  const copilot: Payload = { login: "Copilot", type: "Bot" };
  const BRANCH = "copilot/fix-1";
  const failedRun = (commit: number) =>
    `https://github.com/${REPOSITORY}/actions/runs/69000000${String(commit).padStart(2, "0")}`;
  const finished = (commit: number, more: Payload = {}): WorkflowEvent => ({
    name: "workflow_run",
    payload: {
      action: "completed",
      repository,
      sender: copilot,
      workflow_run: {
        name: "CI",
        head_branch: BRANCH,
        head_sha: sha(commit),
        html_url: failedRun(commit),
        conclusion: "failure",
        event: "pull_request",
        head_repository: { full_name: REPOSITORY },
        actor: copilot,
        triggering_actor: copilot,
        ...more,
      },
    },
  });
  const ciFailed = (commit: number, runId: number, more: Payload = {}): TestRun => ({
    path,
    event: finished(commit, more),
    github: { actor: "Copilot", triggering_actor: "Copilot", run_id: String(runId) },
  });
  const withPullRequest = (more: TestScenario = {}): TestScenario => ({
    plans: [BRIEF],
    repository: { pulls: [{ number: 42, head_ref: BRANCH }], permissions: { mona: "write" } },
    ...more,
  });

  /** The pull request as `gh` shows it, with the comments that earlier runs have written. */
  const shown = (commit: number, site: Pick<Site, "calls"> | null, more: Payload = {}): Answer => ({
    call: "pr view",
    json: {
      number: 42,
      state: "OPEN",
      author: { is_bot: true, login: "app/copilot-swe-agent" },
      baseRefName: "main",
      headRefOid: sha(commit),
      isCrossRepository: false,
      comments: [
        {
          viewerDidAuthor: false,
          body: `<!-- fix-until-green ${sha(commit)} run 1 -->\nNot by this workflow.`,
        },
        { viewerDidAuthor: true, body: "Something else." },
        ...commentsOf(site).map((body) => ({ viewerDidAuthor: true, body })),
      ],
      ...more,
    },
  });
  const commentsOf = (site: Pick<Site, "calls"> | null): readonly string[] =>
    (site?.calls() ?? []).flatMap(({ parameters: [noun, verb, ...others] }) =>
      noun === "pr" && verb === "comment" ? [others.at(-1) ?? ""] : [],
    );

  it("counts the fix in a comment, then starts it on the branch of the pull request", async () => {
    await onSite(withPullRequest(), { gh: { answers: [shown(1, null)] } }, async (site) => {
      expect(resultsOf(await site.run(ciFailed(1, 7_000_000_001)))).toEqual({ fix: "success" });
      const [task, ...others] = site.simulator.startedTasks;
      expect(others).toEqual([]);
      expect(task?.body).toMatchObject({ head_ref: BRANCH, base_ref: "main" });
      expect(task?.body.prompt.split("\n")[0]).toBe(
        `The CI run ${failedRun(1)} has failed on ${sha(1)}, the last commit of this pull request.`,
      );
      expect(commentsOf(site)).toEqual([
        `<!-- fix-until-green ${sha(1)} run 7000000001 -->\nFix 1 of 3: [CI](${failedRun(1)}) has failed. The agent's task ` +
          `is in [this run](https://github.com/${REPOSITORY}/actions/runs/7000000001).`,
      ]);
      expect(site.permissionsOf(site.calls()[0]?.token ?? "")).toEqual({
        contents: "read",
        "pull-requests": "write",
      });
    });
  });

  it("starts nothing without the comment", async () => {
    const answers = [shown(1, null), { call: "pr comment", exitCode: 1 }];
    await onSite(withPullRequest(), { gh: { answers } }, async ({ simulator, run }) => {
      expect(resultsOf(await run(ciFailed(1, 7_000_000_001)))).toEqual({ fix: "failure" });
      expect(simulator.count("start")).toBe(0);
    });
  });

  it("stops after three fixes, and says so", async () => {
    await onSite(withPullRequest(), { gh: {} }, async (site) => {
      const results: string[] = [];
      for (const commit of [1, 2, 3, 4]) {
        site.replace("gh", { answers: [shown(commit, site)] });
        const fix = jobOf(await site.run(ciFailed(commit, 7_000_000_000 + commit)), "fix");
        results.push(fix.result, fix.steps.at(2)?.summary ?? "");
        site.advance(3600);
      }
      expect(results).toEqual([
        ...["success", "", "success", "", "success", ""],
        ...["failure", "CI fails after 3 fixes of pull request #42. A person has to look.\n"],
      ]);
      expect(site.simulator.startedTasks).toHaveLength(3);
      expect(commentsOf(site)).toHaveLength(3);
    });
  });

  it("asks once for a commit, also if a second workflow fails, or the run is repeated", async () => {
    await onSite(withPullRequest(), { gh: { answers: [shown(1, null)] } }, async (site) => {
      const earlier = await site.run(ciFailed(1, 7_000_000_001));
      site.replace("gh", { answers: [shown(1, site)] });
      const second = jobOf(await site.run(ciFailed(1, 7_000_000_002)), "fix");
      // The fix is at work: the second run has waited for it.
      expect(second.steps.map(({ outcome }) => outcome)).toEqual([
        "success",
        "success",
        "success",
        "skipped",
      ]);
      expect(second.steps[1]?.outputs).toMatchObject({ state: "completed" });
      expect(second.steps[2]?.summary).toContain("A task was already asked to fix");
      const repeated = await site.run({ ...ciFailed(1, 7_000_000_001), github: rerun(7_000_000_001) });
      expect(resultsOf(repeated)).toEqual({ fix: "success" });
      expect(jobOf(repeated, "fix").steps.at(-1)?.outputs).toMatchObject({ started: "false" });
      expect(resultsOf(earlier)).toEqual({ fix: "success" });
      expect(site.simulator.startedTasks).toHaveLength(1);
      expect(commentsOf(site)).toHaveLength(1);
    });
  });

  const rerun = (runId: number) => ({
    actor: "Copilot",
    triggering_actor: "mona",
    run_id: String(runId),
    run_attempt: "2",
  });

  it("starts the fix in a re-run if the start has failed, and counts it once", async () => {
    const faults: TestScenario["faults"] = [{ on: { kind: "start", times: 1 }, do: { type: "forbidden" } }];
    await onSite(withPullRequest({ faults }), { gh: { answers: [shown(1, null)] } }, async (site) => {
      const earlier = await site.run(ciFailed(1, 7_000_000_001));
      expect(resultsOf(earlier)).toEqual({ fix: "failure" });
      site.replace("gh", { answers: [shown(1, site)] });
      const ended = await site.run({
        ...ciFailed(1, 7_000_000_001),
        earlier,
        github: rerun(7_000_000_001),
      });
      expect(resultsOf(ended)).toEqual({ fix: "success" });
      expect(site.simulator.startedTasks).toHaveLength(1);
      expect(commentsOf(site)).toHaveLength(1);
    });
  });

  it("waits for the task at work, and starts nothing if it has pushed meanwhile", async () => {
    const atWork = existingTask({
      head_ref: BRANCH,
      steps: [
        { after_seconds: 0, state: "in_progress", heartbeat_seconds: 30 },
        { after_seconds: 1200, state: "completed" },
      ],
    });
    const gh = { answers: [shown(2, null)] };
    await onSite(withPullRequest({ existing: [atWork] }), { gh }, async ({ simulator, run, calls }) => {
      const fix = jobOf(await run(ciFailed(1, 7_000_000_001)), "fix");
      expect(fix.result).toBe("success");
      expect(fix.steps[1]?.outputs).toMatchObject({ task_id: "earlier-task", state: "completed" });
      expect(fix.steps[2]?.summary).toContain("Nothing to fix");
      expect(simulator.count("start")).toBe(0);
      expect(calls()).toHaveLength(1);
    });
  });

  it("starts nothing for a pull request that is not the agent's, not open, or of a fork", async () => {
    const cases: readonly Payload[] = [
      { author: { is_bot: false, login: "mona" } },
      { author: { is_bot: false, login: "copilot-swe-agent" } },
      { state: "MERGED" },
      { isCrossRepository: true },
    ];
    await onSite(withPullRequest(), { gh: {} }, async (site) => {
      for (const more of cases) {
        site.replace("gh", { answers: [shown(1, null, more)] });
        const fix = jobOf(await site.run(ciFailed(1, 7_000_000_001)), "fix");
        expect([more, fix.result, fix.steps[2]?.summary]).toEqual([
          more,
          "success",
          expect.stringContaining("Nothing to fix"),
        ]);
      }
      expect(site.simulator.count("start")).toBe(0);
      expect(commentsOf(site)).toEqual([]);
    });
  });

  it.each<[string, Payload]>([
    ["has succeeded", { conclusion: "success" }],
    ["waits for approval", { conclusion: "action_required" }],
    ["was for a push", { event: "push" }],
    ["was for a fork", { head_repository: { full_name: "stranger/app" } }],
  ])("does nothing if the run %s", async (_what, more) => {
    await onSite(withPullRequest(), { gh: {} }, async ({ simulator, run, calls }) => {
      expect(resultsOf(await run(ciFailed(1, 7_000_000_001, more)))).toEqual({ fix: "skipped" });
      expect(simulator.requests).toEqual([]);
      expect(calls()).toEqual([]);
    });
  });

  it.each<[string, Payload, boolean]>([
    ["CI on a branch of Copilot", {}, true],
    ["CI on main", { head_branch: "main" }, false],
    ["CI on a branch that only sounds like it", { head_branch: "copilot-fix" }, false],
    ["another workflow", { name: "Nightly update" }, false],
  ])("is triggered by %s: %j", async (_what, more, isRun) => {
    expect(isTriggeredBy(await readWorkflow(path), finished(1, more))).toBe(isRun);
  });
});
