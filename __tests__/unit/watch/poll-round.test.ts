import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { ListQuery } from "../../../src/github/agent-tasks/api.ts";
import type { TaskPage } from "../../../src/github/agent-tasks/decode-task.ts";
import type { Task } from "../../../src/github/agent-tasks/task.ts";
import type { RequestFailure } from "../../../src/github/http/error.ts";
import type { RequestResult } from "../../../src/github/http/result.ts";
import type { Repository } from "../../../src/github/repository.ts";
import { type PollOptions, pollUntilDone } from "../../../src/watch/poller.ts";
import type { ProgressEvent } from "../../../src/watch/tracker.ts";
import {
  answered,
  failed,
  INDETERMINATE,
  NOT_SENT,
  PULL,
  RATE_LIMITED,
  rejected,
  sessionOf,
  taskOf,
  UNAVAILABLE,
} from "../../support/builders.ts";
import { MINUTE, NOW, SECOND, virtualClock, waitContext } from "../../support/clock.ts";

/** One user's tasks on a server. Each is in progress until its end, and then completed. */
interface World {
  /** When each task ends, in seconds. The ID of the first is `task-1`, and so on. */
  readonly ends: readonly number[];
  /** All entries of the list. It can lack tasks, and have other users' tasks. */
  readonly listed?: (tasks: readonly Task[], second: number) => readonly Task[];
  /** The failure of a request; null: it succeeds. */
  readonly failure?: (request: string, second: number) => RequestFailure | null;
  readonly repository?: ((index: number) => Repository | null) | undefined;
  readonly task?: (index: number, second: number) => Partial<Task>;
  readonly options?: Partial<PollOptions>;
  /** Whether start responses showed the tasks; true by default. */
  readonly known?: boolean;
  /** How long each request takes, in milliseconds. */
  readonly slowMs?: number;
  /** Whether the list always names another page. */
  readonly isEndless?: boolean;
}

async function pollWorld(world: World) {
  const clock = virtualClock();
  const second = () => (clock.now() - NOW) / SECOND;
  const requests: { readonly second: number; readonly request: string }[] = [];
  const queries: ListQuery[] = [];
  const events: ProgressEvent[] = [];
  const ids = world.ends.map((_, i) => `task-${i + 1}`);
  const stop = new AbortController();

  const taskAt = (index: number): Task =>
    taskOf({
      id: ids[index] ?? "",
      state: second() >= (world.ends[index] ?? 0) ? "completed" : "in_progress",
      createdAt: NOW + index * SECOND,
      sessions: null,
      ...world.task?.(index, second()),
    });
  const send = <T>(request: string, value: () => RequestResult<T>): Promise<RequestResult<T>> => {
    requests.push({ second: second(), request });
    const failure = world.failure?.(request, second()) ?? null;
    clock.advance(world.slowMs ?? 0);
    return Promise.resolve(failure === null ? value() : failed(failure));
  };
  const page = (number: number): RequestResult<TaskPage> => {
    const all =
      world.listed?.(
        ids.map((_, i) => taskAt(i)),
        second(),
      ) ?? ids.map((_, i) => taskAt(i));
    const nextPage = world.isEndless || all.length > number * 100 ? `page ${number + 1}` : null;
    const tasks = all.slice((number - 1) * 100, number * 100);
    return answered({ tasks, unreadable: 0 }, { serverNow: clock.now(), nextPage });
  };

  const ended = await pollUntilDone(
    {
      get: (_repository, id) =>
        send(id, () => {
          const task = taskAt(ids.indexOf(id));
          return answered({ ...task, sessions: [sessionOf()] }, { serverNow: clock.now() });
        }),
      list: (repository, query) => {
        queries.push(query);
        return send(repository === null ? "all" : `${repository.owner}/${repository.repo}`, () => page(1));
      },
      nextPage: (url) => send(url, () => page(Number(url.slice(5)))),
    },
    ids.map((id, i) => ({
      index: i,
      id,
      started: true,
      isOwn: false,
      repository: world.repository?.(i) ?? { owner: "octo", repo: `app-${i}` },
      known: world.known === false ? null : { task: taskAt(i), serverNow: NOW },
    })),
    {
      until: "settled",
      timeoutMs: 75 * MINUTE,
      pollIntervalMs: null,
      firstStartedAt: NOW,
      onProgress: async (event) => {
        events.push(event);
      },
      ...world.options,
    },
    waitContext(clock, stop.signal),
  );
  const counted = (test: RegExp) => requests.filter(({ request }) => test.test(request)).length;
  return { ended, requests, queries, events, counted, waitedMs: clock.now() - NOW };
}

