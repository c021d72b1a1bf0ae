import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { listenForCancel } from "../../../src/runner/cancellation.ts";

/** A process that is told to stop by hand. */
function fakeProcess() {
  const listeners = new Map<string, () => void>();
  const exits: number[] = [];
  return {
    exits,
    send: (signal: "SIGINT" | "SIGTERM") => listeners.get(signal)?.(),
    process: {
      on: (signal: string, listener: () => void) => listeners.set(signal, listener),
      exit: (status: number) => void exits.push(status),
    },
  };
}

describe("being told to stop", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it("does nothing before a signal comes", () => {
    const { process, exits } = fakeProcess();
    const stop = listenForCancel(process);
    jest.advanceTimersByTime(60_000);
    expect([stop.signal.aborted, stop.graceSignal.aborted, stop.exitStatus(), exits]).toEqual([
      false,
      false,
      null,
      [],
    ]);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "by %s stops all at once, a start a little later, and ends within 3 s with %d",
    (name, status) => {
      const { process, send, exits } = fakeProcess();
      const stop = listenForCancel(process);
      send(name);
      expect([stop.signal.aborted, stop.graceSignal.aborted, stop.exitStatus()]).toEqual([
        true,
        false,
        status,
      ]);
      jest.advanceTimersByTime(2_000);
      expect([stop.graceSignal.aborted, exits]).toEqual([true, []]);
      jest.advanceTimersByTime(999);
      expect(exits).toEqual([status]);
    },
  );

  it("counts the time to its end from when the start is really stopped, which a busy machine delays", () => {
    const { process, send, exits } = fakeProcess();
    const stop = listenForCancel(process);
    send("SIGINT");
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(2_000);
    expect([stop.graceSignal.aborted, jest.getTimerCount(), exits]).toEqual([true, 1, []]);
  });

  it("goes by the first signal", () => {
    const { process, send, exits } = fakeProcess();
    const stop = listenForCancel(process);
    send("SIGINT");
    send("SIGTERM");
    jest.advanceTimersByTime(60_000);
    expect([stop.exitStatus(), exits]).toEqual([130, [130]]);
  });
});
