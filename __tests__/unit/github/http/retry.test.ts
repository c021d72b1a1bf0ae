import { describe, expect, it } from "@jest/globals";
import type { Fault } from "../../../../src/github/http/error.ts";
import type { Answer } from "../../../../src/github/http/result.ts";
import { READ_FOR_MS, readAgain } from "../../../../src/github/http/retry.ts";
import {
  answered,
  CANCELLED,
  DOUBTFUL,
  failed,
  NOT_SENT,
  NOW,
  RATE_LIMITED,
  REDIRECTED,
  refused,
  SECOND,
  UNAVAILABLE,
  virtualClock,
  waitContext,
} from "../../../support/action-harness.ts";

/** Reads with these answers in turn, the last one for ever. */
async function readWith(...answers: Answer<string>[]) {
  const clock = virtualClock();
  const told: [Fault["kind"], number][] = [];
  let sent = 0;
  const answer = await readAgain(
    async () => {
      sent += 1;
      return answers[Math.min(sent, answers.length) - 1] ?? failed(DOUBTFUL);
    },
    waitContext(clock),
    (fault, delayMs) => told.push([fault.kind, delayMs / SECOND]),
  );
  return { answer, sent, told, waitedMs: clock.now() - NOW };
}

describe("a request that only reads", () => {
  it("is sent once where it works", async () => {
    expect(await readWith(answered("x"))).toEqual({ answer: answered("x"), sent: 1, told: [], waitedMs: 0 });
  });

  it.each<[Fault["kind"], Fault, number]>([
    ["not_sent", NOT_SENT, 1],
    ["doubtful", DOUBTFUL, 1],
    ["rate_limited", RATE_LIMITED, 20],
    ["unavailable", UNAVAILABLE, 40],
  ])("is sent again after %s", async (kind, fault, seconds) => {
    const { answer, sent, told } = await readWith(failed(fault), answered("x"));
    expect(answer).toEqual(answered("x"));
    expect(sent).toBe(2);
    expect(told).toEqual([[kind, seconds]]);
  });

  it.each<[Fault["kind"], Fault]>([
    ["refused", refused(404)],
    ["redirected", REDIRECTED],
    ["cancelled", CANCELLED],
  ])("is not sent again after %s", async (_kind, fault) => {
    expect(await readWith(failed(fault), answered("x"))).toMatchObject({ answer: failed(fault), sent: 1 });
  });

  it("is given up after three minutes with the last fault", async () => {
    const { answer, waitedMs } = await readWith(failed(NOT_SENT), failed(NOT_SENT), failed(DOUBTFUL));
    expect(answer).toEqual(failed(DOUBTFUL));
    expect(waitedMs).toBeLessThanOrEqual(READ_FOR_MS);
    expect(waitedMs).toBeGreaterThan(READ_FOR_MS - 30 * SECOND);
  });

  it("is given up sooner where the caller says so", async () => {
    const clock = virtualClock();
    await readAgain(
      async () => failed(NOT_SENT),
      waitContext(clock),
      () => {},
      10 * SECOND,
    );
    expect(clock.now() - NOW).toBe(7 * SECOND);
  });

  it("does not sleep through a limit that ends after its time", async () => {
    const fault = { ...UNAVAILABLE, retryAfterMs: READ_FOR_MS + 1 };
    expect(await readWith(failed(fault))).toEqual({ answer: failed(fault), sent: 1, told: [], waitedMs: 0 });
  });
});
