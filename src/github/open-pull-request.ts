import { isRecord } from "../text/json.ts";
import { formatReasons, type Lookup, type LookupContext, requestWithFallback } from "./fallback.ts";
import { isNotFound, isTransient } from "./http/error.ts";

/** The two branches of a pull request within one repository. */
export interface Branches {
  readonly owner: string;
  readonly repo: string;
  readonly headRef: string;
  readonly baseRef: string;
}

/**
 * Looks for an open pull request between two branches of a repository, with each client in turn.
 *
 * @returns `found` with its number; `none` where the repository was seen and has none.
 *
 * Source: https://docs.github.com/rest/pulls/pulls#list-pull-requests
 */
export async function findOpenPullRequest(
  context: LookupContext,
  { owner, repo, headRef, baseRef }: Branches,
): Promise<Lookup<number>> {
  const request = { signal: context.signal };
  const query = { head: `${owner}:${headRef}`, base: baseRef, state: "open", per_page: 100 } as const;
  const answer = await requestWithFallback(
    context,
    (octokit) => octokit.request("GET /repos/{owner}/{repo}/pulls", { owner, repo, ...query, request }),
    (data) => (Array.isArray(data) ? data : undefined),
  );
  if (!answer.ok) {
    const reason = answer.failures.every(({ failure }) => isNotFound(failure))
      ? "the repository is not found with any token"
      : formatReasons(answer.failures);
    const inTrouble = answer.failures.some(({ failure }) => isTransient(failure));
    return { kind: "unknown", reason, ...(inTrouble ? { limited: true } : {}) };
  }
  // GitHub ignores a filter that it does not understand: what it gives is looked at again.
  const found: unknown = answer.value.find(
    (pull: unknown) => isRecord(pull) && readRef(pull.head) === headRef && readRef(pull.base) === baseRef,
  );
  return isRecord(found) && typeof found.number === "number"
    ? { kind: "found", value: found.number }
    : { kind: "none" };
}

function readRef(branch: unknown): unknown {
  return isRecord(branch) ? branch.ref : undefined;
}
