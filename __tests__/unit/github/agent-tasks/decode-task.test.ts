import { describe, expect, it } from "@jest/globals";
import { readTask as decodeTask, readTaskPage } from "../../../../src/github/agent-tasks/decode-task.ts";
import {
  getConclusion,
  getDuration,
  getErrorMessage,
  getModel,
  getPhase,
  getRefs,
  hasPullRequest,
  isKnownState,
  isSettled,
  KNOWN_STATES,
  type Phase,
  sumCost,
} from "../../../../src/github/agent-tasks/task.ts";
import { BRANCH, PULL, sessionOf, taskOf } from "../../../support/builders.ts";
import { MINUTE, NOW, SECOND } from "../../../support/clock.ts";

const MINIMAL = { id: "task-1", state: "queued", created_at: "2026-11-23T08:00:00Z" };

/** A response without a time of creation gets this one. */
const RECEIVED = NOW + 5 * SECOND;
const readTask = (data: unknown) => decodeTask(data, RECEIVED);

const BARE = {
  id: "task-1",
  state: "queued",
  createdAt: NOW,
  updatedAt: null,
  name: "",
  htmlUrl: "",
  creatorId: "",
  archived: false,
  sessionCount: null,
  artifacts: [],
  sessions: null,
  hasUnreadableSession: true,
  repositoryId: "",
};

