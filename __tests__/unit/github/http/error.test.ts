import { describe, expect, it } from "@jest/globals";
import {
  classifyError,
  classifyResponse,
  getRetryAfter,
  isTransient,
  NotSentError,
  type OctokitResponse,
  type RequestFailure,
} from "../../../../src/github/http/error.ts";
import { isRecord } from "../../../../src/text/json.ts";
import {
  CANCELLED,
  INDETERMINATE,
  NOT_SENT,
  RATE_LIMITED,
  REDIRECTED,
  rejected,
  UNAVAILABLE,
} from "../../../support/builders.ts";
import { NOW } from "../../../support/clock.ts";

const answer = (
  status: number,
  headers: OctokitResponse["headers"] = {},
  data: unknown = { message: "No" },
): RequestFailure => classifyResponse({ status, headers, data }, NOW);

/** A system error, as Node makes it. */
const systemError = (code: string, more: object = {}): Error =>
  Object.assign(new Error(`something ${code}`), { code, ...more });

/** As `fetch` throws it: the reason is its cause. */
const fetchFailed = (cause: unknown): TypeError => new TypeError("fetch failed", { cause });

const named = (name: string): Error => Object.assign(new Error("x"), { name });

describe("the failure of an answer", () => {
  it.each([400, 401, 403, 404, 409, 422, 451])("%d is a refusal with what the server said", (status) => {
    const data = { message: "No", errors: [{ code: "invalid", message: "bad model" }] };
    expect(answer(status, {}, data)).toEqual(rejected(status, "No", data.errors));
  });

  it("has the code and the error of the top level, or of an error that is an object", () => {
    const said = {
      code: "copilot_plan_required",
      error: "forbidden",
      message: "This API requires a valid Copilot license.",
    };
    expect(answer(403, {}, said)).toEqual({ ...rejected(403), ...said });
    const inner = { error: { code: "quota_exceeded", message: "Used up" } };
    expect(answer(403, {}, inner)).toEqual({ ...rejected(403, "Used up"), code: "quota_exceeded" });
    const errors = [{ resource: "Task", field: "base_ref", code: "invalid", message: "No such branch" }];
    expect(answer(422, {}, { message: "No", errors })).toMatchObject({ errors: [{ field: "base_ref" }] });
  });

  it.each([
    [
      "required; url=https://github.com/orgs/octo/sso?authorization_request=A",
      "https://github.com/orgs/octo/sso?authorization_request=A",
    ],
    ["partial-results; organizations=21955855,20582480", ""],
    ["required; url=javascript:alert(1)", ""],
  ])("has the address of x-github-sso: %s", (header, singleSignOnUrl) => {
    expect(answer(403, { "x-github-sso": header })).toMatchObject({ singleSignOnUrl });
  });

  it("has the version of GitHub Enterprise Server", () => {
    expect(answer(404, { "x-github-enterprise-version": "3.18.1" })).toMatchObject({
      enterpriseVersion: "3.18.1",
    });
  });

  it.each([
    [429, { message: "You have exceeded your premium request quota." }],
    [429, { code: "quota_exceeded", message: "Too many requests" }],
    [429, { error: { code: "premium_quota_exceeded", message: "No" } }],
    [403, { code: "copilot_plan_required", message: "No" }],
    [429, { message: "Your budget is used up" }],
  ])("%d that speaks of a quota is a refusal: %j", (status, data) => {
    expect(answer(status, { "retry-after": "60", "x-ratelimit-remaining": "0" }, data)).toMatchObject({
      kind: "rejected",
      status,
    });
  });

  it.each([
    "You have exceeded a secondary rate limit, see your billing settings.",
    "API rate limit exceeded: your quota of requests is used up.",
    "Too many requests",
  ])("429 that speaks of a rate limit is one: %s", (message) => {
    expect(answer(429, {}, { message })).toMatchObject({ kind: "rate_limited" });
  });

  it.each([500, 502, 503, 504])("%d may have been carried out", (status) => {
    expect(answer(status)).toEqual({
      kind: "indeterminate",
      status,
      reason: `HTTP ${status}`,
      retryAfterMs: null,
    });
  });

  it("of a redirect names the new place, if there is one", () => {
    expect(answer(301, { location: "https://api.github.test/new" })).toEqual(REDIRECTED);
    expect(answer(307)).toEqual({ kind: "redirected", status: 307, location: "" });
  });

  it.each([503, 500, 502, 504, 408, 425, 499])(
    "%i is indeterminate, with the time to come back",
    (status) => {
      const failure = { kind: "indeterminate", status, reason: `HTTP ${status}` };
      expect(answer(status, { "retry-after": "40" })).toEqual({ ...failure, retryAfterMs: 40_000 });
      expect(answer(status, { "retry-after": 40 })).toEqual({ ...failure, retryAfterMs: 40_000 });
      const spent = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1000 + 90) };
      expect(answer(status, spent)).toEqual({ ...failure, retryAfterMs: null });
    },
  );

  it("503 with a Retry-After that nobody can read is indeterminate", () => {
    expect(answer(503, { "retry-after": "soon" })).toMatchObject({
      kind: "indeterminate",
      status: 503,
      retryAfterMs: null,
    });
  });

  it.each([
    ["429", 429, {}, null],
    ["429 with Retry-After", 429, { "retry-after": "7" }, 7_000],
    ["403 with Retry-After", 403, { "retry-after": "60" }, 60_000],
    [
      "403 with nothing remaining, by the reset",
      403,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1000 + 90) },
      90_000,
    ],
    ["403 with nothing remaining and no reset", 403, { "x-ratelimit-remaining": "0" }, null],
    [
      "429 with some remaining: the reset says nothing",
      429,
      { "x-ratelimit-remaining": "9", "x-ratelimit-reset": "1" },
      null,
    ],
  ])("%s is a rate limit", (_what, status, headers, retryAfterMs) => {
    expect(answer(status, headers)).toEqual({ kind: "rate_limited", status, retryAfterMs, message: "No" });
  });

  it("403 is a rate limit if the message says so, and else a refusal", () => {
    const limited = { message: "You have exceeded a secondary rate limit." };
    expect(answer(403, {}, limited)).toMatchObject({ kind: "rate_limited", retryAfterMs: null });
    const headers = { "x-ratelimit-remaining": "4999", "x-ratelimit-reset": "1795420800" };
    expect(answer(403, headers, { message: "Not licensed" })).toMatchObject({
      kind: "rejected",
      status: 403,
    });
  });

  it("counts dates from the server's own clock", () => {
    const date = new Date(NOW + 3_600_000).toUTCString();
    const later = new Date(NOW + 3_600_000 + 25_000).toUTCString();
    expect(answer(429, { date, "retry-after": later })).toMatchObject({ retryAfterMs: 25_000 });
    const headers = { date, "x-ratelimit-remaining": 0, "x-ratelimit-reset": NOW / 1000 + 3_600 + 12 };
    expect(answer(403, headers)).toMatchObject({ retryAfterMs: 12_000 });
  });

  it("counts dates from this machine's clock where the answer has none", () => {
    const later = new Date(NOW + 5_000).toUTCString();
    expect(answer(429, { "retry-after": later })).toMatchObject({ retryAfterMs: 5_000 });
  });

  it("names no time that is over", () => {
    const before = new Date(NOW - 5_000).toUTCString();
    expect(answer(503, { "retry-after": before })).toMatchObject({
      kind: "indeterminate",
      retryAfterMs: null,
    });
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" };
    expect(answer(429, headers)).toMatchObject({ kind: "rate_limited", retryAfterMs: null });
  });

  it("of a limit names no time that is longer than two hours, and of an outage none over a day", () => {
    for (const [seconds, limitMs, outageMs] of [
      ["7200", 7_200_000, 7_200_000],
      ["7201", null, 7_201_000],
      ["86400", null, 86_400_000],
      ["86401", null, null],
    ] as const) {
      expect(answer(429, { "retry-after": seconds })).toMatchObject({ retryAfterMs: limitMs });
      expect(answer(503, { "retry-after": seconds })).toMatchObject({ retryAfterMs: outageMs });
    }
  });

  it.each([300, 303, 304, 305, 306, 399])("%i is no redirect, and may have been carried out", (status) => {
    expect(answer(status, { location: "https://api.github.test/new" })).toEqual({
      kind: "indeterminate",
      status,
      reason: `HTTP ${status}`,
      retryAfterMs: null,
    });
  });

  it.each([301, 302, 307, 308])("%i is a redirect", (status) => {
    expect(answer(status)).toEqual({ kind: "redirected", status, location: "" });
  });

  it.each([
    [true, { message: "Not Found" }],
    [true, { error: { code: "quota_exceeded" } }],
    [true, { error: "forbidden" }],
    [true, { code: "x" }],
    [true, { errors: [{ message: "model is unknown" }] }],
    [false, "<html>Blocked</html>"],
    [false, ""],
    [false, {}],
    [false, [{ message: "x" }]],
    [false, { blocked: true }],
    [false, null],
  ])("a 4xx comes from GitHub's API: %j, if it says what is wrong: %j", (isFromApi, data) => {
    expect(answer(403, {}, data)).toMatchObject({ kind: "rejected", isFromApi });
  });

  it("reads no message and no errors out of what has another shape", () => {
    const none = { ...rejected(422, ""), isFromApi: false };
    for (const data of ["<html>", null, 5, [], { message: 1, errors: "x" }, { errors: ["x", null] }]) {
      expect(answer(422, {}, data)).toEqual(none);
    }
    expect(answer(422, {}, { errors: [{ code: 1, message: {} }] })).toEqual({
      ...none,
      errors: [{ code: "", message: "", field: "" }],
    });
  });
});

