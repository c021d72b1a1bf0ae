import { describe, expect, it } from "@jest/globals";
import { setUp, start, tasks, user } from "../../../tools/simulator/testing.ts";

const existing = (id: string, more: object = {}) => ({
  id,
  repository: "o/r",
  creator: { login: "octocat", id: 1 },
  created_seconds_ago: 1000,
  prompt: `prompt of ${id}`,
  steps: [{ after_seconds: 10, state: "completed" }],
  ...more,
});

describe("a task over time", () => {
  it("shows the steps its plan has reached", async () => {
    const { simulator, clock, ask } = setUp();
    const started = await ask("POST", tasks, { prompt: "Do it\nnow", create_pull_request: true });
    expect(started.status).toBe(201);
    expect(started.json).toMatchObject({ state: "queued", name: "Do it", artifacts: [], creator: { id: 1 } });
    expect(started.json).not.toHaveProperty("sessions");
    const path = `${tasks}/${started.json.id}`;

    clock.advance(5_000);
    expect((await ask("GET", path)).json).toMatchObject({
      state: "in_progress",
      updated_at: "2026-01-01T00:00:05Z",
      sessions: [{ state: "in_progress", prompt: "Do it\nnow", model: "sweagent-capi:gpt-5" }],
    });

    clock.advance(55_000);
    const open = (await ask("GET", `/agents/tasks/${started.json.id}`)).json;
    const nodeId = open.artifacts[0].data.global_id;
    expect(open.artifacts.map((artifact: { type: string }) => artifact.type)).toEqual(["pull", "branch"]);

    clock.advance(40_000);
    const done = (await ask("GET", path)).json;
    expect(done).toMatchObject({
      state: "completed",
      sessions: [{ completed_at: "2026-01-01T00:01:40Z", usage: { amount: 1_500_000_000 } }],
    });
    const { json: pull } = await ask("GET", "/repos/o/r/pulls/7");
    expect(pull).toMatchObject({ number: 7, draft: true, commits: 2, changed_files: 3, node_id: nodeId });
    expect(pull.id).toBe(done.artifacts[0].data.id);
    const { json: comparison } = await ask("GET", `/repos/o/r/compare/main...${pull.head.ref}`);
    expect(comparison).toMatchObject({ ahead_by: 2, total_commits: 2 });
    expect(comparison.files).toHaveLength(3);
    expect(simulator.startedTasks).toMatchObject([{ repository: "o/r", creator: "octocat", at: start }]);
    expect(simulator.violations).toEqual([]);
  });

  it("moves updated_at by heartbeats, and begins new sessions", async () => {
    const { clock, ask } = setUp({
      plans: [
        {
          steps: [
            { after_seconds: 0, state: "in_progress", heartbeat_seconds: 7 },
            { after_seconds: 20, state: "waiting_for_user" },
            { after_seconds: 50, state: "in_progress", new_session: "go on", updated: false },
          ],
        },
      ],
    });
    const { json } = await ask("POST", tasks, { prompt: "x" });
    clock.advance(16_000);
    expect((await ask("GET", `${tasks}/${json.id}`)).json.updated_at).toBe("2026-01-01T00:00:14Z");
    clock.advance(40_000);
    expect((await ask("GET", `${tasks}/${json.id}`)).json).toMatchObject({
      state: "in_progress",
      updated_at: "2026-01-01T00:00:20Z",
      session_count: 2,
      sessions: [{ state: "waiting_for_user" }, { state: "in_progress", prompt: "go on" }],
    });
  });

  it("has only what it must have when minimal, and can be wrapped, hostile or of an unknown state", async () => {
    const { simulator, ask } = setUp({
      plans: [
        { minimal: true, id: "first", steps: [] },
        { wrapped: true, extra: { name: "::error::x" }, steps: [{ after_seconds: 0, state: "thinking" }] },
        { omit: ["updated_at", "html_url"], steps: [] },
      ],
    });
    const first = await ask("POST", tasks, { prompt: "x" });
    expect(Object.keys(first.json).sort()).toEqual(["created_at", "id", "state"]);
    expect(first.json.id).toBe("first");
    expect(Object.keys((await ask("GET", `${tasks}/first`)).json)).toHaveLength(3);
    expect((await ask("POST", tasks, { prompt: "x" })).json.task).toMatchObject({
      state: "thinking",
      name: "::error::x",
    });
    const third = (await ask("POST", tasks, { prompt: "x" })).json;
    expect(third).not.toHaveProperty("updated_at");
    expect(third).not.toHaveProperty("html_url");
    expect(simulator.violations).toEqual([]);
  });

  it("uses the plans of a repository for its starts alone", async () => {
    const { ask } = setUp({
      repositories: { "o/r": {}, "o/other": {} },
      plans: [
        { id: "a", steps: [] },
        { id: "b", steps: [], repository: "O/Other" },
        { id: "c", steps: [] },
      ],
    });
    const ids = [];
    for (const path of [tasks, "/agents/repos/o/other/tasks", tasks]) {
      ids.push((await ask("POST", path, { prompt: "x" })).json.id);
    }
    expect(ids).toEqual(["a", "b", "c"]);
  });

  it("prints integers beyond 2^53 whole", async () => {
    const { simulator, clock, ask } = setUp({
      repositories: { "o/r": { id: "9007199254740995" } },
      plans: [{ steps: [{ after_seconds: 1, pull_request: { id: "9007199254740993123" } }] }],
    });
    const { json } = await ask("POST", tasks, { prompt: "x", create_pull_request: true });
    clock.advance(2_000);
    const { text } = await ask("GET", `${tasks}/${json.id}`);
    expect(text).toContain('"data":{"id":9007199254740993123,');
    expect(text).toContain('"repository":{"id":9007199254740995}');
    expect(simulator.violations).toEqual([]);
  });

  it("works in the open pull request of head_ref, and elsewhere without one", async () => {
    const { clock, ask } = setUp({
      repositories: {
        "o/r": {
          pulls: [
            { number: 3, head_ref: "feature", commits: 1 },
            { number: 4, head_ref: "old", state: "closed" },
          ],
        },
      },
    });
    const into = (await ask("POST", tasks, { prompt: "x", head_ref: "feature" })).json;
    const lost = (await ask("POST", tasks, { prompt: "x", head_ref: "old", create_pull_request: true })).json;
    clock.advance(200_000);
    const branch = async (id: string) => (await ask("GET", `${tasks}/${id}`)).json.artifacts[1].data.head_ref;
    expect(await branch(into.id)).toBe("feature");
    expect(await branch(lost.id)).toBe("copilot/task-2");
    expect((await ask("GET", "/repos/o/r/pulls/3")).json).toMatchObject({ commits: 2, changed_files: 3 });
    expect((await ask("GET", "/repos/o/r/pulls/7")).json.head.ref).toBe("copilot/task-2");
  });

  it("opens no pull request when it must not", async () => {
    const { clock, ask } = setUp();
    const { json } = await ask("POST", tasks, { prompt: "x", create_pull_request: false });
    clock.advance(200_000);
    const done = (await ask("GET", `${tasks}/${json.id}`)).json;
    expect(done.artifacts.map((artifact: { type: string }) => artifact.type)).toEqual(["branch"]);
    expect((await ask("GET", "/repos/o/r/pulls?state=all")).json).toEqual([]);
    const head = done.artifacts[0].data.head_ref;
    expect((await ask("GET", `/repos/o/r/compare/main...${head}`)).json.ahead_by).toBe(2);
  });
});

