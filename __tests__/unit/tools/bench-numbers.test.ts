import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { meanDelay, median, quantile } from "../../../tools/bench/numbers.ts";

describe("a quantile", () => {
  it.each([
    [[3], 0.5, 3],
    [[3, 1, 2], 0.5, 2],
    [[4, 1], 0.5, 2.5],
    [[0, 10, 20, 30, 40], 0.1, 4],
    [[0, 10, 20, 30, 40], 1, 40],
  ])("of %j at %d is %d", (values, part, expected) => {
    expect(quantile(values, part)).toBeCloseTo(expected, 9);
  });

  it("of nothing is no number", () => {
    expect(median([])).toBeNaN();
  });
});

describe("the mean delay", () => {
  it.each([
    // Each ten seconds: 5 s on average, wherever the ends lie.
    [[10, 20, 30, 40], 0, 40, 5],
    [[10, 20, 30, 40], 5, 35, 5],
    // Only the last part of a gap: the ends from 8 to 10 are seen within 2 s.
    [[10], 8, 10, 1],
    // Longer gaps count for more: (10² / 2 + 30² / 2) / 40.
    [[10, 40], 0, 40, 12.5],
    // A look after the last end is what sees it.
    [[20], 0, 10, 15],
  ])("of looks at %j for ends from %d to %d is %d", (looks, from, to, expected) => {
    expect(meanDelay(looks, from, to)).toBeCloseTo(expected, 9);
  });

  it("cannot be told where nobody looks after the last end", () => {
    expect(() => meanDelay([10, 20], 0, 21)).toThrow("No poll comes");
  });

  it("is what many single ends come to", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 }), (gaps) => {
        const looks = gaps.map((_gap, i) => gaps.slice(0, i + 1).reduce((a, b) => a + b, 0));
        const to = looks.at(-1) ?? 0;
        const ends = Array.from({ length: 2000 }, (_value, i) => ((i + 0.5) / 2000) * to);
        const delays = ends.map((end) => (looks.find((look) => look >= end) ?? Number.NaN) - end);
        const expected = delays.reduce((a, b) => a + b, 0) / delays.length;
        expect(Math.abs(meanDelay(looks, 0, to) - expected)).toBeLessThan(0.3);
      }),
    );
  });
});
