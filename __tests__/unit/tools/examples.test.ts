import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { OWN_REPOSITORY_PATTERN } from "../../../tools/local-runner/own-repository.ts";
import { ROOT } from "../../../tools/local-runner/run-action.ts";

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly if?: string;
  readonly concurrency?: { readonly group: string };
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
  readonly concurrency?: { readonly group: string };
  readonly jobs: Readonly<Record<string, Job>>;
}

/** The workflows that others use: the examples, and the one that they call. */
const FILES = [
  ...readdirSync(join(ROOT, "docs/examples")).map((name) => `docs/examples/${name}`),
  ".github/workflows/fan-out.yml",
];
const OUR_ACTION = new RegExp(`^${OWN_REPOSITORY_PATTERN}(?:/(status|list))?@v1$`);
const OUR_WORKFLOW = new RegExp(`^${OWN_REPOSITORY_PATTERN}/(\\.github/workflows/[\\w-]+\\.yml)@v1$`);

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
});
