import MarkdownIt, { type Env, type Token } from "markdown-it";
import { addFootnotes, type Footnotes } from "./footnotes.ts";
import { numberAt } from "./number-at.ts";

/** How deep blocks may nest. A list is two deep: itself and its item. */
const MAX_NESTING = 100;

/** Where the parser stood before it tried its rules on some text. */
export interface Visit {
  /** Offsets in the text of the block: where it stood, and where the text ends; that of a link's label ends first. */
  readonly pos: number;
  readonly max: number;
  /** How many tokens there were, and the index that a new token would get. */
  readonly tokens: number;
  readonly next: number;
}

/** Markdown as tokens, and where in the source they are. markdown-it itself only has the lines of blocks. */
export interface ParsedMarkdown {
  readonly tokens: readonly Token[];
  /** For each line where a block begins, the offset at which the innermost one does, after `>`, list markers and such. */
  readonly blockStarts: ReadonlyMap<number, number>;
  /** The visits in each list of inline tokens. */
  readonly visits: ReadonlyMap<readonly Token[], readonly Visit[]>;
  readonly footnotes: Footnotes;
  /** The title in the link reference definition with this label; empty if it has none. */
  titleOf(label: string): string;
  /** Where the address of a link ends that begins at `start` in a text. */
  findAddressEnd(text: string, start: number, end: number): number;
}

/**
 * Parses Markdown as GitHub does: CommonMark with tables, strikethrough and footnotes. Extended autolinks and task lists
 * are text to a reader either way.
 *
 * @param source with lines that end with `\n`.
 * @throws {Error} if blocks nest too deep.
 */
export function parseMarkdown(source: string): ParsedMarkdown {
  const parser = new MarkdownIt({ html: true, maxNesting: MAX_NESTING });
  // Addresses stay as they were written. Which ones GitHub shows is decided elsewhere.
  parser.normalizeLink = keep;
  parser.normalizeLinkText = keep;
  parser.validateLink = () => true;
  // These merge tokens, or drop those of link reference definitions.
  parser.core.ruler.disable(["strip_references", "text_join"]);
  parser.inline.ruler2.disable("fragments_join");
  const footnotes = addFootnotes(parser);

  // Two rules that never match: the parser tries them first, so they see where it stands.
  const blockStarts = new Map<number, number>();
  parser.block.ruler.before("table", "note_start", (state, line, _end, silent) => {
    if (!silent) {
      blockStarts.set(line, numberAt(state.bMarks, line) + numberAt(state.tShift, line));
    }
    return false;
  });
  const visits = new Map<readonly Token[], Visit[]>();
  parser.inline.ruler.before("text", "note_visit", ({ pos, posMax, tokens, pending }, silent) => {
    if (!silent) {
      const next = tokens.length + (pending === "" ? 0 : 1);
      const all = visits.get(tokens) ?? [];
      all.push({ pos, max: posMax, tokens: tokens.length, next });
      visits.set(tokens, all);
    }
    return false;
  });

  const env: Env = {};
  const tokens = parser.parse(source, env);
  // Below the limit markdown-it skips what is nested deeper, without a word.
  if (tokens.some(({ level }) => level >= MAX_NESTING - 1)) {
    throw new Error(`its blocks nest deeper than ${MAX_NESTING}`);
  }
  return {
    tokens,
    blockStarts,
    visits,
    footnotes,
    titleOf: (label) => env.references?.[label]?.title ?? "",
    findAddressEnd: (text, start, end) => {
      const address = parser.helpers.parseLinkDestination(text, start, end);
      return address.ok ? address.pos : start;
    },
  };
}

function keep(address: string): string {
  return address;
}
