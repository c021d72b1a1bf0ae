import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { runStep } from "../../../tools/local-runner/run-action.ts";
import {
  runWorkflow,
  type WorkflowRun,
  type WorkflowToRun,
} from "../../../tools/local-runner/run-workflow.ts";

const DISPATCH = { name: "workflow_dispatch", payload: {} };

/** A job with these steps. */
const job = (steps: readonly object[], changes: object = {}) => ({
  "runs-on": "ubuntu-latest",
  permissions: {},
  steps,
  ...changes,
});

/** Runs a workflow that is given as data. JSON is valid YAML. */
async function run(
  jobs: object,
  more: object = {},
  given: Partial<WorkflowToRun> = {},
): Promise<WorkflowRun> {
  const folder = mkdtempSync(join(tmpdir(), "workflow-"));
  const path = join(folder, "test.yml");
  writeFileSync(path, JSON.stringify({ name: "Test", on: { workflow_dispatch: null }, jobs, ...more }));
  try {
    return await runWorkflow({
      path,
      event: DISPATCH,
      github: { repository: "octo/app", run_id: "1", run_attempt: "1" },
      secrets: { SECRET: "hidden" },
      checkOut: () => "",
      commands: folder,
      tokenOf: () => "ghs_x",
      runAction: runStep,
      ...given,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const results = ({ jobs }: WorkflowRun) =>
  Object.fromEntries(jobs.map(({ place, result }) => [place, result]));

const outcomes = ({ jobs }: WorkflowRun) => jobs.flatMap(({ steps }) => steps.map(({ outcome }) => outcome));

describe("steps", () => {
  it("run if their conditions are true, with success() by default", async () => {
    const ended = await run({
      a: job([
        { id: "first", run: "exit 1" },
        { run: "true" },
        { if: "github.run_id == '1'", run: "true" },
        { if: "failure() && steps.first.outcome == 'failure'", run: "true" },
        { if: "${{ !cancelled() }}", run: "true" },
        { if: "always()", run: "true" },
      ]),
    });
    expect(outcomes(ended)).toEqual(["failure", "skipped", "skipped", "success", "success", "success"]);
    expect(ended.result).toBe("failure");
  });

  it("pass outputs, variables and summaries on", async () => {
    const ended = await run(
      {
        a: job(
          [
            { id: "one", run: 'echo "text=a b" >> "$GITHUB_OUTPUT"; echo "LATER=$OUTER" >> "$GITHUB_ENV"' },
            {
              id: "two",
              env: { TEXT: "${{ steps.one.outputs.text }}", SHOWN: "${{ env.LATER }}" },
              run: 'echo "$TEXT, $SHOWN, $INNER" | tee -a "$GITHUB_STEP_SUMMARY"',
            },
          ],
          { env: { INNER: "${{ vars.COLOUR }}" }, outputs: { text: "${{ steps.one.outputs.text }}!" } },
        ),
        b: job([{ id: "three", env: { TEXT: "${{ needs.a.outputs.text }}" }, run: 'echo "$TEXT"' }], {
          needs: "a",
        }),
      },
      { env: { OUTER: "${{ secrets.SECRET }}" } },
      { vars: { COLOUR: "red" } },
    );
    const [a, b] = ended.jobs;
    expect(a?.steps[1]).toMatchObject({ stdout: "a b, hidden, red\n", summary: "a b, hidden, red\n" });
    expect(b?.steps[0]?.stdout).toBe("a b!\n");
  });

  it("run in the shell that they name, and bash stops at the first failing command", async () => {
    const ended = await run({
      a: job([
        { run: "console.log(1 + 1, require('node:path').sep)", shell: "node {0}" },
        { run: "false | true\ntrue" },
        { run: "false | true\ntrue", shell: "bash" },
        { if: "always()", run: "false\ntrue" },
      ]),
    });
    expect(outcomes(ended)).toEqual(["success", "success", "failure", "failure"]);
    expect(ended.jobs[0]?.steps[0]?.stdout).toBe("2 /\n");
  });

  it("keep the text of a YAML block", async () => {
    const folder = mkdtempSync(join(tmpdir(), "workflow-"));
    const path = join(folder, "block.yml");
    const lines = [
      "name: Block",
      "on: { workflow_dispatch: }",
      "permissions: {}",
      "jobs:",
      "  a:",
      "    runs-on: ubuntu-latest",
      "    steps:",
      "      - env:",
      "          TEXT: |",
      "            Run ${{ github.run_id }} of",
      "            ${{ github.repository }}",
      '        run: printf %s "$TEXT"',
    ];
    writeFileSync(path, lines.join("\n"));
    const ended = await run({ unused: job([{ run: "true" }]) }, {}, { path });
    expect(ended.jobs[0]?.steps[0]?.stdout).toBe("Run 1 of\nocto/app\n");
    rmSync(folder, { recursive: true });
  });
});

describe("jobs", () => {
  it("run after the jobs that they need, and are skipped with them", async () => {
    const fail = job([{ run: "exit 1" }]);
    const pass = job([{ run: "true" }]);
    const ended = await run({
      last: { ...pass, needs: ["skipped", "other"] },
      told: { ...pass, needs: "skipped", if: "failure()" },
      always: { ...pass, needs: "first", if: "${{ always() && needs.first.result == 'failure' }}" },
      skipped: { ...pass, needs: "first" },
      first: fail,
      other: pass,
    });
    expect(results(ended)).toEqual({
      first: "failure",
      always: "success",
      skipped: "skipped",
      other: "success",
      last: "skipped",
      told: "success",
    });
  });

  it("of a matrix run once per combination, also from JSON", async () => {
    const ended = await run({
      a: job([{ run: 'echo "$N $C"', env: { N: "${{ matrix.of.n }}", C: "${{ matrix.c }}" } }], {
        name: "Number ${{ matrix.of.n }} of ${{ strategy.job-total }}",
        strategy: {
          "fail-fast": false,
          matrix: { of: '${{ fromJSON(\'[{"n":1},{"n":2}]\') }}', c: ["x", "y"] },
        },
      }),
    });
    expect(ended.jobs.map(({ name, steps }) => [name, steps[0]?.stdout])).toEqual([
      ["Number 1 of 4", "1 x\n"],
      ["Number 1 of 4", "1 y\n"],
      ["Number 2 of 4", "2 x\n"],
      ["Number 2 of 4", "2 y\n"],
    ]);
  });

  it("run again only if they, or jobs that they need, have failed", async () => {
    const attempts = [
      { run: '[ "$N" != 2 ] || [ "$GITHUB_RUN_ATTEMPT" = 2 ]', env: { N: "${{ matrix.n }}" } },
    ];
    const jobs = {
      plan: job([{ run: "true" }]),
      work: job(attempts, { needs: "plan", strategy: { "fail-fast": false, matrix: { n: [1, 2, 3] } } }),
      gather: job([{ run: "true" }], { needs: "work", if: "always()" }),
    };
    const earlier = await run(jobs);
    expect(earlier.result).toBe("failure");
    const github = { repository: "octo/app", run_id: "1", run_attempt: "2" };
    const ended = await run(jobs, {}, { earlier, github });
    expect(ended.result).toBe("success");
    expect(ended.jobs.map(({ place, attempt }) => [place, attempt])).toEqual([
      ["plan", 1],
      ["work", 1],
      ["work", 2],
      ["work", 1],
      ["gather", 2],
    ]);
  });
});

describe("an error is", () => {
  const step = { run: "true" };
  it.each<[string, object, object, RegExp]>([
    ["another action", { a: job([{ uses: "actions/cache@v4" }]) }, {}, /actions\/cache@v4 cannot be run/],
    ["an input of a checkout", { a: job([{ uses: "actions/checkout@v6", with: { ref: "x" } }]) }, {}, /ref/],
    ["defaults", { a: job([step]) }, { defaults: { run: { shell: "bash" } } }, /defaults/],
    ["a container", { a: job([step], { container: "node" }) }, {}, /container/],
    ["continue-on-error", { a: job([{ ...step, "continue-on-error": true }]) }, {}, /continue-on-error/],
    ["another machine", { a: job([step], { "runs-on": "windows-latest" }) }, {}, /another machine/],
    ["another shell", { a: job([{ ...step, shell: "pwsh" }]) }, {}, /shell pwsh/],
    ["no permissions", { a: { "runs-on": "ubuntu-latest", steps: [step] } }, {}, /no permissions/],
    ["all permissions", { a: job([step], { permissions: "read-all" }) }, {}, /list of permissions/],
    ["an empty matrix", { a: job([step], { strategy: strategy([]) }) }, {}, /matrix of 0 jobs/],
    ["a matrix of 257", { a: job([step], { strategy: strategy(Array(257).fill(1)) }) }, {}, /of 257 jobs/],
    ["fail-fast", { a: job([step], { strategy: { matrix: { n: [1] } } }) }, {}, /fail-fast/],
    ["an unknown context", { a: job([{ run: "${{ jobs.a.result }}" }]) }, {}, /not accepted/],
    ["an unknown key", { a: job([{ ...step, retries: 2 }]) }, {}, /Unexpected value 'retries'/],
    [
      "jobs in a circle",
      { a: job([step], { needs: "b" }), b: job([step], { needs: "a" }) },
      {},
      /not accepted/,
    ],
    ["PATH", { a: job([{ run: 'echo /x >> "$GITHUB_PATH"' }]) }, {}, /GITHUB_PATH/],
    [
      "a long variable",
      { a: job([{ ...step, env: { X: "x".repeat(131_072) } }]) },
      {},
      /variable X has more/,
    ],
    ["long outputs", { a: job([step], { outputs: { x: "x".repeat(600_000) } }) }, {}, /as UTF-16/],
    [
      "a long summary",
      { a: job([{ run: 'head -c 1100000 /dev/zero > "$GITHUB_STEP_SUMMARY"' }]) },
      {},
      /1 MiB/,
    ],
    ["another event", { a: job([step]) }, { on: { push: null } }, /does not start/],
    ["a missing input", { a: job([step]) }, dispatch({ required: true }), /input name is missing/],
  ])("%s", async (_what, jobs, more, message) => {
    await expect(run(jobs, more)).rejects.toThrow(message);
  });

  it("an input of another type", async () => {
    const given = { inputs: { name: "yes" } };
    await expect(run({ a: job([step]) }, dispatch({ type: "boolean" }), given)).rejects.toThrow("no boolean");
    await expect(run({ a: job([step]) }, dispatch({}), { inputs: { other: "x" } })).rejects.toThrow(
      "no input",
    );
  });
});

function strategy(values: readonly unknown[]): object {
  return { "fail-fast": false, matrix: { n: values } };
}

function dispatch(input: object): object {
  return { on: { workflow_dispatch: { inputs: { name: input } } } };
}
