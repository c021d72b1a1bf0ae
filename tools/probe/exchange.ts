import { classifyError, classifyResponse, type RequestFailure } from "../../src/github/http/error.ts";
import type { OctokitResponse } from "../../src/github/http/result.ts";
import { isRecord } from "../../src/text/json.ts";

/** A request and all that came back. Times are this machine's, in milliseconds since the epoch. */
export type Exchange = Answered | Unanswered;

/** Headers and body as they came. Header names are in lower case. */
export interface Answered extends OctokitResponse {
  readonly kind: "answered";
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** No answer, or none that ended. */
export interface Unanswered {
  readonly kind: "unanswered";
  readonly sentAt: number;
  readonly receivedAt: number;
  readonly failure: RequestFailure;
}

/**
 * Sends a request once and keeps whatever comes of it; 304, 4xx and 5xx are answers too. Nothing is thrown.
 *
 * @param send makes the request, as `octokit.request` does.
 * @param signal what may have interrupted it; null where nothing does.
 */
export async function exchange(
  send: () => Promise<OctokitResponse>,
  now: () => number,
  signal: AbortSignal | null,
): Promise<Exchange> {
  const sentAt = now();
  try {
    return answered(await send(), sentAt, now());
  } catch (error) {
    const response = responseOf(error);
    if (response !== undefined) {
      return answered(response, sentAt, now());
    }
    const failure: RequestFailure = signal?.aborted ? { kind: "cancelled" } : classifyError(error);
    return { kind: "unanswered", sentAt, receivedAt: now(), failure };
  }
}

/** What is wrong with it; null for a success and for 304. */
export function faultOf(made: Exchange): RequestFailure | null {
  switch (made.kind) {
    case "unanswered":
      return made.failure;
    case "answered":
      return made.status < 300 || made.status === 304 ? null : classifyResponse(made, made.receivedAt);
  }
}

/** Its status, or why there is none, in a few words. */
export function outcomeOf(made: Exchange): string {
  switch (made.kind) {
    case "answered":
      return `HTTP ${made.status}`;
    case "unanswered":
      return "reason" in made.failure ? made.failure.reason : made.failure.kind;
  }
}

/** A header as text; null where the answer has none, or there was no answer. */
export function headerOf(made: Exchange, name: string): string | null {
  const value = made.kind === "answered" ? made.headers[name] : undefined;
  return value === undefined ? null : String(value);
}

function answered({ status, headers, data }: OctokitResponse, sentAt: number, receivedAt: number): Answered {
  return { kind: "answered", sentAt, receivedAt, status, headers, data };
}

/** Octokit throws for 304, 4xx and 5xx, with the answer in the error. */
function responseOf(error: unknown): OctokitResponse | undefined {
  if (!(error instanceof Error) || !("response" in error) || !isRecord(error.response)) {
    return undefined;
  }
  const { status, headers, data } = error.response;
  return typeof status === "number" && isRecord(headers)
    ? { status, headers: headers as OctokitResponse["headers"], data }
    : undefined;
}
