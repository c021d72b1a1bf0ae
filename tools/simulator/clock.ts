/** The simulator's source of time, in epoch milliseconds. */
export interface Clock {
  now(): number;
}

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  advance(milliseconds: number): void;
}

/** A clock for tests, at `start` (epoch ms). */
export function manualClock(start: number): ManualClock {
  let time = start;
  return {
    now: () => time,
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}

/** The real time. */
export function systemClock(): Clock {
  return { now: () => Date.now() };
}

/** A clock that starts at the present of `real` and runs `factor` times as fast. */
export function acceleratedClock(factor: number, real: Clock = systemClock()): Clock {
  const start = real.now();
  return { now: () => start + (real.now() - start) * factor };
}

/** A clock that can be pushed ahead of another one, never back. */
export interface FollowingClock extends Clock {
  /** The time from now on is at least this (epoch ms). */
  reach(epochMilliseconds: number): void;
}

/** The later of `own` and the time it was pushed to. */
export function followingClock(own: Clock): FollowingClock {
  let reached = Number.NEGATIVE_INFINITY;
  return {
    now: () => Math.max(own.now(), reached),
    reach: (epochMilliseconds) => {
      reached = Math.max(reached, epochMilliseconds);
    },
  };
}

/** GitHub's timestamps: ISO 8601 in UTC, whole seconds. */
export function timestamp(epochMilliseconds: number): string {
  return `${new Date(epochMilliseconds).toISOString().slice(0, 19)}Z`;
}
