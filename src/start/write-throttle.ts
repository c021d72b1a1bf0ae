import type { Time } from "../runner/clock.ts";

/** Keeps writes apart. GitHub asks for a second between them, or it may refuse all. */
export interface WriteThrottle {
  /** Resolves once the next write may be sent, or the step is told to stop. */
  wait(): Promise<void>;
  /** A write is sent now. */
  markSent(): void;
}

/**
 * The least time between two writes, in milliseconds.
 *
 * Source: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
const MIN_WRITE_INTERVAL_MS = 1_000;

/** A write throttle for the writes of one step. */
export function createWriteThrottle({ clock, signal }: Pick<Time, "clock" | "signal">): WriteThrottle {
  let lastSent = Number.NEGATIVE_INFINITY;
  return {
    wait: async () => {
      const ms = lastSent + MIN_WRITE_INTERVAL_MS - clock.now();
      if (ms > 0) {
        await clock.sleep(ms, signal);
      }
    },
    markSent: () => {
      lastSent = clock.now();
    },
  };
}
