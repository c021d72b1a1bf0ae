import { expect, it } from "@jest/globals";
import { createWriteThrottle } from "../../../src/start/write-throttle.ts";
import { NOW, unstopped, virtualClock } from "../../support/clock.ts";

it("keeps writes a second apart, and lets the first go at once", async () => {
  const clock = virtualClock();
  const throttle = createWriteThrottle({ clock, signal: unstopped });
  const sent: number[] = [];
  for (const work of [0, 300, 1500, 0]) {
    await throttle.wait();
    throttle.markSent();
    sent.push(clock.now() - NOW);
    clock.advance(work);
  }
  expect(sent).toEqual([0, 1000, 2000, 3500]);
});

it("counts from the last write, where one turn takes several", async () => {
  const clock = virtualClock();
  const throttle = createWriteThrottle({ clock, signal: unstopped });
  await throttle.wait();
  throttle.markSent();
  clock.advance(5000);
  throttle.markSent();
  await throttle.wait();
  expect(clock.now() - NOW).toBe(6000);
});
