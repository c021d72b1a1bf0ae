import type { Runner } from "../runner/environment.ts";

/** A repository by its owner and name, as in GitHub's paths. */
export interface Repository {
  readonly owner: string;
  readonly repo: string;
}

/** A repository as people write it: `owner/name`. Empty if the repository is unknown. */
export function getFullName(repository: Repository | null): string {
  return repository === null ? "" : `${repository.owner}/${repository.repo}`;
}

/** The workflow's repository by owner and name. */
export function getRepository({ repository }: Runner): Repository {
  const [owner = "", repo = ""] = repository.split("/");
  return { owner, repo };
}
