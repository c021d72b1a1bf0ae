import { describe, expect, it } from "@jest/globals";
import { DEFAULTS } from "../../../src/inputs/defaults.ts";
import { readListInputs } from "../../../src/inputs/list-inputs.ts";
import type { InputSource } from "../../../src/inputs/parse.ts";
import { readStartInputs } from "../../../src/inputs/start-inputs.ts";
import { readStatusInputs } from "../../../src/inputs/status-inputs.ts";
import { type ActionName, actionFile, inputsOf } from "../../support/action-harness.ts";
import { runnerOf } from "../../support/builders.ts";
import { NOW } from "../../support/clock.ts";

const RUNNER = runnerOf();

const READERS: Readonly<Record<ActionName, (input: InputSource) => unknown>> = {
  start: (input) => readStartInputs(input, RUNNER),
  status: (input) => readStatusInputs(input, RUNNER),
  list: (input) => readListInputs(input, RUNNER, NOW),
};

const ACTIONS: readonly ActionName[] = ["start", "status", "list"];

describe.each(ACTIONS)("the action.yml of %s", (action) => {
  const file = actionFile(action);

  it("declares every input that the code reads, and no other", () => {
    const read = new Set<string>();
    const source = inputsOf(action);
    READERS[action]((name) => {
      read.add(name);
      return source(name);
    });
    expect([...read].sort()).toEqual(Object.keys(file.inputs).sort());
  });

  it("requires what has no sound default, and has defaults that are allowed", () => {
    const required = Object.entries(file.inputs).flatMap(([name, input]) => (input.required ? [name] : []));
    expect(required).toEqual(action === "status" ? ["token", "task_id"] : ["token"]);
    expect(() => READERS[action](inputsOf(action))).not.toThrow();
  });

  it("has the defaults that the code gives to empty inputs", () => {
    const expressions = Object.entries(file.inputs).filter(([, { default: text }]) =>
      text?.startsWith("${{"),
    );
    const fixed = Object.entries(file.inputs).flatMap(([name, { default: text }]) =>
      text === undefined || text.startsWith("${{") ? [] : [[name, text]],
    );
    expect(DEFAULTS[action]).toEqual(Object.fromEntries(fixed));
    expect(expressions.map(([name]) => name).sort()).toEqual(
      {
        start: ["github_api_url", "github_token", "matrix", "repository"],
        status: ["github_api_url", "github_token", "repository"],
        list: ["github_api_url", "repository"],
      }[action],
    );
  });

  it("takes an empty input for its default", () => {
    const empty = Object.fromEntries(Object.keys(file.inputs).map((name) => [name, ""]));
    const needed = { token: "ghu_x", prompt: "x", task_id: "x", repository: "octo/app" };
    const known = Object.fromEntries(Object.entries(needed).filter(([name]) => name in file.inputs));
    const given = READERS[action](inputsOf(action, { ...empty, ...known, github_token: "ghs_x" }));
    expect(given).toEqual(READERS[action](inputsOf(action, { ...known, github_token: "ghs_x", matrix: "" })));
  });

  it("describes every output", () => {
    for (const { description } of Object.values(file.outputs)) {
      expect(description).toMatch(/^\S.+\.$/);
    }
  });
});
