import { errorResponse, notAccessible, notFound } from "../http/errors.ts";
import type { Backend, RouteRequest, RouteResponse } from "../http/route.ts";
import type { TokenInfo } from "../scenario.ts";
import type { Repository } from "../world/repositories.ts";
import type { World } from "../world/world.ts";

/** A repository, or why the request gets none. */
export type RepositoryAccess = { ok: true; repository: Repository } | { ok: false; refusal: RouteResponse };

type Permission = "pulls" | "contents" | "issues";

/** Answers with `respond` if the token sees the repository of the path and has the permission; null: needs none. */
export function inRepository(
  { world }: Backend,
  request: RouteRequest,
  permission: Permission | "issues:write" | null,
  respond: (repository: Repository) => RouteResponse,
): RouteResponse {
  const { info } = request.caller;
  const repository = findRepository(world, request);
  if (repository === null) {
    return notFound();
  }
  return permission === null || allows(info, permission) ? respond(repository) : notAccessible(info.type);
}

function allows(token: TokenInfo, permission: Permission | "issues:write"): boolean {
  return permission === "issues:write" ? token.issues === "write" : token[permission] !== "none";
}

function findRepository(world: World, { params, caller }: RouteRequest): Repository | null {
  return world.repositories.find(`${params.owner}/${params.repo}`, caller.info);
}

/** The repository of the path, if the token sees it and the agent is enabled there. */
export function findAgentRepository(world: World, request: RouteRequest): RepositoryAccess {
  const repository = findRepository(world, request);
  if (repository === null) {
    return { ok: false, refusal: notFound() };
  }
  return repository.info.agent === "disabled"
    ? { ok: false, refusal: refuseDisabled(world) }
    : { ok: true, repository };
}

function refuseDisabled({ assumptions }: World): RouteResponse {
  return assumptions.disabled_status === 404
    ? notFound()
    : errorResponse(403, "Copilot cloud agent is not enabled for this repository.");
}

/** Why a token may not use agent tasks at all, or null. */
export function refuseAgentTasks(token: TokenInfo, need: "read" | "write"): RouteResponse | null {
  const isAllowed =
    token.type !== "installation" &&
    (token.agent_tasks === "write" || (token.agent_tasks === "read" && need === "read"));
  return isAllowed ? null : notAccessible(token.type);
}

/** The refusal if the user has no Copilot, or has used up the quota. */
export function refuseLicence(token: TokenInfo): RouteResponse | null {
  const copilot = token.copilot ?? "ok";
  switch (copilot) {
    case "ok":
      return null;
    case "not_licensed":
      return errorResponse(403, "User is not licensed to use Copilot cloud agent.");
    case "plan_required":
      return errorResponse(
        403,
        "copilot_plan_required: a paid Copilot plan is required to use Copilot cloud agent.",
      );
    case "quota_used_up":
      return errorResponse(403, "You have exceeded your premium quota.");
  }
}
