import type { Octokit } from "@octokit/core";
import type { Time } from "../../runner/clock.ts";
import { isRecord } from "../../text/json.ts";
import { classifyError, classifyResponse, type OctokitResponse, type RequestFailure } from "./error.ts";

export type { OctokitResponse };

/** The result of a request: a decoded value, or a failure. Requests never throw. */
export type RequestResult<T> =
  | { readonly ok: true; readonly value: T; readonly meta: ResponseMeta }
  | { readonly ok: false; readonly failure: RequestFailure };

/** What a response says in its headers. */
export interface ResponseMeta {
  /** The server's time in milliseconds since the epoch; null if the response has no `Date`. */
  readonly serverNow: number | null;
  /** URL of the next page (`rel="next"` in `Link`), null on the last page. */
  readonly nextPage: string | null;
  /** Null if the response does not name the rate limit. */
  readonly rateLimit: RateLimit | null;
}

/** How much of the user's rate limit is left. GitHub counts requests until the limit resets. */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until it resets. */
  readonly resetsInMs: number;
}

/** This machine's time, and the signal that aborts the request: the result is then `cancelled`. */
export type RequestContext = Pick<Time, "clock" | "signal">;

/**
 * Sends a request once and turns every outcome into a {@link RequestResult}.
 *
 * @param send makes the request, as `octokit.request` does: throws for 4xx and 5xx with a `response`.
 * @param read decodes the response body. It also gets the server's time when it answered, or else this machine's.
 *   Undefined: the body does not match the API description.
 */
export async function toResult<T>(
  send: () => Promise<OctokitResponse>,
  read: (data: unknown, receivedAt: number) => T | undefined,
  { clock, signal }: RequestContext,
): Promise<RequestResult<T>> {
  const fail = (failure: RequestFailure): RequestResult<T> => ({ ok: false, failure });
  let response: OctokitResponse;
  try {
    response = await send();
  } catch (error) {
    if (signal.aborted) {
      return fail({ kind: "cancelled" });
    }
    const errorResponse = getResponse(error);
    return fail(
      errorResponse === undefined ? classifyError(error) : classifyResponse(errorResponse, clock.now()),
    );
  }
  const { status, headers, data } = response;
  if (status >= 300) {
    return fail(classifyResponse(response, clock.now()));
  }
  const meta = readMeta(headers, clock.now());
  const value = read(data, meta.serverNow ?? clock.now());
  if (value !== undefined) {
    return { ok: true, value, meta };
  }
  const reason = `HTTP ${status} with a response that does not match the API description`;
  return fail(
    signal.aborted ? { kind: "cancelled" } : { kind: "indeterminate", status, reason, retryAfterMs: null },
  );
}

/**
 * Lets only the API itself answer: a response that a redirect to another origin gave counts as that redirect.
 *
 * @param send sends a read request, which follows redirects.
 */
export async function requireOwnOrigin(
  octokit: Octokit,
  send: (octokit: Octokit) => Promise<OctokitResponse>,
): Promise<OctokitResponse> {
  const response = await send(octokit);
  const own = URL.parse(octokit.request.endpoint.DEFAULTS.baseUrl)?.origin;
  const url = response.url ?? "";
  return URL.parse(url)?.origin === own ? response : { ...response, status: 302, headers: { location: url } };
}

function readMeta(headers: OctokitResponse["headers"], now: number): ResponseMeta {
  const next = /<([^<>]+)>\s*;[^,]*\brel="?next"?/.exec(String(headers.link ?? ""));
  const serverNow = Date.parse(String(headers.date ?? "")) || null;
  return { serverNow, nextPage: next?.[1] ?? null, rateLimit: readRateLimit(headers, serverNow ?? now) };
}

function readRateLimit(headers: OctokitResponse["headers"], serverNow: number): RateLimit | null {
  const [limit = Number.NaN, remaining = Number.NaN, reset = Number.NaN] = [
    "limit",
    "remaining",
    "reset",
  ].map((name) => Number.parseInt(String(headers[`x-ratelimit-${name}`] ?? ""), 10));
  return limit > 0 && remaining >= 0 && reset > 0
    ? { limit, remaining, resetsInMs: Math.max(0, reset * 1000 - serverNow) }
    : null;
}

/** The response of an error that Octokit threw; undefined if none came. */
export function getResponse(error: unknown): OctokitResponse | undefined {
  if (!(error instanceof Error) || !("response" in error) || !isRecord(error.response)) {
    return undefined;
  }
  const { status, headers, data } = error.response;
  return typeof status === "number" && isRecord(headers)
    ? { status, headers: headers as OctokitResponse["headers"], data }
    : undefined;
}
