import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { UsageError } from "../../../tools/command-line.ts";
import { WorkflowError } from "../../../tools/local-runner/locate.ts";
import { isTriggeredBy } from "../../../tools/local-runner/triggers.ts";
import { parseUses } from "../../../tools/local-runner/uses.ts";
import { readWorkflow, type Workflow } from "../../../tools/local-runner/workflow-file.ts";
import { toJson } from "../../../tools/local-runner/yaml.ts";
import { defaultScenario } from "../../../tools/simulator/default-scenario.ts";
import { type ChosenEvent, chooseEvent, type Payload } from "../../../tools/try/choose-event.ts";
import { chooseInputs } from "../../../tools/try/inputs.ts";
import { chooseJobs } from "../../../tools/try/jobs.ts";
import { completePayload } from "../../../tools/try/payload.ts";
import { findSecrets } from "../../../tools/try/secrets.ts";
import { withEvent } from "../../../tools/try/world.ts";
import { example } from "../../support/workflow-harness.ts";

const folder = mkdtempSync(join(tmpdir(), "try-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads a workflow that is given as the text of a file. */
function read(content: string): Promise<Workflow> {
  const path = join(folder, "test.yml");
  writeFileSync(path, content);
  return readWorkflow(path, { defaultPermissions: {} });
}

/** A workflow with these events, as YAML, and one job. */
const startedBy = (on: string) =>
  read(`on: ${on}\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n`);

describe("the event", () => {
  it.each([
    "workflow_dispatch",
    "[push, workflow_dispatch]",
    "{ workflow_dispatch: }",
    "{ workflow_dispatch: {} }",
    "{ workflow_dispatch: { inputs: { prompt: { required: true } } } }",
    "{ issues: { types: [labeled] }, workflow_dispatch: }",
  ])("of on: %s is workflow_dispatch", async (on) => {
    const workflow = await startedBy(on);
    expect(chooseEvent(workflow, {})).toEqual({ name: "workflow_dispatch", payload: {} });
    expect(isTriggeredBy(workflow, { name: "workflow_dispatch", payload: {} })).toBe(true);
  });

  it.each<[string, string, string | undefined, unknown, string]>([
    [
      "the first one without a payload",
      "{ issues: , schedule: [{ cron: '1 1 1 1 1' }] }",
      undefined,
      undefined,
      "schedule",
    ],
    ["the first one", "[push, issue_comment, issues]", undefined, undefined, "issue_comment"],
    ["the named one", "[schedule, issues]", "issues", undefined, "issues"],
    ["that of an issue", "[issues, issue_comment]", undefined, { issue: {} }, "issues"],
    ["that of a comment", "[issues, issue_comment]", undefined, { issue: {}, comment: {} }, "issue_comment"],
    ["that of a run", "[workflow_run, issues]", undefined, { workflow_run: {} }, "workflow_run"],
    ["that of inputs", "[schedule, workflow_dispatch]", undefined, { inputs: {} }, "workflow_dispatch"],
    ["the only one", "issues", undefined, {}, "issues"],
    [
      "that of a context",
      "[schedule, issues]",
      undefined,
      { event_name: "issues", event: { action: "x" } },
      "issues",
    ],
  ])("is %s", async (_what, on, name, content, expected) => {
    const file = content === undefined ? undefined : { path: "event.json", content };
    expect(chooseEvent(await startedBy(on), { name, file }).name).toBe(expected);
  });

  it.each<[string, string, string | undefined, unknown, RegExp]>([
    [
      "cannot be run",
      "push",
      undefined,
      undefined,
      /^test\.yml:1: the event push cannot be run here\. These can: /,
    ],
    ["is another's", "issues", "push", undefined, /^The event push does not start .* by issues\.$/],
    [
      "is of another payload",
      "issues",
      undefined,
      { issue: {}, comment: {} },
      /issue_comment, which event\.json is of/,
    ],
    [
      "is not clear",
      "[schedule, workflow_dispatch]",
      undefined,
      {},
      /--event-name with one of schedule, workflow_d/,
    ],
    ["has no payload", "issues", undefined, [], /^event\.json is no payload/],
  ])("that %s is refused", async (_what, on, name, content, message) => {
    const workflow = await startedBy(on);
    const file = content === undefined ? undefined : { path: "event.json", content };
    expect(() => chooseEvent(workflow, { name, file })).toThrow(UsageError);
    expect(() => chooseEvent(workflow, { name, file })).toThrow(message);
  });
});

describe("the payload", () => {
  const complete = async (path: string, event: ChosenEvent): Promise<Payload> =>
    completePayload(event, {
      repository: "octo-org/hello-world",
      scenario: defaultScenario(),
      actor: "octocat",
      now: Date.parse("2026-11-23T08:00:00Z"),
      workflow: await readWorkflow(path),
    });

  it("is by default one that the workflow's conditions are about", async () => {
    const labelled = await complete(example("label.yml"), { name: "issues", payload: {} });
    expect(labelled).toMatchObject({
      action: "labeled",
      label: { name: "agent" },
      issue: { number: 1, title: "The greeting is wrong", labels: [{ name: "agent" }] },
      sender: { login: "octocat" },
      repository: { full_name: "octo-org/hello-world", private: true },
    });
    const commented = await complete(example("slash-command.yml"), { name: "issue_comment", payload: {} });
    expect(commented).toMatchObject({ action: "created", comment: { body: "/agent" }, issue: { number: 1 } });
    const failed = await complete(example("fix-failed-ci.yml"), { name: "workflow_run", payload: {} });
    expect(failed).toMatchObject({
      workflow_run: { name: "CI", head_branch: "main", conclusion: "failure" },
    });
  });

  it("keeps what is given, and fills in the rest", async () => {
    const payload = { label: { name: "bug" }, issue: { number: 7, title: "It breaks" } };
    const completed = await complete(example("label.yml"), { name: "issues", payload });
    expect(completed).toMatchObject({
      action: "labeled",
      label: { name: "bug" },
      issue: {
        number: 7,
        title: "It breaks",
        html_url: "https://github.com/octo-org/hello-world/issues/7",
        user: { login: "octocat" },
      },
    });
    const world = withEvent(defaultScenario(), "octo-org/hello-world", completed);
    expect(world.repositories["octo-org/hello-world"]?.issues?.map(({ number }) => number)).toEqual([1, 7]);
  });

  it("adds its repository, its comment and its sender to what GitHub has, but no permission that it denies", () => {
    const world = withEvent(defaultScenario(), "my-org/app", {
      sender: { login: "mona" },
      issue: { number: 3, title: "T", user: { login: "hubot" } },
      comment: { id: 5, body: "/agent", user: { login: "mona" } },
    });
    const known = withEvent(defaultScenario(), "octo-org/hello-world", { sender: { login: "outsider" } });
    expect(known.repositories["octo-org/hello-world"]?.permissions).toEqual({ octocat: "admin" });
    expect(world.repositories["my-org/app"]).toMatchObject({
      permissions: { mona: "write" },
      issues: [
        { number: 3, title: "T", user: "hubot", comments: [{ id: "5", user: "mona", body: "/agent" }] },
      ],
    });
  });
});

describe("the inputs", () => {
  const on = {
    workflow_dispatch: {
      inputs: {
        prompt: { required: true, description: "What to do" },
        dry: { type: "boolean", required: true },
        size: { type: "number", default: 3 },
        where: { type: "choice", options: ["x", "y"] },
      },
    },
  };
  const dispatch = (payload: Payload = {}): ChosenEvent => ({ name: "workflow_dispatch", payload });

  it("are those that are given, and an example for each that is missing", () => {
    const { values, payload, notes } = chooseInputs(dispatch({ inputs: { dry: true } }), { on }, ["size=5"]);
    expect(values).toEqual({ dry: true, size: 5, prompt: "Example: What to do" });
    expect(payload).toEqual({ inputs: { dry: "true", size: "5", prompt: "Example: What to do" } });
    expect(notes).toEqual([expect.stringMatching(/^The input prompt is required\. .*--input\.$/)]);
  });

  it.each<[string, ChosenEvent, readonly string[], RegExp]>([
    ["unknown", dispatch(), ["promt=x"], /no input promt\. It has prompt, dry, size, where\./],
    ["without a value", dispatch(), ["prompt"], /--input is NAME=VALUE, not "prompt"/],
    ["of another type", dispatch(), ["dry=yes"], /The input dry is no boolean: "yes"/],
    ["of another event", { name: "issues", payload: {} }, ["a=b"], /The event issues has no inputs/],
  ])("that are %s are refused", (_what, event, given, message) => {
    expect(() => chooseInputs(event, { on }, given)).toThrow(message);
  });
});

it("a job is run with those that it needs", () => {
  const jobs = [
    { id: "a", needs: [] },
    { id: "b", needs: ["a"] },
    { id: "c", needs: ["b"] },
    { id: "d", needs: [] },
  ];
  expect(chooseJobs(jobs, "c")).toEqual(["c", "b", "a"]);
  expect(() => chooseJobs(jobs, "x")).toThrow("There is no job x. The jobs are: a, b, c, d.");
});

it("the secrets that become a token are those that an action gets, also by way of a variable", async () => {
  const workflow = await read(`
on: workflow_dispatch
env: { OUTER: "\${{ secrets.THIRD }}" }
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: me/agent-task-action@main
        with: { token: "\${{ secrets.first || secrets['SECOND'] }}", github_token: "\${{ secrets.GITHUB_TOKEN }}" }
      - uses: ./status
        with: { token: "\${{ env.OUTER }}", task_id: "\${{ secrets.NUMBER }}" }
      - run: curl "\${{ secrets.HOOK }}"
  b:
    uses: ./.github/workflows/test.yml
    secrets: { token: "\${{ secrets.FOURTH }}" }
`);
  expect(findSecrets(workflow)).toEqual({
    tokens: ["THIRD", "first", "SECOND", "FOURTH"],
    others: ["NUMBER", "HOOK"],
  });
});

it.each<[string, object | null]>([
  ["OWNER/agent-task-action@v1", { action: ".", repository: "OWNER/agent-task-action", ref: "v1" }],
  [
    "octo/agent-task-action/status@0123abc",
    { action: "status", repository: "octo/agent-task-action", ref: "0123abc" },
  ],
  ["octo/agent-task-action/list@main", { action: "list" }],
  ["./", { action: "." }],
  ["./status", { action: "status" }],
  ["octo/agent-task-action/other@v1", null],
  ["octo/agent-task-action", null],
  ["octo/other-action@v1", null],
  ["./.github/actions/own", null],
  ["docker://alpine", null],
])("uses: %s is %j", (uses, expected) => {
  const used = parseUses(uses);
  expect(used).toEqual(expected === null ? null : expect.objectContaining({ kind: "ours", ...expected }));
});

describe("what cannot be run", () => {
  it("is named with its line, all of it", async () => {
    const reading = read(`
on: push
defaults: { run: { shell: sh } }
jobs:
  a:
    runs-on: windows-latest
    services: { db: { image: postgres } }
    strategy:
      matrix:
        include: [{ a: 1 }]
    steps:
      - uses: actions/setup-node@v4
      - uses: octo/agent-task-action@v1
        with:
          promt: x
      - run: |
          echo "\${{ hashFiles('**') }}"
        shell: pwsh
      - run: echo
        working-directory: x
  b:
    permissions: read-all
    uses: octo/other/.github/workflows/x.yml@v1
    secrets: inherit
`);
    await expect(reading).rejects.toThrow(WorkflowError);
    await expect(reading).rejects.toMatchObject({
      lines: [
        'test.yml:3: "defaults" cannot be run here.',
        "test.yml:6: Job a runs on another machine than ubuntu-latest.",
        'test.yml:7: "services" of job a cannot be run here.',
        'test.yml:9: The matrix of job a cannot be run here without "fail-fast: false".',
        "test.yml:10: The matrix of job a cannot be run here: include.",
        "test.yml:12: The action actions/setup-node@v4 cannot be run here.",
        "test.yml:15: The action has no input promt.",
        "test.yml:16: The function hashFiles cannot be run here.",
        "test.yml:18: The shell pwsh cannot be run here.",
        'test.yml:20: "working-directory" of a step cannot be run here.',
        "test.yml:22: permissions: read-all is not a list of permissions. Name each of them.",
        "test.yml:23: The workflow octo/other/.github/workflows/x.yml@v1 cannot be called here.",
        "test.yml:24: secrets: inherit cannot be run here. Name each of them.",
      ],
    });
  });

  it("are outputs that our actions do not have, in the steps and outputs of a job", async () => {
    const reading = read(`
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    permissions: {}
    outputs:
      link: \${{ steps.Agent.outputs.pull_request }}
      url: \${{ steps.agent.outputs.pull_request_url }}
    steps:
      - id: agent
        uses: octo/agent-task-action@v1
      - id: other
        run: echo "link=x" >> "$GITHUB_OUTPUT"
      - if: steps.other.outputs.link != '' && steps.agent.outputs.ID != ''
        run: echo
`);
    await expect(reading).rejects.toMatchObject({
      lines: [
        "test.yml:8: The action of step Agent has no output pull_request.",
        "test.yml:15: The action of step agent has no output ID.",
      ],
    });
  });

  it.each([
    ["a: [1\n", /^test\.yml:2: this is not YAML: /],
    ["- uses: x\n", /^test\.yml: this is no workflow: /],
    ["", /^test\.yml: this is no workflow: /],
    [
      "on: push\njobs:\n  a:\n    runs-on: x\n    stepps: []\n",
      /^test\.yml:5: not accepted by GitHub: Unexpected/m,
    ],
  ])("is %j", async (content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });
});

it("YAML as JSON has the same content on the same lines", () => {
  const yaml = `
a: &x
  text: |
    one "two"
      'three'
  list: [1, true,
    ~, "s"]
# comment
b: *x
c:
  - d:
  - {e: f}
`;
  const converted = toJson(yaml);
  expect(converted).toEqual({ json: expect.any(String) });
  const json = "json" in converted ? converted.json : "";
  expect(JSON.parse(json)).toEqual(parse(yaml));
  const lineOf = (text: string) => json.split("\n").findIndex((line) => line.includes(text)) + 1;
  expect(['"a"', '"text"', '"list"', '"b"', '"c"', '"e"'].map(lineOf)).toEqual([2, 3, 6, 9, 10, 12]);
});
