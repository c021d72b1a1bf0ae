import type { Octokit } from "@octokit/core";
import { type Answer, answerTo, type OctokitAnswer } from "../http/answer.ts";
import { type Fault, isRecord } from "../http/fault.ts";
import { type ReadContext, readAgain } from "../http/read-again.ts";
import { describeFault } from "./describe-fault.ts";
import { type GraphqlResult, readGraphql } from "./graphql.ts";

/** A pull request, as far as later steps and people need it. */
export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly isDraft: boolean;
  readonly isOpen: boolean;
  readonly changedFiles: number;
  readonly commits: number;
  readonly headRef: string;
  readonly baseRef: string;
  /** `owner/name`. */
  readonly repository: string;
}

/** What a branch has over its base. `changedFiles` is at most 300: the API lists no more. */
export interface Comparison {
  readonly commits: number;
  readonly changedFiles: number;
}

/** What came of looking something up: found, surely not there, or not known and why. */
export type Lookup<T> = { readonly kind: "found"; readonly value: T } | NotFound;

/** Nothing was found. */
export type NotFound =
  | { readonly kind: "none" }
  /** `limited`: a rate limit is reached, so that asking for something else is of no use either. */
  | { readonly kind: "unknown"; readonly reason: string; readonly limited?: true };

/** Where to look for a pull request: by its GraphQL ID, or by its head branch where there is none. */
export type PullRequestPlace =
  | { readonly by: "global_id"; readonly globalId: string }
  | { readonly by: "head_ref"; readonly owner: string; readonly repo: string; readonly headRef: string };

/** One GitHub client and the name of the input that its token came from. */
export interface NamedClient {
  readonly octokit: Octokit;
  readonly input: string;
}

/** What the lookups need beside the clients. */
export interface LookupContext extends ReadContext {
  /** For how long each request is sent again after a fault that may pass, in milliseconds. */
  readonly readForMs: number;
  /** Told of each such fault. */
  readonly onFault: (fault: Fault, delayMs: number) => void;
}

const FIELDS = `
  number url isDraft state changedFiles commits { totalCount }
  headRefName baseRefName repository { nameWithOwner }`;

