import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Fault, Scenario } from "../../../tools/simulator/scenario.ts";
import { type SimulatorServer, startSimulatorServer } from "../../../tools/simulator/server.ts";
import { setUp, tasks, user, usualHeaders } from "../../../tools/simulator/testing.ts";

describe("headers", () => {
  it("has the limits, and gives back what a 304 cost", async () => {
    const { ask } = setUp({ rate_limits: { requests_per_hour: 3 } });
    const first = await ask("GET", tasks);
    expect(first.headers.get("x-ratelimit-remaining")).toBe("2");
    expect(first.headers.get("x-github-request-id")).toMatch(/^5EED:/);
    const again = await ask("GET", tasks, undefined, { "if-none-match": first.headers.get("etag") ?? "" });
    expect(again.status).toBe(304);
    expect(again.text).toBe("");
    expect(again.headers.get("x-ratelimit-remaining")).toBe("2");
    await ask("POST", tasks, { prompt: "x" });
    const changed = await ask("GET", tasks, undefined, { "if-none-match": first.headers.get("etag") ?? "" });
    expect(changed.status).toBe(200);
    const limited = await ask("GET", tasks);
    expect(limited.status).toBe(403);
    expect(limited.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(limited.headers.get("x-ratelimit-reset")).toBe("1767229200");
  });

  it("says when a token ends, and limits writes", async () => {
    const { ask } = setUp({
      tokens: { ghu_x: { ...user, expires_at: "2026-01-05T00:00:00Z" } },
      rate_limits: { writes_per_minute: 1 },
    });
    const first = await ask("POST", tasks, { prompt: "x" });
    expect(first.headers.get("github-authentication-token-expiration")).toBe("2026-01-05 00:00:00 UTC");
    const second = await ask("POST", tasks, { prompt: "x" });
    expect([second.status, second.headers.get("retry-after")]).toEqual([403, "60"]);
  });

  it("refuses agent task requests without the right ones", async () => {
    const { simulator, ask } = setUp();
    expect((await ask("GET", tasks, undefined, { accept: "*/*" })).status).toBe(400);
    expect((await ask("GET", tasks, undefined, { "x-github-api-version": "2020-01-01" })).status).toBe(400);
    expect((await ask("GET", tasks, undefined, { authorization: "Basic x" })).status).toBe(401);
    expect(simulator.violations).toHaveLength(3);
  });
});

describe("what breaks GitHub's description", () => {
  it.each([
    ["an unknown field", { prompt: "x", repository: "o/r" }, "body/repository is not a property", 201],
    ["no prompt", { model: "x" }, "body must have required property 'prompt'", 422],
    [
      "a wrong type",
      { prompt: "x", create_pull_request: "yes" },
      "body/create_pull_request must be boolean",
      422,
    ],
  ])("%s in a start", async (_name, body, violation, status) => {
    const { simulator, ask } = setUp();
    expect((await ask("POST", tasks, body)).status).toBe(status);
    expect(simulator.violations).toEqual([expect.stringContaining(violation)]);
  });

  it.each(["sort=name", "per_page=101", "page=0", "since=yesterday", "is_archived=perhaps", "creator_id=me"])(
    "%s in a list",
    async (query) => {
      const { simulator, ask } = setUp();
      expect((await ask("GET", `${tasks}?${query}`)).status).toBe(400);
      expect(simulator.violations).toHaveLength(1);
    },
  );

  it("is a route it does not have, and a head without an owner", async () => {
    const { simulator, ask } = setUp();
    expect((await ask("DELETE", `${tasks}/1`)).status).toBe(404);
    await ask("GET", "/repos/o/r/pulls?head=feature");
    expect(simulator.violations).toEqual([
      expect.stringContaining("no such route"),
      expect.stringContaining("query head is not owner:branch: feature"),
    ]);
    expect(simulator.count("other")).toBe(1);
  });

  it("is an answer of its own that does not fit", async () => {
    // A login that is no text gets past the types of a scenario read from a file.
    const broken = JSON.parse('{"ghu_x":{"login":5,"id":1,"type":"user"}}') as Scenario["tokens"];
    const { simulator, ask } = setUp({ tokens: broken });
    await ask("GET", "/user");
    expect(simulator.violations).toContainEqual(expect.stringContaining("own answer/login must be string"));
  });
});

describe("faults", () => {
  let server: SimulatorServer | null = null;
  afterEach(async () => {
    await server?.close();
    server = null;
  });

  const serve = async (fault: Fault, wait: (ms: number) => Promise<void> = async () => {}) => {
    const faults = [{ on: { kind: "start" as const, nth: 1 }, do: fault }];
    const { simulator } = setUp({ faults }, { sleep: wait });
    server = await startSimulatorServer(simulator, 0, undefined, wait);
    const { url } = server;
    const init = { method: "POST", headers: usualHeaders, body: '{"prompt":"x"}' };
    return {
      simulator,
      url,
      /** Over a socket, and in the process. */
      ways: [
        (more: RequestInit = {}) => fetch(`${url}${tasks}`, { ...init, ...more }),
        (more: RequestInit = {}) => simulator.fetch(`${url}${tasks}`, { ...init, ...more }),
      ],
    };
  };
  /** The codes of the causes of what was thrown. */
  const thrown = async (promise: Promise<unknown>): Promise<string> => {
    try {
      await promise;
    } catch (error) {
      const { name, cause } = error as Error & { cause?: { code?: string } };
      return cause?.code ?? name;
    }
    return "nothing";
  };

  for (const [index, way] of ["over a socket", "in the process"].entries()) {
    describe(way, () => {
      it.each([
        ["reset_before", 0],
        ["reset_after", 1],
      ] as const)("%s", async (type, started) => {
        const { simulator, ways } = await serve({ type });
        expect(await thrown(ways[index]?.() ?? Promise.resolve())).toBe("ECONNRESET");
        expect(simulator.startedTasks).toHaveLength(started);
        expect(simulator.requests[0]).toMatchObject({ kind: "start", status: null, fault: type });
      });

      it.each([
        [{ type: "stall_before" }, 0],
        [{ type: "stall_after" }, 1],
      ] as const)("%j", async (fault, started) => {
        const { simulator, ways } = await serve(fault);
        const stop = new AbortController();
        const answer = thrown(ways[index]?.({ signal: stop.signal }) ?? Promise.resolve());
        while (simulator.requests.length === 0) {
          await setImmediate();
        }
        stop.abort();
        expect(await answer).toBe("AbortError");
        expect(simulator.startedTasks).toHaveLength(started);
      });

      it("a body that never comes", async () => {
        const { ways } = await serve({ type: "stall_after", part: "body" });
        const stop = new AbortController();
        const response = await ways[index]?.({ signal: stop.signal });
        expect(response?.status).toBe(201);
        const body = thrown(response?.text() ?? Promise.resolve());
        stop.abort();
        expect(await body).toBe("AbortError");
      });

      it("a body that ends too early", async () => {
        const { simulator, ways } = await serve({ type: "truncated" });
        const response = await ways[index]?.();
        expect(response?.status).toBe(201);
        expect(await thrown(response?.text() ?? Promise.resolve())).toBe("UND_ERR_SOCKET");
        expect(simulator.startedTasks).toHaveLength(1);
      });

      it("a late answer", async () => {
        let isLate = false;
        const { ways } = await serve({ type: "delay", milliseconds: 50 }, async (ms) => {
          await setImmediate();
          isLate = ms === 50;
        });
        expect((await ways[index]?.())?.status).toBe(201);
        expect(isLate).toBe(true);
      });
    });
  }

  it.each<[Fault, number, number, Record<string, string>]>([
    [{ type: "status", status: 418, body: { a: 1 }, headers: { "x-a": "b" } }, 418, 0, { "x-a": "b" }],
    [{ type: "status", status: 500, carried_out: true }, 500, 1, {}],
    [{ type: "html", status: 502 }, 502, 0, { "content-type": "text/html; charset=utf-8" }],
    [{ type: "html", status: 200, carried_out: true }, 200, 1, {}],
    [{ type: "wrong_json" }, 200, 1, {}],
    [{ type: "garbage" }, 200, 1, {}],
    [{ type: "unavailable", retry_after: 7 }, 503, 0, { "retry-after": "7" }],
    [
      { type: "unavailable", retry_after: 7, as_date: true },
      503,
      0,
      { "retry-after": "Thu, 01 Jan 2026 00:00:07 GMT" },
    ],
    [{ type: "rate_limited_429", retry_after: 9 }, 429, 0, { "retry-after": "9" }],
    [{ type: "secondary_limit_403", retry_after: 9 }, 403, 0, { "retry-after": "9" }],
    [
      { type: "primary_limit_403", reset_in: 30 },
      403,
      0,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1767225630" },
    ],
    [{ type: "not_found" }, 404, 0, {}],
    [{ type: "unauthorized" }, 401, 0, {}],
    [{ type: "forbidden", message: "no" }, 403, 0, {}],
    [{ type: "unprocessable", message: "::error::" }, 422, 0, {}],
    [{ type: "redirect", status: 307, location: "/elsewhere" }, 307, 0, {}],
    [{ type: "error_500_after" }, 500, 1, {}],
    [{ type: "error_500_before" }, 500, 0, {}],
  ])("%j", async (fault, status, started, headers) => {
    const { simulator, ways } = await serve(fault);
    const response = await ways[0]?.({ redirect: "manual" });
    expect(response?.status).toBe(status);
    expect(Object.fromEntries(response?.headers ?? [])).toMatchObject(headers);
    expect(simulator.startedTasks).toHaveLength(started);
    expect(simulator.violations).toEqual([]);
    expect((await ways[0]?.())?.status).toBe(201);
  });

  it("hits by repository, time, text and count", async () => {
    const { simulator, clock, ask } = setUp({
      repositories: { "o/r": {}, "o/other": {} },
      faults: [
        { on: { kind: "list", repository: "O/Other" }, do: { type: "status", status: 501 } },
        {
          on: { kind: "list", from_second: 10, to_second: 20, times: 1 },
          do: { type: "status", status: 502 },
        },
        {
          on: { kind: ["start", "get"], contains: "needle", nth: [2, 3] },
          do: { type: "status", status: 503 },
        },
      ],
    });
    const start = async (prompt: string) => (await ask("POST", tasks, { prompt })).status;
    expect((await ask("GET", "/agents/repos/o/other/tasks")).status).toBe(501);
    expect((await ask("GET", tasks)).status).toBe(200);
    clock.advance(10_000);
    expect((await ask("GET", tasks)).status).toBe(502);
    expect((await ask("GET", tasks)).status).toBe(200);
    expect([
      await start("needle"),
      await start("hay"),
      await start("needle"),
      await start("needle"),
      await start("needle"),
    ]).toEqual([201, 201, 503, 503, 201]);
    simulator.addFault({ on: { kind: "any" }, do: { type: "not_found" } });
    expect((await ask("GET", "/user")).status).toBe(404);
    expect(simulator.violations).toEqual([]);
  });

  it("redirects are followed in the process as over a socket, without credentials elsewhere", async () => {
    const { simulator, ask } = setUp({
      faults: [
        { on: { kind: "list", nth: 1 }, do: { type: "redirect", status: 301, location: "/user" } },
        {
          on: { kind: "list", nth: 2 },
          do: { type: "redirect", status: 302, location: "http://elsewhere/user" },
        },
      ],
    });
    expect((await ask("GET", tasks)).json.login).toBe("octocat");
    expect((await ask("GET", tasks)).status).toBe(401);
    expect(simulator.requests.at(-1)?.headers.authorization).toBeUndefined();
  });
});
