import { isRecord, toArray, toText } from "../../text/json.ts";
import { getLimitDelay, getRetryDelay, type ResponseHeaders } from "./response-times.ts";

/** Why a request failed. The kinds differ in what the server may have done, and so in what the caller may do next. */
export type RequestFailure =
  /** It never reached the server: the connection, the proxy's tunnel or the TLS handshake failed. */
  | { readonly kind: "not_sent"; readonly reason: string; readonly obstacle?: Obstacle }
  /** 429, or a 403 that is a rate limit; not a quota. `retryAfterMs` is null if the server named no time. */
  | {
      readonly kind: "rate_limited";
      readonly status: number;
      readonly retryAfterMs: number | null;
      readonly message: string;
    }
  /**
   * It may have been processed: connection lost, timeout, 5xx, 408, 425 or 499, which can come from something in front of
   * GitHub, a 3xx that is no redirect, an unreadable response, or one of another host. With a status of 2xx it was processed.
   * `retryAfterMs` as above.
   */
  | {
      readonly kind: "indeterminate";
      readonly status: number | null;
      readonly reason: string;
      readonly retryAfterMs: number | null;
    }
  /** A 4xx. GitHub rejected it if `isFromApi`; otherwise a proxy may have answered after GitHub processed it. */
  | ({ readonly kind: "rejected"; readonly status: number } & Explanation)
  /**
   * 401 that more responses must confirm, because GitHub sometimes answers a valid token with one. Not processed.
   * `hasWorked`: whether GitHub has accepted the token in this step.
   */
  | {
      readonly kind: "unauthorized";
      readonly retryAfterMs: number;
      readonly message: string;
      readonly hasWorked?: boolean;
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

/** Thrown instead of a response that a redirect to another host gave. */
export class OtherHostError extends Error {
  override readonly name = "OtherHostError";

  /** @param origin such as `https://example.com`. */
  constructor(origin: string) {
    super(`GitHub redirects to another host (${origin}), whose answer does not count`);
  }
}

/** How long to wait before the request after the first 401, and after each further one, in milliseconds. */
const FIRST_UNAUTHORIZED_DELAY_MS = 5_000;

const UNAUTHORIZED_DELAY_MS = 30_000;

/** Thrown instead of the original error for a 401 that does not prove yet that GitHub rejects the token. */
export class UnconfirmedRejectionError extends Error {
  override readonly name = "UnconfirmedRejectionError";
  readonly retryAfterMs: number;
  readonly hasWorked: boolean;

  /**
   * @param count how many 401 responses came in a row.
   * @param hasWorked whether GitHub has accepted the token in this step.
   */
  constructor(message: string, count: number, hasWorked: boolean) {
    super(message);
    this.hasWorked = hasWorked;
    this.retryAfterMs = count === 1 ? FIRST_UNAUTHORIZED_DELAY_MS : UNAUTHORIZED_DELAY_MS;
  }
}

/** What a response says about its error. A text is empty if the response lacks it. */
export interface Explanation {
  /** Whether the body is a JSON object that says what is wrong, as GitHub's API sends it. */
  readonly isFromApi: boolean;
  readonly message: string;
  /** The error's code, such as `copilot_plan_required`. */
  readonly code: string;
  /** The kind of the error, such as `forbidden`. */
  readonly error: string;
  readonly errors: readonly FieldError[];
  /** The page that authorizes the token for an organization's single sign-on. */
  readonly singleSignOnUrl: string;
  /** The version of GitHub Enterprise Server. */
  readonly enterpriseVersion: string;
}

/** One entry of `errors` in GitHub's error responses. */
interface FieldError {
  readonly code: string;
  readonly message: string;
  /** The field of the request that the error is about. */
  readonly field: string;
}

/** The part of Octokit's response that is used here. */
export interface OctokitResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly data: unknown;
  /** Where the response came from, after redirects. */
  readonly url?: string;
}

/**
 * Classifies a response whose status is not a success.
 *
 * @param now this machine's time in milliseconds since the epoch, used if the response has no `Date`.
 */
export function classifyResponse(response: OctokitResponse, now: number): RequestFailure {
  const { status } = response;
  const explanation = readExplanation(response);
  const { message } = explanation;
  if (REDIRECTS.has(status)) {
    return { kind: "redirected", status, location: String(response.headers.location ?? "") };
  }
  const isLimit = status === 429 || (status === 403 && isRateLimit(response, message));
  if (isLimit && !isQuota(explanation)) {
    return { kind: "rate_limited", status, retryAfterMs: getLimitDelay(response.headers, now), message };
  }
  if (status >= 400 && status < 500 && !INDETERMINATE_STATUSES.has(status)) {
    return { kind: "rejected", status, ...explanation };
  }
  const retryAfterMs = getRetryDelay(response.headers, now);
  return { kind: "indeterminate", status, reason: `HTTP ${status}`, retryAfterMs };
}

/**
 * The statuses that send a client elsewhere with the same request. The other ones of 3xx do not say that the server rejected
 * the request: 303 even means that it is done, and that the result is elsewhere. Source: RFC 9110, section 15.4.
 */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308]);

/** A rejection by GitHub of which only the status and a message are known. */
export function reject(status: number, message: string): Extract<RequestFailure, { kind: "rejected" }> {
  const unknown = {
    isFromApi: true,
    code: "",
    error: "",
    errors: [],
    singleSignOnUrl: "",
    enterpriseVersion: "",
  };
  return { kind: "rejected", status, message, ...unknown };
}

