import { type Fault, retryAfterOf } from "../github/http/error.ts";
import { backoff } from "../github/http/retry.ts";
import type { Random } from "../runner/clock.ts";

/** A task that cannot be found is given up after this many answers in a row, over at least this time. */
const NOT_FOUND_TIMES = 3;

const NOT_FOUND_FOR_MS = 60_000;

/** Faults in a row, with nothing else between them. */
export interface FaultRun {
  readonly last: Fault;
  readonly count: number;
  /** When the first of them came, this machine's time in milliseconds since the epoch. */
  readonly since: number;
}

/** The run with one more fault. */
export function longer(run: FaultRun | null, fault: Fault, now: number): FaultRun {
  return { last: fault, count: (run?.count ?? 0) + 1, since: run?.since ?? now };
}

/** Whether a task that was not found that often is gone. One that was just started may not be found yet. */
export function isGone({ count, since }: FaultRun, now: number): boolean {
  return count >= NOT_FOUND_TIMES && now - since >= NOT_FOUND_FOR_MS;
}

/** True for a fault that says that there is no such thing. */
export function isNotFound(fault: Fault): boolean {
  return fault.kind === "refused" && fault.status === 404;
}

/**
 * How long to wait after such runs of faults, in milliseconds. A server that is in trouble is asked less often than one
 * that is well, never more often.
 */
export function delayAfter(runs: readonly (FaultRun | null)[], intervalMs: number, random: Random): number {
  const delays = runs.map((run) => (run === null ? 0 : backoff(run.count, retryAfterOf(run.last), random)));
  return Math.max(intervalMs, ...delays);
}
