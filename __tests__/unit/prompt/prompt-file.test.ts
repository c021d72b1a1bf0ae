import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { composePrompt, readPrompt } from "../../../src/prompt/compose.ts";
import { InputError } from "../../../src/runner/input-error.ts";
import { shareErrorsWithNode } from "../../support/action-harness.ts";

shareErrorsWithNode();

let folder = "";
let workspace = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "prompt-test-"));
  workspace = join(folder, "workspace");
  mkdirSync(join(workspace, ".github", "prompts"), { recursive: true });
  mkdirSync(join(workspace, ".git"));
  mkdirSync(join(workspace, "sub", ".GIT"), { recursive: true });
  writeFileSync(join(folder, "outside.md"), "Outside");
  writeFileSync(join(workspace, ".git", "config"), "extraheader = secret");
  writeFileSync(join(workspace, "sub", ".GIT", "config"), "extraheader = secret");
  writeFileSync(join(workspace, ".github", "prompts", "update.md"), "Update\nall of it: ä\n");
  writeFileSync(join(workspace, "..odd.md"), "Odd");
  writeFileSync(join(workspace, "bom.md"), "\ufeffWith a mark");
  writeFileSync(join(workspace, "blank.md"), " \n\t\n");
  writeFileSync(join(workspace, "token.md"), "Use ghu_secret");
  writeFileSync(join(workspace, "latin1.md"), Buffer.from([0x61, 0xe4, 0x62]));
  writeFileSync(join(workspace, "largest.md"), "x".repeat(128 * 1024));
  writeFileSync(join(workspace, "larger.md"), "x".repeat(128 * 1024 + 1));
  symlinkSync(join(workspace, ".github", "prompts", "update.md"), join(workspace, "link.md"));
  symlinkSync("nowhere.md", join(workspace, "dangling.md"));
  symlinkSync(".git", join(workspace, "linked"));
  execFileSync("mkfifo", [join(workspace, "pipe.md")]);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const file = (path: string, secrets: readonly string[] = []) =>
  readPrompt({ kind: "file", path }, workspace, secrets);

const text = (given: string, secrets: readonly string[] = []) =>
  readPrompt({ kind: "text", text: given }, "", secrets);

describe("a prompt from a file", () => {
  it.each([
    [".github/prompts/update.md", "Update\nall of it: ä\n"],
    ["./.github/../.github/prompts/update.md", "Update\nall of it: ä\n"],
    ["..odd.md", "Odd"],
    ["bom.md", "With a mark"],
  ])("is the text of %s", (path, prompt) => {
    expect(file(path)).toBe(prompt);
  });

  it("may be named by its whole path, and have 128 KiB", () => {
    expect(file(join(workspace, "..odd.md"))).toBe("Odd");
    expect(file("largest.md")).toHaveLength(128 * 1024);
  });

  it.each([
    ["a link", "link.md", 'is a link, or goes through one ("link.md")'],
    ["a link to nothing", "dangling.md", 'is a link, or goes through one ("dangling.md")'],
    ["a file below a linked folder", "linked/config", 'is a link, or goes through one ("linked")'],
    ["git's own", ".git/config", "is under .git"],
    ["git's own by another spelling", "sub/.GIT/config", "is under .git"],
    ["git's own by a detour", ".github/../.git/config", "is under .git"],
    ["a file above the workspace", "../outside.md", "is not below the workspace"],
    ["a file elsewhere", "/etc/hostname", "is not below the workspace"],
    ["the workspace itself", ".", "is not below the workspace"],
    ["the folder above", "..", "is not below the workspace"],
    ["a folder", ".github/prompts", "is not a regular file"],
    ["a named pipe", "pipe.md", "is not a regular file"],
    ["a file that is too large", "larger.md", "has 131073 bytes"],
    ["a file in another encoding", "latin1.md", "is not valid UTF-8"],
    ["a file that is not there", "none.md", "does not exist"],
    ["a file below a file", "..odd.md/x", "cannot be read (ENOTDIR)"],
  ])("is not %s", (_what, path, why) => {
    const read = () => file(path);
    expect(read).toThrow(InputError);
    expect(read).toThrow(
      `Input prompt_file is ${JSON.stringify(path)}, which ${why}. Allowed: a UTF-8 text file in the workspace ` +
        "(actions/checkout must have run before), not under .git and not a link, of at most 128 KiB.",
    );
  });

  it("needs a workspace", () => {
    const read = () => readPrompt({ kind: "file", path: "a.md" }, "", []);
    expect(read).toThrow('"a.md", which cannot be looked up: GITHUB_WORKSPACE is not set.');
  });

  it("is refused where it is blank, or holds a token, without showing that", () => {
    expect(() => file("blank.md")).toThrow(
      "Input prompt_file gives a blank prompt. It must tell the agent what to do.",
    );
    const read = () => file("token.md", ["", "ghu_secret"]);
    expect(read).toThrow(InputError);
    expect(read).toThrow(
      /^Input prompt_file gives a prompt that contains one of the tokens\. (?!.*ghu_secret)/,
    );
  });
});

describe("a prompt from the input", () => {
  it("is its text, as it is", () => {
    expect(text("Do it\n::now", ["", "ghu_secret"])).toBe("Do it\n::now");
  });

  it("is refused where it is blank, or holds a token", () => {
    expect(() => text(" \n ")).toThrow(
      "Input prompt gives a blank prompt. It must tell the agent what to do.",
    );
    expect(() => text("xghu_secretx", ["ghu_secret"])).toThrow(
      "Input prompt gives a prompt that contains one of the tokens. GitHub stores and shows prompts. Remove the " +
        "token from the prompt, and revoke it if it was in a file or an issue.",
    );
  });
});

describe("the prompt as sent", () => {
  it("ends with the trace, a line of its own after a blank one", () => {
    expect(composePrompt("Do it\n\n \n", "Started by X")).toBe("Do it\n\nStarted by X");
    expect(composePrompt("Started by Y", "Started by X").split("\n").at(-1)).toBe("Started by X");
  });

  it("is as given without a trace", () => {
    expect(composePrompt("Do it\n", null)).toBe("Do it\n");
  });
});
