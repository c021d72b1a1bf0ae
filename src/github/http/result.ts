import { isRecord } from "../../text/json.ts";
import { type Fault, faultOfAnswer, faultOfFailure } from "./error.ts";

/** What came of a request: a value that could be read, or a fault. Nothing is thrown. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly meta: AnswerMeta }
  | { readonly ok: false; readonly fault: Fault };

/** What an answer's headers say beside its content. */
export interface AnswerMeta {
  /** The server's time, milliseconds since the epoch; this machine's where the answer had no `Date`. */
  readonly serverNow: number;
  /** The address of the next page (`rel="next"` in `Link`), null on the last. */
  readonly nextPage: string | null;
}

/** The part of Octokit's response that is used here. */
export interface OctokitAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/**
 * Sends a request and turns all that can come of it into an {@link Answer}.
 *
 * @param send makes the request, as `octokit.request` does: throws for 4xx and 5xx with a `response`.
 * @param read gives the value in the answer's body, or undefined where the body is not what was asked for.
 * @param now this machine's time in milliseconds since the epoch.
 * @param signal the signal that stops this process; a request it interrupts is `cancelled`.
 */
export async function answerTo<T>(
  send: () => Promise<OctokitAnswer>,
  read: (data: unknown) => T | undefined,
  now: () => number,
  signal: AbortSignal,
): Promise<Answer<T>> {
  let answer: OctokitAnswer;
  try {
    answer = await send();
  } catch (error) {
    if (signal.aborted) {
      return { ok: false, fault: { kind: "cancelled" } };
    }
    const response = responseOf(error);
    const fault = response === undefined ? faultOfFailure(error) : faultOfAnswer(response, now());
    return { ok: false, fault };
  }
  if (answer.status >= 300) {
    return { ok: false, fault: faultOfAnswer(answer, now()) };
  }
  const value = read(answer.data);
  if (value === undefined) {
    if (signal.aborted) {
      return { ok: false, fault: { kind: "cancelled" } };
    }
    const reason = `HTTP ${answer.status} with an answer that is not what the API describes`;
    return { ok: false, fault: { kind: "doubtful", status: answer.status, reason } };
  }
  return { ok: true, value, meta: metaOf(answer.headers, now()) };
}

function metaOf(headers: OctokitAnswer["headers"], now: number): AnswerMeta {
  const next = /<([^<>]+)>\s*;[^,]*\brel="?next"?/.exec(String(headers.link ?? ""));
  return {
    serverNow: Date.parse(String(headers.date ?? "")) || now,
    nextPage: next?.[1] ?? null,
  };
}

function responseOf(error: unknown): OctokitAnswer | undefined {
  if (!(error instanceof Error) || !("response" in error) || !isRecord(error.response)) {
    return undefined;
  }
  const { status, headers, data } = error.response;
  return typeof status === "number" && isRecord(headers)
    ? { status, headers: headers as OctokitAnswer["headers"], data }
    : undefined;
}
