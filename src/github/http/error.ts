import { isRecord, toArray, toText } from "../../text/json.ts";

/** Why a request failed. The kinds differ in what the server may have done, and so in what the caller may do next. */
export type RequestFailure =
  /** It never reached the server: the connection, the proxy's tunnel or the TLS handshake failed. */
  | { readonly kind: "not_sent"; readonly reason: string; readonly obstacle?: Obstacle }
  /** 429, or a 403 that is a rate limit. `retryAfterMs` is null if the server named no time. */
  | {
      readonly kind: "rate_limited";
      readonly status: number;
      readonly retryAfterMs: number | null;
      readonly message: string;
    }
  /** 503 with `Retry-After`: not processed, and the server said when to retry. */
  | { readonly kind: "unavailable"; readonly retryAfterMs: number }
  /** It may have been processed: connection lost, timeout, 5xx, or an unreadable response. */
  | { readonly kind: "indeterminate"; readonly status: number | null; readonly reason: string }
  /** The server rejected it: 4xx. */
  | {
      readonly kind: "rejected";
      readonly status: number;
      readonly message: string;
      readonly errors: readonly FieldError[];
    }
  /** A redirect, which writes do not follow, or a next page on another host. */
  | { readonly kind: "redirected"; readonly status: number; readonly location: string }
  /** The step was cancelled while the request was in flight. */
  | { readonly kind: "cancelled" };

/** What kept a request from being sent, if it was not the network itself. */
export type Obstacle = "certificate" | "proxy" | "proxy_login";

/** Thrown instead of the original error if a connection failed, so that nothing was sent. */
export class NotSentError extends Error {
  override readonly name = "NotSentError";

  constructor(cause: unknown) {
    super("The request was not sent.", { cause });
  }
}

/** One entry of `errors` in GitHub's error responses. */
interface FieldError {
  readonly code: string;
  readonly message: string;
}

/** The part of Octokit's response that is used here. Header names are in lower case. */
export interface OctokitResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/**
 * Classifies a response whose status is not a success.
 *
 * @param now this machine's time in milliseconds since the epoch, used if the response has no `Date`.
 */
export function classifyResponse(response: OctokitResponse, now: number): RequestFailure {
  const { status } = response;
  const message = readMessage(response.data);
  if (status >= 300 && status < 400) {
    return { kind: "redirected", status, location: String(response.headers.location ?? "") };
  }
  if (status === 429 || (status === 403 && isRateLimit(response, message))) {
    return { kind: "rate_limited", status, retryAfterMs: parseRetryAfter(response, now), message };
  }
  if (status === 503) {
    const retryAfterMs = parseRetryAfter(response, now);
    if (retryAfterMs !== null) {
      return { kind: "unavailable", retryAfterMs };
    }
  }
  if (status >= 400 && status < 500) {
    return { kind: "rejected", status, message, errors: readFieldErrors(response.data) };
  }
  return { kind: "indeterminate", status, reason: `HTTP ${status}` };
}

/**
 * Classifies a request without a response, from the error that `fetch` threw.
 *
 * It counts as not sent only if the connection failed, or the system says so. Every other error, unknown ones included,
 * is indeterminate.
 */
export function classifyError(error: unknown): RequestFailure {
  const chain = listCauses(error);
  const isNotSent = chain.some((cause) => cause instanceof NotSentError);
  for (const cause of chain) {
    const code = getErrorCode(cause);
    if (code.startsWith("ERR_TLS") || code.startsWith("CERT_") || CERTIFICATE.has(code)) {
      const reason = `the server's certificate was not accepted (${code})`;
      return { kind: "not_sent", reason, obstacle: "certificate" };
    }
    if (isConnectFailure(cause) || (isNotSent && code !== "")) {
      return explainNotSent(cause instanceof AggregateError ? cause.errors[0] : cause);
    }
  }
  if (isNotSent) {
    return { kind: "not_sent", reason: "could not connect" };
  }
  if (chain.some((cause) => cause.name === "TimeoutError")) {
    return { kind: "indeterminate", status: null, reason: "no response in time" };
  }
  const code = chain.map(getErrorCode).find((found) => found !== "");
  const reason = code === undefined ? "the connection failed" : `the connection was lost (${code})`;
  return { kind: "indeterminate", status: null, reason };
}

