import type { HiddenCounts, HiddenKind } from "../markdown/edits.ts";
import type { VisibleText } from "../markdown/visible-text.ts";
import { pluralize } from "../text/format.ts";
import type { CommentText, IssueText } from "./issue-quote.ts";

/** How a log names what was left out, one of each. */
const NAMES: Readonly<Record<HiddenKind, string>> = {
  comment: "HTML comment",
  tag: "HTML tag",
  attribute: "HTML attribute",
  element: "hidden HTML element",
  instruction: "processing instruction",
  declaration: "HTML declaration",
  cdata: "CDATA section",
  definition: "unused link definition",
  title: "link or image title",
  alternative: "alternative text",
  address: "removed address",
  footnote: "unused footnote",
  label: "footnote label",
  info: "code block option",
  cell: "surplus table cell",
  character: "invisible character",
};

/** A comment whose body is parsed. */
export interface VisibleComment extends Omit<CommentText, "body"> {
  readonly body: VisibleText;
}

/** The texts of an issue, and what was left out of all of them. */
export function joinVisibleTexts(
  title: VisibleText,
  body: VisibleText,
  comments: readonly VisibleComment[],
): { readonly issue: IssueText; readonly hidden: HiddenCounts } {
  const hidden = new Map<HiddenKind, number>();
  const texts = [title, body, ...comments.map((comment) => comment.body)];
  for (const [kind, count] of texts.flatMap((text) => [...text.hidden])) {
    hidden.set(kind, (hidden.get(kind) ?? 0) + count);
  }
  const issue = {
    title: title.text,
    body: body.text,
    comments: comments.map((comment) => ({ ...comment, body: comment.body.text })),
    isCut: texts.some(({ isCut }) => isCut),
  };
  return { issue, hidden };
}

/** What was left out, in words: `2 HTML comments, 1 alternative text`. Empty if nothing was. */
export function formatHidden(hidden: HiddenCounts): string {
  return [...hidden].map(([kind, count]) => pluralize(count, NAMES[kind])).join(", ");
}
