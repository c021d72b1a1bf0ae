import type { Repository } from "../github/repository.ts";
import { InputError } from "../runner/input-error.ts";
import { type InputSource, invalidInput, readBoolean, readChoices, readNumber, splitList } from "./parse.ts";

/** What a step waits for. */
export type Wait = "no" | "settled" | "pull_request";

/** The outcomes that can fail the step; see `fail_on`. */
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

/** Tasks per step. GitHub lets a user send 500 requests that create content per hour. */
const MAX_TASKS = 450;

/** Inputs that all three actions have. */
export interface CommonInputs {
  readonly token: string;
  readonly apiUrl: string;
  readonly jobSummary: boolean;
}

/** Inputs of an action that waits for tasks. Times in milliseconds. */
export interface WatchInputs {
  readonly githubToken: string;
  readonly wait: Wait;
  readonly timeoutMs: number;
  /** Null: the interval adapts to the task's age. */
  readonly pollIntervalMs: number | null;
  readonly failOn: ReadonlySet<FailOn>;
}

export function readCommonInputs(input: InputSource): CommonInputs {
  return {
    token: readToken(input("token")),
    apiUrl: readApiUrl(input("github_api_url")),
    jobSummary: readBoolean(input, "job_summary"),
  };
}

export function readWatchInputs(input: InputSource): WatchInputs {
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
            "a number from 1 to 3600, or empty",
            (n) => n >= 1 && n <= 3600,
          ) * 1000,
    failOn: new Set(readChoices(input, "fail_on", FAIL_ON)),
  };
}

/** Errors never include the token. */
function readToken(token: string): string {
  if (token === "") {
    throw new InputError(
      "Input token is empty. It must be a user's token with the Agent tasks permission, usually " +
        "${{ secrets.AGENT_TASKS_TOKEN }}. The secret may be missing or misspelled, or this run cannot read " +
        "secrets, like runs for pull requests from forks and for Dependabot.",
    );
  }
  if (token.startsWith("ghr_")) {
    throw new InputError(
      "Input token is a refresh token (ghr_…), which cannot be used for requests. Use the user access token " +
        "(ghu_…) that it was issued with.",
    );
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new InputError(
      "Input token contains a space, a line break or another character that tokens never have. Set the secret " +
        "to the token alone.",
    );
  }
  return token;
}

export function readRepository(given: string, expected: string): Repository {
  const match = /^([\w.-]+)\/([\w.-]+)$/.exec(given);
  const owner = match?.[1];
  const repo = match?.[2];
  if (owner === undefined || repo === undefined || /^\.+$/.test(owner) || /^\.+$/.test(repo)) {
    throw invalidInput("repository", given, expected);
  }
  return { owner, repo };
}

/** A list with at least one entry and at most {@link MAX_TASKS}. */
export function readNonEmptyList(name: string, given: string, expected: string): readonly string[] {
  const entries = splitList(given);
  if (entries.length === 0) {
    throw invalidInput(name, given, expected);
  }
  if (entries.length > MAX_TASKS) {
    throw new InputError(
      `Input ${name} has ${entries.length} entries. Allowed: at most ${MAX_TASKS} per step, because GitHub limits how ` +
        "much a user can create per hour. See docs/fan-out.md for larger lists.",
    );
  }
  return entries;
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
      throw invalidInput("wait", given, "false, true or pull_request");
  }
}

function readApiUrl(given: string): string {
  const url = URL.parse(given);
  const loopback = url !== null && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  const secure = url !== null && (url.protocol === "https:" || (url.protocol === "http:" && loopback));
  if (!secure || url.username !== "" || url.password !== "" || /[?#]/.test(given)) {
    const expected = "the URL of GitHub's REST API, starting with https://, such as https://api.github.com";
    throw invalidInput("github_api_url", given.replace(/\/\/[^/@]*@/, "//***@"), expected);
  }
  return url.href.replace(/\/+$/, "");
}
