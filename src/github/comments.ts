import type { Octokit } from "@octokit/core";
import { isRecord, toId, toText } from "../text/json.ts";
import { findRateLimit, readGraphql } from "./http/graphql.ts";
import { type RequestResult, toResult } from "./http/result.ts";

/** An issue or a pull request, by its number. */
export interface IssueRef {
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
}

/** What the requests need beside the client. */
export interface CommentContext {
  /** This machine's time in milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
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

/**
 * Looks for the comment that begins with a marker and was written by this client's user. Anybody can write the marker;
 * only GitHub says who wrote a comment.
 *
 * @returns the comment's ID, an int64 as text; null where there is none. Where GitHub gives errors instead of the
 *   comments, they are a `refused` failure.
 */
export async function findOwnComment(
  octokit: Octokit,
  place: IssueRef,
  marker: string,
  { now, signal }: CommentContext,
): Promise<RequestResult<string | null>> {
  const cursors = new Set<string>();
  let after: string | null = null;
  for (;;) {
    const variables: Readonly<Record<string, unknown>> = { ...place, after };
    const answer = await toResult(
      () => octokit.request("POST /graphql", { query: COMMENTS, variables, request: { signal } }),
      readGraphql,
      now,
      signal,
    );
    if (!answer.ok) {
      return answer;
    }
    const limit = findRateLimit(answer.value);
    if (limit !== undefined) {
      return { ok: false, failure: limit };
    }
    const comments = readCommentPage(answer.value.data);
    if (comments === undefined) {
      const reasons = answer.value.errors.map(({ message }) => message);
      const message = reasons.join("; ") || "GitHub shows no comments of that issue";
      return { ok: false, failure: { kind: "rejected", status: 200, message, errors: [] } };
    }
    const own = comments.nodes.find((node) => isOwn(node, marker));
    if (own !== undefined) {
      return { ...answer, value: toId(own.fullDatabaseId) };
    }
    const { next } = comments;
    // Pages that name each other as the next would never end.
    if (next === null || cursors.has(next)) {
      return { ...answer, value: null };
    }
    cursors.add(next);
    after = next;
  }
}

/** Writes a new comment. The answer is its ID. */
export function addComment(
  octokit: Octokit,
  { owner, repo, number }: IssueRef,
  body: string,
  { now, signal }: CommentContext,
): Promise<RequestResult<string>> {
  return toResult(
    () =>
      octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        owner,
        repo,
        issue_number: number,
        body,
        // A redirect is never followed: the POST could be carried out in two places.
        request: { signal, redirect: "manual" },
      }),
    readId,
    now,
    signal,
  );
}

/** Gives a comment another text. */
export function editComment(
  octokit: Octokit,
  { owner, repo }: IssueRef,
  id: string,
  body: string,
  { now, signal }: CommentContext,
): Promise<RequestResult<string>> {
  return toResult(
    () =>
      // The ID goes into the address as text: as a number it would not be exact beyond 2^53.
      octokit.request(`PATCH /repos/{owner}/{repo}/issues/comments/${encodeURIComponent(id)}`, {
        owner,
        repo,
        body,
        request: { signal, redirect: "manual" },
      }),
    readId,
    now,
    signal,
  );
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
