import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { systemClock } from "../../../src/runner/clock.ts";
import { NOW } from "../../support/clock.ts";

describe("the machine's clock", () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: NOW });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it("tells the time", () => {
    expect(systemClock.now()).toBe(NOW);
  });

  it("sleeps as long as it is told to", async () => {
    let awake = false;
    const slept = systemClock.sleep(1000, new AbortController().signal).then(() => {
      awake = true;
    });
    await jest.advanceTimersByTimeAsync(999);
    expect(awake).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    await slept;
    expect(awake).toBe(true);
  });

  it("wakes up when the signal aborts, and leaves no timer behind", async () => {
    const stop = new AbortController();
    const slept = systemClock.sleep(60_000, stop.signal);
    expect(jest.getTimerCount()).toBe(1);
    stop.abort();
    await slept;
    expect(jest.getTimerCount()).toBe(0);
    expect(systemClock.now()).toBe(NOW);
  });

  it("does not even fall asleep where the signal has aborted", async () => {
    await systemClock.sleep(60_000, AbortSignal.abort());
    expect(jest.getTimerCount()).toBe(0);
  });
});
