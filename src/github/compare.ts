import type { Octokit } from "@octokit/core";
import { isRecord, toArray, toSha, toText } from "../text/json.ts";
import {
  type ClientLookup,
  explainUnseen,
  type Lookup,
  type LookupContext,
  toUnknown,
  type UnseenReason,
} from "./fallback.ts";
import { isNotFound } from "./http/error.ts";
import { type RetryOptions, requestWithRetry } from "./http/retry.ts";
import type { Repository } from "./repository.ts";

/**
 * A branch compared with its base. `changedFiles` is at most 300, the most that the API lists; null if the response has
 * no list.
 */
export interface Comparison {
  readonly commits: number;
  readonly changedFiles: number | null;
  /** The SHA of the branch's newest commit; empty if the response does not show it. */
  readonly headSha: string;
}

/** A branch and its base. `baseRef` empty: the repository's default branch. */
export interface ComparedBranch extends Repository {
  readonly baseRef: string;
  readonly headRef: string;
}

/**
 * Counts the commits and changed files of a branch over its base, and finds its newest commit. Tries each client in turn
 * until one can see it.
 *
 * @returns `none` if a client can see the repository, and there is no such branch.
 */
export async function compareBranch(
  context: LookupContext,
  branch: ComparedBranch,
): Promise<Lookup<Comparison>> {
  const reasons: UnseenReason[] = [];
  for (const { octokit, input } of context.clients) {
    const lookup = await compareWith(octokit, branch, context);
    if (lookup.kind !== "unknown") {
      return lookup;
    }
    reasons.push([input, lookup]);
  }
  return { kind: "unknown", reason: explainUnseen(reasons, "contents: read") };
}

async function compareWith(
  octokit: Octokit,
  { owner, repo, baseRef, headRef }: ComparedBranch,
  context: RetryOptions,
): Promise<ClientLookup<Comparison>> {
  const request = { signal: context.signal };
  let base = baseRef;
  if (base === "") {
    const repository = await requestWithRetry(
      () => octokit.request("GET /repos/{owner}/{repo}", { owner, repo, request }),
      (data) => (isRecord(data) ? toText(data.default_branch) || undefined : undefined),
      context,
    );
    if (!repository.ok) {
      return toUnknown(repository.failure);
    }
    base = repository.value;
  }
  const comparison = await requestWithRetry(
    () =>
      octokit.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
        owner,
        repo,
        basehead: `${base}...${headRef}`,
        // Without a page size the last commit of the list is the newest one, however many there are.
        request,
      }),
    readComparison,
    context,
  );
  if (comparison.ok) {
    return { kind: "found", value: comparison.value };
  }
  const { failure } = comparison;
  return isNotFound(failure)
    ? findBranch(octokit, { owner, repo, baseRef: base, headRef }, context)
    : toUnknown(failure);
}

/**
 * Finds out why a comparison was not found. GitHub answers 404 to a token without access too, and if the base is missing.
 *
 * @returns `none` only if GitHub says that the branch does not exist. It says so to those who can see the repository.
 *
 * Source: https://docs.github.com/rest/branches/branches#get-a-branch
 */
async function findBranch(
  octokit: Octokit,
  { owner, repo, baseRef, headRef }: ComparedBranch,
  context: RetryOptions,
): Promise<ClientLookup<never>> {
  const parameters = { owner, repo, branch: headRef, request: { signal: context.signal } };
  const branch = await requestWithRetry(
    () => octokit.request("GET /repos/{owner}/{repo}/branches/{branch}", parameters),
    (data) => (isRecord(data) ? data : undefined),
    context,
  );
  if (branch.ok) {
    return { kind: "unknown", reason: `GitHub cannot compare ${headRef} with ${baseRef}`, isDenied: false };
  }
  const { failure } = branch;
  const isAbsent =
    failure.kind === "rejected" && failure.status === 404 && /\bbranch not found\b/i.test(failure.message);
  return isAbsent ? { kind: "none" } : toUnknown(failure);
}

function readComparison(data: unknown): Comparison | undefined {
  if (!isRecord(data) || typeof data.total_commits !== "number") {
    return undefined;
  }
  return {
    commits: data.total_commits,
    changedFiles: Array.isArray(data.files) ? data.files.length : null,
    headSha: readHeadSha(data),
  };
}

/**
 * The last of the commits. A branch without commits of its own ends where it left its base.
 *
 * Source: https://docs.github.com/rest/commits/commits#compare-two-commits
 */
function readHeadSha({
  total_commits: total,
  commits,
  merge_base_commit: mergeBase,
}: Record<string, unknown>): string {
  const head = total === 0 ? mergeBase : toArray(commits).at(-1);
  return isRecord(head) ? toSha(head.sha) : "";
}
