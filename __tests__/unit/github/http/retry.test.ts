import { describe, expect, it } from "@jest/globals";
import type { RequestFailure } from "../../../../src/github/http/error.ts";
import type { RequestResult } from "../../../../src/github/http/result.ts";
import { OUT_OF_TIME, RETRY_BUDGET_MS, withRetry } from "../../../../src/github/http/retry.ts";
import {
  answered,
  CANCELLED,
  failed,
  INDETERMINATE,
  NOT_SENT,
  RATE_LIMITED,
  REDIRECTED,
  rejected,
  UNAVAILABLE,
} from "../../../support/builders.ts";
import { lookupWith, NOW, SECOND, virtualClock, waitContext } from "../../../support/clock.ts";

/** Reads with these answers in turn, the last one for ever. */
async function readWith(...answers: RequestResult<string>[]) {
  const clock = virtualClock();
  const told: [RequestFailure["kind"], number][] = [];
  let sent = 0;
  const answer = await withRetry(
    async () => {
      sent += 1;
      return answers[Math.min(sent, answers.length) - 1] ?? failed(INDETERMINATE);
    },
    {
      ...waitContext(clock),
      giveUpAt: NOW + RETRY_BUDGET_MS,
      onRetry: (failure, delayMs) => told.push([failure.kind, delayMs / SECOND]),
    },
  );
  return { answer, sent, told, waitedMs: clock.now() - NOW };
}

describe("a request that only reads", () => {
  it("is sent once where it works", async () => {
    expect(await readWith(answered("x"))).toEqual({ answer: answered("x"), sent: 1, told: [], waitedMs: 0 });
  });

  it.each<[RequestFailure["kind"], RequestFailure, number]>([
    ["not_sent", NOT_SENT, 1],
    ["indeterminate", INDETERMINATE, 1],
    ["rate_limited", RATE_LIMITED, 20],
    ["indeterminate", UNAVAILABLE, 40],
  ])("is sent again after %s", async (kind, failure, seconds) => {
    const { answer, sent, told } = await readWith(failed(failure), answered("x"));
    expect(answer).toEqual(answered("x"));
    expect(sent).toBe(2);
    expect(told).toEqual([[kind, seconds]]);
  });

  it.each<[RequestFailure["kind"], RequestFailure]>([
    ["rejected", rejected(404)],
    ["redirected", REDIRECTED],
    ["cancelled", CANCELLED],
  ])("is not sent again after %s", async (_kind, failure) => {
    expect(await readWith(failed(failure), answered("x"))).toMatchObject({
      answer: failed(failure),
      sent: 1,
    });
  });

  it.each(["certificate", "proxy_login"] as const)(
    "is retried once if waiting does not help: %s",
    async (obstacle) => {
      const failure = { ...NOT_SENT, obstacle };
      expect(await readWith(failed(failure))).toMatchObject({ answer: failed(failure), sent: 2 });
    },
  );

  it("is given up after three minutes with the last failure", async () => {
    const { answer, waitedMs } = await readWith(failed(NOT_SENT), failed(NOT_SENT), failed(INDETERMINATE));
    expect(answer).toEqual(failed(INDETERMINATE));
    expect(waitedMs).toBeLessThanOrEqual(RETRY_BUDGET_MS);
    expect(waitedMs).toBeGreaterThan(RETRY_BUDGET_MS - 30 * SECOND);
  });

  it("is given up sooner where the caller says so", async () => {
    const clock = virtualClock();
    await withRetry(async () => failed(NOT_SENT), lookupWith({ clock, retryBudgetMs: 10 * SECOND }));
    expect(clock.now() - NOW).toBe(7 * SECOND);
  });

  it("shares its time with the other requests of its purpose, and nothing is sent after it", async () => {
    const clock = virtualClock();
    const options = lookupWith({ clock, retryBudgetMs: 10 * SECOND });
    const sent: number[] = [];
    const send = async () => {
      sent.push((clock.now() - NOW) / SECOND);
      clock.advance(4 * SECOND);
      return answered("x");
    };
    const results = [];
    for (let request = 1; request <= 5; request++) {
      results.push((await withRetry(send, options)).ok);
    }
    expect(sent).toEqual([0, 4, 8]);
    expect(results).toEqual([true, true, true, false, false]);
    expect(await withRetry(send, options)).toEqual(failed(OUT_OF_TIME));
  });

  it("is sent again after 1 and 2 minutes if rate limits name no time", async () => {
    const { told, waitedMs } = await readWith(failed({ ...RATE_LIMITED, retryAfterMs: null }));
    expect(told).toEqual([
      ["rate_limited", 60],
      ["rate_limited", 120],
    ]);
    expect(waitedMs).toBe(RETRY_BUDGET_MS);
  });

  it("does not sleep through a limit that ends after its time", async () => {
    const failure = { ...UNAVAILABLE, retryAfterMs: RETRY_BUDGET_MS + 1 };
    expect(await readWith(failed(failure))).toEqual({
      answer: failed(failure),
      sent: 1,
      told: [],
      waitedMs: 0,
    });
  });
});
