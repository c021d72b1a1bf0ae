import { Parser } from "htmlparser2";
import { Marked } from "marked";
import {
  addressAttribute,
  isHiddenElement,
  isShownAddress,
  isShownElement,
  isTagShownAsText,
} from "../../src/markdown/sanitizer.ts";

/** The GitHub whose pages these are. */
export const SERVER_URL = "https://github.com";

/** The pages: a job summary, and a comment on an issue. */
export type PageKind = "summary" | "comment";

/** Attributes that GitHub keeps, of those that Markdown gives its elements or that people can see the effect of. */
const SHOWN_ATTRIBUTES: ReadonlySet<string> = new Set(
  "align alt colspan dir height lang open rowspan start title width".split(" "),
);

const VOID_ELEMENTS: ReadonlySet<string> = new Set(["br", "hr", "img", "source", "wbr"]);

/** Elements in whose text GitHub links nothing. */
const LITERAL_ELEMENTS: ReadonlySet<string> = new Set(["a", "code", "pre"]);

/**
 * What GitHub makes more of than text, after Markdown: emoji codes, people and teams, issues, and commits. The name before
 * an issue or a commit belongs to its link.
 */
const REFERENCES =
  /(?<emoji>:[a-z+-][\w+-]*:)|(?<![\w`])@(?<account>[a-z\d][a-z\d-]*(?:\/[a-z\d][\w.-]*)?)|(?<![\w&])(?:[\w.-]+\/[\w.-]+)?(?:#|\bGH-)(?<issue>\d+)\b|(?<![\w-])(?<commit>[\da-f]{7,40})(?![\w-])/gi;

/** Markdown as HTML, before GitHub takes out what a page must not have. A diagram is a `pre` with its language. */
export function toHtml(markdown: string, kind: PageKind): string {
  const marked = new Marked({
    gfm: true,
    // In a comment each line of the source is a line of the page.
    breaks: kind === "comment",
    renderer: {
      code: ({ text, lang = "" }) =>
        `<pre lang="${escapeHtml(lang)}"><code>${escapeHtml(text)}</code></pre>\n`,
    },
  });
  return marked.parse(markdown, { async: false });
}

/** Markdown as the HTML of GitHub's page: only GitHub's elements and attributes, and links where GitHub adds them. */
export function renderHtml(markdown: string, kind: PageKind): string {
  return sanitize(toHtml(markdown, kind));
}

function sanitize(html: string): string {
  const out: string[] = [];
  let text = "";
  let hidden = 0;
  let literal = 0;
  const flushText = () => {
    out.push(literal > 0 ? escapeHtml(text) : linkReferences(text));
    text = "";
  };
  const parser = new Parser({
    onopentag: (name, attributes) => {
      flushText();
      hidden += isHiddenElement(name) ? 1 : 0;
      literal += LITERAL_ELEMENTS.has(name) ? 1 : 0;
      if (hidden === 0 && isShownElement(name)) {
        out.push(`<${name}${formatAttributes(name, attributes)}>`);
      }
    },
    ontext: (chunk) => {
      text += hidden > 0 ? "" : chunk;
    },
    onclosetag: (name) => {
      flushText();
      if (hidden === 0 && isShownElement(name) && !VOID_ELEMENTS.has(name)) {
        out.push(`</${name}>`);
      }
      hidden -= isHiddenElement(name) ? 1 : 0;
      literal -= LITERAL_ELEMENTS.has(name) ? 1 : 0;
    },
  });
  parser.end(html.replace(/<(?=\/?([a-z]+))/gi, (tag, name) => (isTagShownAsText(name) ? "&lt;" : tag)));
  flushText();
  return out.join("");
}

function formatAttributes(element: string, attributes: Readonly<Record<string, string>>): string {
  const addressName = addressAttribute(element);
  return Object.entries(attributes)
    .filter(([name, value]) =>
      name === addressName ? isShownAddress(value, addressName) : SHOWN_ATTRIBUTES.has(name),
    )
    .map(([name, value]) => ` ${name}="${escapeHtml(value)}"`)
    .join("");
}

function linkReferences(text: string): string {
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(REFERENCES)) {
    parts.push(escapeHtml(text.slice(end, match.index)));
    const { emoji, account, issue, commit } = match.groups ?? {};
    const place = account ?? (issue === undefined ? `octo/app/commit/${commit}` : `octo/app/issues/${issue}`);
    parts.push(
      emoji === undefined
        ? `<a href="${SERVER_URL}/${place}">${escapeHtml(match[0])}</a>`
        : `<g-emoji>${escapeHtml(emoji)}</g-emoji>`,
    );
    end = match.index + match[0].length;
  }
  return [...parts, escapeHtml(text.slice(end))].join("");
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
