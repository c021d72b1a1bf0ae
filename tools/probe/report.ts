import { getFullName, type Repository } from "../../src/github/repository.ts";
import { escapeLine } from "../../src/text/escape.ts";
import { truncate } from "../../src/text/format.ts";
import { FACTS, type Verdict } from "./facts.ts";
import type { Observations } from "./observe.ts";

/** The result of a probe. Every text is safe to print: one short line. `redact` removes the token. */
export function buildReport(
  observations: Observations,
  repository: Repository,
  redact: (text: string) => string,
) {
  const { task, polls, startedAt, endedAt } = observations;
  const clean = (text: string) => truncate(escapeLine(redact(text)), 200);
  return {
    repository: getFullName(repository),
    task_id: clean(task.id),
    task_url: clean(task.htmlUrl),
    followed_seconds: Math.round((endedAt - startedAt) / 1000),
    requests: 1 + Object.values(polls).flat().length,
    facts: FACTS.map(({ id, question, answer: decide }) => {
      const { answer, seen } = decide(observations);
      return { id, question, answer, seen: clean(seen) };
    }),
  };
}

/** The report as a table for people. */
export function renderTable({ facts, ...report }: ReturnType<typeof buildReport>): string {
  const width = Math.max(...facts.map(({ question }) => question.length));
  const count = (answer: Verdict["answer"]) => facts.filter((fact) => fact.answer === answer).length;
  const rows = facts.map(({ answer, question, seen }) =>
    `${answer.replace("_", " ").padEnd(8)}  ${question.padEnd(width)}  ${seen}`.trimEnd(),
  );
  return `Task ${report.task_id} in ${report.repository}${report.task_url && `: ${report.task_url}`}
Polled for ${report.followed_seconds} s, ${report.requests} requests.

${rows.join("\n")}

${count("yes")} yes, ${count("no")} no, ${count("not_seen")} not seen.
`;
}
