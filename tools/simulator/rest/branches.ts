import { errorResponse } from "../http/errors.ts";
import type { Backend, RouteRequest, RouteResponse } from "../http/route.ts";
import { inRepository } from "./access.ts";
import { API_URL, SITE_URL, shaOf } from "./values.ts";

/** `GET /repos/{owner}/{repo}/branches/{branch}`. */
export function getBranch(backend: Backend, request: RouteRequest): RouteResponse {
  return inRepository(backend, request, "contents", (repository) => {
    const name = request.params.branch ?? "";
    if (backend.world.branch(repository, name, request.at) === null) {
      return errorResponse(404, "Branch not found");
    }
    const { nameWithOwner } = repository;
    const sample = backend.contract.sample("branch-with-protection");
    const self = `${API_URL}/repos/${nameWithOwner}/branches/${encodeURIComponent(name)}`;
    const html = `${SITE_URL}/${nameWithOwner}/tree/${name}`;
    const commit = { ...backend.contract.sample("commit"), sha: shaOf(name) };
    return {
      status: 200,
      body: {
        ...sample,
        name,
        commit,
        protected: false,
        _links: { html, self },
        protection_url: `${self}/protection`,
      },
    };
  });
}