describe("assumptions", () => {
  it("lags lists and gets", async () => {
    const { clock, ask } = setUp({ assumptions: { list_lag_seconds: 20, get_lag_seconds: 10 } });
    const { json } = await ask("POST", tasks, { prompt: "x" });
    expect((await ask("GET", `${tasks}/${json.id}`)).status).toBe(404);
    clock.advance(10_000);
    expect((await ask("GET", `${tasks}/${json.id}`)).status).toBe(200);
    expect((await ask("GET", tasks)).json.tasks).toEqual([]);
    clock.advance(10_000);
    expect((await ask("GET", tasks)).json.tasks).toHaveLength(1);
  });

  it.each([
    ["exact", " a \n"],
    ["trimmed", "a"],
    ["absent", undefined],
    ["rewritten", "The user asked for something of 4 characters."],
  ] as const)("gives the prompt %s", async (session_prompt, expected) => {
    const { ask } = setUp({ assumptions: { session_prompt } });
    const { json } = await ask("POST", tasks, { prompt: " a \n" });
    expect((await ask("GET", `${tasks}/${json.id}`)).json.sessions[0].prompt).toBe(expected);
  });

  it("leaves out what it is told to", async () => {
    const { clock, ask } = setUp({
      assumptions: {
        global_id: "empty",
        html_url: false,
        wrapped: true,
        artifacts_in_lists: false,
        etags: false,
      },
    });
    const { json } = await ask("POST", tasks, { prompt: "x" });
    expect(json.task).not.toHaveProperty("html_url");
    clock.advance(100_000);
    const got = await ask("GET", `${tasks}/${json.task.id}`);
    expect(got.headers.get("etag")).toBeNull();
    expect(got.json.task.artifacts[0].data.global_id).toBe("");
    expect((await ask("GET", tasks)).json.tasks[0]).not.toHaveProperty("artifacts");
  });

  it("runs its own clock, and follows the client's", async () => {
    const { ask } = setUp({ assumptions: { server_ahead_seconds: 60 } }, { followClient: true });
    const first = await ask("POST", tasks, { prompt: "x" });
    expect(first.json.created_at).toBe("2026-01-01T00:01:00Z");
    expect(first.headers.get("date")).toBe("Thu, 01 Jan 2026 00:01:00 GMT");
    const later = { "x-simulated-now": String(start + 100_000) };
    expect((await ask("GET", `${tasks}/${first.json.id}`, undefined, later)).json.state).toBe("completed");
    expect((await ask("GET", `${tasks}/${first.json.id}`)).json.state).toBe("completed");
  });
});

