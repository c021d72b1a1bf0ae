import { isRecord, toId, toLogin, toText, toTime } from "../text/json.ts";
import { formatReasons, type Lookup, type LookupContext, requestWithFallback } from "./fallback.ts";
import { isNotFound } from "./http/error.ts";
import type { Repository } from "./repository.ts";

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
  { owner, repo, number }: IssueRef,
): Promise<Lookup<Issue>> {
  const path = "GET /repos/{owner}/{repo}/issues/{issue_number}";
  const parameters = { owner, repo, issue_number: number, request: { signal: context.signal } };
  const result = await requestWithFallback(
    context,
    (octokit) => octokit.request(path, parameters),
    readIssue,
  );
  if (result.ok) {
    return { kind: "found", value: { ...result.value, serverNow: result.meta.serverNow } };
  }
  return result.failures.every(({ failure }) => isNotFound(failure))
    ? { kind: "none" }
    : { kind: "unknown", reason: formatReasons(result.failures) };
}

/**
 * Lists an issue's comments, oldest first, 1,000 at most.
 *
 * Source: https://docs.github.com/rest/issues/comments#list-issue-comments
 */
export async function listComments(
  context: LookupContext,
  { owner, repo, number }: IssueRef,
): Promise<Exclude<Lookup<readonly IssueComment[]>, { kind: "none" }>> {
  const path = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments";
  const parameters = { owner, repo, issue_number: number, request: { signal: context.signal } };
  const comments: IssueComment[] = [];
  for (let page = 1; page <= MAX_COMMENT_PAGES; page++) {
    const result = await requestWithFallback(
      context,
      (octokit) => octokit.request(path, { ...parameters, per_page: 100, page }),
      readComments,
    );
    if (!result.ok) {
      return { kind: "unknown", reason: formatReasons(result.failures) };
    }
    comments.push(...result.value);
    if (result.meta.nextPage === null) {
      break;
    }
  }
  return { kind: "found", value: comments };
}

function readIssue(data: unknown): Omit<Issue, "serverNow"> | undefined {
  if (!isRecord(data) || typeof data.title !== "string") {
    return undefined;
  }
  return {
    title: data.title,
    body: toText(data.body),
    isPullRequest: isRecord(data.pull_request),
  };
}

function readComments(data: unknown): readonly IssueComment[] | undefined {
  return Array.isArray(data) ? data.flatMap(readComment) : undefined;
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
