import { createHash } from "node:crypto";
import { link, markdown } from "./escape.ts";
import { assemble, headline, nextSteps, type SummaryContent, table } from "./summary.ts";
import type { Result } from "./task-report.ts";

/** The longest comment and the longest table in it, in bytes. GitHub takes 65,536 characters. */
const LONGEST = 60_000;
const LONGEST_TABLE = 40_000;
const TOO_LONG = "*The rest was left out: a comment can have 65,536 characters at most.*";

/** What a comment tells. */
export type CommentContent = Pick<SummaryContent, "results" | "problems">;

/** What a comment of a key begins with; it does not show. */
export function commentMarker(key: string): string {
  return `<!-- agent-task-action: ${createHash("sha256").update(key).digest("hex").slice(0, 16)} -->`;
}

/**
 * The comment on an issue, as Markdown: what the summary says, without the prompt.
 *
 * @param runUrl address of the workflow run that writes it.
 */
export function commentBody(marker: string, { results, problems }: CommentContent, runUrl: string): string {
  const shown = fitting(results);
  const goesOn = results.some((result) => result.goesOn);
  const paragraphs = [
    `${marker}\n${headline(results, problems.length > 0)}`,
    ...problems.map(({ message, remedy }) => `**${markdown(message)}** ${markdown(remedy)}`),
    ...(shown.length > 0 ? [table(shown)] : []),
    ...(shown.length < results.length ? [`The first ${shown.length} of ${results.length}.`] : []),
    ...shown.flatMap(nextSteps),
    ...(goesOn ? ["The run that followed the task has ended; the task goes on."] : []),
    `Written by ${link("a workflow run", runUrl)}.`,
  ];
  return assemble(paragraphs, LONGEST, TOO_LONG);
}

/** As many results as the table has room for. */
function fitting(results: readonly Result[]): readonly Result[] {
  return results.length === 0 || Buffer.byteLength(table(results)) <= LONGEST_TABLE
    ? results
    : fitting(results.slice(0, Math.floor(results.length / 2)));
}
