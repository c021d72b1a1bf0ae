import { describe, expect, it } from "@jest/globals";
import { double, integer, option, property } from "fast-check";
import { computeBackoff } from "../../../../src/github/http/retry.ts";
import { holds } from "../../../support/action-harness.ts";

const chance = double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("backing off", () => {
  it("doubles from 1 s to 30 s", () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 20].map((attempt) => computeBackoff(attempt, null, () => 0));
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it("waits as long as the server asks where that is longer", () => {
    expect(computeBackoff(1, 90_000, () => 0)).toBe(90_000);
    expect(computeBackoff(6, 1_000, () => 0)).toBe(30_000);
    expect(computeBackoff(1, 0, () => 0)).toBe(1_000);
  });

  it("is never sooner than the server asks, and at most a tenth longer than need be", () => {
    const retryAfter = option(integer({ min: 0, max: 3_600_000 }));
    holds(
      property(integer({ min: 1, max: 2000 }), retryAfter, chance, (attempt, retryAfterMs, random) => {
        const least = Math.max(1000, retryAfterMs ?? 0);
        const delay = computeBackoff(attempt, retryAfterMs, () => random);
        expect(delay).toBeGreaterThanOrEqual(least);
        expect(delay).toBeLessThanOrEqual(Math.max(30_000, least) * 1.1);
      }),
    );
  });
});
