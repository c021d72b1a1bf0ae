import { describe, expect, it } from "@jest/globals";
import type { Outputs } from "../../../src/context.ts";
import { createLedger } from "../../../src/report/result-store.ts";
import { resultWith } from "../../support/action-harness.ts";

function ledgerOf(size: number) {
  const written: Outputs["values"][] = [];
  const ledger = createLedger(
    {
      writeOutputs: ({ values }) => written.push(values),
      redact: (text) => text.replaceAll("s3cret", "***"),
    },
    size,
  );
  const ids = () =>
    JSON.parse(written.at(-1)?.tasks ?? "").map(({ task_id }: { task_id: string }) => task_id);
  return { ledger, written, ids };
}

describe("what is known of tasks", () => {
  it("is in the outputs with each entry, in the order of the inputs", () => {
    const { ledger, written, ids } = ledgerOf(3);
    ledger.note([2, resultWith({ task_id: "c" })]);
    ledger.note([0, resultWith({ task_id: "a" })]);
    expect(ids()).toEqual(["a", "c"]);
    ledger.note([1, resultWith({ task_id: "b" })], [2, resultWith({ task_id: "c", state: "failed" })]);
    expect(ids()).toEqual(["a", "b", "c"]);
    expect(written).toHaveLength(3);
    expect(ledger.results().map(({ report }) => report.state)).toEqual(["completed", "completed", "failed"]);
  });

  it("has a name for each output of one task only where there is one in all", () => {
    const one = ledgerOf(1);
    one.ledger.note([0, resultWith({ task_id: "a" })]);
    expect(one.written[0]?.task_id).toBe("a");
    const many = ledgerOf(2);
    many.ledger.note([0, resultWith({ task_id: "a" })]);
    expect(many.written[0]?.task_id).toBe("");
  });

  it("holds no token, not even a part of one where a long text is cut", () => {
    const { ledger, written } = ledgerOf(1);
    ledger.note([0, resultWith({ error_message: `${"x".repeat(3996)}s3cret` })]);
    expect(written[0]?.error_message).not.toContain("s3");
  });
});
