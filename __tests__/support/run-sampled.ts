import { openServer } from "./run-dist.ts";
import { openStage } from "./run-in-process.ts";
import { createRuns, type Runs } from "./simulated-runs.ts";

/** With `E2E=dist` every test gets processes. It takes three times as long. */
export const IS_EACH_A_PROCESS = process.env.E2E === "dist";

/**
 * Runs for the rows of a table, or the tests of one behaviour: the first one runs the built action in a process of its
 * own, the others run `src/` in this process.
 */
export function sampleDist(): Runs {
  let isFirst = true;
  return createRuns((scenario, steps) => {
    const open = isFirst || IS_EACH_A_PROCESS ? openServer : openStage;
    isFirst = false;
    return open(scenario, steps);
  });
}
