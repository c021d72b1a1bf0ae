import type { ActionContext } from "../context.ts";
import { redactTexts } from "../runner/log.ts";
import { buildTaskOutputs } from "./outputs.ts";
import type { Result } from "./result.ts";

/** What is known of each task of a step. */
export interface ResultStore {
  /**
   * Takes down how tasks stand, and writes all outputs: from here on, whatever happens, that is not lost.
   *
   * @param entries each with the task's place among those of the step, from 0.
   */
  record(...entries: readonly (readonly [index: number, result: Result])[]): void;
  /** What has been taken down, in the order of the inputs. */
  results(): readonly Result[];
}

/** @param size how many tasks the step has in all. */
export function createResultStore(
  { outputs, redact }: Pick<ActionContext, "outputs" | "redact">,
  size: number,
): ResultStore {
  const known = new Map<number, Result>();
  const results = () => [...known].sort(([a], [b]) => a - b).map(([, result]) => result);
  return {
    record: (...entries) => {
      if (entries.length === 0) {
        return;
      }
      for (const [index, result] of entries) {
        known.set(index, result);
      }
      // Before long texts are cut: a token that is cut in two would not be found.
      outputs.write(buildTaskOutputs(redactTexts(redact, results()), size === 1));
    },
    results,
  };
}