describe("the failure of a request without an answer", () => {
  it.each([
    ["ECONNREFUSED", "the connection was refused (ECONNREFUSED)"],
    ["ENOTFOUND", "no such host (ENOTFOUND)"],
    ["EAI_AGAIN", "the host name could not be looked up (EAI_AGAIN)"],
    ["UND_ERR_CONNECT_TIMEOUT", "no connection within 10 s (UND_ERR_CONNECT_TIMEOUT)"],
    ["ERR_SOCKET_CONNECTION_TIMEOUT", "no connection in time (ERR_SOCKET_CONNECTION_TIMEOUT)"],
  ])("%s was not sent, however deep the cause is", (code, reason) => {
    const deep = new Error("wrapped", { cause: fetchFailed(systemError(code)) });
    expect(classifyError(systemError(code))).toEqual({ kind: "not_sent", reason });
    expect(classifyError(deep)).toEqual({ kind: "not_sent", reason });
  });

  it("a host whose addresses all refuse was not sent to", () => {
    const all = Object.assign(
      new AggregateError([systemError("ECONNREFUSED"), systemError("ECONNREFUSED")]),
      { code: "ECONNREFUSED" },
    );
    expect(classifyError(fetchFailed(all))).toMatchObject({ kind: "not_sent" });
  });

  it.each([
    ["connect", "ETIMEDOUT", "could not connect (ETIMEDOUT)"],
    ["connect", "ENETUNREACH", "the network cannot be reached (ENETUNREACH)"],
    ["connect", "EHOSTUNREACH", "the host cannot be reached (EHOSTUNREACH)"],
    ["getaddrinfo", "ENODATA", "could not connect (ENODATA)"],
  ])("an error of %s was not sent: %s", (syscall, code, reason) => {
    expect(classifyError(fetchFailed(systemError(code, { syscall })))).toEqual({ kind: "not_sent", reason });
  });

  it.each(["ENETUNREACH", "EHOSTUNREACH", "ETIMEDOUT", "ENETDOWN", "ECONNREFUSED"])(
    "%s while the system reads or writes may have been carried out",
    (code) => {
      const lost = { kind: "indeterminate", reason: `the connection was lost (${code})` };
      for (const syscall of ["read", "write", "shutdown"]) {
        const error = systemError(code, { syscall });
        expect(classifyError(fetchFailed(error))).toMatchObject(lost);
        expect(classifyError(fetchFailed(new AggregateError([error])))).toMatchObject({
          kind: "indeterminate",
        });
      }
      // The client saw that the connection failed.
      const connecting = new NotSentError(fetchFailed(systemError(code, { syscall: "read" })));
      expect(classifyError(connecting)).toMatchObject({ kind: "not_sent" });
    },
  );

  it.each(["ENETUNREACH", "EHOSTUNREACH"])("%s without a system call may have been carried out", (code) => {
    expect(classifyError(fetchFailed(systemError(code)))).toMatchObject({ kind: "indeterminate" });
  });

  it.each([
    "CERT_HAS_EXPIRED",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_GET_ISSUER_CERT",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  ])("a certificate that is not accepted (%s) was not sent", (code) => {
    expect(classifyError(fetchFailed(systemError(code)))).toEqual({
      kind: "not_sent",
      reason: `the server's certificate was not accepted (${code})`,
      obstacle: "certificate",
    });
  });

  it.each([
    ["ECONNRESET", systemError("ECONNRESET", { syscall: "read" })],
    ["EPIPE", systemError("EPIPE", { syscall: "write" })],
    ["UND_ERR_SOCKET", systemError("UND_ERR_SOCKET")],
    ["UND_ERR_HEADERS_TIMEOUT", systemError("UND_ERR_HEADERS_TIMEOUT")],
  ])("a connection lost on the way (%s) may have been carried out", (code, cause) => {
    expect(classifyError(fetchFailed(cause))).toEqual({
      kind: "indeterminate",
      status: null,
      reason: `the connection was lost (${code})`,
      retryAfterMs: null,
    });
  });

  it("no response in time may have been carried out", () => {
    const failure = {
      kind: "indeterminate",
      status: null,
      reason: "no response in time",
      retryAfterMs: null,
    };
    expect(classifyError(named("TimeoutError"))).toEqual(failure);
    expect(classifyError(fetchFailed(named("TimeoutError")))).toEqual(failure);
  });

  it("what nobody knows may have been carried out", () => {
    const failure = {
      kind: "indeterminate",
      status: null,
      reason: "the connection failed",
      retryAfterMs: null,
    };
    const numbered = Object.assign(new Error("x"), { code: 23 });
    const half = new AggregateError([systemError("ECONNREFUSED"), systemError("ECONNRESET")]);
    for (const error of [
      new Error("x"),
      "text",
      undefined,
      null,
      { code: "ECONNREFUSED" },
      numbered,
      half,
      new AggregateError([]),
    ]) {
      expect(classifyError(error)).toEqual(failure);
    }
  });

  it("of several addresses was not sent if none of them could be reached", () => {
    const timeout = Object.assign(new Error("x"), { code: "ERR_SOCKET_CONNECTION_TIMEOUT" });
    const refused = systemError("ECONNREFUSED");
    expect(classifyError(fetchFailed(new AggregateError([timeout, refused])))).toEqual({
      kind: "not_sent",
      reason: "no connection in time (ERR_SOCKET_CONNECTION_TIMEOUT)",
    });
    expect(classifyError(fetchFailed(new AggregateError([refused, timeout])))).toMatchObject({
      kind: "not_sent",
    });
  });

  it.each<[string, string, RequestFailure]>([
    [
      "ERR_SSL_WRONG_VERSION_NUMBER",
      "x",
      { kind: "not_sent", reason: "the TLS handshake failed (ERR_SSL_WRONG_VERSION_NUMBER)" },
    ],
    [
      "ECONNRESET",
      "Client network socket disconnected before secure TLS connection was established",
      { kind: "not_sent", reason: "the TLS handshake failed (ECONNRESET)" },
    ],
    ["ECONNRESET", "read ECONNRESET", { kind: "not_sent", reason: "could not connect (ECONNRESET)" }],
    [
      "UND_ERR_ABORTED",
      "Proxy response (407) !== 200 when HTTP Tunneling",
      { kind: "not_sent", reason: "the proxy refused the connection (HTTP 407)", obstacle: "proxy_login" },
    ],
    [
      "UND_ERR_ABORTED",
      "Proxy response (502) !== 200 when HTTP Tunneling",
      { kind: "not_sent", reason: "the proxy refused the connection (HTTP 502)", obstacle: "proxy" },
    ],
  ])("whose connection failed was not sent: %s, %s", (code, message, failure) => {
    const cause = Object.assign(new Error(message), { code });
    expect(classifyError(new NotSentError(fetchFailed(cause)))).toEqual(failure);
    // The same error on a connection that worked leaves it open.
    expect(classifyError(fetchFailed(cause))).toMatchObject({ kind: "indeterminate" });
  });

  it("whose connection failed without a word was not sent", () => {
    expect(classifyError(new NotSentError(new Error("x")))).toEqual({
      kind: "not_sent",
      reason: "could not connect",
    });
  });

  it("ends where a cause goes round in circles", () => {
    const a = new Error("a");
    const b = new Error("b", { cause: a });
    a.cause = b;
    expect(classifyError(a)).toMatchObject({ kind: "indeterminate", reason: "the connection failed" });
  });
});

describe("what may be done about a failure", () => {
  it.each<[RequestFailure["kind"], RequestFailure, boolean, number | null]>([
    ["not_sent", NOT_SENT, true, null],
    ["rate_limited", RATE_LIMITED, true, 20_000],
    ["rate_limited", { ...RATE_LIMITED, retryAfterMs: null }, true, null],
    ["indeterminate", UNAVAILABLE, true, 40_000],
    ["indeterminate", INDETERMINATE, true, null],
    ["rejected", rejected(404), false, null],
    ["redirected", REDIRECTED, false, null],
    ["cancelled", CANCELLED, false, null],
  ])("%s", (_kind, failure, passes, retryAfterMs) => {
    expect(isTransient(failure)).toBe(passes);
    expect(getRetryAfter(failure)).toBe(retryAfterMs);
  });
});

describe("a JSON object", () => {
  it("is neither null nor a list", () => {
    expect([{}, { a: 1 }].map(isRecord)).toEqual([true, true]);
    expect([null, undefined, [], "x", 1, true].map(isRecord)).toEqual(Array(6).fill(false));
  });
});
