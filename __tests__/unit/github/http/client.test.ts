import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { createAgentTasksApi } from "../../../../src/github/agent-tasks/api.ts";
import { MAX_TEXT_LENGTH } from "../../../../src/github/http/clean-response.ts";
import { createClient, REQUEST_TIMEOUT_MS } from "../../../../src/github/http/client.ts";
import { getAuthenticatedUser } from "../../../../src/github/user.ts";
import { createRedactor } from "../../../../src/text/redact.ts";
import { API_URL, CANCELLED, failed } from "../../../support/builders.ts";
import { NOW, unstopped, virtualClock, waitContext } from "../../../support/clock.ts";
import { USER_TOKEN } from "../../../support/fixtures.ts";

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly redirect: string;
}

const TASK = { id: "task-1", state: "queued", created_at: "2026-11-23T08:00:00Z" };

const json = (body: unknown, init: ResponseInit = {}) =>
  new Response(JSON.stringify(body), {
    ...init,
    headers: { "content-type": "application/json; charset=utf-8", ...init.headers },
  });

/** A client whose requests get these answers in turn, the last one for ever. */
function clientWith(...answers: ((init: RequestInit | undefined) => Response | Promise<Response>)[]) {
  const sent: Sent[] = [];
  const observed: string[] = [];
  const stop = new AbortController();
  const stopStart = new AbortController();
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, { ...init, signal: null });
    const body = await request.text();
    sent.push({
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      body: body === "" ? null : JSON.parse(body),
      redirect: request.redirect,
    });
    const answer = answers[Math.min(sent.length, answers.length) - 1] ?? (() => json({}));
    return answer(init);
  };
  const octokit = createClient({
    token: USER_TOKEN,
    apiUrl: API_URL,
    fetch,
    now: () => NOW,
    redact: createRedactor([USER_TOKEN]),
    observe: ({ method, url, outcome, headers }) =>
      observed.push(`${method} ${url}: ${outcome} ${headers?.get("content-type") ?? "no headers"}`),
  });
  const api = createAgentTasksApi(octokit, {
    ...waitContext(virtualClock(), stop.signal),
    graceSignal: stopStart.signal,
  });
  return { octokit, api, sent, observed, stop, stopStart };
}

const octo = { owner: "octo", repo: "app" };

