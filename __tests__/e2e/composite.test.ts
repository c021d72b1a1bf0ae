import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { BRIEF, type TestScenario } from "../support/fixtures.ts";
import type { TestStep } from "../support/run-dist.ts";
import { sampleDist } from "../support/run-sampled.ts";

/** The folders that the runner gives the attempts, by their number. */
let temps: string[];

function createTemps(): void {
  temps = [0, 1, 2].map(() => mkdtempSync(join(tmpdir(), "runner-")));
}

function removeTemps(): void {
  for (const temp of temps) {
    rmSync(temp, { recursive: true, force: true });
  }
}

beforeEach(createTemps);
afterEach(removeTemps);

const SCENARIO: TestScenario = {
  plans: [BRIEF],
  repositories: { "octo/app": { private: true }, "octo/web": { private: true } },
};

/** A step of a composite action, as the runner runs it: under the name of the step that calls the action. */
const nested = (attempt: number, inputs: Record<string, string>, step: TestStep = {}): TestStep => ({
  ...step,
  with: inputs,
  github: {
    action_path: "/actions-runner/_work/_actions/octo-org/agents/v1",
    run_attempt: String(attempt),
    ...step.github,
  },
  env: { RUNNER_TEMP: temps[attempt] ?? "", ...step.env },
});

const LINT = { prompt: "Fix the linter's warnings." };
const DOCS = { prompt: "Update the documentation." };

describe("two steps of one composite action", () => {
  const { runInTurn } = sampleDist();
  const differences = sampleDist();

  it("each get a task, though the second was only started in a re-run", async () => {
    const [first, rerun, second] = await runInTurn(SCENARIO, [
      nested(1, LINT),
      nested(2, LINT),
      nested(2, DOCS),
    ]);
    const tasks = second?.simulator.startedTasks ?? [];
    expect(tasks.map(({ body }) => body.prompt.split("\n")[0])).toEqual([LINT.prompt, DOCS.prompt]);
    expect(rerun?.outputs).toMatchObject({ task_id: first?.outputs.task_id, started: "false" });
    expect(second?.outputs).toMatchObject({ task_id: tasks[1]?.id, started: "true" });
    expect(second?.stdout).not.toContain("::warning");
  });

  it("each go on with their own task in a re-run", async () => {
    const steps = [1, 2].flatMap((attempt) => [nested(attempt, LINT), nested(attempt, DOCS)]);
    const runs = await runInTurn(SCENARIO, steps);
    const [lint, docs] = runs.map(({ outputs }) => outputs.task_id);
    expect(lint).not.toBe(docs);
    expect(runs.map(({ outputs }) => outputs.task_id)).toEqual([lint, docs, lint, docs]);
    expect(runs[0]?.simulator.count("start")).toBe(2);
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ["base_ref", { base_ref: "main" }, { base_ref: "next" }],
    ["model", {}, { model: "gpt-5" }],
    ["custom_agent", {}, { custom_agent: "docs" }],
    ["create_pull_request", {}, { create_pull_request: "true" }],
    ["repository", {}, { repository: "octo/web" }],
    ["nothing", {}, {}],
  ])("are told apart where they differ in %s", async (_what, one, other) => {
    const [a, b] = [
      { ...LINT, ...one },
      { ...LINT, ...other },
    ];
    const missing = await differences.runInTurn(SCENARIO, [nested(1, a), nested(2, a), nested(2, b)]);
    expect(missing[0]?.simulator.count("start")).toBe(2);
    expect(missing[1]?.outputs.task_id).toBe(missing[0]?.outputs.task_id);
    expect(missing[2]?.outputs.started).toBe("true");

    removeTemps();
    createTemps();
    const complete = await differences.runInTurn(SCENARIO, [
      nested(1, a),
      nested(1, b),
      nested(2, a),
      nested(2, b),
    ]);
    const ids = complete.map(({ outputs }) => outputs.task_id);
    expect(ids.slice(2)).toEqual(ids.slice(0, 2));
    expect(complete[0]?.simulator.count("start")).toBe(2);
  });

  it("keep their order in one file for each attempt, and in no variable of the job", async () => {
    const steps = [nested(1, LINT), nested(1, LINT), nested(1, LINT, { github: { action: "other" } })];
    const [, second, other] = await runInTurn(SCENARIO, steps);
    expect(readdirSync(temps[1] ?? "")).toHaveLength(2);
    expect(second?.stdout).toMatch(/step "agent\/[0-9a-f]{12}\.2"/);
    expect(other?.stdout).toMatch(/step "other\/[0-9a-f]{12}"/);
  });

  it("leave no file in a dry run, nor with trace: false", async () => {
    await runInTurn(SCENARIO, [
      nested(1, { ...LINT, dry_run: "true" }),
      nested(1, { ...LINT, trace: "false" }),
    ]);
    expect(readdirSync(temps[1] ?? "")).toEqual([]);
  });
});

describe("a folder for temporary files that cannot be used", () => {
  const reasons = sampleDist();
  const blocked = () => {
    const file = join(temps[0] ?? "", "file");
    writeFileSync(file, "");
    return file;
  };

  it.each<[string, () => string, string]>([
    ["not set", () => "", "RUNNER_TEMP is not set"],
    ["gone", () => join(temps[0] ?? "", "gone"), "cannot be written (ENOENT)"],
    ["no folder", blocked, "cannot be written (ENOTDIR)"],
  ])(
    "because it is %s is told, and steps with other prompts are still told apart",
    async (_why, temp, text) => {
      const env = { RUNNER_TEMP: temp() };
      const runs = await reasons.runInTurn(SCENARIO, [
        nested(1, LINT, { env }),
        nested(2, LINT, { env }),
        nested(2, DOCS, { env }),
      ]);
      expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
      expect(runs[0]?.simulator.count("start")).toBe(2);
      expect(runs[0]?.stdout).toContain("::warning title=Composite action::");
      expect(runs[0]?.stdout).toContain(text);
    },
  );
});

describe("a step whose prompt changes from attempt to attempt", () => {
  const { runInTurn } = sampleDist();
  const texts = [LINT, DOCS];

  it("goes on with its task where it is a step of the job itself", async () => {
    const [first, second] = await runInTurn(
      SCENARIO,
      texts.map((inputs, n) => ({ with: inputs, github: { run_attempt: String(n + 1) } })),
    );
    expect(first?.simulator.count("start")).toBe(1);
    expect(second?.outputs).toMatchObject({ task_id: first?.outputs.task_id, started: "false" });
  });

  it("inside a composite action starts a task of its own, and links the other", async () => {
    const [first, second] = await runInTurn(
      SCENARIO,
      texts.map((inputs, n) => nested(n + 1, inputs)),
    );
    expect(second?.outputs.started).toBe("true");
    expect(second?.stdout).toMatch(
      new RegExp(`::warning title=Re-run::.* task ${first?.outputs.task_id} \\(https://`),
    );
  });
});

describe("two jobs of a run with the same step ID and concurrency_key", () => {
  const { runInTurn } = sampleDist();
  it("do not take each other's task in a re-run", async () => {
    const inputs = { concurrency_key: "weekly" };
    const [first, other, same] = await runInTurn(SCENARIO, [
      { with: inputs, github: { job: "lint" } },
      { with: inputs, github: { job: "docs", run_attempt: "2" } },
      { with: inputs, github: { job: "lint", run_attempt: "2" } },
    ]);
    expect(first?.simulator.count("start")).toBe(2);
    expect(other?.outputs.started).toBe("true");
    expect(same?.outputs).toMatchObject({ task_id: first?.outputs.task_id, started: "false" });
  });
});
