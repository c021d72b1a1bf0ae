import { openServer } from "./run-dist.ts";
import { openStage } from "./run-in-process.ts";
import { createRuns, type Runs } from "./simulated-runs.ts";

/** With `E2E=dist` every test gets processes. It takes three times as long. */
const IS_EACH_A_PROCESS = process.env.E2E === "dist";

/** Tells for one test after the other whether it gets a process: the first one does. */
export function createSampler(): () => boolean {
  let isFirst = true;
  return () => {
    const isProcess = isFirst || IS_EACH_A_PROCESS;
    isFirst = false;
    return isProcess;
  };
}

/**
 * Runs for the rows of a table, or the tests of one behaviour: the first one runs the built action in a process of its
 * own, the others run `src/` in this process.
 */
export function sampleDist(): Runs {
  const isProcess = createSampler();
  return createRuns((scenario, steps) => (isProcess() ? openServer : openStage)(scenario, steps));
}