describe("lists", () => {
  it("pages, saying where the other pages are", async () => {
    const { simulator, ask } = setUp({
      existing: Array.from({ length: 7 }, (_, index) =>
        existing(`t${index}`, { created_seconds_ago: 1000 - index }),
      ),
    });
    const query = `${tasks}?per_page=3&sort=created_at&direction=asc`;
    const first = await ask("GET", query);
    const next = `<http://simulated${query}&page=2>; rel="next"`;
    expect(first.headers.get("link")).toBe(`${next}, <http://simulated${query}&page=1>; rel="first"`);
    const last = await ask("GET", `${query}&page=3`);
    expect(last.headers.get("link")).toMatch(
      /page=2>; rel="prev".*page=3>; rel="last".*page=1>; rel="first"/,
    );
    expect(first.json.tasks.map((task: { id: string }) => task.id)).toEqual(["t0", "t1", "t2"]);
    expect(last.json.tasks.map((task: { id: string }) => task.id)).toEqual(["t6"]);
    expect(last.json.total_active_count).toBe(7);
    expect(simulator.violations).toEqual([]);
  });

  it("filters", async () => {
    const { simulator, ask } = setUp({
      repositories: { "o/r": {}, "o/other": {} },
      existing: [
        existing("mine"),
        existing("theirs", { creator: { login: "hubot", id: 2 } }),
        existing("old", { created_seconds_ago: 90_000 }),
        existing("archived", { archived: true }),
        existing("failed", { steps: [{ after_seconds: 20, state: "failed" }] }),
        existing("elsewhere", { repository: "o/other" }),
      ],
    });
    const ids = async (path: string) =>
      (await ask("GET", path)).json.tasks.map((task: { id: string }) => task.id).sort();
    expect(await ids(tasks)).toEqual(["failed", "mine", "old", "theirs"]);
    expect(await ids("/agents/tasks")).toEqual(["elsewhere", "failed", "mine", "old"]);
    expect(await ids(`${tasks}?state=failed,queued`)).toEqual(["failed"]);
    expect(await ids(`${tasks}?is_archived=true`)).toEqual(["archived"]);
    expect(await ids(`${tasks}?creator_id=2&creator_id=3`)).toEqual(["theirs"]);
    expect(await ids(`${tasks}?since=2025-12-31T23:43:40Z`)).toEqual(["failed"]);
    expect(simulator.violations).toEqual([]);
    expect((await ask("GET", `${tasks}?state=nonsense`)).status).toBe(422);
    await ask("GET", "/agents/tasks?creator_id=2");
    expect(simulator.violations).toEqual([
      "GET /agents/tasks?creator_id=2: query creator_id is not a parameter",
    ]);
  });
});

