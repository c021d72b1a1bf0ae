import { describeFailure, formatStatus, type Obstacle, type RequestFailure } from "../http/error.ts";

/** The kind of a token, known from its prefix. Source: GitHub's "About authentication to GitHub". */
export type TokenKind = "classic" | "fine_grained" | "oauth" | "app_user" | "installation" | "unknown";

/** What failed, for the message. */
export interface Attempt {
  /** Follows "Could not" in the message: `start a task in octo/app`. */
  readonly what: string;
  readonly writes: boolean;
  readonly tokenKind: TokenKind;
  readonly subject: ProblemSubject | null;
}

/** The task that a problem is about. */
interface ProblemSubject {
  /** `owner/name`, empty if unknown. */
  readonly repository: string;
  /** Empty if there is no task: its start failed. */
  readonly taskId: string;
}

/** An error as people read it: what failed and why, then what to do. */
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

/** Explains a failure. The message includes the server's text unescaped: whoever prints it escapes it. */
export function explainFailure(failure: RequestFailure, attempt: Attempt): Problem {
  const { what, subject } = attempt;
  const { cause, remedy } = explain(failure, attempt);
  return createProblem(`Could not ${what}: ${cause}.`, remedy, {
    subject,
    cause: withoutNames(cause, subject),
  });
}

function explain(failure: RequestFailure, attempt: Attempt): { cause: string; remedy: string } {
  const cause = describeFailure(failure);
  switch (failure.kind) {
    case "not_sent":
      return { cause, remedy: OBSTACLE_REMEDIES[failure.obstacle ?? "network"] };
    case "rate_limited": {
      const when = failure.retryAfterMs === null ? "in a while" : `in ${formatWait(failure.retryAfterMs)}`;
      return { cause, remedy: `Run this again ${when}. All tokens of this user share the limit.` };
    }
    case "unavailable":
      return { cause, remedy: `Run this again in ${formatWait(failure.retryAfterMs)}. ${CHECK_STATUS}` };
    case "indeterminate":
      return { cause, remedy: `Run this again. ${CHECK_STATUS}` };
    case "redirected":
      return explainRedirect(failure);
    case "cancelled":
      return { cause, remedy: "Run this again if you still need it." };
    case "rejected": {
      const entry = findEntry(failure) ?? UNKNOWN;
      const response = formatStatus(failure.status, listMessages(failure).join("; "));
      const remedy = typeof entry.remedy === "string" ? entry.remedy : entry.remedy(attempt);
      return { cause: `${entry.cause} (${response})`, remedy };
    }
  }
}

/** What to do if a request could not be sent. */
const OBSTACLE_REMEDIES: Readonly<Record<Obstacle | "network", string>> = {
  network:
    "Check that this runner can reach GitHub's API: network, proxy (https_proxy, no_proxy) and github_api_url.",
  certificate:
    "If a proxy or your company issues the certificate, set NODE_EXTRA_CA_CERTS in the runner's environment to a file " +
    "with its CA certificate.",
  proxy:
    "Check that the proxy in https_proxy may connect to GitHub's API. To go past the proxy, add the host to no_proxy.",
  proxy_login: "Check the user name and the password in https_proxy.",
};

const CHECK_STATUS = "Check https://www.githubstatus.com for incidents.";

function explainRedirect({ status, location }: Extract<RequestFailure, { kind: "redirected" }>) {
  return status < 300
    ? {
        cause: `the next page is on another host than the API, which must not get the token: ${location}`,
        remedy: "Check github_api_url, and whether a proxy changes URLs in GitHub's responses.",
      }
    : {
        cause: `GitHub redirects to ${location || "another address"} (HTTP ${status})`,
        remedy: "If the repository was renamed or moved, set repository to its new name.",
      };
}

/**
 * Which other starts would fail for the same reason: none in other repositories (`repository`); every start, because
 * the cause is the token, its user, the network or the cancelled step (`all`); or possibly every start, because GitHub
 * may be down (`maybe_all`).
 */
export type FailureScope = "repository" | "maybe_all" | "all";

/** Which other starts would fail like this one. */
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
      // The Agent tasks API accepts no installation token, whatever its permissions.
      const isInstallation = failure.status === 403 && kind === "installation";
      return isInstallation || findEntry(failure)?.concernsAll === true ? "all" : "repository";
    }
  }
}

