import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NoOperationTraceWriter } from "@actions/workflow-parser";
import { parseAction } from "@actions/workflow-parser/actions/action-parser";
import { describe, expect, it } from "@jest/globals";
import { parseDocument } from "yaml";
import { ROOT } from "../../../tools/local-runner/run-action.ts";
import { checkWorkflow } from "../../support/workflow-rules.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const filesIn = (folder: string) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`);

const OURS = filesIn(".github/workflows");
const EXAMPLES = filesIn("docs/examples");
const FORMS = filesIn(".github/ISSUE_TEMPLATE").filter((path) => !path.endsWith("/config.yml"));
const ACTIONS = ["action.yml", "status/action.yml", "list/action.yml"];
const SETTINGS = [".github/dependabot.yml", ".github/ISSUE_TEMPLATE/config.yml"];

describe.each([...OURS, ...EXAMPLES])("%s", (path) => {
  it("breaks no rule", async () => {
    expect(await checkWorkflow(path, read(path))).toEqual([]);
  });
});

describe.each([...OURS, ...EXAMPLES, ...FORMS, ...ACTIONS, ...SETTINGS])("the YAML of %s", (path) => {
  it("has neither errors nor keys that are named twice", () => {
    const { errors, warnings } = parseDocument(read(path), { uniqueKeys: true, strict: true });
    expect([...errors, ...warnings].map(({ message }) => message)).toEqual([]);
  });
});

it.each(ACTIONS)("%s is accepted by GitHub's own parser", (path) => {
  const { context } = parseAction({ name: path, content: read(path) }, new NoOperationTraceWriter());
  expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
});

