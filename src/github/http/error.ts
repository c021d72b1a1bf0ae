import { isRecord, toArray, toText } from "../../text/json.ts";

/**
 * What went wrong with a request, told apart by what may be done about it: whether it surely was not carried
 * out, may have been carried out, or was refused.
 */
export type RequestFailure =
  /** It never reached the server: refused connection, no such host, no connection in time. */
  | { readonly kind: "not_sent"; readonly reason: string }
  /** 429, or a 403 that is a rate limit. `retryAfterMs` is null where the server named no time. */
  | {
      readonly kind: "rate_limited";
      readonly status: number;
      readonly retryAfterMs: number | null;
      readonly message: string;
    }
  /** 503 with `Retry-After`: not carried out, and the server said when to come back. */
  | { readonly kind: "unavailable"; readonly retryAfterMs: number }
  /** It may have been carried out: connection lost, no response in time, 5xx, an answer nobody can read. */
  | { readonly kind: "indeterminate"; readonly status: number | null; readonly reason: string }
  /** The server said no: 4xx. */
  | {
      readonly kind: "rejected";
      readonly status: number;
      readonly message: string;
      readonly errors: readonly FieldError[];
    }
  /** The server named another place: for the request, which one that writes does not follow, or for the next page. */
  | { readonly kind: "redirected"; readonly status: number; readonly location: string }
  /** This process was told to stop while the request was under way. */
  | { readonly kind: "cancelled" };

/** One entry of `errors` in GitHub's error answers. */
export interface FieldError {
  readonly code: string;
  readonly message: string;
}

/** The part of an HTTP answer that tells failures apart. Header names are in lower case. */
export interface ErrorResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/**
 * Names the failure of an answer whose status is not a success.
 *
 * @param now this machine's time in milliseconds since the epoch, for answers without a `Date`.
 */
export function classifyResponse(answer: ErrorResponse, now: number): RequestFailure {
  const { status } = answer;
  const message = readMessage(answer.data);
  if (status >= 300 && status < 400) {
    return { kind: "redirected", status, location: String(answer.headers.location ?? "") };
  }
  if (status === 429 || (status === 403 && isRateLimit(answer, message))) {
    return { kind: "rate_limited", status, retryAfterMs: parseRetryAfter(answer, now), message };
  }
  if (status === 503) {
    const retryAfterMs = parseRetryAfter(answer, now);
    if (retryAfterMs !== null) {
      return { kind: "unavailable", retryAfterMs };
    }
  }
  if (status >= 400 && status < 500) {
    return { kind: "rejected", status, message, errors: readFieldErrors(answer.data) };
  }
  return { kind: "indeterminate", status, reason: `HTTP ${status}` };
}

/**
 * Names the failure of a request that got no answer, from what `fetch` threw.
 *
 * A request counts as not sent only where the system says so: looking the host up or connecting failed.
 * All else, an unknown error included, is indeterminate.
 */
export function classifyError(error: unknown): RequestFailure {
  const chain = listCauses(error);
  for (const cause of chain) {
    const code = getErrorCode(cause);
    if (NOT_SENT.has(code) || isConnecting(cause)) {
      return { kind: "not_sent", reason: NOT_SENT.get(code) ?? `could not connect (${code})` };
    }
    if (code.startsWith("ERR_TLS") || code.startsWith("CERT_") || CERTIFICATE.has(code)) {
      return { kind: "not_sent", reason: `the server's certificate was not accepted (${code})` };
    }
  }
  if (chain.some((cause) => cause.name === "TimeoutError")) {
    return { kind: "indeterminate", status: null, reason: "no response in time" };
  }
  const code = chain.map(getErrorCode).find((found) => found !== "");
  const reason = code === undefined ? "the connection failed" : `the connection was lost (${code})`;
  return { kind: "indeterminate", status: null, reason };
}

/** System errors before a byte was sent. Sources: `man 2 connect`, `man 3 getaddrinfo`, undici's errors. */
const NOT_SENT: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "the connection was refused (ECONNREFUSED)"],
  ["ENOTFOUND", "no such host (ENOTFOUND)"],
  ["EAI_AGAIN", "the host name could not be looked up (EAI_AGAIN)"],
  ["ENETUNREACH", "the network cannot be reached (ENETUNREACH)"],
  ["EHOSTUNREACH", "the host cannot be reached (EHOSTUNREACH)"],
  ["UND_ERR_CONNECT_TIMEOUT", "no connection within 10 s (UND_ERR_CONNECT_TIMEOUT)"],
]);

