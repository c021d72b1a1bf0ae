import type { Token } from "markdown-it";
import type { Edits } from "./edits.ts";
import { removeInvisible } from "./hidden-text.ts";
import { numberAt } from "./number-at.ts";
import type { ParsedMarkdown } from "./parse.ts";
import { isShownAddress } from "./sanitizer.ts";
import type { Offsets } from "./source-map.ts";

/** The most characters of addresses that move to references. A few long ones could be referred to thousands of times. */
const MAX_MOVED = 65_536;

/** A part of a block's text, and where the text is in the source. */
interface TextPart {
  readonly content: string;
  readonly offsets: Offsets;
  readonly start: number;
  readonly end: number;
}

/** Cuts what is not shown of links and images. */
interface LinkEditor {
  /** Counts what a link reference definition hides. Its address moves to where it is used. */
  countDefinition(definition: Token): void;
  cutAlternative(part: TextPart): void;
  /** Edits what follows the text of a link or image, after its `]`: the address stays, the title goes. */
  editTail(part: TextPart, link: Token, attribute: "href" | "src"): void;
}

export function createLinkEditor(parsed: ParsedMarkdown, edits: Edits): LinkEditor {
  const used = new Set<string>();
  for (const { children } of parsed.tokens) {
    for (const { meta } of children ?? []) {
      if (typeof meta?.label === "string") {
        used.add(meta.label);
      }
    }
  }
  const defined = new Set<string>();
  let moved = 0;

  /** The address as Markdown, if there is room for it. */
  const moveAddress = (address: string): string => {
    moved += address.length;
    return moved > MAX_MOVED ? "" : formatAddress(address);
  };

  return {
    countDefinition: ({ meta }) => {
      const label = String(meta?.label);
      if (defined.has(label) || !used.has(label)) {
        edits.count("definition");
      } else if (parsed.titleOf(label) !== "") {
        edits.count("title");
      }
      defined.add(label);
    },
    cutAlternative: (part) => {
      edits.count("alternative", part.content.slice(part.start, part.end).trim() === "" ? 0 : 1);
      cutText(edits, part);
    },
    editTail: (part, link, attribute) => {
      const { content, offsets, start, end } = part;
      const address = String(link.attrGet(attribute) ?? "");
      const isShown = isShownAddress(address, attribute);
      edits.count("address", isShown ? 0 : 1);
      if (link.meta?.label !== undefined) {
        cutText(edits, part);
        edits.insert(numberAt(offsets, start), `(${isShown ? moveAddress(address) : ""})`);
        return;
      }
      const addressStart = start + 1 + skipBlanks(content.slice(start + 1, end));
      const addressEnd = Math.max(addressStart, parsed.findAddressEnd(content, addressStart, end));
      // Entities can stand for invisible characters here too.
      const hidesCharacters = removeInvisible(address).removed > 0;
      if (!isShown || hidesCharacters) {
        cutText(edits, { ...part, start: addressStart, end: addressEnd });
        edits.insert(numberAt(offsets, addressStart), isShown ? formatAddress(address) : "");
      }
      if (content.slice(addressEnd, end - 1).trim() !== "") {
        edits.count("title");
        cutText(edits, { ...part, start: addressEnd, end: end - 1 });
      }
    },
  };
}

function formatAddress(address: string): string {
  return /[\s<>()\\]/.test(address) ? `<${address.replace(/[<>\\]/g, "\\$&")}>` : address;
}

function skipBlanks(text: string): number {
  return text.length - text.trimStart().length;
}

/** Cuts a text that may have several lines, but not the marks before each line. */
function cutText(edits: Edits, { offsets, start, end }: TextPart): void {
  for (let index = start; index < end; index++) {
    const offset = numberAt(offsets, index);
    edits.cut(offset, offset + 1);
  }
}
