import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { composePrompt, readPrompt } from "../../../src/prompt/compose.ts";
import { InputError } from "../../../src/runner/input-error.ts";
import { shareErrorsWithNode } from "../../support/builders.ts";

shareErrorsWithNode();

let folder = "";
let workspace = "";
let temp = "";

const NOWHERE = { workspace: "", temp: "", ownFiles: [] };

const OTHER_UUID = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const UUID = "0f9c2a6e-3d5b-4a53-9a3e-4b8f5f1c0d11";

/** What the runner and actions keep under RUNNER_TEMP. */
const KEPT = [
  "_github_workflow/event.json",
  "_github_home/.bashrc",
  "_runner_file_commands/set_output_1",
  "_actions/octo/x/README.md",
  `git-credentials-${UUID}.config`,
  `Git-Credentials-${UUID}.config`,
  UUID,
  `${UUID}_known_hosts`,
  `${OTHER_UUID}/.gitconfig`,
  `${OTHER_UUID}/prompt.md`,
  `${UUID}.sh`,
  `${UUID.toUpperCase()}.ps1`,
  ".npmrc",
  "docker/.docker/config.json",
  "private-key.asc",
  "key.pem",
  "outputs",
] as const;

const GENERATED = ["prompt.md", "prompt", "prompts/a b.txt", "rotate-credentials.md"] as const;

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
  temp = join(folder, "_temp");
  for (const path of KEPT) {
    mkdirSync(dirname(join(temp, path)), { recursive: true });
    writeFileSync(join(temp, path), "secret");
  }
  for (const path of GENERATED) {
    mkdirSync(dirname(join(temp, path)), { recursive: true });
    writeFileSync(join(temp, path), "Generated");
  }
  symlinkSync(join(workspace, "..odd.md"), join(temp, "link.md"));
  symlinkSync(temp, join(workspace, "temp"));
  execFileSync("mkfifo", [join(workspace, "pipe.md")]);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const file = (path: string, secrets: readonly string[] = []) =>
  readPrompt({ kind: "file", path }, { workspace, temp, ownFiles: [join(temp, "outputs")] }, secrets);

const text = (given: string, secrets: readonly string[] = []) =>
  readPrompt({ kind: "text", text: given }, NOWHERE, secrets);

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
    ["a file above the workspace", "../outside.md", "is not below the workspace or RUNNER_TEMP"],
    ["a file elsewhere", "/etc/hostname", "is not below the workspace or RUNNER_TEMP"],
    ["the workspace itself", ".", "is not below the workspace or RUNNER_TEMP"],
    ["the folder above", "..", "is not below the workspace or RUNNER_TEMP"],
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
        "(actions/checkout must have run before) or under RUNNER_TEMP, not under .git and not a link, of at most 128 KiB.",
    );
  });

  it.each(GENERATED)("may be generated under RUNNER_TEMP: %s", (path) => {
    expect(file(join(temp, path))).toBe("Generated");
    const only = { ...NOWHERE, temp };
    expect(readPrompt({ kind: "file", path: join(temp, path) }, only, [])).toBe("Generated");
  });

  it.each(KEPT)("may not be what the runner or an action keeps there: %s", (path) => {
    const why = "belongs to the runner or to another action";
    expect(() => file(join(temp, path))).toThrow(why);
    expect(() => file(join(temp, "prompts", "..", path))).toThrow(why);
    // The folder can be in the workspace, or be the workspace.
    for (const root of [folder, temp]) {
      const read = () =>
        readPrompt(
          { kind: "file", path: join(temp, path) },
          { workspace: root, temp, ownFiles: [join(temp, "outputs")] },
          [],
        );
      expect(read).toThrow(why);
    }
  });

  it("may be in a workspace that is under RUNNER_TEMP", () => {
    mkdirSync(join(temp, "_work", "repo"), { recursive: true });
    writeFileSync(join(temp, "_work", "repo", "_prompt.md"), "In the workspace");
    const folders = { workspace: join(temp, "_work", "repo"), temp, ownFiles: [] };
    expect(readPrompt({ kind: "file", path: "_prompt.md" }, folders, [])).toBe("In the workspace");
  });

  it("follows no link there, and none to there", () => {
    expect(() => file(join(temp, "link.md"))).toThrow('is a link, or goes through one ("link.md")');
    expect(() => file("temp/prompt.md")).toThrow('is a link, or goes through one ("temp")');
    expect(() => file(join(temp, "..", "outside.md"))).toThrow("is not below the workspace or RUNNER_TEMP");
    expect(() => file(temp)).toThrow("is not below the workspace or RUNNER_TEMP");
  });

  it("needs a workspace", () => {
    const read = () => readPrompt({ kind: "file", path: "a.md" }, NOWHERE, []);
    expect(read).toThrow('"a.md", which cannot be looked up: GITHUB_WORKSPACE is not set.');
  });

  it("is refused where it is blank, or holds a token, without showing that", () => {
    expect(() => file("blank.md")).toThrow(
      'Input prompt_file gives a blank prompt from "blank.md". It must tell the agent what to do.',
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
