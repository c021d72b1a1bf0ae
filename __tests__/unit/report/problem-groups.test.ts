import { describe, expect, it } from "@jest/globals";
import type { Problem } from "../../../src/github/agent-tasks/problems.ts";
import { formatOthers, groupProblems } from "../../../src/report/problem-groups.ts";
import type { Result } from "../../../src/report/result.ts";
import { failedStart, problemOf, resultWith, unseenResult } from "../../support/builders.ts";

const REMEDY = "Check it.";

/** A start in each repository that failed for that cause. */
const failures = (cause: string, ...repositories: string[]): { results: Result[]; problems: Problem[] } => {
  const problems = repositories.map((repository) =>
    problemOf(
      `Could not start a task in ${repository}: ${cause}.`,
      `See https://github.com/${repository}/agents`,
      { subject: { repository, taskId: "" }, cause },
    ),
  );
  const results = repositories.map((repository, i) => failedStart(repository, problems[i]?.message ?? ""));
  return { results, problems };
};

/** Each cause with those that share it, as people read it. */
const told = (problems: readonly Problem[], results: readonly Result[]): string[] =>
  groupProblems(problems, results).map((problem) =>
    `${problem.message} ${formatOthers(problem, 3)}`.trimEnd(),
  );

describe("problems of several tasks", () => {
  it("are said once where they differ only in the repository", () => {
    const missing = failures("HTTP 404", "octo/app", "octo/app-2", "octo/a");
    const rejected = failures("HTTP 422", "octo/web");
    const problems = [...missing.problems.slice(0, 2), ...rejected.problems, ...missing.problems.slice(2)];
    const results = [resultWith(), ...rejected.results, ...missing.results];
    expect(told(problems, results)).toEqual([
      "Could not start a task in octo/app: HTTP 404. Same error in 2 more repositories: octo/app-2, octo/a.",
      "Could not start a task in octo/web: HTTP 422.",
    ]);
    const [shared] = groupProblems(problems, results);
    expect(shared).toMatchObject(problems[0] ?? {});
    expect(shared?.all).toEqual(missing.problems);
  });

  it("are said once where they differ only in the task's ID", () => {
    const message = (id: string) => `Could not look at task ${id}: HTTP 404.`;
    const ids = ["7a", "7b", "7c"];
    const problemsIn = (nameOf: (id: string) => string) =>
      ids.map((id) =>
        problemOf(message(id), REMEDY, {
          subject: { repository: nameOf(id), taskId: id },
          cause: "HTTP 404",
        }),
      );
    const unseen = ids.map((id) => unseenResult(id, "octo/app", message(id)));
    expect(
      told(
        problemsIn(() => "octo/app"),
        unseen,
      ),
    ).toEqual([`${message("7a")} Same error for 2 more tasks: 7b, 7c.`]);
    const seen = ids.map((id) => resultWith({ task_id: id, repository: `octo/${id}` }));
    expect(told(problemsIn((id) => `octo/${id}`).slice(0, 2), seen)).toEqual([
      `${message("7a")} Same error for 1 more task: octo/7b.`,
    ]);
  });

  it("name at most so many of the others", () => {
    const { problems, results } = failures("No", ..."abcdef".split("").map((name) => `octo/${name}`));
    expect(told(problems, results)).toEqual([
      "Could not start a task in octo/a: No. Same error in 5 more repositories: octo/b, octo/c, octo/d and 2 more.",
    ]);
  });

  it("stay apart where the remedy differs, or what is not a name", () => {
    const problems = ["a", "b"].map((remedy) => problemOf("Could not.", remedy));
    expect(told(problems, [])).toEqual(["Could not.", "Could not."]);
    const { results } = failures("No", "octo/app", "octo/application");
    const others = [
      ["octo/app", "404"],
      ["octo/app", "403"],
      ["octo/application", "404"],
    ] as const;
    expect(
      told(
        others.map(([repository, cause]) =>
          problemOf(`${repository}: ${cause}.`, REMEDY, { subject: { repository, taskId: "" }, cause }),
        ),
        results,
      ),
    ).toEqual(["octo/app: 404. Same error in 1 more repository: octo/application.", "octo/app: 403."]);
  });

  it("have each repository where the words are the same", () => {
    const problems = ["octo/a", "octo/b"].map((repository) =>
      problemOf("Could not read the pull request.", REMEDY, { subject: { repository, taskId: "" } }),
    );
    const results = ["octo/a", "octo/b"].map((repository) =>
      failedStart(repository, "Could not read the pull request."),
    );
    expect(told(problems, results)).toEqual([
      "Could not read the pull request. Same error in 1 more repository: octo/b.",
    ]);
    expect(told(problems.slice(0, 1), results)).toEqual(["Could not read the pull request."]);
  });

  it("are none where there are none, and are not of a task where they name none", () => {
    expect(told([], [resultWith()])).toEqual([]);
    const problem = problemOf("No (HTTP 502)", REMEDY);
    const results = [resultWith({ repository: "" }), failedStart("octo/app", "Not tried.")];
    expect(groupProblems([problem, problem], results)).toEqual([
      { ...problem, all: [problem, problem], isOfStarts: false, others: [] },
    ]);
  });
});
