import type { Clock } from "../../src/runner/clock.ts";

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that also moves when it is told to. */
export interface IdleClock extends Clock {
  advance(milliseconds: number): void;
}

/** A virtual clock: time stands still while there is work, and jumps to the next timer once all of it waits. */
export function createIdleClock(start: number): IdleClock {
  let time = start;
  let lastCheck = 0;
  const timers = new Set<Timer>();

  const wakeNext = () => {
    const [first, ...others] = timers;
    if (first !== undefined) {
      const next = others.reduce((a, b) => (b.at < a.at ? b : a), first);
      time = Math.max(time, next.at);
      next.wake();
    }
  };
  // Work that is left when a timer is set takes no longer than a turn of the event loop: nothing here has a socket.
  const advanceWhenIdle = () => {
    const check = ++lastCheck;
    setImmediate(() => setImmediate(() => check === lastCheck && wakeNext()));
  };

  return {
    now: () => time,
    advance: (milliseconds) => {
      time += milliseconds;
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const wake = () => {
          timers.delete(timer);
          signal.removeEventListener("abort", wake);
          resolve();
          advanceWhenIdle();
        };
        const timer = { at: time + Math.max(0, ms), wake };
        timers.add(timer);
        signal.addEventListener("abort", wake);
        advanceWhenIdle();
      }),
  };
}