describe("a request", () => {
  it("has the headers that GitHub asks for, and the token", async () => {
    const { api, sent } = clientWith(() => json(TASK));
    await api.get(octo, "task-1");
    expect(sent).toMatchObject([
      {
        method: "GET",
        url: `${API_URL}/agents/repos/octo/app/tasks/task-1`,
        headers: {
          accept: "application/vnd.github+json",
          authorization: `Bearer ${USER_TOKEN}`,
          "x-github-api-version": "2022-11-28",
          "user-agent": expect.stringContaining("agent-task-action"),
        },
      },
    ]);
  });

  it("that starts a task has a body of the given fields, and follows no redirect", async () => {
    const { api, sent } = clientWith(() => json(TASK, { status: 201 }));
    const body = { prompt: "Do it", create_pull_request: false, base_ref: "main" };
    expect(await api.start(octo, body)).toMatchObject({ ok: true, value: { id: "task-1" } });
    expect(sent).toMatchObject([
      { method: "POST", url: `${API_URL}/agents/repos/octo/app/tasks`, redirect: "manual" },
    ]);
    expect(sent[0]?.body).toEqual(body);
  });

  it("asks for a task by its ID alone", async () => {
    const { api, sent } = clientWith(() => json({ task: TASK }));
    expect(await api.get(null, "task-1")).toMatchObject({ ok: true, value: { id: "task-1" } });
    expect(sent[0]?.url).toBe(`${API_URL}/agents/tasks/task-1`);
  });

  it("asks for lists with the given filters, creators one by one", async () => {
    const { api, sent } = clientWith(() => json({ tasks: [TASK, {}] }));
    const query = { per_page: 30, sort: "created_at", direction: "desc" } as const;
    expect(await api.list(octo, { ...query, creator_id: ["1", "2"], state: "queued,idle" })).toMatchObject({
      ok: true,
      value: { tasks: [{ id: "task-1" }] },
    });
    await api.list(octo, query);
    await api.list(null, { ...query, is_archived: true });
    const urls = sent.map(({ url }) => new URL(url));
    expect(urls.map(({ pathname }) => pathname)).toEqual([
      "/agents/repos/octo/app/tasks",
      "/agents/repos/octo/app/tasks",
      "/agents/tasks",
    ]);
    const usual = { per_page: "30", sort: "created_at", direction: "desc" };
    expect(urls[0]?.searchParams.getAll("creator_id")).toEqual(["1", "2"]);
    expect(urls[0]?.searchParams.get("state")).toBe("queued,idle");
    expect(Object.fromEntries(urls[1]?.searchParams ?? [])).toEqual(usual);
    expect(Object.fromEntries(urls[2]?.searchParams ?? [])).toEqual({ ...usual, is_archived: "true" });
  });

  it("is observed with what came of it", async () => {
    const { octokit, observed } = clientWith(
      () => json({}),
      () => json({}, { status: 404 }),
      () => {
        throw new TypeError("fetch failed");
      },
      () => Promise.reject("not even an error"),
    );
    for (let n = 0; n < 4; n++) {
      await octokit.request("GET /user").catch(() => undefined);
    }
    expect(observed).toEqual([
      `GET ${API_URL}/user: 200 application/json; charset=utf-8`,
      `GET ${API_URL}/user: 404 application/json; charset=utf-8`,
      `GET ${API_URL}/user: TypeError no headers`,
      `GET ${API_URL}/user: failed no headers`,
    ]);
  });

  it("prints nothing of its own, a deprecation neither", async () => {
    const written: unknown[] = [];
    const spies = (["debug", "info", "warn", "error", "log"] as const).map((name) =>
      jest.spyOn(console, name).mockImplementation((...words) => void written.push(words)),
    );
    const headers = { deprecation: "true", sunset: "tomorrow", link: '<https://x.test>; rel="deprecation"' };
    const { octokit } = clientWith(() => json({}, { headers }));
    await octokit.request("GET /user");
    octokit.log.debug("x");
    expect(written).toEqual([]);
    for (const spy of spies) {
      spy.mockRestore();
    }
  });
});

describe("an address out of an answer", () => {
  it("is followed on the same host, with the token", async () => {
    const { api, sent } = clientWith(() => json({ tasks: [TASK] }));
    expect(await api.nextPage(`${API_URL}/agents/tasks?page=2`)).toMatchObject({ ok: true });
    expect(sent[0]).toMatchObject({
      url: `${API_URL}/agents/tasks?page=2`,
      headers: { authorization: `Bearer ${USER_TOKEN}` },
    });
  });

  it.each([
    "https://evil.test/agents/tasks?page=2",
    "http://api.github.test/agents/tasks",
    "https://api.github.test.evil.test/",
    "https://api.github.test:8443/",
    "https://api.github.test@evil.test/",
    "HTTPS://evil.test/",
    "//evil.test/",
    "https:evil.test/",
    "http:evil.test/",
    "https:\\\\evil.test/",
    "https:1.evil.test/",
    "https:{x}//evil.test/",
    "{x}https://evil.test/",
  ])("never takes the token to another host: %s", async (address) => {
    const { api, sent } = clientWith(() => json({ tasks: [] }));
    await api.nextPage(address);
    const hosts = sent.map(({ url }) => new URL(url).origin);
    expect(hosts.filter((origin) => origin !== API_URL)).toEqual([]);
  });

  it("of another host is not asked for at all", async () => {
    const { api, sent } = clientWith(() => json({ tasks: [] }));
    expect(await api.nextPage("https://evil.test/")).toMatchObject({ ok: false });
    expect(sent).toEqual([]);
  });
});

