import { runStep, type StepRun } from "../local-runner/run-action.ts";
import { acceleratedClock } from "../simulator/clock.ts";
import { startSimulatorServer } from "../simulator/server.ts";
import { createSimulator } from "../simulator/simulator.ts";
import { REPOSITORY, SCENES, type Scene, SPEED, scenarioOf, TOKEN, WORKFLOW_TOKEN } from "./scenes.ts";

/**
 * Shows what the built action does: runs `dist/start.js` in a process of its own, as the runner would, and prints its
 * log, its outputs and its summary. It runs several scenes against the simulator, or one real task on GitHub if
 * AGENT_TASKS_TOKEN and AGENT_TASKS_REPOSITORY are set (AGENT_TASKS_PROMPT changes the prompt).
 */
const { AGENT_TASKS_TOKEN, AGENT_TASKS_REPOSITORY, AGENT_TASKS_PROMPT, GITHUB_API_URL, GITHUB_TOKEN } =
  process.env;

const ANNOTATIONS =
  "Log lines that begin with ::notice, ::warning or ::error are annotations: the runner shows only their text.";

if (AGENT_TASKS_TOKEN && AGENT_TASKS_REPOSITORY) {
  print(ANNOTATIONS);
  process.exitCode = (await showReal(AGENT_TASKS_TOKEN, AGENT_TASKS_REPOSITORY)).exitCode ?? 1;
} else {
  print(
    `Simulated time runs ${SPEED} times as fast: a second in the log is a minute in the summary.\n${ANNOTATIONS}`,
  );
  for (const scene of SCENES) {
    await showScene(scene);
  }
}

async function showScene(scene: Scene): Promise<void> {
  heading(scene.title);
  const clock = acceleratedClock(SPEED);
  const simulator = createSimulator({ scenario: scenarioOf(scene), clock });
  const server = await startSimulatorServer(simulator);
  try {
    const run = await show(
      {
        token: TOKEN,
        repository: scene.repositories.join("\n"),
        prompt: "Update the dependencies and make the tests pass.",
        create_pull_request: "true",
        wait: "true",
        poll_interval_seconds: "1",
      },
      { api_url: server.url, repository: REPOSITORY, token: WORKFLOW_TOKEN },
    );
    const asExpected = run.exitCode === scene.exitCode && run.outputs.conclusion === scene.conclusion;
    if (!asExpected || simulator.violations.length > 0) {
      print(
        `Expected exit status ${scene.exitCode} and ${scene.conclusion}. ${simulator.violations.join("\n")}`,
      );
      process.exitCode = 1;
    }
  } finally {
    await server.close();
  }
}

function showReal(token: string, repository: string): Promise<StepRun> {
  heading(`A real task in ${repository}`);
  const prompt = AGENT_TASKS_PROMPT || "Say in one sentence what this repository is for. Change no file.";
  return show(
    { token, prompt, wait: "true" },
    { api_url: GITHUB_API_URL || "https://api.github.com", repository, token: GITHUB_TOKEN ?? "" },
  );
}

async function show(inputs: Record<string, string>, github: Record<string, string>): Promise<StepRun> {
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
    // The runner does not show these lines: it masks the texts, and hides debug lines by default.
    onOutput: (text) => process.stdout.write(text.replace(/^::(add-mask|debug)::.*\n/gm, "")),
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
