/**
 * A preload (`--import`) that makes the time of an action's process virtual: whenever the process only waits, time
 * jumps to its next timer. A run of an hour takes only as long as its requests. Each request tells the simulator the
 * time (`x-simulated-now`), so that both clocks agree.
 *
 * `VIRTUAL_CLOCK_START`: the time to begin at, in milliseconds since the epoch.
 * `VIRTUAL_CLOCK_STALLED_AFTER_MS`: a request without any answer for this long, in real milliseconds, counts as
 * stalled, and time continues without it. 400 by default.
 * `VIRTUAL_CLOCK_SEED`: a whole number that makes `Math.random()` repeatable. By default it is random.
 */

import { subscribe } from "node:diagnostics_channel";

/** The part of undici's message that is used here. Source: undici's "Diagnostics Channel Support". */
interface UndiciMessage {
  readonly request: { addHeader(name: string, value: string): void };
}

interface VirtualTimer {
  readonly id: number;
  readonly at: number;
  readonly run: () => void;
  referenced: boolean;
}

const { VIRTUAL_CLOCK_START, VIRTUAL_CLOCK_STALLED_AFTER_MS = "400", VIRTUAL_CLOCK_SEED } = process.env;
const stalledAfterMs = Number(VIRTUAL_CLOCK_STALLED_AFTER_MS);

const realSetTimeout = globalThis.setTimeout;
const realClearTimeout = globalThis.clearTimeout;
const timers = new Map<number, VirtualTimer>();
let now = Number(VIRTUAL_CLOCK_START);
let lastId = 0;
let inFlight = 0;
let lastCheck = 0;
let stallTimer: NodeJS.Timeout | undefined;

Date.now = () => now;

if (VIRTUAL_CLOCK_SEED !== undefined) {
  Math.random = seededRandom(Number(VIRTUAL_CLOCK_SEED));
}

globalThis.setTimeout = ((callback: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) => {
  const timer = addTimer(Number(ms) || 0, () => callback(...values), true);
  return handleOf(timer);
}) as unknown as typeof setTimeout;

globalThis.clearTimeout = ((handle?: { readonly virtualId?: number }) => {
  if (handle?.virtualId !== undefined) {
    timers.delete(handle.virtualId);
  }
}) as typeof clearTimeout;

AbortSignal.timeout = (ms: number): AbortSignal => {
  const controller = new AbortController();
  const expire = () => controller.abort(new DOMException("The operation timed out.", "TimeoutError"));
  addTimer(ms, expire, false);
  return controller.signal;
};

// The bundle has an undici of its own. These channels tell of each of its requests, and of those of Node.js's own fetch.
subscribe("undici:request:create", (message) => {
  (message as UndiciMessage).request.addHeader("x-simulated-now", String(Math.round(now)));
  begin();
});
subscribe("undici:request:trailers", end);
subscribe("undici:request:error", end);

function begin(): void {
  inFlight++;
  advanceWhenIdle();
}

function end(): void {
  inFlight--;
  advanceWhenIdle();
}

function addTimer(ms: number, run: () => void, referenced: boolean): VirtualTimer {
  const timer = { id: ++lastId, at: now + Math.max(0, ms), run, referenced };
  timers.set(timer.id, timer);
  advanceWhenIdle();
  return timer;
}

function handleOf(timer: VirtualTimer) {
  const handle = {
    virtualId: timer.id,
    ref: () => {
      timer.referenced = true;
      return handle;
    },
    unref: () => {
      timer.referenced = false;
      return handle;
    },
    hasRef: () => timer.referenced,
    refresh: () => handle,
    [Symbol.toPrimitive]: () => timer.id,
  };
  return handle;
}

/** Lets all pending work run, then jumps to the next timer. A stalled request does not stop time. */
function advanceWhenIdle(): void {
  const check = ++lastCheck;
  const isCurrent = () => check === lastCheck;
  // Otherwise it would keep the process alive after the last answer.
  realClearTimeout(stallTimer);
  if (inFlight > 0) {
    stallTimer = realSetTimeout(() => isCurrent() && fireNext(), stalledAfterMs);
  } else if (isWaiting()) {
    setImmediate(() => setImmediate(() => isCurrent() && fireNext()));
  }
}

/** Whether a timer keeps the process alive; an unreferenced one does not. */
function isWaiting(): boolean {
  return [...timers.values()].some(({ referenced }) => referenced);
}

function fireNext(): void {
  const [first, ...others] = timers.values();
  if (first === undefined) {
    return;
  }
  const next = others.reduce((a, b) => (b.at < a.at ? b : a), first);
  timers.delete(next.id);
  now = Math.max(now, next.at);
  next.run();
  advanceWhenIdle();
}

/** A linear congruential generator of numbers from 0 (inclusive) to 1 (exclusive). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
