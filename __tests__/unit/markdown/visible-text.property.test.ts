import { describe, expect, it } from "@jest/globals";
import {
  type Arbitrary,
  array,
  constant,
  constantFrom,
  integer,
  letrec,
  oneof,
  property,
  tuple,
} from "fast-check";
import { Parser } from "htmlparser2";
import { marked } from "marked";
import { toVisibleText } from "../../../src/markdown/visible-text.ts";
import { holds } from "../../support/property-settings.ts";

/** Words: `w1` where it depends on the markup around it whether a page shows them, `a1` in addresses. */
const word = integer({ min: 0, max: 99 }).map((number) => `w${number}`);
const address = integer({ min: 0, max: 99 }).map((number) => `https://x.org/a${number}`);
const WORD = /w\d+/g;
const ADDRESS = /https:\/\/x\.org\/a\d+/g;
const join = (parts: readonly Arbitrary<string>[]): Arbitrary<string> =>
  tuple(...parts).map((texts) => texts.join(""));
const text = constant;

/** Definitions: some of them are used. */
const LABELS = ["r0", "r1", "r2"] as const;
const definition = join([
  text("["),
  constantFrom(...LABELS),
  text("]: "),
  address,
  text(' "'),
  word,
  text('"'),
]);

const inlineKinds = (inline: Arbitrary<string>): Arbitrary<string> =>
  oneof(
    { weight: 4, arbitrary: word },
    join([text("`"), word, text(" <!-- "), word, text(" -->`")]),
    join([text("`` ` "), word, text(" ``")]),
    join([text("*"), word, text(" "), inline, text(" "), word, text("*")]),
    join([text("**"), word, text("** ~~"), word, text("~~")]),
    join([text("["), inline, text("]("), address, text(' "'), word, text('")')]),
    join([text("["), word, text("]("), address, text(")")]),
    join([text("["), word, text("]["), constantFrom(...LABELS), text("]")]),
    join([text("!["), word, text("]("), address, text(" '"), word, text("')")]),
    join([text("["), word, text("] (w7)")]),
    join([text("<!-- "), word, text(" "), inline, text(" -->")]),
    join([text('<b title="'), word, text('">'), word, text("</b>")]),
    join([text("<x-y "), word, text("='"), word, text("'>"), word, text("</x-y>")]),
    join([text("<?"), word, text("?>")]),
    join([text("<!W "), word, text(">")]),
    join([text("<script>"), word, text("</script>")]),
    join([text("&lt;!-- "), word, text(" \\<!-- \\`")]),
    join([text("<"), address, text("/"), word, text(">")]),
  );

const indent = (mark: string, rest: string) => (block: string) =>
  block
    .split("\n")
    .map((line, index) => (index === 0 ? mark : rest) + line)
    .join("\n");

const { blocks } = letrec<{ inline: string; inlines: string; block: string; blocks: string }>((tie) => ({
  inline: oneof({ maxDepth: 3, depthIdentifier: "inline" }, word, inlineKinds(tie("inline"))),
  inlines: array(tie("inline"), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(" ")),
  block: oneof(
    { maxDepth: 3, depthIdentifier: "block" },
    tie("inlines"),
    tie("inlines").map((inlines) => inlines.replaceAll(" w", "\nw")),
    join([text("## "), tie("inlines"), text(" ##")]),
    join([text("```js "), word, text("\n<!-- "), word, text(" -->\n[x]: y '"), word, text("'\n```")]),
    join([text("    <!-- "), word, text(" -->")]),
    join([
      text("| "),
      word,
      text(" | b |\n|---|---|\n| "),
      tie("inline"),
      text(" | "),
      word,
      text(" | "),
      word,
      text(" |\n| "),
      word,
      text(" |"),
    ]),
    join([
      text('<div class="'),
      word,
      text('">\n'),
      word,
      text(" <!-- "),
      word,
      text("\n\n"),
      word,
      text(" -->\n"),
      word,
      text("</div>"),
    ]),
    join([text("<details><summary>"), word, text("</summary>\n\n"), tie("blocks"), text("\n\n</details>")]),
    join([text("<!-- "), word, text("\n\n"), word, text(" -->")]),
    join([text("<style>\n"), word, text("\n\n"), word, text("\n</style>")]),
    definition,
    tie("blocks").map(indent("> ", "> ")),
    tie("blocks").map(indent("- ", "  ")),
    tie("blocks").map(indent("10. ", "    ")),
  ),
  blocks: array(tie("block"), { minLength: 1, maxLength: 4 }).map((all) => all.join("\n\n")),
}));

/** The words that a page shows, as another Markdown library renders it, and the addresses of its links and images. */
function render(markdown: string): {
  readonly words: readonly string[];
  readonly addresses: ReadonlySet<string>;
} {
  let shown = "";
  let hidden = 0;
  const urls: string[] = [];
  const parser = new Parser({
    onopentag: (name, attributes) => {
      hidden += name === "script" || name === "style" ? 1 : 0;
      const url = attributes.href ?? attributes.src;
      if (url !== undefined) {
        urls.push(url);
      }
    },
    onclosetag: (name) => {
      hidden -= name === "script" || name === "style" ? 1 : 0;
    },
    ontext: (chunk) => {
      shown += hidden > 0 ? "" : chunk;
    },
  });
  parser.end(marked.parse(markdown, { async: false }));
  return {
    words: shown.match(WORD) ?? [],
    // An address can also be text, in HTML.
    addresses: new Set(`${urls.join(" ")} ${shown}`.match(ADDRESS)),
  };
}

describe("what people see of Markdown", () => {
  it("is what another library shows, word for word, and none of the rest", () => {
    holds(
      property(blocks, (markdown) => {
        const page = render(markdown);
        const { text } = toVisibleText(markdown);
        // Whoever reads the Markdown itself finds no other word, and no other address.
        expect(text.match(WORD) ?? []).toEqual(page.words);
        expect(new Set(text.match(ADDRESS))).toEqual(page.addresses);
      }),
      500,
    );
  });
});
