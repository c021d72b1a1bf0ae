import { createEdits, type HiddenCounts } from "./edits.ts";
import { removeInvisible } from "./hidden-text.ts";
import { layOutPage } from "./layout.ts";
import { parseMarkdown } from "./parse.ts";
import { cutHiddenHtml } from "./sanitize.ts";

/** The longest text that is parsed, in code points. GitHub takes no longer one for an issue or a comment. */
const MAX_LENGTH = 65_536;

/** What people see of a text on its page. */
export interface VisibleText {
  /** In the Markdown of its author. Its lines end with `\n`. */
  readonly text: string;
  /** What was left out of it. */
  readonly hidden: HiddenCounts;
  /** Whether it was too long, and its end is missing. */
  readonly isCut: boolean;
}

/** What this module exports, with the parsers. They are a bundle of their own, because only few steps need them. */
export interface MarkdownReader {
  readonly toVisibleText: typeof toVisibleText;
  readonly toVisibleTitle: typeof toVisibleTitle;
}

export type LoadMarkdown = () => Promise<MarkdownReader>;

/**
 * Cuts everything from a text that GitHub's page does not show. Other Markdown stays as its author wrote it, except that
 * links by reference become links with their address.
 *
 * @throws {Error} if the text cannot be parsed, such as where its blocks nest very deep.
 */
export function toVisibleText(markdown: string): VisibleText {
  const { text: source, isCut } = limit(markdown.replace(/\r\n?/g, "\n").replaceAll("\0", "\ufffd"));
  const edits = createEdits(source);
  const page = layOutPage(source, parseMarkdown(source), edits);
  cutHiddenHtml(source, page, edits);
  const { text, removed } = removeInvisible(edits.apply());
  edits.count("character", removed);
  return { text: text.replace(/^(?:[ \t]*\n)+/, "").trimEnd(), hidden: edits.counts, isCut };
}

/** Takes the invisible characters out of a title. It is plain text, in one line. */
export function toVisibleTitle(title: string): VisibleText {
  const { text, removed } = removeInvisible(title);
  return {
    text: text.replace(/\s+/g, " ").trim(),
    hidden: new Map(removed > 0 ? [["character", removed]] : []),
    isCut: false,
  };
}

/** Cuts a text at a blank line if there is one, so that no paragraph is torn. */
function limit(text: string): { readonly text: string; readonly isCut: boolean } {
  const codePoints = text.length > MAX_LENGTH ? [...text] : [];
  if (codePoints.length <= MAX_LENGTH) {
    return { text, isCut: false };
  }
  const start = codePoints.slice(0, MAX_LENGTH).join("");
  const end = start.lastIndexOf("\n\n");
  return { text: end < 0 ? start : start.slice(0, end), isCut: true };
}
