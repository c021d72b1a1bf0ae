import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runAsScript, type Script } from "../command-line.ts";
import { type Contract, loadContract } from "../simulator/contract.ts";
import type { Scenario } from "../simulator/scenario.ts";
import { startSimulatorServer } from "../simulator/server.ts";
import { createSimulator, type LoggedRequest, type Simulator } from "../simulator/simulator.ts";
import { createStepTokens } from "../simulator/step-tokens.ts";
import { type ExpectedRun, findDifferences } from "./expected-run.ts";
import { prepareVirtualClock } from "./preload.ts";
import { runStep, type StepToRun } from "./run-action.ts";

/** Shows that the actions work with paths with spaces, Windows line ends, no command in reach, and a cancelled step. */
const SCRIPT: Script<never> = {
  command: "npm run smoke --",
  about: `Runs dist/start.js, dist/status.js and dist/list.js against the simulator, as the runner would on this
operating system. Needs no test framework. Exits with 1 if a step ends otherwise than expected.`,
  options: {},
  examples: ["npm run smoke"],
};

const TOKEN = "github_pat_smoke";
const WORKFLOW_TOKEN = "ghs_smoke";
const REPOSITORY = "octo/app";

/** Names that break scripts that quote badly, or that count bytes. */
const FOLDER_NAME = "smoke test ü 試-";
const PROMPT_FOLDER = "agent prompts";
const PROMPT_FILE = "tägliche aufgabe.md";

const SCENARIO: Scenario = {
  tokens: createStepTokens({ user: TOKEN, workflow: WORKFLOW_TOKEN, repository: REPOSITORY }),
  repositories: { [REPOSITORY]: { private: true } },
  plans: [
    {
      steps: [
        { after_seconds: 0, state: "queued", name: "Update the dependencies" },
        { after_seconds: 30, state: "in_progress" },
        { after_seconds: 90, pull_request: { number: 42, draft: true, commits: 1, changed_files: 1 } },
        {
          after_seconds: 300,
          state: "completed",
          pull_request: { number: 42, commits: 3, changed_files: 5 },
        },
      ],
    },
  ],
};

/** A simulator that listens, and how to run a step against it. */
interface Site {
  readonly simulator: Simulator;
  readonly run: (title: string, step: Step, expected: () => ExpectedRun) => Promise<void>;
}

/** A step, and what to do at a request of it. */
interface Step extends Pick<StepToRun, "action" | "with"> {
  readonly onRequest?: (request: LoggedRequest, kill: (signal: NodeJS.Signals) => void) => void;
}

