import type { Clock } from "../runner/clock.ts";

/** Keeps writes apart. GitHub asks for a second between them, or it may refuse all. */
export interface Pacer {
  /** Resolves once the next write may be sent, or the step is told to stop. */
  turn(): Promise<void>;
  /** A write is sent now. */
  sent(): void;
}

/**
 * The least time between two writes, in milliseconds.
 *
 * Source: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
const APART_MS = 1_000;

/** A pacer for the writes of one step. */
export function createPacer({
  clock,
  signal,
}: {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Pacer {
  let lastSent = Number.NEGATIVE_INFINITY;
  return {
    turn: async () => {
      const ms = lastSent + APART_MS - clock.now();
      if (ms > 0) {
        await clock.sleep(ms, signal);
      }
    },
    sent: () => {
      lastSent = clock.now();
    },
  };
}
