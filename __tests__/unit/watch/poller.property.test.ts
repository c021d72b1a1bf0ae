import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { getPhase, type Task } from "../../../src/github/agent-tasks/task.ts";
import { pollUntilDone } from "../../../src/watch/poller.ts";
import { answered, readerOf, taskOf } from "../../support/builders.ts";
import { NOW, SECOND, unstopped } from "../../support/clock.ts";
import { propertySettings } from "../../support/property-settings.ts";
import { createTimeline } from "../../support/timeline.ts";

const settings = propertySettings("poller", 20261120, 1000);

/** The states of a task, and after how many seconds each begins. */
const course = fc.record({
  turns: fc.array(
    fc.record({
      after: fc.oneof(fc.nat(50), fc.nat(500), fc.nat(4000)),
      state: fc.constantFrom("queued", "in_progress", "reticulating", "idle", "waiting_for_user"),
    }),
    { maxLength: 5 },
  ),
  end: fc.option(
    fc.record({
      after: fc.oneof(fc.nat(50), fc.nat(500), fc.nat(4000)),
      state: fc.constantFrom("completed", "failed", "timed_out", "cancelled"),
    }),
  ),
  tellsUpdates: fc.boolean(),
  timeout: fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 9000 })),
  ahead: fc.integer({ min: -300, max: 300 }),
  isKnown: fc.boolean(),
  dice: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
    minLength: 1,
    maxLength: 5,
  }),
});

/** The longest time between two polls. */
const MAX_GAP_MS = 33_000;
/** How long a paused task must stay unchanged until it counts as settled. */
const QUIET_MS = 60_000;

describe("polling a task without faults", () => {
  it("sees the end at most 33 s late, and never early", async () => {
    const property = fc.asyncProperty(
      course,
      async ({ turns, end, tellsUpdates, timeout, ahead, isKnown, dice }) => {
        const time = createTimeline();
        let at = NOW;
        const stages = [{ at, state: "queued" }];
        for (const turn of end === null ? turns : [...turns, end]) {
          at += turn.after * SECOND;
          stages.push({ at, state: turn.state });
        }
        const stageAt = (now: number) =>
          stages.findLast((stage) => stage.at <= now) ?? { at: NOW, state: "" };
        const poll = (): Task => {
          const stage = stageAt(time.now());
          polls.push({ at: time.now(), state: stage.state });
          const updatedAt = tellsUpdates ? stage.at + ahead * SECOND : null;
          return taskOf({ state: stage.state, updatedAt, createdAt: NOW });
        };
        const polls: { readonly at: number; readonly state: string }[] = [];
        const serverNow = () => time.now() + ahead * SECOND;
        let drawn = 0;
        const [ends] = await time.run(() =>
          pollUntilDone(
            readerOf(async () => answered(poll(), { serverNow: serverNow() })),
            [
              {
                index: 0,
                id: "task-1",
                repository: null,
                started: true,
                isOwn: false,
                known: isKnown ? { task: poll(), serverNow: serverNow() } : null,
              },
            ],
            {
              until: "settled",
              timeoutMs: timeout * SECOND,
              pollIntervalMs: null,
              firstStartedAt: time.now(),
              onProgress: async () => {},
            },
            { clock: time, random: () => dice[drawn++ % dice.length] ?? 0, signal: unstopped },
          ),
        );
        const outcome = ends?.get("task-1");
        const now = time.now();
        const stage = stageAt(now);
        // Without `updated_at` a task is quiet as long as each poll shows the same state.
        const change = polls.findLastIndex(({ state }) => state !== stage.state);
        const quietSince = tellsUpdates ? stage.at : (polls[change + 1]?.at ?? now);
        const isQuiet = now - quietSince >= QUIET_MS;

        // The latest time at which a poll has seen the end. Without `updated_at` a poll must see the pause first.
        const patience = QUIET_MS + MAX_GAP_MS + (tellsUpdates ? 0 : MAX_GAP_MS);
        const seenBy = ({ at, state }: (typeof stages)[number], index: number): number => {
          const until = stages[index + 1]?.at ?? Number.POSITIVE_INFINITY;
          switch (getPhase(state)) {
            case "final":
              return at + MAX_GAP_MS;
            case "paused":
              return until - at > patience ? at + patience : Number.POSITIVE_INFINITY;
            case "active":
              return Number.POSITIVE_INFINITY;
          }
        };
        const deadline = Math.min(...stages.map(seenBy));
        if (outcome?.kind === "done") {
          expect(outcome.task.state).toBe(stage.state);
          const phase = getPhase(stage.state);
          expect(phase === "final" || (phase === "paused" && isQuiet)).toBe(true);
          expect(now).toBeLessThanOrEqual(deadline);
        } else {
          expect(outcome?.kind).toBe("wait_timeout");
          expect(now).toBe(NOW + timeout * SECOND);
          expect(now).toBeLessThanOrEqual(deadline);
        }
      },
    );
    await fc.assert(property, settings);
  });
});
