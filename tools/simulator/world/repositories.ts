import type {
  IssueInfo,
  PullRequestInfo,
  RepositoryInfo,
  RoleName,
  Scenario,
  TokenInfo,
} from "../scenario.ts";
import { nodeIdOf, toId } from "./ids.ts";

export interface Repository {
  /** `owner/name` as the scenario spells it. */
  nameWithOwner: string;
  owner: string;
  name: string;
  id: bigint;
  nodeId: string;
  defaultBranch: string;
  info: RepositoryInfo;
  pulls: readonly ScenarioPull[];
}

/** A pull request of the scenario. Times in epoch ms. */
export interface ScenarioPull {
  info: PullRequestInfo;
  id: bigint;
  createdAt: number;
  /** Infinity: it stays as it is. */
  closesAt: number;
}

export interface Issue {
  info: IssueInfo;
  id: bigint;
  nodeId: string;
  repository: Repository;
}

export interface Repositories {
  readonly all: readonly Repository[];
  /** By `owner/name` in any case; null if there is none or the token cannot see it. */
  find(nameWithOwner: string, token: TokenInfo): Repository | null;
  /** The repository that had that name before, if the token can see it. */
  findRenamed(nameWithOwner: string, token: TokenInfo): Repository | null;
  /** By `owner/name` in any case. Throws if the scenario has no such repository. */
  get(nameWithOwner: string): Repository;
}

/** The scenario's repositories at `startedAt` (epoch ms). */
export function createRepositories(scenario: Scenario, startedAt: number): Repositories {
  let lastPullId = FIRST_PULL_ID;
  const createPull = (info: PullRequestInfo): ScenarioPull => {
    lastPullId += 1n;
    return {
      info,
      id: toId(info.id, lastPullId),
      createdAt: startedAt - 86_400_000,
      closesAt: startedAt + (info.closes_after_seconds ?? Number.POSITIVE_INFINITY) * 1000,
    };
  };
  const all: Repository[] = [];
  const byName = new Map<string, Repository>();
  const add = (nameWithOwner: string, info: RepositoryInfo): Repository => {
    const [owner = "", name = ""] = nameWithOwner.split("/");
    const id = toId(info.id, 1_000_000n + BigInt(all.length));
    const repository: Repository = {
      nameWithOwner,
      owner,
      name,
      id,
      nodeId: nodeIdOf("R", id),
      defaultBranch: info.default_branch ?? "main",
      info,
      pulls: (info.pulls ?? []).map(createPull),
    };
    all.push(repository);
    byName.set(nameWithOwner.toLowerCase(), repository);
    return repository;
  };
  for (const [nameWithOwner, info] of Object.entries(scenario.repositories)) {
    add(nameWithOwner, info);
  }
  const others = scenario.other_repositories;
  const find = (nameWithOwner: string, token: TokenInfo): Repository | null => {
    const name = nameWithOwner.toLowerCase();
    if (token.repositories?.some((visible) => visible.toLowerCase() === name) === false) {
      return null;
    }
    return byName.get(name) ?? (others === undefined ? null : add(nameWithOwner, others));
  };
  return {
    all,
    find,
    findRenamed(nameWithOwner, token) {
      const former = nameWithOwner.toLowerCase();
      const renamed = byName.has(former)
        ? undefined
        : all.find(({ info }) => info.former_names?.some((name) => name.toLowerCase() === former));
      return renamed === undefined ? null : find(renamed.nameWithOwner, token);
    },
    get(nameWithOwner) {
      const found = byName.get(nameWithOwner.toLowerCase());
      if (found === undefined) {
        throw new Error(`the scenario has no repository ${nameWithOwner}`);
      }
      return found;
    },
  };
}

/** Pull requests without an ID in the scenario count up from here. */
export const FIRST_PULL_ID = 2_000_000n;

/** The role by login; null: GitHub knows nobody of that name. */
export function roleIn(repository: Repository, login: string): RoleName | null {
  const entries = Object.entries(repository.info.permissions ?? {});
  return entries.find(([known]) => known.toLowerCase() === login.toLowerCase())?.[1] ?? null;
}

export function issueIn(repository: Repository, number: number): Issue | null {
  const info = repository.info.issues?.find((issue) => issue.number === number);
  return info === undefined
    ? null
    : {
        info,
        id: repository.id * 1000n + BigInt(number),
        nodeId: nodeIdOf("I", repository.id, number),
        repository,
      };
}
