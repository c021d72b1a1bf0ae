import type { Octokit } from "@octokit/core";
import { isRecord, toArray, toText } from "../text/json.ts";
import { explainUnseen, type Lookup, type LookupContext } from "./fallback.ts";
import { describeFailure, isNotFound } from "./http/error.ts";
import { type RetryOptions, requestWithRetry } from "./http/retry.ts";
import type { Repository } from "./repository.ts";

/** A branch compared with its base. `changedFiles` is at most 300, the most that the API lists. */
export interface Comparison {
  readonly commits: number;
  readonly changedFiles: number;
}

/** A branch and its base. `baseRef` empty: the repository's default branch. */
export interface ComparedBranch extends Repository {
  readonly baseRef: string;
  readonly headRef: string;
}

/**
 * Counts the commits and changed files of a branch over its base. Tries each client in turn until one can see it.
 *
 * @returns `none` if GitHub answers every client that there is no such branch.
 */
export async function compareBranch(
  context: LookupContext,
  branch: ComparedBranch,
): Promise<Lookup<Comparison>> {
  const reasons: string[] = [];
  let isGone = true;
  for (const { octokit, input } of context.clients) {
    const lookup = await compareWith(octokit, branch, context);
    if (lookup.kind === "found") {
      return lookup;
    }
    reasons.push(`${input}: ${lookup.kind === "unknown" ? lookup.reason : "not found"}`);
    // GitHub also answers 404 to a token without access, so one 404 among other failures proves nothing.
    isGone &&= lookup.kind === "none";
  }
  return isGone ? { kind: "none" } : { kind: "unknown", reason: explainUnseen(reasons, "contents: read") };
}

async function compareWith(
  octokit: Octokit,
  { owner, repo, baseRef, headRef }: ComparedBranch,
  context: RetryOptions,
): Promise<Lookup<Comparison>> {
  const request = { signal: context.signal };
  let base = baseRef;
  if (base === "") {
    const repository = await requestWithRetry(
      () => octokit.request("GET /repos/{owner}/{repo}", { owner, repo, request }),
      (data) => (isRecord(data) ? toText(data.default_branch) || undefined : undefined),
      context,
    );
    if (!repository.ok) {
      return { kind: "unknown", reason: describeFailure(repository.failure) };
    }
    base = repository.value;
  }
  const comparison = await requestWithRetry(
    () =>
      octokit.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
        owner,
        repo,
        basehead: `${base}...${headRef}`,
        // Every page has the total count; the commits themselves are not needed.
        per_page: 1,
        request,
      }),
    readComparison,
    context,
  );
  if (comparison.ok) {
    return { kind: "found", value: comparison.value };
  }
  const { failure } = comparison;
  return isNotFound(failure) ? { kind: "none" } : { kind: "unknown", reason: describeFailure(failure) };
}

function readComparison(data: unknown): Comparison | undefined {
  if (!isRecord(data) || typeof data.total_commits !== "number") {
    return undefined;
  }
  return { commits: data.total_commits, changedFiles: toArray(data.files).length };
}
