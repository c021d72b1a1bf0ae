import { Tokenizer } from "htmlparser2";

/** An attribute of a tag. Its value is decoded. */
export interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** A part of an HTML text, from `start` up to `end`. They follow each other without a gap. */
export type HtmlToken =
  | { readonly kind: "text"; readonly start: number; readonly end: number }
  | { readonly kind: "entity"; readonly start: number; readonly end: number; readonly decoded: string }
  /** Comments, declarations, processing instructions, CDATA, and a tag that does not end. */
  | { readonly kind: "hidden"; readonly start: number; readonly end: number }
  | {
      readonly kind: "open" | "close";
      readonly start: number;
      readonly end: number;
      readonly nameEnd: number;
      readonly attributes: readonly Attribute[];
    };

/** Splits HTML into tokens, as browsers do. */
export function tokenizeHtml(html: string): readonly HtmlToken[] {
  const tokens: HtmlToken[] = [];
  let nameEnd = 0;
  let attributes: Attribute[] = [];
  let name = "";
  let value = "";
  const start = () => tokens.at(-1)?.end ?? 0;
  const hide = (_start: number, endIndex: number) => {
    tokens.push({ kind: "hidden", start: start(), end: Math.min(html.length, endIndex + 1) });
  };
  const open = (endIndex: number) => {
    tokens.push({ kind: "open", start: start(), end: endIndex + 1, nameEnd, attributes });
    attributes = [];
  };
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      ontext: (_start, end) => tokens.push({ kind: "text", start: start(), end }),
      ontextentity: (codePoint, end) => {
        const decoded = String.fromCodePoint(codePoint);
        const last = tokens.at(-1);
        // Some entities stand for two characters, which come one by one.
        if (last?.kind === "entity" && last.end === end) {
          tokens[tokens.length - 1] = { ...last, decoded: last.decoded + decoded };
        } else {
          tokens.push({ kind: "entity", start: start(), end, decoded });
        }
      },
      onopentagname: (_start, end) => {
        nameEnd = end;
      },
      onattribname: (from, to) => {
        name = html.slice(from, to).toLowerCase();
        value = "";
      },
      onattribdata: (from, to) => {
        value += html.slice(from, to);
      },
      onattribentity: (codePoint) => {
        value += String.fromCodePoint(codePoint);
      },
      onattribend: () => {
        attributes.push({ name, value });
      },
      onopentagend: open,
      onselfclosingtag: open,
      onclosetag: (_start, end) => {
        // What else such a tag has is skipped, up to its end.
        const tagEnd = html.indexOf(">", end);
        tokens.push({
          kind: "close",
          start: start(),
          end: tagEnd < 0 ? html.length : tagEnd + 1,
          nameEnd: end,
          attributes: [],
        });
      },
      oncomment: hide,
      oncdata: hide,
      ondeclaration: hide,
      onprocessinginstruction: hide,
      onend: () => {
        if (start() < html.length) {
          hide(0, html.length);
        }
      },
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return tokens;
}
