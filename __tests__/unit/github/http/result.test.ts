import { describe, expect, it } from "@jest/globals";
import { type OctokitResponse, type RequestResult, toResult } from "../../../../src/github/http/result.ts";
import { rejected } from "../../../support/builders.ts";
import { NOW, unstopped, virtualClock, waitContext } from "../../../support/clock.ts";

const text = (data: unknown): string | undefined => (typeof data === "string" ? data : undefined);

const ask = (send: () => Promise<OctokitResponse>, signal = unstopped): Promise<RequestResult<string>> =>
  toResult(send, text, waitContext(virtualClock(), signal));

const given = (changes: Partial<OctokitResponse> = {}): Promise<RequestResult<string>> =>
  ask(async () => ({ status: 200, headers: {}, data: "hello", ...changes }));

/** As Octokit throws for a status that is no success. */
const thrown = (response: unknown) => async (): Promise<OctokitResponse> => {
  throw Object.assign(new Error("HttpError"), { status: 500, response });
};

const metaOf = async (headers: OctokitResponse["headers"]) => {
  const answer = await given({ headers });
  return answer.ok ? answer.meta : null;
};

describe("a good answer", () => {
  it("has its value, and no time where the server gives none", async () => {
    const meta = { serverNow: null, nextPage: null, hasPageLinks: false, rateLimit: null };
    expect(await given()).toEqual({ ok: true, value: "hello", meta });
    expect(await given({ status: 201, headers: { date: "noon" } })).toEqual({
      ok: true,
      value: "hello",
      meta,
    });
  });

  it("has what is left of the rate limit", async () => {
    const limit = { "x-ratelimit-limit": "5000", "x-ratelimit-remaining": "900" };
    const headers = { ...limit, "x-ratelimit-reset": String(NOW / 1000 + 600) };
    expect(await metaOf(headers)).toMatchObject({
      rateLimit: { limit: 5000, remaining: 900, resetsInMs: 600_000 },
    });
    const unknown = { limit: 5000, remaining: 900, resetsInMs: null };
    expect(await metaOf(limit)).toMatchObject({ rateLimit: unknown });
    for (const reset of ["", "soon", "0", String(NOW / 1000), String(NOW / 1000 - 60)]) {
      expect(await metaOf({ ...limit, "x-ratelimit-reset": reset })).toMatchObject({ rateLimit: unknown });
    }
    expect(await metaOf({ "x-ratelimit-remaining": "900" })).toMatchObject({ rateLimit: null });
    expect(await metaOf({ "x-ratelimit-limit": "5000" })).toMatchObject({ rateLimit: null });
    expect(await metaOf({ ...headers, "x-ratelimit-limit": "many" })).toMatchObject({ rateLimit: null });
  });

  it("has the server's time", async () => {
    const date = "Mon, 23 Nov 2026 09:00:00 GMT";
    expect(await metaOf({ date })).toMatchObject({ serverNow: Date.parse("2026-11-23T09:00:00Z") });
  });

  it.each([
    ['<https://a.test/x?page=2>; rel="next"', "https://a.test/x?page=2"],
    [
      '<https://a.test/1>; rel="prev", <https://a.test/3>; rel="next", <https://a.test/9>; rel="last"',
      "https://a.test/3",
    ],
    ["<https://a.test/2>; rel=next", "https://a.test/2"],
    ['<https://a.test/2> ; title="x" ; rel="next"', "https://a.test/2"],
    ['<https://a.test/1>; rel="prev", <https://a.test/9>; rel="last"', null],
    ["", null],
  ])("finds the next page in Link: %s", async (link, nextPage) => {
    expect(await metaOf({ link })).toMatchObject({ nextPage });
  });

  it.each([
    ['<https://a.test/1>; rel="first"', true],
    ["<https://a.test/1>; rel=last", true],
    ['<https://docs.a.test>; rel="deprecation"', false],
    ["", false],
  ])("knows whether Link names pages: %s", async (link, hasPageLinks) => {
    expect(await metaOf({ link })).toMatchObject({ hasPageLinks });
  });

  it.each([
    ["/agents/tasks?page=2", "https://a.test/agents/tasks?page=2"],
    ["tasks?page=2", "https://a.test/agents/tasks?page=2"],
    ["?page=2", "https://a.test/agents/tasks?page=2"],
    ["//b.test/x", "https://b.test/x"],
    ["https://b.test/x", "https://b.test/x"],
    ["http://[", "http://["],
  ])("takes the next page from the request's address: %s", async (address, nextPage) => {
    const url = "https://a.test/agents/tasks?per_page=1";
    const headers = { link: `<${address}>; rel="next"` };
    expect(await given({ headers, url })).toMatchObject({ meta: { nextPage } });
  });

  it("has a next page whose address cannot be read", async () => {
    const headers = { link: '<?page=2>; rel="next"' };
    expect(await given({ headers, url: "" })).toMatchObject({ meta: { nextPage: "?page=2" } });
  });

  it.each(["noon", "0", "-1", "2026-11-23"])("has no time of the server for the Date %s", async (date) => {
    expect(await metaOf({ date })).toMatchObject({ serverNow: null });
  });
});

