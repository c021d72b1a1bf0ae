import { notFound } from "../http/errors.ts";
import type { Backend, RouteRequest, RouteResponse } from "../http/route.ts";
import type { ObjectValue } from "../json.ts";
import { type Issue, issueIn, type Repository } from "../world/repositories.ts";
import { inRepository } from "./access.ts";
import { API_URL, SITE_URL, userValue } from "./values.ts";

/** `GET /repos/{owner}/{repo}/issues/{issue_number}`. A pull request is an issue too. */
export function getIssue(backend: Backend, request: RouteRequest): RouteResponse {
  return inRepository(backend, request, "issues", (repository) => {
    const number = Number(request.params.issue_number);
    const issue = issueIn(repository, number);
    if (issue !== null) {
      return { status: 200, body: issueValue(backend, issue, request.at) };
    }
    const pull = backend.world.pull(repository, number, request.at);
    if (pull === null) {
      return notFound();
    }
    const { title, user } = pull;
    const state = pull.state === "open" ? "open" : "closed";
    const info = { number, title, user, state, pull_request: true } as const;
    return { status: 200, body: issueValue(backend, { ...pull, info }, request.at) };
  });
}

function issueValue(backend: Backend, { info, id, nodeId, repository }: Issue, at: number): ObjectValue {
  const { number, user = repository.owner } = info;
  return {
    ...backend.contract.sample("issue"),
    html_url: `${SITE_URL}/${repository.nameWithOwner}/issues/${number}`,
    url: `${API_URL}/repos/${repository.nameWithOwner}/issues/${number}`,
    repository_url: `${API_URL}/repos/${repository.nameWithOwner}`,
    id,
    node_id: nodeId,
    number,
    title: info.title,
    body: info.body ?? null,
    user: userValue(backend, user),
    state: info.state ?? "open",
    locked: info.locked ?? false,
    labels: (info.labels ?? []).map((name) => ({ name })),
    comments: backend.world.comments.list(repository, number, at).length,
    pull_request: info.pull_request === true ? pullLinks(repository, number) : undefined,
  };
}

function pullLinks({ nameWithOwner }: Repository, number: number): ObjectValue {
  const html_url = `${SITE_URL}/${nameWithOwner}/pull/${number}`;
  return {
    url: `${API_URL}/repos/${nameWithOwner}/pulls/${number}`,
    html_url,
    diff_url: `${html_url}.diff`,
    patch_url: `${html_url}.patch`,
  };
}
