import { describe, expect, it } from "@jest/globals";
import { getLimitDelay, getRetryDelay, getServerTime } from "../../../../src/github/http/response-times.ts";
import { NOW } from "../../../support/clock.ts";

/** A time for `x-ratelimit-reset`, in seconds. */
const inSeconds = (seconds: number) => String(NOW / 1000 + seconds);

describe("the server's time", () => {
  it.each([
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
    "  Sun, 06 Nov 1994 08:49:37 GMT ",
  ])("is read in each format of HTTP: %s", (date) => {
    expect(getServerTime({ date })).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
  });

  it.each([undefined, "", "0", 0, "-1", "60.5", "tomorrow", "Sun, 99 Nov 1994 08:49:37 GMT"])(
    "is not read out of %p",
    (date) => {
      expect(getServerTime({ date })).toBeNull();
    },
  );
});

describe("Retry-After", () => {
  it.each([
    ["7", 7_000],
    [7, 7_000],
    [" 7 ", 7_000],
    ["60.5", 61_000],
    ["0.1", 1_000],
    ["1.0", 1_000],
    [new Date(NOW + 25_000).toUTCString(), 25_000],
  ])("is whole seconds, rounded up, or a date: %p", (retryAfter, delayMs) => {
    expect(getRetryDelay({ "retry-after": retryAfter }, NOW)).toBe(delayMs);
    expect(getLimitDelay({ "retry-after": retryAfter }, NOW)).toBe(delayMs);
  });

  it.each(["", "0", "0.0", "-1", "-60.5", "soon", "60s", "60, 60", "1e3", "0x10", "NaN", "Infinity"])(
    "is no time: %p",
    (retryAfter) => {
      expect(getRetryDelay({ "retry-after": retryAfter }, NOW)).toBeNull();
      expect(getLimitDelay({ "retry-after": retryAfter }, NOW)).toBeNull();
    },
  );

  it("is no time if its date is over or far ahead", () => {
    for (const ms of [-5_000, 0, 25 * 3_600_000]) {
      const headers = { "retry-after": new Date(NOW + ms).toUTCString() };
      expect([getRetryDelay(headers, NOW), getLimitDelay(headers, NOW)]).toEqual([null, null]);
    }
  });
});

describe("the reset of a rate limit", () => {
  const limit = (reset: string | number, more = {}) =>
    getLimitDelay({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset, ...more }, NOW);

  it("counts if no requests remain, and by the server's clock", () => {
    expect(limit(inSeconds(90))).toBe(90_000);
    expect(limit(inSeconds(90), { "x-ratelimit-remaining": 0 })).toBe(90_000);
    expect(limit(inSeconds(90), { "x-ratelimit-remaining": "1" })).toBeNull();
    expect(limit(inSeconds(90), { date: new Date(NOW + 60_000).toUTCString() })).toBe(30_000);
    expect(
      getRetryDelay({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": inSeconds(9) }, NOW),
    ).toBeNull();
  });

  it.each(["", "0", "-1", "soon", inSeconds(-1), inSeconds(0), inSeconds(7201), String(NOW)])(
    "is no time: %p",
    (reset) => {
      expect(limit(reset)).toBeNull();
    },
  );

  it("counts if Retry-After is no time", () => {
    expect(limit(inSeconds(90), { "retry-after": "-1" })).toBe(90_000);
    expect(limit(inSeconds(90), { "retry-after": "20" })).toBe(20_000);
  });
});
