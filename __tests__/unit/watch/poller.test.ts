import { describe, expect, it } from "@jest/globals";
import type { Task } from "../../../src/github/agent-tasks/task.ts";
import type { RequestResult } from "../../../src/github/http/result.ts";
import { type PollOptions, pollUntilDone } from "../../../src/watch/poller.ts";
import type { PollOutcome, ProgressEvent, WatchedTask } from "../../../src/watch/tracker.ts";
import {
  answered,
  CANCELLED,
  failed,
  INDETERMINATE,
  MINUTE,
  NOT_SENT,
  NOW,
  PULL,
  RATE_LIMITED,
  REDIRECTED,
  readerOf,
  rejected,
  SECOND,
  taskOf,
  UNAVAILABLE,
  virtualClock,
  waitContext,
} from "../../support/action-harness.ts";

/** What the server has at that many seconds after the beginning. */
type Server = (second: number) => RequestResult<Task>;

const OPTIONS: Omit<PollOptions, "onProgress"> = {
  until: "settled",
  timeoutMs: 75 * MINUTE,
  pollIntervalMs: null,
  firstStartedAt: NOW,
};

const TASK: WatchedTask = { index: 0, id: "task-1", repository: null, known: null, started: true };

interface Following {
  /** When the task was looked at, in seconds. */
  readonly looks: number[];
  readonly events: ProgressEvent[];
  readonly clock: ReturnType<typeof virtualClock>;
  readonly stop: AbortController;
  run(): Promise<PollOutcome | undefined>;
}

function following(
  server: Server,
  { known = null, ...changes }: Partial<PollOptions> & { readonly known?: WatchedTask["known"] } = {},
): Following {
  const clock = virtualClock();
  const stop = new AbortController();
  const looks: number[] = [];
  const events: ProgressEvent[] = [];
  const run = async () => {
    const ends = await pollUntilDone(
      readerOf(async () => {
        const second = (clock.now() - NOW) / SECOND;
        looks.push(second);
        return server(second);
      }),
      [{ ...TASK, known }],
      {
        ...OPTIONS,
        ...changes,
        onProgress: async (event) => {
          if (event.kind !== "polled") {
            events.push(event);
          }
        },
      },
      waitContext(clock, stop.signal),
    );
    return ends.get("task-1");
  };
  return { looks, events, clock, stop, run };
}

/** A task that takes these states, each from that second on; updated with each. */
const plan =
  (...states: [second: number, changes: Partial<Task>][]): Server =>
  (second) => {
    const [since = 0, changes = {}] = states.findLast(([from]) => from <= second) ?? [];
    const task = taskOf({ updatedAt: NOW + since * SECOND, ...changes });
    return answered(task, { serverNow: NOW + second * SECOND });
  };

const told = (events: readonly ProgressEvent[], kind: ProgressEvent["kind"]) =>
  events.filter((event) => event.kind === kind);

const signs = (events: readonly ProgressEvent[]) =>
  events.flatMap((event) => (event.kind === "heartbeat" ? [event.waitedMs / MINUTE] : []));

