/**
 * Text from outside (names, errors, branches, addresses) is hostile. It reaches stdout only through {@link escapeLine},
 * and Markdown only through {@link escapeMarkdown} or {@link fenceText}.
 */

/**
 * Makes text safe for one line of the log: it cannot give the runner a command, move the cursor, hide text or change the
 * writing direction.
 *
 * The runner reads a line as a command if its first non-blank characters are `::`, or if it contains `##[`. A lone
 * carriage return ends a line too. Source: `ActionCommand.cs` in actions/runner.
 */
export function escapeLine(text: string): string {
  return toVisibleLine(text)
    .replace(/^(\s*):(?=:)/u, "$1: ")
    .replaceAll("##[", "## [");
}

/**
 * Makes text literal in Markdown, including table cells: no part of it becomes markup, HTML, a link, an image, a
 * mention, an issue reference, an emoji or a formula.
 */
export function escapeMarkdown(text: string): string {
  return (
    toVisibleLine(text)
      .trim()
      // A backslash escapes punctuation; `&` and `$` are safe only as entities.
      .replace(/[\\`*_{}[\]<>()#!|~:@^]/g, "\\$&")
      // These are markup only at the start of a line: lists, rules and underlines.
      .replace(/^(\d*)([-+=.])/, "$1\\$2")
      .replaceAll("&", "&amp;")
      .replaceAll("$", "&#36;")
      // GitHub finds mentions, references, addresses and emoji after Markdown. An invisible word joiner breaks them.
      .replace(/\\[@#]/g, `$&${WORD_JOINER}`)
      .replaceAll(":/", `:${WORD_JOINER}/`)
      .replace(/(w)(\.)/gi, `$1${WORD_JOINER}$2`)
      .replace(/\\:(?=(?:[\w+-]|\\_)+\\:)/g, `$&${WORD_JOINER}`)
      .replace(/\bGH(?=-\d)/gi, `$&${WORD_JOINER}`)
  );
}

/** Puts text in a code block. The fence is longer than any fence in the text, so the text cannot end it. */
export function fenceText(text: string, language = "text"): string {
  const lines = text.split(/\r\n|\r|\n/).map(toVisibleLine);
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence].join("\n");
}

/**
 * A Markdown link, or only the label if the address is not https (or http to this machine).
 *
 * @param label safe Markdown: our own, or from {@link escapeMarkdown}.
 */
export function formatLink(label: string, address: string): string {
  const url = URL.parse(address);
  const allowed =
    url !== null &&
    (url.protocol === "https:" || (url.protocol === "http:" && url.hostname === "127.0.0.1")) &&
    url.username === "" &&
    url.password === "";
  return allowed ? `[${label}](<${url.href.replace(/[<>()|\\`\s]/g, encodeURIComponent)}>)` : label;
}

const WORD_JOINER = "\u2060";

/**
 * Joins lines with blanks and removes control, format, unassigned and invisible characters. The runner's comparison is
 * culture-sensitive and skips such characters, so `::` and `##[` could hide behind one.
 */
function toVisibleLine(text: string): string {
  return text
    .replace(/[\r\n\t\u2028\u2029\u0085]+/gu, " ")
    .replace(/[\p{C}\p{Default_Ignorable_Code_Point}]/gu, "");
}
