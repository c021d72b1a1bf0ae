import type { Octokit } from "@octokit/core";
import { isRecord, toArray, toText } from "../../text/json.ts";
import { type RequestFailure, readMessage } from "./error.ts";
import { getLimitDelay } from "./response-times.ts";
import { type OctokitResponse, type RequestContext, type RequestResult, toResult } from "./result.ts";

/** The body of a GraphQL response. It can have both `data` and `errors`, if part of the query failed. */
export interface GraphqlResult {
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors: readonly GraphqlError[];
}

/** Why a field is missing from the data. */
interface GraphqlError {
  readonly message: string;
  /** GitHub's error type, such as `NOT_FOUND`; empty if there is none. */
  readonly type: string;
  /** The path of the missing field. Empty if the error is about the whole query. */
  readonly path: GraphqlPath;
}

/** The path of a field from the root of the data: field names and list positions. */
export type GraphqlPath = readonly (string | number)[];

/** Decodes a response body. Undefined: it is not a GraphQL response. */
function readGraphql(body: unknown): GraphqlResult | undefined {
  if (!isRecord(body) || (!isRecord(body.data) && !Array.isArray(body.errors))) {
    return undefined;
  }
  return { data: isRecord(body.data) ? body.data : {}, errors: toArray(body.errors).map(readError) };
}

/** The messages of the errors that affect the field at that path: its own, its parents' and its children's. */
export function getMessagesAt({ errors }: GraphqlResult, path: GraphqlPath): readonly string[] {
  return errors
    .filter((error) => path.every((key, index) => index >= error.path.length || error.path[index] === key))
    .map(({ message }) => message);
}

/**
 * Sends a query once. A rate limit that GitHub reports with status 200 is a failure, as it is with another status.
 *
 * Source: https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export async function sendGraphql(
  octokit: Octokit,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  context: RequestContext,
): Promise<RequestResult<GraphqlResult>> {
  const found: { limit: RequestFailure | null } = { limit: null };
  const result = await toResult(
    async () => {
      const request = { signal: context.signal };
      const response = await octokit.request("POST /graphql", { query, variables, request });
      found.limit = findRateLimit(response, context.clock.now());
      return response;
    },
    readGraphql,
    context,
  );
  return found.limit === null ? result : { ok: false, failure: found.limit };
}

/** What the message of a rate limit says, whatever its status. */
const RATE_LIMIT = /\brate limit\b/i;

/**
 * The rate limit that a response with status 200 reports; null if it reports none. The primary limit has an error type:
 * `RATE_LIMITED` or, since 2025, `RATE_LIMIT`. A secondary limit can have the message alone, and that even without a list
 * of errors.
 */
function findRateLimit({ status, headers, data }: OctokitResponse, now: number): RequestFailure | null {
  const errors = [...(readGraphql(data)?.errors ?? []), { message: readMessage(data), type: "" }];
  const limit = errors.find(
    ({ type, message }) => type === "RATE_LIMITED" || type === "RATE_LIMIT" || RATE_LIMIT.test(message),
  );
  return limit === undefined
    ? null
    : { kind: "rate_limited", status, retryAfterMs: getLimitDelay(headers, now), message: limit.message };
}

function readError(error: unknown): GraphqlError {
  const { message, type, path } = isRecord(error) ? error : {};
  return {
    message: toText(message) || "unknown GraphQL error",
    type: toText(type),
    path: Array.isArray(path) ? path : [],
  };
}
