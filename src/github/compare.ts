import type { Octokit } from "@octokit/core";
import { isRecord, toArray, toText } from "../text/json.ts";
import { type Lookup, type LookupContext, type NamedClient, preferredFirst } from "./fallback.ts";
import { describeFailure, explainUnseen, isNotFound } from "./http/error.ts";
import { type RetryOptions, requestWithRetry } from "./http/retry.ts";

/** What a branch has over its base. `changedFiles` is at most 300: the API lists no more. */
export interface Comparison {
  readonly commits: number;
  readonly changedFiles: number;
}

/** A branch and its base. `baseRef` empty: the repository's default branch. */
export interface ComparedBranch {
  readonly owner: string;
  readonly repo: string;
  readonly baseRef: string;
  readonly headRef: string;
}

/**
 * Counts a branch's commits and changed files over its base, with each client in turn, until one can see it.
 *
 * @returns `none` where every client is told that there is no such branch.
 */
export async function compareBranch(
  context: LookupContext,
  branch: ComparedBranch,
): Promise<Lookup<Comparison>> {
  const lookups: Lookup<Comparison>[] = [];
  const reasons = new Map<NamedClient, string>();
  for (const client of preferredFirst(context.clients)) {
    const lookup = await compareWith(client.octokit, branch, context);
    if (lookup.kind === "found") {
      return lookup;
    }
    lookups.push(lookup);
    reasons.set(client, `${client.input}: ${lookup.kind === "unknown" ? lookup.reason : "not found"}`);
  }
  // A repository that a token cannot see is not found either: one such answer proves nothing.
  const inOrder = context.clients.flatMap((client) => reasons.get(client) ?? []);
  return lookups.every(({ kind }) => kind === "none")
    ? { kind: "none" }
    : { kind: "unknown", reason: explainUnseen(inOrder, "contents: read") };
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
        // The count of all commits comes with every page; the commits themselves are not needed.
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
