import type { Clock, Random } from "../runner/clock.ts";
import { delayAfter } from "./failure-streak.ts";
import { paced, pollInterval } from "./poll-interval.ts";
import { lookingAtAll, type TaskReader } from "./poll-round.ts";
import type { Until } from "./snapshot.ts";
import { createPursuit, type FollowEnd, type FollowEvent, type FollowedTask } from "./tracker.ts";

/** How often a sign of life is given, in milliseconds. */
export const SIGN_OF_LIFE_MS = 5 * 60_000;

/** For how long to follow. Times in milliseconds. */
export interface FollowOptions {
  readonly until: Until;
  readonly timeoutMs: number;
  /** Null: the adaptive interval. */
  readonly pollIntervalMs: number | null;
  /** When the first of the tasks began, this machine's time: the adaptive interval grows from then on. */
  readonly beganAt: number;
}

/** What {@link follow} needs from outside. */
export interface FollowContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/**
 * Looks at tasks again and again until each is as wanted, the time is up, or the server refuses. Trouble that may pass
 * (no connection, no answer, 5xx, a rate limit) never ends it before its time.
 *
 * @param tasks each ID once.
 * @param tell is waited for, so that what it does is in order with what follows.
 * @returns the end of each task, by its ID.
 */
export async function follow(
  api: TaskReader,
  tasks: readonly FollowedTask[],
  options: FollowOptions,
  { clock, random, signal }: FollowContext,
  tell: (event: FollowEvent) => Promise<void>,
): Promise<ReadonlyMap<string, FollowEnd>> {
  const { until, timeoutMs, pollIntervalMs, beganAt } = options;
  const startedAt = clock.now();
  const pursuit = createPursuit(tasks, until, clock.now, tell);
  const lookAtAll = lookingAtAll(api, pursuit, until, clock.now);
  const isOver = () => pursuit.pending().length === 0;
  let lastSign = startedAt;

  const pause = async (requests: number): Promise<void> => {
    const interval = pollInterval(clock.now() - beganAt, pollIntervalMs, random);
    const delay = delayAfter(
      pursuit.troubles(),
      // The next look takes no more than a request for each task that is left.
      pollIntervalMs === null ? paced(interval, Math.min(requests, pursuit.pending().length)) : interval,
      random,
    );
    const pauseEnds = Math.min(clock.now() + delay, startedAt + timeoutMs);
    while (clock.now() < pauseEnds && !signal.aborted) {
      const signAt = lastSign + SIGN_OF_LIFE_MS;
      await clock.sleep(Math.max(0, Math.min(pauseEnds, signAt) - clock.now()), signal);
      if (clock.now() >= signAt && !signal.aborted) {
        lastSign = clock.now();
        await tell({
          kind: "sign_of_life",
          tasks: pursuit.pending().map(({ sighting }) => sighting?.task ?? null),
          waitedMs: pursuit.waitedMs(),
          trouble: pursuit.troubles().find((run) => run !== null)?.last ?? null,
        });
      }
    }
  };

  for (const one of pursuit.pending()) {
    if (one.task.known !== null) {
      await pursuit.see(one, one.task.known.task, one.task.known.serverNow);
    }
  }
  if (pursuit.pending().every(({ sighting }) => sighting !== null) && !isOver()) {
    await pause(1);
  }
  while (!isOver()) {
    if (signal.aborted) {
      pursuit.cancel();
      break;
    }
    const requests = await lookAtAll();
    if (isOver()) {
      break;
    }
    await tell({ kind: "looked", waitedMs: pursuit.waitedMs() });
    if (pursuit.waitedMs() >= timeoutMs) {
      pursuit.timeIsUp();
      break;
    }
    await pause(requests);
    // The last look comes when the time is up, unless the server has asked for more time than that.
    if (clock.now() < pursuit.notBefore() && !signal.aborted) {
      pursuit.timeIsUp();
    }
  }
  return pursuit.ends;
}