describe("starts that are refused", () => {
  it.each([
    ["a blank prompt", { prompt: " " }, 422],
    ["a long prompt", { prompt: "x".repeat(30_001) }, 422],
    ["an unknown model", { prompt: "x", model: "other" }, 422],
    ["an unknown base_ref", { prompt: "x", base_ref: "nope" }, 422],
    ["a known base_ref", { prompt: "x", base_ref: "release", model: "gpt-5" }, 201],
  ])("%s", async (_name, body, status) => {
    const { simulator, ask } = setUp({
      models: ["gpt-5"],
      repositories: { "o/r": { branches: { release: { commits: 1, changed_files: 1 } } } },
    });
    expect((await ask("POST", tasks, body)).status).toBe(status);
    expect(simulator.startedTasks).toHaveLength(status === 201 ? 1 : 0);
    expect(simulator.violations).toEqual([]);
  });

  it("for what the token may not do", async () => {
    const tokens = {
      read: { ...user, agent_tasks: "read" as const },
      none: { ...user, agent_tasks: "none" as const },
      ghs_x: { ...user, login: "github-actions[bot]", type: "installation" as const },
      ghr_x: { ...user, type: "refresh" as const },
      ended: { ...user, valid_seconds: 10 },
      blind: { ...user, repositories: ["o/other"] },
      unlicensed: { ...user, copilot: "not_licensed" as const },
      reader: { ...user, login: "reader" },
    };
    const { simulator, clock, ask } = setUp({
      tokens,
      repositories: { "o/r": { permissions: { reader: "triage" } }, "o/off": { agent: "disabled" } },
    });
    clock.advance(10_000);
    const status = async (token: string, method = "POST", path = tasks) => {
      const body = method === "POST" ? { prompt: "x" } : undefined;
      const { status, json } = await ask(method, path, body, { authorization: `Bearer ${token}` });
      return `${status} ${json.message ?? ""}`;
    };
    expect(await status("read")).toBe("403 Resource not accessible by personal access token");
    expect(await status("read", "GET")).toBe("200 ");
    expect(await status("none", "GET")).toBe("403 Resource not accessible by personal access token");
    expect(await status("ghs_x")).toBe("403 Resource not accessible by integration");
    expect(await status("ghr_x")).toBe("401 Bad credentials");
    expect(await status("ended")).toBe("401 Bad credentials");
    expect(await status("unheard-of")).toBe("401 Bad credentials");
    expect(await status("blind")).toBe("404 Not Found");
    expect(await status("reader")).toBe("404 Not Found");
    expect(await status("unlicensed")).toMatch(/^403 .*not licensed/);
    expect(await status("read", "POST", "/agents/repos/o/off/tasks")).toBe("404 Not Found");
    expect(simulator.violations).toEqual([]);
    expect(simulator.startedTasks).toEqual([]);
  });
});
