import type { PlannedBranch, PlannedPullRequest, StartBody, TaskPlan, Usage } from "../scenario.ts";

/** The pull request a task works in: its identity, which never changes. */
export interface TaskPull {
  number: number;
  id: bigint;
  nodeId: string;
  /** It existed before the task, which only adds to it. */
  existing: boolean;
}

/** A task as it was started. What changes over time follows from its plan. */
export interface TaskRecord {
  id: string;
  /** Order of creation, for stable lists. */
  serial: number;
  /** `owner/name` as the scenario spells it. */
  repository: string;
  creator: { login: string; id: number };
  /** Epoch ms. */
  createdAt: number;
  body: StartBody;
  plan: TaskPlan;
  archived: boolean;
  /** It existed from the start, so no list lags behind it. */
  fromScenario: boolean;
  baseRef: string;
  /** The branch it works in, unless the plan names another. */
  branch: string;
  /** Set if the plan opens a pull request and the start allows it, or if the task works in an open one. */
  pull: TaskPull | null;
}

/** A session at some moment. Times in epoch ms. */
export interface SessionView {
  id: string;
  prompt: string;
  state: string;
  createdAt: number;
  updatedAt: number;
  /** Null while it is not final. */
  completedAt: number | null;
  error: string | null;
  usage: Usage | null;
}

/** What a task shows at some moment. Times in epoch ms. */
export interface TaskView {
  record: TaskRecord;
  state: string;
  name: string;
  updatedAt: number;
  sessions: SessionView[];
  /** Null: the plan has not opened it yet. */
  pull: (PlannedPullRequest & { head_ref: string; base_ref: string; openedAt: number }) | null;
  branch: (PlannedBranch & { head_ref: string; base_ref: string }) | null;
}

const FINAL_STATES = new Set(["completed", "failed", "timed_out", "cancelled"]);
const WORKING_STATES = ["queued", "in_progress", "idle", "waiting_for_user"];
/** The states in GitHub's description. */
export const DOCUMENTED_STATES: ReadonlySet<string> = new Set([...FINAL_STATES, ...WORKING_STATES]);

/** GitHub names a task after the first line of its prompt. */
function nameFrom(prompt: string): string {
  const line = prompt.trim().split(/\r?\n/)[0] ?? "";
  const points = [...line];
  return points.length <= 60 ? line : `${points.slice(0, 59).join("")}…`;
}

/** What the task shows at `at` (epoch ms, not before its creation). */
export function taskAt(record: TaskRecord, at: number): TaskView {
  const session = (index: number, createdAt: number, prompt: string): SessionView => ({
    id: `${record.id}-session-${index + 1}`,
    prompt,
    state: "queued",
    createdAt,
    updatedAt: createdAt,
    completedAt: null,
    error: null,
    usage: null,
  });
  let current = session(0, record.createdAt, record.body.prompt);
  const view: TaskView = {
    record,
    state: "queued",
    name: nameFrom(record.body.prompt),
    updatedAt: record.createdAt,
    sessions: [current],
    pull: null,
    branch: null,
  };
  const steps = record.plan.steps;
  for (const [index, step] of steps.entries()) {
    const reachedAt = record.createdAt + step.after_seconds * 1000;
    if (reachedAt > at) {
      break;
    }
    if (step.new_session !== undefined && step.new_session !== false) {
      const prompt = step.new_session === true ? record.body.prompt : step.new_session;
      current = session(view.sessions.length, reachedAt, prompt);
      view.sessions.push(current);
    }
    if (step.state !== undefined) {
      current.state = step.state;
      current.completedAt = FINAL_STATES.has(step.state) ? reachedAt : null;
    }
    current.error = step.error ?? current.error;
    current.usage = step.usage ?? current.usage;
    view.name = step.name ?? view.name;
    if (step.updated !== false) {
      view.updatedAt = reachedAt;
    }
    if (step.heartbeat_seconds !== undefined) {
      const next = steps[index + 1];
      const until = next === undefined ? at : Math.min(at, record.createdAt + next.after_seconds * 1000);
      const beat = step.heartbeat_seconds * 1000;
      view.updatedAt = reachedAt + Math.floor((until - reachedAt) / beat) * beat;
    }
    current.updatedAt = view.updatedAt;
    applyArtifacts(view, step.pull_request, step.branch, reachedAt);
  }
  view.state = current.state;
  return view;
}

function applyArtifacts(
  view: TaskView,
  pull: PlannedPullRequest | undefined,
  branch: PlannedBranch | null | undefined,
  reachedAt: number,
): void {
  const { record } = view;
  const refs = { head_ref: record.branch, base_ref: record.baseRef };
  if (branch === null) {
    view.branch = null;
    view.pull = null;
  } else if (branch !== undefined) {
    view.branch = { ...refs, ...view.branch, ...branch };
  }
  if (pull === undefined) {
    return;
  }
  if (record.pull === null) {
    const { commits, changed_files } = pull;
    view.branch = {
      ...refs,
      ...(pull.head_ref === undefined ? {} : { head_ref: pull.head_ref }),
      ...view.branch,
      ...(commits === undefined ? {} : { commits }),
      ...(changed_files === undefined ? {} : { changed_files }),
    };
    return;
  }
  // A task in an existing pull request stays on its branch, whatever the plan says.
  const own = record.pull.existing ? { ...pull, ...refs } : pull;
  view.pull = { openedAt: reachedAt, ...refs, ...view.pull, ...own };
}