describe("a response of another host, after a redirect", () => {
  const from = (url: string, response: Response) => () => {
    Object.defineProperty(response, "url", { value: url });
    return response;
  };
  const elsewhere = {
    kind: "indeterminate",
    status: null,
    reason: "GitHub redirects to another host (https://status.test), whose answer does not count",
    retryAfterMs: null,
  } as const;
  const query = { per_page: 1, sort: "created_at", direction: "desc" } as const;

  it.each([200, 304, 401, 404, 500])("with status %i does not count", async (status) => {
    const body = status === 304 ? null : JSON.stringify({ ...TASK, tasks: [], login: "mona" });
    const respond = () => new Response(body, { status, headers: { "content-type": "application/json" } });
    const { api, octokit, observed } = clientWith(() => from("https://status.test/x?a=b", respond())());
    const { signal } = new AbortController();
    for (const result of [
      await api.get(octo, "task-1"),
      await api.get(null, "task-1"),
      await api.list(octo, query),
      await api.nextPage(`${API_URL}/agents/tasks?page=2`),
      await getAuthenticatedUser(octokit, { clock: virtualClock(), signal }),
    ]) {
      expect(result).toEqual(failed(elsewhere));
    }
    expect(observed).toHaveLength(5);
  });

  it.each([`${API_URL}:8443/x`, "http://api.github.test/x", "https://api.github.test.evil.test/x"])(
    "does not count: %s",
    async (url) => {
      const { api } = clientWith(from(url, json({ tasks: [] })));
      expect(await api.list(octo, query)).toMatchObject({ ok: false, failure: { kind: "indeterminate" } });
    },
  );

  it("counts if the other address is on the API's host, and its next page is relative to it", async () => {
    const headers = { link: '<?page=2>; rel="next"' };
    const { api } = clientWith(from(`${API_URL}/repositories/5/tasks`, json({ tasks: [] }, { headers })));
    expect(await api.list(octo, query)).toMatchObject({
      meta: { nextPage: `${API_URL}/repositories/5/tasks?page=2` },
    });
  });

  it("says nothing about the token, and leaves no ETag", async () => {
    const url = "https://status.test/x";
    const { api, sent } = clientWith(from(url, json(TASK, { headers: { etag: '"1"' } })), () =>
      json({ message: "No" }, { status: 401 }),
    );
    await api.get(octo, "task-1");
    expect(await api.get(octo, "task-1")).toMatchObject({
      failure: { kind: "unauthorized", hasWorked: false },
    });
    expect(sent.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, undefined]);
  });
});

describe("a next page with a relative address", () => {
  it("is taken from the request's address", async () => {
    const { api, sent } = clientWith(() =>
      json({ tasks: [] }, { headers: { link: '<?page=2>; rel="next"' } }),
    );
    const page = await api.list(null, { per_page: 1, sort: "created_at", direction: "desc" });
    expect(page.ok && page.meta.nextPage).toBe(`${API_URL}/agents/tasks?page=2`);
    expect(sent).toHaveLength(1);
  });
});

describe("the time for a request", () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** `AbortSignal.timeout` that runs out when told to. */
  function timeouts() {
    const asked: number[] = [];
    const over = new AbortController();
    jest.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
      asked.push(ms);
      return over.signal;
    });
    return { asked, runOut: () => over.abort(Object.assign(new Error("timeout"), { name: "TimeoutError" })) };
  }

  /** Never answers, until the signal aborts. */
  const stalled = (then: () => void) => (init: RequestInit | undefined) =>
    new Promise<Response>((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      then();
    });

  it("is 30 s, after which it may have been carried out", async () => {
    const { asked, runOut } = timeouts();
    const { api, observed } = clientWith(stalled(runOut));
    expect(await api.start(octo, { prompt: "x", create_pull_request: false })).toEqual(
      failed({ kind: "indeterminate", status: null, reason: "no response in time", retryAfterMs: null }),
    );
    expect(asked).toEqual([REQUEST_TIMEOUT_MS]);
    expect(observed).toEqual([`POST ${API_URL}/agents/repos/octo/app/tasks: TimeoutError no headers`]);
  });

  it("ends with the step, a start's a little later", async () => {
    timeouts();
    const { api, stop, stopStart } = clientWith(
      stalled(() => stop.abort()),
      stalled(() => stopStart.abort()),
    );
    expect(await api.get(octo, "task-1")).toEqual(failed(CANCELLED));
    expect(await api.start(octo, { prompt: "x", create_pull_request: false })).toEqual(failed(CANCELLED));
  });

  it("holds for requests that nothing stops", async () => {
    const { runOut } = timeouts();
    const { octokit } = clientWith(stalled(runOut));
    await expect(octokit.request("GET /user")).rejects.toThrow("timeout");
  });
});

