/**
 * A Copilot cloud agent task of GitHub's REST API. A response must have an ID. Other fields are null or empty if the
 * response lacks them, or has another type than described.
 *
 * Times are milliseconds since the epoch. Source: GitHub's OpenAPI description, "agent-tasks".
 */
export interface Task {
  readonly id: string;
  /** One of {@link KNOWN_STATES}, a newer one, or {@link UNKNOWN_STATE}. */
  readonly state: string;
  /** If the response does not say it, the time of its oldest session, or else when the server sent the response. */
  readonly createdAt: number;
  readonly updatedAt: number | null;
  readonly name: string;
  readonly htmlUrl: string;
  readonly creatorId: string;
  /** GitHub names a task's repository by its ID alone. */
  readonly repositoryId: string;
  readonly archived: boolean;
  readonly sessionCount: number | null;
  readonly artifacts: readonly Artifact[];
  /** Newest first; null if the endpoint returns none (lists, and the response to a start). */
  readonly sessions: readonly Session[] | null;
  /**
   * Whether the prompt by which we recognise the task may be one that was not read: there are no sessions, one cannot be
   * read, or it is unknown which is the first.
   */
  readonly hasUnreadableSession: boolean;
}

/**
 * What a task has created. `id` is the database ID of the pull request, not its number. `unreadable`: of another type or
 * shape than described, so it can be a pull request.
 */
export type Artifact =
  | { readonly type: "pull"; readonly id: string; readonly globalId: string }
  | { readonly type: "branch"; readonly headRef: string; readonly baseRef: string }
  | { readonly type: "unreadable" };

/** One run of the agent within a task, at most 59 minutes long. Times as in {@link Task}. */
export interface Session {
  readonly createdAt: number;
  readonly completedAt: number | null;
  /** Null if the response has none, or a blank one. */
  readonly prompt: string | null;
  readonly headRef: string;
  readonly baseRef: string;
  readonly model: string;
  readonly usage: Usage | null;
  readonly error: string;
}

/** The cost of a session. The unit of `ai_credits` is 1/1,000,000,000 credit. */
export interface Usage {
  readonly type: "ai_credits" | "premium_requests";
  readonly amount: number;
}

/** The result of a task, with the words of GitHub's checks. */
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

/** The state of a task whose response has none. It counts as active. */
export const UNKNOWN_STATE = "unknown";

/** How long a paused task must be unchanged to count as settled, in milliseconds. */
const PAUSE_SETTLES_AFTER_MS = 60_000;

/** `active`: keep waiting. `paused`: it may resume by itself. `final`: it will not change any more. */
export type Phase = "active" | "paused" | "final";

/** The phase of a state. An unknown state counts as active. */
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

/** Whether GitHub's description lists the state. */
export function isKnownState(state: string): boolean {
  return KNOWN_STATES.some((known) => known === state);
}

/** The conclusion of a task, null while it is active. */
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
 * Whether a task has settled: it is final, or paused and unchanged for {@link PAUSE_SETTLES_AFTER_MS}.
 *
 * @param serverNow the server's time, so that the runner's clock may be wrong. Null if the response has none.
 * @param unchangedMs for how long this process has seen the task unchanged. It counts if it is longer than the time since the
 *   last update, because that may be unknown, or the two clocks of the server may differ.
 */
export function isSettled(
  task: Pick<Task, "state" | "updatedAt">,
  serverNow: number | null,
  unchangedMs: number,
): boolean {
  const phase = getPhase(task.state);
  switch (phase) {
    case "final":
      return true;
    case "active":
      return false;
    case "paused": {
      const sinceUpdateMs = task.updatedAt === null || serverNow === null ? 0 : serverNow - task.updatedAt;
      return Math.max(sinceUpdateMs, unchangedMs) >= PAUSE_SETTLES_AFTER_MS;
    }
  }
}

