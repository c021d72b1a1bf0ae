import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { FaultRule, TaskPlan } from "../../tools/simulator/scenario.ts";
import {
  BRIEF,
  existingTask,
  REPOSITORY,
  SUCCESSFUL,
  USER_TOKEN,
  WORKFLOW_TOKEN,
} from "../support/fixtures.ts";
import { listTasks, run, run as runDist, type SimulatedRun } from "../support/run-dist.ts";
import { sampleDist } from "../support/run-sampled.ts";

const WAIT = { wait: "true" };

/** Everything that a step shows or hands on, without characters that nobody sees. */
const shown = ({ stdout, stderr, outputsFile, summary, simulator }: SimulatedRun): string =>
  [
    stdout.replace(/^::add-mask::.*$/gm, ""),
    stderr,
    outputsFile,
    summary,
    ...simulator.comments(REPOSITORY, 7).map(({ body }) => body),
  ]
    .join("\n")
    .replace(/\\u[\da-f]{4}|\\[nrtbf]/gi, "")
    .replace(/[\p{C}\p{Default_Ignorable_Code_Point}\\]/gu, "");

const failing = (error: string, name = error): TaskPlan => ({
  steps: [
    { after_seconds: 0, state: "in_progress", name },
    { after_seconds: 60, state: "failed", error },
  ],
});

describe("a token in what GitHub answers", () => {
  const SPLITTERS = {
    "a zero-width space": "\u200b",
    NUL: "\0",
    "a soft hyphen": "\u00ad",
    "a change of the writing direction": "\u202e",
    "a variation selector": "\ufe0f",
    "a tag": "\u{e0041}",
    "a line break": "\n",
    "a line separator": "\u2028",
    nothing: "",
  };

  const tokens = sampleDist();
  it.each(Object.entries(SPLITTERS))("is shown nowhere, split by %s", async (_what, splitter) => {
    for (const token of [USER_TOKEN, WORKFLOW_TOKEN]) {
      const split = [...token].join(splitter);
      const halves = `${token.slice(0, 12)}${splitter}${token.slice(12)}`;
      const plan = {
        ...failing(`${split} ${halves}`),
        extra: { html_url: `https://github.com/octo/app/${halves}`, url: split },
      };
      const result = await tokens.startTask(
        { plans: [plan], repository: { issues: [{ number: 7, title: "A bug" }] } },
        { ...WAIT, comment: "true", issue_number: "7", required_permission: "read" },
      );
      expect(result.exitCode).toBe(1);
      expect(result.outputs.error_message).toBe("*** ***");
      expect(shown(result)).not.toContain(token);
    }
  });

  const errors = sampleDist();
  it.each(["start", "list"] as const)("is shown nowhere in the error of a %s", async (kind) => {
    const message = `No, ${[...USER_TOKEN].join("\u2060")}`;
    const faults: FaultRule[] = [{ on: { kind }, do: { type: "forbidden", message } }];
    const result = kind === "start" ? await errors.startTask({ faults }) : await errors.listTasks({ faults });
    expect(result.exitCode).toBe(1);
    expect(shown(result)).toContain("No, ***");
    expect(shown(result)).not.toContain(USER_TOKEN);
  });
});

describe("a token in an input", () => {
  const inputs = sampleDist();
  it.each(["model", "custom_agent", "base_ref", "head_ref", "repository", "concurrency_key", "prompt"])(
    "starts nothing: %s",
    async (name) => {
      for (const token of [USER_TOKEN, WORKFLOW_TOKEN, [...USER_TOKEN].join("\u200b")]) {
        const value = name === "repository" ? `octo/${token}` : `${"x".repeat(190)}${token}`;
        const refs = name === "head_ref" ? { base_ref: "main" } : {};
        const result = await inputs.startTask({}, { ...refs, [name]: value });
        expect([result.exitCode, result.simulator.requests]).toEqual([1, []]);
        expect(result.stdout).toMatch(new RegExp(`^::error title=Input not allowed::Input ${name} `, "m"));
        expect(shown(result)).not.toContain(token.slice(0, 14));
      }
    },
  );
});

describe("a log that nobody reads any more", () => {
  it("loses neither the task that is being started nor its summary", async () => {
    let close = () => {};
    const result = await run(
      { plans: [BRIEF] },
      {
        with: { ...WAIT, create_pull_request: "true" },
        onSpawn: (_kill, _pid, closeStdout) => {
          close = closeStdout;
        },
        onRequest: ({ kind }) => kind === "start" && close(),
      },
    );
    const id = result.simulator.startedTasks[0]?.id;
    expect(result.exitCode).toBe(0);
    expect(result.outputs).toMatchObject({ task_id: id, conclusion: "success", pull_request_number: "42" });
    expect(result.summary).toContain("### ✅ Agent task: success");
    expect([result.simulator.count("start"), result.stderr]).toEqual([1, ""]);
  });
});

