import { notFound } from "../http/errors.ts";
import type { Backend, RouteRequest, RouteResponse } from "../http/route.ts";
import type { ObjectValue } from "../json.ts";
import type { Branch } from "../world/branches.ts";
import type { Repository } from "../world/repositories.ts";
import { inRepository } from "./access.ts";
import { API_URL, SITE_URL, shaOf } from "./values.ts";

/** GitHub's limit, all on the first page. */
const MAX_FILES = 300;

/** `GET /repos/{owner}/{repo}/compare/{basehead}`. */
export function compare(backend: Backend, request: RouteRequest): RouteResponse {
  return inRepository(backend, request, "contents", (repository) => {
    const { world } = backend;
    const [base = "", headWithOwner = ""] = (request.params.basehead ?? "").split("...");
    const owner = `${repository.owner}:`;
    const head = headWithOwner.startsWith(owner) ? headWithOwner.slice(owner.length) : headWithOwner;
    const branch = world.branch(repository, head, request.at);
    const isBaseKnown =
      repository.info.branches === undefined || world.branch(repository, base, request.at) !== null;
    if (branch === null || !isBaseKnown) {
      return notFound();
    }
    const ahead = base === head ? { ...branch, commits: 0, changedFiles: 0 } : branch;
    return { status: 200, body: comparison(backend, repository, { base, head: ahead }, request.query) };
  });
}

function comparison(
  { contract }: Backend,
  repository: Repository,
  { base, head }: { base: string; head: Branch },
  query: URLSearchParams,
): ObjectValue {
  const { name, commits, changedFiles } = head;
  const commit = (sha: string): ObjectValue => ({
    ...contract.sample("commit"),
    sha,
    url: `${API_URL}/repos/${repository.nameWithOwner}/commits/${sha}`,
    html_url: `${SITE_URL}/${repository.nameWithOwner}/commit/${sha}`,
  });
  const isPaged = query.has("page") || query.has("per_page");
  const page = Number(query.get("page") ?? 1);
  const perPage = Number(query.get("per_page") ?? 250);
  // Without paging GitHub lists the newest commits.
  const first = isPaged ? (page - 1) * perPage : Math.max(0, commits - perPage);
  const commitsOnPage = Math.max(0, Math.min(perPage, commits - first));
  const shaAt = (index: number) => shaOf(index === commits - 1 ? name : `${name}#${index}`);
  const filesOnPage = page === 1 ? Math.min(MAX_FILES, changedFiles) : 0;
  return {
    ...contract.sample("commit-comparison"),
    base_commit: commit(shaOf(base)),
    merge_base_commit: commit(shaOf(base)),
    html_url: `${SITE_URL}/${repository.nameWithOwner}/compare/${encodeURIComponent(`${base}...${name}`)}`,
    status: commits === 0 ? "identical" : "ahead",
    ahead_by: commits,
    behind_by: 0,
    total_commits: commits,
    commits: Array.from({ length: commitsOnPage }, (_, index) => commit(shaAt(first + index))),
    files: Array.from({ length: filesOnPage }, (_, index) => ({
      ...contract.sample("diff-entry"),
      filename: `file-${index + 1}.txt`,
      status: "modified",
      sha: shaOf(`file-${index + 1}`),
      changes: 1,
      additions: 1,
    })),
  };
}
