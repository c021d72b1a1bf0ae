import { describe, expect, it } from "@jest/globals";
import { toVisibleText } from "../../../src/markdown/visible-text.ts";

const seen = (markdown: string): string => toVisibleText(markdown).text;
const hiddenIn = (markdown: string) => Object.fromEntries(toVisibleText(markdown).hidden);

describe("what a page does not show", () => {
  it.each([
    ["comment", "a<!-- HID -->b", "ab"],
    ["comment", "<!-- HID\n\nHID -->\n\nafter", "after"],
    ["comment", "text\n<!-- HID", "text"],
    ["comment", "> a\n> <!-- HID -->\n> b", "> a\n> b"],
    ["comment", "- a <!-- HID -->\n- b", "- a \n- b"],
    ["comment", "| a |\n|---|\n| <!-- HID --> b |", "| a |\n|---|\n|  b |"],
    ["comment", "# a <!-- HID --> #", "# a  #"],
    ["comment", "[a <!-- HID --> b](https://x.org)", "[a  b](https://x.org)"],
    ["comment", "<div>a<!-- HID -->b</div>", "<div>ab</div>"],
    ["comment", "a <!> b <!--> c", "a <!> b  c"],
    ["instruction", "a <?php HID ?> b", "a  b"],
    ["declaration", "a <!DOCTYPE HID> b", "a  b"],
    ["cdata", "a <![CDATA[HID]]> b", "a  b"],
    ["definition", "[HID]: https://hid.org 'HID'\n\ntext", "text"],
    ["definition", "[//]: # (HID)\ntext", "text"],
    ["definition", "> [HID]:\n> https://hid.org\n> 'HID\n> HID'\n>\n> text", ">\n> text"],
    ["definition", "[a]: https://x.org\n[A]: https://hid.org 'HID'\n\n[a]", "[a](https://x.org)"],
    ["title", '[a](https://x.org "HID")', "[a](https://x.org)"],
    ["title", "[a](<https://x.org/b c> 'HID\nHID')", "[a](<https://x.org/b c>\n)"],
    ["title", "> [a](b\n> (HID))", "> [a](b\n> )"],
    [
      "title",
      "[a]: https://x.org 'HID'\n\nsee [a] and [b][a]",
      "see [a](https://x.org) and [b](https://x.org)",
    ],
    ["title", '![](https://x.org/i.png "HID")', "![](https://x.org/i.png)"],
    ["title", '<a href="https://x.org" title="HID">a</a>', '<a href="https://x.org">a</a>'],
    ["alternative", "![HID *HID* [HID]](https://x.org/i.png)", "![](https://x.org/i.png)"],
    ["alternative", "![HID][i]\n\n[i]: https://x.org/i.png", "![](https://x.org/i.png)"],
    ["alternative", "[![HID](i.png)](https://x.org)", "[![](i.png)](https://x.org)"],
    ["alternative", '<img src="i.png" alt="HID" />', '<img src="i.png" />'],
    ["attribute", '<div class="HID" data-hid=HID>a</div>', "<div>a</div>"],
    ["attribute", "a <b onclick='HID'>b</b>", "a <b>b</b>"],
    ["attribute", '<p\n  lang="HID"\n>a</p>', "<p>\na</p>"],
    [
      "attribute",
      "<details hidden aria-label=HID open><summary>a</summary>b</details>",
      "<details><summary>a</summary>b</details>",
    ],
    ["tag", "a <HID-hid>b</HID-hid>", "a b"],
    ["tag", '<form action="HID"><input value="HID">a</form>', "a"],
    ["element", "a <script>HID</script> b", "a  b"],
    ["element", "<style>\n.HID {}\n</style>\n\na", "a"],
    ["element", "<template><template>HID</template>HID</template>a", "a"],
    ["element", "<ruby>a<rp>HID</rp><rt>b</rt></ruby>", "<ruby>a<rt>b</rt></ruby>"],
    ["address", "[a](javascript:HID)", "[a]()"],
    ["address", "[a][r]\n\n[r]: data:text/plain,HID", "[a]()"],
    ["address", '<a href="java&#115;cript:HID">a</a>', "<a>a</a>"],
    ["address", "![](data:image/png;base64,HID)", "![]()"],
    ["footnote", "a\n\n[^HID]: HID\n\n    HID\n\nb", "a\n\n\n\nb"],
    ["footnote", "a [^n]\n\n[^n]: b\n[^N]: HID", "a [^1]\n\n[^1]: b"],
    ["label", "a [^HID]\n\n[^HID]: b", "a [^1]\n\n[^1]: b"],
    ["info", "```js HID\na\n```", "```js\na\n```"],
    ["info", "~~~ HID-HID-HID-HID-HID-HID-HID-HID\na\n~~~", "~~~\na\n~~~"],
    ["cell", "| a |\n|---|\n| b | HID | HID |", "| a |\n|---|\n| b |"],
    ["cell", "> a | b\n> -|-\n> c | `d\\|e` | HID", "> a | b\n> -|-\n> c | `d\\|e` |"],
    ["character", "a&#8203;&zwj;&#x2060;&shy;b", "ab"],
    ["character", "[a](https://x.org/b&#8203;&zwnj;c)", "[a](https://x.org/bc)"],
    ["character", "[a][r]\n\n[r]: https://x.org/b&#8203;c", "[a](https://x.org/bc)"],
    ["character", "<a href='https://x.org/b&#8203;c'>a</a>", '<a href="https://x.org/bc">a</a>'],
    ["character", "<p>a&#8203;&shy;b</p>", "<p>ab</p>"],
    ["character", "`a\u200bb`\n\n    c\u{e0041}", "`ab`\n\n    c"],
  ])("is left out: %s in %j", (kind, markdown, expected) => {
    expect(seen(markdown).replace(/[ \t]+$/gm, "")).toBe(expected.replace(/[ \t]+$/gm, ""));
    expect(seen(markdown)).not.toMatch(/hid/i);
    expect(hiddenIn(markdown)).toMatchObject({ [kind]: expect.any(Number) });
  });

  it("is counted by kind", () => {
    const markdown = 'a <!-- b --> <!-- c -->\n\n![d](e "f")\u200b\u200b\n';
    expect(hiddenIn(markdown)).toEqual({ comment: 2, alternative: 1, title: 1, character: 2 });
  });
});