const BY_ID = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on PullRequest { ${FIELDS} } } }`;

const BY_HEAD_REF = `query ($owner: String!, $repo: String!, $headRef: String!) {
  repository(owner: $owner, name: $repo) {
    pullRequests(headRefName: $headRef, first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
      nodes { ${FIELDS} }
    }
  }
}`;

/**
 * Looks a pull request up with each client in turn, until one can see it.
 *
 * @returns `none` where the repository can be seen and has no pull request from that branch.
 */
export async function findPullRequest(
  clients: readonly NamedClient[],
  place: PullRequestPlace,
  context: LookupContext,
): Promise<Lookup<PullRequest>> {
  const reasons: string[] = [];
  let limited = false;
  for (const { octokit, input } of clients) {
    const lookup = await findWith(octokit, place, context);
    if (lookup.kind !== "unknown") {
      return lookup;
    }
    reasons.push(`${input}: ${lookup.reason}`);
    limited ||= lookup.limited === true;
  }
  return { ...unknown(reasons, "pull-requests: read"), ...(limited ? LIMITED : {}) };
}

/**
 * Counts a branch's commits and changed files over its base, with each client in turn, until one can see it.
 *
 * @param branch `baseRef` empty: the repository's default branch.
 * @returns `none` where every client is told that there is no such branch.
 */
export async function compareBranch(
  clients: readonly NamedClient[],
  branch: {
    readonly owner: string;
    readonly repo: string;
    readonly baseRef: string;
    readonly headRef: string;
  },
  context: LookupContext,
): Promise<Lookup<Comparison>> {
  const lookups: Lookup<Comparison>[] = [];
  const reasons: string[] = [];
  for (const { octokit, input } of clients) {
    const lookup = await compareWith(octokit, branch, context);
    if (lookup.kind === "found") {
      return lookup;
    }
    lookups.push(lookup);
    reasons.push(`${input}: ${lookup.kind === "unknown" ? lookup.reason : "not found"}`);
  }
  // A repository that a token cannot see is not found either: one such answer proves nothing.
  return lookups.every(({ kind }) => kind === "none") ? { kind: "none" } : unknown(reasons, "contents: read");
}

function unknown(reasons: readonly string[], permission: string) {
  return {
    kind: "unknown",
    reason: `${reasons.join("; ")}. The permission needed is ${permission}`,
  } as const;
}

async function findWith(
  octokit: Octokit,
  place: PullRequestPlace,
  context: LookupContext,
): Promise<Lookup<PullRequest>> {
  const [query, variables] =
    place.by === "global_id"
      ? [BY_ID, { ids: [place.globalId] }]
      : [BY_HEAD_REF, { owner: place.owner, repo: place.repo, headRef: place.headRef }];
  const answer = await askGraphql(octokit, query, variables, context);
  if (!answer.ok) {
    return {
      kind: "unknown",
      reason: describeFault(answer.fault),
      ...(isLimit(answer.fault) ? LIMITED : {}),
    };
  }
  const { data, errors } = answer.value;
  const node = place.by === "global_id" ? firstOf(data.nodes) : firstOf(pullRequestsOf(data));
  const found = readPullRequest(node);
  if (found !== undefined) {
    return { kind: "found", value: found };
  }
  if (errors.length > 0) {
    return { kind: "unknown", reason: errors.join("; ") };
  }
  // The repository was seen and has no such pull request; an ID without an answer proves nothing.
  return place.by === "head_ref" && Array.isArray(pullRequestsOf(data))
    ? { kind: "none" }
    : { kind: "unknown", reason: "not found" };
}

async function compareWith(
  octokit: Octokit,
  { owner, repo, baseRef, headRef }: { owner: string; repo: string; baseRef: string; headRef: string },
  context: LookupContext,
): Promise<Lookup<Comparison>> {
  const request = { signal: context.signal };
  let base = baseRef;
  if (base === "") {
    const repository = await ask(
      () => octokit.request("GET /repos/{owner}/{repo}", { owner, repo, request }),
      (data) => (isRecord(data) && typeof data.default_branch === "string" ? data.default_branch : undefined),
      context,
    );
    if (!repository.ok) {
      return { kind: "unknown", reason: describeFault(repository.fault) };
    }
    base = repository.value;
  }
  const comparison = await ask(
    () =>
      octokit.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
        owner,
        repo,
        basehead: `${base}...${headRef}`,
        // The count of all commits comes with every page; the commits themselves are not needed.
        per_page: 1,
        request,
      }),
    readComparison,
    context,
  );
  if (comparison.ok) {
    return { kind: "found", value: comparison.value };
  }
  const { fault } = comparison;
  return fault.kind === "refused" && fault.status === 404
    ? { kind: "none" }
    : { kind: "unknown", reason: describeFault(comparison.fault) };
}

/** Sends a request that only reads, again where that may help. */
function ask<T>(
  send: () => Promise<OctokitAnswer>,
  read: (data: unknown) => T | undefined,
  context: LookupContext,
): Promise<Answer<T>> {
  const { clock, signal, onFault, readForMs } = context;
  return readAgain(() => answerTo(send, read, clock.now, signal), context, onFault, readForMs);
}

function askGraphql(
  octokit: Octokit,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  context: LookupContext,
): Promise<Answer<GraphqlResult>> {
  return ask(
    () => octokit.request("POST /graphql", { query, variables, request: { signal: context.signal } }),
    readGraphql,
    context,
  );
}

const LIMITED = { limited: true } as const;

function isLimit(fault: Fault): boolean {
  return fault.kind === "rate_limited" || fault.kind === "unavailable";
}

function pullRequestsOf(data: GraphqlResult["data"]): unknown {
  const { repository } = data;
  return isRecord(repository) && isRecord(repository.pullRequests)
    ? repository.pullRequests.nodes
    : undefined;
}

function firstOf(nodes: unknown): unknown {
  return Array.isArray(nodes) ? nodes[0] : undefined;
}

function readPullRequest(node: unknown): PullRequest | undefined {
  if (!isRecord(node) || typeof node.number !== "number" || typeof node.url !== "string") {
    return undefined;
  }
  const { commits, repository } = node;
  return {
    number: node.number,
    url: node.url,
    isDraft: node.isDraft === true,
    isOpen: node.state === "OPEN",
    changedFiles: Number(node.changedFiles) || 0,
    commits: isRecord(commits) ? Number(commits.totalCount) || 0 : 0,
    headRef: String(node.headRefName ?? ""),
    baseRef: String(node.baseRefName ?? ""),
    repository: isRecord(repository) ? String(repository.nameWithOwner ?? "") : "",
  };
}

function readComparison(data: unknown): Comparison | undefined {
  if (!isRecord(data) || typeof data.total_commits !== "number") {
    return undefined;
  }
  return { commits: data.total_commits, changedFiles: Array.isArray(data.files) ? data.files.length : 0 };
}
