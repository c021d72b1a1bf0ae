import type { Backend } from "../http/route.ts";
import type { ObjectValue } from "../json.ts";
import type { Repository } from "../world/repositories.ts";

// GitHub's JSON: the description's smallest valid value of a schema, with what the world knows over it.

export const API_URL = "https://api.github.com";
export const SITE_URL = "https://github.com";

export function userValue({ world, contract }: Backend, login: string): ObjectValue {
  const account = world.account(login);
  return {
    ...contract.sample("simple-user"),
    login: account.login,
    id: account.id,
    node_id: `U_${account.id}`,
    type: account.isBot ? "Bot" : "User",
    html_url: `${SITE_URL}/${encodeURIComponent(account.login)}`,
    url: `${API_URL}/users/${encodeURIComponent(account.login)}`,
  };
}

/** `schema`: the description has several for a repository. */
export function repositoryValue(
  backend: Backend,
  repository: Repository,
  schema: "repository" | "full-repository",
): ObjectValue {
  return {
    ...backend.contract.sample(schema),
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: repository.nameWithOwner,
    private: repository.info.private ?? false,
    owner: userValue(backend, repository.owner),
    default_branch: repository.defaultBranch,
    html_url: `${SITE_URL}/${repository.nameWithOwner}`,
    url: `${API_URL}/repos/${repository.nameWithOwner}`,
  };
}

/** A commit's SHA, derived from the name of its branch. */
export function shaOf(branch: string): string {
  return Buffer.from(branch).toString("hex").padEnd(40, "0").slice(-40);
}
