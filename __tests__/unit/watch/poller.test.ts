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
  NOT_SENT,
  PULL,
  RATE_LIMITED,
  REDIRECTED,
  readerOf,
  rejected,
  taskOf,
  UNAVAILABLE,
} from "../../support/builders.ts";
import { MINUTE, NOW, SECOND, virtualClock, waitContext } from "../../support/clock.ts";

/** The response of the server, by seconds since the start. */
type Server = (second: number) => RequestResult<Task>;

const OPTIONS: Omit<PollOptions, "onProgress"> = {
  until: "settled",
  timeoutMs: 75 * MINUTE,
  pollIntervalMs: null,
  firstStartedAt: NOW,
};

const NEVER_SKIPPED = {
  skip: () => {
    throw new Error("GitHub allows requests.");
  },
};

const TASK: WatchedTask = {
  index: 0,
  id: "task-1",
  repository: null,
  known: null,
  started: true,
  isOwn: false,
};

interface Polling {
  /** When the task was requested, in seconds. */
  readonly polls: number[];
  readonly events: ProgressEvent[];
  readonly clock: ReturnType<typeof virtualClock>;
  readonly stop: AbortController;
  run(): Promise<PollOutcome | undefined>;
}

function createPolling(
  server: Server,
  {
    known = null,
    isOwn = false,
    ...changes
  }: Partial<PollOptions> & Partial<Pick<WatchedTask, "known" | "isOwn">> = {},
): Polling {
  const clock = virtualClock();
  const stop = new AbortController();
  const polls: number[] = [];
  const events: ProgressEvent[] = [];
  const run = async () => {
    const ends = await pollUntilDone(
      readerOf(async () => {
        const second = (clock.now() - NOW) / SECOND;
        polls.push(second);
        return server(second);
      }),
      [{ ...TASK, known, isOwn }],
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
  return { polls, events, clock, stop, run };
}

/** A task that changes at these seconds. Each change sets `updatedAt`. */
const plan =
  (...states: [second: number, changes: Partial<Task>][]): Server =>
  (second) => {
    const [since = 0, changes = {}] = states.findLast(([from]) => from <= second) ?? [];
    const task = taskOf({ updatedAt: NOW + since * SECOND, ...changes });
    return answered(task, { serverNow: NOW + second * SECOND });
  };

const ofKind = (events: readonly ProgressEvent[], kind: ProgressEvent["kind"]) =>
  events.filter((event) => event.kind === kind);

const heartbeats = (events: readonly ProgressEvent[]) =>
  events.flatMap((event) => (event.kind === "heartbeat" ? [event.waitedMs / MINUTE] : []));

describe("polling until a task settles", () => {
  it("ends with a final state, and reports each change once", async () => {
    const { run, events, polls } = createPolling(
      plan([0, { state: "queued" }], [20, { state: "in_progress" }], [60, { state: "completed" }]),
    );
    expect(await run()).toMatchObject({ kind: "done", settled: true, task: { state: "completed" } });
    expect(events).toMatchObject([
      { kind: "state", previous: null, task: { state: "queued" }, waitedMs: 0 },
      { kind: "state", previous: "queued", task: { state: "in_progress" }, waitedMs: 20_000 },
      { kind: "state", previous: "in_progress", task: { state: "completed" }, waitedMs: 60_000 },
    ]);
    expect(polls.slice(0, 3)).toEqual([0, 5, 10]);
  });

  it.each([
    [null, 60],
    [5 * SECOND, 60],
    [10 * MINUTE, 60],
  ])("is interrupted once, at its time, with the interval %s", async (pollIntervalMs, second) => {
    const interruptions: number[] = [];
    const polling = createPolling(plan([0, { state: "in_progress" }], [900, { state: "completed" }]), {
      pollIntervalMs,
      interruption: {
        ...NEVER_SKIPPED,
        at: NOW + MINUTE,
        run: async () => {
          interruptions.push((polling.clock.now() - NOW) / SECOND);
          polling.clock.advance(20 * SECOND);
        },
      },
    });
    expect(await polling.run()).toMatchObject({ kind: "done", settled: true });
    expect(interruptions).toEqual([second]);
  });

  it("is not interrupted after it has ended or was cancelled", async () => {
    const interruption = {
      ...NEVER_SKIPPED,
      at: NOW + MINUTE,
      run: () => Promise.reject(new Error("Nobody waits any more.")),
    };
    const ended = createPolling(plan([0, { state: "completed" }]), { interruption });
    expect(await ended.run()).toMatchObject({ kind: "done" });
    const cancelled = createPolling(plan([0, { state: "in_progress" }]), { interruption });
    cancelled.clock.at(30 * SECOND, () => cancelled.stop.abort());
    expect(await cancelled.run()).toMatchObject({ kind: "cancelled" });
  });

  it("is interrupted later if GitHub allows no request then", async () => {
    const interruptions: number[] = [];
    const long = { ...RATE_LIMITED, retryAfterMs: 10 * MINUTE };
    const inProgress = plan([0, { state: "in_progress" }], [900, { state: "completed" }]);
    const polling = createPolling(
      (second) => (second >= 50 && second < 600 ? failed(long) : inProgress(second)),
      {
        interruption: {
          ...NEVER_SKIPPED,
          at: NOW + MINUTE,
          run: async () => {
            interruptions.push((polling.clock.now() - NOW) / SECOND);
          },
        },
      },
    );
    expect(await polling.run()).toMatchObject({ kind: "done" });
    expect(polling.polls.filter((second) => second >= 50 && second < 650)).toEqual([50]);
    expect(interruptions).toEqual([650]);
  });

  it("skips the interruption if the wait ends while GitHub allows no request", async () => {
    const skipped: unknown[] = [];
    const long = { ...RATE_LIMITED, retryAfterMs: 80 * MINUTE };
    const polling = createPolling((second) => (second < 30 ? answered(taskOf()) : failed(long)), {
      interruption: {
        at: NOW + MINUTE,
        run: () => Promise.reject(new Error("GitHub allows no request.")),
        skip: (failure) => void skipped.push(failure),
      },
    });
    expect(await polling.run()).toMatchObject({ kind: "wait_timeout" });
    expect(skipped).toEqual([long]);
  });

  it("waits before the first request for a task that its start showed", async () => {
    const known = { task: taskOf({ state: "queued" }), serverNow: NOW };
    const { run, events, polls } = createPolling(plan([0, { state: "completed" }]), { known });
    await run();
    expect(polls).toEqual([5]);
    expect(events).toMatchObject([
      { kind: "state", previous: null, waitedMs: 0 },
      { kind: "state", previous: "queued", waitedMs: 5_000 },
    ]);
  });

  it("sends no request for a task that ended with its start", async () => {
    const known = { task: taskOf({ state: "failed" }), serverNow: NOW };
    const { run, polls } = createPolling(plan([0, {}]), { known });
    expect(await run()).toMatchObject({ kind: "done", settled: true, task: { state: "failed" } });
    expect(polls).toEqual([]);
  });

  it("treats a paused task as settled 60 s after its last update", async () => {
    const { run, clock } = createPolling(
      plan([0, { state: "in_progress" }], [10, { state: "waiting_for_user" }]),
    );
    expect(await run()).toMatchObject({ kind: "done", settled: true, task: { state: "waiting_for_user" } });
    expect(clock.now() - NOW).toBe(70 * SECOND);
  });

  it("continues if a paused task resumes by itself", async () => {
    const { run } = createPolling(
      plan([0, { state: "idle" }], [50, { state: "in_progress" }], [120, { state: "failed" }]),
    );
    expect(await run()).toMatchObject({ kind: "done", task: { state: "failed" } });
  });

  it("treats a paused task without updated_at as settled after 60 s without a change", async () => {
    const { run, clock } = createPolling(
      plan(
        [0, { state: "idle", updatedAt: null }],
        [30, { state: "idle", updatedAt: null, sessionCount: 2 }],
      ),
    );
    expect(await run()).toMatchObject({ kind: "done", settled: true });
    expect(clock.now() - NOW).toBe(90 * SECOND);
  });

  it("polls at the fixed interval if there is one", async () => {
    const { run, polls } = createPolling(plan([0, {}], [90, { state: "completed" }]), {
      pollIntervalMs: 30_000,
    });
    await run();
    expect(polls).toEqual([0, 30, 60, 90]);
  });
});

describe("polling until a response, or until a pull request", () => {
  it("ends at the first response, settled or not", async () => {
    const active = createPolling(plan([0, {}]), { until: "first_response" });
    expect(await active.run()).toMatchObject({ kind: "done", settled: false });
    const ended = createPolling(plan([0, { state: "failed" }]), { until: "first_response" });
    expect(await ended.run()).toMatchObject({ kind: "done", settled: true });
    expect([active.polls, ended.polls]).toEqual([[0], [0]]);
  });

  it.each([null, 60 * SECOND])(
    "sends the next request as soon as a failure allows, with the interval %s",
    async (pollIntervalMs) => {
      const { run, polls } = createPolling(
        (second) => (second < 3 ? failed(INDETERMINATE) : answered(taskOf())),
        { until: "first_response", pollIntervalMs, timeoutMs: 3 * MINUTE },
      );
      expect(await run()).toMatchObject({ kind: "done" });
      expect(polls).toEqual([0, 1, 3]);
    },
  );

  it("ends with the failure if that allows no request in time, and does not wait for it", async () => {
    const long = { ...RATE_LIMITED, retryAfterMs: 10 * MINUTE };
    const { run, clock, events } = createPolling(() => failed(long), {
      until: "first_response",
      timeoutMs: 3 * MINUTE,
    });
    expect(await run()).toEqual({ kind: "wait_timeout", task: null, lastFailure: long });
    expect(clock.now()).toBe(NOW);
    // The failure is the error of the step.
    expect(ofKind(events, "ended_early")).toEqual([]);
  });

  it("ends with the pull request of a task that is still running", async () => {
    const { run, clock } = createPolling(plan([0, {}], [30, { artifacts: [PULL] }]), {
      until: "pull_request",
    });
    expect(await run()).toMatchObject({ kind: "done", settled: false, task: { artifacts: [PULL] } });
    expect(clock.now() - NOW).toBe(30 * SECOND);
  });

  it("ends if the task settles without a pull request", async () => {
    const { run } = createPolling(plan([0, {}], [30, { state: "failed" }]), { until: "pull_request" });
    expect(await run()).toMatchObject({ kind: "done", settled: true });
  });
});

describe("progress events", () => {
  it("report an unknown state once, and polling continues", async () => {
    const { run, events } = createPolling(plan([0, { state: "thinking" }], [600, { state: "completed" }]));
    expect(await run()).toMatchObject({ kind: "done", task: { state: "completed" } });
    expect(ofKind(events, "unknown_state")).toEqual([{ kind: "unknown_state", state: "thinking" }]);
    expect(events[0]?.kind).toBe("unknown_state");
  });

  it("report an unknown state once, even if it returns", async () => {
    const { run, events } = createPolling(
      plan([0, { state: "thinking" }], [30, {}], [60, { state: "thinking" }], [90, { state: "failed" }]),
    );
    await run();
    expect(ofKind(events, "unknown_state")).toHaveLength(1);
  });

  it("report the pull request once", async () => {
    const { run, events } = createPolling(
      plan([0, {}], [30, { artifacts: [PULL] }], [90, { artifacts: [PULL], state: "completed" }]),
    );
    await run();
    expect(ofKind(events, "pull_request")).toMatchObject([{ waitedMs: 30_000, task: { artifacts: [PULL] } }]);
  });

  it("report a pull request that the first response shows", async () => {
    const { run, events } = createPolling(plan([0, { artifacts: [PULL], state: "completed" }]));
    await run();
    expect(events.map(({ kind }) => kind)).toEqual(["state", "pull_request"]);
  });

  it("report nothing for polls that find nothing new", async () => {
    const { run, events, polls } = createPolling(plan([0, {}], [240, { state: "completed" }]));
    await run();
    expect(polls.length).toBeGreaterThan(20);
    expect(events).toHaveLength(2);
  });

  it("include a heartbeat every five minutes", async () => {
    const { run, events } = createPolling(plan([0, {}], [1000, { state: "completed" }]));
    await run();
    expect(heartbeats(events)).toEqual([5, 10, 15]);
    expect(ofKind(events, "heartbeat")[0]).toMatchObject({
      tasks: [{ state: "in_progress" }],
      failure: null,
    });
  });

  it("include a heartbeat every five minutes, even with one poll an hour", async () => {
    const { run, events, polls } = createPolling(plan([0, {}], [3600, { state: "completed" }]), {
      pollIntervalMs: 60 * MINUTE,
    });
    await run();
    expect(heartbeats(events)).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]);
    expect(polls).toEqual([0, 3600]);
  });

  it("are handled before the next poll", async () => {
    const order: string[] = [];
    const clock = virtualClock();
    await pollUntilDone(
      readerOf(async () => {
        order.push("poll");
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
    expect(order).toEqual(["poll", "state", "polled", "poll", "state"]);
  });
});

describe("the timeout", () => {
  it("runs a last poll when the time is up", async () => {
    const { run, polls, clock } = createPolling(plan([0, {}]), { timeoutMs: 12 * SECOND });
    expect(await run()).toMatchObject({
      kind: "wait_timeout",
      task: { state: "in_progress" },
      lastFailure: null,
    });
    expect(polls).toEqual([0, 5, 10, 12]);
    expect(clock.now()).toBe(NOW + 12 * SECOND);
  });

  it("does not hide a task that has settled by then", async () => {
    const { run } = createPolling(plan([0, {}], [11, { state: "completed" }]), { timeoutMs: 12 * SECOND });
    expect(await run()).toMatchObject({ kind: "done", task: { state: "completed" } });
  });

  it("reports the last failure if the task was never seen", async () => {
    const { run, polls } = createPolling(() => failed(INDETERMINATE), { timeoutMs: 3 * MINUTE });
    expect(await run()).toEqual({ kind: "wait_timeout", task: null, lastFailure: INDETERMINATE });
    expect(polls.at(-1)).toBe(180);
  });

  it("holds if the server asks for a longer wait", async () => {
    const { run, polls, clock, events } = createPolling(
      () => failed({ ...UNAVAILABLE, retryAfterMs: 60 * MINUTE }),
      {
        timeoutMs: 5 * MINUTE,
      },
    );
    expect(await run()).toMatchObject({ kind: "wait_timeout" });
    expect(polls).toEqual([0]);
    expect(clock.now()).toBe(NOW);
    expect(ofKind(events, "ended_early")).toEqual([
      {
        kind: "ended_early",
        failure: { ...UNAVAILABLE, retryAfterMs: 60 * MINUTE },
        earlyMs: 5 * MINUTE,
        allowedAt: NOW + 60 * MINUTE,
      },
    ]);
  });

  it("is waited for if GitHub allows a request before it", async () => {
    const { run, polls, events } = createPolling(
      (second) => (second === 0 ? failed({ ...RATE_LIMITED, retryAfterMs: 5 * MINUTE }) : answered(taskOf())),
      { timeoutMs: 5 * MINUTE },
    );
    expect(await run()).toMatchObject({ kind: "wait_timeout", lastFailure: null });
    expect(polls).toEqual([0, 300]);
    expect(ofKind(events, "ended_early")).toEqual([]);
  });
});

describe("a failure while polling", () => {
  const outage =
    (from: number, to: number, answer: RequestResult<Task>, then: Server): Server =>
    (second) =>
      second >= from && second < to ? answer : then(second);
  const halfAnHour = plan([0, {}], [1800, { state: "completed" }]);

  it.each([[NOT_SENT], [INDETERMINATE], [RATE_LIMITED], [UNAVAILABLE]])(
    "that is transient does not end polling, and is reported when it starts and when it ends: %o",
    async (failure) => {
      const { run, events } = createPolling(outage(600, 1500, failed(failure), halfAnHour));
      expect(await run()).toMatchObject({ kind: "done", task: { state: "completed" } });
      expect(ofKind(events, "polling_failed")).toEqual([{ kind: "polling_failed", failure }]);
      expect(ofKind(events, "recovered")).toHaveLength(1);
      expect(ofKind(events, "heartbeat")[2]).toMatchObject({ failure: failure });
    },
  );

  it("lengthens the interval, and is never retried sooner than the server asks", async () => {
    const { run, polls } = createPolling(() => failed(NOT_SENT), { timeoutMs: 2 * MINUTE });
    await run();
    expect(polls).toEqual([0, 5, 10, 15, 23, 39, 69, 99, 120]);
    const limited = createPolling(() => failed(RATE_LIMITED), { timeoutMs: MINUTE });
    await limited.run();
    expect(limited.polls).toEqual([0, 20, 40, 60]);
  });

  it.each([[rejected(401)], [rejected(403)], [REDIRECTED]])(
    "that is permanent ends polling immediately, with the task as last seen: %o",
    async (failure) => {
      const { run, polls } = createPolling(outage(5, 9999, failed(failure), halfAnHour));
      expect(await run()).toMatchObject({ kind: "rejected", failure, task: { state: "in_progress" } });
      expect(polls).toEqual([0, 5]);
    },
  );

  it("of a missing task ends polling only after three responses over 60 s", async () => {
    const adaptive = createPolling(() => failed(rejected(404)));
    expect(await adaptive.run()).toEqual({ kind: "rejected", task: null, failure: rejected(404) });
    expect(adaptive.polls.at(-1)).toBeGreaterThanOrEqual(60);
    const slow = createPolling(() => failed(rejected(404)), { pollIntervalMs: 70_000 });
    await slow.run();
    expect(slow.polls).toEqual([0, 70, 140]);
  });

  it("of a missing task is over when GitHub finds it", async () => {
    const { run, events } = createPolling(outage(0, 55, failed(rejected(404)), halfAnHour));
    expect(await run()).toMatchObject({ kind: "done" });
    expect(events.slice(0, 2).map(({ kind }) => kind)).toEqual(["polling_failed", "recovered"]);
  });

  it("of a missing task must repeat without another failure in between", async () => {
    // Every third response is another failure, so there are never three 404s in a row.
    let asked = 0;
    const { run } = createPolling(
      () => {
        asked += 1;
        return failed(asked % 3 === 0 ? INDETERMINATE : rejected(404));
      },
      { timeoutMs: 10 * MINUTE, pollIntervalMs: 20_000 },
    );
    expect(await run()).toEqual({ kind: "wait_timeout", task: null, lastFailure: expect.anything() });
  });
});

describe("a task of this run that GitHub does not find", () => {
  const known = { task: taskOf({ state: "queued" }), serverNow: NOW };
  const notFoundUntil =
    (until: number): Server =>
    (second) =>
      second < until ? failed(rejected(404)) : answered(taskOf({ state: "completed" }));

  it("is waited for, if it appears within 10 minutes", async () => {
    const { run, events } = createPolling(notFoundUntil(590), { known, isOwn: true });
    expect(await run()).toMatchObject({ kind: "done", task: { state: "completed" } });
    expect(ofKind(events, "polling_failed")).toHaveLength(1);
    expect(ofKind(events, "recovered")).toHaveLength(1);
  });

  it("is lost after 10 minutes, and GitHub never responded again", async () => {
    const { run, polls, events } = createPolling(notFoundUntil(Number.POSITIVE_INFINITY), {
      known,
      isOwn: true,
    });
    expect(await run()).toMatchObject({ kind: "lost", task: { state: "queued" }, failure: rejected(404) });
    expect(polls.at(-1)).toBeGreaterThanOrEqual(605);
    expect(polls.at(-1)).toBeLessThan(650);
    expect(ofKind(events, "recovered")).toEqual([]);
  });

  it("must not be found for 10 minutes in a row", async () => {
    const { run } = createPolling(
      (second) =>
        second % 300 < 250
          ? failed(rejected(404))
          : answered(taskOf(second > 1200 ? { state: "failed" } : {})),
      { known, isOwn: true, pollIntervalMs: 10_000 },
    );
    expect(await run()).toMatchObject({ kind: "done", task: { state: "failed" } });
  });

  it("ends the wait when the time is up, if that is sooner", async () => {
    const { run } = createPolling(notFoundUntil(Number.POSITIVE_INFINITY), {
      known,
      isOwn: true,
      timeoutMs: 2 * MINUTE,
    });
    expect(await run()).toMatchObject({
      kind: "wait_timeout",
      task: { state: "queued" },
      lastFailure: rejected(404),
    });
  });
});

describe("the interval", () => {
  it("grows while little of the rate limit is left, unless it is fixed", async () => {
    const scarce: Server = (second) => {
      const meta = {
        serverNow: NOW + second * SECOND,
        rateLimit: { limit: 5000, remaining: 250, resetsInMs: 3_600_000 },
      };
      return answered(taskOf(second < 100 ? {} : { state: "completed" }), meta);
    };
    const adaptive = createPolling(scarce);
    await adaptive.run();
    expect(adaptive.polls).toEqual([0, 20, 40, 60, 80, 100]);
    const fixed = createPolling(scarce, { pollIntervalMs: 10_000 });
    await fixed.run();
    expect(fixed.polls).toHaveLength(11);
  });

  it("is at least a minute, and twice as long each time, after rate limits that name no time", async () => {
    const { run, polls } = createPolling(
      (second) => failed(second < 700 ? { ...RATE_LIMITED, retryAfterMs: null } : INDETERMINATE),
      { timeoutMs: 20 * MINUTE },
    );
    await run();
    expect(polls.slice(0, 5)).toEqual([0, 60, 180, 420, 900]);
    const short = createPolling(() => failed({ ...RATE_LIMITED, retryAfterMs: null }), {
      timeoutMs: 30 * SECOND,
    });
    expect(await short.run()).toMatchObject({ kind: "wait_timeout" });
    expect(short.polls).toEqual([0]);
  });
});

describe("cancelling", () => {
  it("during a pause ends polling immediately", async () => {
    const { run, clock, stop, polls } = createPolling(plan([0, {}]));
    clock.at(7 * SECOND, () => stop.abort());
    expect(await run()).toMatchObject({ kind: "cancelled", task: { state: "in_progress" } });
    expect(polls).toEqual([0, 5]);
    expect(clock.now()).toBe(NOW + 7 * SECOND);
  });

  it("during a request ends polling", async () => {
    const { run, polls } = createPolling(() => failed(CANCELLED));
    expect(await run()).toEqual({ kind: "cancelled", task: null });
    expect(polls).toEqual([0]);
  });

  it("before the first poll sends no request and no heartbeat", async () => {
    const known = { task: taskOf(), serverNow: NOW };
    const { run, polls, stop, events } = createPolling(plan([0, {}]), { known, pollIntervalMs: 60 * MINUTE });
    stop.abort();
    expect(await run()).toMatchObject({ kind: "cancelled", task: { id: "task-1" } });
    expect(polls).toEqual([]);
    expect(heartbeats(events)).toEqual([]);
  });
});
