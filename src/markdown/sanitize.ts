import type { Edits, HiddenKind } from "./edits.ts";
import { type HtmlToken, tokenizeHtml } from "./html.ts";
import { showEntity } from "./layout.ts";
import { numberAt } from "./number-at.ts";
import type { Page, Part } from "./page.ts";
import { addressAttribute, isHiddenElement, isShownAddress, isShownElement } from "./sanitizer.ts";

type Tag = Extract<HtmlToken, { kind: "open" | "close" }>;

/** A tag that people wrote, with its name in lower case. */
interface WrittenTag {
  readonly tag: Tag;
  readonly name: string;
  /** Its place in the source. */
  readonly offset: number;
}

/** Cuts what HTML does not show: comments, attributes, elements that GitHub removes, and text within any of these. */
export function cutHiddenHtml(source: string, page: Page, edits: Edits): void {
  const { html, parts } = page;
  const tokens = tokenizeHtml(html);
  const find = createFinder(parts);
  const writtenTags = tokens.map((token): WrittenTag | null => {
    const isTag = token.kind === "open" || token.kind === "close";
    const part = isTag ? find(token.start) : null;
    if (!isTag || part?.kind !== "html") {
      return null;
    }
    const offset = part.start + token.start - part.at;
    const nameStart = offset + (token.kind === "open" ? 1 : 2);
    const name = source.slice(nameStart, offset + token.nameEnd - token.start).toLowerCase();
    return { tag: token, name, offset };
  });
  const hiddenElements = findHiddenElements(writtenTags);
  edits.count("element", hiddenElements.count);

  const isShown = new Uint8Array(html.length);
  const show = ({ start, end }: HtmlToken) => isShown.fill(1, start, end);
  const rewrites: (() => void)[] = [];
  for (const [index, token] of tokens.entries()) {
    if (hiddenElements.has(index)) {
      continue;
    }
    const part = find(token.start);
    const offset = part === null ? 0 : part.start + token.start - part.at;
    const written = writtenTags[index];
    if (token.kind === "hidden") {
      edits.count(hiddenKind(source, offset));
    } else if (!written) {
      show(token);
    } else if (isPlain(written, html)) {
      show(token);
    } else {
      const text = rewriteTag(written, html, edits);
      rewrites.push(() => edits.insert(offset, text));
    }
    if (token.kind === "entity") {
      rewrites.push(() =>
        showEntity(edits, { start: offset, end: offset + token.end - token.start }, token.decoded),
      );
    }
  }
  for (const part of parts) {
    hideUnseen(part, isShown, edits);
  }
  for (const rewrite of rewrites) {
    rewrite();
  }
}

/** Finds the part at a place of the HTML. Parts do not overlap. */
function createFinder(parts: readonly Part[]): (at: number) => Part | null {
  return (at) => {
    let low = 0;
    let high = parts.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const part = parts[middle];
      if (part === undefined || at < part.at) {
        high = middle - 1;
      } else if (at >= part.at + part.length) {
        low = middle + 1;
      } else {
        return part;
      }
    }
    return null;
  };
}

/** Finds the tokens in elements of which nothing is shown. A tag that is never closed hides nothing. */
function findHiddenElements(tags: readonly (WrittenTag | null)[]) {
  const open = new Map<string, number[]>();
  // How many more hidden elements there are from a token on than before it.
  const changes: number[] = new Array(tags.length + 1).fill(0);
  for (const [index, written] of tags.entries()) {
    if (written === null || !isHiddenElement(written.name)) {
      continue;
    }
    const opened = open.get(written.name) ?? [];
    open.set(written.name, opened);
    if (written.tag.kind === "open") {
      opened.push(index);
      continue;
    }
    const start = opened.pop();
    if (start !== undefined) {
      changes[start] = numberAt(changes, start) + 1;
      changes[index + 1] = numberAt(changes, index + 1) - 1;
    }
  }
  let depth = 0;
  let count = 0;
  const hidden = tags.map((_tag, index) => {
    const before = depth;
    depth += numberAt(changes, index);
    count += before === 0 && depth > 0 ? 1 : 0;
    return depth > 0;
  });
  return { has: (index: number) => hidden[index] === true, count };
}

/** Whether a tag is shown and has nothing but its name. */
function isPlain({ tag, name }: WrittenTag, html: string): boolean {
  return isShownElement(name) && /^\s*\/?>$/.test(html.slice(tag.nameEnd, tag.end));
}

/** The tag as GitHub's page has it, with the address of a link or image. Empty if GitHub removes the tag. */
function rewriteTag({ tag, name }: WrittenTag, html: string, edits: Edits): string {
  if (!isShownElement(name)) {
    edits.count("tag");
    return "";
  }
  const addressName = addressAttribute(name);
  let address = "";
  for (const attribute of tag.attributes) {
    // An address with a line break has swallowed text that follows it.
    const value = attribute.value.includes("\n") ? "" : attribute.value;
    if (attribute.name !== addressName) {
      edits.count(attributeKind(attribute.name));
    } else if (!isShownAddress(value, addressName)) {
      edits.count("address");
    } else if (address === "") {
      address = ` ${addressName}="${value.replaceAll('"', "&quot;")}"`;
    }
  }
  const isSelfClosing = tag.kind === "open" && html.slice(0, tag.end).endsWith("/>");
  return `<${tag.kind === "close" ? "/" : ""}${name}${address}${isSelfClosing ? " /" : ""}>`;
}

function attributeKind(name: string): HiddenKind {
  switch (name) {
    case "title":
      return "title";
    case "alt":
      return "alternative";
    default:
      return "attribute";
  }
}

function hiddenKind(source: string, offset: number): HiddenKind {
  const starts = (text: string) => source.startsWith(text, offset);
  if (starts("<!--")) {
    return "comment";
  }
  if (starts("<![CDATA[")) {
    return "cdata";
  }
  if (starts("<?")) {
    return "instruction";
  }
  return starts("<!") ? "declaration" : "tag";
}

/** Hides what a part of the page does not show. */
function hideUnseen(
  { kind, at, length, openedAt = at, start, end }: Part,
  isShown: Uint8Array,
  edits: Edits,
): void {
  if (kind === "tag") {
    if (isShown[at] === 0 || isShown[openedAt] === 0) {
      // What Markdown puts after a link belongs to it.
      edits.hide(start, end + 1);
    }
    return;
  }
  for (let index = 0; index < length; index++) {
    if (isShown[at + index] === 0) {
      edits.hide(start + index, start + index + 1);
    }
  }
}
