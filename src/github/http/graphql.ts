import { isRecord, toArray, toText } from "../../text/json.ts";
import type { RequestFailure } from "./error.ts";

/** What GraphQL answers with 200: also where it could not give everything; then there are `errors` beside the data. */
export interface GraphqlResult {
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors: readonly GraphqlError[];
}

/** Why something is missing from the data. */
export interface GraphqlError {
  readonly message: string;
  /** GitHub's word for it, as `NOT_FOUND`; empty where there is none. */
  readonly type: string;
  /** The field that is missing: names, and positions in lists. Empty where the error is about the whole query. */
  readonly path: GraphqlPath;
}

/** The way to a field in the data, from its root. */
export type GraphqlPath = readonly (string | number)[];

/** Reads an answer's body; undefined where it is none of GraphQL. */
export function readGraphql(body: unknown): GraphqlResult | undefined {
  if (!isRecord(body) || (!isRecord(body.data) && !Array.isArray(body.errors))) {
    return undefined;
  }
  return { data: isRecord(body.data) ? body.data : {}, errors: toArray(body.errors).map(readError) };
}

/** The messages of the errors that a field at that path suffers from: its own, and those of what it is in. */
export function getMessagesAt({ errors }: GraphqlResult, path: GraphqlPath): readonly string[] {
  return errors
    .filter((error) => path.every((key, index) => index >= error.path.length || error.path[index] === key))
    .map(({ message }) => message);
}

/**
 * The rate limit that an answer with 200 tells of, undefined where it tells of none.
 *
 * Source: https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api. The type is
 * `RATE_LIMITED` or, as seen since 2025, `RATE_LIMIT`.
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
