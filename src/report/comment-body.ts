import { createHash } from "node:crypto";
import { formatLink } from "../text/escape.ts";
import type { Result } from "./result.ts";
import { type ByteBudget, formatResultSections, joinWithinLimit, type SummaryContent } from "./summary.ts";

/** The longest comment, in bytes. GitHub takes 65,536 characters. */
const MAX_COMMENT_BYTES = 60_000;

const TOO_LONG = "*The rest was left out: a comment can have 65,536 characters at most.*";

/** How much of it its parts may take at most. */
const BYTE_BUDGET: ByteBudget = { problems: 10_000, steps: 10_000, table: 38_000 };

/** What a comment tells. */
export type CommentContent = Pick<SummaryContent, "results" | "problems">;

/** What a comment of a key begins with; it does not show. */
export function formatMarker(key: string): string {
  return `<!-- agent-task-action: ${createHash("sha256").update(key).digest("hex").slice(0, 16)} -->`;
}

/**
 * The comment on an issue, as Markdown: what the summary says, without the prompt.
 *
 * @param runUrl address of the workflow run that writes it.
 */
export function formatComment(marker: string, { results, problems }: CommentContent, runUrl: string): string {
  const [headline, ...paragraphs] = formatResultSections({ results, problems }, BYTE_BUDGET);
  return joinWithinLimit(
    [
      `${marker}\n${headline}`,
      ...paragraphs,
      ...formatRunning(results),
      `Written by ${formatLink("a workflow run", runUrl)}.`,
    ],
    MAX_COMMENT_BYTES,
    TOO_LONG,
  );
}

function formatRunning(results: readonly Result[]): readonly string[] {
  const goOn = results.filter(({ stillRunning }) => stillRunning).length;
  if (goOn === 0) {
    return [];
  }
  return [
    results.length === 1
      ? "The run that followed the task has ended; the task goes on."
      : `The run that followed the tasks has ended; ${goOn === 1 ? "one of them goes" : `${goOn} of them go`} on.`,
  ];
}
