import type { Time } from "../../runner/clock.ts";
import { isRecord } from "../../text/json.ts";
import { classifyError, classifyResponse, type OctokitResponse, type RequestFailure } from "./error.ts";
import { getServerTime, type ResponseHeaders } from "./response-times.ts";

export type { OctokitResponse };

/** The result of a request: a decoded value, or a failure. Requests never throw. */
export type RequestResult<T> =
  | { readonly ok: true; readonly value: T; readonly meta: ResponseMeta }
  | { readonly ok: false; readonly failure: RequestFailure };

/** What a response says in its headers. */
export interface ResponseMeta {
  /** The server's time in milliseconds since the epoch; null if the response has no `Date`. */
  readonly serverNow: number | null;
  /** Absolute URL of the next page (`rel="next"` in `Link`), null on the last page. */
  readonly nextPage: string | null;
  /** Whether `Link` names any page. GitHub sends none with a list that fits on one page. */
  readonly hasPageLinks: boolean;
  /** Null if the response does not name the rate limit. */
  readonly rateLimit: RateLimit | null;
}

/** How much of the user's rate limit is left. GitHub counts requests until the limit resets. */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until it resets, above zero. Null if the response names no such time. */
  readonly resetsInMs: number | null;
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
  const { status, data } = response;
  if (status >= 300) {
    return fail(classifyResponse(response, clock.now()));
  }
  const meta = readMeta(response, clock.now());
  const value = read(data, meta.serverNow ?? clock.now());
  if (value !== undefined) {
    return { ok: true, value, meta };
  }
  // Octokit gives an empty text if the body ends early too, or takes longer than the request may.
  const what =
    data === ""
      ? "without a body, or with one that did not arrive completely"
      : "with a response that does not match the API description";
  const reason = `HTTP ${status} ${what}`;
  return fail(
    signal.aborted ? { kind: "cancelled" } : { kind: "indeterminate", status, reason, retryAfterMs: null },
  );
}

function readMeta({ headers, url }: OctokitResponse, now: number): ResponseMeta {
  const serverNow = getServerTime(headers);
  return {
    serverNow,
    nextPage: readNextPage(headers, url),
    hasPageLinks: PAGE_LINK.test(String(headers.link ?? "")),
    rateLimit: readRateLimit(headers, serverNow ?? now),
  };
}

/** A relation to another page. Other links are not about pages, such as `deprecation`. */
const PAGE_LINK = /\brel="?(?:first|prev|next|last)"?/;

/** An address that cannot be read stays as it is: there is a next page. */
function readNextPage({ link }: ResponseHeaders, url: string | undefined): string | null {
  const next = /<([^<>]+)>\s*;[^,]*\brel="?next"?/.exec(String(link ?? ""))?.[1];
  // RFC 8288, section 3.1: the address may be relative.
  return next === undefined ? null : (URL.parse(next, url || undefined)?.href ?? next);
}

function readRateLimit(headers: ResponseHeaders, serverNow: number): RateLimit | null {
  const [limit = Number.NaN, remaining = Number.NaN, reset = Number.NaN] = [
    "limit",
    "remaining",
    "reset",
  ].map((name) => Number.parseInt(String(headers[`x-ratelimit-${name}`] ?? ""), 10));
  const resetsInMs = reset * 1000 - serverNow;
  return limit > 0 && remaining >= 0
    ? { limit, remaining, resetsInMs: resetsInMs > 0 ? resetsInMs : null }
    : null;
}

/** The response of an error that Octokit threw; undefined if none came. */
export function getResponse(error: unknown): OctokitResponse | undefined {
  if (!(error instanceof Error) || !("response" in error) || !isRecord(error.response)) {
    return undefined;
  }
  const { status, headers, data } = error.response;
  return typeof status === "number" && isRecord(headers)
    ? { status, headers: headers as ResponseHeaders, data }
    : undefined;
}
