import type { Problem } from "./agent-tasks/errors.ts";
import type { Begun } from "./begin-all.ts";
import { listed } from "./report/words.ts";
import { nameOf } from "./runner.ts";
import type { Step } from "./step.ts";

/** The most repositories that one error names. */
const MOST_NAMED = 10;

/** Why tasks are missing. Tasks that may be from a start whose answer was lost are linked. */
export function tellFailures({ log }: Step, begun: readonly Begun[]): readonly Problem[] {
  const problems: Problem[] = [];
  const notTried: string[] = [];
  for (const [{ repository }, beginning] of begun) {
    switch (beginning.kind) {
      case "task":
      case "skipped":
        break;
      case "failed":
        for (const { id, htmlUrl } of beginning.candidates) {
          log.warning(
            "A task may have been started",
            `It may be task ${id}: ${htmlUrl || "no link is known"}`,
          );
        }
        problems.push(beginning.problem);
        break;
      case "not_tried":
        notTried.push(nameOf(repository));
        break;
    }
  }
  if (notTried.length > 0) {
    problems.push({
      message: `For the same reason nothing was tried in ${notTried.length === 1 ? "" : `these ${notTried.length}: `}${listed(notTried, MOST_NAMED)}.`,
      remedy: "A re-run of this step starts what is missing.",
    });
  }
  return problems;
}
