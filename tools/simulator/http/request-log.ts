import type { Contract, MatchedOperation } from "../contract.ts";
import type { FaultType, RequestKind } from "../scenario.ts";
import type { SimulatedRequest } from "./message.ts";
import type { Route } from "./route.ts";

/** A request in the simulator's log. */
export interface LoggedRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  /** The path template; null: no route matches. */
  route: string | null;
  kind: RequestKind;
  /** `owner/name` of the path. */
  repository: string | null;
  headers: Record<string, string>;
  /** Parsed. Undefined: no body; a string: not JSON. */
  body: unknown;
  /** Server time, epoch ms. */
  at: number;
  /** Null: the connection was reset or stalled before any status. */
  status: number | null;
  fault: FaultType | null;
}

/** A request with what the simulator found out about it. */
export type Exchange = ReturnType<typeof receive>;

/** Matches a request with its route, and makes its log entry. `at`: server time, epoch ms. */
export function receive(
  request: SimulatedRequest,
  contract: Contract,
  routes: ReadonlyMap<string, Route>,
  at: number,
) {
  const { method, headers } = request;
  const { origin, pathname, searchParams } = new URL(request.url, `http://${headers.host ?? "localhost"}`);
  // GraphQL is not part of GitHub's OpenAPI description.
  const operation: MatchedOperation | null =
    method === "POST" && pathname === "/graphql"
      ? { method, route: "/graphql", params: {} }
      : contract.match(method, pathname);
  const route = (operation && routes.get(`${operation.method} ${operation.route}`)) ?? null;
  const { owner, repo } = operation?.params ?? {};
  const logged: LoggedRequest = {
    method,
    path: pathname,
    query: searchParams,
    route: operation?.route ?? null,
    kind: route?.kind ?? "other",
    repository: owner === undefined || repo === undefined ? null : `${owner}/${repo}`,
    headers,
    body: parseBody(request.body),
    at,
    status: null,
    fault: null,
  };
  return { request, origin, operation, route, logged };
}

/** The body as JSON, or the text itself if it is not JSON. */
function parseBody(body: string | null): unknown {
  if (body === null || body === "") {
    return undefined;
  }
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
