import type { Repository } from "../github/repository.ts";
import { InputError } from "../runner/input-error.ts";
import { type InputSource, invalidInput, readBoolean, readChoices, readNumber, splitList } from "./parse.ts";

/** What a step waits for. */
export type Wait = "no" | "settled" | "pull_request";

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
const MAX_TASKS = 450;

/** Inputs that all three actions have. */
export interface CommonInputs {
  readonly token: string;
  readonly apiUrl: string;
  readonly jobSummary: boolean;
}

/** Inputs of an action that follows a task. Times in milliseconds. */
export interface WatchInputs {
  readonly githubToken: string;
  readonly wait: Wait;
  readonly timeoutMs: number;
  /** Null: the adaptive interval. */
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

export function readRepository(given: string, allowed: string): Repository {
  const match = /^([\w.-]+)\/([\w.-]+)$/.exec(given);
  const owner = match?.[1];
  const repo = match?.[2];
  if (owner === undefined || repo === undefined || /^\.+$/.test(owner) || /^\.+$/.test(repo)) {
    throw invalidInput("repository", given, allowed);
  }
  return { owner, repo };
}

/** At least one word, and no more than one step may have tasks. */
export function readNonEmptyList(name: string, given: string, allowed: string): readonly string[] {
  const found = splitList(given);
  if (found.length === 0) {
    throw invalidInput(name, given, allowed);
  }
  if (found.length > MAX_TASKS) {
    throw new InputError(
      `Input ${name} has ${found.length} entries. Allowed: at most ${MAX_TASKS} in one step, since GitHub limits how ` +
        "much one user may create in an hour. docs/fan-out.md tells how to go beyond that.",
    );
  }
  return found;
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
    const allowed =
      "the address of GitHub's REST API, starting with https://, such as https://api.github.com";
    throw invalidInput("github_api_url", given.replace(/\/\/[^/@]*@/, "//***@"), allowed);
  }
  return url.href.replace(/\/+$/, "");
}

export const AGE_UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
