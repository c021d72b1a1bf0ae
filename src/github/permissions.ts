import { isRecord } from "../text/json.ts";
import { createProblem, type Problem } from "./agent-tasks/problems.ts";
import { type FailedLookup, failLookup, type LookupContext, requestWithFallback } from "./fallback.ts";
import { isNotFound } from "./http/error.ts";
import type { Repository } from "./repository.ts";

/** What a role may do in a repository, highest first. Source: GitHub's "Repository roles for an organization". */
export const PERMISSIONS = ["admin", "maintain", "write", "triage", "read"] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** A user's role; `none` if they have no access of their own. */
export type Role = Permission | "none";

/** What GitHub allows in a login: letters, digits, `-`, `_` for managed users, `[bot]` at the end for an app. */
const LOGIN = /^[\w-]+(\[bot\])?$/;

/** Whether a role includes a permission. */
export function hasPermission(role: Role, permission: Permission): boolean {
  return role !== "none" && PERMISSIONS.indexOf(role) <= PERMISSIONS.indexOf(permission);
}

/**
 * Gets a user's role, with each client in turn.
 *
 * @returns `found` with the role `none` if GitHub knows no such user there.
 *
 * Source: https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 */
export async function getRole(
  context: LookupContext,
  repository: Repository,
  login: string,
): Promise<{ readonly kind: "found"; readonly value: Role } | FailedLookup> {
  // Nobody has such a login, and it could change the request's URL.
  if (!LOGIN.test(login)) {
    return { kind: "found", value: "none" };
  }
  const request = { signal: context.signal };
  const path = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
  const result = await requestWithFallback(
    context,
    (octokit) => octokit.request(path, { ...repository, username: login, request }),
    readRole,
  );
  if (result.ok) {
    return { kind: "found", value: result.value };
  }
  return result.failures.some(({ failure }) => isNotFound(failure))
    ? { kind: "found", value: "none" }
    : failLookup(result.failures);
}

/** The problem if a user's role could not be looked up. */
export function explainUnknownRole(
  login: string,
  repository: string,
  { reason, code }: FailedLookup,
): Problem {
  return createProblem(
    code,
    `Could not find out which permission ${login} has in ${repository}: ${reason}. Nothing was started.`,
    "If GitHub is down, run this again later. If GitHub rejected the request, use a github_token that can read this " +
      "repository's metadata, as the workflow's own token can.",
  );
}

/**
 * `permission` counts if `role_name` is a custom role of the organization. It folds maintain into write and triage into
 * read, so it never grants too much.
 */
function readRole(data: unknown): Role | undefined {
  return isRecord(data) ? (toRole(data.role_name) ?? toRole(data.permission)) : undefined;
}

function toRole(name: unknown): Role | undefined {
  return name === "none" ? name : PERMISSIONS.find((known) => known === name);
}
