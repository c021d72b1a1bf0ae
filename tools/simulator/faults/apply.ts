import {
  badCredentials,
  errorResponse,
  notFound,
  primaryLimit,
  secondaryLimit,
  unprocessable,
} from "../http/errors.ts";
import type { HttpResponse, SimulatedResponse } from "../http/message.ts";
import type { RouteResponse } from "../http/route.ts";
import { toJson } from "../json.ts";
import type { Fault, ResponseFault } from "../scenario.ts";
import { reshapeTasks } from "./reshape.ts";

export interface FaultContext {
  /** Server time, epoch ms. */
  at: number;
  /** `http://host:port` of this server. */
  origin: string;
  /** The request's URL, without the origin. */
  url: string;
  /** A number that no other request has. */
  serial: number;
  /** The headers of every response. */
  common: Record<string, string>;
  /** Makes the headers of the caller's rate limit. */
  limits(): Record<string, string>;
}

/** A response from GitHub's API, or one that something on the way made up. */
type Replacement = RouteResponse | { status: number; text: string; headers: Record<string, string> };

/** What the client gets because of the fault. `intact`: the response without it. */
export function applyFault(fault: Fault, intact: HttpResponse, context: FaultContext): SimulatedResponse {
  switch (fault.type) {
    case "reset_before":
    case "reset_after":
      return { type: "reset" };
    case "stall_before":
      return { type: "stall", head: null };
    case "stall_after": {
      const { status, headers } = intact;
      return { type: "stall", head: fault.part === "body" ? { status, headers } : null };
    }
    case "truncated":
      return { type: "truncated", ...intact, sent: Math.floor(intact.body.length / 2) };
    case "reshaped":
      return { type: "response", delay_ms: 0, ...intact, body: reshapeTasks(intact.body, fault) };
    case "delay":
      return { type: "response", delay_ms: fault.milliseconds, ...intact };
    case "slow": {
      const headers = { ...intact.headers, "x-simulated-seconds": String(fault.seconds) };
      return { type: "response", delay_ms: 0, ...intact, headers };
    }
    case "another_page":
      return { type: "response", delay_ms: 0, ...nameAnotherPage(intact, context) };
    case "headers":
      return { type: "response", delay_ms: 0, ...intact, headers: replaceHeaders(intact, fault.headers) };
    default:
      return { type: "response", delay_ms: 0, ...complete(replace(fault, context), context) };
  }
}

function replaceHeaders(
  { headers }: HttpResponse,
  replaced: Readonly<Record<string, string | null>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...headers, ...replaced }).flatMap(([name, value]) =>
      value === null ? [] : [[name, value]],
    ),
  );
}

/** In GraphQL a connection's next page, in REST a `Link` header. */
function nameAnotherPage(intact: HttpResponse, { origin, url, serial }: FaultContext): HttpResponse {
  if (new URL(url, origin).pathname === "/graphql") {
    const pageInfo = `"pageInfo":{"hasNextPage":true,"endCursor":"${btoa(`cursor:-1:${serial}`)}"}`;
    return { ...intact, body: intact.body.replace(/"pageInfo":\{[^}]*\}/, pageInfo) };
  }
  const next = new URL(url, origin);
  // The first page again, at an address of its own.
  next.searchParams.set("page", "1".padStart(serial + 1, "0"));
  return { ...intact, headers: { ...intact.headers, link: `<${next.href}>; rel="next"` } };
}

function complete(replacement: Replacement, { common, limits }: FaultContext): HttpResponse {
  const isText = "text" in replacement;
  const headers = { ...JSON_TYPE, ...common, ...(isText ? {} : limits()), ...replacement.headers };
  return { status: replacement.status, headers, body: isText ? replacement.text : toJson(replacement.body) };
}

export const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

function replace(fault: ResponseFault, { at, origin }: FaultContext): Replacement {
  switch (fault.type) {
    case "status": {
      const { status, headers = {} } = fault;
      const body = fault.body ?? errorResponse(status, `Simulated ${status}`).body;
      return typeof body === "string" ? { status, text: body, headers } : { status, body, headers };
    }
    case "html": {
      const { status, text: title = "Unicorn!" } = fault;
      const text = `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body></body></html>\n`;
      return { status, text, headers: { "content-type": "text/html; charset=utf-8" } };
    }
    case "wrong_json":
      return { status: 200, body: fault.body ?? [] };
    case "garbage":
      return { status: 200, text: fault.text ?? '{"id": "\u0000\ufffd', headers: {} };
    case "unavailable": {
      const { retry_after: seconds, as_date: asDate = false } = fault;
      const date = new Date(at + (seconds ?? 0) * 1000).toUTCString();
      const headers = seconds === undefined ? {} : { "retry-after": asDate ? date : String(seconds) };
      return errorResponse(503, "Service unavailable", { headers });
    }
    case "rate_limited_429":
      return errorResponse(429, "Too many requests", {
        headers: { "retry-after": String(fault.retry_after) },
      });
    case "secondary_limit_403":
      return secondaryLimit(fault.retry_after ?? null);
    case "primary_limit_403":
      return primaryLimit(Math.ceil(at / 1000) + fault.reset_in);
    case "not_found":
      return notFound();
    case "unauthorized":
      return badCredentials();
    case "forbidden":
      return errorResponse(403, fault.message ?? "Resource not accessible by personal access token");
    case "unprocessable":
      return unprocessable(fault.message, fault.field);
    case "redirect": {
      const { status } = fault;
      const location = fault.location.startsWith("/") ? `${origin}${fault.location}` : fault.location;
      return { status, body: { message: "Moved Permanently", url: location }, headers: { location } };
    }
    case "error_500_after":
    case "error_500_before":
      return errorResponse(500, "Server Error");
  }
}
