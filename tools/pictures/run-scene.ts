import { type PageKind, SERVER_URL } from "../github-page/render-html.ts";
import { prepareVirtualClock } from "../local-runner/preload.ts";
import { runStep } from "../local-runner/run-action.ts";
import { manualClock } from "../simulator/clock.ts";
import { loadContract } from "../simulator/contract.ts";
import { startSimulatorServer } from "../simulator/server.ts";
import { createSimulator } from "../simulator/simulator.ts";
import { createStepTokens } from "../simulator/step-tokens.ts";
import { ISSUE_NUMBER, type Scene, WORKFLOW_REPOSITORY } from "./scenes.ts";

const TOKEN = "github_pat_pictures";
const WORKFLOW_TOKEN = "ghs_pictures";

/** When every scene begins. Nothing in a picture depends on the day on which it is made. */
const START = Date.parse("2026-11-23T08:00:00Z");

const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;

const START_ID = "11111111-2222-4333-8444-555555555555";

/** What the action wrote, as Markdown. The comment is empty if the scene has no issue. */
export type Written = Readonly<Record<PageKind, string>>;

/** Loaded once: compiling GitHub's description takes a while. */
const contract = loadContract();

/**
 * Runs the built action in a process of its own, on a virtual clock and with a fixed seed. The same scene gives the same
 * text each time.
 *
 * @throws {Error} if the step sends a request that GitHub does not describe, or ends otherwise than the scene says.
 */
export async function runScene(scene: Scene): Promise<Written> {
  const simulator = createSimulator({
    scenario: scenarioOf(scene),
    clock: manualClock(START),
    followClient: true,
    contract,
  });
  const server = await startSimulatorServer(simulator);
  try {
    const { exitCode, summary, stdout } = await runStep({
      action: ".",
      with: {
        token: TOKEN,
        prompt: scene.prompt,
        repository: scene.repositories.join("\n"),
        create_pull_request: "true",
        wait: "true",
        ...(scene.issue === undefined ? {} : { issue_number: String(ISSUE_NUMBER), comment: "true" }),
      },
      github: githubContext(server.url),
      event: { repository: { private: true } },
      env: { VIRTUAL_CLOCK_START: String(START), VIRTUAL_CLOCK_SEED: "1" },
      nodeOptions: prepareVirtualClock(),
    });
    if (exitCode !== scene.exitCode || simulator.violations.length > 0) {
      throw new Error(
        [`${scene.name} ended with exit status ${exitCode}.`, ...simulator.violations, stdout].join("\n"),
      );
    }
    const [comment] = scene.issue === undefined ? [] : simulator.comments(WORKFLOW_REPOSITORY, ISSUE_NUMBER);
    const ids = new Set(simulator.startedTasks.map(({ id }) => id));
    return { summary: fixIds(summary, ids), comment: fixIds(comment?.body ?? "", ids) };
  } finally {
    await server.close();
  }
}

/** Replaces the start IDs in the prompts. They are random in spite of the seed. */
function fixIds(text: string, taskIds: ReadonlySet<string>): string {
  return text.replace(UUID, (id) => (taskIds.has(id) ? id : START_ID));
}

function scenarioOf({ repositories, plans, faults = [], issue }: Scene) {
  const tokens = createStepTokens({
    user: TOKEN,
    workflow: WORKFLOW_TOKEN,
    repository: WORKFLOW_REPOSITORY,
    issues: issue === undefined ? "none" : "write",
  });
  const issues = issue === undefined ? [] : [{ number: ISSUE_NUMBER, user: "mona", ...issue }];
  return {
    tokens,
    repositories: {
      ...Object.fromEntries(repositories.map((name) => [name, { private: true }])),
      [WORKFLOW_REPOSITORY]: { private: true, issues },
    },
    plans: [...plans],
    faults: [...faults],
  };
}

function githubContext(apiUrl: string): Record<string, string> {
  return {
    token: WORKFLOW_TOKEN,
    api_url: apiUrl,
    server_url: SERVER_URL,
    repository: WORKFLOW_REPOSITORY,
    run_id: "7000000001",
    run_attempt: "1",
    workflow: "Update dependencies",
    workflow_ref: `${WORKFLOW_REPOSITORY}/.github/workflows/update.yml@refs/heads/main`,
    job: "update",
    action: "agent",
    event_name: "schedule",
    action_repository: "octo-org/agent-task-action",
    action_ref: "v1",
  };
}
