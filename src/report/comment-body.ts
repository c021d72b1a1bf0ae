import { createHash } from "node:crypto";
import { link } from "../text/escape.ts";
import type { Result } from "./result.ts";
import { account, assemble, type Room, type SummaryContent } from "./summary.ts";

/** The longest comment, in bytes. GitHub takes 65,536 characters. */
const LONGEST = 60_000;

const TOO_LONG = "*The rest was left out: a comment can have 65,536 characters at most.*";

/** How much of it its parts may take at most. */
const ROOM: Room = { problems: 10_000, steps: 10_000, table: 38_000 };

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
  const [headline, ...paragraphs] = account({ results, problems }, ROOM);
  return assemble(
    [
      `${marker}\n${headline}`,
      ...paragraphs,
      ...whatGoesOn(results),
      `Written by ${link("a workflow run", runUrl)}.`,
    ],
    LONGEST,
    TOO_LONG,
  );
}

function whatGoesOn(results: readonly Result[]): readonly string[] {
  const goOn = results.filter(({ goesOn }) => goesOn).length;
  if (goOn === 0) {
    return [];
  }
  return [
    results.length === 1
      ? "The run that followed the task has ended; the task goes on."
      : `The run that followed the tasks has ended; ${goOn === 1 ? "one of them goes" : `${goOn} of them go`} on.`,
  ];
}