describe("a request made again", () => {
  const tagged = (etag: string, body: unknown) => () => json(body, { headers: { etag } });
  const notModified = () =>
    new Response(null, { status: 304, headers: { date: "Mon, 23 Nov 2026 08:05:00 GMT" } });
  const tags = (sent: readonly Sent[]) => sent.map(({ headers }) => headers["if-none-match"] ?? null);

  it("is conditional, and gets the last answer again where nothing changed", async () => {
    const { api, sent } = clientWith(tagged('W/"1"', TASK), notModified);
    const first = await api.get(octo, "task-1");
    const second = await api.get(octo, "task-1");
    expect(tags(sent)).toEqual([null, 'W/"1"']);
    expect(second).toMatchObject({ ok: true, value: { id: "task-1", state: "queued" } });
    expect(first.ok && second.ok && second.value).toEqual(first.ok && first.value);
    expect(second).toMatchObject({ meta: { serverNow: Date.parse("2026-11-23T08:05:00Z") } });
  });

  it("goes by the newest answer", async () => {
    const { api, sent } = clientWith(
      tagged('"1"', TASK),
      tagged('"2"', { ...TASK, state: "in_progress" }),
      notModified,
    );
    await api.get(octo, "task-1");
    await api.get(octo, "task-1");
    expect(await api.get(octo, "task-1")).toMatchObject({ value: { state: "in_progress" } });
    expect(tags(sent)).toEqual([null, '"1"', '"2"']);
  });

  it("is not conditional for another address, for other filters or for a start", async () => {
    const { api, sent } = clientWith(tagged('"1"', { ...TASK, tasks: [TASK] }));
    const query = { per_page: 1, sort: "created_at", direction: "desc" } as const;
    await api.get(octo, "task-1");
    await api.get(octo, "task-2");
    await api.get(null, "task-1");
    await api.list(octo, query);
    await api.list(octo, { ...query, state: "idle" });
    await api.start(octo, { prompt: "x", create_pull_request: true });
    await api.start(octo, { prompt: "x", create_pull_request: true });
    expect(tags(sent)).toEqual(Array(7).fill(null));
  });

  it("is not conditional after an answer without a tag, or one that is no object", async () => {
    const { api, sent } = clientWith(
      tagged('"1"', TASK),
      () => json(TASK),
      tagged('"3"', ["x"]),
      tagged('"4"', TASK),
    );
    for (let n = 0; n < 4; n++) {
      await api.get(octo, "task-1");
    }
    expect(tags(sent)).toEqual([null, '"1"', null, null]);
  });

  it("is still conditional after a failure in between", async () => {
    const { api, sent } = clientWith(tagged('"1"', TASK), () => json({}, { status: 502 }), notModified);
    await api.get(octo, "task-1");
    expect(await api.get(octo, "task-1")).toMatchObject({ ok: false });
    expect(await api.get(octo, "task-1")).toMatchObject({ ok: true });
    expect(tags(sent)).toEqual([null, '"1"', '"1"']);
  });

  it("keeps nothing of what is not marked as conditional", async () => {
    const { octokit, sent } = clientWith(tagged('"1"', {}));
    await octokit.request("GET /user");
    await octokit.request("GET /user");
    expect(tags(sent)).toEqual([null, null]);
  });

  it("is a failure where a 304 comes unasked", async () => {
    const { api } = clientWith(notModified);
    expect(await api.get(octo, "task-1")).toMatchObject({ ok: false });
  });

  it("knows the next page of a list that has not changed", async () => {
    const link = `<${API_URL}/agents/tasks?page=2>; rel="next"`;
    const { api } = clientWith(
      () => json({ tasks: [TASK] }, { headers: { etag: '"1"', link } }),
      notModified,
    );
    const query = { per_page: 1, sort: "created_at", direction: "desc" } as const;
    expect(await api.list(null, query)).toMatchObject({
      meta: { nextPage: `${API_URL}/agents/tasks?page=2` },
    });
    expect(await api.list(null, query)).toMatchObject({
      meta: { nextPage: `${API_URL}/agents/tasks?page=2` },
    });
  });
});

