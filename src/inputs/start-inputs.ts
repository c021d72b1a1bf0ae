import { PERMISSIONS, type Permission } from "../github/permissions.ts";
import type { Repository } from "../github/repository.ts";
import { InputError } from "../runner/input-error.ts";
import { type InputSource, invalidInput, quote, readBoolean, readChoice, splitList } from "./parse.ts";
import {
  type CommonInputs,
  readCommonInputs,
  readNonEmptyList,
  readRepository,
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
export function readStartInputs(input: InputSource): StartInputs {
  return {
    ...readCommonInputs(input),
    ...readWatchInputs(input),
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
      `Input if_active is ${quote(ifActive)} with trace: false. The key of a task is part of its trace line. Set ` +
        'trace: true, or concurrency_key: "*" to match every task of the token\'s user.',
    );
  }
  return { ifActive, activeUntil, concurrencyKey };
}

/** People read the key in the trace line: with invisible characters, two keys could look the same. */
function readConcurrencyKey(given: string): string {
  if ([...given].length > 200 || /[\p{C}\p{Zl}\p{Zp}]/u.test(given)) {
    throw invalidInput("concurrency_key", given, "one line of visible text, at most 200 characters");
  }
  return given;
}

function readComment(input: InputSource): Pick<StartInputs, "issueNumber" | "comment"> {
  const issueNumber = readIssueNumber(input("issue_number"));
  const comment = readBoolean(input, "comment");
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
  return { issueNumber, comment };
}

function readRepositories(given: string): readonly Repository[] {
  const expected = "repositories as owner/name, one per line or comma-separated";
  const names = readNonEmptyList("repository", given, expected);
  const duplicate = names.find((name, i) =>
    names.slice(0, i).some((other) => other.toLowerCase() === name.toLowerCase()),
  );
  if (duplicate !== undefined) {
    throw new InputError(
      `Input repository has ${quote(duplicate)} twice. List each repository once: a step starts one task in each.`,
    );
  }
  return names.map((name) => readRepository(name, expected));
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
      "Inputs prompt and prompt_file are both empty. Set one of them, or issue_number, to tell the agent what to do.",
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
  const names = splitList(given).map((word) => {
    if (!/^[A-Za-z\d][A-Za-z\d-]*(\[bot\])?$/.test(word)) {
      throw invalidInput(
        "allowed_bots",
        word,
        "full logins of bots, one per line or comma-separated, without wildcards",
      );
    }
    return normalizeBotLogin(word);
  });
  return new Set(names);
}

/** GitHub ignores a `head_ref` without a `base_ref`. */
function readRefs(input: InputSource): Pick<StartInputs, "baseRef" | "headRef"> {
  const refs = { baseRef: input("base_ref"), headRef: input("head_ref") };
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
