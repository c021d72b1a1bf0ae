import { describeFailure, formatStatus, type RequestFailure } from "../http/error.ts";

/** What a token is, as its prefix tells. Source: GitHub's "About authentication to GitHub". */
export type TokenKind = "classic" | "fine_grained" | "oauth" | "app_user" | "installation" | "unknown";

/** What was tried, for the words of an error. */
export interface Attempt {
  /** What was tried, to follow "Could not": `start a task in octo/app`. */
  readonly what: string;
  readonly writes: boolean;
  readonly tokenKind: TokenKind;
  readonly subject: ProblemSubject | null;
}

/** The task that a problem is about. */
export interface ProblemSubject {
  /** `owner/name`, empty if unknown. */
  readonly repository: string;
  /** Empty if there is no task: its start failed. */
  readonly taskId: string;
}

/** An error as people read it: what was tried and what came back, then what to do. */
export interface Problem {
  readonly message: string;
  readonly remedy: string;
  /** Null if the problem is about the whole step. */
  readonly subject: ProblemSubject | null;
  /** Equal for problems that differ only in their subject, so that reports can group them. */
  readonly cause: string;
}

/** A problem whose cause is its own message, unless another cause is given. */
export function createProblem(
  message: string,
  remedy: string,
  { subject = null, cause = `${message}\n${remedy}` }: Partial<Pick<Problem, "subject" | "cause">> = {},
): Problem {
  return { message, remedy, subject, cause };
}

/** The kind of a token, from its prefix. */
export function getTokenKind(token: string): TokenKind {
  const prefix = /^(github_pat|gh[a-z])_/.exec(token)?.[1];
  switch (prefix) {
    case "ghp":
      return "classic";
    case "github_pat":
      return "fine_grained";
    case "gho":
      return "oauth";
    case "ghu":
      return "app_user";
    case "ghs":
      return "installation";
    default:
      return "unknown";
  }
}

/** Puts a failure into words. Texts from the server are passed on as they came: whoever prints them escapes them. */
export function explainFailure(failure: RequestFailure, attempt: Attempt): Problem {
  const { what, subject } = attempt;
  const problem = (cause: string, remedy: string): Problem =>
    createProblem(`Could not ${what}: ${cause}.`, remedy, { subject, cause: withoutNames(cause, subject) });
  switch (failure.kind) {
    case "not_sent":
      return problem(
        describeFailure(failure),
        "Check that this runner reaches GitHub's API: network, proxy (https_proxy, no_proxy) and github_api_url.",
      );
    case "rate_limited": {
      const when = failure.retryAfterMs === null ? "in a while" : `in ${formatWait(failure.retryAfterMs)}`;
      return problem(
        describeFailure(failure),
        `Run this again ${when}. The limit is shared by everything that uses this user's tokens.`,
      );
    }
    case "unavailable":
      return problem(
        describeFailure(failure),
        `Run this again in ${formatWait(failure.retryAfterMs)}; https://www.githubstatus.com tells how GitHub is.`,
      );
    case "indeterminate":
      return problem(
        describeFailure(failure),
        "Run this again; https://www.githubstatus.com tells how GitHub is.",
      );
    case "redirected":
      return failure.status < 300
        ? problem(
            `the next page would be on another host than the API, where the token must not go: ${failure.location}`,
            "Check github_api_url, and whether a proxy changes addresses in GitHub's answers.",
          )
        : problem(
            `GitHub answered HTTP ${failure.status}: it is now at ${failure.location || "another place"}`,
            "If the repository was renamed or moved, set repository to its new name.",
          );
    case "cancelled":
      return problem(describeFailure(failure), "Run it again if the work is still wanted.");
    case "rejected": {
      const entry = findEntry(failure) ?? UNKNOWN;
      const back = formatStatus(failure.status, listMessages(failure).join("; "));
      return problem(`${entry.cause} (${back})`, entry.remedy(attempt));
    }
  }
}

/**
 * Which starts would meet the same as one did, with whatever repository: that one alone; all of them, since it lies in the
 * token, its user or the way to GitHub, or the step is told to stop; or perhaps all, where GitHub is in trouble.
 */
export type FailureScope = "repository" | "maybe_all" | "all";

/** How far a failure of one start reaches. */
export function getFailureScope(failure: RequestFailure, kind: TokenKind): FailureScope {
  switch (failure.kind) {
    case "not_sent":
    case "rate_limited":
    case "cancelled":
      return "all";
    case "unavailable":
    case "indeterminate":
      return "maybe_all";
    case "redirected":
      return "repository";
    case "rejected": {
      // GitHub takes no agent task from the token of an installation, whatever it may do otherwise.
      const isInstallation = failure.status === 403 && kind === "installation";
      return isInstallation || findEntry(failure)?.concernsAll === true ? "all" : "repository";
    }
  }
}

interface CatalogueEntry {
  readonly status: number;
  /** Matched against everything that the server said; without it, the status is enough. */
  readonly said?: RegExp;
  readonly cause: string;
  readonly remedy: (attempt: Attempt) => string;
  /** It has nothing to do with the repository. */
  readonly concernsAll?: true;
}