describe("following until a task settles", () => {
  it("ends with a final state, and tells each change once", async () => {
    const { run, events, looks } = following(
      plan([0, { state: "queued" }], [20, { state: "in_progress" }], [60, { state: "completed" }]),
    );
    expect(await run()).toMatchObject({ kind: "done", settled: true, task: { state: "completed" } });
    expect(events).toMatchObject([
      { kind: "state", previous: null, task: { state: "queued" }, waitedMs: 0 },
      { kind: "state", previous: "queued", task: { state: "in_progress" }, waitedMs: 20_000 },
      { kind: "state", previous: "in_progress", task: { state: "completed" }, waitedMs: 60_000 },
    ]);
    expect(looks.slice(0, 3)).toEqual([0, 5, 10]);
  });

  it("waits before the first look at a task that its start showed", async () => {
    const known = { task: taskOf({ state: "queued" }), serverNow: NOW };
    const { run, events, looks } = following(plan([0, { state: "completed" }]), { known });
    await run();
    expect(looks).toEqual([5]);
    expect(events).toMatchObject([
      { kind: "state", previous: null, waitedMs: 0 },
      { kind: "state", previous: "queued", waitedMs: 5_000 },
    ]);
  });

  it("does not look at all at a task that ended with its start", async () => {
    const known = { task: taskOf({ state: "failed" }), serverNow: NOW };
    const { run, looks } = following(plan([0, {}]), { known });
    expect(await run()).toMatchObject({ kind: "done", settled: true, task: { state: "failed" } });
    expect(looks).toEqual([]);
  });

  it("takes a paused task for settled 60 s after its last update", async () => {
    const { run, clock } = following(
      plan([0, { state: "in_progress" }], [10, { state: "waiting_for_user" }]),
    );
    expect(await run()).toMatchObject({ kind: "done", settled: true, task: { state: "waiting_for_user" } });
    expect(clock.now() - NOW).toBe(70 * SECOND);
  });

  it("goes on with a paused task that goes on by itself", async () => {
    const { run } = following(
      plan([0, { state: "idle" }], [50, { state: "in_progress" }], [120, { state: "failed" }]),
    );
    expect(await run()).toMatchObject({ kind: "done", task: { state: "failed" } });
  });

  it("takes a paused task without updated_at for settled once seen unchanged for 60 s", async () => {
    const { run, clock } = following(
      plan(
        [0, { state: "idle", updatedAt: null }],
        [30, { state: "idle", updatedAt: null, sessionCount: 2 }],
      ),
    );
    expect(await run()).toMatchObject({ kind: "done", settled: true });
    expect(clock.now() - NOW).toBe(90 * SECOND);
  });

  it("asks at the fixed interval where there is one", async () => {
    const { run, looks } = following(plan([0, {}], [90, { state: "completed" }]), { pollIntervalMs: 30_000 });
    await run();
    expect(looks).toEqual([0, 30, 60, 90]);
  });
});

describe("following until an answer, or until a pull request", () => {
  it("ends at the first answer, settled or not", async () => {
    const active = following(plan([0, {}]), { until: "first_response" });
    expect(await active.run()).toMatchObject({ kind: "done", settled: false });
    const ended = following(plan([0, { state: "failed" }]), { until: "first_response" });
    expect(await ended.run()).toMatchObject({ kind: "done", settled: true });
    expect([active.looks, ended.looks]).toEqual([[0], [0]]);
  });

  it("ends with the pull request of a task that goes on", async () => {
    const { run, clock } = following(plan([0, {}], [30, { artifacts: [PULL] }]), { until: "pull_request" });
    expect(await run()).toMatchObject({ kind: "done", settled: false, task: { artifacts: [PULL] } });
    expect(clock.now() - NOW).toBe(30 * SECOND);
  });

  it("ends with a task that settles without one", async () => {
    const { run } = following(plan([0, {}], [30, { state: "failed" }]), { until: "pull_request" });
    expect(await run()).toMatchObject({ kind: "done", settled: true });
  });
});

