import type { Step } from "../context.ts";
import { redactTexts } from "../runner/log.ts";
import { taskOutputs } from "./outputs.ts";
import type { Result } from "./result.ts";

/** What is known of each task of a step. */
export interface Ledger {
  /**
   * Takes down how tasks stand, and writes all outputs: from here on, whatever happens, that is not lost.
   *
   * @param entries each with the task's place among those of the step, from 0.
   */
  note(...entries: readonly (readonly [index: number, result: Result])[]): void;
  /** What has been taken down, in the order of the inputs. */
  results(): readonly Result[];
}

/** @param size how many tasks the step has in all. */
export function createLedger(
  { writeOutputs, redact }: Pick<Step, "writeOutputs" | "redact">,
  size: number,
): Ledger {
  const known = new Map<number, Result>();
  const results = () => [...known].sort(([a], [b]) => a - b).map(([, result]) => result);
  return {
    note: (...entries) => {
      if (entries.length === 0) {
        return;
      }
      for (const [index, result] of entries) {
        known.set(index, result);
      }
      // Before long texts are cut: a token that is cut in two would not be found.
      writeOutputs(taskOutputs(redactTexts(redact, results()), size === 1));
    },
    results,
  };
}
