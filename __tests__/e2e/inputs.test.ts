import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  BRIEF,
  existingTask,
  REPOSITORY,
  type TestScenario,
  tasksOf,
  WORKFLOW_TOKEN,
} from "../support/fixtures.ts";
import { sampleDist } from "../support/run-sampled.ts";

const OTHER = "octo/web";
const TWO: TestScenario = { repositories: { [REPOSITORY]: { private: true }, [OTHER]: { private: true } } };

/** Inputs whose expressions are empty in this run. */
const emptied = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, ""]));

const WATCH = [
  "wait",
  "timeout_minutes",
  "poll_interval_seconds",
  "fail_on",
  "job_summary",
  "github_api_url",
];
const START = [
  ...[
    "issue_comments",
    "comment",
    "create_pull_request",
    "if_active",
    "active_until",
    "concurrency_key",
    "trace",
  ],
  ...["required_permission", "allowed_bots", "matrix", "dry_run"],
];

describe("inputs that are empty", () => {
  const { startTask, readStatus, listTasks } = sampleDist();
  it("have their defaults in the start action", async () => {
    const { exitCode, simulator, summary, outputs } = await startTask({}, emptied(...WATCH, ...START));
    expect(exitCode).toBe(0);
    expect(simulator.startedTasks[0]?.body).toMatchObject({ create_pull_request: false });
    expect(simulator.startedTasks[0]?.body.prompt).toContain("Started by GitHub Actions: ");
    expect(outputs.started).toBe("true");
    expect(summary).not.toBe("");
  });

  it("have their defaults in the status action", async () => {
    const failed = existingTask({ steps: [{ after_seconds: 0, state: "failed" }] });
    const inputs = { ...emptied(...WATCH, "repository"), task_id: failed.id };
    const { exitCode, outputs, simulator } = await readStatus({ existing: [failed] }, inputs);
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ conclusion: "failure", repository: REPOSITORY });
    expect(simulator.requests[0]?.path).toBe(`/agents/repos/${REPOSITORY}/tasks/${failed.id}`);
  });

  it("have their defaults in the list action", async () => {
    const inputs = emptied("repository", "archived", "limit", "job_summary", "github_api_url");
    const { exitCode, outputs, simulator } = await listTasks({ existing: [existingTask()] }, inputs);
    expect(exitCode).toBe(0);
    expect(outputs.count).toBe("1");
    expect(simulator.requests[0]?.path).toBe(`/agents/repos/${REPOSITORY}/tasks`);
  });

  const empty = sampleDist();
  it.each(["", "[]", "[\n]", '[""]', " , "])(
    "start nothing if it is the repository: %j",
    async (repository) => {
      const { exitCode, simulator, stdout } = await empty.startTask({}, { repository });
      expect(exitCode).toBe(1);
      expect(stdout).toContain("Input repository is ");
      expect(simulator.requests).toEqual([]);
    },
  );

  it("leave github_token empty", async () => {
    const { simulator } = await startTask(
      { plans: [BRIEF] },
      { github_token: "", create_pull_request: "true", wait: "true" },
    );
    const tokens = simulator.requests.map(({ headers }) => headers.authorization ?? "");
    expect(simulator.count("graphql")).toBeGreaterThan(0);
    expect(tokens.filter((token) => token.includes(WORKFLOW_TOKEN))).toEqual([]);
  });
});

describe("words for what an empty input once said", () => {
  const { startTask, readStatus } = sampleDist();
  it("are none in fail_on", async () => {
    const plans = [{ steps: [{ after_seconds: 10, state: "failed" }] }];
    const { exitCode, outputs } = await startTask({ plans }, { wait: "true", fail_on: "none" });
    expect([exitCode, outputs.conclusion]).toEqual([0, "failure"]);
  });

  it("are * in repository of status", async () => {
    const task = existingTask({ repository: OTHER });
    const { exitCode, simulator } = await readStatus(
      { ...TWO, existing: [task] },
      { repository: "*", task_id: task.id },
    );
    expect(exitCode).toBe(0);
    expect(simulator.requests[0]?.path).toBe(`/agents/tasks/${task.id}`);
  });

  it("are * in the step that picks up tasks of several repositories", async () => {
    const plans = [{ steps: [{ after_seconds: 0, state: "in_progress", heartbeat_seconds: 30 }] }];
    const inputs = { repository: `${REPOSITORY}, ${OTHER}`, wait: "true", timeout_minutes: "1" };
    const { stdout } = await startTask({ ...TWO, plans }, inputs);
    expect(stdout).toContain('    repository: "*"');
  });
});