/**
 * Timeouts, "too early" and "client closed request": a proxy or a load balancer can send them after GitHub has processed
 * the request. Sources: RFC 9110, section 15.5.9; RFC 8470, section 5.2; nginx.
 */
const INDETERMINATE_STATUSES: ReadonlySet<number> = new Set([408, 425, 499]);

/** Whether the server processed the request, although its response cannot be read. */
export function isAccepted(failure: RequestFailure): boolean {
  return (
    failure.kind === "indeterminate" &&
    failure.status !== null &&
    failure.status >= 200 &&
    failure.status < 300
  );
}

/**
 * Classifies a request without a response, from the error that `fetch` threw.
 *
 * It counts as not sent only if the connection failed, or the system says so. Every other error, unknown ones included,
 * is indeterminate.
 */
export function classifyError(error: unknown): RequestFailure {
  if (error instanceof UnconfirmedRejectionError) {
    const { retryAfterMs, message, hasWorked } = error;
    return { kind: "unauthorized", retryAfterMs, message, hasWorked };
  }
  const chain = listCauses(error);
  const elsewhere = chain.find((cause) => cause instanceof OtherHostError);
  if (elsewhere !== undefined) {
    return { kind: "indeterminate", status: null, reason: elsewhere.message, retryAfterMs: null };
  }
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
    return { kind: "indeterminate", status: null, reason: "no response in time", retryAfterMs: null };
  }
  const code = chain.map(getErrorCode).find((found) => found !== "");
  const reason = code === undefined ? "the connection failed" : `the connection was lost (${code})`;
  return { kind: "indeterminate", status: null, reason, retryAfterMs: null };
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

/**
 * Whether the system says that connecting failed. Of several addresses, all must have failed so. A route that breaks later
 * gives the same codes, while the system reads or writes.
 */
function isConnectFailure(error: Error): boolean {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.every((inner: unknown) => inner instanceof Error && isConnectFailure(inner));
  }
  const syscall = "syscall" in error && typeof error.syscall === "string" ? error.syscall : "";
  return syscall === ""
    ? CONNECTING_CODES.has(getErrorCode(error))
    : syscall === "connect" || syscall === "getaddrinfo";
}

/** The codes that only connecting gives. Sources: `man 2 connect`, `man 3 getaddrinfo`, undici's and Node's errors. */
const CONNECTING_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_SOCKET_CONNECTION_TIMEOUT",
]);

/** What the codes of a failed connection mean. */
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

/** The message of an error response, empty if it has none. Copilot's own services put it into `error`. */
export function readMessage(data: unknown): string {
  const { message, error } = isRecord(data) ? data : {};
  return toText(message) || (isRecord(error) ? toText(error.message) : "");
}

/**
 * Whether the user has used up what their plan or budget includes, or has no plan. Unlike a rate limit, that does not
 * pass within minutes.
 */
function isQuota({ message, code, error }: Explanation): boolean {
  const words = [code, error, message].join("\n").replaceAll("_", " ");
  return (
    !/\brate limit/i.test(words) &&
    /\b(quota|premium requests?|budgets?|spending limit|billing|plan required)\b/i.test(words)
  );
}

function readExplanation({ data, headers }: OctokitResponse): Explanation {
  const body = isRecord(data) ? data : {};
  // Copilot's own services put the code and the message into `error`.
  const inner = isRecord(body.error) ? body.error : {};
  const message = readMessage(data);
  const code = toText(body.code) || toText(inner.code);
  const error = toText(body.error);
  const errors = toArray(body.errors).filter(isRecord).map(readFieldError);
  return {
    isFromApi: [message, code, error, ...errors.flatMap((entry) => [entry.message, entry.code])].some(
      (text) => text !== "",
    ),
    message,
    errors,
    code,
    error,
    singleSignOnUrl: readSingleSignOnUrl(headers),
    enterpriseVersion: String(headers["x-github-enterprise-version"] ?? ""),
  };
}

function readFieldError({ code, message, field }: Record<string, unknown>): FieldError {
  return { code: toText(code), message: toText(message), field: toText(field) };
}

/**
 * The address in a header such as `required; url=https://github.com/orgs/octo/sso?authorization_request=…`.
 *
 * Source: https://docs.github.com/rest/authentication/authenticating-to-the-rest-api
 */
function readSingleSignOnUrl(headers: OctokitResponse["headers"]): string {
  return /^\s*required\s*;\s*url=(https?:\/\/\S+)/i.exec(String(headers["x-github-sso"] ?? ""))?.[1] ?? "";
}

/** The delay that the server asked for, in milliseconds; null if it named none. */
export function getRetryAfter(failure: RequestFailure): number | null {
  switch (failure.kind) {
    case "rate_limited":
    case "indeterminate":
    case "unauthorized":
      return failure.retryAfterMs;
    case "not_sent":
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
    case "indeterminate":
    case "unauthorized":
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
    case "rejected":
      return formatStatus(failure.status, failure.message || failure.error || failure.code || "");
    case "unauthorized":
      return formatStatus(401, failure.message);
    case "redirected":
      return `GitHub redirects to another address (HTTP ${failure.status})`;
    case "cancelled":
      return "the step was cancelled";
  }
}

/** `HTTP 404: Not Found`, or the status alone if the server sent no message. GraphQL sends errors with status 200. */
export function formatStatus(status: number, message: string): string {
  if (message === "") {
    return `HTTP ${status}`;
  }
  return status < 300 ? message : `HTTP ${status}: ${message}`;
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