interface CatalogueEntry {
  readonly status: number;
  /** Must match the server's messages. Without it, the status is enough. */
  readonly said?: RegExp;
  readonly cause: string;
  readonly remedy: string | ((attempt: Attempt) => string);
  /** The cause has nothing to do with the repository. */
  readonly concernsAll?: true;
}

const USER_TOKEN =
  "This is an installation token (ghs_…) such as GITHUB_TOKEN, which the Agent tasks API does not accept. Use a " +
  'user\'s token: a fine-grained personal access token with the repository permission "Agent tasks", or a GitHub ' +
  "App user access token.";

const AGENT_ALLOWED = "The organization must allow the Copilot cloud agent.";

const REPO_SCOPE =
  "Give the token the scope repo, and authorize it for the organization's single sign-on if there is one. " +
  AGENT_ALLOWED;

/** What to do about a missing permission. */
const PERMISSION_REMEDIES: Readonly<Record<TokenKind, string | ((access: string) => string)>> = {
  installation: USER_TOKEN,
  fine_grained: (access) =>
    `Give the fine-grained token the repository permission "Agent tasks" (${access}) for this repository. The ` +
    "organization may have to approve the token, and must allow the Copilot cloud agent.",
  app_user: (access) =>
    `Give the GitHub App the repository permission "Agent tasks" (${access}), and install it on this repository. ` +
    AGENT_ALLOWED,
  classic: REPO_SCOPE,
  oauth: REPO_SCOPE,
  unknown: (access) => `Check that the token has the permission "Agent tasks" (${access}). ${AGENT_ALLOWED}`,
};

/**
 * Rejections with a known cause. The first entry that matches counts.
 *
 * Sources: https://docs.github.com/rest/agent-tasks/agent-tasks and responses of the API that users reported.
 */
const CATALOGUE: readonly CatalogueEntry[] = [
  {
    status: 401,
    cause: "GitHub did not accept the token",
    remedy: ({ tokenKind }) =>
      tokenKind === "installation"
        ? USER_TOKEN
        : "The token is wrong, expired or revoked. Create a new one and update the secret.",
    concernsAll: true,
  },
  {
    status: 403,
    said: /copilot_plan_required|not licensed/i,
    cause: "the token's user has no Copilot seat that includes the cloud agent",
    remedy: "Give that user a Copilot Business or Enterprise seat, or use the token of a user who has one.",
    concernsAll: true,
  },
  {
    status: 403,
    said: /quota/i,
    cause: "the premium request quota is used up",
    remedy: "Wait until the quota resets, or raise the budget in the Copilot billing settings.",
    concernsAll: true,
  },
  {
    status: 403,
    cause: "this token is not allowed to do that",
    remedy: ({ tokenKind, writes }) => {
      const remedy = PERMISSION_REMEDIES[tokenKind];
      return typeof remedy === "string" ? remedy : remedy(writes ? "read and write" : "read");
    },
  },
  {
    status: 404,
    cause: "not found, or this token has no access",
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
    cause: "GitHub rejected the model",
    remedy:
      "Leave model empty to let GitHub choose, or set one that this user's plan and the organization's policy allow.",
  },
  {
    status: 422,
    said: /base_ref|head_ref|\bref\b|branch/i,
    cause: "GitHub rejected the branch",
    remedy: "Check that base_ref and head_ref are branches of that repository.",
  },
  {
    status: 422,
    said: /prompt/i,
    cause: "GitHub rejected the prompt",
    remedy: "Shorten the prompt; the agent's limit is about 30,000 characters.",
  },
  {
    status: 422,
    cause: "GitHub rejected the request",
    remedy: "Check prompt, model, custom_agent, base_ref and head_ref.",
  },
];

const UNKNOWN: Pick<CatalogueEntry, "cause" | "remedy"> = {
  cause: "GitHub rejected the request",
  remedy:
    "Read GitHub's message above. https://docs.github.com/rest/agent-tasks/agent-tasks describes the request.",
};

type Rejection = Extract<RequestFailure, { kind: "rejected" }>;

function findEntry(failure: Rejection): CatalogueEntry | undefined {
  const said = listMessages(failure).join("\n");
  return CATALOGUE.find((entry) => entry.status === failure.status && (entry.said?.test(said) ?? true));
}

/** The server's messages, in the order of its response. */
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