/**
 * The refusals that have a cause of their own; the first that fits counts.
 *
 * Sources: https://docs.github.com/rest/agent-tasks/agent-tasks and answers of the API that users wrote down.
 */
const CATALOGUE: readonly CatalogueEntry[] = [
  {
    status: 401,
    cause: "GitHub did not accept the token",
    remedy: ({ tokenKind }) =>
      tokenKind === "installation"
        ? USER_TOKEN
        : "The token is wrong, has expired or was revoked. Make a new one and set the secret again.",
    concernsAll: true,
  },
  {
    status: 403,
    said: /copilot_plan_required|not licensed/i,
    cause: "the token's user has no Copilot seat that includes the cloud agent",
    remedy: () =>
      "Give that user a Copilot Business or Enterprise seat, or use the token of a user who has one.",
    concernsAll: true,
  },
  {
    status: 403,
    said: /quota/i,
    cause: "the quota of premium requests is used up",
    remedy: () => "Wait until the quota is renewed, or raise the budget in the Copilot billing settings.",
    concernsAll: true,
  },
  {
    status: 403,
    cause: "GitHub does not let this token do that",
    remedy: (attempt) => explainPermission(attempt),
  },
  {
    status: 404,
    cause: "GitHub finds no such thing, or does not show it to this token",
    remedy: ({ tokenKind, writes }) =>
      tokenKind === "installation"
        ? USER_TOKEN
        : `Check the name and the ID. The token's user must have ${writes ? "write" : "read"} access to the ` +
          "repository, the organization must allow the Copilot cloud agent, and the repository must not have " +
          "opted out of it.",
  },
  {
    status: 422,
    said: /model/i,
    cause: "GitHub does not take the model",
    remedy: () =>
      "Leave model out to let GitHub choose, or set one that this user's plan and the organization's policy allow.",
  },
  {
    status: 422,
    said: /base_ref|head_ref|\bref\b|branch/i,
    cause: "GitHub does not take the branch",
    remedy: () => "Check that base_ref and head_ref name branches of that repository.",
  },
  {
    status: 422,
    said: /prompt/i,
    cause: "GitHub does not take the prompt",
    remedy: () => "Make the prompt shorter; the agent's limit is about 30,000 characters.",
  },
  {
    status: 422,
    cause: "GitHub does not take the request",
    remedy: () => "Check prompt, model, custom_agent, base_ref and head_ref.",
  },
];

const USER_TOKEN =
  "This is an installation token (ghs_…), as GITHUB_TOKEN is, and agent tasks do not take those. Use a user's " +
  'token: a fine-grained personal access token with the repository permission "Agent tasks", or a GitHub App ' +
  "user access token.";

function explainPermission({ tokenKind, writes }: Attempt): string {
  const access = writes ? "read and write" : "read";
  switch (tokenKind) {
    case "installation":
      return USER_TOKEN;
    case "fine_grained":
      return (
        `Give the fine-grained token the repository permission "Agent tasks" (${access}) for this repository; the ` +
        "organization may have to approve the token, and must allow the Copilot cloud agent."
      );
    case "app_user":
      return (
        `Give the GitHub App the repository permission "Agent tasks" (${access}), and install it on this ` +
        "repository; the organization must allow the Copilot cloud agent."
      );
    case "classic":
    case "oauth":
      return (
        "Give the token the scope repo, and authorize it for the organization's single sign-on if it has one; the " +
        "organization must allow the Copilot cloud agent."
      );
    case "unknown":
      return `Check that the token has the permission "Agent tasks" (${access}), and that the organization allows the Copilot cloud agent.`;
  }
}

const UNKNOWN: Pick<CatalogueEntry, "cause" | "remedy"> = {
  cause: "GitHub refused the request",
  remedy: () =>
    "See what GitHub said; https://docs.github.com/rest/agent-tasks/agent-tasks describes the request.",
};

type Rejection = Extract<RequestFailure, { kind: "rejected" }>;

function findEntry(failure: Rejection): CatalogueEntry | undefined {
  const said = listMessages(failure).join("\n");
  return CATALOGUE.find((entry) => entry.status === failure.status && (entry.said?.test(said) ?? true));
}

/** What the server said, in the order of its answer. */
function listMessages({ message, errors }: Rejection): readonly string[] {
  return [message, ...errors.map((error) => error.message || error.code)].filter((text) => text !== "");
}

function formatWait(ms: number): string {
  const s = Math.ceil(ms / 1000);
  return s < 120 ? `${s} s` : `${Math.ceil(s / 60)} min`;
}

/** GitHub's messages can name the repository or the task. */
function withoutNames(text: string, subject: ProblemSubject | null): string {
  return [subject?.repository ?? "", subject?.taskId ?? ""].reduce(
    (rest, name) => (name === "" ? rest : rest.replaceAll(name, "")),
    text,
  );
}
