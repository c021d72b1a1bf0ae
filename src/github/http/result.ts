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
  /** The server's time in milliseconds since the epoch; this machine's time if the response has no `Date`. */
  readonly serverNow: number;
  /** URL of the next page (`rel="next"` in `Link`), null on the last page. */
  readonly nextPage: string | null;
}

/** This machine's time, and the signal that aborts the request: the result is then `cancelled`. */
export type RequestContext = Pick<Time, "clock" | "signal">;

/**
 * Sends a request once and turns every outcome into a {@link RequestResult}.
 *
 * @param send makes the request, as `octokit.request` does: throws for 4xx and 5xx with a `response`.
 * @param read decodes the response body. Undefined: the body does not match the API description.
 */
export async function toResult<T>(
  send: () => Promise<OctokitResponse>,
  read: (data: unknown) => T | undefined,
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
  const value = read(data);
  if (value !== undefined) {
    return { ok: true, value, meta: readMeta(headers, clock.now()) };
  }
  const reason = `HTTP ${status} with a response that does not match the API description`;
  return fail(signal.aborted ? { kind: "cancelled" } : { kind: "indeterminate", status, reason });
}

function readMeta(headers: OctokitResponse["headers"], now: number): ResponseMeta {
  const next = /<([^<>]+)>\s*;[^,]*\brel="?next"?/.exec(String(headers.link ?? ""));
  return {
    serverNow: Date.parse(String(headers.date ?? "")) || now,
    nextPage: next?.[1] ?? null,
  };
}

function getResponse(error: unknown): OctokitResponse | undefined {
  if (!(error instanceof Error) || !("response" in error) || !isRecord(error.response)) {
    return undefined;
  }
  const { status, headers, data } = error.response;
  return typeof status === "number" && isRecord(headers)
    ? { status, headers: headers as OctokitResponse["headers"], data }
    : undefined;
}
