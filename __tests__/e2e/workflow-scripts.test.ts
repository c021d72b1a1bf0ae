import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { ROOT, runProcess } from "../../tools/local-runner/run-action.ts";
import { runnerCommandsAndFiles } from "../support/workflow-script-files.ts";

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly name?: string; readonly run?: string }[] }>
  >;
}

/** What a stand-in prints for a call that begins with these words, and its exit status; the first that fits counts. */
type Answers = readonly (readonly [call: string, prints: string, exitCode?: number])[];

/** A step's script, run by bash as the runner does, with stand-ins for `gh` and `node`. */
async function runScript(
  [file, job, name]: readonly [file: string, job: string, name: string],
  answers: Answers,
  env: Readonly<Record<string, string>> = {},
) {
  const workflow: Workflow = parse(readFileSync(join(ROOT, ".github/workflows", file), "utf8"));
  const script = workflow.jobs[job]?.steps.find((step) => step.name === name)?.run;
  if (script === undefined) {
    throw new Error(`${file} has no step ${name} in ${job}.`);
  }
  const folder = mkdtempSync(join(tmpdir(), "script-"));
  try {
    const files = runnerCommandsAndFiles(folder, answers);
    writeFileSync(join(folder, "script.sh"), `cd ${folder}\n${script}`);
    const ended = await runProcess("bash", ["-eo", "pipefail", join(folder, "script.sh")], {
      ...files.env,
      ...env,
    });
    return { ...ended, ...files.read() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("api-description.yml", () => {
  const COMPARE = [
    "api-description.yml",
    "compare",
    "Compare GitHub's description with the committed slice",
  ] as const;
  const REPORT = ["api-description.yml", "report", "Open or update the issue"] as const;
  const report = { REPORT: "- New endpoint: `POST /agents/x`\n$(touch injected) `date`" };

  it("reports a difference, and knows it from a comparison that failed", async () => {
    const same = await runScript(COMPARE, [
      ["node tools", "The slice is the same"],
      ["node --print", "uuid"],
    ]);
    expect(same).toMatchObject({ exitCode: 0, outputs: { differs: "0" } });
    const differs = await runScript(COMPARE, [
      ["node tools", "- Gone", 1],
      ["node --print", "uuid"],
    ]);
    expect(differs).toMatchObject({ exitCode: 0, outputs: { differs: "1", report: "- Gone" } });
    expect(differs.summary).toContain("- Gone");
    // Without a report: Node.js itself ended with 1.
    for (const failed of [["node tools", "", 1] as const, ["node tools", "", 2] as const]) {
      expect(await runScript(COMPARE, [failed])).toMatchObject({ exitCode: 1, outputs: {} });
    }
  });

  it("opens an issue if none is open, with the report as it is", async () => {
    const { exitCode, calls, bodies, injected } = await runScript(REPORT, [], report);
    expect(exitCode).toBe(0);
    expect(calls.map((call) => call.split(" ").slice(0, 3).join(" "))).toEqual([
      "gh label create",
      "gh issue list",
      "gh issue create",
    ]);
    expect(injected).toBe(false);
    expect(bodies).toEqual([`${report.REPORT}\n`]);
  });

  it("updates the open issue if the report has changed, and only then", async () => {
    const open = ["gh issue list", "12"] as const;
    const changed = await runScript(REPORT, [open, ["gh issue view", "- Another"]], report);
    expect(changed.calls.slice(-2)).toEqual([
      "gh issue edit 12 --body-file report.md",
      expect.stringMatching(/^gh issue comment 12 /),
    ]);
    expect(changed.bodies).toEqual([`${report.REPORT}\n`]);
    const same = await runScript(REPORT, [open, ["gh issue view", report.REPORT]], report);
    expect(same.calls.at(-1)).toMatch(/^gh issue view 12 /);
  });

  it("opens no second issue if the list cannot be read", async () => {
    const { exitCode, calls } = await runScript(REPORT, [["gh issue list", "", 1]], report);
    expect(exitCode).not.toBe(0);
    expect(calls.join("\n")).not.toContain("create --title");
  });
});

describe("release.yml", () => {
  const PUBLISH = ["release.yml", "publish", "Publish the release"] as const;
  const MOVE = ["release.yml", "publish", "Move the tag of the major version"] as const;
  const SHA = "0123456789abcdef0123456789abcdef01234567";
  const env = { VERSION: "1.10.0", GITHUB_SHA: SHA, GITHUB_REPOSITORY: "octo/action" };
  const commit = ["gh api repos/octo/action/commits/v1.10.0", SHA] as const;
  const immutable = ["gh api repos/octo/action/releases/tags/v1.10.0", "true"] as const;
  const made = (calls: readonly string[]) =>
    calls
      .map((call) => /^gh release (create|delete|edit)/.exec(call)?.[1] ?? "")
      .filter((verb) => verb !== "");

  it.each([
    ["a new one", ["gh release view", "", 1] as const, ["create", "edit"]],
    [
      "one whose draft an earlier attempt left",
      ["gh release view", "true"] as const,
      ["delete", "create", "edit"],
    ],
    ["one that is published already", ["gh release view", "false"] as const, []],
  ])("publishes %s as a draft that is complete", async (_what, view, expected) => {
    const { exitCode, calls } = await runScript(PUBLISH, [view, commit, immutable], env);
    expect(exitCode).toBe(0);
    expect(made(calls)).toEqual(expected);
    for (const call of calls.filter((text) => text.startsWith("gh release create"))) {
      expect(call).toContain(`v1.10.0 agent-task-action-1.10.0.tar.gz --draft --target ${SHA}`);
    }
  });

  it.each([
    ["the release is of another commit", [[commit[0], "f".repeat(40)], immutable]],
    ["the release can be changed", [commit, [immutable[0], "false"]]],
    ["GitHub does not say", [commit, [immutable[0], "", 1]]],
  ] satisfies [string, Answers][])("fails before the tag moves if %s", async (_what, answers) => {
    const { exitCode } = await runScript(PUBLISH, [["gh release view", "false"], ...answers], env);
    expect(exitCode).toBe(1);
  });

  const tags = (...names: string[]) =>
    [
      "gh api --paginate repos/octo/action/git/matching-refs/tags/v1.",
      names.map((name) => `refs/tags/${name}`).join("\n"),
    ] as const;
  const REF = "gh api repos/octo/action/git/ref/tags/v1";

  it.each([
    [
      "moves it",
      [tags("v1.9.0", "v1.10.0")],
      `--method PATCH repos/octo/action/git/refs/tags/v1 -f sha=${SHA} -F force=true`,
    ],
    [
      "moves it although the list lacks the new one",
      [tags("v1.9.0")],
      `--method PATCH repos/octo/action/git/refs/tags/v1 -f sha=${SHA} -F force=true`,
    ],
    [
      "creates it",
      [tags("v1.10.0"), [REF, "", 1]],
      `--method POST repos/octo/action/git/refs -f ref=refs/tags/v1 -f sha=${SHA}`,
    ],
  ] satisfies [string, Answers, string][])(
    "%s, the tag of the major version",
    async (_what, answers, expected) => {
      const { exitCode, calls } = await runScript(MOVE, answers, env);
      expect(exitCode).toBe(0);
      expect(calls.at(-1)).toContain(expected);
    },
  );

  it.each([
    ["a newer version is released", [tags("v1.9.0", "v1.10.0", "v1.11.0")], 0],
    ["the tags cannot be read", [[tags()[0], "", 1]], 1],
  ] satisfies [string, Answers, number][])("leaves that tag alone if %s", async (_what, answers, status) => {
    const { exitCode, calls } = await runScript(MOVE, answers, env);
    expect(exitCode).toBe(status);
    expect(calls.join("\n")).not.toContain("--method");
  });
});
