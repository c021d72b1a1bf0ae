import { errorResponse, notAccessible, notFound } from "../http/errors.ts";
import type { Backend, RouteRequest, RouteResponse } from "../http/route.ts";
import type { TokenInfo } from "../scenario.ts";
import type { Repository } from "../world/repositories.ts";
import type { World } from "../world/world.ts";

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

/**
 * Answers an agent task request with `respond` if the token may use agent tasks. Gives it the repository of the path,
 * or null if the path names none.
 */
export function withAgentTasks(
  { world }: Backend,
  request: RouteRequest,
  need: "read" | "write",
  respond: (repository: Repository | null) => RouteResponse,
): RouteResponse {
  const { info } = request.caller;
  const repository = findRepository(world, request);
  if (repository === null && "repo" in request.params) {
    return notFound();
  }
  if (repository?.info.agent === "disabled") {
    return world.assumptions.disabled_status === 404
      ? notFound()
      : errorResponse(403, "Copilot cloud agent is not enabled for this repository.");
  }
  const mayRead = info.type !== "installation" && info.agent_tasks !== "none";
  const isAllowed = mayRead && (need === "read" || info.agent_tasks === "write");
  return isAllowed ? respond(repository) : notAccessible(info.type);
}

/** The refusal if the user has no Copilot, or has used up the quota. */
export function refuseLicence({ copilot }: TokenInfo): RouteResponse | null {
  const licence: NonNullable<typeof copilot> = copilot ?? "ok";
  switch (licence) {
    case "ok":
      return null;
    case "not_licensed":
      return errorResponse(403, "User is not licensed to use Copilot cloud agent.");
    case "plan_required":
      // As somebody saw it on the real API, which differs from its description.
      return {
        status: 403,
        body: {
          code: "copilot_plan_required",
          error: "forbidden",
          message: "This API requires a valid Copilot license.",
        },
        deliberate: true,
      };
    case "quota_used_up":
      return errorResponse(403, "You have exceeded your premium quota.");
  }
}
