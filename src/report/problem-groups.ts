import type { Problem } from "../github/agent-tasks/problems.ts";
import { joinList } from "../text/format.ts";
import { nameResults, type Result } from "./result.ts";

/** Problems with the same cause: the words of the first, and the names of the others' tasks. */
export interface ProblemGroup extends Problem {
  /** Every problem of the group, the first included. */
  readonly all: readonly Problem[];
  /** Whether starts failed: then `others` are repositories. */
  readonly isOfStarts: boolean;
  readonly others: readonly string[];
}

/** Groups problems that differ only in the task that they are about. */
export function groupProblems(
  problems: readonly Problem[],
  results: readonly Result[],
): readonly ProblemGroup[] {
  const names = nameResults(results);
  const nameOfSubject = ({ subject }: Problem): string[] => {
    const result = results.find(
      ({ report }) =>
        report.task_id === subject?.taskId &&
        (subject.taskId !== "" || report.repository === subject.repository),
    );
    return result === undefined ? [] : [names.get(result) ?? ""];
  };
  return [...Map.groupBy(problems, ({ cause }) => cause).values()].flatMap((all) => {
    const [first, ...others] = all;
    return first === undefined
      ? []
      : [{ ...first, all, isOfStarts: first.subject?.taskId === "", others: others.flatMap(nameOfSubject) }];
  });
}

/** Which others have the same problem, as a sentence. Empty if there are none. */
export function formatOthers({ isOfStarts, others }: ProblemGroup, maxNames: number): string {
  if (others.length === 0) {
    return "";
  }
  const [where, singular, plural] = isOfStarts
    ? ["in", "repository", "repositories"]
    : ["for", "task", "tasks"];
  const noun = others.length === 1 ? singular : plural;
  return `The same ${where} ${others.length} more ${noun}: ${joinList(others, maxNames)}.`;
}
