import type { RequestFailure } from "../github/http/error.ts";
import type { Time } from "../runner/clock.ts";
import { computeDelay } from "./failure-streak.ts";
import { computePollInterval, intervalFor, spareRateLimit } from "./poll-interval.ts";
import { createPollRound, type TaskReader } from "./poll-round.ts";
import type { WaitCondition } from "./snapshot.ts";
import {
  createTaskTracker,
  type PollOutcome,
  type ProgressEvent,
  type TaskTracker,
  type WatchedTask,
} from "./tracker.ts";

/** Milliseconds between two heartbeats. */
const HEARTBEAT_MS = 5 * 60_000;

/** What else to do while waiting. It sends requests, so it comes later if GitHub allows none at its time. */
export interface Interruption {
  /** This machine's time in milliseconds since the epoch. */
  readonly at: number;
  /** Polling continues when the returned promise resolves. */
  run(): Promise<void>;
  /** Called instead if the wait ends while GitHub allows no request because of this failure. */
  skip(failure: RequestFailure): void;
}

/** What to wait for, and for how long. Times in milliseconds. */
export interface PollOptions {
  readonly until: WaitCondition;
  readonly timeoutMs: number;
  /** Null: the adaptive interval. */
  readonly pollIntervalMs: number | null;
  /** When the first task started, this machine's time. The adaptive interval grows from then on. */
  readonly firstStartedAt: number;
  readonly interruption?: Interruption | null;
  /** Polling continues when the returned promise resolves, so that lookups and log lines stay in order. */
  readonly onProgress: (event: ProgressEvent) => Promise<void>;
}

/**
 * Polls tasks until each is done, the time is up, or the server rejects a request. A transient failure (no connection,
 * no response, 5xx, a rate limit) ends polling early only if no request is allowed before the time is up.
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
  const { until, timeoutMs, onProgress, interruption } = options;
  const startedAt = clock.now();
  const tracker = createTaskTracker(tasks, until, clock.now, onProgress);
  const endsAt = startedAt + timeoutMs;
  const poll = createPollRound(api, tracker, { until, endsAt, now: clock.now });
  const isDone = () => tracker.pending().length === 0;
  let lastHeartbeat = startedAt;
  let interruptAt = interruption?.at ?? Number.POSITIVE_INFINITY;

  const pause = async (requests: number): Promise<void> => {
    const resumeAt = Math.min(
      clock.now() + computeRoundDelay(tracker, requests, options, { clock, random }),
      endsAt,
    );
    while (clock.now() < resumeAt && !signal.aborted) {
      const heartbeatAt = lastHeartbeat + HEARTBEAT_MS;
      // The interruption sends requests too.
      const interruptNow = Math.max(interruptAt, tracker.notBefore());
      const wakeAt = Math.min(resumeAt, heartbeatAt, interruptNow);
      await clock.sleep(Math.max(0, wakeAt - clock.now()), signal);
      if (clock.now() >= interruptNow && !signal.aborted) {
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
    const heldBackBy = tracker.heldBackBy();
    await onProgress({ kind: "polled", waitedMs: tracker.waitedMs(), mayRequest: heldBackBy === null });
    const isTimeUp = tracker.waitedMs() >= timeoutMs;
    // The last round runs when the time is up. If GitHub allows none until then, the wait would only cost time.
    const isPointless = heldBackBy !== null && tracker.notBefore() > endsAt;
    if (signal.aborted || !(isTimeUp || isPointless)) {
      await pause(requests);
      continue;
    }
    if (heldBackBy !== null && !isTimeUp && until !== "first_response") {
      await onProgress({
        kind: "ended_early",
        failure: heldBackBy,
        earlyMs: endsAt - clock.now(),
        allowedAt: tracker.notBefore(),
      });
    }
    tracker.timeOut();
  }
  const heldBackBy = tracker.heldBackBy();
  if (heldBackBy !== null && Number.isFinite(interruptAt) && !signal.aborted) {
    interruption?.skip(heldBackBy);
  }
  return tracker.outcomes;
}

/** The most that the requests of a round cost where one response is enough: three 404 responses then take a minute. */
const MAX_FIRST_RESPONSE_COST_MS = 30_000;

/** The time until the next round, in milliseconds. */
function computeRoundDelay(
  tracker: TaskTracker,
  requests: number,
  { until, pollIntervalMs, firstStartedAt }: PollOptions,
  { clock, random }: Pick<Time, "clock" | "random">,
): number {
  const failures = tracker.failures();
  const hasFailed = failures.some((streak) => streak !== null);
  const isShort = until === "first_response";
  if (isShort && hasFailed) {
    // One more response is all that each task needs, so there are no requests to save.
    return computeDelay(failures, 0, random);
  }
  const interval = computePollInterval(clock.now() - firstStartedAt, pollIntervalMs, random);
  if (pollIntervalMs !== null) {
    return computeDelay(failures, interval, random);
  }
  // The next round needs at most one request for each pending task.
  const most = Math.min(requests, tracker.pending().length);
  const whole = intervalFor(interval, most, hasFailed);
  const costly = isShort ? Math.min(whole, MAX_FIRST_RESPONSE_COST_MS) : whole;
  return computeDelay(failures, spareRateLimit(costly, tracker.rateLimit()), random);
}
