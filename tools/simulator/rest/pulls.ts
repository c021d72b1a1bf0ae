import { timestamp } from "../clock.ts";
import { notFound } from "../http/errors.ts";
import { paginate } from "../http/paging.ts";
import type { Backend, RouteRequest, RouteResponse } from "../http/route.ts";
import type { ObjectValue } from "../json.ts";
import type { PullView } from "../world/pulls.ts";
import { inRepository } from "./access.ts";
import { API_URL, repositoryValue, SITE_URL, shaOf, userValue } from "./values.ts";

/** `GET /repos/{owner}/{repo}/pulls`. */
export function listPulls(backend: Backend, request: RouteRequest): RouteResponse {
  return inRepository(backend, request, "pulls", (repository) => {
    const pulls = filterPulls(backend.world.pulls(repository, request.at), request.query);
    const page = paginate(pulls, request, "usual");
    const body = page.items.map((pull) => pullValue(backend, pull, "pull-request-simple"));
    return { status: 200, headers: page.headers, body };
  });
}

function filterPulls(pulls: PullView[], query: URLSearchParams): PullView[] {
  const state = query.get("state") ?? "open";
  // GitHub ignores a head that is not `user:ref-name`.
  const head = query.get("head")?.includes(":") === true ? query.get("head") : null;
  const base = query.get("base");
  const key = (pull: PullView) => (query.get("sort") === "updated" ? pull.updatedAt : pull.createdAt);
  const sign = query.get("direction") === "asc" ? 1 : -1;
  return pulls
    .filter((pull) => state === "all" || (state === "open") === (pull.state === "open"))
    .filter((pull) => head === null || head === `${pull.headOwner}:${pull.headRef}`)
    .filter((pull) => base === null || base === pull.baseRef)
    .sort((a, b) => sign * (key(a) - key(b) || a.number - b.number));
}

/** `GET /repos/{owner}/{repo}/pulls/{pull_number}`. */
export function getPull(backend: Backend, request: RouteRequest): RouteResponse {
  return inRepository(backend, request, "pulls", (repository) => {
    const pull = backend.world.pull(repository, Number(request.params.pull_number), request.at);
    if (pull === null) {
      return notFound();
    }
    const { changedFiles, commits, state } = pull;
    const counts = { changed_files: changedFiles, commits, additions: changedFiles };
    const body = { ...pullValue(backend, pull, "pull-request"), merged: state === "merged", ...counts };
    return { status: 200, body };
  });
}

function pullValue(
  backend: Backend,
  pull: PullView,
  schema: "pull-request" | "pull-request-simple",
): ObjectValue {
  const { nameWithOwner, owner } = pull.repository;
  const closedAt = pull.closedAt === null ? null : timestamp(pull.closedAt);
  return {
    ...backend.contract.sample(schema),
    id: pull.id,
    node_id: pull.nodeId,
    number: pull.number,
    title: pull.title,
    state: pull.state === "open" ? "open" : "closed",
    draft: pull.draft,
    html_url: `${SITE_URL}/${nameWithOwner}/pull/${pull.number}`,
    url: `${API_URL}/repos/${nameWithOwner}/pulls/${pull.number}`,
    user: userValue(backend, pull.user),
    head: sideValue(backend, pull, pull.headOwner, pull.headRef),
    base: sideValue(backend, pull, owner, pull.baseRef),
    created_at: timestamp(pull.createdAt),
    updated_at: timestamp(pull.updatedAt),
    closed_at: closedAt,
    merged_at: pull.state === "merged" ? closedAt : null,
  };
}

/** The head or base of a pull request. */
function sideValue(backend: Backend, { repository }: PullView, owner: string, ref: string): ObjectValue {
  return {
    label: `${owner}:${ref}`,
    ref,
    sha: shaOf(ref),
    user: userValue(backend, owner),
    repo: repositoryValue(backend, repository, "repository"),
  };
}
