import type { Fault, RequestKind, TaskPlan } from "../../../tools/simulator/scenario.ts";
import { existingTask, REPOSITORY, type TestScenario, traceLine } from "../../support/fixtures.ts";
import type { TestStep } from "../../support/run-dist.ts";
import type { ConnectionFault } from "./connection.ts";

/** The task that exists from the beginning in some columns, and the task that a start creates. */
export const EXISTING_ID = "11111111-1111-4111-8111-111111111111";
const STARTED_ID = "22222222-2222-4222-8222-222222222222";

/** A column of the matrix: a request of the action, and the scenario in which the action sends it. */
export interface Column {
  readonly kind: RequestKind;
  /** Which request of that kind the fault hits, counted from 1. */
  readonly nth: number;
  /** The target of a redirect on the same host. */
  readonly path: string;
  readonly scenario: TestScenario;
  readonly step: TestStep;
  /** Whether the action repeats the request; an early lookup is tried in another way instead. */
  readonly waits: boolean;
  /** Outputs that the action sends the request for; all empty if it learns nothing. */
  readonly gives: Readonly<Record<string, string>>;
}

const TASKS = `/agents/repos/${REPOSITORY}/tasks`;

const PULL_REQUEST = { pull_request_number: "42", commits: "3", changed_files: "5" };
const BRANCH = { pull_request_number: "", commits: "4", changed_files: "2" };

/** Works for a minute and opens a pull request on the way. */
const WITH_PULL_REQUEST: TaskPlan = {
  id: STARTED_ID,
  steps: [
    { after_seconds: 0, state: "in_progress" },
    { after_seconds: 20, pull_request: { number: 42, draft: true, commits: 1, changed_files: 1 } },
    {
      after_seconds: 60,
      state: "completed",
      pull_request: { number: 42, draft: false, commits: 3, changed_files: 5 },
    },
  ],
};

/** Works for half a minute and leaves a branch. */
const WITH_BRANCH: TaskPlan = {
  id: STARTED_ID,
  steps: [
    { after_seconds: 0, state: "in_progress" },
    {
      after_seconds: 30,
      state: "completed",
      branch: { head_ref: "copilot/update", commits: 4, changed_files: 2 },
    },
  ],
};

/** The same, but the task does not name the base of the branch. */
const WITHOUT_BASE: TaskPlan = {
  ...WITH_BRANCH,
  minimal: true,
  extra: { artifacts: [{ provider: "github", type: "branch", data: { head_ref: "copilot/update" } }] },
};

/** Started an hour ago by the first attempt of the same run, and done in a minute. */
const EARLIER = existingTask({
  id: EXISTING_ID,
  created_seconds_ago: 3600,
  create_pull_request: true,
  prompt: `Update the dependencies.\n\n${traceLine()}`,
  steps: [
    { after_seconds: 0, state: "in_progress" },
    {
      after_seconds: 3660,
      state: "completed",
      pull_request: { number: 42, draft: false, commits: 3, changed_files: 5 },
    },
  ],
});

const WAIT = { wait: "true", poll_interval_seconds: "20", timeout_minutes: "5" };

const started = {
  scenario: { plans: [WITH_PULL_REQUEST] },
  step: { with: { ...WAIT, create_pull_request: "true" } },
  waits: true,
  gives: PULL_REQUEST,
};
/** The answer to the start is lost, so the action searches for the task. */
const searched = {
  ...started,
  scenario: {
    plans: [WITH_PULL_REQUEST],
    faults: [{ on: { kind: "start", nth: 1 }, do: { type: "reset_after" } }],
  },
} satisfies Partial<Column>;
const rerun = {
  scenario: { existing: [EARLIER] },
  step: { with: WAIT, github: { run_attempt: "2" } },
  waits: true,
  gives: PULL_REQUEST,
};

/** Every request that the action sends to follow a task. It reads pull requests with GraphQL only. */
export const COLUMNS = {
  start: { kind: "start", nth: 1, path: TASKS, ...started },
  get: {
    kind: "get",
    nth: 2,
    path: `${TASKS}/${STARTED_ID}`,
    ...started,
    // An answer 304 has no body that a fault could spoil.
    scenario: { ...started.scenario, assumptions: { etags: false } },
  },
  "get by status": {
    kind: "get",
    nth: 1,
    path: `${TASKS}/${EXISTING_ID}`,
    scenario: { existing: [EARLIER] },
    step: { action: "status", with: { ...WAIT, task_id: EXISTING_ID } },
    waits: true,
    gives: PULL_REQUEST,
  },
  "get in a search": { kind: "get", nth: 1, path: `${TASKS}/${STARTED_ID}`, ...searched },
  "get in a re-run": { kind: "get", nth: 1, path: `${TASKS}/${EXISTING_ID}`, ...rerun },
  list: {
    kind: "list",
    nth: 1,
    path: TASKS,
    scenario: { existing: [EARLIER] },
    step: { action: "list" },
    waits: true,
    gives: { task_ids: JSON.stringify([EXISTING_ID]), count: "1" },
  },
  "list in a search": { kind: "list", nth: 1, path: TASKS, ...searched },
  "list in a re-run": { kind: "list", nth: 1, path: TASKS, ...rerun },
  "user in a search": { kind: "user", nth: 1, path: "/user", ...searched },
  "user in a re-run": { kind: "user", nth: 1, path: "/user", ...rerun },
  "graphql on the way": { kind: "graphql", nth: 1, path: "/graphql", ...started, waits: false },
  "graphql at the end": { kind: "graphql", nth: 2, path: "/graphql", ...started },
  compare: {
    kind: "compare",
    nth: 1,
    path: `/repos/${REPOSITORY}/compare/main...copilot/update`,
    scenario: { plans: [WITH_BRANCH] },
    step: { with: WAIT },
    waits: true,
    gives: BRANCH,
  },
  repository: {
    kind: "repository",
    nth: 1,
    path: `/repos/${REPOSITORY}`,
    scenario: { plans: [WITHOUT_BASE] },
    step: { with: WAIT },
    waits: true,
    gives: BRANCH,
  },
} as const satisfies Record<string, Column>;

export type ColumnName = keyof typeof COLUMNS;

const ROUTES: Partial<Record<RequestKind, Pick<ConnectionFault, "method" | "path">>> = {
  start: { method: "POST", path: `^${TASKS}$` },
  get: { method: "GET", path: `^${TASKS}/[^/]+$` },
  list: { method: "GET", path: `^${TASKS}$` },
  user: { method: "GET", path: "^/user$" },
  graphql: { method: "POST", path: "^/graphql$" },
  compare: { method: "GET", path: "/compare/" },
  repository: { method: "GET", path: `^/repos/${REPOSITORY}$` },
};

/** The fault of some requests of a kind, as the preload reads it. */
export function connectionFault(
  kind: RequestKind,
  nth: readonly number[],
  code: ConnectionFault["code"],
): ConnectionFault {
  const route = ROUTES[kind];
  if (route === undefined) {
    throw new Error(`The action sends no request of the kind ${kind}.`);
  }
  return { ...route, nth, code };
}

export function redirectTo(location: string): Fault {
  return { type: "redirect", status: 307, location };
}
