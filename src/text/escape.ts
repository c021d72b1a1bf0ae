import { removeInvisible } from "./invisible.ts";

/**
 * Text from outside (names, errors, branches, addresses) is hostile. It reaches stdout only through {@link escapeLine},
 * and Markdown only through {@link escapeMarkdown}, {@link escapeCell} or {@link fenceText}.
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
 * mention, a reference to an issue or a commit, an emoji or a formula.
 */
export function escapeMarkdown(text: string): string {
  return escapeAround(text, () => false);
}

/**
 * Makes text literal in Markdown like {@link escapeMarkdown}, except for addresses that may be links.
 *
 * @param isTrusted gets an https address in the text, and tells if it may be a link: only GitHub's addresses and our own,
 *   never one that other people could have written there.
 */
export function escapeAround(text: string, isTrusted: (address: string) => boolean): string {
  const links: string[] = [];
  const pieces = [""];
  for (const [i, part] of toVisibleLine(text).trim().split(ADDRESS).entries()) {
    const href = i % 2 === 1 && isTrusted(part) ? toHref(part) : null;
    if (href === null) {
      pieces.push(`${pieces.pop()}${part}`);
    } else {
      links.push(`<${href}>`);
      pieces.push("");
    }
  }
  return (
    pieces
      .map((piece, i) => `${escapeInline(piece)}${links[i] ?? ""}`)
      .join("")
      // These are markup only at the start of a line: lists, rules and underlines.
      .replace(/^(\d*)([-+=.])/, "$1\\$2")
  );
}

/**
 * Makes text literal in a cell of a Markdown table like {@link escapeMarkdown}. A long word can break: a table is at least
 * as wide as the longest word in each column, and would be wider than the page.
 */
export function escapeCell(text: string): string {
  return toVisibleLine(text)
    .replace(UNBROKEN, `$&${MARK}`)
    .split(MARK)
    .map(escapeMarkdown)
    .join(ZERO_WIDTH_SPACE);
}

/** As many characters as a column may be wide, without any at which a browser breaks a word, and not the last ones. */
const UNBROKEN = /[^\s/-]{20}(?=[^\s/-])/gu;

/** A control character, which visible text does not have. */
const MARK = "\0";

const ZERO_WIDTH_SPACE = "\u200b";

/** Makes one line of visible text literal, except at its start. */
function escapeInline(text: string): string {
  return (
    text
      // A backslash escapes punctuation; `&` and `$` are safe only as entities.
      .replace(/[\\`*_{}[\]<>()#!|~:@^]/g, "\\$&")
      .replaceAll("&", "&amp;")
      .replaceAll("$", "&#36;")
      // GitHub finds mentions, references, addresses and emoji after Markdown. An invisible word joiner breaks them.
      .replace(/\\[@#]/g, `$&${WORD_JOINER}`)
      .replaceAll(":/", `:${WORD_JOINER}/`)
      .replace(/(w)(\.)/gi, `$1${WORD_JOINER}$2`)
      .replace(/\\:(?=(?:[\w+-]|\\_)+\\:)/g, `$&${WORD_JOINER}`)
      .replace(/\bGH(?=-\d)/gi, `$&${WORD_JOINER}`)
      .replace(COMMIT_OR_UUID, (word) => (word.includes("-") ? word : breakCommit(word)))
  );
}

/**
 * What GitHub links if such a commit exists: 40 or 64 hexadecimal digits, or the first 7 or more of them. UUIDs and short
 * numbers look like that too, but they are no commits, and people copy them.
 */
const COMMIT_OR_UUID =
  /(?<!\w)[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}(?!\w)|(?<![a-z\d])(?!\d{1,39}(?![a-z\d]))[\da-f]{7,64}(?![a-z\d])/gi;

/** Breaks a commit's name into parts that are too short for one. */
function breakCommit(word: string): string {
  return word.replace(/.{6}(?=.)/g, `$&${WORD_JOINER}`);
}

/** An address in a sentence, without the punctuation of the sentence. */
const ADDRESS = /(https:\/\/[^\s<>"'`|\\]+[^\s<>"'`|\\.,;:!?()[\]{}])/;

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
  const href = toHref(address);
  return href === null ? label : `[${label}](<${href}>)`;
}

/** An address as it is safe between `<` and `>` in Markdown; null if it is not allowed. */
function toHref(address: string): string | null {
  const url = URL.parse(address);
  const allowed =
    url !== null &&
    (url.protocol === "https:" || (url.protocol === "http:" && url.hostname === "127.0.0.1")) &&
    url.username === "" &&
    url.password === "";
  return allowed ? url.href.replace(/[<>()|\\`\s]/g, encodeURIComponent) : null;
}

const WORD_JOINER = "\u2060";

/**
 * Joins lines with blanks and removes control, format, unassigned and invisible characters. The runner's comparison is
 * culture-sensitive and skips such characters, so `::` and `##[` could hide behind one.
 */
function toVisibleLine(text: string): string {
  return removeInvisible(text.replace(/[\r\n\t\u2028\u2029\u0085]+/gu, " "));
}
