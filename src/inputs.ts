import type { Repository } from "./agent-tasks/api.ts";
import { KNOWN_STATES } from "./agent-tasks/task.ts";
import { PERMISSIONS } from "./github/permission.ts";
import {
  InputError,
  type InputSource,
  notAllowed,
  quote,
  readBoolean,
  readChoice,
  readChoices,
  readNumber,
  words,
} from "./input-values.ts";
import { botName, type TriggerRule } from "./trigger.ts";

/** What a step waits for. */
export type Wait = "no" | "settled" | "pull_request";

/** What to do where a task of the same key is still active. */
export const IF_ACTIVE = ["start", "skip", "attach"] as const;
export type IfActive = (typeof IF_ACTIVE)[number];

/** How long a task counts as active. */
export const ACTIVE_UNTIL = ["settled", "pull_request_closed"] as const;
export type ActiveUntil = (typeof ACTIVE_UNTIL)[number];

/** The `concurrency_key` that stands for every task of the token's user in a repository. */
export const EVERY_TASK = "*";

/** An end that can fail the step; see `fail_on`. */
export const FAIL_ON = [
  "failure",
  "cancelled",
  "timed_out",
  "action_required",
  "neutral",
  "skipped",
  "no_changes",
  "wait_timeout",
] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** The most tasks of one step: GitHub lets a user create 500 things an hour. */
const MOST_TASKS = 450;

/** Inputs that all three actions have. */
export interface CommonInputs {
  readonly token: string;
  readonly apiUrl: string;
  readonly jobSummary: boolean;
}

/** Inputs of an action that follows a task. Times in milliseconds. */
export interface FollowInputs {
  readonly githubToken: string;
  readonly wait: Wait;
  readonly timeoutMs: number;
  /** Null: the adaptive interval. */
  readonly pollIntervalMs: number | null;
  readonly failOn: ReadonlySet<FailOn>;
}

/** Where the prompt comes from. */
export type PromptSource =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "file"; readonly path: string }
  /** Nothing was given: the task is to resolve the issue. */
  | { readonly kind: "issue" };

/** Inputs of the start action. Empty text: not set. */
export interface StartInputs extends CommonInputs, FollowInputs, TriggerRule {
  /** At least one, each once. */
  readonly repositories: readonly Repository[];
  readonly prompt: PromptSource;
  /** The issue of the workflow's repository that the task is about; null: none. */
  readonly issueNumber: number | null;
  readonly issueComments: boolean;
  readonly baseRef: string;
  readonly headRef: string;
  readonly model: string;
  readonly customAgent: string;
  readonly createPullRequest: boolean;
  readonly trace: boolean;
  /** The job's `matrix` context as JSON. */
  readonly matrix: string;
  readonly dryRun: boolean;
  readonly ifActive: IfActive;
  readonly activeUntil: ActiveUntil;
  /** Empty: the default key. `*`: every task of the token's user. */
  readonly concurrencyKey: string;
  /** Whether a comment on that issue is kept up to date. */
  readonly comment: boolean;
}

/** Inputs of the status action. */
export interface StatusInputs extends CommonInputs, FollowInputs {
  /** At least one, each once. */
  readonly taskIds: readonly string[];
  /** Where all of them are; null: by ID alone. */
  readonly repository: Repository | null;
}

/** Inputs of the list action. */
export interface ListInputs extends CommonInputs {
  /** Null: all repositories. */
  readonly repository: Repository | null;
  /** States, comma-separated; empty: all. */
  readonly state: string;
  /** Milliseconds since the epoch; null: no limit. */
  readonly since: number | null;
  readonly creatorIds: readonly string[];
  readonly archived: boolean;
  /** Infinity: all. */
  readonly limit: number;
}

/** @throws {InputError} for the first input that is not allowed. */
export function readStartInputs(input: InputSource): StartInputs {
  return {
    ...readCommonInputs(input),
    ...readFollowInputs(input),
    repositories: readRepositories(input("repository")),
    prompt: readPromptSource(input),
    issueComments: readBoolean(input, "issue_comments"),
    requiredPermission: readChoice(input, "required_permission", PERMISSIONS),
    allowedBots: readBots(input("allowed_bots")),
    ...readRefs(input),
    model: input("model"),
    customAgent: input("custom_agent"),
    createPullRequest: readBoolean(input, "create_pull_request"),
    trace: readBoolean(input, "trace"),
    matrix: input("matrix"),
    dryRun: readBoolean(input, "dry_run"),
    ...readConcurrency(input),
    ...readComment(input),
  };
}

function readConcurrency(
  input: InputSource,
): Pick<StartInputs, "ifActive" | "activeUntil" | "concurrencyKey"> {
  const ifActive = readChoice(input, "if_active", IF_ACTIVE);
  const activeUntil = readChoice(input, "active_until", ACTIVE_UNTIL);
  const concurrencyKey = readConcurrencyKey(input("concurrency_key"));
  if (ifActive !== "start" && concurrencyKey !== EVERY_TASK && !readBoolean(input, "trace")) {
    throw new InputError(
      `Input if_active is ${quote(ifActive)} with trace: false. The key of a task is in its trace: set trace: true, or ` +
        'concurrency_key: "*" to count every task of the token\'s user.',
    );
  }
  return { ifActive, activeUntil, concurrencyKey };
}