const LIST = /^(all|octo\/\S+|page \d+)$/;
const GET = /^task-/;

/** Tasks of other users. */
const others = (count: number): Task[] =>
  Array.from({ length: count }, (_, i) => taskOf({ id: `other-${i}`, createdAt: NOW - SECOND }));

describe("polling many tasks", () => {
  it("reads them from one list, and gets each once when it is done", async () => {
    const ends = Array.from({ length: 100 }, (_, i) => 1500 + i);
    const { ended, counted, queries, requests } = await pollWorld({ ends });
    expect([...ended.values()].map(({ kind }) => kind)).toEqual(ends.map(() => "done"));
    expect([...ended.values()].every(({ task }) => task?.sessions?.length === 1)).toBe(true);
    expect(counted(GET)).toBe(100);
    expect(counted(LIST)).toBeLessThanOrEqual(115);
    expect(requests.slice(0, 2).map(({ request }) => request)).toEqual(["all", "all"]);
    expect(queries[0]).toEqual({
      per_page: 100,
      sort: "created_at",
      direction: "asc",
      since: new Date(NOW).toISOString(),
    });
  });

  it("lists the tasks of their creator if all are in one repository", async () => {
    const { requests, queries } = await pollWorld({
      ends: [60, 60, 60],
      repository: () => ({ owner: "octo", repo: "app" }),
    });
    expect(requests[0]?.request).toBe("octo/app");
    expect(queries[0]?.creator_id).toEqual(["1001"]);
  });

  it("gets the last pending task by ID, which also shows its sessions", async () => {
    const { requests, counted } = await pollWorld({ ends: [30, 300] });
    const last = requests.filter(({ second }) => second > 40);
    expect(last.length).toBeGreaterThan(5);
    expect(last.every(({ request }) => request === "task-2")).toBe(true);
    expect(counted(/^task-1$/)).toBe(1);
  });

  it("immediately gets a few tasks that the list lacks", async () => {
    const { requests, ended } = await pollWorld({
      ends: [30, 30, 30, 30],
      listed: (tasks) => tasks.slice(1),
    });
    expect(requests.slice(0, 2).map(({ request }) => request)).toEqual(["all", "task-1"]);
    expect(ended.size).toBe(4);
  });

  it("does not get many missing tasks in every round, and loses none", async () => {
    const { ended, counted } = await pollWorld({
      ends: Array.from({ length: 50 }, () => 600),
      // The list lags ten minutes behind.
      listed: (tasks, second) => (second > 620 ? tasks : []),
    });
    expect([...ended.values()].every(({ kind }) => kind === "done")).toBe(true);
    expect(counted(GET)).toBeLessThanOrEqual(50 * 12);
  });

  it("finds tasks that move to another page between two requests", async () => {
    let rounds = 0;
    const { ended } = await pollWorld({
      ends: Array.from({ length: 120 }, (_, i) => 60 + i),
      listed: (tasks) => {
        rounds++;
        // With each request, one more task disappears from the first page.
        return [...others(Math.max(0, 200 - rounds)), ...tasks];
      },
    });
    expect([...ended.values()].every(({ kind }) => kind === "done")).toBe(true);
    expect(ended.size).toBe(120);
  });

  it("requests no page after it has found all tasks", async () => {
    const { counted } = await pollWorld({
      ends: Array.from({ length: 20 }, () => 120),
      listed: (tasks) => [...tasks, ...others(900)],
    });
    expect(counted(/^page/)).toBe(0);
  });

  it("needs at most 300 list requests in half an hour if the list has 1,000 other tasks", async () => {
    const ends = Array.from({ length: 100 }, (_, i) => 1700 + i);
    const { ended, counted } = await pollWorld({
      ends,
      listed: (tasks) => [...others(1000), ...tasks],
    });
    expect([...ended.values()].every(({ kind }) => kind === "done")).toBe(true);
    expect(counted(LIST)).toBeLessThanOrEqual(300);
    expect(counted(GET)).toBeLessThanOrEqual(150);
  });

  it("gets tasks by ID if that takes no more requests than the list", async () => {
    const { counted, ended } = await pollWorld({
      ends: [300, 300, 300],
      listed: (tasks) => [...others(500), ...tasks],
    });
    expect(ended.size).toBe(3);
    expect(counted(LIST)).toBe(3);
  });

  it("keeps a fixed interval, even if a round needs several requests", async () => {
    const { requests } = await pollWorld({
      ends: Array.from({ length: 10 }, () => 120),
      listed: (tasks) => [...others(500), ...tasks],
      options: { pollIntervalMs: 30 * SECOND },
    });
    const pollTimes = new Set(requests.map(({ second }) => second));
    expect([...pollTimes]).toEqual([30, 60, 90, 120]);
  });

  it("stops reading a list that GitHub rejects", async () => {
    const { counted, ended } = await pollWorld({
      ends: [60, 60, 60],
      failure: (request) => (LIST.test(request) ? rejected(403) : null),
    });
    expect(counted(LIST)).toBe(1);
    expect([...ended.values()].map(({ kind }) => kind)).toEqual(["done", "done", "done"]);
  });

  it("continues while list requests fail, and reports the failure once", async () => {
    const { ended, events } = await pollWorld({
      ends: [200, 200, 200],
      failure: (request, second) => (LIST.test(request) && second > 20 ? INDETERMINATE : null),
    });
    expect([...ended.values()].map(({ kind }) => kind)).toEqual(["done", "done", "done"]);
    expect(events.filter(({ kind }) => kind === "polling_failed")).toHaveLength(1);
  });

  it("sends no more requests after the server asks to wait", async () => {
    const { requests } = await pollWorld({
      ends: [200, 200, 200],
      failure: (_request, second) => (second === 5 ? RATE_LIMITED : null),
    });
    expect(requests.slice(0, 2).map(({ second }) => second)).toEqual([5, 25]);
  });

  it("ends for all tasks if the token stops working", async () => {
    const { ended, requests } = await pollWorld({
      ends: [200, 200, 200],
      failure: (_request, second) => (second > 60 ? rejected(401) : null),
    });
    expect([...ended.values()]).toMatchObject(
      [1, 2, 3].map((n) => ({ kind: "rejected", failure: { status: 401 }, task: { id: `task-${n}` } })),
    );
    expect(requests.filter(({ second }) => second > 60)).toHaveLength(1);
  });

  it("gives up a task that is gone, and no other", async () => {
    const { ended, events } = await pollWorld({
      ends: [300, 300, 300],
      listed: (tasks) => tasks.slice(1),
      failure: (request) => (request === "task-1" ? rejected(404) : null),
    });
    expect([...ended.values()].map(({ kind }) => kind).sort()).toEqual(["done", "done", "rejected"]);
    expect(ended.get("task-1")).toMatchObject({ kind: "rejected", failure: { status: 404 } });
    expect(events.filter(({ kind }) => kind === "polling_failed")).toEqual([]);
  });

  it("polls the others if the requests for one task always fail, and uses its list entry in the end", async () => {
    const { ended } = await pollWorld({
      ends: [300, 300, 300],
      failure: (request) => (request === "task-2" ? INDETERMINATE : null),
      options: { timeoutMs: 10 * MINUTE },
    });
    expect(ended.get("task-1")).toMatchObject({ kind: "done", task: { state: "completed" } });
    expect(ended.get("task-3")).toMatchObject({ kind: "done", task: { state: "completed" } });
    expect(ended.get("task-2")).toMatchObject({ kind: "done", task: { state: "completed" }, settled: true });
  });

  it("ends when the time is up, with each task as last seen", async () => {
    const { ended, waitedMs } = await pollWorld({
      ends: [60, 9000, 9000],
      options: { timeoutMs: 5 * MINUTE },
    });
    expect([...ended].map(([id, { kind }]) => [id, kind])).toEqual([
      ["task-1", "done"],
      ["task-2", "wait_timeout"],
      ["task-3", "wait_timeout"],
    ]);
    expect(waitedMs).toBe(5 * MINUTE);
  });

  it("reports each change once, and heartbeats for pending tasks", async () => {
    const { events } = await pollWorld({ ends: [60, 700, 700] });
    const states = events.flatMap((event) =>
      event.kind === "state" ? [`${event.task.id} ${event.task.state}`] : [],
    );
    expect(states.toSorted()).toEqual(
      [1, 2, 3].flatMap((n) => [`task-${n} completed`, `task-${n} in_progress`]),
    );
    const heartbeats = events.flatMap((event) => (event.kind === "heartbeat" ? [event] : []));
    expect(heartbeats.map(({ tasks, waitedMs }) => [tasks.length, waitedMs])).toEqual([
      [2, 5 * MINUTE],
      [2, 10 * MINUTE],
    ]);
  });

  it("finds pull requests that only getting a task shows", async () => {
    const withPull = (_index: number, second: number): Partial<Task> =>
      second >= 100 ? { artifacts: [PULL] } : {};
    const { ended, waitedMs } = await pollWorld({
      ends: Array.from({ length: 10 }, () => 9000),
      task: withPull,
      listed: (tasks) => tasks.map((task) => ({ ...task, artifacts: [] })),
      options: { until: "pull_request" },
    });
    expect(
      [...ended.values()].every(({ kind, task }) => kind === "done" && task?.artifacts.length === 1),
    ).toBe(true);
    expect(waitedMs).toBeLessThan(5 * MINUTE);
  });
});

