import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { ListQuery, TaskPage } from "../../../src/github/agent-tasks/api.ts";
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
  MINUTE,
  NOT_SENT,
  NOW,
  PULL,
  RATE_LIMITED,
  rejected,
  SECOND,
  sessionOf,
  taskOf,
  UNAVAILABLE,
  virtualClock,
  waitContext,
} from "../../support/action-harness.ts";

/** Tasks of one user on a server: each is in progress until its time, and then completed. */
interface World {
  /** When each ends, in seconds; the ID is `task-1` for the first, and so on. */
  readonly ends: readonly number[];
  /** What a list has in all: those that it lacks, and others' tasks, before or after these. */
  readonly listed?: (tasks: readonly Task[], second: number) => readonly Task[];
  /** What a request meets instead of its answer. */
  readonly failure?: (request: string, second: number) => RequestFailure | null;
  readonly repository?: ((index: number) => Repository | null) | undefined;
  readonly task?: (index: number, second: number) => Partial<Task>;
  readonly options?: Partial<PollOptions>;
  /** Whether the tasks were seen to begin; yes by default. */
  readonly known?: boolean;
}

async function following(world: World) {
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
    return Promise.resolve(failure === null ? value() : failed(failure));
  };
  const page = (number: number): RequestResult<TaskPage> => {
    const all =
      world.listed?.(
        ids.map((_, i) => taskAt(i)),
        second(),
      ) ?? ids.map((_, i) => taskAt(i));
    const nextPage = all.length > number * 100 ? `page ${number + 1}` : null;
    const tasks = all.slice((number - 1) * 100, number * 100);
    return answered({ tasks }, { serverNow: clock.now(), nextPage });
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

/** Tasks of somebody else. */
const others = (count: number): Task[] =>
  Array.from({ length: count }, (_, i) => taskOf({ id: `other-${i}`, createdAt: NOW - SECOND }));

describe("following many tasks", () => {
  it("sees them in one list, and gets each once when it is done", async () => {
    const ends = Array.from({ length: 100 }, (_, i) => 1500 + i);
    const { ended, counted, queries, requests } = await following({ ends });
    expect([...ended.values()].map(({ kind }) => kind)).toEqual(ends.map(() => "done"));
    expect([...ended.values()].every(({ task }) => task?.sessions?.length === 1)).toBe(true);
    expect(counted(GET)).toBe(100);
    expect(counted(LIST)).toBeLessThanOrEqual(95);
    expect(requests.slice(0, 2).map(({ request }) => request)).toEqual(["all", "all"]);
    expect(queries[0]).toEqual({
      per_page: 100,
      sort: "created_at",
      direction: "asc",
      since: new Date(NOW).toISOString(),
    });
  });

  it("asks the list of the repository that all are in, for the tasks of their creator", async () => {
    const { requests, queries } = await following({
      ends: [60, 60, 60],
      repository: () => ({ owner: "octo", repo: "app" }),
    });
    expect(requests[0]?.request).toBe("octo/app");
    expect(queries[0]?.creator_id).toEqual(["1001"]);
  });

  it("gets the last one by itself, which shows its sessions too", async () => {
    const { requests, counted } = await following({ ends: [30, 300] });
    const last = requests.filter(({ second }) => second > 40);
    expect(last.length).toBeGreaterThan(5);
    expect(last.every(({ request }) => request === "task-2")).toBe(true);
    expect(counted(/^task-1$/)).toBe(1);
  });

  it("gets a few that the list lacks at once", async () => {
    const { requests, ended } = await following({
      ends: [30, 30, 30, 30],
      listed: (tasks) => tasks.slice(1),
    });
    expect(requests.slice(0, 2).map(({ request }) => request)).toEqual(["all", "task-1"]);
    expect(ended.size).toBe(4);
  });

  it("does not get all that a list lacks again and again, and loses none", async () => {
    const { ended, counted } = await following({
      ends: Array.from({ length: 50 }, () => 600),
      // A list that lags ten minutes behind.
      listed: (tasks, second) => (second > 620 ? tasks : []),
    });
    expect([...ended.values()].every(({ kind }) => kind === "done")).toBe(true);
    expect(counted(GET)).toBeLessThanOrEqual(50 * 12);
  });

  it("finds those that move from page to page while the list is read", async () => {
    let looks = 0;
    const { ended } = await following({
      ends: Array.from({ length: 120 }, (_, i) => 60 + i),
      listed: (tasks) => {
        looks++;
        // Each time a page is read another task leaves the list's beginning.
        return [...others(Math.max(0, 200 - looks)), ...tasks];
      },
    });
    expect([...ended.values()].every(({ kind }) => kind === "done")).toBe(true);
    expect(ended.size).toBe(120);
  });

  it("reads no page after the last of them is found", async () => {
    const { counted } = await following({
      ends: Array.from({ length: 20 }, () => 120),
      listed: (tasks) => [...tasks, ...others(900)],
    });
    expect(counted(/^page/)).toBe(0);
  });

  it("costs at most 300 requests beside the last ones where 1,000 others are in the list for half an hour", async () => {
    const ends = Array.from({ length: 100 }, (_, i) => 1700 + i);
    const { ended, counted } = await following({
      ends,
      listed: (tasks) => [...others(1000), ...tasks],
    });
    expect([...ended.values()].every(({ kind }) => kind === "done")).toBe(true);
    expect(counted(LIST)).toBeLessThanOrEqual(300);
    expect(counted(GET)).toBeLessThanOrEqual(150);
  });

  it("gets tasks one by one where that takes no more requests than the list", async () => {
    const { counted, ended } = await following({
      ends: [300, 300, 300],
      listed: (tasks) => [...others(500), ...tasks],
    });
    expect(ended.size).toBe(3);
    expect(counted(LIST)).toBe(6);
  });

  it("keeps to a fixed interval, whatever a look costs", async () => {
    const { requests } = await following({
      ends: Array.from({ length: 10 }, () => 120),
      listed: (tasks) => [...others(500), ...tasks],
      options: { pollIntervalMs: 30 * SECOND },
    });
    const looks = new Set(requests.map(({ second }) => second));
    expect([...looks]).toEqual([30, 60, 90, 120]);
  });

  it("does without a list that is refused", async () => {
    const { counted, ended } = await following({
      ends: [60, 60, 60],
      failure: (request) => (LIST.test(request) ? rejected(403) : null),
    });
    expect(counted(LIST)).toBe(1);
    expect([...ended.values()].map(({ kind }) => kind)).toEqual(["done", "done", "done"]);
  });

  it("goes on while the list is in trouble, and tells of it once", async () => {
    const { ended, events } = await following({
      ends: [200, 200, 200],
      failure: (request, second) => (LIST.test(request) && second > 20 ? INDETERMINATE : null),
    });
    expect([...ended.values()].map(({ kind }) => kind)).toEqual(["done", "done", "done"]);
    expect(events.filter(({ kind }) => kind === "polling_failed")).toHaveLength(1);
  });

  it("asks for nothing more once the server names a time", async () => {
    const { requests } = await following({
      ends: [200, 200, 200],
      failure: (_request, second) => (second === 5 ? RATE_LIMITED : null),
    });
    expect(requests.slice(0, 2).map(({ second }) => second)).toEqual([5, 25]);
  });

  it("ends with a token that stops working, for all", async () => {
    const { ended, requests } = await following({
      ends: [200, 200, 200],
      failure: (_request, second) => (second > 60 ? rejected(401) : null),
    });
    expect([...ended.values()]).toMatchObject(
      [1, 2, 3].map((n) => ({ kind: "rejected", failure: { status: 401 }, task: { id: `task-${n}` } })),
    );
    expect(requests.filter(({ second }) => second > 60)).toHaveLength(1);
  });

  it("gives one task up that is gone, and no other", async () => {
    const { ended, events } = await following({
      ends: [300, 300, 300],
      listed: (tasks) => tasks.slice(1),
      failure: (request) => (request === "task-1" ? rejected(404) : null),
    });
    expect([...ended.values()].map(({ kind }) => kind).sort()).toEqual(["done", "done", "rejected"]);
    expect(ended.get("task-1")).toMatchObject({ kind: "rejected", failure: { status: 404 } });
    expect(events.filter(({ kind }) => kind === "polling_failed")).toEqual([]);
  });

  it("sees the others although one always meets trouble, and takes the list's word for it in the end", async () => {
    const { ended } = await following({
      ends: [300, 300, 300],
      failure: (request) => (request === "task-2" ? INDETERMINATE : null),
      options: { timeoutMs: 10 * MINUTE },
    });
    expect(ended.get("task-1")).toMatchObject({ kind: "done", task: { state: "completed" } });
    expect(ended.get("task-3")).toMatchObject({ kind: "done", task: { state: "completed" } });
    expect(ended.get("task-2")).toMatchObject({ kind: "done", task: { state: "completed" }, settled: true });
  });

  it("ends when the time is up, with each as it was last seen", async () => {
    const { ended, waitedMs } = await following({
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

  it("tells each change of each task once, and signs of life of what is left", async () => {
    const { events } = await following({ ends: [60, 700, 700] });
    const states = events.flatMap((event) =>
      event.kind === "state" ? [`${event.task.id} ${event.task.state}`] : [],
    );
    expect(states.toSorted()).toEqual(
      [1, 2, 3].flatMap((n) => [`task-${n} completed`, `task-${n} in_progress`]),
    );
    const signs = events.flatMap((event) => (event.kind === "heartbeat" ? [event] : []));
    expect(signs.map(({ tasks, waitedMs }) => [tasks.length, waitedMs])).toEqual([
      [2, 5 * MINUTE],
      [2, 10 * MINUTE],
    ]);
  });

  it("does not lose what only getting a task shows", async () => {
    // Lists without artifacts: pull requests must be found all the same.
    const withPull = (_index: number, second: number): Partial<Task> =>
      second >= 100 ? { artifacts: [PULL] } : {};
    const { ended, waitedMs } = await following({
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

describe("trouble while following many tasks", () => {
  it("is over with the look that has none, so that a time the server named is kept to once", async () => {
    // The list lacks one task once, and getting it meets a limit. After that the list has all, and nothing is got.
    const { requests, waitedMs, events } = await following({
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

  it("with the list is over where tasks are got one by one", async () => {
    const { waitedMs, events } = await following({
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

  it("with one task is told once, not at each look", async () => {
    const { ended, events } = await following({
      ends: Array.from({ length: 8 }, () => 1800),
      failure: (request) => (LIST.test(request) ? rejected(403) : request === "task-3" ? UNAVAILABLE : null),
      options: { timeoutMs: 40 * MINUTE },
    });
    expect([...ended.values()].filter(({ kind }) => kind === "done")).toHaveLength(7);
    expect(events.filter(({ kind }) => kind === "polling_failed")).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === "recovered")).toHaveLength(0);
  });

  it("is not waited for as long as the last look was costly, where only one task is left", async () => {
    const { waitedMs } = await following({
      ends: Array.from({ length: 20 }, () => 0),
      known: false,
      failure: (request) => (request === "task-7" ? rejected(404) : null),
      options: { until: "first_response", timeoutMs: 3 * MINUTE },
    });
    expect(waitedMs).toBeLessThanOrEqual(75 * SECOND);
  });

  it("does not take what only lists tell for a change: a paused task settles", async () => {
    const { ended, waitedMs } = await following({
      ends: [9000, 9000, 9000],
      task: () => ({ state: "idle", updatedAt: null, sessionCount: null }),
      listed: (tasks) => tasks.map((task) => ({ ...task, sessionCount: 2 })),
    });
    expect([...ended.values()].every((end) => end.kind === "done" && end.settled)).toBe(true);
    expect(waitedMs).toBeLessThan(3 * MINUTE);
  });
});

describe("following many tasks in a random world", () => {
  const world = fc.record({
    ends: fc.array(fc.integer({ min: 1, max: 2400 }), { minLength: 2, maxLength: 130 }),
    /** How many tasks of others come first in the list, and how many last. */
    before: fc.integer({ min: 0, max: 250 }),
    after: fc.integer({ min: 0, max: 250 }),
    /** Each task is missing from the list when this gives true for it. */
    missing: fc.func(fc.boolean()),
    isLossy: fc.boolean(),
    lagSeconds: fc.constantFrom(0, 0, 30, 600),
    /** What goes wrong until then: one request in so many. */
    faults: fc.record({
      untilSecond: fc.integer({ min: 0, max: 3000 }),
      oneIn: fc.integer({ min: 2, max: 9 }),
    }),
    kinds: fc.array(fc.constantFrom<RequestFailure>(INDETERMINATE, NOT_SENT, RATE_LIMITED, UNAVAILABLE), {
      minLength: 1,
    }),
    isOneRepository: fc.boolean(),
  });

  it("each is seen to its end, with its sessions, in time, and with a bounded number of requests", async () => {
    const property = fc.asyncProperty(world, async (given) => {
      let sent = 0;
      const { ended, requests, waitedMs, events } = await following({
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
      // Nobody sees a task's end before it is there, nor much later than the slowest look.
      expect(waitedMs).toBeGreaterThanOrEqual(Math.max(...given.ends) * SECOND);
      expect(waitedMs).toBeLessThanOrEqual(
        (Math.max(...given.ends, given.faults.untilSecond) + 600) * SECOND,
      );
      expect(requests.length).toBeLessThanOrEqual(
        given.ends.length * 2 + 4000 * (waitedMs / (60 * MINUTE)) + 100,
      );
      const told = events.flatMap((event) =>
        event.kind === "state" ? [`${event.task.id} ${event.task.state}`] : [],
      );
      expect(new Set(told).size).toBe(told.length);
    });
    await fc.assert(property, { numRuns: 300, ...(process.env.CI ? { seed: 20261121 } : {}) });
  });
});
