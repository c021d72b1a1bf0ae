/**
 * What GitHub keeps of the HTML that people write. Source: the allowlist of github/html-pipeline, which GitHub's page
 * for contributors of `github/markup` names.
 */
const SHOWN_ELEMENTS: ReadonlySet<string> = new Set(
  (
    "a abbr b bdo blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 " +
    "hr i img ins kbd li mark ol p picture pre q rp rt ruby s samp small source span strike strong sub summary sup " +
    "table tbody td tfoot th thead time tr tt ul var wbr"
  ).split(" "),
);

/** Elements whose tags GitHub writes as text, so that a reader sees them. Source: "Disallowed Raw HTML" of GFM. */
const TAGS_AS_TEXT: ReadonlySet<string> = new Set(
  "iframe noembed noframes plaintext script style textarea title xmp".split(" "),
);

/** Elements of which a page shows nothing. A browser shows `rp` only where it does not know `ruby`. */
const HIDDEN_ELEMENTS: ReadonlySet<string> = new Set(["script", "style", "template", "rp"]);

const LINK_SCHEMES: ReadonlySet<string> = new Set([
  "http",
  "https",
  "mailto",
  "xmpp",
  "irc",
  "ircs",
  "github-windows",
  "github-mac",
  "x-github-client",
]);
const IMAGE_SCHEMES: ReadonlySet<string> = new Set(["http", "https"]);

/** Whether a page has the tags of an element, or shows them as text. @param name in lower case. */
export function isShownElement(name: string): boolean {
  return SHOWN_ELEMENTS.has(name) || isTagShownAsText(name);
}

/** Whether a page shows the tags of an element as text. @param name in lower case. */
export function isTagShownAsText(name: string): boolean {
  return TAGS_AS_TEXT.has(name);
}

/** Whether the page shows nothing of what is in an element. @param name in lower case. */
export function isHiddenElement(name: string): boolean {
  return HIDDEN_ELEMENTS.has(name);
}

/** The attribute with the address of a link or an image; null for other elements. */
export function addressAttribute(element: string): "href" | "src" | null {
  switch (element) {
    case "a":
      return "href";
    case "img":
      return "src";
    default:
      return null;
  }
}

/** Whether GitHub keeps an address. It may be relative. */
export function isShownAddress(address: string, attribute: "href" | "src"): boolean {
  // Browsers ignore control characters and blanks in a scheme.
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address.replace(/[\p{Cc}\s]/gu, ""))?.[1]?.toLowerCase();
  return scheme === undefined || (attribute === "href" ? LINK_SCHEMES : IMAGE_SCHEMES).has(scheme);
}