describe("the time to wait for many tasks", () => {
  it("is checked inside a round", async () => {
    const { ended, requests, waitedMs } = await pollWorld({
      ends: Array.from({ length: 15 }, () => 9000),
      slowMs: 3 * SECOND,
      known: false,
      options: { timeoutMs: 6 * SECOND },
    });
    expect([...ended.values()].map(({ kind }) => kind)).toEqual(Array(15).fill("wait_timeout"));
    expect(requests).toHaveLength(3);
    expect(waitedMs).toBe(9 * SECOND);
  });

  it("ends the reading of a list that is slow", async () => {
    const { requests, waitedMs } = await pollWorld({
      ends: Array.from({ length: 40 }, () => 9000),
      listed: () => others(2000),
      slowMs: 3 * SECOND,
      options: { timeoutMs: 10 * SECOND },
    });
    expect(requests.length).toBeLessThanOrEqual(4);
    expect(waitedMs).toBeLessThanOrEqual(14 * SECOND);
  });

  it("leaves no list endless: it is read as far as there are pending tasks, and then not any more", async () => {
    const { ended, counted } = await pollWorld({
      ends: [200, 200, 200, 200],
      listed: () => others(100),
      isEndless: true,
    });
    expect([...ended.values()].map(({ kind }) => kind)).toEqual(Array(4).fill("done"));
    expect(counted(LIST)).toBe(4);
  });
});

