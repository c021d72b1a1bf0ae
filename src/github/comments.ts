import type { Octokit } from "@octokit/core";
import { isRecord, toId, toText } from "../text/json.ts";
import { reject } from "./http/error.ts";
import { sendGraphql } from "./http/graphql.ts";
import { type RequestContext, type RequestResult, toResult } from "./http/result.ts";
import { OUT_OF_TIME, type RetryOptions } from "./http/retry.ts";
import type { IssueRef } from "./issues.ts";
import type { Repository } from "./repository.ts";

/** A comment on an issue or a pull request. `id` is an int64 as text. */
export interface CommentRef extends Repository {
  readonly id: string;
}

const COMMENTS = `query ($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    issueOrPullRequest(number: $number) {
      ... on Issue { comments(first: 100, after: $after) { ...page } }
      ... on PullRequest { comments(first: 100, after: $after) { ...page } }
    }
  }
}
fragment page on IssueCommentConnection {
  nodes { fullDatabaseId viewerDidAuthor body }
  pageInfo { hasNextPage endCursor }
}`;

/** The most pages of comments to search. A server could always name another one. */
const MAX_PAGES = 10;

/** What the search for a comment found. `cut_off`: nothing, but the issue has more comments than were searched. */
export type FoundComment =
  | { readonly kind: "found"; readonly id: string }
  | { readonly kind: "none" }
  | { readonly kind: "cut_off" };

/**
 * Finds the comment that begins with a marker and was written by this client's user. Anybody can write the marker;
 * only GitHub knows who wrote a comment.
 *
 * @param context `giveUpAt` is for all pages together.
 * @returns if GitHub returns errors instead of comments, the failure is `rejected`.
 */
export async function findOwnComment(
  octokit: Octokit,
  issue: IssueRef,
  marker: string,
  context: RequestContext & Pick<RetryOptions, "giveUpAt">,
): Promise<RequestResult<FoundComment>> {
  const cursors = new Set<string>();
  let after: string | null = null;
  for (let pages = 1; ; pages++) {
    if (pages > 1 && context.clock.now() > context.giveUpAt) {
      return { ok: false, failure: OUT_OF_TIME };
    }
    const variables: Readonly<Record<string, unknown>> = { ...issue, after };
    const result = await sendGraphql(octokit, COMMENTS, variables, context);
    if (!result.ok) {
      return result;
    }
    const page = readCommentPage(result.value.data);
    if (page === undefined) {
      const reasons = result.value.errors.map(({ message }) => message);
      const message = reasons.join("; ") || "GitHub shows no comments of that issue";
      return { ok: false, failure: reject(200, message) };
    }
    const own = page.nodes.find((node) => isOwn(node, marker));
    if (own !== undefined) {
      return { ...result, value: { kind: "found", id: toId(own.fullDatabaseId) } };
    }
    if (page.next === null) {
      return { ...result, value: { kind: "none" } };
    }
    // Pages can also name each other as the next one.
    if (pages === MAX_PAGES || cursors.has(page.next)) {
      return { ...result, value: { kind: "cut_off" } };
    }
    cursors.add(page.next);
    after = page.next;
  }
}

/** Adds a comment. Sends one request, and returns the comment's ID. */
export function addComment(
  octokit: Octokit,
  { owner, repo, number }: IssueRef,
  body: string,
  context: RequestContext,
): Promise<RequestResult<string>> {
  const path = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
  const parameters = { owner, repo, issue_number: number, body };
  // A redirect of a write is not followed: GitHub could process it twice.
  const request = { signal: context.signal, redirect: "manual" } as const;
  return toResult(() => octokit.request(path, { ...parameters, request }), readId, context);
}

/** Replaces the text of a comment. Sends one request, and returns the comment's ID. */
export function editComment(
  octokit: Octokit,
  { owner, repo, id }: CommentRef,
  body: string,
  context: RequestContext,
): Promise<RequestResult<string>> {
  // The ID is part of the path because as a number it would not be exact beyond 2^53.
  const path = `PATCH /repos/{owner}/{repo}/issues/comments/${encodeURIComponent(id)}`;
  const request = { signal: context.signal, redirect: "manual" } as const;
  return toResult(() => octokit.request(path, { owner, repo, body, request }), readId, context);
}

function readCommentPage(
  data: Readonly<Record<string, unknown>>,
): { readonly nodes: readonly Record<string, unknown>[]; readonly next: string | null } | undefined {
  const { repository } = data;
  const issue = isRecord(repository) ? repository.issueOrPullRequest : undefined;
  const comments = isRecord(issue) ? issue.comments : undefined;
  if (!isRecord(comments) || !Array.isArray(comments.nodes)) {
    return undefined;
  }
  const { pageInfo } = comments;
  const next = isRecord(pageInfo) && pageInfo.hasNextPage === true ? toText(pageInfo.endCursor) : "";
  return { nodes: comments.nodes.filter(isRecord), next: next || null };
}

function isOwn(node: Readonly<Record<string, unknown>>, marker: string): boolean {
  return (
    node.viewerDidAuthor === true && toText(node.body).startsWith(marker) && toId(node.fullDatabaseId) !== ""
  );
}

function readId(data: unknown): string | undefined {
  return isRecord(data) ? toId(data.id) || undefined : undefined;
}
