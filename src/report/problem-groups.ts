import { joinList } from "../text/format.ts";
import { isStarted, nameResults, type Result } from "./result.ts";

/** What went wrong, and what to do. */
export interface Problem {
  readonly message: string;
  readonly remedy: string;
}

/** A problem of one or several tasks: in the words of the first, and what the others are called. */
export interface ProblemGroup extends Problem {
  /** Each task's own problem, the first one's too. */
  readonly all: readonly Problem[];
  /** Whether starts failed: then `others` are repositories. */
  readonly isOfStarts: boolean;
  readonly others: readonly string[];
}

/** Says once what several tasks met: problems are alike if they differ only in the task that they are about. */
export function groupProblems(
  problems: readonly Problem[],
  results: readonly Result[],
): readonly ProblemGroup[] {
  const names = nameResults(results);
  const alike = Map.groupBy(withSubjects(problems, results), causeOf);
  return [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [
          {
            ...first.problem,
            all: [first, ...others].map(({ problem }) => problem),
            isOfStarts: first.subject !== null && !isStarted(first.subject),
            others: others.flatMap(({ subject }) => (subject === null ? [] : (names.get(subject) ?? []))),
          },
        ],
  );
}

/** Which others have the same problem, as a sentence; empty where there are none. */
export function formatOthers({ isOfStarts, others }: ProblemGroup, most: number): string {
  if (others.length === 0) {
    return "";
  }
  const [where, one, several] = isOfStarts ? ["in", "repository", "repositories"] : ["for", "task", "tasks"];
  return `The same ${where} ${others.length} more ${others.length === 1 ? one : several}: ${joinList(others, most)}.`;
}

/** A problem, and the task that it is about; null where it tells of none. */
interface ToldProblem {
  readonly problem: Problem;
  readonly subject: Result | null;
}

/** Finds the task that has the problem as its error, else the one that the problem names. */
function withSubjects(problems: readonly Problem[], results: readonly Result[]): readonly ToldProblem[] {
  const failed = new Set(results.filter(({ report }) => report.error !== undefined));
  return problems.map((problem) => {
    const { message } = problem;
    const words = wordsIn(message);
    const subject =
      [...failed].find(({ report }) => report.error === message) ??
      results.find(({ report }) => words.has(report.task_id)) ??
      results.find(({ report }) => words.has(report.repository)) ??
      null;
    if (subject !== null) {
      // A message that names no task may be that of several.
      failed.delete(subject);
    }
    return { problem, subject };
  });
}

/** The words of a message, such as IDs and names of repositories, without what ends or encloses them. */
function wordsIn(message: string): ReadonlySet<string> {
  const words = message.split(/[\s:;,()]+/).map((word) => word.replace(/\.$/, ""));
  return new Set(words.filter((word) => word !== ""));
}

/** The problem without what its task is called. */
function causeOf({ problem, subject }: ToldProblem): string {
  const own = subject === null ? [] : [subject.report.repository, subject.report.task_id];
  return own
    .filter((name) => name !== "")
    .reduce((text, name) => text.replaceAll(name, ""), `${problem.message}\n${problem.remedy}`);
}