/** The key is part of the prompt's last line, for people to read: what does not show would make two keys look the same. */
function readConcurrencyKey(given: string): string {
  if ([...given].length > 200 || /[\p{C}\p{Zl}\p{Zp}]/u.test(given)) {
    throw notAllowed("concurrency_key", given, "visible text on one line, of at most 200 characters");
  }
  return given;
}

function readComment(input: InputSource): Pick<StartInputs, "issueNumber" | "comment"> {
  const issueNumber = readIssueNumber(input("issue_number"));
  const comment = readBoolean(input, "comment");
  if (comment && issueNumber === null) {
    throw new InputError(
      "Input comment is true, but issue_number is empty: it tells where the comment goes.",
    );
  }
  if (comment && input("github_token") === "") {
    throw new InputError(
      "Input comment is true, but github_token is empty: the comment is written with that token.",
    );
  }
  return { issueNumber, comment };
}

/** @throws {InputError} for the first input that is not allowed. */
export function readStatusInputs(input: InputSource): StatusInputs {
  return {
    ...readCommonInputs(input),
    ...readFollowInputs(input),
    taskIds: readTaskIds(input("task_id")),
    repository:
      input("repository") === "" ? null : readRepository(input("repository"), "one repository as owner/name"),
  };
}

/**
 * @param now milliseconds since the epoch, from which an age counts.
 * @throws {InputError} for the first input that is not allowed.
 */
export function readListInputs(input: InputSource, now: number): ListInputs {
  const repository =
    input("repository") === "*"
      ? null
      : readRepository(input("repository"), 'one repository as owner/name, or "*" for all of them');
  const creatorIds = words(input("creator_id")).map((word) => {
    if (!/^[1-9]\d{0,18}$/.test(word)) {
      throw notAllowed("creator_id", word, "the numeric IDs of users, one a line or comma-separated");
    }
    return word;
  });
  if (repository === null && creatorIds.length > 0) {
    throw new InputError(
      'Input creator_id cannot be used with repository "*": that list holds only the tasks of the token\'s own user.',
    );
  }
  return {
    ...readCommonInputs(input),
    repository,
    state: readChoices(input, "state", KNOWN_STATES).join(","),
    since: readSince(input("since"), now),
    creatorIds,
    archived: readBoolean(input, "archived"),
    limit: readLimit(input("limit")),
  };
}

function readCommonInputs(input: InputSource): CommonInputs {
  return {
    token: readToken(input("token")),
    apiUrl: readApiUrl(input("github_api_url")),
    jobSummary: readBoolean(input, "job_summary"),
  };
}

function readFollowInputs(input: InputSource): FollowInputs {
  const interval = input("poll_interval_seconds");
  return {
    githubToken: input("github_token"),
    wait: readWait(input("wait")),
    timeoutMs:
      readNumber(input, "timeout_minutes", "a number above 0, at most 350", (n) => n > 0 && n <= 350) *
      60_000,
    pollIntervalMs:
      interval === ""
        ? null
        : readNumber(
            input,
            "poll_interval_seconds",
            "a number from 1 to 3600, or nothing",
            (n) => n >= 1 && n <= 3600,
          ) * 1000,
    failOn: new Set(readChoices(input, "fail_on", FAIL_ON)),
  };
}

/** A token is never part of an error. */
function readToken(token: string): string {
  if (token === "") {
    throw new InputError(
      "Input token is empty. It must be a user's token with the Agent tasks permission, usually " +
        "${{ secrets.AGENT_TASKS_TOKEN }}. The secret may be missing or misspelt, or this run gets no secrets: " +
        "runs for a pull request from a fork, and for Dependabot, do not.",
    );
  }
  if (token.startsWith("ghr_")) {
    throw new InputError(
      "Input token is a refresh token (ghr_…), which cannot be used for requests. Pass the user access token " +
        "(ghu_…) that it was issued with.",
    );
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new InputError(
      "Input token holds a blank, a line break or another character that no token has. Set the secret again, " +
        "with the token alone.",
    );
  }
  return token;
}

function readRepository(given: string, allowed: string): Repository {
  const match = /^([\w.-]+)\/([\w.-]+)$/.exec(given);
  const owner = match?.[1];
  const repo = match?.[2];
  if (owner === undefined || repo === undefined || /^\.+$/.test(owner) || /^\.+$/.test(repo)) {
    throw notAllowed("repository", given, allowed);
  }
  return { owner, repo };
}

function readRepositories(given: string): readonly Repository[] {
  const allowed = "repositories as owner/name, one a line or comma-separated";
  const names = several("repository", given, allowed);
  const [again] = names.filter((name, i) =>
    names.slice(0, i).some((other) => other.toLowerCase() === name.toLowerCase()),
  );
  if (again !== undefined) {
    throw new InputError(
      `Input repository has ${quote(again)} twice. Name each repository once: a step starts one task in each.`,
    );
  }
  return names.map((name) => readRepository(name, allowed));
}

