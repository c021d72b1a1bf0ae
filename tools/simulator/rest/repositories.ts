import { errorResponse, notAccessible } from "../http/errors.ts";
import type { Backend, RouteRequest, RouteResponse } from "../http/route.ts";
import type { RoleName } from "../scenario.ts";
import { roleIn } from "../world/repositories.ts";
import { inRepository } from "./access.ts";
import { repositoryValue, userValue } from "./values.ts";

/** The `permission` field folds maintain into write and triage into read. */
const FOLDED_ROLES: Partial<Record<RoleName, RoleName>> = { maintain: "write", triage: "read" };

/** `GET /user`. */
export function getUser(backend: Backend, { caller }: RouteRequest): RouteResponse {
  const { login, type } = caller.info;
  return type === "installation"
    ? notAccessible(type)
    : { status: 200, body: { ...backend.contract.sample("public-user"), ...userValue(backend, login) } };
}

/** `GET /repos/{owner}/{repo}`. */
export function getRepository(backend: Backend, request: RouteRequest): RouteResponse {
  return inRepository(backend, request, null, (repository) => {
    const visibility = repository.info.private === true ? "private" : "public";
    return {
      status: 200,
      body: { ...repositoryValue(backend, repository, "full-repository"), visibility },
    };
  });
}

/** `GET /repos/{owner}/{repo}/collaborators/{username}/permission`. */
export function getPermission(backend: Backend, request: RouteRequest): RouteResponse {
  return inRepository(backend, request, null, (repository) => {
    const login = request.params.username ?? "";
    const role = roleIn(repository, login);
    if (role === null) {
      return errorResponse(404, `${login} is not a user`);
    }
    const sample = backend.contract.sample("nullable-collaborator");
    const user = { ...sample, ...userValue(backend, login), role_name: role };
    return { status: 200, body: { permission: FOLDED_ROLES[role] ?? role, role_name: role, user } };
  });
}
