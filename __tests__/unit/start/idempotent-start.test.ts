import { describe, expect, it } from "@jest/globals";
import type { Task } from "../../../src/github/agent-tasks/task.ts";
import type { RequestFailure } from "../../../src/github/http/error.ts";
import type { RequestResult } from "../../../src/github/http/result.ts";
import { RESEND_BUDGET_MS, type StartEvent, startIdempotently } from "../../../src/start/idempotent-start.ts";
import type { ListedTasks, SearchResult } from "../../../src/start/search.ts";
import {
  answered,
  CANCELLED,
  failed,
  INDETERMINATE,
  NOT_SENT,
  RATE_LIMITED,
  REDIRECTED,
  rejected,
  taskOf,
} from "../../support/builders.ts";
import { MINUTE, NOW, SECOND, virtualClock, waitContext } from "../../support/clock.ts";

const foundTasks = (changes: Partial<ListedTasks> = {}): SearchResult => ({
  kind: "listed",
  matches: [],
  unreadable: [],
  promptless: [],
  others: [],
  notFound: [],
  unreadableEntries: 0,
  complete: true,
  ...changes,
});
const NOTHING = foundTasks();
const NO_CANDIDATES = { candidates: [], isListUnreadable: false };

/** Starts with these answers in turn, and these results of the looks; the last of each for ever. */
function startWith(
  answers: readonly RequestResult<Task>[],
  results: readonly SearchResult[] = [NOTHING],
  isProof = false,
) {
  const clock = virtualClock();
  const stop = new AbortController();
  const sent: number[] = [];
  const searched: number[] = [];
  const events: StartEvent[] = [];
  const second = () => (clock.now() - NOW) / SECOND;
  const run = () =>
    startIdempotently(
      {
        send: async () => {
          sent.push(second());
          return answers[Math.min(sent.length, answers.length) - 1] ?? failed(INDETERMINATE);
        },
        search: async (sentAt) => {
          expect(sentAt).toBe(NOW);
          searched.push(second());
          return results[Math.min(searched.length, results.length) - 1] ?? NOTHING;
        },
        isProof,
      },
      waitContext(clock, stop.signal),
      (event) => events.push(event),
    );
  return { clock, stop, sent, searched, events, run };
}

const task = taskOf({ state: "queued" });
const other = taskOf({ id: "task-2" });
const started = answered(task, { serverNow: NOW + 5 });