describe("reading a task", () => {
  it("needs no more than id, state and created_at", () => {
    expect(readTask(MINIMAL)).toEqual(BARE);
  });

  it("reads it wrapped as well", () => {
    expect(readTask({ task: MINIMAL })).toEqual(BARE);
  });

  it("reads every field", () => {
    const data = {
      ...MINIMAL,
      updated_at: "2026-11-23T08:01:00Z",
      name: "Update",
      html_url: "https://github.com/t",
      creator: { id: 1001 },
      archived_at: "2026-11-24T08:00:00Z",
      session_count: 2,
      artifacts: [
        { provider: "github", type: "pull", data: { id: 77, global_id: "PR_77" } },
        { provider: "github", type: "branch", data: { head_ref: "copilot/fix", base_ref: "main" } },
      ],
      sessions: [
        {
          created_at: "2026-11-23T08:00:00Z",
          completed_at: "2026-11-23T08:00:30Z",
          prompt: "Do it",
          head_ref: "copilot/fix",
          base_ref: "main",
          model: "gpt-5",
          usage: { type: "ai_credits", amount: 5 },
          error: { message: "Oh" },
        },
      ],
    };
    expect(readTask(data)).toEqual({
      ...BARE,
      hasUnreadableSession: false,
      updatedAt: NOW + 60_000,
      name: "Update",
      htmlUrl: "https://github.com/t",
      creatorId: "1001",
      archived: true,
      sessionCount: 2,
      artifacts: [PULL, BRANCH],
      sessions: [
        {
          createdAt: NOW,
          completedAt: NOW + 30_000,
          prompt: "Do it",
          headRef: "copilot/fix",
          baseRef: "main",
          model: "gpt-5",
          usage: { type: "ai_credits", amount: 5 },
          error: "Oh",
        },
      ],
    });
  });

  it.each([
    undefined,
    null,
    "task",
    [],
    {},
    { ...MINIMAL, id: "" },
    { ...MINIMAL, id: 7.5 },
    { ...MINIMAL, id: ["task-1"] },
    { task: {} },
  ])("finds none in %j", (data) => {
    expect(readTask(data)).toBeUndefined();
  });

  it.each([7, 9_007_199_254_740_993n, "7"])("takes the ID %p", (id) => {
    expect(readTask({ id })).toMatchObject({ id: String(id), state: "unknown" });
  });

  it.each([undefined, "", null, 3])("does not know the state %p", (state) => {
    expect(readTask({ ...MINIMAL, state })?.state).toBe("unknown");
  });

  it.each([undefined, "yesterday", "2026-11-23", "2026-11-23 08:00", "2026-11-23T08:00:00", 1_795_420_800])(
    "takes the response's time for the creation instead of %p",
    (created_at) => {
      expect(readTask({ ...MINIMAL, created_at })?.createdAt).toBe(RECEIVED);
    },
  );

  it("takes the oldest session's time for a missing creation", () => {
    const sessions = [{ created_at: "2026-11-23T08:02:00Z" }, { created_at: "2026-11-23T08:01:00Z" }];
    expect(readTask({ id: "x", sessions })?.createdAt).toBe(NOW + MINUTE);
  });

  it.each([
    [[], false],
    [
      [{ prompt: "Do it", created_at: "2026-11-23T08:00:00Z" }, { created_at: "2026-11-23T08:01:00Z" }],
      false,
    ],
    [[{ prompt: null }], false],
    [[{ prompt: { text: "Do it" } }], true],
    [["Do it"], true],
    [{}, true],
    [undefined, true],
  ])("says whether one of the sessions %j cannot be read", (sessions, unreadable) => {
    expect(readTask({ ...MINIMAL, sessions })?.hasUnreadableSession).toBe(unreadable);
  });

  it.each<[string, unknown[], boolean]>([
    ["no times, and prompts that differ", [{ prompt: "Do it" }, { prompt: "And now?" }], true],
    ["no times, and one prompt", [{ prompt: "Do it" }, {}], true],
    ["no times, and equal prompts", [{ prompt: "Do it" }, { prompt: "Do it" }], false],
    ["no times, and no prompts", [{}, { prompt: " " }], false],
    [
      "one time that cannot be read",
      [
        { prompt: "Do it", created_at: "2026-11-23T08:00:00Z" },
        { prompt: "And now?", created_at: 1795420800 },
      ],
      true,
    ],
  ])("says whether it is unknown which of the sessions is the first: %s", (_what, sessions, unreadable) => {
    expect(readTask({ ...MINIMAL, sessions })?.hasUnreadableSession).toBe(unreadable);
  });

  it.each(["", " \n", "\u200b"])("takes a blank prompt for none: %j", (prompt) => {
    const task = readTask({ ...MINIMAL, sessions: [{ prompt }] });
    expect(task?.sessions?.[0]?.prompt).toBeNull();
    expect(task?.hasUnreadableSession).toBe(false);
  });

  it("takes a field of a wrong type for missing", () => {
    const wrong = {
      ...MINIMAL,
      task: null,
      updated_at: 5,
      name: {},
      html_url: 1,
      creator: "mona",
      archived_at: null,
      session_count: "2",
      artifacts: { type: "pull" },
      sessions: "none",
    };
    expect(readTask(wrong)).toEqual({ ...BARE, artifacts: [{ type: "unreadable" }] });
  });

  it("keeps that there are artifacts that it does not know or cannot read", () => {
    const artifacts = [
      null,
      "pull",
      { type: "pull" },
      { type: "pull", data: [] },
      { type: "deployment", data: { id: 1 } },
      { type: "pull", data: {} },
      { type: "branch", data: { head_ref: 1, base_ref: null } },
    ];
    const unreadable = { type: "unreadable" };
    const empty = { type: "pull", id: "", globalId: "" };
    expect(readTask({ ...MINIMAL, artifacts })?.artifacts).toEqual([
      unreadable,
      unreadable,
      empty,
      empty,
      unreadable,
      empty,
      { type: "branch", headRef: "", baseRef: "" },
    ]);
  });

  it("keeps IDs beyond 2^53 exact, and reads amounts that big", () => {
    const data = {
      ...MINIMAL,
      creator: { id: 9_007_199_254_740_993_123n },
      session_count: 9_007_199_254_740_993_123n,
      artifacts: [{ type: "pull", data: { id: 9_007_199_254_740_993_123n, global_id: 5 } }],
      sessions: [{ usage: { type: "ai_credits", amount: 9_007_199_254_740_993_000n } }],
    };
    const task = readTask(data);
    expect(task).toMatchObject({
      creatorId: "9007199254740993123",
      sessionCount: null,
      artifacts: [{ type: "pull", id: "9007199254740993123", globalId: "" }],
    });
    expect(task && sumCost(task).aiCredits).toBe(9_007_199_254.7);
  });

  it("reads an ID that is text already", () => {
    expect(readTask({ ...MINIMAL, creator: { id: "1001" } })?.creatorId).toBe("1001");
  });

  it("puts the newest session first, and what is no session aside", () => {
    const sessions = [
      { created_at: "2026-11-23T08:00:00Z", model: "old" },
      "x",
      {},
      { created_at: "2026-11-23T09:00:00Z", model: "new" },
    ];
    const models = readTask({ ...MINIMAL, sessions })?.sessions?.map(({ model, createdAt }) => [
      model,
      createdAt,
    ]);
    expect(models).toEqual([
      ["new", NOW + 3_600_000],
      ["old", NOW],
      ["", 0],
    ]);
  });

  it("takes a session's fields of wrong types for missing", () => {
    const wrong = {
      prompt: 1,
      head_ref: 1,
      base_ref: 1,
      model: 1,
      usage: 1,
      error: "x",
      completed_at: 1,
      created_at: 1,
    };
    expect(readTask({ ...MINIMAL, sessions: [wrong] })?.sessions).toEqual([sessionOf({ createdAt: 0 })]);
    expect(readTask({ ...MINIMAL, sessions: [{ error: { message: 1 } }] })?.sessions?.[0]?.error).toBe("");
  });

  it.each([
    [
      { type: "ai_credits", amount: 3 },
      { type: "ai_credits", amount: 3 },
    ],
    [
      { type: "premium_requests", credits: 2 },
      { type: "premium_requests", amount: 2 },
    ],
    [
      { type: "ai_credits", amount: 3n },
      { type: "ai_credits", amount: 3 },
    ],
    [{ type: "tokens", amount: 3 }, null],
    [{ type: "ai_credits" }, null],
    [{ type: "ai_credits", amount: "3" }, null],
    [null, null],
  ])("reads the usage %o", (usage, read) => {
    expect(readTask({ ...MINIMAL, sessions: [{ usage }] })?.sessions?.[0]?.usage).toEqual(read);
  });
});

