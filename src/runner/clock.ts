/** Passed in everywhere, so that tests can wait for an hour in milliseconds. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds, or as soon as `signal` aborts; it never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A number from 0 (included) to 1 (excluded), as `Math.random`. */
export type Random = () => number;

/** Time and randomness for work that can be cancelled. */
export interface Time {
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts when the runner cancels the step. */
  readonly signal: AbortSignal;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done, { once: true });
    }),
};