describe("a start", () => {
  it("is sent once where it works", async () => {
    const { run, sent, searched, events } = startWith([started]);
    expect(await run()).toEqual({
      kind: "started",
      task,
      meta: { serverNow: NOW + 5, nextPage: null, hasPageLinks: true, rateLimit: null },
      sends: 1,
      duplicates: [],
    });
    expect([sent, searched, events]).toEqual([[0], [], []]);
  });

  it.each(["certificate", "proxy_login"] as const)(
    "is given up after two sends if waiting does not help: %s",
    async (obstacle) => {
      const failure: RequestFailure = { ...NOT_SENT, obstacle };
      const { run, sent, searched } = startWith([failed(failure)]);
      expect(await run()).toEqual({ kind: "not_started", failure });
      expect([sent, searched]).toEqual([[0, 1], []]);
    },
  );

  it("is sent once more 5 s after a 401, and never a third time for it", async () => {
    const unauthorized: RequestFailure = {
      kind: "unauthorized",
      retryAfterMs: 5_000,
      message: "Bad credentials",
    };
    const passing = startWith([failed(unauthorized), started]);
    expect(await passing.run()).toMatchObject({ kind: "started", sends: 1 });
    expect([passing.sent, passing.searched]).toEqual([[0, 5], []]);
    const lasting = startWith([failed(unauthorized)]);
    expect(await lasting.run()).toEqual({ kind: "not_started", failure: unauthorized });
    expect(lasting.sent).toEqual([0, 5]);
    const between = startWith([failed(unauthorized), failed(RATE_LIMITED), failed(unauthorized), started]);
    expect(await between.run()).toEqual({ kind: "not_started", failure: unauthorized });
    expect(between.sent).toEqual([0, 5, 25]);
  });

  it("is sent again after 1, 2 and 4 minutes if rate limits name no time, and given up after 10", async () => {
    const { run, sent } = startWith([failed({ ...RATE_LIMITED, retryAfterMs: null })]);
    expect(await run()).toMatchObject({ kind: "not_started", failure: { kind: "rate_limited" } });
    expect(sent).toEqual([0, 60, 180, 420]);
  });

  it.each<[RequestFailure["kind"], RequestFailure, number]>([
    ["not_sent", NOT_SENT, 1],
    ["rate_limited", RATE_LIMITED, 20],
  ])("is sent again after %s, when the server says, with no look", async (_kind, failure, seconds) => {
    const { run, sent, searched, events } = startWith([failed(failure), started]);
    expect(await run()).toMatchObject({ kind: "started", sends: 1 });
    expect([sent, searched]).toEqual([[0, seconds], []]);
    expect(events).toEqual([{ kind: "retrying", failure, delayMs: seconds * SECOND }]);
  });

  it.each<[RequestFailure["kind"], RequestFailure]>([
    ["rejected", rejected(422)],
    ["rejected", rejected(403)],
    ["redirected", REDIRECTED],
  ])("is given up at once after %s", async (_kind, failure) => {
    const { run, sent, searched } = startWith([failed(failure), started]);
    expect(await run()).toEqual({ kind: "not_started", failure });
    expect([sent, searched]).toEqual([[0], []]);
  });

  it("backs off, and is given up after ten minutes", async () => {
    const { run, sent, clock } = startWith([failed(NOT_SENT)]);
    expect(await run()).toEqual({ kind: "not_started", failure: NOT_SENT });
    expect(sent.slice(0, 8)).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
    expect(clock.now() - NOW).toBeLessThanOrEqual(RESEND_BUDGET_MS);
    expect(clock.now() - NOW).toBeGreaterThan(RESEND_BUDGET_MS - 30 * SECOND);
  });

  it("waits out a limit that ends in exactly ten minutes", async () => {
    const { run, sent } = startWith([failed({ ...RATE_LIMITED, retryAfterMs: 10 * MINUTE }), started]);
    expect(await run()).toMatchObject({ kind: "started" });
    expect(sent).toEqual([0, 600]);
  });

  it("does not sleep through a limit that ends after its time", async () => {
    const failure = { ...RATE_LIMITED, retryAfterMs: 10 * MINUTE + 1 };
    const { run, clock, events } = startWith([failed(failure), started]);
    expect(await run()).toEqual({ kind: "not_started", failure });
    expect([clock.sleeps, events]).toEqual([[], []]);
  });

  it("is not sent again once the step is stopped while waiting", async () => {
    const { run, sent, clock, stop } = startWith([failed(RATE_LIMITED), started]);
    clock.at(5 * SECOND, () => stop.abort());
    expect(await run()).toEqual({ kind: "not_started", failure: CANCELLED });
    expect([sent, clock.now()]).toEqual([[0], NOW + 5 * SECOND]);
  });

  it("is not sent at all in a step that is stopped", async () => {
    const { run, sent, stop } = startWith([started]);
    stop.abort();
    expect(await run()).toEqual({ kind: "not_started", failure: CANCELLED });
    expect(sent).toEqual([]);
  });
});

describe("a start that conflicts", () => {
  const conflict = rejected(409, "A task is running already.");

  it("is looked for, and what is ours is adopted", async () => {
    const { run, sent } = startWith([failed(conflict), started], [NOTHING, foundTasks({ matches: [task] })]);
    expect(await run()).toMatchObject({ kind: "started", task, sends: 1 });
    expect(sent).toEqual([0]);
  });

  it("fails with GitHub's answer if there is no task of ours, and is not sent again", async () => {
    const { run, sent, searched } = startWith([failed(conflict), started]);
    expect(await run()).toEqual({ kind: "not_started", failure: conflict });
    expect([sent, searched]).toEqual([[0], [2, 15, 35, 60]]);
  });

  it("is indeterminate if the looks fail, or after a start that may have worked", async () => {
    const blind = startWith([failed(conflict)], [failedSearch(NOT_SENT)]);
    expect(await blind.run()).toMatchObject({ kind: "indeterminate", failure: conflict, sends: 1 });
    const second = startWith([failed(INDETERMINATE), failed(conflict)]);
    expect(await second.run()).toMatchObject({ kind: "indeterminate", failure: conflict, sends: 2 });
  });
});

