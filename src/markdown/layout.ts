import type { Token } from "markdown-it";
import type { Edits } from "./edits.ts";
import { removeInvisible } from "./hidden-text.ts";
import { listInlines } from "./inline.ts";
import { createLinkEditor } from "./links.ts";
import { numberAt } from "./number-at.ts";
import { createPageWriter, type Page, type PageWriter } from "./page.ts";
import type { ParsedMarkdown } from "./parse.ts";
import { createSourceMap, type Offsets, type SourceMap } from "./source-map.ts";

/** The language of a code block, as GitHub's linguist names them. Anything longer is a message. */
const LANGUAGE = /^[\w+#.-]{1,30}$/;

/** What the blocks of a document are laid out with. */
interface Layout {
  readonly source: string;
  readonly parsed: ParsedMarkdown;
  readonly map: SourceMap;
  readonly page: PageWriter;
  readonly edits: Edits;
  readonly links: ReturnType<typeof createLinkEditor>;
}

/**
 * Lays out the page of a document, and cuts what Markdown itself does not show: titles, alternative texts, definitions,
 * unused footnotes. What HTML does not show is not yet cut.
 */
export function layOutPage(source: string, parsed: ParsedMarkdown, edits: Edits): Page {
  const map = createSourceMap(source, parsed.blockStarts);
  const page = createPageWriter(source);
  const links = createLinkEditor(parsed, edits);
  const layout = { source, parsed, map, page, edits, links };
  const { tokens } = parsed;
  let next = 0;
  for (const [index, token] of tokens.entries()) {
    if (index === next) {
      next += layOutBlock(layout, token, index);
    }
  }
  return page.page();
}

/** Lays out what begins with this token, and gives the number of tokens that it is made of. */
function layOutBlock(layout: Layout, token: Token, index: number): number {
  const { page, map, edits, links } = layout;
  switch (token.type) {
    case "inline":
      layOutText(layout, token, map.ofLines(token.content, token.map));
      return 1;
    case "heading_open": {
      const text = layout.parsed.tokens[index + 1];
      page.tag(`<${token.tag}>`);
      if (text !== undefined && token.markup.startsWith("#")) {
        layOutText(layout, text, map.ofHeading(text.content, token.map));
        return 2;
      }
      return 1;
    }
    case "tr_open":
      return layOutRow(layout, token, index);
    case "fence":
      cutInfo(layout, token);
      page.tag(`<pre lang="x"><code>`);
      writeText(layout, token.content, map.ofCode(token.content, token.map, 1));
      page.tag("</code></pre>");
      return 1;
    case "code_block":
      page.tag("<pre><code>");
      writeText(layout, token.content, map.ofCode(token.content, token.map, 0));
      page.tag("</code></pre>");
      return 1;
    case "html_block":
      forEachRun(token.content, map.ofCode(token.content, token.map, 0), page.html, () => page.tag("\n"));
      return 1;
    case "reference_definition":
      links.countDefinition(token);
      map.cutLines(edits, token.map);
      return 1;
    case "footnote_open":
      return layOutFootnote(layout, token, index);
    default:
      layOutTag(page, token);
      return 1;
  }
}

function layOutTag(page: PageWriter, token: Token): void {
  if (token.tag !== "" && !token.hidden) {
    page.tag(token.nesting < 0 ? `</${token.tag}>` : `<${token.tag}>`);
  }
}

/** A footnote that nothing refers to is cut. Of others the page shows a number instead of the label. */
function layOutFootnote({ parsed, edits, map, source, page }: Layout, token: Token, index: number): number {
  const number = parsed.footnotes.numberOf(token.info);
  const labelStart = Number(token.meta?.start) + 2;
  if (number !== null) {
    replaceLabel(edits, { source, start: labelStart, end: source.indexOf("]", labelStart) }, number);
    page.tag('<li id="x">');
    return 1;
  }
  edits.count("footnote");
  edits.cut(labelStart - 2, map.lineEnd(labelStart));
  map.cutLines(edits, token.map);
  let end = index + 1;
  while (end < parsed.tokens.length && !isEndOf(token, parsed.tokens[end])) {
    end++;
  }
  return end - index + 1;
}

function isEndOf(footnote: Token, token: Token | undefined): boolean {
  return token?.type === "footnote_close" && token.level === footnote.level;
}

function replaceLabel(
  edits: Edits,
  { source, start, end }: { readonly source: string; readonly start: number; readonly end: number },
  number: number,
): void {
  if (source.slice(start, end) !== String(number)) {
    edits.count("label");
    edits.cut(start, end);
    edits.insert(start, String(number));
  }
}

/** A row of a table has one cell for each column, and what follows them is not shown. */
function layOutRow(layout: Layout, row: Token, index: number): number {
  const { map, page, edits, source } = layout;
  let length = 0;
  let offset = map.rowStart(row.map);
  for (const token of layout.parsed.tokens.slice(index, index + endOfRow(layout, index))) {
    length++;
    if (token.type === "inline") {
      const cell = map.ofCell(token.content, offset);
      layOutText(layout, token, cell.offsets);
      offset = cell.end;
    } else {
      layOutTag(page, token);
    }
  }
  const end = map.lineEnd(offset);
  if (source.slice(offset, end).trim() !== "") {
    edits.count("cell");
    edits.cut(offset, end);
  }
  return length;
}

/** The number of tokens in the row that begins at this index. */
function endOfRow({ parsed }: Layout, index: number): number {
  let length = 1;
  while (index + length < parsed.tokens.length && parsed.tokens[index + length - 1]?.type !== "tr_close") {
    length++;
  }
  return length;
}

/** Cuts what follows the language in the first line of a fenced code block. */
function cutInfo({ map, edits }: Layout, { info, map: lines }: Token): void {
  const text = info.trim();
  const [word = ""] = text.split(/\s/);
  const language = LANGUAGE.test(word) ? word : "";
  if (language !== text) {
    const end = map.textEnd(map.blockStart(lines));
    edits.count("info");
    edits.cut(end - text.length + language.length, end);
  }
}

/** Lays out the text of a paragraph, a heading or a cell. */
function layOutText(layout: Layout, token: Token, offsets: Offsets): void {
  const { parsed, page, edits, links } = layout;
  const { content, children } = token;
  const tokens = children ?? [];
  const at = (offset: number) => numberAt(offsets, offset);
  const write = (start: number, end: number, put: PageWriter["text"]) =>
    forEachRun(content.slice(start, end), offsets.slice(start, end + 1), put, () => page.tag("\n"));
  let linkAt = 0;
  for (const inline of listInlines(tokens, parsed.visits.get(tokens) ?? [])) {
    const { start, end } = inline;
    switch (inline.kind) {
      case "text":
        write(start, end, page.text);
        break;
      case "html":
        write(start, end, page.html);
        break;
      case "entity":
        write(start, end, page.text);
        showEntity(edits, { start: at(start), end: at(end - 1) + 1 }, inline.decoded);
        break;
      case "footnote": {
        page.tagOf('<sup><a href="x">', at(start), at(end - 1) + 1);
        const number = parsed.footnotes.numberOf(inline.label) ?? 0;
        replaceLabel(edits, { source: layout.source, start: at(start + 2), end: at(end - 1) }, number);
        page.tag("</a></sup>");
        break;
      }
      case "link_start":
        linkAt = page.tagOf('<a href="x">', at(start), at(start) + 1);
        break;
      case "link_end":
        page.tagOf("</a>", at(start), at(end - 1) + 1, linkAt);
        links.editTail({ content, offsets, start: start + 1, end }, inline.link, "href");
        break;
      case "image":
        page.tagOf('<img src="x" alt="x">', at(start), at(end - 1) + 1);
        links.cutAlternative({ content, offsets, start: start + 2, end: inline.labelEnd });
        links.editTail({ content, offsets, start: inline.labelEnd + 1, end }, inline.image, "src");
        break;
    }
  }
}

/** An entity for characters that nobody sees becomes these characters, and later they are judged like others. */
export function showEntity(
  edits: Edits,
  { start, end }: { readonly start: number; readonly end: number },
  decoded: string,
): void {
  if (removeInvisible(decoded).removed > 0) {
    edits.cut(start, end);
    edits.insert(start, decoded);
  }
}

function writeText({ page }: Layout, content: string, offsets: Offsets): void {
  forEachRun(content, offsets, page.text, () => page.tag("\n"));
}

/** Calls `put` for each run of the text that is in one piece in the source, and `endLine` for line breaks between. */
function forEachRun(
  content: string,
  offsets: Offsets,
  put: (start: number, end: number) => void,
  endLine: () => void,
): void {
  let begin = 0;
  for (let index = 0; index <= content.length; index++) {
    const isEnd = index === content.length || content[index] === "\n";
    const isContinued = index > begin && offsets[index] === numberAt(offsets, index - 1) + 1;
    if (index > begin && (isEnd || !isContinued)) {
      put(numberAt(offsets, begin), numberAt(offsets, index - 1) + 1);
      begin = index;
    }
    if (isEnd && index < content.length) {
      endLine();
      begin = index + 1;
    }
  }
}
