import { describe, expect, it } from "@jest/globals";
import { double, integer, property } from "fast-check";
import { computePollInterval, intervalFor, spareRateLimit } from "../../../src/watch/poll-interval.ts";
import { holds } from "../../support/property-settings.ts";

const chance = double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const waited = integer({ min: 0, max: 24 * 3_600_000 });

describe("the adaptive interval", () => {
  it.each([
    [0, 5_000],
    [100_000, 5_000],
    [200_000, 10_000],
    [400_000, 20_000],
    [600_000, 20_000],
    [3_600_000, 20_000],
  ])("after %d ms is %d ms, without jitter", (waitedMs, interval) => {
    expect(computePollInterval(waitedMs, null, () => 0)).toBe(interval);
  });

  it("is from 5 to 22 seconds for any random number", () => {
    holds(
      property(waited, chance, (waitedMs, random) => {
        const interval = computePollInterval(waitedMs, null, () => random);
        expect(interval).toBeGreaterThanOrEqual(5_000);
        expect(interval).toBeLessThanOrEqual(22_000);
      }),
    );
  });

  it("never shrinks as the wait grows, and jitter only makes it longer", () => {
    holds(
      property(waited, waited, chance, (a, b, random) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        const calm = computePollInterval(more, null, () => 0);
        expect(calm).toBeGreaterThanOrEqual(computePollInterval(less, null, () => 0));
        expect(computePollInterval(more, null, () => random)).toBeGreaterThanOrEqual(calm);
        expect(computePollInterval(more, null, () => random)).toBeLessThan(calm * 1.1 + 1);
      }),
    );
  });
});

describe("a fixed interval", () => {
  it("is exact to the millisecond", () => {
    holds(
      property(waited, integer({ min: 1000, max: 3_600_000 }), chance, (waitedMs, fixed, random) => {
        expect(computePollInterval(waitedMs, fixed, () => random)).toBe(fixed);
      }),
    );
  });
});

describe("the time to the next poll round", () => {
  it.each([
    [1, 5_000],
    [2, 8_000],
    [11, 80_000],
    [16, 120_000],
    [100, 120_000],
    [450, 405_000],
  ])("after %d requests is at least %d ms", (requests, ms) => {
    expect(intervalFor(5_000, requests)).toBe(ms);
  });

  it.each([
    [1, 5_000],
    [5, 5_000],
    [20, 18_000],
    [100, 90_000],
    [450, 405_000],
  ])("after %d requests of which one failed only keeps to the limit of an hour: %d ms", (requests, ms) => {
    expect(intervalFor(5_000, requests, true)).toBe(ms);
  });

  it("is never shorter than the interval", () => {
    expect(intervalFor(30_000, 2)).toBe(30_000);
  });
});

describe("the interval while little of the rate limit is left", () => {
  const left = (remaining: number, resetsInMs = 3_600_000) => ({ limit: 5000, remaining, resetsInMs });

  it.each([
    [5000, 20_000],
    [1000, 20_000],
    [800, 25_000],
    [500, 40_000],
    [100, 200_000],
    [1, 300_000],
    [0, 300_000],
  ])("with %d of 5,000 requests left is %d ms instead of 20,000", (remaining, ms) => {
    expect(spareRateLimit(20_000, left(remaining))).toBe(ms);
  });

  it("ends when the limit resets, and is never shorter than without", () => {
    expect(spareRateLimit(20_000, left(10, 90_000))).toBe(90_000);
    expect(spareRateLimit(20_000, left(10, 0))).toBe(20_000);
    expect(spareRateLimit(400_000, left(10))).toBe(400_000);
    expect(spareRateLimit(20_000, null)).toBe(20_000);
  });

  it("is up to 5 minutes if nobody knows when the limit resets", () => {
    const unknown = { limit: 5000, resetsInMs: null };
    expect(spareRateLimit(20_000, { ...unknown, remaining: 5000 })).toBe(20_000);
    expect(spareRateLimit(20_000, { ...unknown, remaining: 100 })).toBe(200_000);
    expect(spareRateLimit(20_000, { ...unknown, remaining: 0 })).toBe(300_000);
  });
});
