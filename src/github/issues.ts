import { isRecord, toId, toLogin, toText, toTime } from "../text/json.ts";
import { formatReasons, type Lookup, type LookupContext, requestWithFallback } from "./fallback.ts";
import { isNotFound } from "./http/error.ts";

/** An issue's text as it is now. */
export interface Issue {
  readonly title: string;
  readonly body: string;
  /** Pull requests have numbers among the issues'. */
  readonly isPullRequest: boolean;
  /** The server's time when it looked like that, milliseconds since the epoch. */
  readonly serverNow: number;
}

/** A comment on an issue. Times in milliseconds since the epoch. */
export interface IssueComment {
  /** An int64 as text. */
  readonly id: string;
  /** Empty where the account is gone. */
  readonly author: string;
  readonly authorIsBot: boolean;
  readonly body: string;
  readonly createdAt: number;
  /** When it was last edited, or later: other changes count too. */
  readonly updatedAt: number;
}

/** Which issue. */
export interface IssueRef {
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
}

/** Ten pages: what comes later does not fit into a prompt anyway. */
const MAX_COMMENT_PAGES = 10;

/**
 * Reads an issue, with each client in turn.
 *
 * @returns `none` where there is no such issue, or nobody may see it.
 *
 * Source: https://docs.github.com/rest/issues/issues#get-an-issue
 */
export async function getIssue(
  context: LookupContext,
  { owner, repo, number }: IssueRef,
): Promise<Lookup<Issue>> {
  const request = { signal: context.signal };
  const answer = await requestWithFallback(
    context,
    (octokit) =>
      octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", {
        owner,
        repo,
        issue_number: number,
        request,
      }),
    readIssue,
  );
  if (answer.ok) {
    return { kind: "found", value: { ...answer.value, serverNow: answer.meta.serverNow } };
  }
  return answer.failures.every(({ failure }) => isNotFound(failure))
    ? { kind: "none" }
    : { kind: "unknown", reason: formatReasons(answer.failures) };
}

/**
 * Reads an issue's comments, oldest first, 1,000 at most.
 *
 * Source: https://docs.github.com/rest/issues/comments#list-issue-comments
 */
export async function listComments(
  context: LookupContext,
  { owner, repo, number }: IssueRef,
): Promise<Exclude<Lookup<readonly IssueComment[]>, { kind: "none" }>> {
  const request = { signal: context.signal };
  const comments: IssueComment[] = [];
  for (let page = 1; page <= MAX_COMMENT_PAGES; page++) {
    const answer = await requestWithFallback(
      context,
      (octokit) =>
        octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
          owner,
          repo,
          issue_number: number,
          per_page: 100,
          page,
          request,
        }),
      readComments,
    );
    if (!answer.ok) {
      return { kind: "unknown", reason: formatReasons(answer.failures) };
    }
    comments.push(...answer.value);
    if (answer.meta.nextPage === null) {
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

/** A comment without its times cannot be placed before or after anything: it is left out. */
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
