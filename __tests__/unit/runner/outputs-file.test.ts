import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { createOutputsFile } from "../../../src/runner/outputs-file.ts";
import { parseOutputs } from "../../../tools/local-runner/run-action.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "outputs-"));
  path = join(folder, "outputs");
});
afterEach(() => rmSync(folder, { recursive: true }));

const content = () => readFileSync(path, "utf8");

it("writes the outputs as the runner reads them", () => {
  writeFileSync(path, "");
  const values = { a: "1", b: "", c: "two\nlines", d: "x<<y\nx\ny", e: "ghadelimiter_\n\u00e9" };
  createOutputsFile(path)(values);
  expect(parseOutputs(content())).toEqual(values);
});

it("replaces what it wrote before, and keeps what others wrote at first", () => {
  writeFileSync(path, "theirs=1\n");
  chmodSync(path, 0o600);
  const write = createOutputsFile(path);
  write({ a: "1", b: "1" });
  write({ a: "2" });
  expect(parseOutputs(content())).toEqual({ theirs: "1", a: "2" });
  expect(readdirSync(folder)).toEqual(["outputs"]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it("stays as small as the outputs", () => {
  writeFileSync(path, "");
  const write = createOutputsFile(path);
  for (let n = 0; n < 5; n++) {
    write({ a: String(n).repeat(400_000) });
  }
  expect(parseOutputs(content())).toEqual({ a: "4".repeat(400_000) });
  expect(content().length).toBeLessThan(401_000);
});

it("appends where no file can be next to it", () => {
  writeFileSync(path, "theirs=1\n");
  mkdirSync(`${path}.new`);
  writeFileSync(join(`${path}.new`, "x"), "");
  const write = createOutputsFile(path);
  expect(() => write({ a: "1" })).not.toThrow();
  write({ a: "2" });
  expect(parseOutputs(content())).toEqual({ theirs: "1", a: "2" });
});

it("writes through a link, and does not replace it", () => {
  writeFileSync(join(folder, "target"), "theirs=1\n");
  symlinkSync("target", path);
  createOutputsFile(path)({ a: "1" });
  expect(parseOutputs(readFileSync(join(folder, "target"), "utf8"))).toEqual({ theirs: "1", a: "1" });
});

it("fails where the disk is full, and where there is no file", () => {
  expect(() => createOutputsFile("/dev/full")({ a: "1" })).toThrow(/ENOSPC/);
  expect(existsSync("/dev/full.new")).toBe(false);
  expect(() => createOutputsFile(path)({ a: "1" })).toThrow(/ENOENT/);
});
