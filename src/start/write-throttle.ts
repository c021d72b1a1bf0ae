import type { Time } from "../runner/clock.ts";

/** Spaces out write requests. GitHub asks for a second between them; otherwise it may reject them. */
export interface WriteThrottle {
  /** Resolves when the next write may be sent, or the step is cancelled. */
  wait(): Promise<void>;
  /** Call this when a write is sent. */
  markSent(): void;
}

/**
 * The shortest time between two writes, in milliseconds.
 *
 * Source: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
const MIN_WRITE_INTERVAL_MS = 1_000;

/** Creates a throttle for the writes of one step. */
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