describe("a full disk", () => {
  const { run } = sampleDist();
  let folder: string;
  let preload: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "full-disk-"));
    preload = join(folder, "full-disk.mjs");
    // After the first 40 bytes the disk has no room, be it for the outputs or for a file next to them.
    writeFileSync(
      preload,
      `import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
const { writeSync, openSync, writeFileSync } = fs;
const fail = () => { throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" }); };
const paths = new Map();
const isFull = (file) => /outputs/.test(paths.get(file) ?? String(file)) && fs.existsSync(process.env.FULL);
fs.openSync = (path, ...rest) => { const file = openSync(path, ...rest); paths.set(file, String(path)); return file; };
fs.writeSync = (file, bytes, ...rest) => isFull(file) ? (writeSync(file, bytes.subarray(0, 40)), fail()) : writeSync(file, bytes, ...rest);
for (const name of ["writeFileSync", "appendFileSync"]) {
  const write = fs[name];
  fs[name] = (file, data, ...rest) => isFull(file) ? (write(file, data.slice(0, 40), ...rest), fail()) : write(file, data, ...rest);
}
syncBuiltinESMExports();
`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const NODE_OPTIONS = () => `--import ${pathToFileURL(preload).href}`;

  it("leaves no half output, and an error names the task", async () => {
    const full = join(folder, "always");
    writeFileSync(full, "");
    const result = await run({}, { env: { NODE_OPTIONS: NODE_OPTIONS(), FULL: full } });
    const id = result.simulator.startedTasks[0]?.id;
    expect(result.outputsFile).toBe("");
    expect(result.stdout).toMatch(
      new RegExp(
        `^::error title=Outputs::The outputs could not be written: .*ENOSPC.*about task ${id} \\(https`,
        "m",
      ),
    );
    expect(result.stdout.match(/::error/g)).toHaveLength(1);
    expect(result.summary).toContain("Agent task: running");
  });

  it("that fills up while the task runs keeps the task's ID in the outputs", async () => {
    const full = join(folder, "later");
    const result = await runDist(
      { plans: [BRIEF] },
      {
        with: WAIT,
        env: { NODE_OPTIONS: NODE_OPTIONS(), FULL: full },
        onRequest: ({ kind }) => kind === "get" && writeFileSync(full, ""),
      },
    );
    const id = result.simulator.startedTasks[0]?.id;
    expect(result.outputs).toMatchObject({ task_id: id, state: "queued" });
    expect(result.stdout).toContain(`They are about task ${id}`);
  });

  it.each(["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])("is no reason to lose the task: %s", async (name) => {
    const result = await run({}, { env: { [name]: "/dev/full" } });
    const id = result.simulator.startedTasks[0]?.id ?? "";
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toMatch(/could not be written: .*ENOSPC/);
    expect(result.stdout).toContain(id);
    const other = name === "GITHUB_OUTPUT" ? result.summary : result.outputsFile;
    expect(other).toContain(id);
  });
});

