import { formatTrace, type TaskTrace } from "../../src/prompt/trace.ts";
import type { StepRun } from "../../tools/local-runner/run-action.ts";
import type {
  ExistingTask,
  RepositoryInfo,
  Scenario,
  TaskPlan,
  TokenInfo,
} from "../../tools/simulator/scenario.ts";

/** When every test begins: a Monday morning. */
export const START = Date.parse("2026-11-23T08:00:00Z");

export const USER_TOKEN = "github_pat_user0000000000000000";
export const WORKFLOW_TOKEN = "ghs_workflow000000000000000000";
export const REPOSITORY = "octo/app";

/** The user of the token. */
export const MONA = { login: "mona", id: 1001 };

/** How the scenario of a test differs from the usual one: one user, one private repository, one workflow token. */
export interface TestScenario extends Partial<Scenario> {
  readonly user?: Partial<TokenInfo>;
  readonly workflow?: Partial<TokenInfo>;
  readonly repository?: RepositoryInfo;
}

export function scenarioOf({ user, workflow, repository, ...scenario }: TestScenario = {}): Scenario {
  const none = { agent_tasks: "none", pulls: "none", contents: "none", issues: "none" } as const;
  return {
    tokens: {
      [USER_TOKEN]: { ...MONA, type: "user", ...none, agent_tasks: "write", ...user },
      [WORKFLOW_TOKEN]: {
        login: "github-actions[bot]",
        id: 41898282,
        type: "installation",
        ...none,
        pulls: "read",
        contents: "read",
        ...workflow,
      },
    },
    repositories: { [REPOSITORY]: { private: true, ...repository } },
    ...scenario,
  };
}

/** A task that works for ten minutes and ends with a pull request. */
export const SUCCESSFUL: TaskPlan = {
  steps: [
    { after_seconds: 0, state: "queued", name: "Update dependencies" },
    { after_seconds: 20, state: "in_progress" },
    { after_seconds: 120, pull_request: { number: 42, draft: true, commits: 1, changed_files: 1 } },
    {
      after_seconds: 600,
      state: "completed",
      pull_request: { number: 42, draft: false, commits: 3, changed_files: 5 },
      usage: { type: "ai_credits", amount: 12_340_000_000 },
    },
  ],
};

/** The same in a minute, which takes a quarter of the polls: for tests in which the time does not matter. */
export const BRIEF: TaskPlan = {
  steps: SUCCESSFUL.steps.map((step) => ({ ...step, after_seconds: step.after_seconds / 10 })),
};

/** A task that the user started ten minutes ago and that has completed. */
export function existingTask(changes: Partial<ExistingTask> = {}): ExistingTask {
  return {
    id: "earlier-task",
    repository: REPOSITORY,
    creator: MONA,
    created_seconds_ago: 600,
    prompt: "Update the dependencies.",
    steps: [{ after_seconds: 0, state: "completed" }],
    ...changes,
  };
}

/** The trace line of another start of the usual step. */
export function traceLine(changes: Partial<TaskTrace> = {}): string {
  return formatTrace({
    runUrl: `https://github.com/${REPOSITORY}/actions/runs/7000000001`,
    attempt: 1,
    key: ".github/workflows/nightly.yml:update",
    step: "agent",
    repository: REPOSITORY,
    startId: "11111111-2222-4333-8444-555555555555",
    ...changes,
  });
}

/** The entries of the output `tasks`. */
export function tasksOf({ outputs }: Pick<StepRun, "outputs">): readonly TaskEntry[] {
  return JSON.parse(outputs.tasks ?? "") as TaskEntry[];
}

export interface TaskEntry {
  readonly task_id: string;
  readonly repository: string;
  readonly started: boolean;
  readonly conclusion: string;
  readonly pull_request_number: number | null;
  readonly commits: number | null;
  readonly error?: string;
}
