import { describe, expect, it } from "@jest/globals";
import type { ExistingTask } from "../../tools/simulator/scenario.ts";
import { BRIEF, existingTask, REPOSITORY, type TestScenario, traceLine } from "../support/fixtures.ts";
import { run, runInTurn, type TestStep } from "../support/run-dist.ts";
import { sampleDist } from "../support/run-sampled.ts";

const BEFORE = "old-owner/old-name";
const ID = "5001";

/** The repository of the workflow, which had another owner and name before. */
const SCENARIO: TestScenario = {
  plans: [BRIEF],
  repository: { id: ID, former_names: [BEFORE] },
};

const active = (changes: Partial<ExistingTask>): ExistingTask =>
  existingTask({ steps: [{ after_seconds: 0, state: "in_progress", heartbeat_seconds: 60 }], ...changes });
const runOf = (repository: string, id = "7000000001") =>
  `https://github.com/${repository}/actions/runs/${id}`;
const startsOf = async (existing: ExistingTask[], step: TestStep, scenario = SCENARIO) =>
  (await run({ ...scenario, existing }, step)).simulator.count("start");

describe("a re-run after the repository was renamed or moved", () => {
  const { run } = sampleDist();
  const RERUN = { run_attempt: "2", repository_id: ID };

  const names = sampleDist();
  it.each([
    ["renamed", "octo/former"],
    ["moved", "other/app"],
    ["renamed and moved", BEFORE],
    ["spelt otherwise", "Octo/App"],
  ])("goes on with its task: %s", async (_how, name) => {
    const prompt = `Update the dependencies.\n\n${traceLine({ runUrl: runOf(name), repository: name })}`;
    const { simulator, outputs } = await names.run(
      { ...SCENARIO, existing: [existingTask({ prompt })] },
      { github: RERUN },
    );
    expect(simulator.count("start")).toBe(0);
    expect(outputs).toMatchObject({ task_id: "earlier-task", started: "false" });
  });

  it("goes on with its task in another repository that was renamed", async () => {
    const scenario: TestScenario = {
      plans: [BRIEF],
      repositories: { [REPOSITORY]: {}, "octo/new": { private: true, former_names: ["octo/old"] } },
    };
    const prompt = `Update.\n\n${traceLine({ repository: "octo/old" })}`;
    const existing = [existingTask({ repository: "octo/new", prompt })];
    for (const repository of ["octo/old", "octo/new"]) {
      const { simulator, outputs } = await run(
        { ...scenario, existing },
        { with: { repository, wait: "true" }, github: { run_attempt: "2" } },
      );
      expect(simulator.count("start")).toBe(0);
      expect(outputs).toMatchObject({ task_id: "earlier-task", conclusion: "success" });
    }
  });

  it("finds each task of a fan-out from the old name", async () => {
    const names = ["octo/api", "octo/docs"];
    const scenario: TestScenario = {
      plans: [BRIEF],
      repositories: { [REPOSITORY]: {}, ...Object.fromEntries(names.map((name) => [name, {}])) },
    };
    const existing = names.map((repository) =>
      existingTask({
        id: `in-${repository.slice(5)}`,
        repository,
        prompt: `Update.\n\n${traceLine({ runUrl: runOf(BEFORE), repository })}`,
      }),
    );
    const step = { with: { repository: names.join("\n") }, github: { run_attempt: "2" } };
    expect(await startsOf(existing, step, scenario)).toBe(0);
  });

  it.each([
    ["another run of the old name", runOf(BEFORE, "7000000002")],
    ["a run on another server", `https://octo.ghe.com/${REPOSITORY}/actions/runs/7000000001`],
    ["a run whose ID only ends alike", runOf(REPOSITORY, "17000000001")],
  ])("does not go on with the task of %s", async (_whose, runUrl) => {
    const prompt = `Update the dependencies.\n\n${traceLine({ runUrl })}`;
    expect(await startsOf([existingTask({ prompt })], { github: RERUN })).toBe(1);
  });
});

describe("if_active after the workflow's repository was renamed or moved", () => {
  const step = (inputs: Record<string, string> = {}): TestStep => ({
    with: { if_active: "skip", ...inputs },
    github: { run_id: "7000000009", repository_id: ID },
  });
  const trace = (changes: Parameters<typeof traceLine>[0]) => `Update.\n\n${traceLine(changes)}`;

  it("counts a task that was started under the old name", async () => {
    const prompt = trace({ runUrl: runOf(BEFORE), repository: BEFORE, workflowRepositoryId: ID });
    expect(await startsOf([active({ prompt })], step())).toBe(0);
  });

  it("counts one whose trace names no ID, by the task's repository", async () => {
    const prompt = trace({ runUrl: runOf(BEFORE), repository: BEFORE });
    expect(await startsOf([active({ prompt })], step())).toBe(0);
  });

  it("does not count one of another repository that had this name", async () => {
    const prompt = trace({ runUrl: runOf(REPOSITORY), workflowRepositoryId: "9" });
    expect(await startsOf([active({ prompt })], step())).toBe(1);
  });

  it("counts a task in one of several repositories, by the name that it has now", async () => {
    const scenario: TestScenario = {
      plans: [BRIEF],
      repositories: { [REPOSITORY]: { id: ID }, "octo/new": { former_names: ["octo/old"] } },
    };
    const existing = [
      active({
        id: "in-new",
        repository: "octo/new",
        prompt: trace({ runUrl: runOf(BEFORE), repository: "octo/old", workflowRepositoryId: ID }),
      }),
      active({ id: "at-home", prompt: trace({ runUrl: runOf(BEFORE), repository: BEFORE }) }),
    ];
    const repository = `${REPOSITORY}, octo/new`;
    expect(await startsOf(existing, step({ repository }), scenario)).toBe(0);
  });
});

describe("the trace", () => {
  it("names the ID of the workflow's repository", async () => {
    const [first, rerun] = await runInTurn(SCENARIO, [
      { github: { repository_id: ID } },
      { github: { repository_id: ID, run_attempt: "2" } },
    ]);
    expect(first?.simulator.startedTasks[0]?.body.prompt).toContain(`, workflow repository ${ID}, start `);
    expect(rerun?.outputs).toMatchObject({ task_id: first?.outputs.task_id, started: "false" });
  });
});
