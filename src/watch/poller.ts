import type { Time } from "../runner/clock.ts";
import { computeDelay } from "./failure-streak.ts";
import { computePollInterval, intervalFor, spareRateLimit } from "./poll-interval.ts";
import { createPollRound, type TaskReader } from "./poll-round.ts";
import type { WaitCondition } from "./snapshot.ts";
import { createTaskTracker, type PollOutcome, type ProgressEvent, type WatchedTask } from "./tracker.ts";

/** Milliseconds between two heartbeats. */
const HEARTBEAT_MS = 5 * 60_000;

/** What to wait for, and for how long. Times in milliseconds. */
export interface PollOptions {
  readonly until: WaitCondition;
  readonly timeoutMs: number;
  /** Null: the adaptive interval. */
  readonly pollIntervalMs: number | null;
  /** When the first task started, this machine's time. The adaptive interval grows from then on. */
  readonly firstStartedAt: number;
  /** What else to do while waiting, at that time of this machine. Polling continues when the returned promise resolves. */
  readonly interruption?: { readonly at: number; run(): Promise<void> } | null;
  /** Polling continues when the returned promise resolves, so that lookups and log lines stay in order. */
  readonly onProgress: (event: ProgressEvent) => Promise<void>;
}

/**
 * Polls tasks until each is done, the time is up, or the server rejects a request. A transient failure (no connection,
 * no response, 5xx, a rate limit) never ends polling early.
 *
 * @param tasks each ID once.
 * @returns the outcome of each task, by its ID.
 */
export async function pollUntilDone(
  api: TaskReader,
  tasks: readonly WatchedTask[],
  options: PollOptions,
  { clock, random, signal }: Time,
): Promise<ReadonlyMap<string, PollOutcome>> {
  const { until, timeoutMs, pollIntervalMs, firstStartedAt, onProgress, interruption } = options;
  const startedAt = clock.now();
  const tracker = createTaskTracker(tasks, until, clock.now, onProgress);
  const endsAt = startedAt + timeoutMs;
  const poll = createPollRound(api, tracker, { until, endsAt, now: clock.now });
  const isDone = () => tracker.pending().length === 0;
  let lastHeartbeat = startedAt;
  let interruptAt = interruption?.at ?? Number.POSITIVE_INFINITY;

  const pause = async (requests: number): Promise<void> => {
    const interval = computePollInterval(clock.now() - firstStartedAt, pollIntervalMs, random);
    const delay = computeDelay(
      tracker.failures(),
      // The next round needs at most one request for each pending task.
      pollIntervalMs === null
        ? spareRateLimit(
            intervalFor(interval, Math.min(requests, tracker.pending().length)),
            tracker.rateLimit(),
          )
        : interval,
      random,
    );
    const resumeAt = Math.min(clock.now() + delay, endsAt);
    while (clock.now() < resumeAt && !signal.aborted) {
      const heartbeatAt = lastHeartbeat + HEARTBEAT_MS;
      const wakeAt = Math.min(resumeAt, heartbeatAt, interruptAt);
      await clock.sleep(Math.max(0, wakeAt - clock.now()), signal);
      if (clock.now() >= interruptAt && !signal.aborted) {
        interruptAt = Number.POSITIVE_INFINITY;
        await interruption?.run();
      }
      if (clock.now() >= heartbeatAt && !signal.aborted) {
        lastHeartbeat = clock.now();
        await onProgress({
          kind: "heartbeat",
          tasks: tracker.pending().map(({ snapshot }) => snapshot?.task ?? null),
          waitedMs: tracker.waitedMs(),
          failure: tracker.failures().find((streak) => streak !== null)?.last ?? null,
        });
      }
    }
  };

  for (const tracked of tracker.pending()) {
    if (tracked.known !== null) {
      await tracker.observe(tracked, tracked.known.task, tracked.known.serverNow);
    }
  }
  if (tracker.pending().every(({ snapshot }) => snapshot !== null) && !isDone()) {
    await pause(1);
  }
  while (!isDone()) {
    if (signal.aborted) {
      tracker.cancel();
      break;
    }
    const requests = await poll();
    if (isDone()) {
      break;
    }
    await onProgress({ kind: "polled", waitedMs: tracker.waitedMs() });
    if (tracker.waitedMs() >= timeoutMs) {
      tracker.timeOut();
      break;
    }
    await pause(requests);
    // The last round runs when the time is up, unless the server asked to wait longer.
    if (clock.now() < tracker.notBefore() && !signal.aborted) {
      tracker.timeOut();
    }
  }
  return tracker.outcomes;
}
