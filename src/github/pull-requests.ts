import type { Octokit } from "@octokit/core";
import { truncate } from "../text/format.ts";
import { isRecord, toCount, toSha, toText } from "../text/json.ts";
import {
  type ClientLookup,
  explainUnseen,
  type Lookup,
  type LookupContext,
  type NamedClient,
  toUnknown,
  type UnknownToClient,
  type UnseenReason,
} from "./fallback.ts";
import type { RequestFailure } from "./http/error.ts";
import { type GraphqlPath, type GraphqlResult, getMessagesAt, sendGraphql } from "./http/graphql.ts";
import type { RequestResult } from "./http/result.ts";
import { type RetryOptions, withRetry } from "./http/retry.ts";
import type { Repository } from "./repository.ts";

/** The state of a pull request; empty if unknown. */
export type PullRequestState = "open" | "closed" | "merged" | "";

/** A pull request. A text is empty if it is unknown. */
export interface PullRequest {
  readonly number: number;
  readonly url: string;
  /** Any text: people and agents write it. At most {@link MAX_TITLE_LENGTH} characters. */
  readonly title: string;
  readonly state: PullRequestState;
  /** Null: unknown. */
  readonly isDraft: boolean | null;
  /** The SHA of its newest commit. */
  readonly headSha: string;
  /** Null: unknown. */
  readonly changedFiles: number | null;
  /** Null: unknown. */
  readonly commits: number | null;
  readonly headRef: string;
  readonly baseRef: string;
  /** `owner/name`. */
  readonly repository: string;
}

/** GitHub's own limit, in characters. */
const MAX_TITLE_LENGTH = 256;

/** How to find a pull request: by its GraphQL ID, or by its head branch if the ID is unknown. */
export type PullRequestRef =
  | { readonly by: "global_id"; readonly globalId: string }
  | ({ readonly by: "head_ref"; readonly headRef: string } & Repository);

/** GitHub accepts 100 IDs in one query. Each head branch is a search of its own, which costs more. */
const MAX_REFS_PER_QUERY = { global_id: 100, head_ref: 50 } as const;

/** A lookup, and the client that could see the repository. Null if none could. */
export interface SeenLookup {
  readonly lookup: Lookup<PullRequest>;
  readonly seenBy: NamedClient | null;
}

/**
 * Looks up pull requests, many with one query. Tries each client in turn, and asks the next one only for those that
 * earlier clients could not see.
 *
 * @returns a lookup for each ref, in the order of the refs. `none`: the repository is visible and has no pull request
 *   from that branch.
 */
export async function lookUpPullRequests(
  context: LookupContext,
  refs: readonly PullRequestRef[],
): Promise<readonly SeenLookup[]> {
  const all = refs.map((ref): PendingLookup => ({ ref, known: null, reasons: [], limited: false }));
  for (const client of context.clients) {
    const pending = all.filter(({ known }) => known === null);
    for (const [entry, lookup] of await findWith(client.octokit, pending, context)) {
      if (lookup.kind === "unknown") {
        entry.reasons.push([client.input, lookup]);
        entry.limited ||= lookup.limited === true;
      } else {
        entry.known = { lookup, seenBy: client };
      }
    }
  }
  return all.map(({ known, reasons, limited }) => {
    const reason = explainUnseen(reasons, "pull-requests: read");
    return known ?? { lookup: { kind: "unknown", reason, ...(limited ? LIMITED : {}) }, seenBy: null };
  });
}

/** A ref, and what the clients tried so far returned for it. */
interface PendingLookup {
  readonly ref: PullRequestRef;
  /** Null until a client could see the pull request, or that there is none. */
  known: SeenLookup | null;
  readonly reasons: UnseenReason[];
  limited: boolean;
}

const LIMITED = { limited: true } as const;

/** Looks up all of them with one client. */
async function findWith(
  octokit: Octokit,
  pending: readonly PendingLookup[],
  context: RetryOptions,
): Promise<ReadonlyMap<PendingLookup, ClientLookup<PullRequest>>> {
  const lookups = new Map<PendingLookup, ClientLookup<PullRequest>>();
  let limit: RequestResult<GraphqlResult> | null = null;
  for (const batch of [...toBatches("global_id", pending), ...toBatches("head_ref", pending)]) {
    // A rate limit applies to the remaining queries too: they fail without being sent.
    const result: RequestResult<GraphqlResult> = limit ?? (await sendQuery(octokit, batch, context));
    for (const [index, entry] of batch.entries()) {
      lookups.set(entry, result.ok ? readLookup(result.value, entry.ref, index) : toMiss(result.failure));
    }
    limit = !result.ok && isLimit(result.failure) ? result : null;
  }
  return lookups;
}

function toBatches(by: PullRequestRef["by"], pending: readonly PendingLookup[]): PendingLookup[][] {
  const matching = pending.filter(({ ref }) => ref.by === by);
  const size = MAX_REFS_PER_QUERY[by];
  return Array.from({ length: Math.ceil(matching.length / size) }, (_, index) =>
    matching.slice(index * size, (index + 1) * size),
  );
}

