import { readdirSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { readStartInputs, type StartInputs } from "../../../src/inputs/start-inputs.ts";
import { createLog } from "../../../src/runner/log.ts";
import { nameCompositeStep } from "../../../src/start/composite-step.ts";
import { inputsOf } from "../../support/action-harness.ts";
import { recordingCore, runnerOf, shareErrorsWithNode } from "../../support/builders.ts";
import { useTempFolder } from "../../support/temp-folder.ts";

shareErrorsWithNode();

const temp = useTempFolder();

const APP = { owner: "octo", repo: "app" };
const WEB = { owner: "octo", repo: "web" };

/** Names the next step of a composite action, and tells what the log says. */
function nameNext(
  changes: Partial<StartInputs> = {},
  prompt = "Lint.",
  folders: { compositePath?: string; temp?: string } = {},
) {
  const core = recordingCore();
  const runner = runnerOf({ compositePath: "/actions/octo-org/agents/v1", temp: temp(), ...folders });
  const inputs = { ...readStartInputs(inputsOf("start"), runner), ...changes };
  const nameIn = nameCompositeStep({ runner, log: createLog(core, String) }, inputs, prompt);
  return { nameIn: nameIn ?? (() => null), log: core.lines };
}

const workOf = (...given: Parameters<typeof nameNext>) => nameNext(...given).nameIn(APP)?.work;

describe("the name of a step", () => {
  it("is none outside a composite action, and no file is written", () => {
    expect(nameNext({}, "Lint.", { compositePath: "" }).nameIn(APP)).toBeNull();
    expect(readdirSync(temp())).toEqual([]);
  });

  it.each<[string, Partial<StartInputs>]>([
    ["issue_number", { issueNumber: 7 }],
    ["base_ref", { baseRef: "main" }],
    ["head_ref", { headRef: "fix" }],
    ["model", { model: "gpt-5" }],
    ["custom_agent", { customAgent: "docs" }],
    ["create_pull_request", { createPullRequest: true }],
  ])("differs with %s", (_name, changes) => {
    const first = workOf();
    const second = workOf(changes);
    expect(second).toMatch(/^[0-9a-f]{12}$/);
    expect(second).not.toBe(first);
  });

  it("differs with the prompt, and has the order among equal steps", () => {
    const works = [workOf(), workOf({}, "Write docs."), workOf(), workOf()];
    expect(works).toEqual([works[0], works[1], `${works[0]}.2`, `${works[0]}.3`]);
    expect(works[1]).not.toBe(works[0]);
  });

  it("counts the steps in the same repository, whatever its case, and names those before", () => {
    const web = nameNext({ repositories: [WEB] }).nameIn({ owner: "Octo", repo: "Web" });
    expect(web).toEqual({ work: expect.stringMatching(/^[0-9a-f]{12}$/), earlierWork: [] });
    expect(nameNext().nameIn(APP)).toEqual(web);
    expect(nameNext({ repositories: [APP, WEB] }).nameIn(WEB)).toEqual({
      work: `${web?.work}.2`,
      earlierWork: [web?.work],
    });
  });

  it.each<[string, Partial<StartInputs>]>([
    ["a dry run", { dryRun: true }],
    ["trace: false", { trace: false }],
  ])("leaves no file with %s", (_what, changes) => {
    nameNext(changes);
    expect(readdirSync(temp())).toEqual([]);
  });

  it("is told without its order where RUNNER_TEMP cannot be used, with a warning", () => {
    const first = nameNext({}, "Lint.", { temp: "" });
    expect(first.log).toEqual([
      expect.stringMatching(
        /^warning\(Composite action\): This step cannot keep its order .*: RUNNER_TEMP is not set\./,
      ),
    ]);
    const second = nameNext({}, "Lint.", { temp: "" });
    expect(second.nameIn(APP)).toEqual(first.nameIn(APP));
  });
});
