import { describe, expect, it } from "@jest/globals";
import { readListInputs } from "../../../src/inputs/list-inputs.ts";
import type { InputSource } from "../../../src/inputs/parse.ts";
import { readStartInputs } from "../../../src/inputs/start-inputs.ts";
import { readStatusInputs } from "../../../src/inputs/status-inputs.ts";
import { type ActionName, actionFile, inputsOf, NOW } from "../../support/action-harness.ts";

const READERS: Readonly<Record<ActionName, (input: InputSource) => unknown>> = {
  start: readStartInputs,
  status: readStatusInputs,
  list: (input) => readListInputs(input, NOW),
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

  it("describes every output", () => {
    for (const { description } of Object.values(file.outputs)) {
      expect(description).toMatch(/^\S.+\.$/);
    }
  });
});