describe("reading a list", () => {
  it("counts what it cannot read", () => {
    const tasks = [MINIMAL, null, {}, { ...MINIMAL, id: "task-2" }, { task_id: "task-3" }];
    const page = readTaskPage({ tasks, total_active_count: 2 }, RECEIVED);
    expect(page?.tasks.map(({ id }) => id)).toEqual(["task-1", "task-2"]);
    expect(page?.unreadable).toBe(3);
  });

  it.each([undefined, [], [MINIMAL], {}, { tasks: {} }])("finds none in %j", (data) => {
    expect(readTaskPage(data, RECEIVED)).toBeUndefined();
  });
});

describe("the states", () => {
  const TABLE: [state: string, phase: Phase, conclusion: string | null][] = [
    ["queued", "active", null],
    ["in_progress", "active", null],
    ["completed", "final", "success"],
    ["failed", "final", "failure"],
    ["timed_out", "final", "timed_out"],
    ["cancelled", "final", "cancelled"],
    ["waiting_for_user", "paused", "action_required"],
    ["idle", "paused", "neutral"],
    ["thinking", "active", null],
    ["COMPLETED", "active", null],
  ];

  it.each(TABLE)("%s is %s with the conclusion %s", (state, phase, conclusion) => {
    expect(getPhase(state)).toBe(phase);
    expect(getConclusion(taskOf({ state }))).toBe(conclusion);
  });

  it("are known if GitHub describes them", () => {
    expect(
      TABLE.filter(([state]) => isKnownState(state))
        .map(([state]) => state)
        .sort(),
    ).toEqual([...KNOWN_STATES].sort());
  });

  it.each([[PULL], [BRANCH], [{ type: "unreadable" } as const]])(
    "idle with an artifact is a success: %o",
    (artifact) => {
      expect(getConclusion(taskOf({ state: "idle", artifacts: [artifact] }))).toBe("success");
    },
  );
});

describe("settling", () => {
  it("is at once for a final state, and never for an active one", () => {
    expect(isSettled({ state: "failed", updatedAt: NOW }, NOW, 0)).toBe(true);
    expect(isSettled({ state: "thinking", updatedAt: 0 }, NOW, 3_600_000)).toBe(false);
  });

  it.each(["idle", "waiting_for_user"])("of %s is after 60 s without an update, by the server", (state) => {
    const after = (ms: number) => isSettled({ state, updatedAt: NOW }, NOW + ms, 0);
    expect([0, 59_999, 60_000, 3_600_000].map(after)).toEqual([false, false, true, true]);
  });

  it.each([0, 1_000, 3_600_000])(
    "goes by the time seen unchanged if Date is %i ms behind updated_at",
    (ms) => {
      const after = (unchangedMs: number) =>
        isSettled({ state: "idle", updatedAt: NOW }, NOW - ms + unchangedMs, unchangedMs);
      expect([0, 59_999, 60_000].map(after)).toEqual([false, false, true]);
    },
  );

  it("goes by the time seen unchanged where there is no updated_at", () => {
    const after = (ms: number) => isSettled({ state: "idle", updatedAt: null }, NOW, ms);
    expect([0, 59_999, 60_000].map(after)).toEqual([false, false, true]);
  });
});

