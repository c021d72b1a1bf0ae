/**
 * Everything that comes from outside (names, errors, branches, addresses) is hostile. It reaches stdout through
 * {@link escapeLine} and Markdown through {@link escapeMarkdown} or {@link fenceText}, and through nothing else.
 */

/**
 * Text for one line of the log: nothing in it is a command to the runner, moves the cursor, hides, or turns the
 * direction of writing.
 *
 * The runner takes a line for a command if its first non-blank characters are `::`, or if it has `##[` anywhere;
 * a lone carriage return ends a line too. Source: `ActionCommand.cs` in actions/runner.
 */
export function escapeLine(text: string): string {
  return breakUp(text)
    .replace(/^(\s*):(?=:)/u, "$1: ")
    .replaceAll("##[", "## [");
}

/**
 * Text for Markdown, table cells included: it is shown as it is. No markup, HTML, link, image, mention, reference
 * to an issue, emoji code or formula comes of it.
 */
export function escapeMarkdown(text: string): string {
  return (
    breakUp(text)
      .trim()
      // A backslash makes punctuation mean itself; `&` and `$` are safe only as entities.
      .replace(/[\\`*_{}[\]<>()#!|~:@^]/g, "\\$&")
      // These mean something at the beginning of a line only: lists, rules and underlines.
      .replace(/^(\d*)([-+=.])/, "$1\\$2")
      .replaceAll("&", "&amp;")
      .replaceAll("$", "&#36;")
      // GitHub looks for mentions, references, addresses and emoji after Markdown: an invisible word joiner ends them.
      .replace(/\\[@#]/g, `$&${WORD_JOINER}`)
      .replaceAll(":/", `:${WORD_JOINER}/`)
      .replace(/(w)(\.)/gi, `$1${WORD_JOINER}$2`)
      .replace(/\\:(?=(?:[\w+-]|\\_)+\\:)/g, `$&${WORD_JOINER}`)
      .replace(/\bGH(?=-\d)/gi, `$&${WORD_JOINER}`)
  );
}

/** A block of text in a code fence that is longer than any inside. Line breaks stay, nothing else means anything. */
export function fenceText(text: string, language = "text"): string {
  const lines = text.split(/\r\n|\r|\n/).map(breakUp);
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence].join("\n");
}

/**
 * A link, where the address is one that may be linked: https (or plain http to this machine). Otherwise its words
 * alone.
 *
 * @param words Markdown that is safe: our own, or out of {@link escapeMarkdown}.
 */
export function formatLink(words: string, address: string): string {
  const url = URL.parse(address);
  const allowed =
    url !== null &&
    (url.protocol === "https:" || (url.protocol === "http:" && url.hostname === "127.0.0.1")) &&
    url.username === "" &&
    url.password === "";
  return allowed ? `[${words}](<${url.href.replace(/[<>()|\\`\s]/g, encodeURIComponent)}>)` : words;
}

const WORD_JOINER = "\u2060";

/**
 * One line without control, format and unassigned characters, and without those drawn as nothing: the runner compares by
 * the rules of a culture, which skip them, so that `::` and `##[` could hide behind one. What separates lines or columns
 * becomes a blank.
 */
function breakUp(text: string): string {
  return text
    .replace(/[\r\n\t\u2028\u2029\u0085]+/gu, " ")
    .replace(/[\p{C}\p{Default_Ignorable_Code_Point}]/gu, "");
}
