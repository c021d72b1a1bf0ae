import type { Problem } from "../github/agent-tasks/problems.ts";
import { joinList, pluralize } from "../text/format.ts";
import { nameResults, type Result } from "./result.ts";

/** The limit for a message and for a remedy in annotations, summary and comment, in characters. */
export const MAX_PROBLEM_LENGTH = 2_000;

/** Problems with the same cause, with the message and remedy of the first. */
export interface ProblemGroup extends Problem {
  /** All problems of the group, including the first. */
  readonly all: readonly Problem[];
  /** Whether starts failed. Then `others` are repositories. */
  readonly isOfStarts: boolean;
  /** The names of the other tasks. */
  readonly others: readonly string[];
}

/** Groups problems that differ only in their task. */
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

/** Names the other tasks or repositories with the same error in a sentence. No sentence if there are none. */
export function formatOthers({ isOfStarts, others }: ProblemGroup, maxNames: number): string[] {
  const names = joinList(others, maxNames);
  if (others.length === 0) {
    return [];
  }
  if (!isOfStarts) {
    return [`Same error for ${pluralize(others.length, "more task")}: ${names}.`];
  }
  return others.length === 1
    ? [`Same error in 1 more repository: ${names}.`]
    : [`Same error in ${others.length} more repositories: ${names}.`];
}