describe("what is told on the way", () => {
  it("is an unknown state once, and that keeps being waited for", async () => {
    const { run, events } = following(plan([0, { state: "thinking" }], [600, { state: "completed" }]));
    expect(await run()).toMatchObject({ kind: "done", task: { state: "completed" } });
    expect(told(events, "unknown_state")).toEqual([{ kind: "unknown_state", state: "thinking" }]);
    expect(events[0]?.kind).toBe("unknown_state");
  });

  it("is an unknown state once, also when it comes back", async () => {
    const { run, events } = following(
      plan([0, { state: "thinking" }], [30, {}], [60, { state: "thinking" }], [90, { state: "failed" }]),
    );
    await run();
    expect(told(events, "unknown_state")).toHaveLength(1);
  });

  it("is the pull request once", async () => {
    const { run, events } = following(
      plan([0, {}], [30, { artifacts: [PULL] }], [90, { artifacts: [PULL], state: "completed" }]),
    );
    await run();
    expect(told(events, "pull_request")).toMatchObject([{ waitedMs: 30_000, task: { artifacts: [PULL] } }]);
  });

  it("is the pull request that the first look shows already", async () => {
    const { run, events } = following(plan([0, { artifacts: [PULL], state: "completed" }]));
    await run();
    expect(events.map(({ kind }) => kind)).toEqual(["state", "pull_request"]);
  });

  it("is nothing for looks that find nothing new", async () => {
    const { run, events, looks } = following(plan([0, {}], [240, { state: "completed" }]));
    await run();
    expect(looks.length).toBeGreaterThan(20);
    expect(events).toHaveLength(2);
  });

  it("is a sign of life every five minutes", async () => {
    const { run, events } = following(plan([0, {}], [1000, { state: "completed" }]));
    await run();
    expect(signs(events)).toEqual([5, 10, 15]);
    expect(told(events, "heartbeat")[0]).toMatchObject({
      tasks: [{ state: "in_progress" }],
      failure: null,
    });
  });

  it("is a sign of life every five minutes also where a look comes once an hour", async () => {
    const { run, events, looks } = following(plan([0, {}], [3600, { state: "completed" }]), {
      pollIntervalMs: 60 * MINUTE,
    });
    await run();
    expect(signs(events)).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]);
    expect(looks).toEqual([0, 3600]);
  });

  it("is waited for before the next look", async () => {
    const order: string[] = [];
    const clock = virtualClock();
    await pollUntilDone(
      readerOf(async () => {
        order.push("look");
        return answered(taskOf({ state: clock.now() === NOW ? "queued" : "completed" }));
      }),
      [TASK],
      {
        ...OPTIONS,
        onProgress: async (event) => {
          await Promise.resolve();
          order.push(event.kind);
        },
      },
      waitContext(clock),
    );
    expect(order).toEqual(["look", "state", "polled", "look", "state"]);
  });
});

describe("the end of the time", () => {
  it("comes with a last look at that very moment", async () => {
    const { run, looks, clock } = following(plan([0, {}]), { timeoutMs: 12 * SECOND });
    expect(await run()).toMatchObject({
      kind: "wait_timeout",
      task: { state: "in_progress" },
      lastFailure: null,
    });
    expect(looks).toEqual([0, 5, 10, 12]);
    expect(clock.now()).toBe(NOW + 12 * SECOND);
  });

  it("does not hide a task that settled by then", async () => {
    const { run } = following(plan([0, {}], [11, { state: "completed" }]), { timeoutMs: 12 * SECOND });
    expect(await run()).toMatchObject({ kind: "done", task: { state: "completed" } });
  });

  it("tells what came back last where the task was never seen", async () => {
    const { run, looks } = following(() => failed(INDETERMINATE), { timeoutMs: 3 * MINUTE });
    expect(await run()).toEqual({ kind: "wait_timeout", task: null, lastFailure: INDETERMINATE });
    expect(looks.at(-1)).toBe(180);
  });

  it("is kept where the server asks for a longer wait", async () => {
    const { run, looks } = following(() => failed({ ...UNAVAILABLE, retryAfterMs: 60 * MINUTE }), {
      timeoutMs: 5 * MINUTE,
    });
    expect(await run()).toMatchObject({ kind: "wait_timeout" });
    expect(looks).toEqual([0]);
  });
});

