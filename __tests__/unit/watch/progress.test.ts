import { describe, expect, it } from "@jest/globals";
import type { RequestFailure } from "../../../src/github/http/error.ts";
import { describeFailure as describeFault } from "../../../src/github/http/error.ts";
import { logRetry } from "../../../src/github/http/retry.ts";
import { createLog } from "../../../src/runner/log.ts";
import type { StartEvent } from "../../../src/start/idempotent-start.ts";
import { logStartProgress } from "../../../src/start/start-task.ts";
import { logProgress } from "../../../src/watch/progress.ts";
import type { ProgressEvent } from "../../../src/watch/tracker.ts";
import {
  CANCELLED,
  INDETERMINATE,
  NOT_SENT,
  RATE_LIMITED,
  REDIRECTED,
  recordingCore,
  rejected,
  taskOf,
  UNAVAILABLE,
} from "../../support/builders.ts";
import { MINUTE } from "../../support/clock.ts";

const linesFor = (event: ProgressEvent): string[] => {
  const core = recordingCore();
  logProgress(
    createLog(core, (text) => text),
    event,
    new Map(),
  );
  return core.lines;
};

describe("the log of a task's progress", () => {
  it.each<[string, ProgressEvent, string[]]>([
    [
      "the first state",
      { kind: "state", task: taskOf(), previous: null, waitedMs: 0 },
      ["info: 0 s: in_progress"],
    ],
    [
      "a change of state",
      { kind: "state", task: taskOf({ state: "completed" }), previous: "in_progress", waitedMs: 125_000 },
      ["info: 2 min 5 s: in_progress → completed"],
    ],
    [
      "an unknown state",
      { kind: "unknown_state", state: "a\n::b" },
      [
        'warning(Unknown task state): GitHub reports the state "a\\n::b", which this version does not know. The action treats the task as active. A newer version may know this state.',
      ],
    ],
    [
      "a pull request, which is logged after its lookup",
      { kind: "pull_request", task: taskOf(), waitedMs: 0 },
      [],
    ],
    [
      "a heartbeat",
      { kind: "heartbeat", tasks: [taskOf()], waitedMs: 5 * MINUTE, failure: null },
      ["info: 5 min: still in_progress"],
    ],
    [
      "a heartbeat during a failure",
      { kind: "heartbeat", tasks: [null], waitedMs: 5 * MINUTE, failure: UNAVAILABLE },
      ["info: 5 min: state not known yet; last poll failed: HTTP 503"],
    ],
    [
      "polling_failed",
      { kind: "polling_failed", failure: INDETERMINATE },
      ["info: Polling failed, retrying: HTTP 502"],
    ],
    [
      "the end of a failure",
      { kind: "recovered", waitedMs: 61_000 },
      ["info: 1 min 1 s: GitHub is responding again"],
    ],
  ])("%s", (_what, event, lines) => {
    expect(linesFor(event)).toEqual(lines);
  });
});

describe("the log of a start", () => {
  it.each<[StartEvent, string]>([
    [
      { kind: "retrying", failure: UNAVAILABLE, delayMs: 40_000 },
      "Not started yet: HTTP 503. Retrying in 40 s.",
    ],
    [
      { kind: "searching", failure: INDETERMINATE },
      "HTTP 502. The task may have been started anyway; searching for it.",
    ],
    [{ kind: "found", task: taskOf() }, "The start request succeeded. Following task task-1."],
    [{ kind: "resending" }, "No search found such a task. Sending the start request again."],
  ])("%o", (event, line) => {
    const core = recordingCore();
    logStartProgress(
      createLog(core, (text) => text),
      event,
      "octo/app: ",
    );
    expect(core.lines).toEqual([`info: octo/app: ${line}`]);
  });

  it("and of any request that is sent again", () => {
    const core = recordingCore();
    logRetry(createLog(core, (text) => text))(INDETERMINATE, 2_000);
    expect(core.lines).toEqual(["info: HTTP 502. Retrying in 2 s."]);
  });
});

describe("the log of the progress of many tasks", () => {
  const names = new Map([
    ["task-1", "octo/app"],
    ["task-2", "octo/web"],
    ["task-3", "octo/docs"],
  ]);
  const linesOf = (event: ProgressEvent): string[] => {
    const core = recordingCore();
    logProgress(
      createLog(core, (text) => text),
      event,
      names,
    );
    return core.lines;
  };

  it("names the task that has changed", () => {
    const task = taskOf({ id: "task-2", state: "failed" });
    expect(linesOf({ kind: "state", task, previous: "queued", waitedMs: 5000 })).toEqual([
      "info: 5 s: octo/web: queued → failed",
    ]);
  });

  it("counts running tasks by state", () => {
    const tasks = [taskOf(), null, taskOf({ state: "queued" })];
    expect(linesOf({ kind: "heartbeat", tasks, waitedMs: 5 * MINUTE, failure: INDETERMINATE })).toEqual([
      "info: 5 min: 3 of 3 tasks still running (1 in_progress, 1 not known yet, 1 queued); last poll failed: HTTP 502",
    ]);
  });

  it("says why the wait ends early, and when the next request is allowed", () => {
    const failure = { ...RATE_LIMITED, retryAfterMs: 80 * MINUTE };
    const allowedAt = Date.parse("2026-11-23T09:20:30Z");
    const text =
      "GitHub's rate limit is reached (HTTP 429: Too many requests). The next request is allowed at 2026-11-23 09:20 UTC, " +
      "after timeout_minutes runs out. So the wait ends";
    expect(linesOf({ kind: "ended_early", failure, allowedAt, earlyMs: 74 * MINUTE })).toEqual([
      `warning(Waiting timed out): ${text} 1 h 14 min early.`,
    ]);
    expect(linesOf({ kind: "ended_early", failure, allowedAt, earlyMs: 50_000 })).toEqual([
      `info: ${text} 50 s early.`,
    ]);
  });

  it("logs nothing for a poll that found nothing new", () => {
    expect(linesOf({ kind: "polled", waitedMs: 0, mayRequest: true })).toEqual([]);
  });
});

describe("a failure in a few words", () => {
  it.each<[RequestFailure, string]>([
    [NOT_SENT, "the connection was refused (ECONNREFUSED)"],
    [INDETERMINATE, "HTTP 502"],
    [RATE_LIMITED, "GitHub's rate limit is reached (HTTP 429: Too many requests)"],
    [UNAVAILABLE, "HTTP 503"],
    [rejected(404), "HTTP 404: No"],
    [rejected(401), "HTTP 401: No"],
    [REDIRECTED, "GitHub redirects to another address (HTTP 301)"],
    [CANCELLED, "the step was cancelled"],
  ])("%o", (failure, words) => {
    expect(describeFault(failure)).toBe(words);
  });
});
