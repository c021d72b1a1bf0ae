import type { Edits } from "./edits.ts";
import { numberAt } from "./number-at.ts";

/** For each character of a block's text, and for its end, the offset in the source. */
export type Offsets = readonly number[];

/** The lines of a block: its first one, and the one after its last one. */
type Lines = readonly [number, number] | null;

/** Where the texts of blocks are in the source. */
export interface SourceMap {
  /** Of a paragraph. */
  ofLines(content: string, lines: Lines): Offsets;
  /** Of a heading that begins with `#`. */
  ofHeading(content: string, lines: Lines): Offsets;
  /** Of code or HTML. @param skip the number of lines before the text. */
  ofCode(content: string, lines: Lines, skip: number): Offsets;
  /** Of a cell, from the offset where the one before ends; and where this one ends, after its `|`. */
  ofCell(content: string, from: number): { readonly offsets: Offsets; readonly end: number };
  /** Where the innermost block begins in a block's first line. */
  blockStart(lines: Lines): number;
  /** Where the cells of a row begin. */
  rowStart(lines: Lines): number;
  /** The end of the line of this offset, and where its text ends. */
  lineEnd(offset: number): number;
  textEnd(offset: number): number;
  /** Cuts a block: its first line from where it begins, and the others after `>` and blanks. */
  cutLines(edits: Edits, lines: Lines): void;
}

/**
 * Maps the texts of blocks to the source. The text of a line is the end of the line in the source: before it are only
 * indentation and the marks of containers.
 */
export function createSourceMap(source: string, blockStarts: ReadonlyMap<number, number>): SourceMap {
  const lineStarts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) {
    lineStarts.push(at + 1);
  }
  const startOf = (line: number) => lineStarts[line] ?? source.length;
  const lineEnd = (offset: number) => {
    const end = source.indexOf("\n", offset);
    return end < 0 ? source.length : end;
  };
  const textEnd = (offset: number) => offset + source.slice(offset, lineEnd(offset)).trimEnd().length;
  const skipMarks = (offset: number) =>
    offset + countLeading(/^[ \t>]*/, source.slice(offset, lineEnd(offset)));

  /** The offsets of one line of text that ends at `end`, apart from blanks at its ends. */
  const ofLine = (text: string, { start, end }: { start: number; end: number }): number[] => {
    const trimmed = text.trim();
    const first = end - trimmed.length - (text.length - text.trimStart().length);
    if (source.slice(end - trimmed.length, end) !== trimmed) {
      throw new Error("its text was not found again in its source");
    }
    const offsets: number[] = [];
    for (let index = 0; index <= text.length; index++) {
      // A tab may stand for several blanks of the text.
      offsets.push(Math.max(start, trimmed === "" ? start + index : first + index));
    }
    return offsets;
  };
  const ofCode = (content: string, lines: Lines, skip: number): Offsets =>
    content.split("\n").flatMap((text, index) => {
      const start = startOf(numberAt(lines, 0) + skip + index);
      return ofLine(text, { start, end: textEnd(start) });
    });

  return {
    ofLines: (content, lines) => ofCode(content, lines, 0),
    ofCode,
    ofHeading: (content, lines) => {
      const start = startOf(numberAt(lines, 0));
      const line = source.slice(start, textEnd(start));
      const end = line.endsWith(content) ? line.length : line.replace(/#+$/, "").trimEnd().length;
      return ofLine(content, { start, end: start + end });
    },
    ofCell: (content, from) => {
      const end = lineEnd(from);
      const skipBlanks = (offset: number) => offset + countLeading(/^\s*/, source.slice(offset, end));
      const offsets: number[] = [];
      let at = skipBlanks(from);
      for (let index = 0; index < content.length; index++) {
        // The backslash before a `|` is not part of the text.
        at += content[index] === "|" ? 1 : 0;
        if (source[at] !== content[index]) {
          throw new Error("a cell was not found again in its source");
        }
        offsets.push(at++);
      }
      offsets.push(at);
      at = skipBlanks(at);
      return { offsets, end: source[at] === "|" && at < end ? at + 1 : at };
    },
    blockStart: (lines) => blockStarts.get(numberAt(lines, 0)) ?? startOf(numberAt(lines, 0)),
    rowStart: (lines) => {
      const line = numberAt(lines, 0);
      const start = blockStarts.get(line) ?? skipMarks(startOf(line));
      return source[start] === "|" ? start + 1 : start;
    },
    lineEnd,
    textEnd,
    cutLines: (edits, lines) => {
      const first = numberAt(lines, 0);
      for (let line = first; line < numberAt(lines, 1); line++) {
        const start = startOf(line);
        const from = line === first ? blockStarts.get(line) : undefined;
        edits.cut(from ?? skipMarks(start), lineEnd(start));
      }
    },
  };
}

function countLeading(pattern: RegExp, text: string): number {
  return text.length - text.replace(pattern, "").length;
}
