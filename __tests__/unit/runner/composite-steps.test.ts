import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { recordCompositeStep } from "../../../src/runner/composite-steps.ts";
import type { Runner } from "../../../src/runner/environment.ts";
import { runnerOf, shareErrorsWithNode } from "../../support/builders.ts";
import { useTempFolder } from "../../support/temp-folder.ts";

shareErrorsWithNode();

const temp = useTempFolder();

const LINT = { work: "lint", repositories: ["octo/app"] };
const DOCS = { work: "docs", repositories: ["octo/app", "octo/web"] };
const record = (step = LINT, changes: Partial<Runner> = {}, place = "") =>
  recordCompositeStep(runnerOf({ temp: temp(), ...changes }), place, step);
const pathOfList = () => join(temp(), readdirSync(temp())[0] ?? "");

describe("the list of the steps of a composite action", () => {
  it("has those that ran before, in their order", () => {
    expect(record(LINT)).toEqual({ kind: "known", steps: [] });
    expect(record(DOCS)).toEqual({ kind: "known", steps: [LINT] });
    expect(record(LINT)).toEqual({ kind: "known", steps: [LINT, DOCS] });
  });

  it.each<[string, Partial<Runner>, string]>([
    ["another server", { serverUrl: "https://octo.ghe.com" }, ""],
    ["another run", { runId: "7" }, ""],
    ["another attempt", { runAttempt: 2 }, ""],
    ["another job", { job: "lint" }, ""],
    ["another composite action", { action: "other" }, ""],
    ["another job of the matrix", {}, "#0123456789ab"],
    ["names that only read alike together", { job: 'update","agent', action: "" }, ""],
  ])("has none of %s", (_whose, changes, place) => {
    record();
    expect(record(LINT, changes, place)).toEqual({ kind: "known", steps: [] });
  });

  it("is for its owner alone", () => {
    record();
    expect(statSync(pathOfList()).mode & 0o777).toBe(0o600);
  });

  it("leaves out what it cannot read", () => {
    record();
    writeFileSync(pathOfList(), `nonsense\n[]\n${JSON.stringify(DOCS)}\n{"work":1}\n`);
    expect(record()).toEqual({ kind: "known", steps: [DOCS, { work: "", repositories: [] }] });
  });

  it("cannot be kept without a folder for it", () => {
    const reasonFor = (path: string) => record(LINT, { temp: path });
    expect(reasonFor("")).toEqual({ kind: "unknown", reason: "RUNNER_TEMP is not set" });
    expect(reasonFor("temp")).toEqual({ kind: "unknown", reason: "RUNNER_TEMP is no full path" });
    expect(reasonFor(join(temp(), "gone"))).toEqual({
      kind: "unknown",
      reason: "a file under RUNNER_TEMP cannot be written (ENOENT)",
    });
  });

  it("is not kept in a folder, behind a link or in a huge file", () => {
    record();
    const path = pathOfList();
    const replaceBy = (create: () => void) => {
      rmSync(path, { recursive: true });
      create();
      return record().kind;
    };
    expect(replaceBy(() => mkdirSync(path))).toBe("unknown");
    expect(replaceBy(() => symlinkSync(join(temp(), "elsewhere"), path))).toBe("unknown");
    expect(replaceBy(() => writeFileSync(path, Buffer.alloc(5 * 1024 * 1024)))).toBe("unknown");
    expect(readdirSync(temp())).toHaveLength(1);
  });
});
