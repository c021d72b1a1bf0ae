import type { Octokit } from "@octokit/core";
import { isRecord, toCount, toText } from "../text/json.ts";
import { type Lookup, type LookupContext, type NamedClient, preferredFirst } from "./fallback.ts";
import { describeFailure, explainUnseen, isTransient, type RequestFailure } from "./http/error.ts";
import {
  findRateLimit,
  type GraphqlPath,
  type GraphqlResult,
  getMessagesAt,
  readGraphql,
} from "./http/graphql.ts";
import type { RequestResult } from "./http/result.ts";
import { type RetryOptions, requestWithRetry } from "./http/retry.ts";

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

/** Where to look for a pull request: by its GraphQL ID, or by its head branch where there is none. */
export type PullRequestRef =
  | { readonly by: "global_id"; readonly globalId: string }
  | { readonly by: "head_ref"; readonly owner: string; readonly repo: string; readonly headRef: string };

/** The most places in one query. GitHub takes 100 IDs; a head branch is a search of its own, which costs more. */
const MAX_REFS_PER_QUERY = { global_id: 100, head_ref: 50 } as const;

/**
 * Looks pull requests up, many with one query, with each client in turn: the next one is asked for those alone that
 * the clients before it could not see.
 *
 * @param context `retryBudgetMs` is spent once with each client: queries after the one that used it up are sent once.
 * @returns a lookup for each place, in the order of the places, each as if it had been the only place. `none` where
 *   the repository can be seen and has no pull request from that branch.
 */
export async function findPullRequests(
  context: LookupContext,
  refs: readonly PullRequestRef[],
): Promise<readonly Lookup<PullRequest>[]> {
  const searches = refs.map(
    (ref): PendingLookup => ({ ref, known: null, reasons: new Map(), limited: false }),
  );
  for (const client of preferredFirst(context.clients)) {
    const open = searches.filter(({ known }) => known === null);
    const lookups = await findWith(client.octokit, open, context);
    for (const [search, lookup] of lookups) {
      if (lookup.kind === "unknown") {
        search.reasons.set(client, `${client.input}: ${lookup.reason}`);
        search.limited ||= lookup.limited === true;
      } else {
        search.known = lookup;
      }
    }
    if (open.length > 0) {
      client.sawNothing = open.every(({ known }) => known === null);
    }
  }
  return searches.map(({ known, reasons, limited }) => {
    const inOrder = context.clients.flatMap((client) => reasons.get(client) ?? []);
    const reason = explainUnseen(inOrder, "pull-requests: read");
    return known ?? { kind: "unknown", reason, ...(limited ? LIMITED : {}) };
  });
}

/** A place, and what the clients so far have said of it. */
interface PendingLookup {
  readonly ref: PullRequestRef;
  /** Null until a client could see the place. */
  known: Lookup<PullRequest> | null;
  readonly reasons: Map<NamedClient, string>;
  limited: boolean;
}

/** The searches of one query: all by ID, or all by head branch. */
interface Batch {
  readonly by: PullRequestRef["by"];
  readonly searches: readonly PendingLookup[];
}

const LIMITED = { limited: true } as const;

/** Asks one client for all of them. */
async function findWith(
  octokit: Octokit,
  searches: readonly PendingLookup[],
  context: RetryOptions,
): Promise<ReadonlyMap<PendingLookup, Lookup<PullRequest>>> {
  const lookups = new Map<PendingLookup, Lookup<PullRequest>>();
  const queue = [...toBatches("global_id", searches), ...toBatches("head_ref", searches)];
  let { retryBudgetMs } = context;
  for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
    const answer = await send(octokit, batch, { ...context, retryBudgetMs });
    if (answer.ok) {
      for (const [index, search] of batch.searches.entries()) {
        lookups.set(search, readLookup(answer.value, search.ref, index));
      }
      continue;
    }
    const { failure } = answer;
    if (isTransient(failure)) {
      // Trouble that has lasted that long once is not waited for again by each query that is left.
      retryBudgetMs = 0;
    }
    const halves = failure.kind === "indeterminate" ? halve(batch) : [];
    if (halves.length > 0) {
      queue.unshift(...halves);
      continue;
    }
    const limited = isRateLimited(failure);
    // A limit holds for whatever else this client would ask for.
    const failed = limited ? [batch, ...queue.splice(0)] : [batch];
    for (const search of failed.flatMap(({ searches }) => searches)) {
      lookups.set(search, {
        kind: "unknown",
        reason: describeFailure(failure),
        ...(limited ? LIMITED : {}),
      });
    }
  }
  return lookups;
}

