import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { OWN_REPOSITORY } from "../../tools/local-runner/own-repository.ts";
import { ROOT, runProcess } from "../../tools/local-runner/run-action.ts";
import { COMPILE_CACHE } from "../support/run-dist.ts";
import { example } from "../support/workflow-harness.ts";

const folder = mkdtempSync(join(tmpdir(), "try-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | object): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** Runs `npm run try` as npm does. */
const tryWorkflow = (...parameters: string[]) =>
  runProcess(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(ROOT, "tools/try/main.ts"), ...parameters],
    { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", NODE_COMPILE_CACHE: COMPILE_CACHE },
  );

describe("npm run try", () => {
  it("runs a recipe without any settings, and prints log, outputs, summary and comment", async () => {
    const { exitCode, stdout, stderr } = await tryWorkflow(example("label.yml"));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const parts = [
      ": issues in octo-org/hello-world, triggered by octocat.",
      `=== job work, step Run ${OWN_REPOSITORY}@v1: success`,
      "--- log",
      "in_progress → completed",
      "--- outputs",
      "\nconclusion: success\n",
      "--- job summary",
      "### ✅ Agent task: success",
      "=== comment of github-actions[bot] on #1",
      "=== workflow: success",
    ];
    expect(parts.map((part) => stdout.indexOf(part))).toEqual(
      parts.map((part) => stdout.indexOf(part)).toSorted((a, b) => a - b),
    );
    expect(parts.filter((part) => !stdout.includes(part))).toEqual([]);
    expect(stdout).not.toMatch(/ghu_|ghs_|::add-mask::/);
  });

  it("runs one job with its needs, an event and a scenario of one's own, in a checkout with what is not committed", async () => {
    const workflow = file(
      "repository/.github/workflows/own.yml",
      `
on: { issues: { types: [opened] }, workflow_dispatch: }
jobs:
  first:
    runs-on: ubuntu-latest
    outputs: { id: "\${{ steps.agent.outputs.task_id }}" }
    steps:
      - uses: actions/checkout@v6
      - { id: agent, uses: me/agent-task-action@v9, with: { token: "\${{ secrets.MINE }}", prompt_file: prompt.md } }
  second:
    needs: first
    runs-on: ubuntu-latest
    steps:
      - uses: ./status
        with: { token: "\${{ secrets.MINE }}", task_id: "\${{ needs.first.outputs.id }}", wait: "true" }
      - if: failure()
        run: echo "$TITLE of \${{ github.repository }}, it's '\${{ github.event_name }}'"; gh pr list
        env: { TITLE: "\${{ github.event.issue.title }}" }
  third:
    runs-on: ubuntu-latest
    steps: [{ run: exit 1 }]
`,
    );
    execFileSync("git", ["init", "--quiet", join(folder, "repository")]);
    file("repository/prompt.md", "Fix it.\n");
    const event = file("event.json", {
      action: "opened",
      issue: { number: 7, title: "It breaks" },
      repository: { full_name: "my-org/app" },
      sender: { login: "mona" },
    });
    const scenario = file("scenario.json", {
      tokens: {
        ghu_mine: {
          login: "hubot",
          id: 1,
          type: "user",
          agent_tasks: "write",
          pulls: "read",
          contents: "read",
          issues: "none",
        },
      },
      repositories: {},
      plans: [{ steps: [{ after_seconds: 600, state: "failed", error: "npm ended with 1" }] }],
    });
    const options = ["--event", event, "--scenario", scenario, "--job", "second"];
    const { exitCode, stdout, stderr } = await tryWorkflow(workflow, ...options);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    expect(stdout).toContain(": issues in my-org/app, triggered by mona.");
    expect(stdout).toMatch(/^10 min \d+ s: queued → failed$/m);
    expect(stdout).toContain("It breaks of my-org/app, it's 'issues'\ngh is left out here");
    expect(stdout).toMatch(/^\| first +\| +\| success \|$/m);
    expect(stdout).toMatch(/^\| second +\| +\| failure \|$/m);
    expect(stdout).toMatch(/^\| third +\| +\| skipped \|$/m);
    expect(stdout).not.toMatch(/ghu_|ghs_/);
  });

  it("names all that it cannot run, each on one line, and runs nothing", async () => {
    const path = file(
      "bad.yml",
      `
on: workflow_dispatch
jobs:
  a:
    runs-on: ubuntu-latest
    container: node:24
    steps:
      - run: touch ${join(folder, "touched")}
      - uses: actions/setup-node@v4
`,
    );
    expect(await tryWorkflow(path)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `${path}:6: "container" of job a cannot be run here.\n${path}:9: The action actions/setup-node@v4 cannot be run here.\n`,
    });
  });
});
