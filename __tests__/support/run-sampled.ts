import { openServer } from "./run-dist.ts";
import { openStage } from "./run-in-process.ts";
import { createRuns, type Runs } from "./simulated-runs.ts";

/**
 * Runs for the rows of a table that differ only in their data: the first one runs the built action in a process of its
 * own, the others run `src/` in this process.
 */
export function sampleDist(): Runs {
  let isFirst = true;
  return createRuns((scenario, steps) => {
    const open = isFirst ? openServer : openStage;
    isFirst = false;
    return open(scenario, steps);
  });
}
