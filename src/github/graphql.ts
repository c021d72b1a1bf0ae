import { isRecord } from "../http/fault.ts";

/** What GraphQL answers with 200: also where it could not give everything; then there are `errors` beside the data. */
export interface GraphqlResult {
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors: readonly string[];
}

/** Reads an answer's body; undefined where it is none of GraphQL. */
export function readGraphql(body: unknown): GraphqlResult | undefined {
  if (!isRecord(body) || (!isRecord(body.data) && !Array.isArray(body.errors))) {
    return undefined;
  }
  const errors = Array.isArray(body.errors) ? body.errors : [];
  return {
    data: isRecord(body.data) ? body.data : {},
    errors: errors.map((error: unknown) =>
      isRecord(error) && typeof error.message === "string" ? error.message : "unknown GraphQL error",
    ),
  };
}
