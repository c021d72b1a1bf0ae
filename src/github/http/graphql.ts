import { isRecord, toArray, toText } from "../../text/json.ts";
import type { RequestFailure } from "./error.ts";

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
export function readGraphql(body: unknown): GraphqlResult | undefined {
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
 * The rate limit that a response with status 200 reports; undefined if it reports none. The error type is
 * `RATE_LIMITED` or, since 2025, `RATE_LIMIT`.
 *
 * Source: https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export function findRateLimit({ errors }: GraphqlResult): RequestFailure | undefined {
  const limit = errors.find(({ type }) => type === "RATE_LIMITED" || type === "RATE_LIMIT");
  return limit && { kind: "rate_limited", status: 200, retryAfterMs: null, message: limit.message };
}

function readError(error: unknown): GraphqlError {
  const { message, type, path } = isRecord(error) ? error : {};
  return {
    message: toText(message) || "unknown GraphQL error",
    type: toText(type),
    path: Array.isArray(path) ? path : [],
  };
}