describe("lists", () => {
  const { startTask, readStatus, listTasks } = sampleDist();
  const lists = sampleDist();
  it.each([
    JSON.stringify([REPOSITORY, OTHER], null, 2),
    `https://github.com/${REPOSITORY}, https://github.com/${OTHER}.git`,
    JSON.stringify([`https://github.com/${REPOSITORY}/`, OTHER]),
    JSON.stringify([{ repository: REPOSITORY }, { repository: OTHER }]),
  ])("of repositories may be %j", async (repository) => {
    const { exitCode, simulator } = await lists.startTask(TWO, { repository });
    expect(exitCode).toBe(0);
    expect(simulator.startedTasks.map((task) => task.repository)).toEqual([REPOSITORY, OTHER]);
  });

  it("of repositories are merged, with a notice", async () => {
    const repository = JSON.stringify([REPOSITORY, `https://github.com/${REPOSITORY.toUpperCase()}`]);
    const { exitCode, simulator, stdout, outputs } = await startTask(TWO, { repository });
    expect(exitCode).toBe(0);
    expect(simulator.count("start")).toBe(1);
    expect(outputs.task_id).not.toBe("");
    expect(stdout).toContain(
      `::notice title=Inputs merged::Input repository names ${REPOSITORY} more than once.`,
    );
  });

  const addresses = sampleDist();
  it.each([
    "https://gitlab.com/octo/app",
    "https://github.com/octo",
    '{"repository": "octo/app"}',
    '["octo/app", 1]',
  ])("of repositories may not have %j", async (repository) => {
    const { exitCode, simulator, stdout } = await addresses.startTask(TWO, { repository });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Input repository is ");
    expect(simulator.requests).toEqual([]);
  });

  it("of tasks may be an output of another action", async () => {
    const existing = ["task-1", "task-2"].map((id) => existingTask({ id }));
    const { outputs } = await listTasks({ existing });
    for (const list of [
      outputs.task_ids,
      outputs.tasks,
      JSON.stringify(["task-1", "task-2", "task-1"], null, 2),
    ]) {
      const step = await readStatus({ existing }, { task_id: list ?? "" });
      expect(step.exitCode).toBe(0);
      expect(
        tasksOf(step)
          .map(({ task_id: id }) => id)
          .sort(),
      ).toEqual(["task-1", "task-2"]);
    }
  });
});

describe("prompt_file under RUNNER_TEMP", () => {
  const { run } = sampleDist();
  let temp = "";
  beforeAll(() => {
    temp = mkdtempSync(join(tmpdir(), "runner-temp-"));
  });
  afterAll(() => rmSync(temp, { recursive: true }));

  const startWith = (path: string, text: string) => {
    const file = join(temp, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return run(
      {},
      {
        with: { prompt: "", prompt_file: file },
        env: { RUNNER_TEMP: temp, GITHUB_ENV: join(temp, "set_env") },
      },
    );
  };

  it("is the prompt", async () => {
    const { exitCode, simulator } = await startWith("prompts/update.md", "Update it all.");
    expect(exitCode).toBe(0);
    expect(simulator.startedTasks[0]?.body.prompt).toMatch(/^Update it all\.\n/);
  });

  it.each([
    "_github_workflow/event.json",
    "_runner_file_commands/set_output_0f9c2a6e-3d5b-4a53-9a3e-4b8f5f1c0d11",
    "git-credentials-0f9c2a6e-3d5b-4a53-9a3e-4b8f5f1c0d11.config",
    "0f9c2a6e-3d5b-4a53-9a3e-4b8f5f1c0d11",
    "set_env",
  ])("is no file of the runner or of actions/checkout: %s", async (path) => {
    const { exitCode, simulator, stdout } = await startWith(path, "secret");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("belongs to the runner or to another action");
    expect(simulator.requests).toEqual([]);
  });

  it("is named where it is blank", async () => {
    const { exitCode, stdout } = await startWith("blank.md", " \n");
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      `Input prompt_file gives a blank prompt from ${JSON.stringify(join(temp, "blank.md"))}`,
    );
  });
});
