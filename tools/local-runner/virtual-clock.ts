/**
 * A preload (`--import`) that makes the time of an action's process virtual: whenever the process only waits, time
 * jumps to its next timer. A run of an hour takes only as long as its requests. Each request tells the simulator the
 * time (`x-simulated-now`), so that both clocks agree. A response can say how long it took (`x-simulated-seconds`).
 *
 * `VIRTUAL_CLOCK_START`: the time to begin at, in milliseconds since the epoch.
 * Time stands still while the simulator works on a request. If it never answers, because of a fault, time continues.
 * `VIRTUAL_CLOCK_SEED`: a whole number that makes `Math.random()` repeatable. By default it is random.
 */

import { subscribe } from "node:diagnostics_channel";
import { json } from "node:stream/consumers";

/** The parts of undici's messages that are used here. Source: undici's "Diagnostics Channel Support". */
interface UndiciMessage {
  readonly request: { readonly origin: string | URL; addHeader(name: string, value: string): void };
}

interface UndiciHeadersMessage {
  /** Names and values in turn. */
  readonly response: { readonly headers: readonly Uint8Array[] };
}

interface VirtualTimer {
  readonly id: number;
  readonly at: number;
  readonly run: () => void;
  referenced: boolean;
}

const { VIRTUAL_CLOCK_START, VIRTUAL_CLOCK_SEED } = process.env;

/** How often to ask the simulator whether it will answer, in real milliseconds. */
const ASK_EVERY_MS = 50;

const realSetTimeout = globalThis.setTimeout;
const realClearTimeout = globalThis.clearTimeout;
const timers = new Map<number, VirtualTimer>();
let now = Number(VIRTUAL_CLOCK_START);
let lastId = 0;
let inFlight = 0;
let lastCheck = 0;
let askTimer: NodeJS.Timeout | undefined;
let origin: string | URL = "";

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
  const { request } = message as UndiciMessage;
  request.addHeader("x-simulated-now", String(Math.round(now)));
  request.addHeader("x-simulated-client", String(process.pid));
  origin = request.origin;
  begin();
});
subscribe("undici:request:headers", (message) => {
  const headers = (message as UndiciHeadersMessage).response.headers.map((part) => String(part));
  const index = headers.findIndex((part) => part.toLowerCase() === "x-simulated-seconds");
  // Timers that are due by then run later, so the simulated time must stay below the time limit of a request.
  now += index < 0 ? 0 : Number(headers[index + 1]) * 1000;
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
  const advanceIfStalled = async () => {
    const stalled = await countStalled();
    if (isCurrent()) {
      if (stalled >= inFlight) {
        fireNext();
      } else {
        advanceWhenIdle();
      }
    }
  };
  // Otherwise it would keep the process alive after the last answer.
  realClearTimeout(askTimer);
  if (inFlight > 0) {
    askTimer = realSetTimeout(() => void advanceIfStalled(), ASK_EVERY_MS);
  } else if (isWaiting()) {
    setImmediate(() => setImmediate(() => isCurrent() && fireNext()));
  }
}

/** How many of this process's requests the simulator will never answer. 0 if the server is no simulator: that has no TLS. */
async function countStalled(): Promise<number> {
  const url = new URL(`/_simulator/stalled?client=${process.pid}`, origin);
  if (url.protocol !== "http:") {
    return 0;
  }
  // An import of `node:http` would make each process load Node.js's own fetch, which takes longer than loading the action.
  const { get } = process.getBuiltinModule("node:http");
  return new Promise((resolve) => {
    get(url, (response) => {
      json(response).then(
        (count) => resolve(Number(count) || 0),
        () => resolve(0),
      );
    }).on("error", () => resolve(0));
  });
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