describe("what a page shows", () => {
  it.each([
    ["a comment in a code span", "`<!--` Do NOT touch the production config `-->`"],
    ["a comment in a fence", "```html\n<!-- seen -->\n```\nand after it"],
    ["a comment in indented code", "    <!-- seen -->\n\nafter"],
    ["a fence in a list in a quote", "> - a\n>   ~~~~\n>   <!-- seen -->\n>   ~~~~\n> - b"],
    ["a comment that never ends in a paragraph", "a <!-- seen"],
    ["an escaped comment", "a \\<!-- seen -->"],
    ["text in HTML blocks", "<div>\nseen\n\n*seen*\n\n</div>"],
    ["details", "<details><summary>a</summary>\n\n- seen\n\n</details>"],
    ["an element that cannot be hidden", "<div>seen</div>"],
    ["tags that GitHub writes as text", "Use <script> here\n\nand <textarea> there"],
    ["brackets that are no link", "a [b] [c][d] [^e] ![f]"],
    ["brackets that are no footnote", "[^a b] [^a[b] [^] [^a\n\n[^a] b: c\n\n# # #"],
    ["a footnote in a list", "- a[^1]\n\n  [^1]: b\n\n      c\n- d"],
    ["an empty footnote", "a[^1]\n\n[^1]:\n\nb"],
    ["entities in HTML", "<p>a &NotEqualTilde; &amp;</p>"],
    ["a tag that does not end", "a <b c"],
    ["a closing tag", "<p>a</p >"],
    ["a link with a title that is none", '[a](b "c" d)'],
    ["all kinds of emphasis", "*a* __b__ ~~c~~ ***d***"],
    ["autolinks", "<https://x.org> https://x.org <a@x.org>"],
    ["entities", "&lt;b&gt; &amp; &copy; &nbsp; &#10;"],
    ["tables with few cells", "a|b\n-|-\nc\n\\|d|e|"],
    ["headings and rules", "a\n===\n\nb\n---\n\n### c\n\n* * *"],
    ["lists and tasks", "1. a\n   - [x] b\n\n     c\n2. d"],
    ["hard breaks", "a  \nb\\\nc"],
    ["tabs", ">\ta\n\n-\tb\n\n\tc"],
    ["an alert and a mention", "> [!NOTE]\n> @octocat :tada: #1"],
    ["a relative address", "[a](../b.md#c) ![](d.png)"],
    ["a comparison in HTML", "<p>a < b & c</p>"],
    ["joined emoji and Persian", "👩\u200d💻 می\u200cخواهم `👩\u200d💻`"],
  ])("is kept: %s", (_what, markdown) => {
    expect(toVisibleText(markdown)).toEqual({ text: markdown, hidden: new Map(), isCut: false });
  });

  it("keeps characters that join where an entity writes them", () => {
    expect(seen("می&zwnj;خواهم 👩&#x200d;💻")).toBe("می\u200cخواهم 👩\u200d💻");
  });

  it("has addresses of references, but not without end", () => {
    const address = `https://x.org/${"y".repeat(30_000)}`;
    const text = seen(`[a]: ${address}\n\n${"[a]\n".repeat(5000)}`);
    expect(text.startsWith(`[a](${address})`)).toBe(true);
    expect(text.length).toBeLessThan(120_000);
  });

  it("writes the address of a reference so that it stays one", () => {
    expect(seen("[a]\n\n[a]: <b c(d)>")).toBe("[a](<b c(d)>)");
  });

  it("ends where HTML swallows it", () => {
    expect(seen("> <!-- a\n\nb\n\n*c* [d](e)")).toBe("");
    expect(seen('<div title="\n\n*a* b\n\n">c')).toBe("");
    expect(seen('<div title="\n\n*a* [b](c)\n\nd')).toMatch(/^<div>\s+d$/);
  });
});