describe("a body that is interrupted", () => {
  it("by the end of the step is a cancellation", async () => {
    const { api, stop } = clientWith(() => {
      const body = new ReadableStream({
        pull(controller) {
          stop.abort();
          controller.error(new Error("aborted"));
        },
      });
      return new Response(body, { headers: { "content-type": "application/json" } });
    });
    expect(await api.get(octo, "task-1")).toEqual(failed(CANCELLED));
  });

  it("by the server may have been carried out", async () => {
    const { octokit } = clientWith(
      () => new Response('{"id": "t', { headers: { "content-type": "application/json" } }),
    );
    const api = createAgentTasksApi(octokit, { ...waitContext(), graceSignal: unstopped });
    expect(await api.start(octo, { prompt: "x", create_pull_request: false })).toMatchObject({
      failure: { kind: "indeterminate", status: 200 },
    });
  });
});

describe("what GitHub answers", () => {
  const split = [...USER_TOKEN].join("\u200b");
  const long = `${"x".repeat(MAX_TEXT_LENGTH - 3)}${USER_TOKEN}`;
  const cut = `${"x".repeat(MAX_TEXT_LENGTH - 3)}***`;

  it("has no token, not even a part of one where a long text is cut", async () => {
    const { octokit } = clientWith(() =>
      json({ a: [{ b: `a ${split}`, c: long, d: "x".repeat(5_000_000) }], [USER_TOKEN]: 1 }),
    );
    const { data } = await octokit.request("GET /x");
    expect(data.a).toEqual([{ b: "a ***", c: cut, d: `${"x".repeat(MAX_TEXT_LENGTH - 1)}…` }]);
  });

  it("has none in an error or a header", async () => {
    const { octokit } = clientWith(() =>
      json({ message: split }, { status: 404, headers: { a: USER_TOKEN } }),
    );
    await expect(octokit.request("GET /x")).rejects.toMatchObject({
      response: { data: { message: "***" }, headers: { a: "***" } },
    });
  });

  it("is a whole prompt, since tasks are recognised by it", async () => {
    const prompt = "x\u200d".repeat(20_000);
    const { api } = clientWith(() => json({ ...TASK, sessions: [{ prompt }] }));
    const result = await api.get(octo, "task-1");
    expect(result).toMatchObject({ ok: true, value: { sessions: [{ prompt }] } });
  });

  it("is as it came where a request asks for that", async () => {
    const { octokit } = clientWith(() => json({ body: `${long} ${split}` }));
    const { data } = await octokit.request("GET /x", { request: { verbatim: true } });
    expect(data).toEqual({ body: `${long} ${split}` });
  });

  it.each([
    ["application/vnd.github+json"],
    ["application/problem+json; charset=utf-8"],
    ["application/octet-stream"],
    ["text/plain"],
    ["text/html; charset=utf-8"],
    [null],
  ])("is read as JSON if it is JSON, whatever its content type is: %s", async (type) => {
    const body = `{"id":9007199254740993,"ids":[12345678901234567890,-1,1.5],"text":"${USER_TOKEN}"}`;
    const bytes = new TextEncoder().encode(body);
    const { octokit } = clientWith(
      () => new Response(bytes, type === null ? {} : { headers: { "content-type": type } }),
      () =>
        new Response(bytes, { status: 422, ...(type === null ? {} : { headers: { "content-type": type } }) }),
    );
    const data = { id: 9007199254740993n, ids: [12345678901234567890n, -1, 1.5], text: "***" };
    expect((await octokit.request("GET /x")).data).toEqual(data);
    await expect(octokit.request("GET /x")).rejects.toMatchObject({ response: { data } });
  });

  it.each(["5", '"text"', "null", "", "<html>", '{"id": "t'])("stays text if it is %j", async (body) => {
    const headers = { "content-type": "application/vnd.github+json" };
    const { octokit } = clientWith(() => new Response(new TextEncoder().encode(body), { headers }));
    expect((await octokit.request("GET /x")).data).toBe(body);
  });

  it("is the same after a 304", async () => {
    const { octokit } = clientWith(
      () => json({ a: split }, { headers: { etag: '"1"' } }),
      () => new Response(null, { status: 304 }),
    );
    for (let n = 0; n < 2; n++) {
      const { data } = await octokit.request("GET /x", { request: { conditional: true } });
      expect(data).toEqual({ a: "***" });
    }
  });
});