describe("failures while polling many tasks", () => {
  it("are not over when GitHub answers 404 to all", async () => {
    const { events } = await pollWorld({
      ends: [9000, 9000],
      known: false,
      failure: (_request, second) => (second === 0 ? INDETERMINATE : rejected(404)),
    });
    expect(events.filter(({ kind }) => kind === "polling_failed")).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === "recovered")).toEqual([]);
  });

  it("are over after a round without one, so that each Retry-After delays polling once", async () => {
    // The first list lacks a task, and getting it hits a rate limit. Later lists have all tasks, so none is requested by ID.
    const { requests, waitedMs, events } = await pollWorld({
      ends: [1900, 1900, 1900, 1900],
      listed: (tasks, second) => (second < 10 ? tasks.slice(1) : tasks),
      failure: (request, second) =>
        GET.test(request) && second < 10 ? { ...RATE_LIMITED, retryAfterMs: 600 * SECOND } : null,
    });
    expect(requests.some(({ second }) => second > 605 && second < 660)).toBe(true);
    expect(waitedMs).toBeLessThan(1935 * SECOND);
    expect(
      events.filter(({ kind }) => kind === "polling_failed" || kind === "recovered").map(({ kind }) => kind),
    ).toEqual(["polling_failed", "recovered"]);
  });

  it("of the list are over once tasks are requested by ID", async () => {
    const { waitedMs, events } = await pollWorld({
      ends: [1900, 1900, 1900],
      failure: (request, second) =>
        LIST.test(request)
          ? second < 10
            ? { ...RATE_LIMITED, retryAfterMs: 600 * SECOND }
            : rejected(403)
          : null,
    });
    expect(waitedMs).toBeLessThan(1935 * SECOND);
    expect(events.filter(({ kind }) => kind === "recovered")).toHaveLength(1);
  });

  it("of one task are reported once, not in each round", async () => {
    const { ended, events } = await pollWorld({
      ends: Array.from({ length: 8 }, () => 1800),
      failure: (request) => (LIST.test(request) ? rejected(403) : request === "task-3" ? UNAVAILABLE : null),
      options: { timeoutMs: 40 * MINUTE },
    });
    expect([...ended.values()].filter(({ kind }) => kind === "done")).toHaveLength(7);
    expect(events.filter(({ kind }) => kind === "polling_failed")).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === "recovered")).toHaveLength(0);
  });

  it("delay the last pending task no longer than one request costs", async () => {
    const { waitedMs } = await pollWorld({
      ends: Array.from({ length: 20 }, () => 0),
      known: false,
      failure: (request) => (request === "task-7" ? rejected(404) : null),
      options: { until: "first_response", timeoutMs: 3 * MINUTE },
    });
    expect(waitedMs).toBeLessThanOrEqual(75 * SECOND);
  });

  it.each([
    ["one", [20], INDETERMINATE, 1],
    ["two in a row", [20, 21], INDETERMINATE, 3],
    ["two apart", [20, 40], INDETERMINATE, 2],
    ["a 401", [20], { kind: "unauthorized", retryAfterMs: 5 * SECOND, message: "" } as const, 5],
  ])(
    "cost no more than their backoff where one response for each task is enough: %s",
    async (_what, nth, failure, seconds) => {
      let sent = 0;
      const { ended, waitedMs, counted } = await pollWorld({
        ends: Array.from({ length: 81 }, () => 9000),
        known: false,
        failure: () => (nth.includes(++sent) ? failure : null),
        options: { until: "first_response", timeoutMs: 3 * MINUTE },
      });
      expect([...ended.values()].map(({ kind }) => kind)).toEqual(Array(81).fill("done"));
      expect(waitedMs).toBe(seconds * SECOND);
      expect(counted(GET)).toBe(81 + nth.length);
    },
  );

  it("are over within a minute for the IDs that GitHub does not find", async () => {
    const { ended, waitedMs, requests } = await pollWorld({
      ends: Array.from({ length: 81 }, () => 9000),
      known: false,
      failure: (request) => (Number(request.slice(5)) > 61 ? rejected(404) : null),
      options: { until: "first_response", timeoutMs: 3 * MINUTE },
    });
    expect([...ended.values()].filter(({ kind }) => kind === "rejected")).toHaveLength(20);
    expect(waitedMs).toBe(MINUTE);
    expect(requests).toHaveLength(81 + 20 + 20);
  });

  it("do not make the next round wait for what a whole round costs", async () => {
    let sent = 0;
    const { requests } = await pollWorld({
      ends: Array.from({ length: 81 }, () => 9000),
      known: false,
      failure: () => (++sent === 20 ? INDETERMINATE : null),
      options: { timeoutMs: 5 * MINUTE },
    });
    expect(requests[20]?.second).toBe(18);
  });

  it("share one count of the limits that name no time, whatever the endpoint", async () => {
    // In turn the list is limited, and then a task that it lacks.
    const unnamed = { ...RATE_LIMITED, retryAfterMs: null };
    const limits: [number, string][] = [];
    await pollWorld({
      ends: [9000, 9000, 9000],
      listed: (tasks) => tasks.slice(1),
      failure: (request, second) => {
        if (limits.length > 3 || second < 10 || LIST.test(request) === (limits.length % 2 === 1)) {
          return null;
        }
        limits.push([second, LIST.test(request) ? "list" : "get"]);
        return unnamed;
      },
      options: { timeoutMs: 30 * MINUTE },
    });
    expect(limits).toEqual([
      [13, "list"],
      [73, "get"],
      [193, "list"],
      [433, "get"],
    ]);
  });

  it("start that count again after a round without a limit", async () => {
    const unnamed = { ...RATE_LIMITED, retryAfterMs: null };
    const seconds = new Set([10, 70, 200]);
    const { requests } = await pollWorld({
      ends: [9000, 9000],
      failure: (_request, second) => (seconds.has(second) ? unnamed : null),
      options: { pollIntervalMs: 10 * SECOND, timeoutMs: 5 * MINUTE },
    });
    const times = requests.map(({ second }) => second);
    expect(times.slice(0, 4)).toEqual([10, 70, 190, 200]);
    expect(times[4]).toBe(260);
  });

  it("are not values that only lists show: a paused task settles", async () => {
    const { ended, waitedMs } = await pollWorld({
      ends: [9000, 9000, 9000],
      task: () => ({ state: "idle", updatedAt: null, sessionCount: null }),
      listed: (tasks) => tasks.map((task) => ({ ...task, sessionCount: 2 })),
    });
    expect([...ended.values()].every((end) => end.kind === "done" && end.settled)).toBe(true);
    expect(waitedMs).toBeLessThan(3 * MINUTE);
  });
});