describe("trouble on the way", () => {
  const outage =
    (from: number, to: number, answer: RequestResult<Task>, then: Server): Server =>
    (second) =>
      second >= from && second < to ? answer : then(second);
  const halfAnHour = plan([0, {}], [1800, { state: "completed" }]);

  it.each([[NOT_SENT], [INDETERMINATE], [RATE_LIMITED], [UNAVAILABLE]])(
    "that may pass is survived, told once at its begin and once at its end: %o",
    async (failure) => {
      const { run, events } = following(outage(600, 1500, failed(failure), halfAnHour));
      expect(await run()).toMatchObject({ kind: "done", task: { state: "completed" } });
      expect(told(events, "polling_failed")).toEqual([{ kind: "polling_failed", failure }]);
      expect(told(events, "recovered")).toHaveLength(1);
      expect(told(events, "heartbeat")[2]).toMatchObject({ failure: failure });
    },
  );

  it("is asked after less often than the usual interval, never sooner than the server wants", async () => {
    const { run, looks } = following(() => failed(NOT_SENT), { timeoutMs: 2 * MINUTE });
    await run();
    expect(looks).toEqual([0, 5, 10, 15, 23, 39, 69, 99, 120]);
    const limited = following(() => failed(RATE_LIMITED), { timeoutMs: MINUTE });
    await limited.run();
    expect(limited.looks).toEqual([0, 20, 40, 60]);
  });

  it.each([[rejected(401)], [rejected(403)], [REDIRECTED]])(
    "that will not pass ends it at once, with the task as last seen: %o",
    async (failure) => {
      const { run, looks } = following(outage(5, 9999, failed(failure), halfAnHour));
      expect(await run()).toMatchObject({ kind: "rejected", failure, task: { state: "in_progress" } });
      expect(looks).toEqual([0, 5]);
    },
  );

  it("of a task that is not found ends it only after three times over 60 s", async () => {
    const adaptive = following(() => failed(rejected(404)));
    expect(await adaptive.run()).toEqual({ kind: "rejected", task: null, failure: rejected(404) });
    expect(adaptive.looks.at(-1)).toBeGreaterThanOrEqual(60);
    const slow = following(() => failed(rejected(404)), { pollIntervalMs: 70_000 });
    await slow.run();
    expect(slow.looks).toEqual([0, 70, 140]);
  });

  it("of a task that is not found is over as soon as it is", async () => {
    const { run, events } = following(outage(0, 55, failed(rejected(404)), halfAnHour));
    expect(await run()).toMatchObject({ kind: "done" });
    expect(events.slice(0, 2).map(({ kind }) => kind)).toEqual(["polling_failed", "recovered"]);
  });

  it("counts 404s in a row only", async () => {
    // Every third answer is another failure: never three 404s in a row.
    let asked = 0;
    const { run } = following(
      () => {
        asked += 1;
        return failed(asked % 3 === 0 ? INDETERMINATE : rejected(404));
      },
      { timeoutMs: 10 * MINUTE, pollIntervalMs: 20_000 },
    );
    expect(await run()).toEqual({ kind: "wait_timeout", task: null, lastFailure: expect.anything() });
  });
});

describe("being stopped", () => {
  it("while waiting ends it at once", async () => {
    const { run, clock, stop, looks } = following(plan([0, {}]));
    clock.at(7 * SECOND, () => stop.abort());
    expect(await run()).toMatchObject({ kind: "cancelled", task: { state: "in_progress" } });
    expect(looks).toEqual([0, 5]);
    expect(clock.now()).toBe(NOW + 7 * SECOND);
  });

  it("while a request is under way ends it with that", async () => {
    const { run, looks } = following(() => failed(CANCELLED));
    expect(await run()).toEqual({ kind: "cancelled", task: null });
    expect(looks).toEqual([0]);
  });

  it("before the first look sends none, and gives no sign of life", async () => {
    const known = { task: taskOf(), serverNow: NOW };
    const { run, looks, stop, events } = following(plan([0, {}]), { known, pollIntervalMs: 60 * MINUTE });
    stop.abort();
    expect(await run()).toMatchObject({ kind: "cancelled", task: { id: "task-1" } });
    expect(looks).toEqual([]);
    expect(signs(events)).toEqual([]);
  });
});
