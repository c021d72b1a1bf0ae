import { isRecord } from "../../text/json.ts";
import { classifyError, classifyResponse, type RequestFailure } from "./error.ts";

/** What came of a request: a value that could be read, or a failure. Nothing is thrown. */
export type RequestResult<T> =
  | { readonly ok: true; readonly value: T; readonly meta: ResponseMeta }
  | { readonly ok: false; readonly failure: RequestFailure };

/** What an answer's headers say beside its content. */
export interface ResponseMeta {
  /** The server's time, milliseconds since the epoch; this machine's where the answer had no `Date`. */
  readonly serverNow: number;
  /** The address of the next page (`rel="next"` in `Link`), null on the last. */
  readonly nextPage: string | null;
}

/** The part of Octokit's response that is used here. */
export interface OctokitResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/**
 * Sends a request and turns all that can come of it into an {@link RequestResult}.
 *
 * @param send makes the request, as `octokit.request` does: throws for 4xx and 5xx with a `response`.
 * @param read gives the value in the answer's body, or undefined where the body is not what was asked for.
 * @param now this machine's time in milliseconds since the epoch.
 * @param signal the signal that stops this process; a request it interrupts is `cancelled`.
 */
export async function toResult<T>(
  send: () => Promise<OctokitResponse>,
  read: (data: unknown) => T | undefined,
  now: () => number,
  signal: AbortSignal,
): Promise<RequestResult<T>> {
  let answer: OctokitResponse;
  try {
    answer = await send();
  } catch (error) {
    if (signal.aborted) {
      return { ok: false, failure: { kind: "cancelled" } };
    }
    const response = getResponse(error);
    const failure = response === undefined ? classifyError(error) : classifyResponse(response, now());
    return { ok: false, failure };
  }
  if (answer.status >= 300) {
    return { ok: false, failure: classifyResponse(answer, now()) };
  }
  const value = read(answer.data);
  if (value === undefined) {
    if (signal.aborted) {
      return { ok: false, failure: { kind: "cancelled" } };
    }
    const reason = `HTTP ${answer.status} with an answer that is not what the API describes`;
    return { ok: false, failure: { kind: "indeterminate", status: answer.status, reason } };
  }
  return { ok: true, value, meta: readMeta(answer.headers, now()) };
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
