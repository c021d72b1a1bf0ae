import { timestamp } from "../clock.ts";
import { errorResponse, notFound, unprocessable } from "../http/errors.ts";
import { paginate } from "../http/paging.ts";
import type { Backend, RouteRequest, RouteResponse } from "../http/route.ts";
import { isObject, type ObjectValue } from "../json.ts";
import type { Comment } from "../world/comments.ts";
import { issueIn } from "../world/repositories.ts";
import { inRepository } from "./access.ts";
import { API_URL, SITE_URL, userValue } from "./values.ts";

/** GitHub's limit. */
const MAX_COMMENT_CHARACTERS = 65_536;

/** `GET /repos/{owner}/{repo}/issues/{issue_number}/comments`. */
export function listComments(backend: Backend, request: RouteRequest): RouteResponse {
  return inRepository(backend, request, "issues", (repository) => {
    const number = Number(request.params.issue_number);
    if ((issueIn(repository, number) ?? backend.world.pull(repository, number, request.at)) === null) {
      return notFound();
    }
    const since = Date.parse(request.query.get("since") ?? "");
    const comments = backend.world.comments
      .list(repository, number, request.at)
      .filter((comment) => Number.isNaN(since) || comment.updatedAt >= since);
    const page = paginate(comments, request, "usual");
    const body = page.items.map((comment) => commentValue(backend, comment));
    return { status: 200, headers: page.headers, body };
  });
}

/** `GET /repos/{owner}/{repo}/issues/comments/{comment_id}`. */
export function getComment(backend: Backend, request: RouteRequest): RouteResponse {
  return inRepository(backend, request, "issues", (repository) => {
    const comment = backend.world.comments.find(repository, request.params.comment_id ?? "", request.at);
    return comment === null ? notFound() : { status: 200, body: commentValue(backend, comment) };
  });
}

/** `POST /repos/{owner}/{repo}/issues/{issue_number}/comments`. */
export function addComment(backend: Backend, request: RouteRequest): RouteResponse {
  return inRepository(backend, request, "issues:write", (repository) => {
    const number = Number(request.params.issue_number);
    const issue = issueIn(repository, number);
    if ((issue ?? backend.world.pull(repository, number, request.at)) === null) {
      return notFound();
    }
    if (issue?.info.locked === true) {
      return errorResponse(403, "Unable to create comment because issue is locked.");
    }
    const body = commentBody(request);
    const { nameWithOwner } = repository;
    const fields = { repository: nameWithOwner, issue: number, user: request.caller.info.login, body };
    return (
      refuseComment(body) ?? {
        status: 201,
        body: commentValue(backend, backend.world.comments.add(fields, request.at)),
      }
    );
  });
}

/** `PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}`. */
export function editComment(backend: Backend, request: RouteRequest): RouteResponse {
  return inRepository(backend, request, "issues:write", (repository) => {
    const comment = backend.world.comments.find(repository, request.params.comment_id ?? "", request.at);
    if (comment === null) {
      return notFound();
    }
    const body = commentBody(request);
    const refusal = refuseComment(body);
    if (refusal !== null) {
      return refusal;
    }
    Object.assign(comment, { body, updatedAt: request.at, editedAt: request.at });
    return { status: 200, body: commentValue(backend, comment) };
  });
}

function commentBody({ body }: RouteRequest): string {
  return isObject(body) && typeof body.body === "string" ? body.body : "";
}

function refuseComment(body: string): RouteResponse | null {
  if (body.trim() === "") {
    return unprocessable("body cannot be blank");
  }
  return [...body].length > MAX_COMMENT_CHARACTERS
    ? unprocessable(`body is too long (maximum is ${MAX_COMMENT_CHARACTERS} characters)`)
    : null;
}

function commentValue(backend: Backend, comment: Comment): ObjectValue {
  const { id, repository, issue } = comment;
  return {
    ...backend.contract.sample("issue-comment"),
    id,
    node_id: comment.nodeId,
    body: comment.body,
    user: userValue(backend, comment.user),
    created_at: timestamp(comment.createdAt),
    updated_at: timestamp(comment.updatedAt),
    html_url: `${SITE_URL}/${repository}/issues/${issue}#issuecomment-${id}`,
    url: `${API_URL}/repos/${repository}/issues/comments/${id}`,
    issue_url: `${API_URL}/repos/${repository}/issues/${issue}`,
  };
}