describe("an answer that is no success", () => {
  it("is a failure where Octokit throws with the response", async () => {
    const response = { status: 404, headers: {}, data: { message: "Not Found" } };
    expect(await ask(thrown(response))).toEqual({
      ok: false,
      failure: rejected(404, "Not Found"),
    });
  });

  it("is a redirect where Octokit gives it without following", async () => {
    expect(await given({ status: 302, headers: { location: "https://b.test" } })).toEqual({
      ok: false,
      failure: { kind: "redirected", status: 302, location: "https://b.test" },
    });
  });

  it("is a failure for a 304 that nobody asked for", async () => {
    const answer = await ask(thrown({ status: 304, headers: {}, data: "" }));
    expect(answer).toMatchObject({ ok: false, failure: { kind: "indeterminate", status: 304 } });
  });

  it("counts a rate limit's end from this machine's clock where there is no Date", async () => {
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1000 + 30) };
    const limited = { ok: false, failure: { kind: "rate_limited", retryAfterMs: 30_000 } };
    expect(await ask(thrown({ status: 403, headers, data: {} }))).toMatchObject(limited);
  });

  it("may have been carried out where the body is not what was asked for", async () => {
    expect(await given({ status: 201, data: { html: true } })).toEqual({
      ok: false,
      failure: {
        kind: "indeterminate",
        retryAfterMs: null,
        status: 201,
        reason: "HTTP 201 with a response that does not match the API description",
      },
    });
  });
});

describe("an answer without a complete body", () => {
  it("says so, and may have been carried out", async () => {
    const decode = (data: unknown) => (data === "" ? undefined : "read");
    const send = async () => ({ status: 200, headers: {}, data: "" });
    expect(await toResult(send, decode, waitContext())).toEqual({
      ok: false,
      failure: {
        kind: "indeterminate",
        retryAfterMs: null,
        status: 200,
        reason: "HTTP 200 without a body, or with one that did not arrive completely",
      },
    });
  });
});

describe("no answer", () => {
  it("is the failure of what was thrown", async () => {
    const cause = Object.assign(new Error("x"), { code: "ECONNREFUSED" });
    const rejected = async () => {
      throw new TypeError("fetch failed", { cause });
    };
    expect(await ask(rejected)).toMatchObject({ ok: false, failure: { kind: "not_sent" } });
  });

  it.each([[null], ["text"], [{ status: "404", headers: {} }], [{ status: 404 }]])(
    "is indeterminate where the response that was thrown is %j",
    async (response) => {
      expect(await ask(thrown(response))).toMatchObject({ ok: false, failure: { kind: "indeterminate" } });
    },
  );

  it("is indeterminate where something else than an error was thrown", async () => {
    const send = async () => {
      throw { response: { status: 404, headers: {}, data: {} } };
    };
    expect(await ask(send)).toMatchObject({ ok: false, failure: { kind: "indeterminate" } });
  });

  it("is a cancellation once the signal is aborted, whatever was thrown", async () => {
    const cancelled = { ok: false, failure: { kind: "cancelled" } };
    const response = { status: 500, headers: {}, data: {} };
    expect(await ask(thrown(response), AbortSignal.abort())).toEqual(cancelled);
    expect(await ask(thrown(undefined), AbortSignal.abort())).toEqual(cancelled);
  });

  it("is no cancellation where the answer came all the same", async () => {
    const send = async () => ({ status: 200, headers: {}, data: "hello" });
    expect(await ask(send, AbortSignal.abort())).toMatchObject({ ok: true, value: "hello" });
  });
});
