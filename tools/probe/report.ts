import { escapeLine } from "../../src/text/escape.ts";
import { FACTS, type Verdict } from "./facts.ts";
import type { Observations } from "./observations.ts";

/** The longest text of the server's that is shown, in code points. */
const LONGEST = 200;

/** What a probe found out. Every text is safe to print: one line, no control characters, not too long. */
export interface Report {
  readonly repository: string;
  readonly task_id: string;
  readonly task_url: string;
  readonly followed_seconds: number;
  readonly requests: number;
  readonly facts: readonly ReportedFact[];
}

interface ReportedFact extends Verdict {
  readonly id: string;
  readonly topic: string;
  readonly question: string;
}

/**
 * Decides every fact.
 *
 * @param redact takes the token out of a text.
 */
export function reportOf(
  observations: Observations,
  repository: string,
  redact: (text: string) => string,
): Report {
  const { task } = observations.started;
  const safe = (text: string) => shorten(escapeLine(redact(text)));
  return {
    repository: safe(repository),
    task_id: safe(task.id),
    task_url: safe(task.htmlUrl),
    followed_seconds: Math.round(observations.followedMs / 1000),
    requests: observations.requests,
    facts: FACTS.map(({ id, topic, question, decide }) => {
      const { answer, seen } = decide(observations);
      return { id, topic, question, answer, seen: safe(seen) };
    }),
  };
}

/** The report for people: a table with a heading for each topic. */
export function renderTable(report: Report): string {
  const { facts } = report;
  const width = Math.max(...facts.map(({ question }) => question.length));
  const lines = facts.flatMap(({ topic, question, answer, seen }, i) => [
    ...(facts[i - 1]?.topic === topic ? [] : ["", topic]),
    `  ${WORDS[answer].padEnd(8)}  ${question.padEnd(width)}  ${seen}`.trimEnd(),
  ]);
  const count = (answer: Verdict["answer"]) => facts.filter((fact) => fact.answer === answer).length;
  return [
    `Task ${report.task_id} in ${report.repository}${report.task_url === "" ? "" : `: ${report.task_url}`}`,
    `Followed for ${report.followed_seconds} s, ${report.requests} requests.`,
    ...lines,
    "",
    `${count("yes")} yes, ${count("no")} no, ${count("not_seen")} not seen.`,
    "",
  ].join("\n");
}

/** The report for programs. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

const WORDS = { yes: "yes", no: "no", not_seen: "not seen" } as const satisfies Record<
  Verdict["answer"],
  string
>;

function shorten(text: string): string {
  const points = [...text];
  return points.length <= LONGEST ? text : `${points.slice(0, LONGEST - 1).join("")}…`;
}
