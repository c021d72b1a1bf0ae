import type { Runner } from "../runner/environment.ts";

/** A repository, with the names of GitHub's path parameters. */
export interface Repository {
  readonly owner: string;
  readonly repo: string;
}

/** `owner/name`, empty if the repository is unknown. */
export function getFullName(repository: Repository | null): string {
  return repository === null ? "" : `${repository.owner}/${repository.repo}`;
}

/** The workflow's repository. */
export function getRepository({ repository }: Runner): Repository {
  const [owner = "", repo = ""] = repository.split("/");
  return { owner, repo };
}

/** The name of a branch without `refs/heads/`: `main` and `refs/heads/main` are the same branch. */
export function toBranchName(ref: string): string {
  return ref.replace(/^refs\/heads\//, "");
}
