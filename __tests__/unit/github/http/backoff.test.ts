import { describe, expect, it } from "@jest/globals";
import { double, integer, property } from "fast-check";
import { computeBackoff, extendStreak, type FailureStreak } from "../../../../src/github/http/backoff.ts";
import type { RequestFailure } from "../../../../src/github/http/error.ts";
import { INDETERMINATE, RATE_LIMITED } from "../../../support/builders.ts";
import { MINUTE, NOW, SECOND } from "../../../support/clock.ts";
import { holds } from "../../../support/property-settings.ts";

const chance = double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** A streak that ends with this failure. */
const streakOf = (count: number, last: RequestFailure, unnamedLimits = 0): FailureStreak => ({
  last,
  count,
  unnamedLimits,
  since: NOW,
});
const unavailable = (retryAfterMs: number) => ({ ...INDETERMINATE, retryAfterMs }) as const;
const UNNAMED_LIMIT = { ...RATE_LIMITED, retryAfterMs: null };

describe("backing off", () => {
  it("doubles from 1 s to 30 s", () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 20].map((count) =>
      computeBackoff(streakOf(count, INDETERMINATE), () => 0),
    );
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it("waits as long as the server asks where that is longer", () => {
    expect(computeBackoff(streakOf(1, unavailable(90_000)), () => 0)).toBe(90_000);
    expect(computeBackoff(streakOf(6, unavailable(1_000)), () => 0)).toBe(30_000);
    expect(computeBackoff(streakOf(1, unavailable(0)), () => 0)).toBe(1_000);
  });

  it("is never sooner than the server asks, and at most a tenth longer than need be", () => {
    holds(
      property(
        integer({ min: 1, max: 2000 }),
        integer({ min: 0, max: 3_600_000 }),
        chance,
        (count, retryAfterMs, random) => {
          const least = Math.max(1000, retryAfterMs);
          const delay = computeBackoff(streakOf(count, unavailable(retryAfterMs)), () => random);
          expect(delay).toBeGreaterThanOrEqual(least);
          expect(delay).toBeLessThanOrEqual(Math.max(30_000, least) * 1.1);
        },
      ),
    );
  });

  it("waits a minute after a rate limit for which the server names no time, twice as long each time, at most an hour", () => {
    let streak: FailureStreak | null = null;
    const delays: number[] = [];
    for (let limits = 1; limits <= 8; limits++) {
      streak = extendStreak(streak, UNNAMED_LIMIT, NOW);
      delays.push(computeBackoff(streak, () => 0) / MINUTE);
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  it("counts only such limits, not other failures before and between them", () => {
    let streak: FailureStreak | null = null;
    const delays: number[] = [];
    for (const failure of [INDETERMINATE, INDETERMINATE, UNNAMED_LIMIT, RATE_LIMITED, UNNAMED_LIMIT]) {
      streak = extendStreak(streak, failure, NOW);
      delays.push(computeBackoff(streak, () => 0) / SECOND);
    }
    expect(delays).toEqual([1, 2, 60, 20, 120]);
  });
});