/** A text that is in the file, what it becomes, and what the check says then. */
const MUTATIONS: readonly (readonly [what: string, path: string, from: RegExp, to: string, said: RegExp])[] =
  [
    ["an action by its tag", "ci.yml", /checkout@\w{40} # v[\d.]+/, "checkout@v7", /not pinned/],
    ["an action by a branch", "ci.yml", /checkout@\w{40}/, "checkout@main", /not pinned/],
    ["a short SHA", "ci.yml", /(checkout@\w{7})\w{33}/, "$1", /not pinned/],
    ["a SHA without its version", "ci.yml", /(checkout@\w{40}) # v[\d.]+/, "$1", /no version/],
    ["a SHA with a moving version", "ci.yml", /(checkout@\w{40}) # v[\d.]+/, "$1 # v7", /no version/],
    ["an image by its tag", "ci.yml", /actions\/checkout@.*/, "docker://alpine:3", /not pinned/],
    [
      "an unpinned action in a called job",
      "fan-out.yml",
      /upload-artifact@.*/,
      "upload-artifact@v7",
      /not pinned/,
    ],
    ["an unpinned action in an example", "nightly.yml", /checkout@.*/, "checkout@v7", /not pinned/],
    [
      "an issue's title in a script",
      "ci.yml",
      /npm run demo/,
      "echo ${{ github.event.issue.title }}",
      /expression/,
    ],
    ["a branch in a script", "ci.yml", /npm run demo/, 'echo "${{ github.head_ref }}"', /expression/],
    [
      "an output in a script",
      "release.yml",
      /v\$VERSION/,
      "v${{ needs.check.outputs.version }}",
      /expression/,
    ],
    ["an input in an example's script", "nightly.yml", /gh pr /, "gh ${{ inputs.command }} ", /expression/],
    [
      "an issue's title in a script for github-script",
      "ci.yml",
      /persist-credentials: false/,
      "script: return '${{ github.event.issue.title }}'",
      /expression in script/,
    ],
    [
      "an expression as shell",
      "release.yml",
      /shell: bash/,
      "shell: ${{ github.event.action }} {0}",
      /expression/,
    ],
    ["no permissions at the top", "ci.yml", /^permissions: \{\}$/m, "", /begin with permissions/],
    ["wide permissions at the top", "ci.yml", /^permissions: \{\}$/m, "permissions: read-all", /begin with/],
    ["a job without permissions", "codeql.yml", / {4}permissions:\n(?: {6}.*\n)*/, "", /one by one/],
    [
      "a job with all permissions",
      "ci.yml",
      / {4}permissions:\n {6}contents: read/,
      "    permissions: write-all",
      /one by/,
    ],
    ["a job without a timeout", "dependency-review.yml", / {4}timeout-minutes: .*\n/, "", /timeout/],
    ["no concurrency group", "release.yml", /^concurrency:\n(?: {2}.*\n)*/m, "", /concurrency/],
    [
      "a checkout that keeps its token",
      "ci.yml",
      /persist-credentials: false/,
      "fetch-depth: 1",
      /keeps its token/,
    ],
    [
      "a permission that does not exist",
      "ci.yml",
      /contents: read/,
      "content: read",
      /GitHub's parser.*content.*actionlint.*"content"/s,
    ],
    ["a job that does not exist", "release.yml", /needs: check/, "needs: chek", /actionlint.*chek/],
    ["a key that GitHub does not know", "ci.yml", /runs-on:/, "run-on:", /GitHub's parser/],
  ];

describe("a workflow with", () => {
  it.each(MUTATIONS)("%s is caught", async (_what, name, from, to, said) => {
    const path = [...OURS, ...EXAMPLES].find((file) => file.endsWith(`/${name}`)) ?? "";
    const content = read(path);
    const mutated = content.replace(from, to);
    expect(mutated).not.toBe(content);
    const found = await checkWorkflow(path, mutated);
    expect(found).not.toEqual([]);
    expect(found.join("\n")).toMatch(said);
  });
});

describe("ci.yml", () => {
  it("runs the command that the README gives, and what the gate runs", () => {
    const ci = read(".github/workflows/ci.yml");
    expect(read("README.md")).toContain("\nnpm ci && npm test\n");
    expect(ci).toContain("run: npm ci && npm test\n");
    for (const command of read(".ci/run").match(/^npm .*/gm) ?? []) {
      expect(ci).toContain(command);
    }
  });

  it("names only scripts that there are", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const named = OURS.flatMap((path) =>
      [...read(path).matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name),
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !(name ?? "" in scripts))).toEqual([]);
  });
});

interface Field {
  readonly type: string;
  readonly id?: string;
  readonly attributes: {
    readonly label?: string;
    readonly value?: string;
    readonly options?: readonly unknown[];
  };
  readonly validations?: { readonly required: boolean };
}

describe.each(FORMS)("the form %s", (path) => {
  const form = parseDocument(read(path)).toJS();
  const fields: readonly Field[] = form.body;

  it("has what GitHub requires of a form", () => {
    expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
    const asked = fields.filter(({ type }) => type !== "markdown");
    expect(asked.length).toBeGreaterThan(0);
    for (const { type, id, attributes } of asked) {
      expect(["textarea", "input", "dropdown", "checkboxes"]).toContain(type);
      expect(id).toMatch(/^[\w-]+$/);
      expect(attributes.label).toMatch(/./);
      expect(attributes.options?.every((option) => typeof option === "string") ?? true).toBe(true);
      expect(attributes.options !== undefined).toBe(type === "dropdown");
    }
    for (const values of [asked.map(({ id }) => id), asked.map(({ attributes }) => attributes.label)]) {
      expect(new Set(values).size).toBe(values.length);
    }
  });
});

it("the form for faults asks for what CONTRIBUTING.md asks for", () => {
  const fields: readonly Field[] = parseDocument(read(".github/ISSUE_TEMPLATE/bug.yml")).toJS().body;
  const required = fields.filter(({ validations }) => validations?.required).map(({ id }) => id);
  expect(required).toEqual(
    expect.arrayContaining(["message", "with", "log", "token", "action-version", "runner"]),
  );
  expect(read("CONTRIBUTING.md")).toMatch(/## Reporting a problem\n\n[^#]*debug\s+logging/);
});