function toBatches(by: Batch["by"], all: readonly PendingLookup[]): Batch[] {
  return chunk(
    by,
    all.filter(({ ref }) => ref.by === by),
    MAX_REFS_PER_QUERY[by],
  );
}

/**
 * The halves of a batch of more than half the size, none of a smaller one. GitHub ends a query that takes too long,
 * about 10 s, with a server error as any other: a smaller one may do. Once is enough to tell that from an outage.
 */
function halve({ by, searches }: Batch): Batch[] {
  const half = MAX_REFS_PER_QUERY[by] / 2;
  return searches.length > half ? chunk(by, searches, half) : [];
}

function chunk(by: Batch["by"], searches: readonly PendingLookup[], size: number): Batch[] {
  const count = Math.ceil(searches.length / size);
  return Array.from({ length: count }, (_, index) => ({
    by,
    searches: searches.slice(index * size, (index + 1) * size),
  }));
}

async function send(
  octokit: Octokit,
  { searches }: Batch,
  context: RetryOptions,
): Promise<RequestResult<GraphqlResult>> {
  const request = { signal: context.signal };
  const { query, variables } = buildQuery(searches.map(({ ref }) => ref));
  const answer = await requestWithRetry(
    () => octokit.request("POST /graphql", { query, variables, request }),
    readGraphql,
    context,
  );
  const limit = answer.ok ? findRateLimit(answer.value) : undefined;
  return limit === undefined ? answer : { ok: false, failure: limit };
}

function isRateLimited(failure: RequestFailure): boolean {
  return failure.kind === "rate_limited" || failure.kind === "unavailable";
}

const FIELDS = `fragment fields on PullRequest {
  number url isDraft state changedFiles commits { totalCount }
  headRefName baseRefName repository { nameWithOwner }
}`;

const BY_ID = `query ($ids: [ID!]!) { nodes(ids: $ids) { ...fields } }\n${FIELDS}`;

/** The query for places that are all of one kind. Whatever comes from outside is a variable. */
function buildQuery(places: readonly PullRequestRef[]): {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
} {
  const ids = places.flatMap((place) => (place.by === "global_id" ? [place.globalId] : []));
  if (ids.length > 0) {
    return { query: BY_ID, variables: { ids } };
  }
  const refs = places.flatMap((place) => (place.by === "head_ref" ? [place] : []));
  const declared = refs.map((_, i) => `$owner${i}: String!, $repo${i}: String!, $headRef${i}: String!`);
  const repositories = refs.map(
    (_, i) => `${formatAlias(i)}: repository(owner: $owner${i}, name: $repo${i}) {
    pullRequests(headRefName: $headRef${i}, first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
      nodes { ...fields }
    }
  }`,
  );
  const variables = refs.flatMap(({ owner, repo, headRef }, i) => [
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

/** What the answer says of the place that was the query's `index`th, from 0. */
function readLookup(result: GraphqlResult, { by }: PullRequestRef, index: number): Lookup<PullRequest> {
  const { nodes, position, path } = locate(result.data, by, index);
  const found = Array.isArray(nodes) ? readPullRequest(nodes[position]) : undefined;
  if (found !== undefined) {
    return { kind: "found", value: found };
  }
  const messages = getMessagesAt(result, path);
  if (messages.length > 0) {
    return { kind: "unknown", reason: messages.join("; ") };
  }
  // The repository was seen and has no such pull request; an ID without an answer proves nothing.
  return by === "head_ref" && Array.isArray(nodes) && nodes.length === 0
    ? { kind: "none" }
    : { kind: "unknown", reason: "not found" };
}

/** Where the pull request is: in which list, at which position; and the path of what was asked for it alone. */
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
    isDraft: node.isDraft === true,
    isOpen: node.state === "OPEN",
    changedFiles: toCount(node.changedFiles) ?? 0,
    commits: isRecord(commits) ? (toCount(commits.totalCount) ?? 0) : 0,
    headRef: toText(node.headRefName),
    baseRef: toText(node.baseRefName),
    repository: isRecord(repository) ? toText(repository.nameWithOwner) : "",
  };
}
