import type { Token } from "markdown-it";
import type { Visit } from "./parse.ts";

/** A part of a block's text, in its order. Offsets are in that text. */
export type Inline =
  /** Shown as it is, or with markup that does not hide anything: emphasis, code, an autolink, an escape. */
  | { readonly kind: "text"; readonly start: number; readonly end: number }
  | { readonly kind: "html"; readonly start: number; readonly end: number }
  | { readonly kind: "entity"; readonly start: number; readonly end: number; readonly decoded: string }
  | { readonly kind: "footnote"; readonly start: number; readonly end: number; readonly label: string }
  /** `end` is after the `[`. */
  | { readonly kind: "link_start"; readonly start: number; readonly end: number }
  /** What follows the text of a link, from its `]` on. */
  | { readonly kind: "link_end"; readonly start: number; readonly end: number; readonly link: Token }
  /** `labelEnd` is the offset of its `]`. */
  | {
      readonly kind: "image";
      readonly start: number;
      readonly labelEnd: number;
      readonly end: number;
      readonly image: Token;
    };

/** A link whose text is being read. */
interface OpenLink {
  readonly link: Token;
  readonly labelEnd: number;
  /** The end of the text that the link is in. */
  readonly max: number;
}

/** Lists the parts of a block's text. Between two visits the parser has read one part. */
export function listInlines(tokens: readonly Token[], visits: readonly Visit[]): readonly Inline[] {
  const inlines: Inline[] = [];
  const open: OpenLink[] = [];
  const closeLink = (end: number) => {
    const link = open.pop();
    if (link !== undefined) {
      inlines.push({ kind: "link_end", start: link.labelEnd, end, link: link.link });
    }
  };
  for (const [index, visit] of visits.entries()) {
    if (open.at(-1)?.max === visit.max) {
      closeLink(visit.pos);
    }
    const following = visits[index + 1];
    const end = following?.max === visit.max ? following.pos : visit.max;
    const hasToken = (following?.tokens ?? tokens.length) > visit.next;
    const token = hasToken ? tokens[visit.next] : undefined;
    if (token?.type === "link_open" && token.markup !== "autolink") {
      const labelEnd = following !== undefined && following.max < visit.max ? following.max : visit.pos + 1;
      open.push({ link: token, labelEnd, max: visit.max });
      inlines.push({ kind: "link_start", start: visit.pos, end: visit.pos + 1 });
    } else {
      inlines.push(toInline(token, visit.pos, end));
    }
  }
  while (open.length > 0) {
    closeLink(open.at(-1)?.max ?? 0);
  }
  return inlines;
}

function toInline(token: Token | undefined, start: number, end: number): Inline {
  switch (token?.type) {
    case "html_inline":
      return { kind: "html", start, end };
    case "text_special":
      return token.info === "entity"
        ? { kind: "entity", start, end, decoded: token.content }
        : { kind: "text", start, end };
    case "footnote_ref":
      return { kind: "footnote", start, end, label: token.info };
    case "image":
      return { kind: "image", start, labelEnd: start + 2 + token.content.length, end, image: token };
    default:
      return { kind: "text", start, end };
  }
}