await runAsScript(SCRIPT, async () => {
  const folder = mkdtempSync(join(tmpdir(), FOLDER_NAME));
  try {
    await runAll(folder);
    // A step that ended otherwise than expected has set the exit status.
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function runAll(folder: string): Promise<void> {
  mkdirSync(join(folder, PROMPT_FOLDER));
  writeFileSync(
    join(folder, PROMPT_FOLDER, PROMPT_FILE),
    "Update the dependencies.\r\n\r\nRun the tests.\r\n",
  );
  const contract = loadContract();

  await onSite(folder, contract, async ({ simulator, run }) => {
    // `join` separates folders as this system does.
    const prompt_file = join(PROMPT_FOLDER, PROMPT_FILE);
    const started = () => ({ task_id: simulator.startedTasks[0]?.id ?? "", conclusion: "success" });
    await run(
      "start, and wait",
      { action: ".", with: { prompt_file, create_pull_request: "true", wait: "true" } },
      () => ({
        exitCode: 0,
        outputs: { ...started(), started: "true", pull_request_number: "42" },
        summary: ["| ", "/pull/42"],
      }),
    );
    expectThat("the prompt arrives whole", /^Update the dependencies\.\r?\n\r?\nRun the tests\./, simulator);
    await run("status", { action: "status", with: { task_id: started().task_id } }, () => ({
      exitCode: 0,
      outputs: { ...started(), started: "false", changed_files: "5" },
      summary: ["/pull/42"],
    }));
    await run("list", { action: "list", with: {} }, () => ({
      exitCode: 0,
      outputs: { count: "1", task_ids: JSON.stringify([started().task_id]) },
    }));
    const outside = join("..", "prompt.md");
    await run("a path that leaves the workspace", { action: ".", with: { prompt_file: outside } }, () => ({
      exitCode: 1,
      log: ["::error", "is not below the workspace"],
    }));
  });
  await runCancelled(folder, contract);
}

async function runCancelled(folder: string, contract: Contract): Promise<void> {
  if (process.platform === "win32") {
    print("left out: a cancelled step. Windows has no signals that one process can send another.");
    return;
  }
  for (const [signal, exitCode] of [["SIGINT", 130] as const, ["SIGTERM", 143] as const]) {
    await onSite(folder, contract, async ({ simulator, run }) => {
      const step: Step = {
        action: ".",
        with: { prompt: "Update the dependencies.", wait: "true", poll_interval_seconds: "1" },
        onRequest: ({ kind }, kill) => kind === "get" && kill(signal),
      };
      await run(`a step that gets ${signal}`, step, () => ({
        exitCode,
        outputs: { task_id: simulator.startedTasks[0]?.id ?? "", conclusion: "" },
        summary: ["agent-task-action/status@v1"],
        log: ["This step was cancelled."],
      }));
    });
  }
}

/** Serves a simulated GitHub while `use` runs. */
async function onSite(folder: string, contract: Contract, use: (site: Site) => Promise<void>): Promise<void> {
  const simulator = createSimulator({ scenario: SCENARIO, followClient: true, contract });
  let listener: (request: LoggedRequest) => void = () => {};
  const server = await startSimulatorServer(simulator, 0, (request) => listener(request));
  try {
    await use({
      simulator,
      run: async (title, { onRequest, ...step }, expected) => {
        const run = await runStep({
          ...stepOf(step, folder, server.url),
          nodeOptions: prepareVirtualClock(),
          // Nothing is found on this path, so a call of a command fails.
          env: { PATH: folder, VIRTUAL_CLOCK_START: String(simulator.now()) },
          onSpawn: (kill) => {
            listener = (request) => onRequest?.(request, kill);
          },
        });
        tell(title, findDifferences(run, expected()), run.stdout);
      },
    });
    tell("the requests follow GitHub's description", simulator.violations);
  } finally {
    await server.close();
  }
}

function stepOf(step: Pick<StepToRun, "action" | "with">, folder: string, url: string): StepToRun {
  return {
    action: step.action,
    with: { token: TOKEN, ...step.with },
    github: {
      token: WORKFLOW_TOKEN,
      api_url: url,
      server_url: "https://github.com",
      repository: REPOSITORY,
      run_id: "1",
      run_attempt: "1",
      workflow: "Smoke",
      workflow_ref: `${REPOSITORY}/.github/workflows/smoke.yml@refs/heads/main`,
      job: "smoke",
      action: "agent",
      event_name: "schedule",
      action_repository: "octo-org/agent-task-action",
      action_ref: "v1",
    },
    event: { repository: { private: true } },
    workspace: folder,
    temp: folder,
  };
}

function expectThat(title: string, pattern: RegExp, { startedTasks }: Simulator): void {
  const prompt = startedTasks[0]?.body.prompt ?? "";
  tell(title, pattern.test(prompt) ? [] : [`The prompt is ${JSON.stringify(prompt)}.`]);
}

function tell(title: string, differences: readonly string[], log = ""): void {
  print(`${differences.length === 0 ? "ok" : "FAILED"}: ${title}`);
  if (differences.length > 0) {
    process.exitCode = 1;
    print([...differences, log].map((text) => `  ${text.replaceAll("\n", "\n  ")}`).join("\n"));
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
