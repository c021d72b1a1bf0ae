import { expect, it } from "@jest/globals";
import { createPacer } from "../../../src/start/write-throttle.ts";
import { NOW, unstopped, virtualClock } from "../../support/action-harness.ts";

it("keeps writes a second apart, and lets the first go at once", async () => {
  const clock = virtualClock();
  const pacer = createPacer({ clock, signal: unstopped });
  const sent: number[] = [];
  for (const work of [0, 300, 1500, 0]) {
    await pacer.turn();
    pacer.sent();
    sent.push(clock.now() - NOW);
    clock.advance(work);
  }
  expect(sent).toEqual([0, 1000, 2000, 3500]);
});

it("counts from the last write, where one turn takes several", async () => {
  const clock = virtualClock();
  const pacer = createPacer({ clock, signal: unstopped });
  await pacer.turn();
  pacer.sent();
  clock.advance(5000);
  pacer.sent();
  await pacer.turn();
  expect(clock.now() - NOW).toBe(6000);
});