function explainNotSent(error: Error): RequestFailure {
  const code = getErrorCode(error);
  // undici's words for a proxy that refuses CONNECT.
  const proxyStatus = /^Proxy response \((\d+)\)/.exec(error.message)?.[1];
  if (proxyStatus !== undefined) {
    const reason = `the proxy refused the connection (HTTP ${proxyStatus})`;
    return { kind: "not_sent", reason, obstacle: proxyStatus === "407" ? "proxy_login" : "proxy" };
  }
  const isTls = /^(ERR_SSL_|EPROTO$)/.test(code) || /secure TLS connection/.test(error.message);
  const other = isTls ? `the TLS handshake failed (${code})` : `could not connect (${code})`;
  return { kind: "not_sent", reason: NOT_SENT.get(code) ?? other };
}

/** Whether the system says that connecting failed. Of several addresses, all must have failed so. */
function isConnectFailure(error: Error): boolean {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.every((inner: unknown) => inner instanceof Error && isConnectFailure(inner));
  }
  const isConnecting = "syscall" in error && (error.syscall === "connect" || error.syscall === "getaddrinfo");
  return isConnecting || NOT_SENT.has(getErrorCode(error));
}

/** System errors that happen before a byte is sent. Sources: `man 2 connect`, `man 3 getaddrinfo`, undici's errors. */
const NOT_SENT: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "the connection was refused (ECONNREFUSED)"],
  ["ENOTFOUND", "no such host (ENOTFOUND)"],
  ["EAI_AGAIN", "the host name could not be looked up (EAI_AGAIN)"],
  ["ENETUNREACH", "the network cannot be reached (ENETUNREACH)"],
  ["EHOSTUNREACH", "the host cannot be reached (EHOSTUNREACH)"],
  ["UND_ERR_CONNECT_TIMEOUT", "no connection within 10 s (UND_ERR_CONNECT_TIMEOUT)"],
  ["ERR_SOCKET_CONNECTION_TIMEOUT", "no connection in time (ERR_SOCKET_CONNECTION_TIMEOUT)"],
]);

/** OpenSSL's verification results that do not start with `CERT_`. Source: Node's `tls` documentation. */
const CERTIFICATE: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

function getErrorCode(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

/** The error, its cause, the cause's cause and so on. */
export function listCauses(error: unknown): Error[] {
  const chain: Error[] = [];
  let current = error;
  while (current instanceof Error && !chain.includes(current)) {
    chain.push(current);
    current = current.cause;
  }
  return chain;
}

function isRateLimit({ headers }: OctokitResponse, message: string): boolean {
  return (
    headers["retry-after"] !== undefined ||
    String(headers["x-ratelimit-remaining"] ?? "") === "0" ||
    /\brate limit\b/i.test(message)
  );
}

/**
 * The delay that the server asks for, in milliseconds: `Retry-After` in seconds or as a date, or
 * `x-ratelimit-reset` if no requests remain. Dates are compared with the server's own `Date`.
 */
function parseRetryAfter({ headers }: OctokitResponse, now: number): number | null {
  const serverNow = Date.parse(String(headers.date ?? "")) || now;
  const retryAfter = String(headers["retry-after"] ?? "").trim();
  const delayMs = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - serverNow;
  if (Number.isFinite(delayMs)) {
    return Math.max(0, delayMs);
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

/** The delay that the server asked for, in milliseconds; null if it named none. */
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

/** Whether the failure may pass by itself, so that a read request is worth a retry. */
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

/** A failure in a few words, such as `HTTP 404: Not Found`. Includes the server's message unescaped. */
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

/** `HTTP 404: Not Found`, or the status alone if the server sent no message. */
export function formatStatus(status: number, message: string): string {
  return message === "" ? `HTTP ${status}` : `HTTP ${status}: ${message}`;
}

/** Whether the server said that the resource does not exist. GitHub says the same to a token without access. */
export function isNotFound(failure: RequestFailure): boolean {
  return failure.kind === "rejected" && (failure.status === 404 || failure.status === 410);
}

/** Whether waiting does not help: a certificate or a password does not get better within minutes. */
export function isLasting(failure: RequestFailure): boolean {
  return (
    failure.kind === "not_sent" && (failure.obstacle === "certificate" || failure.obstacle === "proxy_login")
  );
}
