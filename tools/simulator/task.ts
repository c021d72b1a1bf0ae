import type { Assumptions, PlannedBranch, PlannedPullRequest, TaskPlan, Usage } from "./scenario.ts";

/** What a start asked for, as sent. */
export interface StartBody {
  prompt: string;
  base_ref?: string;
  head_ref?: string;
  model?: string;
  custom_agent?: string;
  create_pull_request?: boolean;
}

/** The pull request a task works in: its identity, which never changes. */
export interface TaskPull {
  number: number;
  id: bigint;
  nodeId: string;
  /** It was there before the task: the task only adds to it. */
  existing: boolean;
}

/** A task as it was started; all that changes over time follows from its plan. */
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
  /** It was there from the start: never missing from a list. */
  fromScenario: boolean;
  baseRef: string;
  /** The branch it works on, unless the plan names one. */
  branch: string;
  /** Set when the plan opens a pull request and the start allows it, or when it works in an open one. */
  pull: TaskPull | null;
}

/** One session at some moment. */
export interface SessionView {
  id: string;
  prompt: string;
  state: string;
  createdAt: number;
  updatedAt: number;
  /** Epoch ms; null while it is not final. */
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
  /** The pull request as far as the plan has come; null: none yet. */
  pull: (PlannedPullRequest & { head_ref: string; base_ref: string; openedAt: number }) | null;
  branch: (PlannedBranch & { head_ref: string; base_ref: string }) | null;
}

const finalStates = new Set(["completed", "failed", "timed_out", "cancelled"]);
const documentedStates = new Set([...finalStates, "queued", "in_progress", "idle", "waiting_for_user"]);

/** Whether GitHub's description knows the state. */
export function isDocumentedState(state: string): boolean {
  return documentedStates.has(state);
}

/** The first line of the prompt, as GitHub makes a name of it. */
function nameFrom(prompt: string): string {
  const line = prompt.trim().split(/\r?\n/)[0] ?? "";
  const points = [...line];
  return points.length <= 60 ? line : `${points.slice(0, 59).join("")}…`;
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
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
      current.completedAt = finalStates.has(step.state) ? reachedAt : null;
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
  if (isAbsent(pull)) {
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
  // Work in an open pull request stays on its branch, whatever the plan says.
  const own = record.pull.existing ? { ...pull, ...refs } : pull;
  view.pull = { openedAt: reachedAt, ...refs, ...view.pull, ...own };
}

/** Whether the plan makes answers that GitHub's description does not allow, on purpose. */
export function isDeliberatelyOdd(view: TaskView): boolean {
  return (
    view.record.plan.extra !== undefined ||
    view.sessions.some(
      (session) =>
        !isDocumentedState(session.state) || (session.usage !== null && "credits" in session.usage),
    )
  );
}

/** `sessions[].prompt` for what was sent; undefined: left out. */
export function promptShown(prompt: string, as: Assumptions["session_prompt"]): string | undefined {
  switch (as) {
    case "exact":
      return prompt;
    case "trimmed":
      return prompt.trim();
    case "absent":
      return undefined;
    case "rewritten":
      return `The user asked for something of ${[...prompt].length} characters.`;
  }
}
