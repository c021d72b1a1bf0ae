import { isRecord } from "../text/json.ts";
import { createProblem, type Problem } from "./agent-tasks/problems.ts";
import { formatReasons, type Lookup, type LookupContext, requestWithFallback } from "./fallback.ts";
import { isNotFound } from "./http/error.ts";

/** What is said where somebody's permission could not be found out. */
export function explainUnknownRole(login: string, repository: string, reason: string): Problem {
  return createProblem(
    `Could not find out which permission ${login} has in ${repository}: ${reason}. Nothing was started.`,
    "Where GitHub was in trouble, run this again. Where it refused, use a github_token that can read this " +
      "repository's metadata, as the workflow's own can.",
  );
}

/** What somebody may do in a repository, most first. Source: GitHub's "Repository roles for an organization". */
export const PERMISSIONS = ["admin", "maintain", "write", "triage", "read"] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** A person's role; `none` where they have no access of their own. */
export type Role = Permission | "none";

/** What GitHub lets a login be: letters, digits, `-`, `_` for managed users, `[bot]` at the end for an app. */
const LOGIN = /^[\w-]+(\[bot\])?$/;

/** Whether a role allows all that the permission allows. */
export function hasPermission(role: Role, permission: Permission): boolean {
  return role !== "none" && PERMISSIONS.indexOf(role) <= PERMISSIONS.indexOf(permission);
}

/**
 * Asks for a person's role, with each client in turn.
 *
 * @param clients at least one.
 * @returns `found`, with `none` where GitHub knows nobody of that name there; never `none` of its own.
 *
 * Source: https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 */
export async function getRole(
  context: LookupContext,
  repository: { readonly owner: string; readonly repo: string },
  login: string,
): Promise<Exclude<Lookup<Role>, { kind: "none" }>> {
  // Such a name belongs to nobody, and could lead to another address.
  if (!LOGIN.test(login)) {
    return { kind: "found", value: "none" };
  }
  const request = { signal: context.signal };
  const path = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
  const answer = await requestWithFallback(
    context,
    (octokit) => octokit.request(path, { ...repository, username: login, request }),
    readRole,
  );
  if (answer.ok) {
    return { kind: "found", value: answer.value };
  }
  return answer.failures.some(({ failure }) => isNotFound(failure))
    ? { kind: "found", value: "none" }
    : { kind: "unknown", reason: formatReasons(answer.failures) };
}

/**
 * The role of an answer. `permission` folds maintain into write and triage into read, so it never says too much: it
 * counts where `role_name` is a role that an organization made up.
 */
function readRole(data: unknown): Role | undefined {
  if (!isRecord(data)) {
    return undefined;
  }
  return toRole(data.role_name) ?? toRole(data.permission);
}

function toRole(name: unknown): Role | undefined {
  return name === "none" ? name : PERMISSIONS.find((known) => known === name);
}
