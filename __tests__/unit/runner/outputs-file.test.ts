import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { compactOutputsFile } from "../../../src/runner/outputs-file.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "outputs-"));
  path = join(folder, "outputs");
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = (name: string, length: number) => `${name}=${name.repeat(length)}\n`;

it("leaves a short file as it has grown", () => {
  writeFileSync(path, "");
  const replace = compactOutputsFile(path);
  replace(() => appendFileSync(path, "a=1\n"));
  replace(() => appendFileSync(path, "a=2\n"));
  expect(readFileSync(path, "utf8")).toBe("a=1\na=2\n");
});

it("takes out what was written before once the file is long, and keeps what others wrote at first", () => {
  writeFileSync(path, "theirs=1\n");
  const replace = compactOutputsFile(path);
  for (const name of ["a", "b", "c", "d"]) {
    replace(() => appendFileSync(path, text(name, 400_000)));
  }
  expect(readFileSync(path, "utf8")).toBe(`theirs=1\n${text("c", 400_000)}${text("d", 400_000)}`);
  expect(readdirSync(folder)).toEqual(["outputs"]);
});

it("keeps outputs that are long by themselves", () => {
  writeFileSync(path, "");
  const replace = compactOutputsFile(path);
  replace(() => appendFileSync(path, text("a", 2_000_000)));
  expect(readFileSync(path, "utf8")).toBe(text("a", 2_000_000));
  replace(() => appendFileSync(path, text("b", 2_000_000)));
  expect(readFileSync(path, "utf8")).toBe(text("b", 2_000_000));
});

it("does without a file", () => {
  let runs = 0;
  compactOutputsFile("")(() => runs++);
  compactOutputsFile(join(folder, "none"))(() => runs++);
  expect(runs).toBe(2);
});
