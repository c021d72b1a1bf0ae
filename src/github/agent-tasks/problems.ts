import { describeFailure, formatStatus, type Obstacle, type RequestFailure, reject } from "../http/error.ts";
import { type ErrorCode, getFailureCode } from "./error-code.ts";

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
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  /** Null if the problem is about the whole step. */
  readonly subject: ProblemSubject | null;
  /** Equal for problems that differ only in their subject, so that reports can group them. */
  readonly cause: string;
}

/** A problem whose cause is its own message, unless another cause is given. */
export function createProblem(
  code: ErrorCode,
  message: string,
  remedy: string,
  { subject = null, cause = `${message}\n${remedy}` }: Partial<Pick<Problem, "subject" | "cause">> = {},
): Problem {
  return { code, message, remedy, subject, cause };
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
  const { cause, remedy, page = "", code = getFailureCode(failure) } = explain(failure, attempt);
  return createProblem(code, `Could not ${what}: ${cause}.`, remedy, {
    subject,
    cause: withoutNames(`${cause}${page}`, subject),
  });
}

interface Explained {
  readonly cause: string;
  readonly remedy: string;
  /** The page that the remedy leads to, if other repositories may have another one. */
  readonly page?: string;
  /** Absent: the code of such a failure. */
  readonly code?: ErrorCode;
}

function explain(failure: RequestFailure, attempt: Attempt): Explained {
  const cause = describeFailure(failure);
  switch (failure.kind) {
    case "not_sent":
      return { cause, remedy: OBSTACLE_REMEDIES[failure.obstacle ?? "network"] };
    case "rate_limited": {
      const when = failure.retryAfterMs === null ? "in a while" : `in ${formatWait(failure.retryAfterMs)}`;
      return { cause, remedy: `Run this again ${when}. All tokens of this user share the limit.` };
    }
    case "indeterminate": {
      const when = failure.retryAfterMs === null ? "" : ` in ${formatWait(failure.retryAfterMs)}`;
      return { cause, remedy: `Run this again${when}. ${CHECK_STATUS}` };
    }
    case "unauthorized":
      return failure.hasWorked
        ? {
            cause: `the token has worked in this step, but GitHub does not accept it now (${cause})`,
            remedy: FLAKY_TOKEN,
          }
        : explain(reject(401, failure.message), attempt);
    case "redirected":
      return explainRedirect(failure);
    case "cancelled":
      return { cause, remedy: "Run this again if you still need it." };
    case "rejected": {
      if (isFromElsewhere(failure)) {
        return {
          cause: `HTTP ${failure.status} without a message of GitHub's API, probably from a proxy`,
          remedy: OBSTACLE_REMEDIES.network,
        };
      }
      const entry = findEntry(failure) ?? UNKNOWN;
      const response = formatStatus(failure.status, listMessages(failure).join("; "));
      const cause = typeof entry.cause === "string" ? entry.cause : entry.cause(failure);
      const remedy = typeof entry.remedy === "string" ? entry.remedy : entry.remedy(attempt, failure);
      // Each response has a query of its own in this address.
      const page = failure.singleSignOnUrl.replace(/\?.*/s, "");
      const { errorCode: code } = entry;
      return { cause: `${cause} (${response})`, remedy, page, ...(code === undefined ? {} : { code }) };
    }
  }
}

