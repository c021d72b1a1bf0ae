import { isRecord, toId, toLogin, toText, toTime } from "../text/json.ts";
import { type FailedLookup, failLookup, type LookupContext, requestWithFallback } from "./fallback.ts";
import { isNotFound } from "./http/error.ts";
import { getFullName, type Repository } from "./repository.ts";

/** An issue or a pull request, by its number. */
export interface IssueRef extends Repository {
  readonly number: number;
}

/** An issue as it is now. */
export interface Issue {
  readonly title: string;
  readonly body: string;
  /** Issues and pull requests share their numbers. */
  readonly isPullRequest: boolean;
  /** Whether it is the issue that was asked for. Not if it was transferred, or if the response does not say. */
  readonly isSame: boolean;
  /** The server's time of the response, milliseconds since the epoch. */
  readonly serverNow: number;
}

/** A comment on an issue. Times in milliseconds since the epoch. */
export interface IssueComment {
  /** An int64 as text. */
  readonly id: string;
  /** Empty if the account was deleted. */
  readonly author: string;
  readonly authorIsBot: boolean;
  readonly body: string;
  readonly createdAt: number;
  /** When it was last edited, or later: other changes count too. */
  readonly updatedAt: number;
}

/** The comments of an issue. */
interface IssueComments {
  readonly comments: readonly IssueComment[];
  /** False if the issue has more than were read. */
  readonly complete: boolean;
}

/** More comments would not fit in a prompt anyway. */
const MAX_COMMENT_PAGES = 10;

/**
 * Gets an issue, with each client in turn.
 *
 * @returns `none` if the issue does not exist, or no client can see it.
 *
 * Source: https://docs.github.com/rest/issues/issues#get-an-issue
 */
export async function getIssue(
  context: LookupContext,
  ref: IssueRef,
): Promise<{ readonly kind: "found"; readonly value: Issue } | { readonly kind: "none" } | FailedLookup> {
  const { owner, repo, number } = ref;
  const path = "GET /repos/{owner}/{repo}/issues/{issue_number}";
  const request = { signal: context.signal, verbatim: true };
  const parameters = { owner, repo, issue_number: number, request };
  const result = await requestWithFallback(
    context,
    (octokit) => octokit.request(path, parameters),
    (data) => readIssue(data, ref),
  );
  if (result.ok) {
    return {
      kind: "found",
      value: { ...result.value, serverNow: result.meta.serverNow ?? context.clock.now() },
    };
  }
  return result.failures.every(({ failure }) => isNotFound(failure))
    ? { kind: "none" }
    : failLookup(result.failures);
}

/**
 * Lists an issue's comments, oldest first, 1,000 at most.
 *
 * Source: https://docs.github.com/rest/issues/comments#list-issue-comments
 */
export async function listComments(
  context: LookupContext,
  ref: IssueRef,
): Promise<{ readonly kind: "found"; readonly value: IssueComments } | FailedLookup> {
  const { owner, repo, number } = ref;
  const path = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments";
  const request = { signal: context.signal, verbatim: true };
  const parameters = { owner, repo, issue_number: number, request };
  const comments: IssueComment[] = [];
  for (let page = 1; page <= MAX_COMMENT_PAGES; page++) {
    const result = await requestWithFallback(
      context,
      (octokit) => octokit.request(path, { ...parameters, per_page: 100, page }),
      (data) => (Array.isArray(data) ? data : undefined),
    );
    if (!result.ok) {
      return failLookup(result.failures);
    }
    const isOther = (url: unknown) => url !== undefined && !namesIssue(url, ref);
    if (result.value.some((comment) => isRecord(comment) && isOther(comment.issue_url))) {
      return { kind: "unknown", reason: "GitHub answered with comments on another issue", code: "not_found" };
    }
    comments.push(...result.value.flatMap(readComment));
    if (result.meta.nextPage === null) {
      return { kind: "found", value: { comments, complete: true } };
    }
  }
  return { kind: "found", value: { comments, complete: false } };
}

function readIssue(data: unknown, ref: IssueRef): Omit<Issue, "serverNow"> | undefined {
  if (!isRecord(data) || typeof data.title !== "string") {
    return undefined;
  }
  return {
    title: data.title,
    body: toText(data.body),
    isPullRequest: isRecord(data.pull_request),
    isSame: isSameIssue(data, ref),
  };
}

/** Whether a response is about this issue. A transferred issue answers from its new repository, which may be private. */
function isSameIssue(data: Readonly<Record<string, unknown>>, ref: IssueRef): boolean {
  const pullRequest = `/${getFullName(ref)}/pull/${ref.number}`;
  const repository = `/repos/${getFullName(ref)}`;
  const answers = [
    [data.url, (url: unknown) => namesIssue(url, ref)],
    [data.html_url, (url: unknown) => namesIssue(url, ref) || endsWithPath(url, pullRequest)],
    [data.repository_url, (url: unknown) => endsWithPath(url, repository)],
  ] as const;
  const given = answers.filter(([url]) => url !== undefined);
  return data.number === ref.number && given.length > 0 && given.every(([url, isSame]) => isSame(url));
}

function namesIssue(address: unknown, ref: IssueRef): boolean {
  return endsWithPath(address, `/${getFullName(ref)}/issues/${ref.number}`);
}

/** Whether the path of an address ends so. GitHub's names do not differ by case alone. */
function endsWithPath(address: unknown, path: string): boolean {
  const url = URL.parse(typeof address === "string" ? address : "");
  return url?.pathname.toLowerCase().endsWith(path.toLowerCase()) ?? false;
}

/** A comment without times is left out: nobody knows if it was there when the run was triggered. */
function readComment(value: unknown): IssueComment[] {
  if (!isRecord(value)) {
    return [];
  }
  const { id, body, user } = value;
  const createdAt = toTime(value.created_at);
  const updatedAt = toTime(value.updated_at);
  if (typeof body !== "string" || createdAt === null || updatedAt === null) {
    return [];
  }
  const author = toLogin(user);
  const authorIsBot = author.endsWith("[bot]") || (isRecord(user) && user.type === "Bot");
  return [{ id: toId(id), author, authorIsBot, body, createdAt, updatedAt }];
}
