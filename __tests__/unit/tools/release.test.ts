import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { makeReleaseNotes, readVersion } from "../../../tools/build/release-notes.ts";
import { pinOwnAction } from "../../../tools/build/release-pin.ts";
import { fillRepository, PLACEHOLDER } from "../../../tools/build/repository.ts";
import { OWN_REPOSITORY } from "../../../tools/local-runner/own-repository.ts";
import { ROOT, runProcess } from "../../../tools/local-runner/run-action.ts";

const CHANGELOG = `# Changelog

## [Unreleased]

## [1.10.0] - 2026-12-01

### Added

- A second input, which takes a list that is
  written on more lines.
- Another one.

  A paragraph of it
  on two lines.

\`\`\`yaml
with:
  a: 1
\`\`\`

### Fixed

- A fault.

## [1.1.0] - 2026-11-01

- The first one.
`;

const NOTES = `### Added

- A second input, which takes a list that is written on more lines.
- Another one.

  A paragraph of it on two lines.

\`\`\`yaml
with:
  a: 1
\`\`\`

### Fixed

- A fault.
`;

describe("the notes of a release", () => {
  it("are the version's section, with each paragraph on one line", () => {
    expect(makeReleaseNotes(CHANGELOG, "1.10.0")).toBe(NOTES);
    expect(makeReleaseNotes(CHANGELOG.replaceAll("\n", "\r\n"), "1.10.0")).toBe(NOTES);
    expect(makeReleaseNotes(CHANGELOG, "1.1.0")).toBe("- The first one.\n");
  });

  it.each([
    ["has no section", CHANGELOG, "1.1.1"],
    ["has a section of a longer version", CHANGELOG.replace("[1.1.0]", "[1.1.01]"), "1.1.0"],
    ["has a section without a date", CHANGELOG.replace(" - 2026-11-01", ""), "1.1.0"],
    ["has an empty section", CHANGELOG.replace("- The first one.", ""), "1.1.0"],
    [
      "has changes that are not released",
      CHANGELOG.replace("[Unreleased]\n", "[Unreleased]\n\n- New.\n"),
      "1.10.0",
    ],
  ])("cannot be made if the changelog %s", (_what, changelog, version) => {
    expect(() => makeReleaseNotes(changelog, version)).toThrow("CHANGELOG.md");
  });
});

describe("the version of a release", () => {
  it("is the one of package.json and of package-lock.json", () => {
    expect(readVersion('{"version":"1.2.3"}', '{"version":"1.2.3"}')).toBe("1.2.3");
    expect(() => readVersion('{"version":"1.2.3"}', '{"version":"1.2.2"}')).toThrow("package-lock.json");
  });

  it.each(["1.2", "v1.2.3", "1.2.3-beta.1", "01.2.3", "1.2.3\n", ""])("is not %j", (version) => {
    const manifest = JSON.stringify({ version });
    expect(() => readVersion(manifest, manifest)).toThrow("not of the form");
  });
});

describe("the workflow that others call", () => {
  const workflow = readFileSync(join(ROOT, ".github/workflows/fan-out.yml"), "utf8");
  const commit = "0123456789abcdef0123456789abcdef01234567";

  const own = { repository: "octo/actions.v1", version: "1.2.3" };
  const hosted = fillRepository(workflow, OWN_REPOSITORY, own.repository);

  it("uses the action of a release by its commit, and is otherwise the same", () => {
    const pinned = pinOwnAction(hosted, own, commit);
    expect(pinned).toContain(`uses: octo/actions.v1@${commit} # v1.2.3\n`);
    expect(JSON.stringify(parse(pinned))).toBe(
      JSON.stringify(parse(hosted)).replaceAll("octo/actions.v1@v1", `octo/actions.v1@${commit}`),
    );
  });

  it.each([
    ["the workflow does not use it", "on: push\n", own, commit],
    ["the workflow uses another one", workflow, { ...own, repository: "octo/other" }, commit],
    ["nobody hosts the repository yet", hosted, { ...own, repository: PLACEHOLDER }, commit],
    ["the commit is none", hosted, own, "v1"],
  ])("cannot be pinned if %s", (_what, content, release, sha) => {
    expect(() => pinOwnAction(content, release, sha)).toThrow();
  });
});

describe("npm run release:pin", () => {
  const folder = mkdtempSync(join(tmpdir(), "release-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const author = ["-c", "user.name=Mona", "-c", "user.email=mona@example.com", "-c", "commit.gpgsign=false"];
  const commit = (...options: string[]) => {
    execFileSync("git", ["add", "--all"], { cwd: folder });
    execFileSync("git", [...author, "commit", "--quiet", "--message", "A commit", ...options], {
      cwd: folder,
    });
  };
  const pin = (...parameters: string[]) =>
    runProcess(process.execPath, [join(folder, "tools/build/release-pin.ts"), ...parameters], {
      PATH: process.env.PATH ?? "",
    });

  it("makes the last commit of a release, and takes no other for it", async () => {
    for (const path of ["tools/command-line.ts", "tools/build/release-pin.ts", "tools/build/repository.ts"]) {
      cpSync(join(ROOT, path), join(folder, path));
    }
    const workflow = ".github/workflows/fan-out.yml";
    const content = readFileSync(join(ROOT, workflow), "utf8");
    mkdirSync(join(folder, ".github/workflows"), { recursive: true });
    writeFileSync(join(folder, workflow), fillRepository(content, OWN_REPOSITORY, "octo/action"));
    const manifest = { type: "module", version: "1.2.3", repository: "github:octo/action" };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    execFileSync("git", ["init", "--quiet"], { cwd: folder });
    commit();
    expect(await pin()).toMatchObject({ exitCode: 0, stderr: "" });
    commit();
    expect(await pin("--check", "octo/action")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await pin("--check", "hubot/action")).toMatchObject({ exitCode: 1 });
    writeFileSync(join(folder, "more.txt"), "");
    commit("--amend");
    const { exitCode, stderr } = await pin("--check", "octo/action");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^The last commit is not [^\n]*more\.txt\.\n$/);
  });
});

describe("tools/build/release-notes.ts", () => {
  const run = (...parameters: string[]) =>
    runProcess(process.execPath, [join(ROOT, "tools/build/release-notes.ts"), ...parameters], {});

  it("explains itself, and refuses arguments that it does not know in one line", async () => {
    expect(await run("--help")).toMatchObject({ exitCode: 0, stderr: "" });
    const refused = await run("--wrong");
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toMatch(/^[^\n]*--wrong[^\n]*\n$/);
  });
});