describe("polling many tasks in a random world", () => {
  const world = fc.record({
    ends: fc.array(fc.integer({ min: 1, max: 2400 }), { minLength: 2, maxLength: 130 }),
    /** How many other tasks come first in the list, and how many last. */
    before: fc.integer({ min: 0, max: 250 }),
    after: fc.integer({ min: 0, max: 250 }),
    /** The list lacks a task while this returns true for it. */
    missing: fc.func(fc.boolean()),
    isLossy: fc.boolean(),
    lagSeconds: fc.constantFrom(0, 0, 30, 600),
    /** Until `untilSecond`, one request in `oneIn` fails. */
    faults: fc.record({
      untilSecond: fc.integer({ min: 0, max: 3000 }),
      oneIn: fc.integer({ min: 2, max: 9 }),
    }),
    kinds: fc.array(fc.constantFrom<RequestFailure>(INDETERMINATE, NOT_SENT, RATE_LIMITED, UNAVAILABLE), {
      minLength: 1,
    }),
    isOneRepository: fc.boolean(),
  });

  it("polls each until it is done, with its sessions, in time, with a bounded number of requests", async () => {
    const property = fc.asyncProperty(world, async (given) => {
      let sent = 0;
      const { ended, requests, waitedMs, events } = await pollWorld({
        ends: given.ends,
        listed: (tasks, second) => [
          ...others(given.before),
          ...tasks.filter(
            ({ id, createdAt }) =>
              second * SECOND >= createdAt - NOW + given.lagSeconds * SECOND &&
              !(given.isLossy && given.missing(id, Math.floor(second / 60))),
          ),
          ...others(given.after),
        ],
        failure: (_request, second) => {
          sent++;
          return second < given.faults.untilSecond && sent % given.faults.oneIn === 0
            ? (given.kinds[sent % given.kinds.length] ?? null)
            : null;
        },
        repository: given.isOneRepository ? () => ({ owner: "octo", repo: "app" }) : undefined,
      });
      expect(ended.size).toBe(given.ends.length);
      for (const end of ended.values()) {
        expect(end).toMatchObject({ kind: "done", settled: true, task: { state: "completed" } });
        expect(end.task?.sessions).toHaveLength(1);
      }
      // No task is reported as done before it ends, nor long after the slowest round.
      expect(waitedMs).toBeGreaterThanOrEqual(Math.max(...given.ends) * SECOND);
      expect(waitedMs).toBeLessThanOrEqual(
        (Math.max(...given.ends, given.faults.untilSecond) + 600) * SECOND,
      );
      expect(requests.length).toBeLessThanOrEqual(
        given.ends.length * 2 + 4000 * (waitedMs / (60 * MINUTE)) + 100,
      );
      const states = events.flatMap((event) =>
        event.kind === "state" ? [`${event.task.id} ${event.task.state}`] : [],
      );
      expect(new Set(states).size).toBe(states.length);
    });
    await fc.assert(property, { numRuns: 300, ...(process.env.CI ? { seed: 20261121 } : {}) });
  });
});
