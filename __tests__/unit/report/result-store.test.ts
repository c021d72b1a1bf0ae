import { describe, expect, it } from "@jest/globals";
import type { Outputs } from "../../../src/context.ts";
import { createResultStore } from "../../../src/report/result-store.ts";
import { resultWith } from "../../support/builders.ts";

function storeOf(size: number) {
  const written: Outputs["values"][] = [];
  const store = createResultStore(
    {
      outputs: { write: ({ values }) => written.push(values), writeSummary: async () => {} },
    },
    size,
    new Set(),
  );
  const ids = () =>
    JSON.parse(written.at(-1)?.tasks ?? "").map(({ task_id }: { task_id: string }) => task_id);
  return { store, written, ids };
}

describe("what is known of tasks", () => {
  it("is in the outputs with each entry, in the order of the inputs", () => {
    const { store, written, ids } = storeOf(3);
    store.record([2, resultWith({ task_id: "c" })]);
    store.record([0, resultWith({ task_id: "a" })]);
    expect(ids()).toEqual(["a", "c"]);
    store.record([1, resultWith({ task_id: "b" })], [2, resultWith({ task_id: "c", state: "failed" })]);
    expect(ids()).toEqual(["a", "b", "c"]);
    expect(written).toHaveLength(3);
    expect(store.results().map(({ report }) => report.state)).toEqual(["completed", "completed", "failed"]);
  });

  it("has a name for each output of one task only where there is one in all", () => {
    const one = storeOf(1);
    one.store.record([0, resultWith({ task_id: "a" })]);
    expect(one.written[0]?.task_id).toBe("a");
    const many = storeOf(2);
    many.store.record([0, resultWith({ task_id: "a" })]);
    expect(many.written[0]?.task_id).toBe("");
  });
});
