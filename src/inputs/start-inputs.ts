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

/** What to do where a task of the same key is still active. */
export const IF_ACTIVE = ["start", "skip", "attach"] as const;

export type IfActive = (typeof IF_ACTIVE)[number];

/** How long a task counts as active. */
export const ACTIVE_UNTIL = ["settled", "pull_request_closed"] as const;

export type ActiveUntil = (typeof ACTIVE_UNTIL)[number];

/** The `concurrency_key` that stands for every task of the token's user in a repository. */
export const EVERY_TASK = "*";

/** Where the prompt comes from. */
export type PromptSource =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "file"; readonly path: string }
  /** Nothing was given: the task is to resolve the issue. */
  | { readonly kind: "issue" };

/** Inputs of the start action. Empty text: not set. */
export interface StartInputs extends CommonInputs, WatchInputs, TriggerRule {
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
      `Input if_active is ${quote(ifActive)} with trace: false. The key of a task is in its trace: set trace: true, or ` +
        'concurrency_key: "*" to count every task of the token\'s user.',
    );
  }
  return { ifActive, activeUntil, concurrencyKey };
}

/** The key is part of the prompt's last line, for people to read: what does not show would make two keys look the same. */
function readConcurrencyKey(given: string): string {
  if ([...given].length > 200 || /[\p{C}\p{Zl}\p{Zp}]/u.test(given)) {
    throw invalidInput("concurrency_key", given, "visible text on one line, of at most 200 characters");
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

function readRepositories(given: string): readonly Repository[] {
  const allowed = "repositories as owner/name, one a line or comma-separated";
  const names = readNonEmptyList("repository", given, allowed);
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
    throw invalidInput("issue_number", given, "the number of an issue of this workflow's repository");
  }
  return Number(given);
}

function readBots(given: string): ReadonlySet<string> {
  const names = splitList(given).map((word) => {
    if (!/^[A-Za-z\d][A-Za-z\d-]*(\[bot\])?$/.test(word)) {
      const allowed =
        "the logins of bots, one a line or comma-separated, each in full: no * stands for others";
      throw invalidInput("allowed_bots", word, allowed);
    }
    return normalizeBotLogin(word);
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

/** Who may trigger a run that starts a task. */
export interface TriggerRule {
  readonly requiredPermission: Permission;
  /** Logins of bots in lower case, without `[bot]`. */
  readonly allowedBots: ReadonlySet<string>;
}

/** A bot's login as `allowed_bots` compares it: `Renovate[bot]` is `renovate`. */
export function normalizeBotLogin(login: string): string {
  return login.toLowerCase().replace(/\[bot\]$/, "");
}
