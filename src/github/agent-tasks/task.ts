/**
 * A Copilot cloud agent task as GitHub's REST API gives it. Only `id`, `state` and `createdAt` are sure to be
 * there; what is missing, or of another type than described, is null or empty.
 *
 * Times are milliseconds since the epoch. Source: GitHub's OpenAPI description, "agent-tasks".
 */
export interface Task {
  readonly id: string;
  /** One of {@link KNOWN_STATES}, or a newer one. */
  readonly state: string;
  readonly createdAt: number;
  readonly updatedAt: number | null;
  readonly name: string;
  readonly htmlUrl: string;
  readonly creatorId: string;
  readonly archived: boolean;
  readonly sessionCount: number | null;
  readonly artifacts: readonly Artifact[];
  /** Newest first; null where the endpoint gives none (lists, and the answer to a start). */
  readonly sessions: readonly Session[] | null;
}

/** What a task has made. `id` is the database ID of the pull request, not its number. */
export type Artifact =
  | { readonly type: "pull"; readonly id: string; readonly globalId: string }
  | { readonly type: "branch"; readonly headRef: string; readonly baseRef: string };

/** One run of the agent within a task, at most 59 minutes long. Times as in {@link Task}. */
export interface Session {
  readonly createdAt: number;
  readonly completedAt: number | null;
  readonly prompt: string | null;
  readonly headRef: string;
  readonly baseRef: string;
  readonly model: string;
  readonly usage: Usage | null;
  readonly error: string;
}

/** What a session cost. `ai_credits` come in units of 1/1,000,000,000. */
export interface Usage {
  readonly type: "ai_credits" | "premium_requests";
  readonly amount: number;
}

/** How a task stands, in the words of GitHub's checks; null while it has no conclusion. */
export type Conclusion = "failure" | "timed_out" | "cancelled" | "action_required" | "neutral" | "success";

/** Every state that GitHub describes. Source: GitHub's OpenAPI description, 23.0.2. */
export const KNOWN_STATES = [
  "queued",
  "in_progress",
  "completed",
  "failed",
  "idle",
  "waiting_for_user",
  "timed_out",
  "cancelled",
] as const;

/** How long a paused task must have been left alone to count as settled, in milliseconds. */
export const PAUSE_SETTLES_AFTER_MS = 60_000;

/** `active`: keep waiting. `paused`: it may go on by itself. `final`: it will not change any more. */
export type Phase = "active" | "paused" | "final";

/** The phase of a state. A state nobody knows yet counts as active. */
export function getPhase(state: string): Phase {
  switch (state) {
    case "completed":
    case "failed":
    case "timed_out":
    case "cancelled":
      return "final";
    case "waiting_for_user":
    case "idle":
      return "paused";
    default:
      return "active";
  }
}

/** True for a state that GitHub's description names. */
export function isKnownState(state: string): boolean {
  return KNOWN_STATES.some((known) => known === state);
}

/** The conclusion of a task whose state counts, null while it is active. */
export function getConclusion(task: Pick<Task, "state" | "artifacts" | "sessions">): Conclusion | null {
  switch (task.state) {
    case "completed":
      return "success";
    case "failed":
      return "failure";
    case "timed_out":
      return "timed_out";
    case "cancelled":
      return "cancelled";
    case "waiting_for_user":
      return "action_required";
    case "idle":
      return task.artifacts.length > 0 ? "success" : "neutral";
    default:
      return null;
  }
}

/**
 * Whether a task has settled: it is final, or paused and left alone for {@link PAUSE_SETTLES_AFTER_MS}.
 *
 * @param serverNow the server's time, so that a wrong clock on the runner does no harm.
 * @param unchangedMs for how long this process has seen the task unchanged; used without `updated_at`.
 */
export function isSettled(
  task: Pick<Task, "state" | "updatedAt">,
  serverNow: number,
  unchangedMs: number,
): boolean {
  const phase = getPhase(task.state);
  switch (phase) {
    case "final":
      return true;
    case "active":
      return false;
    case "paused": {
      const quietMs = task.updatedAt === null ? unchangedMs : serverNow - task.updatedAt;
      return quietMs >= PAUSE_SETTLES_AFTER_MS;
    }
  }
}

/** True once the task has a pull request among its artifacts. */
export function hasPullRequest(task: Pick<Task, "artifacts">): boolean {
  return task.artifacts.some((artifact) => artifact.type === "pull");
}

/** The branches of a task: from its artifacts, else from its newest session that has them. */
export function getRefs(task: Pick<Task, "artifacts" | "sessions">): { headRef: string; baseRef: string } {
  const branch = task.artifacts.find((artifact) => artifact.type === "branch");
  const session = task.sessions?.find(({ headRef }) => headRef !== "");
  return {
    headRef: branch?.headRef || session?.headRef || "",
    baseRef: branch?.baseRef || session?.baseRef || task.sessions?.find((s) => s.baseRef)?.baseRef || "",
  };
}

/** The model of the newest session that names one, without the namespace GitHub puts before it. */
export function getModel(task: Pick<Task, "sessions">): string {
  const model = task.sessions?.find((session) => session.model !== "")?.model ?? "";
  return model.slice(model.lastIndexOf(":") + 1);
}

/** The error of the newest session, empty where there is none. */
export function getErrorMessage(task: Pick<Task, "sessions">): string {
  return task.sessions?.[0]?.error ?? "";
}

/**
 * The cost of all sessions, null where none names one: AI credits rounded to one decimal, premium requests as
 * they are. The nano units are added up before the one division, as GitHub's description asks.
 */
export function sumCost(task: Pick<Task, "sessions">): {
  aiCredits: number | null;
  premiumRequests: number | null;
} {
  const total = (type: Usage["type"]): number | null => {
    const amounts = (task.sessions ?? []).flatMap(({ usage }) =>
      usage !== null && usage.type === type ? [usage.amount] : [],
    );
    return amounts.length === 0 ? null : amounts.reduce((sum, amount) => sum + amount, 0);
  };
  const nano = total("ai_credits");
  return {
    aiCredits: nano === null ? null : Math.round(nano / 100_000_000) / 10,
    premiumRequests: total("premium_requests"),
  };
}

/**
 * How long a task took, in seconds, from its creation to the end of its last session (without one: to its last
 * update). Null while neither is known.
 */
export function getDuration(task: Pick<Task, "createdAt" | "updatedAt" | "sessions">): number | null {
  const ends = (task.sessions ?? []).flatMap(({ completedAt }) =>
    completedAt === null ? [] : [completedAt],
  );
  const end = ends.length > 0 ? Math.max(...ends) : task.updatedAt;
  return end === null ? null : Math.max(0, Math.round((end - task.createdAt) / 1000));
}

/** A task by its ID, with its address where it has one. */
export function getLink({ id, htmlUrl }: Task): string {
  return htmlUrl === "" ? `task ${id}` : `task ${id} (${htmlUrl})`;
}
