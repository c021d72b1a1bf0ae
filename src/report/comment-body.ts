import { createHash } from "node:crypto";
import { formatLink } from "../text/escape.ts";
import { joinWithinBytes } from "../text/format.ts";
import { formatStillRunning } from "./next-steps.ts";
import { type ByteBudget, type CommentContent, formatResultSections } from "./summary.ts";

/** GitHub accepts 65,536 characters. */
const MAX_COMMENT_BYTES = 60_000;

const TOO_LONG = "*The rest was left out: a comment is limited to 65,536 characters.*";

const BYTE_BUDGET: ByteBudget = { problems: 10_000, steps: 10_000, table: 38_000 };

/** The hidden first line of a key's comment. */
export function formatMarker(key: string): string {
  return `<!-- agent-task-action: ${createHash("sha256").update(key).digest("hex").slice(0, 16)} -->`;
}

/**
 * The comment on an issue, as Markdown. It shows what the job summary shows, without the prompt and the chart.
 *
 * @param runUrl address of the workflow run that writes it.
 */
export function formatComment(marker: string, content: CommentContent, runUrl: string): string {
  const { results } = content;
  const isRunning = results.some(({ stillRunning }) => stillRunning);
  const running = isRunning ? [`${formatStillRunning(results)} The workflow run has stopped waiting.`] : [];
  const [headline, ...paragraphs] = formatResultSections(
    { ...content, running, serverUrl: URL.parse(runUrl)?.origin ?? "" },
    BYTE_BUDGET,
  );
  return joinWithinBytes(
    [`${marker}\n${headline}`, ...paragraphs, `Written by ${formatLink("a workflow run", runUrl)}.`],
    MAX_COMMENT_BYTES,
    TOO_LONG,
  );
}
