import type { FaultRule, Scenario, TaskPlan } from "../simulator/scenario.ts";
import { createStepTokens } from "../simulator/step-tokens.ts";

/** One run of the action, and how it must end. */
export interface Scene {
  readonly title: string;
  /** The repositories in which the action starts a task. */
  readonly repositories: readonly string[];
  readonly plans: readonly TaskPlan[];
  readonly faults?: readonly FaultRule[];
  readonly conclusion: string;
  readonly exitCode: number;
}

export const TOKEN = "github_pat_demo";
export const WORKFLOW_TOKEN = "ghs_demo";
export const REPOSITORY = "octo/app";

/** A task that opens a pull request and completes. */
function completing(pullRequest: number, endsAfter: number): TaskPlan {
  return {
    steps: [
      { after_seconds: 0, state: "queued", name: "Update the dependencies" },
      { after_seconds: 60, state: "in_progress" },
      {
        after_seconds: 120,
        pull_request: { number: pullRequest, draft: true, commits: 1, changed_files: 1 },
      },
      {
        after_seconds: endsAfter,
        state: "completed",
        pull_request: { number: pullRequest, draft: false, commits: 3, changed_files: 5 },
        usage: { type: "ai_credits", amount: 12_340_000_000 },
      },
    ],
  };
}

/** Times are simulated seconds. */
export const SCENES: readonly Scene[] = [
  {
    title: "A task that ends with a pull request",
    conclusion: "success",
    exitCode: 0,
    repositories: [REPOSITORY],
    plans: [completing(42, 210)],
  },
  {
    title: "A task that fails",
    conclusion: "failure",
    exitCode: 1,
    repositories: [REPOSITORY],
    plans: [
      {
        steps: [
          { after_seconds: 0, state: "in_progress", name: "Update the dependencies" },
          {
            after_seconds: 120,
            state: "failed",
            branch: { commits: 1, changed_files: 2 },
            error: "npm install ended with exit status 1",
            usage: { type: "ai_credits", amount: 4_200_000_000 },
          },
        ],
      },
    ],
  },
  {
    title: "A task that waits for a person",
    conclusion: "action_required",
    exitCode: 1,
    repositories: [REPOSITORY],
    plans: [
      {
        steps: [
          { after_seconds: 0, state: "in_progress", name: "Update the dependencies" },
          { after_seconds: 60, state: "waiting_for_user", branch: { commits: 2, changed_files: 3 } },
        ],
      },
    ],
  },
  {
    title: "A task in each of four repositories, one of which rejects it",
    conclusion: "success",
    exitCode: 1,
    repositories: ["octo/app", "octo/web", "octo/docs", "octo/api"],
    plans: [completing(42, 210), completing(7, 330), completing(118, 270)],
    faults: [
      {
        on: { kind: "start", repository: "octo/docs" },
        do: { type: "unprocessable", message: "base_ref does not exist" },
      },
    ],
  },
];

/** A GitHub with the scene's repositories, all private. */
export function scenarioOf({ repositories, plans, faults = [] }: Scene): Scenario {
  return {
    tokens: createStepTokens({ user: TOKEN, workflow: WORKFLOW_TOKEN, repository: REPOSITORY }),
    repositories: Object.fromEntries(repositories.map((name) => [name, { private: true }])),
    plans: [...plans],
    faults: [...faults],
  };
}
