import type { Clock } from "../../src/runner/clock.ts";
import { NOW } from "./clock.ts";

/**
 * A virtual clock for several asynchronous functions that run at the same time. Time stands still while one of them
 * works, and jumps to the next timer once all of them sleep.
 */
export interface Timeline extends Clock {
  /** Calls `callback` this many milliseconds after the start, while everybody sleeps. */
  at(ms: number, callback: () => void): void;
  /** Runs the functions to their ends. */
  run<T>(...functions: readonly (() => Promise<T>)[]): Promise<T[]>;
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

export function createTimeline(start = NOW): Timeline {
  let time = start;
  let running = 0;
  let sleeping = 0;
  const timers: Timer[] = [];

  const insert = (timer: Timer) => {
    const after = timers.findIndex(({ at }) => at > timer.at);
    timers.splice(after === -1 ? timers.length : after, 0, timer);
  };
  const advance = () => {
    while (running > 0 && sleeping >= running) {
      const next = timers.shift();
      if (next === undefined) {
        throw new Error("everybody sleeps, and no timer wakes them");
      }
      time = Math.max(time, next.at);
      next.run();
    }
  };

  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (!Number.isFinite(ms)) {
          throw new Error(`sleep(${ms})`);
        }
        if (signal.aborted) {
          resolve();
          return;
        }
        const wake = () => {
          timers.splice(0, timers.length, ...timers.filter((other) => other !== timer));
          signal.removeEventListener("abort", wake);
          sleeping--;
          resolve();
        };
        const timer = { at: time + Math.max(0, ms), run: wake };
        insert(timer);
        signal.addEventListener("abort", wake);
        sleeping++;
        advance();
      }),
    at: (ms, callback) => insert({ at: start + ms, run: callback }),
    run: (...functions) => {
      running = functions.length;
      return Promise.all(
        functions.map(async (work) => {
          try {
            return await work();
          } finally {
            running--;
            advance();
          }
        }),
      );
    },
  };
}