function sendQuery(
  octokit: Octokit,
  batch: readonly PendingLookup[],
  context: RetryOptions,
): Promise<RequestResult<GraphqlResult>> {
  const { query, variables } = buildQuery(batch.map(({ ref }) => ref));
  return withRetry(() => sendGraphql(octokit, query, variables, context), context);
}

function toMiss(failure: RequestFailure): UnknownToClient {
  return { ...toUnknown(failure), ...(isLimit(failure) ? LIMITED : {}) };
}

function isLimit(failure: RequestFailure): boolean {
  return (
    failure.kind === "rate_limited" || (failure.kind === "indeterminate" && failure.retryAfterMs !== null)
  );
}

const FIELDS = `fragment fields on PullRequest {
  number url title isDraft state changedFiles commits { totalCount }
  headRefName headRefOid baseRefName repository { nameWithOwner }
}`;

const BY_ID = `query ($ids: [ID!]!) { nodes(ids: $ids) { ...fields } }\n${FIELDS}`;

/** The query for refs of the same kind. Values from outside are always passed as variables. */
function buildQuery(refs: readonly PullRequestRef[]): {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
} {
  const ids = refs.flatMap((ref) => (ref.by === "global_id" ? [ref.globalId] : []));
  if (ids.length > 0) {
    return { query: BY_ID, variables: { ids } };
  }
  const branches = refs.flatMap((ref) => (ref.by === "head_ref" ? [ref] : []));
  const declared = branches.map((_, i) => `$owner${i}: String!, $repo${i}: String!, $headRef${i}: String!`);
  const repositories = branches.map(
    (_, i) => `${formatAlias(i)}: repository(owner: $owner${i}, name: $repo${i}) {
    pullRequests(headRefName: $headRef${i}, first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
      nodes { ...fields }
    }
  }`,
  );
  const variables = branches.flatMap(({ owner, repo, headRef }, i) => [
    [`owner${i}`, owner],
    [`repo${i}`, repo],
    [`headRef${i}`, headRef],
  ]);
  return {
    query: `query (${declared.join(", ")}) {\n  ${repositories.join("\n  ")}\n}\n${FIELDS}`,
    variables: Object.fromEntries(variables),
  };
}

function formatAlias(index: number): string {
  return `r${index}`;
}

/** The lookup for the ref at position `index` (from 0) of the query. */
function readLookup(result: GraphqlResult, { by }: PullRequestRef, index: number): ClientLookup<PullRequest> {
  const { nodes, position, path } = locate(result.data, by, index);
  const pullRequest = Array.isArray(nodes) ? readPullRequest(nodes[position]) : undefined;
  if (pullRequest !== undefined) {
    return { kind: "found", value: pullRequest };
  }
  const messages = getMessagesAt(result, path);
  if (messages.length > 0) {
    return { kind: "unknown", reason: messages.join("; "), isDenied: true };
  }
  // An empty list means that the repository is visible and has no such pull request. A missing ID proves nothing.
  return by === "head_ref" && Array.isArray(nodes) && nodes.length === 0
    ? { kind: "none" }
    : { kind: "unknown", reason: "not found", isDenied: true };
}

/** The list that holds the pull request, its position there, and the path that GraphQL errors about it have. */
function locate(
  data: GraphqlResult["data"],
  by: PullRequestRef["by"],
  index: number,
): { readonly nodes: unknown; readonly position: number; readonly path: GraphqlPath } {
  switch (by) {
    case "global_id":
      return { nodes: data.nodes, position: index, path: ["nodes", index] };
    case "head_ref": {
      const alias = formatAlias(index);
      const repository = data[alias];
      const pulls = isRecord(repository) ? repository.pullRequests : undefined;
      return { nodes: isRecord(pulls) ? pulls.nodes : undefined, position: 0, path: [alias] };
    }
  }
}

function readPullRequest(node: unknown): PullRequest | undefined {
  if (!isRecord(node) || typeof node.number !== "number" || typeof node.url !== "string") {
    return undefined;
  }
  const { commits, repository } = node;
  return {
    number: node.number,
    url: node.url,
    title: truncate(toText(node.title), MAX_TITLE_LENGTH),
    state: readState(node.state),
    isDraft: typeof node.isDraft === "boolean" ? node.isDraft : null,
    headSha: toSha(node.headRefOid),
    changedFiles: toCount(node.changedFiles),
    commits: isRecord(commits) ? toCount(commits.totalCount) : null,
    headRef: toText(node.headRefName),
    baseRef: toText(node.baseRefName),
    repository: isRecord(repository) ? toText(repository.nameWithOwner) : "",
  };
}

/** Source: https://docs.github.com/graphql/reference/enums#pullrequeststate */
function readState(state: unknown): PullRequestState {
  switch (state) {
    case "OPEN":
      return "open";
    case "CLOSED":
      return "closed";
    case "MERGED":
      return "merged";
    default:
      return "";
  }
}
