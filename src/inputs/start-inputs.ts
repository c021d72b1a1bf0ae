import { PERMISSIONS, type Permission } from "../github/permissions.ts";
import { type Repository, toBranchName } from "../github/repository.ts";
import { InputError } from "../runner/input-error.ts";
import { removeInvisible } from "../text/invisible.ts";
import { type InputRunner, withDefaults } from "./defaults.ts";
import {
  type InputSource,
  invalidInput,
  quote,
  readBoolean,
  readChoice,
  readEntries,
  refuseTokens,
} from "./parse.ts";
import {
  type CommonInputs,
  describeRepositories,
  type MergedList,
  readCommonInputs,
  readRepositories,
  readWatchInputs,
  type WatchInputs,
} from "./shared-inputs.ts";

/** What to do if a task with the same key is still active. */
const IF_ACTIVE = ["start", "skip", "attach"] as const;

type IfActive = (typeof IF_ACTIVE)[number];

/** How long a task counts as active. */
const ACTIVE_UNTIL = ["settled", "pull_request_closed"] as const;

type ActiveUntil = (typeof ACTIVE_UNTIL)[number];

/** The `concurrency_key` that matches every task of the token's user in a repository. */
export const EVERY_TASK = "*";

/** Where the prompt comes from. */
export type PromptSource =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "file"; readonly path: string }
  /** No prompt is set: the task is to resolve the issue. */
  | { readonly kind: "issue" };

/** Inputs of the start action. Empty text: not set. */
export interface StartInputs extends CommonInputs, WatchInputs, TriggerRule {
  /** At least one, without duplicates. */
  readonly repositories: readonly Repository[];
  /** What to tell about the inputs. */
  readonly notices: readonly string[];
  readonly prompt: PromptSource;
  /** The issue that the task is about, in the workflow's repository; null: none. */
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
  /** Empty: the default key. */
  readonly concurrencyKey: string;
  /** Whether to keep a comment on that issue up to date. */
  readonly comment: boolean;
}

/** @throws {InputError} for the first input that is not allowed. */
export function readStartInputs(given: InputSource, runner: InputRunner): StartInputs {
  const input = refuseTokens(withDefaults("start", given, runner), ["token", "github_token"]);
  const { entries, notices } = readStartRepositories(input("repository"), runner.serverUrl);
  return {
    ...readCommonInputs(input),
    ...readWatchInputs(input),
    repositories: entries,
    notices,
    prompt: readPromptSource(input),
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
    ...readIssueInputs(input),
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
      `Input if_active is ${quote(ifActive)} with trace: false. The key of a task is part of its trace line. Set ` +
        'trace: true, or concurrency_key: "*" to match every task of the token\'s user.',
    );
  }
  return { ifActive, activeUntil, concurrencyKey };
}

/** People read the key in the trace line: with invisible characters, two keys could look the same. */
function readConcurrencyKey(given: string): string {
  if ([...given].length > 200 || removeInvisible(given) !== given) {
    throw invalidInput("concurrency_key", given, "one line of visible text, at most 200 characters");
  }
  return given;
}

function readIssueInputs(input: InputSource): Pick<StartInputs, "issueNumber" | "issueComments" | "comment"> {
  const issueNumber = readIssueNumber(input("issue_number"));
  const issueComments = readBoolean(input, "issue_comments");
  const comment = readBoolean(input, "comment");
  if (issueComments && issueNumber === null) {
    throw new InputError(
      "Input issue_comments is true, but issue_number is empty. Set it to the issue whose comments are quoted.",
    );
  }
  if (comment && issueNumber === null) {
    throw new InputError(
      "Input comment is true, but issue_number is empty. Set it to the issue that gets the comment.",
    );
  }
  if (comment && input("github_token") === "") {
    throw new InputError(
      "Input comment is true, but github_token is empty. The comment is written with that token.",
    );
  }
  return { issueNumber, issueComments, comment };
}

/** An empty list, as of an earlier job, must not start a task in the workflow's own repository. */
function readStartRepositories(given: string, serverUrl: string): MergedList<Repository> {
  const expected =
    `repositories as ${describeRepositories(serverUrl)}, one per line, comma-separated or as a JSON array. Leave the ` +
    "input out for the workflow's repository";
  const names = readEntries("repository", given, expected);
  if (names.length === 0) {
    throw invalidInput("repository", given, expected);
  }
  return readRepositories(names, serverUrl, expected);
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
      "Inputs prompt, prompt_file and issue_number are all empty. Set prompt or prompt_file, issue_number, or both, to tell " +
        "the agent what to do. The expression github.event.issue.number is empty on events without an issue, such as schedule.",
    );
  }
  return text === "" ? { kind: "file", path } : { kind: "text", text };
}

function readIssueNumber(given: string): number | null {
  if (given === "") {
    return null;
  }
  if (!/^[1-9]\d{0,9}$/.test(given)) {
    throw invalidInput("issue_number", given, "the number of an issue in this workflow's repository");
  }
  return Number(given);
}

function readBots(given: string): ReadonlySet<string> {
  const expected = "full logins of bots, one per line, comma-separated or as a JSON array, without wildcards";
  const logins = readEntries("allowed_bots", given, expected);
  const wrong = logins.filter((login) => !/^[A-Za-z\d][A-Za-z\d-]*(\[bot\])?$/.test(login));
  if (wrong.length > 0) {
    throw invalidInput("allowed_bots", wrong.join(", "), expected);
  }
  return new Set(logins.map(normalizeBotLogin));
}

/** The name of a branch. `github.ref` has it with `refs/heads/`. */
function readBranch(input: InputSource, name: string): string {
  const given = input(name);
  const branch = toBranchName(given);
  if (given !== "" && branch === "") {
    throw invalidInput(name, given, "the name of a branch, with or without refs/heads/");
  }
  return branch;
}

/** GitHub ignores a `head_ref` without a `base_ref`. */
function readRefs(input: InputSource): Pick<StartInputs, "baseRef" | "headRef"> {
  const refs = { baseRef: readBranch(input, "base_ref"), headRef: readBranch(input, "head_ref") };
  if (refs.headRef !== "" && refs.baseRef === "") {
    throw new InputError(
      `Input head_ref is ${quote(refs.headRef)}, and base_ref is empty. GitHub continues a pull request only if both ` +
        "are set. Set base_ref to the base branch of the pull request.",
    );
  }
  return refs;
}

/** Who may trigger a run that starts a task. */
export interface TriggerRule {
  readonly requiredPermission: Permission;
  /** Bot logins in lower case, without `[bot]`. */
  readonly allowedBots: ReadonlySet<string>;
}

/** A bot's login as compared with `allowed_bots`: `Renovate[bot]` becomes `renovate`. */
export function normalizeBotLogin(login: string): string {
  return login.toLowerCase().replace(/\[bot\]$/, "");
}