describe("a start that may have worked", () => {
  it("is looked for, and what is ours is adopted", async () => {
    const { run, sent, searched, events } = startWith(
      [failed(INDETERMINATE)],
      [NOTHING, foundTasks({ matches: [task], others: [other] })],
    );
    expect(await run()).toEqual({ kind: "started", task, meta: null, sends: 1, duplicates: [] });
    expect(sent).toEqual([0]);
    expect(searched).toEqual([2, 15]);
    expect(events).toEqual([
      { kind: "searching", failure: INDETERMINATE },
      { kind: "found", task },
    ]);
  });

  it("is sent again only after four looks over 60 s that found nothing", async () => {
    const { run, sent, searched, events } = startWith([failed(INDETERMINATE), started]);
    expect(await run()).toMatchObject({ kind: "started", sends: 2 });
    expect(searched).toEqual([2, 15, 35, 60]);
    expect(sent).toEqual([0, 60]);
    expect(events.map(({ kind }) => kind)).toEqual(["searching", "resending"]);
  });

  it("is sent three times at most", async () => {
    const { run, sent } = startWith([failed(INDETERMINATE)]);
    expect(await run()).toEqual({
      kind: "indeterminate",
      failure: INDETERMINATE,
      sends: 3,
      ...NO_CANDIDATES,
    });
    expect(sent).toEqual([0, 60, 120]);
  });

  it("is never sent again where a candidate does not say what it is", async () => {
    const { run, sent } = startWith([failed(INDETERMINATE), started], [foundTasks({ unreadable: [other] })]);
    expect(await run()).toEqual({
      kind: "indeterminate",
      failure: INDETERMINATE,
      sends: 1,
      candidates: [other],
      isListUnreadable: false,
    });
    expect(sent).toEqual([0]);
  });

  it.each([
    ["until it is there", 4, 120, "started"],
    ["for ten minutes", 99, 600, "indeterminate"],
  ])(
    "is looked for %s while a listed task is not found, or has no session",
    async (_how, searches, lastAt, kind) => {
      const noSession = taskOf({ sessions: [] });
      for (const incomplete of [{ unreadable: [task], notFound: [task] }, { promptless: [noSession] }]) {
        const results = [
          ...Array<SearchResult>(searches + 1).fill(foundTasks(incomplete)),
          foundTasks({ matches: [task] }),
        ];
        const { run, sent, searched } = startWith([failed(INDETERMINATE)], results);
        expect((await run()).kind).toBe(kind);
        expect([sent, searched.at(-1)]).toEqual([[0], lastAt]);
      }
    },
  );

  it("is not looked for any longer if GitHub accepted it, and lists what cannot be read", async () => {
    for (const unreadable of [{ unreadable: [other] }, { unreadableEntries: 1 }]) {
      const { run, searched } = startWith(
        [failed({ ...INDETERMINATE, status: 201 })],
        [foundTasks(unreadable)],
      );
      expect((await run()).kind).toBe("indeterminate");
      expect(searched).toEqual([2, 15, 35, 60]);
    }
  });

  it("is never sent again where the looks fail", async () => {
    const { run, sent, searched } = startWith(
      [failed(INDETERMINATE), started],
      [NOTHING, failedSearch(NOT_SENT)],
    );
    expect(await run()).toEqual({
      kind: "indeterminate",
      failure: INDETERMINATE,
      sends: 1,
      ...NO_CANDIDATES,
    });
    expect([sent.length, searched.length]).toEqual([1, 2]);
  });

  it("adopts none where more look like ours than were sent", async () => {
    const { run } = startWith([failed(INDETERMINATE)], [foundTasks({ matches: [task, other] })]);
    expect(await run()).toEqual({
      kind: "indeterminate",
      failure: INDETERMINATE,
      sends: 1,
      candidates: [task, other],
      isListUnreadable: false,
    });
  });

  it("is looked for, and not sent again, after a 401 that GitHub did not write", async () => {
    const failure: RequestFailure = { kind: "unauthorized", retryAfterMs: 5_000, message: "" };
    const { run, sent } = startWith([failed(failure), started]);
    expect(await run()).toMatchObject({ kind: "indeterminate", sends: 1 });
    expect(sent).toEqual([0]);
    const { run: find } = startWith([failed(failure)], [foundTasks({ matches: [task] })]);
    expect(await find()).toMatchObject({ kind: "started", task });
  });

  it("adopts one where all are surely ours, though one request was sent", async () => {
    const { run } = startWith([failed(INDETERMINATE)], [foundTasks({ matches: [task, other] })], true);
    expect(await run()).toMatchObject({ kind: "started", task, sends: 1, duplicates: [other] });
  });

  it("tells of a duplicate where both requests worked", async () => {
    const results = [NOTHING, NOTHING, NOTHING, NOTHING, foundTasks({ matches: [task, other] })];
    const { run } = startWith([failed(INDETERMINATE), failed(INDETERMINATE)], results);
    expect(await run()).toMatchObject({ kind: "started", task, sends: 2, duplicates: [other] });
  });

  it.each<[RequestFailure["kind"], RequestFailure]>([
    ["rejected", rejected(422)],
    ["redirected", REDIRECTED],
  ])("is still indeterminate where the resend is %s", async (_kind, failure) => {
    const { run } = startWith([failed(INDETERMINATE), failed(failure)]);
    expect(await run()).toEqual({ kind: "indeterminate", failure, sends: 1, ...NO_CANDIDATES });
  });

  it.each([201, 200, 202])(
    "is looked for and never sent again if GitHub accepted it: HTTP %i",
    async (status) => {
      const failure = { ...INDETERMINATE, status };
      const lost = startWith([failed(failure), started]);
      expect(await lost.run()).toEqual({ kind: "indeterminate", failure, sends: 1, ...NO_CANDIDATES });
      expect([lost.sent, lost.searched]).toEqual([[0], [2, 15, 35, 60, 90, 120, 150, 180]]);

      const found = startWith([failed(failure), started], [foundTasks({ matches: [task] })]);
      expect(await found.run()).toMatchObject({ kind: "started", task, sends: 1 });
      expect(found.sent).toEqual([0]);
    },
  );

  it.each([403, 404, 451])(
    "is looked for and never sent again if GitHub did not write HTTP %i",
    async (status) => {
      const failure: RequestFailure = { ...rejected(status, ""), isFromApi: false };
      const lost = startWith([failed(failure), started]);
      expect(await lost.run()).toEqual({ kind: "indeterminate", failure, sends: 1, ...NO_CANDIDATES });
      expect([lost.sent, lost.searched]).toEqual([[0], [2, 15, 35, 60]]);

      const found = startWith([failed(failure), started], [foundTasks({ matches: [task] })]);
      expect(await found.run()).toMatchObject({ kind: "started", task, sends: 1 });
      expect(found.sent).toEqual([0]);
    },
  );

  it.each(["unreadable", "promptless"] as const)("is never sent again if a task is %s", async (what) => {
    const { run, sent } = startWith([failed(INDETERMINATE), started], [foundTasks({ [what]: [other] })]);
    expect(await run()).toMatchObject({ kind: "indeterminate", sends: 1, candidates: [other] });
    expect(sent).toEqual([0]);
  });

  it("is never sent again if the list has an entry that cannot be read", async () => {
    const { run, sent } = startWith([failed(INDETERMINATE), started], [foundTasks({ unreadableEntries: 1 })]);
    expect(await run()).toMatchObject({ kind: "indeterminate", sends: 1, isListUnreadable: true });
    expect(sent).toEqual([0]);
  });

  it("is looked for once more before each resend if the last look is older than 30 s", async () => {
    const limit = { ...RATE_LIMITED, retryAfterMs: 60 * SECOND };
    const { run, sent, searched } = startWith([failed(INDETERMINATE), failed(limit), started]);
    expect(await run()).toMatchObject({ kind: "started", sends: 2 });
    expect([sent, searched]).toEqual([
      [0, 60, 120],
      [2, 15, 35, 60, 120],
    ]);
    const late = startWith(
      [failed(INDETERMINATE), failed(limit), started],
      [NOTHING, NOTHING, NOTHING, NOTHING, foundTasks({ matches: [task] })],
    );
    expect(await late.run()).toMatchObject({ kind: "started", task, meta: null, sends: 1 });
    expect(late.sent).toEqual([0, 60]);
  });

  it("is not looked for again before a resend that comes at once", async () => {
    const limit = { ...RATE_LIMITED, retryAfterMs: 5 * SECOND };
    const { run, searched } = startWith([failed(INDETERMINATE), failed(limit), started]);
    expect(await run()).toMatchObject({ kind: "started" });
    expect(searched).toEqual([2, 15, 35, 60]);
  });

  it("is looked for once more before it is given up", async () => {
    const { run, searched } = startWith(
      [failed(INDETERMINATE), failed(rejected(422))],
      [NOTHING, NOTHING, NOTHING, NOTHING, foundTasks({ matches: [task] })],
    );
    expect(await run()).toMatchObject({ kind: "started", task, sends: 1 });
    expect(searched).toEqual([2, 15, 35, 60, 60]);
  });

  it("is neither looked for nor sent again once the step is stopped", async () => {
    const during = startWith([failed(CANCELLED), started]);
    during.clock.at(SECOND, () => during.stop.abort());
    expect(await during.run()).toEqual({
      kind: "indeterminate",
      failure: CANCELLED,
      sends: 1,
      ...NO_CANDIDATES,
    });
    expect([during.sent, during.searched]).toEqual([[0], []]);

    const between = startWith([failed(INDETERMINATE), started]);
    between.clock.at(20 * SECOND, () => between.stop.abort());
    expect(await between.run()).toMatchObject({ kind: "indeterminate" });
    expect([between.sent, between.searched]).toEqual([[0], [2, 15]]);
  });
});

function failedSearch(failure: RequestFailure): SearchResult {
  return { kind: "failed", failure, seen: [] };
}
