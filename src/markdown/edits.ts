/** What a page does not show of its Markdown. */
export type HiddenKind =
  | "comment"
  | "tag"
  | "attribute"
  /** An element of which nothing is shown, such as a script. */
  | "element"
  | "instruction"
  | "declaration"
  | "cdata"
  /** A link reference definition that nothing refers to. */
  | "definition"
  /** Of a link, an image or an HTML tag. */
  | "title"
  | "alternative"
  /** An address that GitHub removes, such as `javascript:`. */
  | "address"
  /** A footnote that nothing refers to. */
  | "footnote"
  /** The name of a footnote, of which a page shows the number. */
  | "label"
  /** What follows the language in the first line of a code block. */
  | "info"
  /** A cell of a table beyond its columns. */
  | "cell"
  | "character";

/** How many of each kind were left out. */
export type HiddenCounts = ReadonlyMap<HiddenKind, number>;

/** A change of a source text: it cuts some of it, and puts other text there. */
export interface Edits {
  /** Counts something that is left out. */
  count(kind: HiddenKind, number?: number): void;
  /** Cuts the source from `start` up to `end`, but no line break. */
  cut(start: number, end: number): void;
  /** Cuts the source from `start` up to `end`, and drops what was put there. */
  hide(start: number, end: number): void;
  /** Puts a text before this offset. What stands there may be cut. */
  insert(offset: number, text: string): void;
  /** The text that results. A line of which nothing is left but `>` is left out. */
  apply(): string;
  readonly counts: HiddenCounts;
}

export function createEdits(source: string): Edits {
  const isCut = new Uint8Array(source.length);
  const inserted = new Map<number, string>();
  const counts = new Map<HiddenKind, number>();

  const applyToLine = (start: number, end: number): string | null => {
    let line = "";
    let hasCut = false;
    for (let offset = start; offset <= end; offset++) {
      line += inserted.get(offset) ?? "";
      if (offset < end && isCut[offset] === 0) {
        line += source[offset];
      } else if (offset < end) {
        hasCut = true;
      }
    }
    return hasCut && /^[\s>]*$/.test(line) ? null : line;
  };

  return {
    counts,
    count: (kind, number = 1) => {
      if (number > 0) {
        counts.set(kind, (counts.get(kind) ?? 0) + number);
      }
    },
    cut: (start, end) => {
      isCut.fill(1, start, end);
    },
    hide: (start, end) => {
      isCut.fill(1, start, end);
      for (let offset = start; offset < end; offset++) {
        inserted.delete(offset);
      }
    },
    insert: (offset, text) => {
      inserted.set(offset, (inserted.get(offset) ?? "") + text);
    },
    apply: () => {
      const lines: string[] = [];
      let start = 0;
      while (start <= source.length) {
        const end = source.indexOf("\n", start) < 0 ? source.length : source.indexOf("\n", start);
        const line = applyToLine(start, end);
        if (line !== null) {
          lines.push(line);
        }
        start = end + 1;
      }
      return lines.join("\n");
    },
  };
}
