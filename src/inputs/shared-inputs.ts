import { getFullName, type Repository } from "../github/repository.ts";
import { InputError } from "../runner/input-error.ts";
import { joinAlternatives, joinList } from "../text/format.ts";
import {
  type InputSource,
  invalidInput,
  readBoolean,
  readChoices,
  readEntries,
  readNumber,
} from "./parse.ts";

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

/** How many repeated entries a notice names. */
const MAX_NAMED_ENTRIES = 10;

/** Tasks per step. GitHub lets a user send 500 requests that create content per hour. */
const MAX_TASKS = 450;

/** Inputs that all three actions have. */
export interface CommonInputs {
  readonly token: string;
  readonly apiUrl: string;
  readonly jobSummary: boolean;
}

/** A list input without repeated entries. */
export interface MergedList<Entry> {
  readonly entries: readonly Entry[];
  /** What to tell about repeated entries, one sentence or none. */
  readonly notices: readonly string[];
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
    failOn: readFailOn(input),
  };
}

function readFailOn(input: InputSource): ReadonlySet<FailOn> {
  const given = input("fail_on");
  const expected = `a list of ${joinAlternatives(FAIL_ON)}; or none alone`;
  const entries = readEntries("fail_on", given, expected);
  if (entries.length === 1 && entries[0] === "none") {
    return new Set();
  }
  if (entries.length === 0 || entries.includes("none")) {
    throw invalidInput("fail_on", given, expected);
  }
  return new Set(readChoices("fail_on", entries, FAIL_ON, expected));
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

/** Repositories by `owner/name` or by their address on the server, as the error describes them. */
export function describeRepositories(serverUrl: string): string {
  return `owner/name or ${serverUrl}/owner/name`;
}

/** Reads one repository, which may be given several times, or `*`: null. */
export function readSingleRepository(
  given: string,
  serverUrl: string,
): { readonly repository: Repository | null; readonly notices: readonly string[] } {
  const expected = `one repository as ${describeRepositories(serverUrl)}, or "*" for all repositories`;
  const names = readEntries("repository", given, expected);
  if (names.length === 1 && names[0] === "*") {
    return { repository: null, notices: [] };
  }
  const { entries, notices } = readRepositories(names, serverUrl, expected);
  const [repository, ...others] = entries;
  if (repository === undefined || others.length > 0) {
    throw invalidInput("repository", given, expected);
  }
  return { repository, notices };
}

/** Reads repositories, and merges those that differ only in case. */
export function readRepositories(
  given: readonly string[],
  serverUrl: string,
  expected: string,
): MergedList<Repository> {
  const repositories = given.map((entry) => readRepository(entry, serverUrl, expected));
  return mergeEntries("repository", repositories, (repository) => getFullName(repository));
}

function readRepository(given: string, serverUrl: string, expected: string): Repository {
  const [owner = "", repo = ""] = toFullName(given, serverUrl).split("/");
  const isName = (name: string) => /^[\w.-]+$/.test(name) && !/^\.+$/.test(name);
  if (!isName(owner) || !isName(repo) || toFullName(given, serverUrl) !== `${owner}/${repo}`) {
    throw invalidInput("repository", hidePassword(given), expected);
  }
  return { owner, repo };
}

/** `owner/name` of a repository's address on the server. Other texts stay as they are. */
function toFullName(given: string, serverUrl: string): string {
  const [, root = "", name = ""] =
    /^(https?:\/\/[^/?#@\s]+)\/([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/i.exec(given) ?? [];
  return root !== "" && URL.parse(root)?.origin === URL.parse(serverUrl)?.origin ? name : given;
}

/** Merges entries whose keys differ at most in case. The first one counts. */
export function mergeEntries<Entry>(
  name: string,
  entries: readonly Entry[],
  toKey: (entry: Entry) => string,
): MergedList<Entry> {
  const byKey = Map.groupBy(entries, (entry) => toKey(entry).toLowerCase());
  const groups = [...byKey.values()];
  const repeated = groups.filter(({ length }) => length > 1).flatMap(([first]) => first ?? []);
  const names = joinList(repeated.map(toKey), MAX_NAMED_ENTRIES);
  if (groups.length > MAX_TASKS) {
    throw new InputError(
      `Input ${name} has ${groups.length} entries. Allowed: at most ${MAX_TASKS} per step, because GitHub limits how ` +
        "much a user can create per hour. See docs/many-repositories.md for larger lists.",
    );
  }
  return {
    entries: groups.flatMap(([first]) => first ?? []),
    notices: repeated.length === 0 ? [] : [`Input ${name} names ${names} more than once. Each counts once.`],
  };
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
    throw invalidInput("github_api_url", hidePassword(given), expected);
  }
  return url.href.replace(/\/+$/, "");
}

/** An address without a user name and a password. */
function hidePassword(given: string): string {
  return given.replace(/\/\/[^/@]*@/, "//***@");
}
