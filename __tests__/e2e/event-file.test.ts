import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { run } from "../support/run-dist.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "event-file-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it.each([
  ["that is missing", null],
  ["that is empty", ""],
  ["that is not JSON", '{"text": "secret-text'],
  ["that is not an object", '["secret-text"]'],
  ["of 5 MB", JSON.stringify({ repository: { private: true }, text: `secret-text${"x".repeat(5_000_000)}` })],
])("an event file %s does no harm, and nothing of it is printed", async (what, content) => {
  const path = join(folder, `${what}.json`);
  if (content !== null) {
    writeFileSync(path, content);
  }
  const { exitCode, stdout, stderr, simulator } = await run({}, { env: { GITHUB_EVENT_PATH: path } });
  expect([exitCode, simulator.startedTasks.length, stderr]).toEqual([0, 1, ""]);
  expect(stdout).not.toContain("secret-text");
  expect(stdout).not.toContain("GITHUB_EVENT_PATH");
});