/** OpenSSL's verification results that do not start with `CERT_`. Source: Node's `tls` documentation. */
const CERTIFICATE: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

function isConnecting(error: Error): boolean {
  return "syscall" in error && (error.syscall === "connect" || error.syscall === "getaddrinfo");
}

function getErrorCode(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

/** The error, its cause, the cause's cause and so on. */
function listCauses(error: unknown): Error[] {
  const chain: Error[] = [];
  let current = error;
  while (current instanceof Error && !chain.includes(current)) {
    chain.push(current);
    current = current.cause;
  }
  return chain;
}

function isRateLimit(answer: ErrorResponse, message: string): boolean {
  return (
    answer.headers["retry-after"] !== undefined ||
    String(answer.headers["x-ratelimit-remaining"] ?? "") === "0" ||
    /\brate limit\b/i.test(message)
  );
}

/**
 * How long the server asks to wait, in milliseconds: `Retry-After` in seconds or as a date, or
 * `x-ratelimit-reset` where nothing remains. Dates count from the server's own `Date`.
 */
function parseRetryAfter(answer: ErrorResponse, now: number): number | null {
  const { headers } = answer;
  const serverNow = Date.parse(String(headers.date ?? "")) || now;
  const after = headers["retry-after"];
  if (after !== undefined) {
    const text = String(after).trim();
    const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - serverNow;
    if (Number.isFinite(wait)) {
      return Math.max(0, wait);
    }
  }
  const reset = Number(headers["x-ratelimit-reset"]);
  if (String(headers["x-ratelimit-remaining"] ?? "") === "0" && Number.isFinite(reset)) {
    return Math.max(0, reset * 1000 - serverNow);
  }
  return null;
}

function readMessage(data: unknown): string {
  return isRecord(data) ? toText(data.message) : "";
}

function readFieldErrors(data: unknown): FieldError[] {
  const errors = isRecord(data) ? toArray(data.errors).filter(isRecord) : [];
  return errors.map(({ code, message }) => ({ code: toText(code), message: toText(message) }));
}

/** What the server asked to wait, in milliseconds; null where it did not say. */
export function getRetryAfter(failure: RequestFailure): number | null {
  switch (failure.kind) {
    case "rate_limited":
    case "unavailable":
      return failure.retryAfterMs;
    case "not_sent":
    case "indeterminate":
    case "rejected":
    case "redirected":
    case "cancelled":
      return null;
  }
}

/** Whether a request that only reads is worth sending again: the failure may pass by itself. */
export function isTransient(failure: RequestFailure): boolean {
  switch (failure.kind) {
    case "not_sent":
    case "rate_limited":
    case "unavailable":
    case "indeterminate":
      return true;
    case "rejected":
    case "redirected":
    case "cancelled":
      return false;
  }
}

/** A failure in a few words, such as `HTTP 404: Not Found`. Includes what the server said, unescaped. */
export function describeFailure(failure: RequestFailure): string {
  switch (failure.kind) {
    case "not_sent":
    case "indeterminate":
      return failure.reason;
    case "rate_limited":
      return `GitHub's rate limit is reached (${formatStatus(failure.status, failure.message)})`;
    case "unavailable":
      return "GitHub is not available (HTTP 503)";
    case "rejected":
      return formatStatus(failure.status, failure.message);
    case "redirected":
      return `GitHub redirects to another address (HTTP ${failure.status})`;
    case "cancelled":
      return "the step was cancelled";
  }
}

/** `HTTP 404: Not Found`, or the status alone if the server said nothing. */
export function formatStatus(status: number, message: string): string {
  return message === "" ? `HTTP ${status}` : `HTTP ${status}: ${message}`;
}

/** Whether the server said that there is no such resource. Without access GitHub says the same. */
export function isNotFound(failure: RequestFailure): boolean {
  return failure.kind === "rejected" && (failure.status === 404 || failure.status === 410);
}
