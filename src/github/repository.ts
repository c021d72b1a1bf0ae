import type { Runner } from "../runner/environment.ts";

/** A repository, with the names of GitHub's path parameters. */
export interface Repository {
  readonly owner: string;
  readonly repo: string;
}

/** `owner/name`. */
export function getFullName({ owner, repo }: Repository): string {
  return `${owner}/${repo}`;
}

/** The workflow's repository. */
export function getRepository({ repository }: Runner): Repository {
  const [owner = "", repo = ""] = repository.split("/");
  return { owner, repo };
}
