import type { Contract } from "../contract.ts";
import type { Value } from "../json.ts";
import type { RequestKind, TokenInfo } from "../scenario.ts";
import type { World } from "../world/world.ts";

/** A known token. */
export interface Caller {
  token: string;
  info: TokenInfo;
}

/** What a handler gets: a matched and validated request. */
export interface RouteRequest {
  params: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
  caller: Caller;
  /** The server's time, epoch ms. */
  at: number;
  /** `http://host:port` of this server. */
  origin: string;
  /** Without the query. */
  path: string;
}

/** A handler's response, before headers, validation and faults. */
export interface RouteResponse {
  status: number;
  body: Value;
  headers?: Record<string, string>;
  /** The scenario asked for something GitHub's description does not allow, so the body is not validated. */
  deliberate?: boolean;
  /** How the request broke GitHub's GraphQL schema. */
  violations?: string[];
}

/** What a handler answers from. */
export interface Backend {
  world: World;
  contract: Contract;
}

export type Handler = (backend: Backend, request: RouteRequest) => RouteResponse;

export interface Route {
  kind: RequestKind;
  handle: Handler;
}