/** Whether nothing in a response says that GitHub sent it. */
function isFromElsewhere({ isFromApi, singleSignOnUrl, enterpriseVersion }: Rejection): boolean {
  return !isFromApi && singleSignOnUrl === "" && enterpriseVersion === "";
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

const FLAKY_TOKEN =
  "Run this again: GitHub sometimes rejects a valid token for a moment. If it still does, the token has expired or was " +
  "revoked. Then create a new one and update the secret.";

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
 * the cause is the token, its user, the network or the cancelled step (`all`); possibly every start, because GitHub
 * may be down (`maybe_all`); or every start if the next one fails so too, because the token may have expired since it worked
 * (`all_if_repeated`).
 */
export type FailureScope = "repository" | "maybe_all" | "all_if_repeated" | "all";

/** Which other starts would fail like this one. */
export function getFailureScope(failure: RequestFailure, kind: TokenKind): FailureScope {
  switch (failure.kind) {
    case "not_sent":
    case "rate_limited":
    case "cancelled":
      return "all";
    case "unauthorized":
      return failure.hasWorked ? "all_if_repeated" : "all";
    case "indeterminate":
      return "maybe_all";
    case "redirected":
      return "repository";
    case "rejected": {
      // The Agent tasks API accepts no installation token, whatever its permissions.
      const isInstallation = failure.status === 403 && kind === "installation";
      if (isInstallation || findEntry(failure)?.concernsAll === true) {
        return "all";
      }
      return failure.isFromApi ? "repository" : "maybe_all";
    }
  }
}

type Rejection = Extract<RequestFailure, { kind: "rejected" }>;

/** What a rejected request is about. */
type Topic = "model" | "branch" | "custom_agent" | "prompt";

/** A known cause. Without `has`, `code`, `about` and `said`, the status is enough. */
interface CatalogueEntry {
  /** Counts before everything else, whatever the status. */
  readonly has?: (failure: Rejection) => boolean;
  /** The code of the error, whatever the status. It counts before topic and words. */
  readonly code?: RegExp;
  readonly statuses: readonly number[];
  readonly about?: Topic;
  /** Must match what the server says, without the names in it. */
  readonly said?: RegExp;
  readonly cause: string | ((failure: Rejection) => string);
  readonly remedy: string | ((attempt: Attempt, failure: Rejection) => string);
  /** Absent: the code of the status. */
  readonly errorCode?: ErrorCode;
  /** The cause has nothing to do with the repository. */
  readonly concernsAll?: true;
}

const USER_TOKEN =
  "This is an installation token (ghs_…) such as GITHUB_TOKEN, which the Agent tasks API does not accept. Use a " +
  'user\'s token: a fine-grained personal access token with the repository permission "Agent tasks", or a GitHub ' +
  "App user access token.";

const BUDGET = {
  errorCode: "quota_exceeded",
  cause: "the budget for Copilot is used up",
  remedy:
    "Raise the budget in the billing settings of whoever pays for the plan, or wait for the next billing cycle.",
  concernsAll: true,
} as const;

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
 * Rejections with a known cause. Of several entries that match in the same way, the first one counts.
 *
 * Sources: https://docs.github.com/rest/agent-tasks/agent-tasks and responses of the API that users reported.
 */
const CATALOGUE: readonly CatalogueEntry[] = [
  {
    // GHE.com is not GitHub Enterprise Server, so a header without a version number does not count.
    has: ({ enterpriseVersion }) => /^\d+\.\d+/.test(enterpriseVersion),
    statuses: [],
    errorCode: "rejected",
    cause: ({ enterpriseVersion }) => `GitHub Enterprise Server ${enterpriseVersion} has no Agent tasks API`,
    remedy:
      "Only github.com and GHE.com have agent tasks. Run this in a workflow there, and leave github_api_url out.",
    concernsAll: true,
  },
  {
    has: ({ singleSignOnUrl }) => singleSignOnUrl !== "",
    code: /\b(saml|sso)\b/,
    statuses: [403],
    said: /\bSAML\b|single sign-on/i,
    errorCode: "forbidden",
    cause: "the token is not authorized for the organization's single sign-on",
    remedy: (_attempt, { singleSignOnUrl: url }) =>
      url === ""
        ? "Open the token's page in the settings of its user, and authorize it for the organization (Configure SSO)."
        : `As the token's user, open ${url} within an hour and authorize the token. Then run this again.`,
  },
  {
    statuses: [401],
    cause: "GitHub did not accept the token",
    remedy: ({ tokenKind }) =>
      tokenKind === "installation"
        ? USER_TOKEN
        : "The token is wrong, expired or revoked. Create a new one and update the secret.",
    concernsAll: true,
  },
  {
    code: /\bplan required|\blicen[sc]e|not licen[sc]ed/,
    statuses: [402, 403],
    said: /copilot_plan_required|not licen[sc]ed|valid copilot licen[sc]e/i,
    errorCode: "copilot_plan_required",
    cause: "the token's user has no Copilot plan that includes the cloud agent",
    remedy:
      "Give that user a Copilot plan that includes the cloud agent (https://github.com/features/copilot/plans), or use " +
      "the token of a user who has one.",
    concernsAll: true,
  },
  {
    code: /\bsuspended\b/,
    statuses: [401, 403],
    said: /\baccount (is|was|has been) suspended|\buser (is|was|has been) suspended|\bsuspended (user|account)\b/i,
    errorCode: "forbidden",
    cause: "the token's user is suspended",
    remedy:
      "Let that user ask GitHub Support (https://support.github.com), or use the token of another user.",
    concernsAll: true,
  },
  {
    code: /\bquota\b|\bpremium requests?\b/,
    statuses: [403, 429],
    said: /\bquota\b|\bpremium requests?\b/i,
    errorCode: "quota_exceeded",
    cause: "the premium request quota is used up",
    remedy: "Wait until the quota resets, or raise the budget in the Copilot billing settings.",
    concernsAll: true,
  },
  {
    code: /\bbudget|\bbilling\b|\bspending limit|\bpayment required/,
    statuses: [403, 429],
    said: /\bbudgets?\b|\bspending limit|\bbilling\b/i,
    ...BUDGET,
  },
  { statuses: [402], ...BUDGET },
  {
    code: /\bip allow list\b/,
    statuses: [403],
    said: /\bIP allow list\b/i,
    errorCode: "forbidden",
    cause: "the organization's IP allow list does not include this runner's address",
    remedy:
      "Use a runner whose address is on the list, such as a self-hosted one or a larger runner with static addresses. Or " +
      "let an owner of the organization add the address.",
  },
  {
    code: /\barchived\b/,
    statuses: [403, 422],
    said: /\b(is|was|been) archived\b|\barchived so is read-only\b|\barchived repositor/i,
    errorCode: "forbidden",
    cause: "the repository is archived",
    remedy: "Unarchive the repository in its settings, or take it out of the input repository.",
  },
  {
    statuses: [403],
    said: /\blifetime\b/i,
    cause: "the token lives longer than the organization or enterprise allows",
    remedy:
      "Give the token an earlier expiration date, on the page that GitHub's message names. Or create another token with " +
      "such a date, and update the secret.",
  },
  {
    statuses: [403],
    said: /\bforbids access via an? (personal access token|fine-grained|OAuth)|\bOAuth App access restrictions\b/i,
    cause: "the organization or enterprise does not allow tokens of this kind",
    remedy: "Use a token of another kind, or let an owner of the organization allow it.",
  },
  {
    statuses: [403],
    said: /\binstallation (is|was|has been) suspended/i,
    cause: "the installation of the GitHub App is suspended",
    remedy: "Let whoever installed the GitHub App, or an owner of the organization, unsuspend it.",
  },
  {
    statuses: [403],
    cause: "this token is not allowed to do that",
    remedy: ({ tokenKind, writes }) => {
      const remedy = PERMISSION_REMEDIES[tokenKind];
      return typeof remedy === "string" ? remedy : remedy(writes ? "read and write" : "read");
    },
  },
  {
    statuses: [404],
    cause: "not found, or this token has no access",
    remedy: ({ tokenKind, writes }) =>
      tokenKind === "installation"
        ? USER_TOKEN
        : `Check ${writes ? "the repository's name" : "the name and the ID"}. The token's user must have ${writes ? "write" : "read"} access to the ` +
          "repository, the organization must allow the Copilot cloud agent, and the repository must not have " +
          "opted out of it.",
  },
  {
    statuses: [400, 422],
    about: "model",
    cause: "GitHub rejected the model",
    remedy:
      "Leave model empty to let GitHub choose, or set one that this user's plan and the organization's policy allow.",
  },
  {
    statuses: [400, 422],
    about: "branch",
    cause: "GitHub rejected the branch",
    remedy: "Check that base_ref and head_ref are branches of that repository.",
  },
  {
    statuses: [400, 422],
    about: "custom_agent",
    cause: "GitHub rejected the custom agent",
    remedy:
      "Set custom_agent to the name of a file in .github/agents of that repository, without .agent.md. Or leave it empty.",
  },
  {
    statuses: [400, 422],
    about: "prompt",
    cause: "GitHub rejected the prompt",
    remedy: "Shorten the prompt; the agent's limit is about 30,000 characters.",
  },
  {
    statuses: [422],
    cause: "GitHub rejected the request",
    remedy: "Check prompt, model, custom_agent, base_ref and head_ref.",
  },
];

const UNKNOWN: Pick<CatalogueEntry, "cause" | "remedy" | "errorCode"> = {
  cause: "GitHub rejected the request",
  remedy:
    "Read GitHub's message above. https://docs.github.com/rest/agent-tasks/agent-tasks describes the request.",
};

/** The catalogue's entry: by a header or the error's code, then by what the error is about or says, then by the status. */
function findEntry(failure: Rejection): CatalogueEntry | undefined {
  const ofStatus = CATALOGUE.filter(({ statuses }) => statuses.includes(failure.status));
  const code = `${failure.code}\n${failure.error}`.replaceAll(/[_-]/g, " ").toLowerCase();
  const topic = findTopic(failure);
  const said = withoutQuotes(listMessages(failure).join("\n"));
  return (
    CATALOGUE.find(({ has }) => has?.(failure)) ??
    CATALOGUE.find((entry) => entry.code?.test(code)) ??
    ofStatus.find(
      ({ about, said: words }) => (about !== undefined && about === topic) || words?.test(said),
    ) ??
    ofStatus.find(({ about, said: words }) => about === undefined && words === undefined)
  );
}

const TOPICS: readonly (readonly [Topic, RegExp])[] = [
  ["model", /^models?$/],
  ["branch", /^((base|head)[ _])?(refs?|branch(es)?)$/],
  ["custom_agent", /^custom[ _]agents?$/],
  ["prompt", /^prompts?$/],
];

/** A word that names a topic, on its own: not a part of a path or of a longer name, such as `feature/data-model`. */
const TOPIC_WORD =
  /(?<![\w/.-])(?:(?:base|head)_ref|refs?|branch(?:es)?|models?|custom[ _]agents?|prompts?)(?![\w/-]|\.\w)/i;

/** What a rejected request is about: by the field that the error names, then by its code, then by the first word that says it. */
function findTopic({ code, errors, ...failure }: Rejection): Topic | null {
  const codes = [code, ...errors.map((error) => error.code)].flatMap((text) =>
    [...text.matchAll(/(?:(?:base|head)_ref|ref|branch|model|custom_agent|prompt)(?![a-z])/gi)].map(String),
  );
  const messages = [failure.message, ...errors.map(({ message }) => message)].flatMap(
    (text) => TOPIC_WORD.exec(withoutQuotes(text))?.[0] ?? [],
  );
  const names = [...errors.map(({ field }) => field), ...codes, ...messages].map((name) =>
    name.toLowerCase(),
  );
  return names.flatMap((name) => TOPICS.find(([, pattern]) => pattern.test(name))?.[0] ?? [])[0] ?? null;
}

/** Without names in quotes, and without addresses: their words say nothing about the error. */
function withoutQuotes(text: string): string {
  return text.replaceAll(/https?:\/\/\S+/g, "").replaceAll(/(?<!\w)(['"`])[^\s'"`]*\1(?!\w)/g, "");
}

/** What the server says, in the order of its response. */
function listMessages({ message, code, error, errors }: Rejection): readonly string[] {
  const texts = [message || error, ...errors.map((entry) => entry.message || entry.code), code];
  return texts.filter((text) => text !== "");
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
