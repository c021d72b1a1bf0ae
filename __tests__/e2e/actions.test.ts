import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { NoOperationTraceWriter } from "@actions/workflow-parser";
import { parseAction } from "@actions/workflow-parser/actions/action-parser";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { BUDGETS } from "../../tools/bench/budgets.ts";
import { ROOT } from "../../tools/local-runner/run-action.ts";

interface Manifest {
  readonly name: string;
  readonly description: string;
  readonly branding: { readonly icon: string; readonly color: string };
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: unknown }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: { readonly using: string; readonly main: string };
}

describe.each(["action.yml", "status/action.yml", "list/action.yml"])("%s", (path) => {
  const manifest = parse(readFileSync(join(ROOT, path), "utf8")) as Manifest;

  it("is valid for GitHub's own parser", () => {
    const file = { name: path, content: readFileSync(join(ROOT, path), "utf8") };
    const errors = parseAction(file, new NoOperationTraceWriter()).context.errors.getErrors();
    expect(errors.map(({ message }) => message)).toEqual([]);
  });

  it("runs a file of dist/ on Node 24", () => {
    expect(manifest.runs.using).toBe("node24");
    expect(existsSync(resolve(ROOT, path, "..", manifest.runs.main))).toBe(true);
  });

  it("describes itself, its inputs and its outputs, with strings as defaults", () => {
    for (const { description } of [
      manifest,
      ...Object.values(manifest.inputs),
      ...Object.values(manifest.outputs),
    ]) {
      expect(description.length).toBeGreaterThan(10);
    }
    for (const input of Object.values(manifest.inputs)) {
      expect(["string", "undefined"]).toContain(typeof input.default);
    }
    expect(manifest.branding).toEqual({ icon: expect.any(String), color: expect.any(String) });
  });

  it("names inputs and outputs in snake_case", () => {
    for (const name of [...Object.keys(manifest.inputs), ...Object.keys(manifest.outputs)]) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
    }
  });
});

describe("dist/", () => {
  it("is within its budget, as is what a runner downloads", () => {
    const sizes = readdirSync(join(ROOT, "dist"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => statSync(join(parentPath, name)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(BUDGETS.distBytes);
    const archive = ["archive", "--format=tar.gz", "--worktree-attributes", "HEAD"];
    const { length } = execFileSync("git", archive, { cwd: ROOT, maxBuffer: 1e9 });
    expect(length).toBeLessThanOrEqual(BUDGETS.archiveBytes);
  });

  it("has no path of the machine that built it", () => {
    expect(readFileSync(join(ROOT, "dist/index.js"), "utf8")).not.toContain(ROOT);
  });
});
