import type { Time } from "../runner/clock.ts";
import { computeDelay } from "./failure-streak.ts";
import { computePollInterval, intervalFor } from "./poll-interval.ts";
import { createPollRound, type TaskReader } from "./poll-round.ts";
import type { WaitCondition } from "./snapshot.ts";
import { createTaskTracker, type PollOutcome, type ProgressEvent, type TrackedTask } from "./tracker.ts";

/** How often a sign of life is given, in milliseconds. */
export const HEARTBEAT_MS = 5 * 60_000;

/** For how long to follow. Times in milliseconds. */
export interface PollOptions {
  readonly until: WaitCondition;
  readonly timeoutMs: number;
  /** Null: the adaptive interval. */
  readonly pollIntervalMs: number | null;
  /** When the first of the tasks began, this machine's time: the adaptive interval grows from then on. */
  readonly firstStartedAt: number;
}

/**
 * Looks at tasks again and again until each is as wanted, the time is up, or the server refuses. Trouble that may pass
 * (no connection, no answer, 5xx, a rate limit) never ends it before its time.
 *
 * @param tasks each ID once.
 * @param onProgress is waited for, so that what it does is in order with what follows.
 * @returns the end of each task, by its ID.
 */
export async function pollUntilDone(
  api: TaskReader,
  tasks: readonly TrackedTask[],
  options: PollOptions,
  { clock, random, signal }: Time,
  onProgress: (event: ProgressEvent) => Promise<void>,
): Promise<ReadonlyMap<string, PollOutcome>> {
  const { until, timeoutMs, pollIntervalMs, firstStartedAt } = options;
  const startedAt = clock.now();
  const tracker = createTaskTracker(tasks, until, clock.now, onProgress);
  const pollOnce = createPollRound(api, tracker, until, clock.now);
  const isOver = () => tracker.pending().length === 0;
  let lastHeartbeat = startedAt;

  const pause = async (requests: number): Promise<void> => {
    const interval = computePollInterval(clock.now() - firstStartedAt, pollIntervalMs, random);
    const delay = computeDelay(
      tracker.failures(),
      // The next look takes no more than a request for each task that is left.
      pollIntervalMs === null
        ? intervalFor(interval, Math.min(requests, tracker.pending().length))
        : interval,
      random,
    );
    const pauseEnds = Math.min(clock.now() + delay, startedAt + timeoutMs);
    while (clock.now() < pauseEnds && !signal.aborted) {
      const heartbeatAt = lastHeartbeat + HEARTBEAT_MS;
      await clock.sleep(Math.max(0, Math.min(pauseEnds, heartbeatAt) - clock.now()), signal);
      if (clock.now() >= heartbeatAt && !signal.aborted) {
        lastHeartbeat = clock.now();
        await onProgress({
          kind: "heartbeat",
          tasks: tracker.pending().map(({ snapshot }) => snapshot?.task ?? null),
          waitedMs: tracker.waitedMs(),
          failure: tracker.failures().find((run) => run !== null)?.last ?? null,
        });
      }
    }
  };

  for (const one of tracker.pending()) {
    if (one.task.known !== null) {
      await tracker.observe(one, one.task.known.task, one.task.known.serverNow);
    }
  }
  if (tracker.pending().every(({ snapshot }) => snapshot !== null) && !isOver()) {
    await pause(1);
  }
  while (!isOver()) {
    if (signal.aborted) {
      tracker.cancel();
      break;
    }
    const requests = await pollOnce();
    if (isOver()) {
      break;
    }
    await onProgress({ kind: "polled", waitedMs: tracker.waitedMs() });
    if (tracker.waitedMs() >= timeoutMs) {
      tracker.timeOut();
      break;
    }
    await pause(requests);
    // The last look comes when the time is up, unless the server has asked for more time than that.
    if (clock.now() < tracker.notBefore() && !signal.aborted) {
      tracker.timeOut();
    }
  }
  return tracker.outcomes;
}
