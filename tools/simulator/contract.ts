import { checkBody, checkParameters, checkResponse, type RequestProblem } from "./contract/checks.ts";
import { type GraphQlContract, readGraphQlContract } from "./contract/graphql.ts";
import { type Operation, readOpenApi } from "./contract/openapi.ts";
import { createRouteMatcher, type MatchedOperation } from "./contract/routes.ts";
import { createSampler } from "./contract/sample.ts";
import { createSchemaChecker } from "./contract/schemas.ts";
import type { ObjectValue } from "./json.ts";

export type { MatchedOperation, RequestProblem };

/**
 * GitHub's description as something to check against. Loading one reads a file, and compiles a schema at its first
 * use. It holds no state of a simulation, so tests share one between simulators.
 */
export interface Contract {
  /** The operation of a request, or null. */
  match(method: string, path: string): MatchedOperation | null;
  /** `body`: parsed; undefined: the request has none. */
  checkRequest(operation: MatchedOperation, query: URLSearchParams, body: unknown): RequestProblem[];
  /** Checks a response's parsed body. A status that is not documented only needs a `message`. */
  checkResponse(operation: Operation, status: number, body: unknown): string[];
  /** The smallest valid value of a schema under `components`. It is shared: do not change it. */
  sample(schemaName: string): ObjectValue;
  graphql: GraphQlContract;
}

/** Reads GitHub's description. */
export function loadContract(): Contract {
  const document = readOpenApi();
  const check = createSchemaChecker(document);
  return {
    match: createRouteMatcher(document),
    checkRequest: (operation, query, body) => [
      ...checkParameters(document, check, operation, query),
      ...checkBody(document, check, operation, body),
    ],
    checkResponse: (operation, status, body) => checkResponse(document, check, operation, { status, body }),
    sample: createSampler(document),
    graphql: readGraphQlContract(),
  };
}