/** Whether the task has created a pull request. */
export function hasPullRequest(task: Pick<Task, "artifacts">): boolean {
  return task.artifacts.some((artifact) => artifact.type === "pull");
}

/** The branches of a task, from its artifacts or otherwise from its newest session that has them. */
export function getRefs(task: Pick<Task, "artifacts" | "sessions">): { headRef: string; baseRef: string } {
  const branch = task.artifacts.find((artifact) => artifact.type === "branch");
  const session = task.sessions?.find(({ headRef }) => headRef !== "");
  return {
    headRef: branch?.headRef || session?.headRef || "",
    baseRef: branch?.baseRef || session?.baseRef || task.sessions?.find((s) => s.baseRef)?.baseRef || "",
  };
}

/** The model of the newest session that names one, without its namespace. */
export function getModel(task: Pick<Task, "sessions">): string {
  const model = task.sessions?.find((session) => session.model !== "")?.model ?? "";
  return model.slice(model.lastIndexOf(":") + 1);
}

/** The error of the newest session, empty if there is none. */
export function getErrorMessage(task: Pick<Task, "sessions">): string {
  return task.sessions?.[0]?.error ?? "";
}

/** The sum of all sessions' usage in GitHub's own unit, see {@link Usage}; null if no session names it. */
export function sumUsage({ sessions }: Pick<Task, "sessions">, type: Usage["type"]): number | null {
  const amounts = (sessions ?? []).flatMap(({ usage }) =>
    usage !== null && usage.type === type ? [usage.amount] : [],
  );
  return amounts.length === 0 ? null : amounts.reduce((sum, amount) => sum + amount, 0);
}

/** AI credits, rounded to one decimal. Amounts are added up before the division, as GitHub's description asks. */
export function toAiCredits(nano: number): number {
  return Math.round(nano / 100_000_000) / 10;
}

/** The cost of all sessions, null if no session names one. */
export function sumCost(task: Pick<Task, "sessions">): {
  aiCredits: number | null;
  premiumRequests: number | null;
} {
  const nano = sumUsage(task, "ai_credits");
  return {
    aiCredits: nano === null ? null : toAiCredits(nano),
    premiumRequests: sumUsage(task, "premium_requests"),
  };
}

/**
 * The duration of a task in seconds, from its creation to the end of its last session, or to its last update if no
 * session has ended. Null if neither is known, or the creation is not.
 */
export function getDuration(task: Pick<Task, "createdAt" | "updatedAt" | "sessions">): number | null {
  const ends = (task.sessions ?? []).flatMap(({ completedAt }) =>
    completedAt === null ? [] : [completedAt],
  );
  const end = ends.length > 0 ? Math.max(...ends) : task.updatedAt;
  // A creation after the end is the time of the response, because the response had no other.
  return end === null || end < task.createdAt ? null : Math.round((end - task.createdAt) / 1000);
}

/**
 * The name of a task's repository for people, from its URL. The API names it only by its ID.
 *
 * @param serverUrl `https://github.com`, or the URL of a GitHub Enterprise instance.
 * @returns `owner/name`, empty if the URL is on another server or has another form.
 */
export function getTaskRepository({ htmlUrl }: Pick<Task, "htmlUrl">, serverUrl: string): string {
  const url = URL.parse(htmlUrl);
  const isOnServer = url !== null && url.origin === URL.parse(serverUrl)?.origin && url.username === "";
  const match = /^\/([\w.-]+\/[\w.-]+)\/copilot\/tasks\/[^/]+\/?$/.exec(isOnServer ? url.pathname : "");
  return match?.[1] ?? "";
}

/** The task's ID, with its URL if it has one. */
export function getLink({ id, htmlUrl }: Task): string {
  return formatTaskLink(id, htmlUrl);
}

/** A task's ID, with its URL unless that is empty. */
export function formatTaskLink(id: string, url: string): string {
  return url === "" ? `task ${id}` : `task ${id} (${url})`;
}
