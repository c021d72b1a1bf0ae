import { runAsScript, type Script, UsageError } from "../command-line.ts";
import { prepareVirtualClock } from "../local-runner/preload.ts";
import { runStep, type StepRun, type StepToRun } from "../local-runner/run-action.ts";
import { ANNOTATIONS, shownLog } from "../local-runner/show.ts";
import { manualClock } from "../simulator/clock.ts";
import { type Contract, loadContract } from "../simulator/contract.ts";
import { startSimulatorServer } from "../simulator/server.ts";
import { createSimulator } from "../simulator/simulator.ts";
import { toMarkdown } from "../table.ts";
import { type EndedScene, overviewOf } from "./overview.ts";
import { REPOSITORY, SCENES, type Scene, scenarioOf, TOKEN, WORKFLOW_TOKEN } from "./scenes.ts";

const SCRIPT: Script<"real"> = {
  command: "npm run demo --",
  about: `Shows what the built action does: runs dist/start.js as the runner would, against the simulator, and prints its
log, its outputs and its summary. Exits with 1 if a scene ends otherwise than expected.`,
  options: {
    real: {
      about: `Starts ONE real task on GitHub instead, which costs money. It takes its settings from the environment:
AGENT_TASKS_TOKEN       A user's token.
AGENT_TASKS_REPOSITORY  The repository, as owner/name.
AGENT_TASKS_PROMPT      The prompt. By default it asks for one sentence and no change.
GITHUB_TOKEN            The input github_token. Default: none.
GITHUB_API_URL          The root of the API. Default: https://api.github.com.`,
    },
  },
  examples: ["npm run demo", "AGENT_TASKS_TOKEN=… AGENT_TASKS_REPOSITORY=owner/name npm run demo -- --real"],
};

/** A step that starts a task, as far as scenes and a real task differ. */
type Step = Pick<StepToRun, "with" | "github" | "env" | "nodeOptions">;

await runAsScript(SCRIPT, ({ has }) => (has("real") ? showReal(process.env) : showScenes()));

/** @returns the exit status. */
async function showScenes(): Promise<number> {
  print(`Time is simulated: what takes minutes on GitHub takes a moment here.\n${ANNOTATIONS}`);
  const contract = loadContract();
  const ended: EndedScene[] = [];
  let status = 0;
  for (const scene of SCENES) {
    const { isAsExpected, ...shown } = await showScene(scene, contract);
    ended.push(shown);
    status = isAsExpected ? status : 1;
  }
  printOverview(ended);
  return status;
}

async function showScene(
  scene: Scene,
  contract: Contract,
): Promise<EndedScene & { readonly isAsExpected: boolean }> {
  heading(scene.title);
  const clock = manualClock(Date.now());
  const simulator = createSimulator({ scenario: scenarioOf(scene), clock, followClient: true, contract });
  const server = await startSimulatorServer(simulator);
  try {
    const run = await show({
      with: {
        token: TOKEN,
        repository: scene.repositories.join("\n"),
        prompt: "Update the dependencies and make the tests pass.",
        create_pull_request: "true",
        wait: "true",
      },
      github: { api_url: server.url, repository: REPOSITORY, token: WORKFLOW_TOKEN },
      env: { VIRTUAL_CLOCK_START: String(simulator.now()) },
      nodeOptions: prepareVirtualClock(),
    });
    const { startedTasks, requests, violations } = simulator;
    const isAsExpected =
      run.exitCode === scene.exitCode &&
      run.outputs.conclusion === scene.conclusion &&
      violations.length === 0;
    if (!isAsExpected) {
      print(`Expected exit status ${scene.exitCode} and ${scene.conclusion}. ${violations.join("\n")}`);
    }
    const { title } = scene;
    return { title, run, tasks: startedTasks.length, requests: requests.length, isAsExpected };
  } finally {
    await server.close();
  }
}

/** @returns the exit status. */
async function showReal(env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const { AGENT_TASKS_TOKEN, AGENT_TASKS_REPOSITORY, AGENT_TASKS_PROMPT, GITHUB_API_URL, GITHUB_TOKEN } = env;
  if (!AGENT_TASKS_TOKEN || !AGENT_TASKS_REPOSITORY) {
    throw new UsageError("With --real, set AGENT_TASKS_TOKEN and AGENT_TASKS_REPOSITORY.");
  }
  print(ANNOTATIONS);
  const title = `A real task in ${AGENT_TASKS_REPOSITORY}`;
  heading(title);
  const run = await show({
    with: {
      token: AGENT_TASKS_TOKEN,
      prompt: AGENT_TASKS_PROMPT || "Say in one sentence what this repository is for. Change no file.",
      wait: "true",
    },
    github: {
      api_url: GITHUB_API_URL || "https://api.github.com",
      repository: AGENT_TASKS_REPOSITORY,
      token: GITHUB_TOKEN ?? "",
    },
  });
  const tasks = run.outputs.started === "true" ? 1 : 0;
  printOverview([{ title, run, tasks, requests: null }]);
  return run.exitCode ?? 1;
}

function printOverview(scenes: readonly EndedScene[]): void {
  heading("What was shown");
  print(toMarkdown(overviewOf(scenes)));
}

async function show({ with: inputs, github, ...options }: Step): Promise<StepRun> {
  print("--- with");
  for (const [name, value] of Object.entries(inputs)) {
    print(`${name}: ${name === "token" ? "***" : value.replaceAll("\n", ", ")}`);
  }
  print("\n--- log");
  const run = await runStep({
    action: ".",
    with: inputs,
    github: {
      server_url: "https://github.com",
      run_id: "1",
      run_attempt: "1",
      workflow: "Demo",
      workflow_ref: `${github.repository}/.github/workflows/demo.yml@refs/heads/main`,
      job: "demo",
      action: "agent",
      event_name: "schedule",
      ...github,
    },
    event: { repository: { private: true } },
    ...options,
    onOutput: (text) => process.stdout.write(shownLog(text)),
  });
  print(`\n--- exit status\n${run.exitCode}\n\n--- outputs`);
  for (const [name, value] of Object.entries(run.outputs)) {
    print(`${name}: ${value}`);
  }
  print(`\n--- job summary\n${run.summary}`);
  return run;
}

function heading(title: string): void {
  print(`\n${"=".repeat(title.length)}\n${title}\n${"=".repeat(title.length)}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
