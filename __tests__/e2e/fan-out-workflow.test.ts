import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import MarkdownIt from "markdown-it";
import { parseTrace } from "../../src/prompt/trace.ts";
import { createArtifacts } from "../../tools/local-runner/artifacts.ts";
import type { JobRun, WorkflowRun } from "../../tools/local-runner/run-workflow.ts";
import type { Json } from "../../tools/simulator/scenario.ts";
import type { Simulator } from "../../tools/simulator/simulator.ts";
import { BRIEF, type TestScenario } from "../support/fixtures.ts";
import {
  example,
  jobOf,
  jobsOf,
  resultsOf,
  type StandIns,
  sampleSites,
  type TestRun,
} from "../support/workflow-harness.ts";

/** Sites for jobs that run scripts alone. */
const withoutActions = sampleSites();

const FOLDER = mkdtempSync(join(tmpdir(), "fan-out-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const PERMISSIONS = { actions: "read", contents: "read", "pull-requests": "read" };
const BY_HAND = { name: "workflow_dispatch", payload: { repository: { private: true } } };
const PLAN = ["agents/plan"];

/** A workflow that calls fan-out.yml once per object of inputs. */
function caller(...calls: readonly object[]): TestRun {
  const path = join(FOLDER, "many.yml");
  const jobs = Object.fromEntries(
    calls.map((inputs, index) => [
      index === 0 ? "agents" : `agents${index + 1}`,
      {
        permissions: PERMISSIONS,
        uses: "OWNER/agent-task-action/.github/workflows/fan-out.yml@v1",
        with: { prompt: "Update the licence.", ...inputs },
        secrets: { token: "${{ secrets.AGENT_TASKS_TOKEN }}" },
      },
    ]),
  );
  const workflow = { name: "Many", on: { workflow_dispatch: null }, permissions: {}, jobs };
  writeFileSync(path, JSON.stringify(workflow));
  return { path, event: BY_HAND };
}

const repositoryNames = (count: number) =>
  Array.from({ length: count }, (_, index) => `octo/r${String(index + 1).padStart(4, "0")}`);

/** Repositories of the user, and a token that may read their pull requests. */
function scenario(names: readonly string[], changes: TestScenario = {}): TestScenario {
  const repositories = Object.fromEntries(names.map((name) => [name, {}]));
  return { plans: [BRIEF], user: { pulls: "read", contents: "read" }, ...changes, repositories };
}

interface Shard {
  readonly number: number;
  readonly repositories: string;
  readonly seconds: number;
}

interface Plan {
  readonly job: JobRun;
  readonly shards: readonly Shard[];
  readonly log: string;
}

function readPlan(ended: WorkflowRun): Plan {
  const job = jobOf(ended, "agents/plan");
  const shards = JSON.parse(job.outputs.shards || "[]") as readonly Shard[];
  return { job, shards, log: job.steps.map(({ stdout, stderr }) => stdout + stderr).join("") };
}

/** Runs the plan alone. */
async function plan(inputs: object, standIns: StandIns = {}): Promise<Plan> {
  const ended = await withoutActions({}, standIns, ({ run }) => run({ ...caller(inputs), only: PLAN }));
  return readPlan(ended);
}

describe("the plan", () => {
  const onSite = sampleSites();
  it("splits 1,000 repositories into 10 shards, four an hour, in the given order", async () => {
    const names = repositoryNames(1000).reverse();
    const { job, shards } = await plan({ repositories: names.join("\n") });
    expect(job.result).toBe("success");
    expect(job.outputs.count).toBe("10");
    expect(shards.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(shards.flatMap(({ repositories }) => repositories.split("\n"))).toEqual(names);
    expect(shards.map(({ seconds }) => seconds)).toEqual([...Array(9).fill(900), 0]);
  });

  it.each([
    [{ shard_size: 450 }, 3, [3600, 3600, 0]],
    [{ shard_size: 150, max_parallel: 3 }, 7, [3600, 3600, 3600, 3600, 0, 0, 0]],
    [{ shard_size: 300, max_parallel: 1 }, 4, [3600, 3600, 3600, 0]],
  ])("keeps %j below 500 starts an hour", async (inputs, count, seconds) => {
    const { shards } = await plan({ repositories: repositoryNames(1000).join(", "), ...inputs });
    expect(shards).toHaveLength(count);
    expect(shards.map((shard) => shard.seconds)).toEqual(seconds);
  });

  it("accepts a list that is longer than an environment variable may be", async () => {
    const names = repositoryNames(5000).map((name) => `${name}-with-a-rather-long-name`);
    const { job, shards } = await plan({ repositories: names.join("\n") });
    expect(job.result).toBe("success");
    expect(shards).toHaveLength(50);
  });

  it("does not wait if all tasks may start within an hour", async () => {
    const { shards } = await plan({ repositories: repositoryNames(450).join("\n") });
    expect(shards.map(({ seconds }) => seconds)).toEqual([0, 0, 0, 0, 0]);
  });

  it("ignores repeated names, whatever their case, and says so", async () => {
    const { shards, log } = await plan({ repositories: "octo/a, octo/b\nOcto/A\n\n octo/c" });
    expect(shards).toEqual([{ number: 1, repositories: "octo/a\nocto/b\nocto/c", seconds: 0 }]);
    expect(log).toContain(
      "::warning title=Fan out::Named more than once, and given one task each: 1, such as Octo/A",
    );
  });

  it.each<[string, object, RegExp]>([
    ["neither a list nor a search", {}, /Set repositories or search/],
    ["both", { repositories: "octo/a", search: "org:octo" }, /Set repositories or search/],
    ["shards that are too large", { repositories: "octo/a", shard_size: 451 }, /product at most 450/],
    ["too many at once", { repositories: "octo/a", shard_size: 100, max_parallel: 5 }, /product at most 450/],
    ["no shards", { repositories: "octo/a", shard_size: 0 }, /whole numbers from 1/],
    ["half a shard", { repositories: "octo/a", shard_size: 1.5 }, /whole numbers from 1/],
    ["a name that no artifact has", { repositories: "octo/a", name: "a.b" }, /name must have/],
    [
      "more than a matrix has",
      { repositories: repositoryNames(257).join(), shard_size: 1 },
      /a matrix has 256 at most/,
    ],
    [
      "more than an output takes",
      { repositories: repositoryNames(40_000).join(), shard_size: 450 },
      /400000 characters/,
    ],
  ])("rejects %s", async (_what, inputs, message) => {
    const { job, log } = await plan(inputs, { gh: { prints: pages([]) } });
    expect(job.result).toBe("failure");
    expect(log).toMatch(message);
    expect(job.outputs).toEqual({ shards: "", count: "" });
  });

  it("neither runs nor shows hostile names", async () => {
    const hostile = [
      "octo/$(touch${IFS}here)",
      "`id`/x",
      "octo/x';id;'",
      "octo/x##[error]boo",
      "::error::boo",
      "../../x",
      "octo/..",
      "octo/a/b",
      "octo/é",
    ];
    const standIns = { touch: {}, id: {} };
    await onSite({}, standIns, async ({ run, calls }) => {
      for (const name of hostile) {
        const ended = await run({ ...caller({ repositories: `octo/a\n${name}` }), only: PLAN });
        const { job, log } = readPlan(ended);
        expect(job.result).toBe("failure");
        expect(log).toMatch(
          /^::error title=Fan out::1 of the repositories are not written as owner\/name: [\w./?-]+\n$/,
        );
      }
      expect(calls()).toEqual([]);
    });
  });
});

/** What `gh api --paginate --slurp` prints for a search. */
function pages(names: readonly string[], total_count = names.length, incomplete_results = false): string {
  const length = Math.max(1, Math.ceil(names.length / 100));
  const results = Array.from({ length }, (_, page) => names.slice(page * 100, (page + 1) * 100));
  return JSON.stringify(
    results.map((items) => ({
      total_count,
      incomplete_results,
      items: items.map((full_name) => ({ full_name })),
    })),
  );
}

describe("a search", () => {
  const onSite = sampleSites();
  const SEARCH = 'org:octo topic:"a b" $(id) archived:false';

  it("uses GitHub's search with the token, and sorts the repositories", async () => {
    const gh = { prints: pages([...repositoryNames(250)].reverse()) };
    await onSite({}, { gh }, async ({ run, calls }) => {
      const ended = await run({ ...caller({ search: SEARCH }), only: PLAN });
      expect(readPlan(ended).shards.flatMap(({ repositories }) => repositories.split("\n"))).toEqual(
        repositoryNames(250),
      );
      expect(calls()).toEqual([
        {
          command: "gh",
          parameters: [
            ...["api", "--method", "GET", "--paginate", "--slurp", "search/repositories"],
            ...["-f", `q=${SEARCH}`, "-f", "per_page=100"],
          ],
          token: "github_pat_user0000000000000000",
        },
      ]);
    });
  });

  it("causes a warning if it finds more than GitHub returns, or runs out of time", async () => {
    const gh = { prints: pages(repositoryNames(1000), 1234, true) };
    const { job, log } = await plan({ search: SEARCH }, { gh });
    expect(job.result).toBe("success");
    expect(log).toContain(
      "::warning title=Fan out::The search finds 1234 repositories, and GitHub gives only 1000",
    );
    expect(log).toContain("::warning title=Fan out::GitHub's search ran out of time");
  });

  it("fails the plan if it fails", async () => {
    const { job } = await plan({ search: SEARCH }, { gh: { exitCode: 1 } });
    expect(job.result).toBe("failure");
    expect(job.outputs.shards).toBe("");
  });

  it("succeeds and starts nothing if it finds nothing", async () => {
    await onSite({}, { gh: { prints: pages([]) } }, async ({ simulator, run }) => {
      const ended = await run(caller({ search: SEARCH }));
      expect(resultsOf(ended)).toEqual({
        "agents/plan": "success",
        "agents/start": "skipped",
        "agents/gather": "success",
        agents: "success",
      });
      expect(jobOf(ended, "agents").outputs).toMatchObject({ tasks: "[]", conclusion: "" });
      expect(simulator.requests).toEqual([]);
    });
  });
});

type Entry = { readonly [name: string]: Json };

/** Entries of the output `tasks`. */
function tasksOf(run: WorkflowRun): readonly Entry[] {
  return JSON.parse(jobOf(run, "agents").outputs.tasks ?? "") as readonly Entry[];
}

const countsOf = (run: WorkflowRun): unknown => JSON.parse(jobOf(run, "agents").outputs.counts ?? "");

const errorsOf = (run: WorkflowRun) => tasksOf(run).map(({ repository, error }) => [repository, error]);

const conclusionsOf = (run: WorkflowRun) =>
  tasksOf(run).map(({ repository, conclusion }) => [repository, conclusion]);

const startedIn = ({ startedTasks }: Simulator) => startedTasks.map(({ repository }) => repository);

describe("seven repositories in shards of three, one start of which fails", () => {
  const onSite = sampleSites();
  const names = repositoryNames(7);
  const [, , , , fifth = ""] = names;
  const faults = [
    {
      on: { kind: "start", repository: fifth, times: 1 },
      do: { type: "unprocessable", message: "The model is not there" },
    },
  ] as const;
  const many = { repositories: names.join("\n"), shard_size: 3, create_pull_request: true };

  it("gathers all results, fails, and starts only the failed one in a re-run", async () => {
    await onSite(scenario(names, { faults: [...faults] }), {}, async ({ simulator, run }) => {
      const given = caller(many);
      const first = await run(given);
      expect(resultsOf(first)).toEqual({
        "agents/plan": "success",
        "agents/start: Shard 1 of 3": "success",
        "agents/start: Shard 2 of 3": "failure",
        "agents/start: Shard 3 of 3": "success",
        "agents/gather": "failure",
        agents: "failure",
      });
      expect(startedIn(simulator)).toEqual(names.filter((name) => name !== fifth));
      expect(conclusionsOf(first)).toEqual(names.map((name) => [name, name === fifth ? "" : "success"]));
      expect(tasksOf(first)[0]).toMatchObject({
        task_id: simulator.startedTasks[0]?.id,
        state: "completed",
        pull_request_url: `https://github.com/${names[0]}/pull/42`,
        commits: 3,
        changed_files: 5,
      });
      expect(tasksOf(first)[4]?.error).toContain("The model is not there");
      const { outputs, steps } = jobOf(first, "agents/gather");
      expect(JSON.parse(outputs.counts ?? "")).toMatchObject({ success: 6, failure: 0, not_started: 1 });
      expect(outputs.conclusion).toBe("success");
      const [, gather] = steps;
      expect(gather?.summary).toContain("### Agent tasks in 7 repositories\n\n1 not started, 6 success\n");
      expect(gather?.summary.match(/<tr>/g)).toHaveLength(8);
      // Only the last job writes a summary.
      const summaries = first.jobs.flatMap((job) => job.steps.filter(({ summary }) => summary !== ""));
      expect(summaries).toEqual([gather]);

      const posts = simulator.count("start");
      const second = await run({ ...given, earlier: first, github: { run_attempt: "2" } });
      expect(simulator.count("start")).toBe(posts + 1);
      expect(simulator.startedTasks.at(-1)?.repository).toBe(fifth);
      expect(second.jobs.map(({ name, attempt }) => [name, attempt])).toEqual([
        ["Plan", 1],
        ["Shard 1 of 3", 1],
        ["Shard 2 of 3", 2],
        ["Shard 3 of 3", 1],
        ["Gather", 2],
        ["agents", 2],
      ]);
      expect(second.result).toBe("success");
      expect(conclusionsOf(second)).toEqual(names.map((name) => [name, "success"]));
    });
  });

  it("resumes its tasks if all jobs run again with other shards", async () => {
    await onSite(scenario(names), {}, async ({ simulator, run }) => {
      await run(caller(many));
      const rerun = await run({ ...caller({ ...many, shard_size: 4 }), github: { run_attempt: "2" } });
      expect(rerun.result).toBe("success");
      expect(simulator.startedTasks).toHaveLength(7);
      expect(tasksOf(rerun).map(({ started }) => started)).toEqual(names.map(() => false));
    });
  });

  it("distinguishes two calls in one run by their names", async () => {
    const [name = ""] = names;
    const calls = caller({ repositories: name, name: "licence" }, { repositories: name, name: "notice" });
    await onSite(scenario(names), {}, async ({ simulator, run }) => {
      const ended = await run(calls);
      expect(ended.result).toBe("success");
      const steps = simulator.startedTasks.map(({ body }) => parseTrace(body.prompt)?.step);
      expect(new Set(steps).size).toBe(2);
      const rerun = await run({ ...calls, github: { run_attempt: "2" } });
      expect(rerun.result).toBe("success");
      expect(simulator.startedTasks).toHaveLength(2);
    });
  });
});

describe("docs/examples/fan-out.yml", () => {
  const onSite = sampleSites();
  it("starts a task with the prompt in each repository that the search finds", async () => {
    const names = repositoryNames(2);
    const gh = { prints: pages(names) };
    await onSite(scenario(names), { gh }, async ({ simulator, run, calls }) => {
      const inputs = { prompt: 'Write $(id) "tests".' };
      const ended = await run({ path: example("fan-out.yml"), event: BY_HAND, inputs });
      expect(ended.result).toBe("success");
      expect(calls()[0]?.parameters).toContain("q=org:my-org topic:service archived:false");
      expect(startedIn(simulator)).toEqual(names);
      for (const { body } of simulator.startedTasks) {
        expect(body).toMatchObject({
          prompt: expect.stringMatching(/^Write \$\(id\) "tests"\.\n/),
          create_pull_request: true,
        });
      }
      const [print] = jobOf(ended, "report").steps;
      expect(print?.stdout).toContain('"success":2');
      expect(print?.stdout).toContain("tasks: artifact fan-out.tasks.1");
    });
  });

  it("also reports if a task has failed", async () => {
    const names = repositoryNames(1);
    const plans = [{ steps: [{ after_seconds: 30, state: "failed" }] }];
    await onSite(scenario(names, { plans }), { gh: { prints: pages(names) } }, async ({ run }) => {
      const ended = await run({ path: example("fan-out.yml"), event: BY_HAND, inputs: { prompt: "x" } });
      expect(resultsOf(ended)).toMatchObject({ agents: "failure", report: "success" });
      expect(jobOf(ended, "report").steps[0]?.stdout).toContain('"failure":1');
    });
  });
});

/** A run whose plan has only the first repositories of each shard. */
function withFirst(count: number, { jobs, ...run }: WorkflowRun): WorkflowRun {
  const shorten = (shards: string) =>
    JSON.stringify(
      (JSON.parse(shards) as Shard[]).map(({ repositories, ...shard }) => ({
        ...shard,
        repositories: repositories.split("\n").slice(0, count).join("\n"),
      })),
    );
  const plan = jobs.filter(({ place }) => PLAN.includes(place));
  return {
    ...run,
    jobs: plan.map((job) => ({
      ...job,
      outputs: { ...job.outputs, shards: shorten(job.outputs.shards ?? "") },
    })),
  };
}

describe("between shards", () => {
  const onSite = sampleSites();
  it("waits after a shard that started tasks, and not in a re-run that started none", async () => {
    const names = repositoryNames(451);
    const standIns = { sleep: {} };
    const given = caller({ repositories: names.join("\n"), shard_size: 450, wait: "false" });
    await onSite(scenario(names), standIns, async ({ run, calls }) => {
      const planned = await run({ ...given, only: PLAN });
      const earlier = withFirst(2, planned);
      const first = await run({ ...given, earlier, github: { run_attempt: "2" } });
      expect(jobsOf(first, "agents/start").map(({ result }) => result)).toEqual(["success", "success"]);
      const [sleep, ...others] = calls();
      expect(others).toEqual([]);
      // The step that starts the tasks took no real time, because its clock is virtual.
      expect(Number(sleep?.parameters[0])).toBeGreaterThan(3400);
      expect(tasksOf(first).filter(({ started }) => started)).toHaveLength(3);
      await run({ ...given, earlier, github: { run_attempt: "3" } });
      expect(calls()).toHaveLength(1);
    });
  });
});

/**
 * Runs only the last job of the fourth attempt.
 *
 * @param planned the repositories of each shard; null: the plan's artifact is gone.
 * @param attempts the reports that each shard uploaded in the first attempt, and in later ones; null: nothing.
 */
async function gather(
  planned: readonly (readonly string[])[] | null,
  ...attempts: readonly (readonly (readonly object[] | null)[])[]
): Promise<WorkflowRun> {
  const artifacts = createArtifacts();
  if (planned !== null) {
    const shards = planned.map((names, index) => ({ number: index + 1, repositories: names.join("\n") }));
    artifacts.upload("fan-out.plan.1", { "plan.1.json": JSON.stringify(shards) }, 1);
  }
  for (const [earlier, shards] of attempts.entries()) {
    for (const [index, reports] of shards.entries()) {
      if (reports !== null) {
        const name = `shard.${index + 1}.${earlier + 1}`;
        artifacts.upload(`fan-out.${name}`, { [`${name}.json`]: JSON.stringify(reports) }, earlier + 1);
      }
    }
  }
  const result = "success";
  const common = { matrix: null, result, outputs: {}, attempt: 1, permissions: {}, steps: [] } as const;
  const jobs: readonly JobRun[] = [
    { ...common, place: "agents/plan", name: "Plan" },
    { ...common, place: "agents/start", name: "Shards" },
  ];
  const earlier: WorkflowRun = { result, jobs, artifacts };
  return withoutActions({}, {}, ({ run }) =>
    run({ ...caller({ repositories: "octo/a" }), earlier, github: { run_attempt: "4" } }),
  );
}

const report = (repository: string, changes: object = {}) => ({
  task_id: `id-${repository}`,
  task_url: `https://github.com/${repository}/copilot/tasks/1`,
  task_name: "Update",
  repository,
  state: "completed",
  conclusion: "success",
  started: true,
  pull_request_number: 1,
  pull_request_url: `https://github.com/${repository}/pull/1`,
  changed_files: 2,
  commits: 1,
  error_message: "",
  ...changes,
});

describe("the gathering", () => {
  it("reports each repository of a shard that uploaded nothing", async () => {
    const planned = [["octo/a"], ["octo/b", "octo/c"]];
    const ended = await gather(planned, [[report("octo/a")], null]);
    expect(errorsOf(ended)).toEqual([
      ["octo/a", undefined],
      ["octo/b", expect.stringContaining("Shard 2 has left no result")],
      ["octo/c", expect.stringContaining("Shard 2 has left no result")],
    ]);
    expect(countsOf(ended)).toMatchObject({ success: 1, not_started: 2 });
  });

  it("reports each repository that the step of a shard did not report", async () => {
    const planned = [["octo/a", "octo/b"], ["octo/c"]];
    const ended = await gather(planned, [[report("octo/a")], []]);
    const ofShard = (number: number) =>
      `The step of shard ${number} has reported nothing of this repository: its log says why.`;
    expect(errorsOf(ended)).toEqual([
      ["octo/a", undefined],
      ["octo/b", ofShard(1)],
      ["octo/c", ofShard(2)],
    ]);
    expect(countsOf(ended)).toMatchObject({ success: 1, not_started: 2 });
  });

  it("uses the newest attempt that reported a repository", async () => {
    const failed = report("octo/a", { conclusion: "failure" });
    const ended = await gather(
      [["octo/a", "octo/b"]],
      [[failed, report("octo/b")]],
      // The second attempt started a new task, the third failed on its inputs.
      [[report("octo/a", { task_id: "second" })]],
      [[]],
    );
    expect(tasksOf(ended)).toMatchObject([
      { repository: "octo/a", task_id: "second", conclusion: "success" },
      { repository: "octo/b", task_id: "id-octo/b", conclusion: "success" },
    ]);
  });

  it.each([
    ["the plan alone", [[report("octo/a")]]],
    ["all artifacts", [null]],
  ])("fails if %s of the earlier attempt is gone", async (_what, reports) => {
    const ended = await gather(null, reports);
    const { result, steps, outputs } = jobOf(ended, "agents/gather");
    expect(result).toBe("failure");
    expect(steps[1]?.stdout).toBe(
      "::error title=Fan out::The plan of the earlier attempt is gone: artifacts expire. Start a new run.\n",
    );
    expect(steps[1]?.stderr).toBe("");
    expect(outputs).toEqual({ tasks: "", counts: "", conclusion: "", artifact: "" });
  });

  it("reports the worst conclusion, or none if a task is still running", async () => {
    const gatherWith = (conclusion: string) =>
      gather([["octo/a", "octo/b"]], [[report("octo/a"), report("octo/b", { conclusion })]]);
    for (const conclusion of ["timed_out", "", "neutral"]) {
      const ended = await gatherWith(conclusion);
      expect(jobOf(ended, "agents").outputs.conclusion).toBe(conclusion);
    }
    expect(countsOf(await gatherWith(""))).toMatchObject({ success: 1, pending: 1 });
  });

  it("leaves an output that would be too long empty, and has all tasks in the artifact", async () => {
    const names = repositoryNames(5000);
    const ended = await gather([names], [names.map((name) => report(name))]);
    const { tasks, artifact = "" } = jobOf(ended, "agents").outputs;
    expect(tasks).toBe("");
    expect(countsOf(ended)).toMatchObject({ success: 5000 });
    const [, step] = jobOf(ended, "agents/gather").steps;
    expect(step?.stdout).toContain("::warning title=Fan out::The output tasks would be too long");
    expect(Buffer.byteLength(step?.summary ?? "")).toBeLessThan(1024 * 1024);
    expect(step?.summary.slice(-100)).toMatch(
      /The table has the first \d+, the artifact fan-out\.tasks\.4 has all\./,
    );
    const [found] = ended.artifacts.find(artifact, null);
    expect(JSON.parse(Object.values(found?.files ?? {})[0] ?? "")).toHaveLength(5000);
  });

  it.each([
    "</code></td><script>alert(1)</script>",
    "@octocat #1 [x](https://x.test) ![x](https://x.test) `x` **x**",
    "line\n\n# heading\n\n<img src=x onerror=alert(1)>",
    "\u2028::error::x\u2029##[error]x\r\n::set-output name=x::y",
    '" onmouseover="alert(1)',
  ])("shows %j as text", async (text) => {
    const hostile = report("octo/a", {
      error_message: text,
      state: text,
      task_url: `https://github.com/"onmouseover=${text}`,
      pull_request_url: `javascript:${text}`,
      conclusion: "failure",
    });
    const ended = await gather([["octo/a"]], [[hostile]]);
    const [, step] = jobOf(ended, "agents/gather").steps;
    const html = new MarkdownIt({ html: true, linkify: true }).render(step?.summary ?? "");
    const tags = [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/^<\//, "<"));
    expect(new Set(tags)).toEqual(new Set(["<h3>", "<p>", "<table>", "<tr>", "<th>", "<td>", "<code>"]));
    const cells = html.match(/<td>.*?<\/td>/gs) ?? [];
    expect(cells).toHaveLength(6);
    // Only <code> has text from outside.
    const ownText = html.replace(/<code>[^<]*<\/code>/g, "");
    expect(ownText.includes("alert")).toBe(false);
    expect(ownText).not.toMatch(/@octocat|#1|error/);
    expect(step?.stdout).toBe("1 repositories: 1 failure\n");
  });
});