function readTaskIds(given: string): readonly string[] {
  const allowed =
    "the IDs of tasks, as the start action's output task_id gives them, one a line or comma-separated";
  const ids = several("task_id", given, allowed);
  for (const [i, id] of ids.entries()) {
    // GitHub's IDs are UUIDs today; the API calls them strings. What would end up as another path is refused.
    if (!/^[\w.-]+$/.test(id) || /^\.+$/.test(id)) {
      throw notAllowed("task_id", id, allowed);
    }
    if (ids.indexOf(id) !== i) {
      throw new InputError(`Input task_id has ${quote(id)} twice. Name each task once.`);
    }
  }
  return ids;
}

/** At least one word, and no more than one step may have tasks. */
function several(name: string, given: string, allowed: string): readonly string[] {
  const found = words(given);
  if (found.length === 0) {
    throw notAllowed(name, given, allowed);
  }
  if (found.length > MOST_TASKS) {
    throw new InputError(
      `Input ${name} has ${found.length} entries. Allowed: at most ${MOST_TASKS} in one step, since GitHub limits how ` +
        "much one user may create in an hour. docs/fan-out.md tells how to go beyond that.",
    );
  }
  return found;
}

function readPromptSource(input: InputSource): PromptSource {
  const text = input("prompt");
  const path = input("prompt_file");
  if (text !== "" && path !== "") {
    throw new InputError(
      `Inputs prompt and prompt_file are both set (prompt_file is ${quote(path)}). Set only one.`,
    );
  }
  if (text === "" && path === "") {
    if (input("issue_number") !== "") {
      return { kind: "issue" };
    }
    throw new InputError(
      "Inputs prompt and prompt_file are both empty. Set one of them, or issue_number: it tells the agent what to do.",
    );
  }
  return text === "" ? { kind: "file", path } : { kind: "text", text };
}

function readIssueNumber(given: string): number | null {
  if (given === "") {
    return null;
  }
  if (!/^[1-9]\d{0,9}$/.test(given)) {
    throw notAllowed("issue_number", given, "the number of an issue of this workflow's repository");
  }
  return Number(given);
}

function readBots(given: string): ReadonlySet<string> {
  const names = words(given).map((word) => {
    if (!/^[A-Za-z\d][A-Za-z\d-]*(\[bot\])?$/.test(word)) {
      const allowed =
        "the logins of bots, one a line or comma-separated, each in full: no * stands for others";
      throw notAllowed("allowed_bots", word, allowed);
    }
    return botName(word);
  });
  return new Set(names);
}

/** GitHub honours a `head_ref` only together with a `base_ref`. */
function readRefs(input: InputSource): Pick<StartInputs, "baseRef" | "headRef"> {
  const refs = { baseRef: input("base_ref"), headRef: input("head_ref") };
  if (refs.headRef !== "" && refs.baseRef === "") {
    throw new InputError(
      `Input head_ref is ${quote(refs.headRef)}, and base_ref is empty. GitHub continues a pull request only where ` +
        "both are given: set base_ref to the branch that the pull request goes into.",
    );
  }
  return refs;
}

function readWait(given: string): Wait {
  switch (given.toLowerCase()) {
    case "false":
      return "no";
    case "true":
      return "settled";
    case "pull_request":
      return "pull_request";
    default:
      throw notAllowed("wait", given, "false, true or pull_request");
  }
}

function readApiUrl(given: string): string {
  const url = URL.parse(given);
  const loopback = url !== null && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  const secure = url !== null && (url.protocol === "https:" || (url.protocol === "http:" && loopback));
  if (!secure || url.username !== "" || url.password !== "" || /[?#]/.test(given)) {
    const allowed =
      "the address of GitHub's REST API, starting with https://, such as https://api.github.com";
    throw notAllowed("github_api_url", given.replace(/\/\/[^/@]*@/, "//***@"), allowed);
  }
  return url.href.replace(/\/+$/, "");
}

function readLimit(given: string): number {
  if (!/^\d{1,9}$/.test(given)) {
    throw notAllowed("limit", given, "a whole number, 0 for all");
  }
  return Number(given) || Number.POSITIVE_INFINITY;
}

const AGE_UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function readSince(given: string, now: number): number | null {
  if (given === "") {
    return null;
  }
  const age = /^(\d{1,6})([mhd])$/.exec(given);
  const time =
    age === null ? timeOf(given) : now - Number(age[1]) * (AGE_UNITS_MS[age[2] ?? ""] ?? Number.NaN);
  if (!(time >= 0)) {
    const allowed = "an age such as 90m, 24h or 7d, or a time as ISO 8601 such as 2026-11-20T08:00:00Z";
    throw notAllowed("since", given, allowed);
  }
  return time;
}

/** Milliseconds since the epoch; NaN where it is not a time as ISO 8601, or names a day that does not exist. */
function timeOf(given: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/.exec(given);
  const day = match?.[1] ?? "";
  const midnight = Date.parse(day);
  const exists = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
  return exists ? Date.parse(given) : Number.NaN;
}
