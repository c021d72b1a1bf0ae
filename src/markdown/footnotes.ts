import type { MarkdownIt, StateBlock } from "markdown-it";
import { numberAt } from "./number-at.ts";

/** What is known of a document's footnotes once it is parsed. */
export interface Footnotes {
  /** The number that the page shows for a footnote; null if nothing refers to it, so that the page lacks it. */
  numberOf(label: string): number | null;
}

/** How far the text of a footnote is indented. */
const INDENT = 4;

/**
 * Teaches the parser GitHub's footnotes: `[^label]` refers to a block that begins with `[^label]:`.
 *
 * The block's tokens are `footnote_open`, with the label in `info` and its offset in `meta.start`, and `footnote_close`.
 * A reference is a `footnote_ref` with the label in `info`.
 */
export function addFootnotes(parser: MarkdownIt): Footnotes {
  const normalize = parser.utils.normalizeReference;
  const defined = new Set<string>();
  const numbers = new Map<string, number>();

  parser.block.ruler.before(
    "reference",
    "footnote",
    (state, startLine, endLine, silent) => {
      const start = numberAt(state.bMarks, startLine) + numberAt(state.tShift, startLine);
      const label = readLabel(state.src, start, numberAt(state.eMarks, startLine));
      const afterLabel = start + label.length + 3;
      if (label === "" || state.src[afterLabel] !== ":" || isIndentedCode(state, startLine)) {
        return false;
      }
      if (silent) {
        return true;
      }
      const key = normalize(label);
      const open = state.push("footnote_open", "section", 1);
      open.info = defined.has(key) ? "" : key;
      open.meta = { start };
      open.map = [startLine, startLine];
      defined.add(key);
      parseContent(state, { startLine, endLine, contentStart: afterLabel + 1 });
      open.map[1] = state.line;
      state.push("footnote_close", "section", -1);
      return true;
    },
    { alt: ["paragraph", "reference", "blockquote", "list"] },
  );

  parser.inline.ruler.after("link", "footnote_ref", (state, silent) => {
    const label = readLabel(state.src, state.pos, state.posMax);
    const key = normalize(label);
    if (label === "" || !defined.has(key)) {
      return false;
    }
    if (!silent) {
      state.push("footnote_ref", "sup", 0).info = key;
      numbers.set(key, numbers.get(key) ?? numbers.size + 1);
    }
    state.pos += label.length + 3;
    return true;
  });

  return { numberOf: (label) => numbers.get(label) ?? null };
}

/** The label of a `[^label]` at this offset; empty if there is none. */
function readLabel(source: string, start: number, end: number): string {
  if (!source.startsWith("[^", start)) {
    return "";
  }
  for (let pos = start + 2; pos < end; pos++) {
    const char = source.charAt(pos);
    if (char === "]") {
      return source.slice(start + 2, pos);
    }
    if (/[\s[]/.test(char)) {
      return "";
    }
  }
  return "";
}

function isIndentedCode({ sCount, blkIndent }: StateBlock, line: number): boolean {
  return numberAt(sCount, line) - blkIndent >= 4;
}

/** Parses the blocks of a footnote: the rest of its first line, and the lines that are indented. */
function parseContent(
  state: StateBlock,
  { startLine, endLine, contentStart }: { startLine: number; endLine: number; contentStart: number },
): void {
  const { parentType, blkIndent } = state;
  const { bMarks, tShift, sCount } = state;
  const before = {
    bMark: numberAt(bMarks, startLine),
    tShift: numberAt(tShift, startLine),
    sCount: numberAt(sCount, startLine),
  };
  const textStart = state.skipSpaces(contentStart);
  // As if the first line were indented like the others.
  bMarks[startLine] = contentStart;
  tShift[startLine] = textStart - contentStart;
  sCount[startLine] = blkIndent + INDENT;
  state.blkIndent = blkIndent + INDENT;
  state.parentType = "footnote";
  state.md.block.tokenize(state, startLine, endLine);
  state.parentType = parentType;
  state.blkIndent = blkIndent;
  bMarks[startLine] = before.bMark;
  tShift[startLine] = before.tShift;
  sCount[startLine] = before.sCount;
}