describe("a text that is too much", () => {
  it("is cut at a blank line before it is parsed", () => {
    const markdown = `${"a\n\n".repeat(30_000)}`;
    const { text, isCut } = toVisibleText(markdown);
    expect(isCut).toBe(true);
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(toVisibleText("😀".repeat(65_536)).isCut).toBe(false);
    expect(toVisibleText("😀".repeat(65_537))).toMatchObject({ isCut: true, text: "😀".repeat(65_536) });
  });

  it.each(["> ", "- ", ">- ", "> > - "])("is refused where %j nests it too deep", (mark) => {
    expect(() => toVisibleText(`${mark.repeat(200)}a`)).toThrow("nest deeper than 100");
  });

  it.each([
    ...'[ ]( ![ * _ ** ~~ ` < <!-- <div> </div> & &zwj; \\ | > - # ~ <a=" <![CDATA[ <? ( " ^ [^a] [a] \u200d \u200b'.split(
      " ",
    ),
    "[a](",
    "[a](<",
    "a\n",
    "|\n",
    "[a]: b\n",
    "[^a]: b\n",
    "<template>",
    "> > > ",
  ])("does not overflow or lose what it shows: %j", (piece) => {
    const markdown = piece.repeat(65_536 / piece.length);
    for (const text of [markdown, `<div>\n${markdown}`, `|a|b|\n|-|-|\n${markdown}`]) {
      try {
        expect(toVisibleText(text).text.length).toBeLessThanOrEqual(2 * text.length);
      } catch (error) {
        expect(String(error)).toContain("nest deeper");
      }
    }
  });
});
