import type { ExistingTask, Fault, RepositoryInfo, Scenario, TaskPlan } from "../simulator/scenario.ts";
import { createStepTokens, STEP_USER } from "../simulator/step-tokens.ts";

/** When every simulated run begins: a Monday morning. */
export const START = Date.parse("2026-11-23T08:00:00Z");

/** The user's token, and the workflow's own, which sees the workflow's repository alone. */
export const USER_TOKEN = "github_pat_bench";
export const WORKFLOW_TOKEN = "ghs_bench";
export const WORKFLOW_REPOSITORY = "octo/app";

/** One task in each of these repositories, and the simulated GitHub. */
export interface Work {
  readonly repositories: readonly string[];
  readonly scenario: Scenario;
}

/** A GitHub with the workflow's repository and these. */
function gitHub(repositories: readonly string[], more: Partial<Scenario>): Scenario {
  const info: RepositoryInfo = { private: true };
  return {
    tokens: createStepTokens({
      user: USER_TOKEN,
      workflow: WORKFLOW_TOKEN,
      repository: WORKFLOW_REPOSITORY,
    }),
    repositories: Object.fromEntries([WORKFLOW_REPOSITORY, ...repositories].map((name) => [name, info])),
    ...more,
  };
}

/** When things happen to a task, in seconds after its start. */
interface Course {
  readonly pullRequestAfter: number;
  readonly endsAfter: number;
  readonly endsAs?: string;
}

/** A task with a heartbeat every minute. */
function planOf({ pullRequestAfter, endsAfter, endsAs = "completed" }: Course): TaskPlan {
  return {
    steps: [
      { after_seconds: 0, state: "queued" },
      { after_seconds: 20, state: "in_progress", heartbeat_seconds: 60 },
      {
        after_seconds: pullRequestAfter,
        heartbeat_seconds: 60,
        pull_request: { draft: true, commits: 1, changed_files: 1 },
      },
      { after_seconds: endsAfter, state: endsAs, pull_request: { commits: 3, changed_files: 5 } },
    ],
  };
}

/** One task in the workflow's repository. Times in seconds. */
export function oneTask(endsAfter: number, more: Partial<Scenario> = {}, endsAs = "completed"): Work {
  const plan = planOf({ pullRequestAfter: Math.min(90, endsAfter / 2), endsAfter, endsAs });
  return { repositories: [WORKFLOW_REPOSITORY], scenario: gitHub([], { plans: [plan], ...more }) };
}

/** What makes a fan-out harder. */
export interface FanOutOptions {
  /** Whether one start is refused, one task waits for a person, and one has no `global_id`; see {@link ODD}. */
  readonly odd?: boolean;
  /** Whether any pull request has a `global_id`. */
  readonly globalIds?: boolean;
  /** How many other tasks the same user has. */
  readonly others?: number;
}

/** The repositories of a fan-out in which something is different. */
export const ODD = {
  refused: nameOf(7),
  waitsForUser: nameOf(42),
  withoutGlobalId: nameOf(63),
} as const;

/**
 * One task in each of many repositories, of 15 to 28 minutes each: with a second between two starts, a hundred are
 * done within 30 minutes. Pull requests appear 1 to 10 minutes after their task's start.
 */
export function fanOut(
  count: number,
  { odd = false, globalIds = true, others = 0 }: FanOutOptions = {},
): Work {
  const repositories = Array.from({ length: count }, (_value, index) => nameOf(index));
  const refusal: Fault = { type: "unprocessable", message: "base_ref main does not exist" };
  const plans = repositories.map((repository, index): TaskPlan => {
    const plan = planOf({
      pullRequestAfter: 60 + 540 * spread(index, 0.7548776662),
      endsAfter: 900 + 780 * spread(index, 0.6180339887),
      ...(odd && repository === ODD.waitsForUser ? { endsAs: "waiting_for_user" } : {}),
    });
    const withoutId = !globalIds || (odd && repository === ODD.withoutGlobalId);
    return { ...plan, repository, ...(withoutId ? { global_id: "empty" as const } : {}) };
  });
  return {
    repositories,
    scenario: gitHub(repositories, {
      plans,
      existing: Array.from({ length: others }, (_value, index) => otherTask(index, repositories)),
      faults: odd ? [{ on: { kind: "start", repository: ODD.refused }, do: refusal }] : [],
    }),
  };
}

function nameOf(index: number): string {
  return `octo/service-${String(index + 1).padStart(3, "0")}`;
}

/** A number from 0 to 1 for each index, evenly spread however many there are, and 0.5 for the first. `step` is irrational. */
function spread(index: number, step: number): number {
  return (0.5 + index * step) % 1;
}

/** Another task of the same user, started in the hour before and still running: every filter lets it through. */
function otherTask(index: number, repositories: readonly string[]): ExistingTask {
  return {
    id: `0ther000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    repository: repositories[index % repositories.length] ?? WORKFLOW_REPOSITORY,
    creator: STEP_USER,
    created_seconds_ago: 3600 - index,
    prompt: `Another task, number ${index}.`,
    steps: [{ after_seconds: 0, state: "in_progress", heartbeat_seconds: 45 }],
  };
}
