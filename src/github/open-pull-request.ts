import { isRecord } from "../text/json.ts";
import { type FailedLookup, failLookup, type LookupContext, requestWithFallback } from "./fallback.ts";
import { isNotFound, isTransient } from "./http/error.ts";
import type { Repository } from "./repository.ts";

/** The two branches of a pull request within one repository. */
export interface Branches extends Repository {
  readonly headRef: string;
  readonly baseRef: string;
}

/**
 * Finds an open pull request between two branches of a repository, with each client in turn.
 *
 * @returns `found` with its number; `none` if the repository is visible and has no such pull request.
 *
 * Source: https://docs.github.com/rest/pulls/pulls#list-pull-requests
 */
export async function findOpenPullRequest(
  context: LookupContext,
  { owner, repo, headRef, baseRef }: Branches,
): Promise<
  | { readonly kind: "found"; readonly value: number }
  | { readonly kind: "none" }
  | (FailedLookup & { readonly limited?: true })
> {
  const request = { signal: context.signal };
  const query = { head: `${owner}:${headRef}`, base: baseRef, state: "open", per_page: 100 } as const;
  const result = await requestWithFallback(
    context,
    (octokit) => octokit.request("GET /repos/{owner}/{repo}/pulls", { owner, repo, ...query, request }),
    (data) => (Array.isArray(data) ? data : undefined),
  );
  if (!result.ok) {
    const failed = failLookup(result.failures);
    const isUnseen = result.failures.every(({ failure }) => isNotFound(failure));
    const limited = result.failures.some(({ failure }) => isTransient(failure));
    return {
      ...failed,
      ...(isUnseen ? { reason: "no token can see the repository" } : {}),
      ...(limited ? { limited } : {}),
    };
  }
  // GitHub ignores a filter that it does not understand, so the response is filtered here too.
  const pull: unknown = result.value.find(
    (candidate: unknown) =>
      isRecord(candidate) && readRef(candidate.head) === headRef && readRef(candidate.base) === baseRef,
  );
  return isRecord(pull) && typeof pull.number === "number"
    ? { kind: "found", value: pull.number }
    : { kind: "none" };
}

function readRef(branch: unknown): unknown {
  return isRecord(branch) ? branch.ref : undefined;
}