describe("the branches of a task", () => {
  const session = sessionOf({ headRef: "from-session", baseRef: "session-base" });

  it("come from its artifacts first", () => {
    const refs = getRefs({ artifacts: [PULL, BRANCH], sessions: [session] });
    expect(refs).toEqual({ headRef: "copilot/fix", baseRef: "main" });
  });

  it("come from the newest session that has them else", () => {
    const sessions = [sessionOf({ baseRef: "newest" }), session];
    expect(getRefs({ artifacts: [], sessions })).toEqual({
      headRef: "from-session",
      baseRef: "session-base",
    });
    const only = { artifacts: [], sessions: [sessionOf(), sessionOf({ baseRef: "develop" })] };
    expect(getRefs(only)).toEqual({ headRef: "", baseRef: "develop" });
  });

  it("fill each other's gaps", () => {
    const artifacts = [{ type: "branch", headRef: "", baseRef: "main" } as const];
    expect(getRefs({ artifacts, sessions: [session] })).toEqual({ headRef: "from-session", baseRef: "main" });
  });

  it("are empty where nobody names them", () => {
    expect(getRefs({ artifacts: [PULL], sessions: null })).toEqual({ headRef: "", baseRef: "" });
  });
});

describe("what else is told of a task", () => {
  it("is whether it has a pull request", () => {
    expect(hasPullRequest({ artifacts: [BRANCH] })).toBe(false);
    expect(hasPullRequest({ artifacts: [BRANCH, PULL] })).toBe(true);
  });

  it.each([
    [null, ""],
    [[], ""],
    [["", "sweagent-capi:gpt-5", "old"], "gpt-5"],
    [["gpt-5"], "gpt-5"],
    [["a:b:c"], "c"],
  ])("is the model of its sessions %j", (models, model) => {
    expect(getModel({ sessions: models?.map((name) => sessionOf({ model: name })) ?? null })).toBe(model);
  });

  it("is the error of the newest session, not of an older one", () => {
    expect(getErrorMessage({ sessions: null })).toBe("");
    expect(getErrorMessage({ sessions: [] })).toBe("");
    expect(getErrorMessage({ sessions: [sessionOf(), sessionOf({ error: "old" })] })).toBe("");
    expect(getErrorMessage({ sessions: [sessionOf({ error: "new" }), sessionOf({ error: "old" })] })).toBe(
      "new",
    );
  });
});

describe("the cost", () => {
  const cost = (...usages: ["ai_credits" | "premium_requests", number][]) =>
    sumCost({ sessions: usages.map(([type, amount]) => sessionOf({ usage: { type, amount } })) });

  it("is not known where no session names one", () => {
    const unknown = { aiCredits: null, premiumRequests: null };
    expect(sumCost({ sessions: null })).toEqual(unknown);
    expect(sumCost({ sessions: [sessionOf()] })).toEqual(unknown);
  });

  it("is rounded to one decimal, once, after adding up", () => {
    expect(cost(["ai_credits", 12_340_000_000]).aiCredits).toBe(12.3);
    expect(cost(["ai_credits", 12_350_000_000]).aiCredits).toBe(12.4);
    // Rounded one by one these would come to 0.
    expect(cost(["ai_credits", 40_000_000], ["ai_credits", 40_000_000]).aiCredits).toBe(0.1);
    expect(cost(["ai_credits", 0]).aiCredits).toBe(0);
  });

  it("keeps the two kinds apart", () => {
    expect(cost(["premium_requests", 1], ["ai_credits", 1e9], ["premium_requests", 0.33])).toEqual({
      aiCredits: 1,
      premiumRequests: 1.33,
    });
  });
});

describe("the duration", () => {
  const ended = (...ends: (number | null)[]) => ends.map((completedAt) => sessionOf({ completedAt }));

  it("is up to the end of the last session", () => {
    const sessions = ended(NOW + 90 * SECOND, null, NOW + 30 * SECOND);
    expect(getDuration(taskOf({ sessions, updatedAt: NOW + 500 * SECOND }))).toBe(90);
  });

  it("is up to the last update where no session has ended", () => {
    expect(getDuration(taskOf({ sessions: ended(null), updatedAt: NOW + 10_499 }))).toBe(10);
    expect(getDuration(taskOf({ sessions: null, updatedAt: NOW + 10_500 }))).toBe(11);
  });

  it("is never negative, and not known where nothing ends", () => {
    expect(getDuration(taskOf({ updatedAt: NOW }))).toBe(0);
    expect(getDuration(taskOf({ updatedAt: NOW - 5 * SECOND }))).toBeNull();
    expect(getDuration(taskOf({ updatedAt: null, sessions: null }))).toBeNull();
  });
});
