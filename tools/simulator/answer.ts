import { type ObjectValue, toJson, type Value } from "./json.ts";
import type { TokenInfo } from "./scenario.ts";

/** A request as plain data. */
export interface SimulatedRequest {
  method: string;
  /** Path and query, or a whole URL. */
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string | null;
}

/** A complete HTTP answer. */
export interface HttpAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** What comes back, or what happens to the connection instead. */
export type SimulatedAnswer =
  | ({ type: "answer"; delay_ms: number } & HttpAnswer)
  /** The connection is reset. */
  | { type: "reset" }
  /** Nothing comes, or with `head` status and headers only. */
  | { type: "stall"; head: { status: number; headers: Record<string, string> } | null }
  /** Only the first `sent` characters of the body come, then the connection ends. */
  | ({ type: "truncated"; sent: number } & HttpAnswer);

/** An answer of a route's handler, before headers, validation and faults. */
export interface RouteAnswer {
  status: number;
  body: Value;
  headers?: Record<string, string>;
  /** The scenario asked for something GitHub's description does not allow: not validated. */
  deliberate?: boolean;
}

/** Who asks, once that is known. */
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
  /** `http://host:port` of this server, and the path without the query; for `Link`. */
  origin: string;
  path: string;
}

const documentation = "https://docs.github.com/rest";

/** An error as GitHub gives it. */
export function errorAnswer(
  status: number,
  message: string,
  more: { errors?: ObjectValue[]; headers?: Record<string, string> } = {},
): RouteAnswer {
  return {
    status,
    body: {
      message,
      ...(more.errors === undefined ? {} : { errors: more.errors }),
      documentation_url: documentation,
      status: String(status),
    },
    ...(more.headers === undefined ? {} : { headers: more.headers }),
  };
}

export function notFound(): RouteAnswer {
  return errorAnswer(404, "Not Found");
}

export function badCredentials(): RouteAnswer {
  return errorAnswer(401, "Bad credentials");
}

/** 403 for a permission the token lacks, in the words for its type. */
export function notAccessible(type: TokenInfo["type"]): RouteAnswer {
  return errorAnswer(
    403,
    type === "installation"
      ? "Resource not accessible by integration"
      : "Resource not accessible by personal access token",
  );
}

export function unprocessable(message: string): RouteAnswer {
  return errorAnswer(422, "Validation Failed", { errors: [{ code: "custom", message }] });
}

/** 403 of the secondary limit; `retryAfter` in seconds, null: no such header. */
export function secondaryLimit(retryAfter: number | null): RouteAnswer {
  return errorAnswer(
    403,
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    retryAfter === null ? {} : { headers: { "retry-after": String(retryAfter) } },
  );
}

/** 403 of the primary limit; `reset` in epoch seconds. */
export function primaryLimit(reset: number): RouteAnswer {
  return errorAnswer(403, "API rate limit exceeded for user.", {
    headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) },
  });
}

/** The text of a handler's body. */
export function bodyText(answer: RouteAnswer): string {
  return toJson(answer.body);
}
