import type { ActionContext } from "../context.ts";
import type { FailOn } from "../inputs/shared-inputs.ts";
import { buildTaskOutputs } from "./outputs.ts";
import type { Result } from "./result.ts";

/** The latest result of each task of the step. */
export interface ResultStore {
  /**
   * Keeps results and writes all outputs, so that later steps have them even if this step is killed.
   *
   * @param entries each with the index of its task in the inputs.
   */
  record(...entries: readonly (readonly [index: number, result: Result])[]): void;
  /** The results so far, in the order of the inputs. */
  results(): readonly Result[];
}

/**
 * @param size how many tasks the step has.
 * @param failOn the outcomes that fail the step.
 */
export function createResultStore(
  { outputs }: Pick<ActionContext, "outputs">,
  size: number,
  failOn: ReadonlySet<FailOn>,
): ResultStore {
  const byIndex = new Map<number, Result>();
  const results = () => [...byIndex].sort(([a], [b]) => a - b).map(([, result]) => result);
  return {
    record: (...entries) => {
      if (entries.length === 0) {
        return;
      }
      for (const [index, result] of entries) {
        byIndex.set(index, result);
      }
      outputs.write(buildTaskOutputs(results(), failOn, size === 1));
    },
    results,
  };
}
