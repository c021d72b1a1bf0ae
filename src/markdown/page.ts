/** HTML that a part of the source makes. */
export interface Part {
  /** A tag that Markdown makes of this source, or text, or HTML of the source. */
  readonly kind: "tag" | "text" | "html";
  /** Its place in the HTML. */
  readonly at: number;
  readonly length: number;
  /** Of the end of a link: the place of its start in the HTML. It is shown only with its start. */
  readonly openedAt?: number;
  /** The part of the source. It is as long as the HTML, unless that is a tag. */
  readonly start: number;
  readonly end: number;
}

/** The HTML that a page is made of, before GitHub's sanitizer, and which parts of it come from the source. */
export interface Page {
  readonly html: string;
  /** In the order of the HTML. */
  readonly parts: readonly Part[];
}

/** Puts a page together. Text keeps its length, so each of its characters has a place in the source. */
export interface PageWriter {
  /** A tag that Markdown makes, and that has no place in the source. */
  tag(html: string): void;
  /** A tag that Markdown makes of `[start, end)` in the source. Gives its place in the HTML. */
  tagOf(html: string, start: number, end: number, openedAt?: number): number;
  /** Text of the source. */
  text(start: number, end: number): void;
  /** HTML of the source. */
  html(start: number, end: number): void;
  page(): Page;
}

export function createPageWriter(source: string): PageWriter {
  const pieces: string[] = [];
  const parts: Part[] = [];
  let at = 0;
  const write = (html: string, part?: Pick<Part, "kind" | "start" | "end" | "openedAt">): number => {
    const place = at;
    if (part !== undefined) {
      parts.push({ ...part, at, length: html.length });
    }
    pieces.push(html);
    at += html.length;
    return place;
  };
  return {
    tag: (html) => {
      write(html);
    },
    tagOf: (html, start, end, openedAt) =>
      write(html, { kind: "tag", start, end, ...(openedAt === undefined ? {} : { openedAt }) }),
    // Markdown escapes these characters in text. Here any other one will do.
    text: (start, end) => {
      write(source.slice(start, end).replace(/[<>&"]/g, "x"), { kind: "text", start, end });
    },
    // GitHub writes `<script` and its like as `&lt;script`, so no tag changes how what follows it is read. Without
    // their first letter no tag does so here either.
    html: (start, end) => {
      write(source.slice(start, end).replace(/<[a-z]/gi, "<y"), { kind: "html", start, end });
    },
    page: () => ({ html: pieces.join(""), parts }),
  };
}
