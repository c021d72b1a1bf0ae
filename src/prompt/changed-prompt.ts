import { removeInvisible } from "../text/invisible.ts";

/**
 * Prompts come back from GitHub, whose API is in preview. It may escape them, make links of addresses, change their white
 * space, add text or cut their end. What it has changed cannot be trusted, but it must not pass for another task's prompt.
 */

/** The words that begin a trace line. */
export const TRACE_WORDS = "Started by GitHub Actions:";

/** The same with anything between the words that is not a letter or a digit. People write "started" in their sentences. */
const CHANGED_TRACE_WORDS = new RegExp(
  TRACE_WORDS.replace(":", " :").split(" ").join(String.raw`[\W_]*?`),
  "g",
);

/** What some program takes for the end of a line. */
const LINE_END = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;

/** HTML comments, also one without an end, and tags. */
const HTML = /<!--(?:-?>|[\s\S]*?(?:--!?>|$))|<[/!?]?[a-z][^<>]*>/gi;

const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]\w{1,31}));/gi;

const NAMED_ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** Decodes character references. Those with other names than XML's are no letters that we compare, so they go. */
function decodeEntities(text: string): string {
  return text.replace(ENTITY, (_entity, decimal?: string, hex?: string, name = "") => {
    const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    const isCodePoint = code <= 0x10ffff;
    return isCodePoint ? String.fromCodePoint(code) : (NAMED_ENTITIES.get(name.toLowerCase()) ?? "");
  });
}

/** The letters and digits of a text: what escaping, links and changed white space leave of it. */
function toLetters(text: string): string {
  return removeInvisible(decodeEntities(text)).replace(/[^\p{L}\p{N}]/gu, "");
}

/** A name or an address from a trace without escapes, quotes around it and changed white space. */
export function normalizeName(name: string): string {
  return decodeEntities(name)
    .replace(/^"|"$/g, "")
    .replace(/\\(?=[\W_])/g, "")
    .replace(/\s+/g, " ");
}

/**
 * Finds where the lines begin that look like a trace line, or will once somebody removes HTML, invisible characters and
 * escapes from them. A comment can span several lines, which are then one.
 *
 * @returns positions in the text.
 */
export function findTraceLikeLines(text: string): readonly number[] {
  // Of the same length as the text, so that the positions are the same.
  const withoutHtml = text.replace(HTML, (html) => "\0".repeat(html.length));
  const ranges = [text, withoutHtml].flatMap((reading) =>
    listLines(reading).filter(({ line }) => decodeVisible(line).search(CHANGED_TRACE_WORDS) >= 0),
  );
  return listLines(text)
    .map(({ start }) => start)
    .filter((start) =>
      ranges.some((range) => start >= range.start && start <= range.start + range.line.length),
    );
}

function decodeVisible(line: string): string {
  return removeInvisible(decodeEntities(line));
}

function listLines(text: string): readonly { readonly line: string; readonly start: number }[] {
  let start = 0;
  return text.split(new RegExp(`(${LINE_END.source})`)).flatMap((line, index) => {
    const entry = { line, start };
    start += line.length;
    return index % 2 === 0 ? [entry] : [];
  });
}

/** A line that Markdown shows as a quote. */
const QUOTED_LINE = /^[\s\\]*>/;

/** What ends with the sign of a quote whose line break is gone. The `>` of a tag has no white space before it. */
const QUOTED_HERE = /(?:^|\s)>\s*$/;

/**
 * Finds the trace of a prompt whose last line is not a trace line, but which GitHub may have changed.
 *
 * The words count where they begin a paragraph after the first, as this action sends them, end the prompt, or follow
 * others in their line, as where line breaks are gone. Quoted ones do not count: this action quotes such lines in given
 * prompts and issues. So nobody who writes those can have a task taken for one of another run, or keep runs from starting
 * theirs. Whoever else sends such words is the token's own user: searches look at no other tasks.
 *
 * @returns the letters and digits after the last such words. Null: there are none.
 */
export function findChangedTrace(prompt: string): string | null {
  const lines = decodeEntities(prompt).split(LINE_END);
  const isBlank = (line: string | undefined) => line?.trim() === "";
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lines[index] ?? "";
    const words = [...line.matchAll(CHANGED_TRACE_WORDS)].at(-1);
    if (words === undefined || QUOTED_LINE.test(line)) {
      continue;
    }
    const before = line.slice(0, words.index);
    const next = lines.slice(index + 1);
    const followsBlankLine = index > 0 && isBlank(lines[index - 1]);
    const isWithinText = isBlank(before) && !followsBlankLine && !next.every(isBlank);
    if (!isWithinText && !QUOTED_HERE.test(before)) {
      return toLetters([line.slice(words.index + words[0].length), ...next].join("\n"));
    }
  }
  return null;
}

/** Whether a prompt differs from another one in no letter and no digit. */
export function hasSameLetters(prompt: string, other: string): boolean {
  return toLetters(prompt) === toLetters(other);
}

/** Whether a prompt can be another one whose end is cut off. Without letters and digits, as "?", it must be an ellipsis. */
export function isBeginningOf(prompt: string, whole: string): boolean {
  const [letters, all] = [toLetters(prompt), toLetters(whole)];
  const isText = letters !== "" || /^[\s.…]*$/.test(prompt);
  return isText && letters.length < all.length && all.startsWith(letters);
}