describe("texts of a megabyte", () => {
  const { startTask, listTasks } = sampleDist();
  const LONG = "x".repeat(1_000_000);

  it("are cut everywhere: names, errors, states and addresses", async () => {
    const plan: TaskPlan = {
      steps: [
        {
          after_seconds: 0,
          state: "in_progress",
          name: LONG,
          branch: { head_ref: LONG, commits: 1, changed_files: 1 },
        },
        { after_seconds: 60, state: "failed", error: LONG },
      ],
      model: LONG,
    };
    const result = await startTask(
      { plans: [plan], repository: { issues: [{ number: 7, title: "A bug" }] } },
      { ...WAIT, comment: "true", issue_number: "7", required_permission: "read" },
    );
    expect(result.exitCode).toBe(1);
    expect(result.outputs.error_message).toBe(`${"x".repeat(3999)}…`);
    expect(result.outputs.task_name).toBe(`${"x".repeat(3999)}…`);
    for (const text of [
      result.stdout,
      result.summary,
      ...result.simulator.comments(REPOSITORY, 7).map(({ body }) => body),
    ]) {
      expect(text.length).toBeLessThan(30_000);
      expect(text).toContain("xxx…");
    }
    const errors = result.stdout.split("\n").filter((line) => line.startsWith("::error"));
    expect(errors).toHaveLength(1);
    // The runner shows 4,096 characters of an annotation. Its end has the task's address.
    expect(errors[0]?.length).toBeLessThan(4_096);
    expect(errors[0]).toContain(result.outputs.task_url);
  });

  const refusals = sampleDist();
  it.each([403, 500, 422])("are cut in the message of an error %d", async (status) => {
    const body = { message: LONG, errors: [{ code: LONG, message: LONG }] };
    const faults: FaultRule[] = [{ on: { kind: "start" }, do: { type: "status", status, body } }];
    const result = await refusals.startTask({ faults });
    expect(result.exitCode).toBe(1);
    for (const text of [result.stdout, result.summary, result.outputsFile]) {
      expect(text.length).toBeLessThan(50_000);
    }
    for (const line of result.stdout.split("\n").filter((line) => line.startsWith("::error"))) {
      expect(line.length).toBeLessThan(4_096);
    }
  });

  it("are cut in a list, which keeps its table", async () => {
    const existing = Array.from({ length: 100 }, (_, i) =>
      existingTask({
        id: `task-${i}`,
        steps: [{ after_seconds: 0, state: "completed", name: "&".repeat(100_000) }],
      }),
    );
    const result = await listTasks({ existing }, { limit: "0" });
    expect(result.summary).toContain("| Repository | Task |");
    expect(result.stdout.length).toBeLessThan(500_000);
  });
});

describe("a list of very many tasks", () => {
  it("has as many IDs as there is room for, and says how many it omits", async () => {
    const existing = Array.from({ length: 3_000 }, (_, i) =>
      existingTask({ id: `${String(i).padStart(4, "0")}-${"x".repeat(300)}` }),
    );
    const result = await listTasks({ existing }, { limit: "0" });
    const ids = JSON.parse(result.outputs.task_ids ?? "") as string[];
    expect([result.exitCode, result.outputs.count]).toEqual([0, "3000"]);
    expect(Buffer.byteLength(result.outputsFile)).toBeLessThan(1024 * 1024);
    expect(ids.length).toBeGreaterThan(1_000);
    expect(result.stdout).toContain(
      `::warning title=Outputs::The output task_ids reached its 450 KB limit; ${3_000 - ids.length} tasks omitted.`,
    );
  });
});

describe("our comment that somebody deleted while the task ran", () => {
  const { startTask } = sampleDist();
  const COMMENT = { ...WAIT, comment: "true", issue_number: "7", required_permission: "read" };
  const writes = ({ simulator }: SimulatedRun) =>
    simulator.requests.filter(({ kind }) => kind === "comment_write").map(({ method }) => method);

  it("is written anew, once", async () => {
    const issues = [{ number: 7, title: "A bug", comments_deleted_after_seconds: 300 }];
    const result = await startTask({ plans: [SUCCESSFUL], repository: { issues } }, COMMENT);
    const comments = result.simulator.comments(REPOSITORY, 7);
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toContain("### ✅ Agent task: success");
    expect(writes(result)).toEqual(["POST", "PATCH", "POST"]);
    expect(result.stdout).not.toContain("::warning title=Comment");
  });

  it("is not written a second time if it is still there", async () => {
    const issues = [{ number: 7, title: "A bug" }];
    const notFound: FaultRule = {
      on: { kind: "comment_write", nth: [2, 3, 4, 5] },
      do: { type: "not_found" },
    };
    const result = await startTask(
      { plans: [SUCCESSFUL], repository: { issues }, faults: [notFound] },
      COMMENT,
    );
    expect(result.simulator.comments(REPOSITORY, 7)).toHaveLength(1);
    expect(writes(result)).toEqual(["POST", "PATCH", "PATCH"]);
    expect(result.stdout).toContain("::warning title=Comment not written");
  });

  it("gets no second one if the answer to the new one is lost", async () => {
    const issues = [{ number: 7, title: "A bug", comments_deleted_after_seconds: 300 }];
    const lost: FaultRule = { on: { kind: "comment_write", nth: 3 }, do: { type: "reset_after" } };
    const result = await startTask({ plans: [SUCCESSFUL], repository: { issues }, faults: [lost] }, COMMENT);
    expect(result.simulator.comments(REPOSITORY, 7)).toHaveLength(1);
    expect(writes(result)).toEqual(["POST", "PATCH", "POST", "PATCH"]);
  });
});
