import { describe, expect, it } from "@jest/globals";
import { array, constantFrom, oneof, property, string, webUrl } from "fast-check";
import MarkdownIt from "markdown-it";
import { escapeAround, escapeLine, escapeMarkdown, fenceText, formatLink } from "../../../src/text/escape.ts";
import { holds } from "../../support/property-settings.ts";

const RUNS = 1000;
const WORD_JOINER = "\u2060";

/** What means something to the runner, to Markdown or to GitHub, and every kind of blank, control and break. */
const PIECES = [
  ..."\\`*_{}[]<>()#!|~:@^&$-+=./\"'0123456789 ax",
  ..."\n\r\t\v\f\0\x1b\x7f\x85\xa0\xad\u1680\u2000\u2003\u2028\u2029\u202f\u205f\u3000\ufeff",
  ..."\u200b\u200d\u200e\u202e\u2066\u2060\ue000\u{e0041}\u{1f600}",
  ...[
    "\ud800",
    "::",
    "##[",
    "##[error]",
    "::error::",
    "]]",
    "***",
    "---",
    "___",
    "===",
    "~~~",
    "```",
    "1. ",
    "1) ",
  ],
  ...[
    "- ",
    "> ",
    "# ",
    "    ",
    "<!--",
    "-->",
    "<b>",
    "</details>",
    "<script>",
    "&lt;",
    "&#x3c;",
    "&amp;",
    "[a](b)",
  ],
  ...[
    "![a](https://x.test)",
    "[a]: https://x.test",
    "https://x.test/a",
    "http://x",
    "ftp://x.test",
    "www.x.test",
  ],
  ...[
    "WWW.x.test",
    "a@x.test",
    "mailto:a@x.test",
    "@octocat",
    "#12",
    "a5c3785ed8d6a35868bc169f07e40e889087fd2e",
    "a5c3785",
    "GH-12",
    "octo/app#1",
    ":tada:",
    "$x$",
    "$$",
  ],
  ...["| --- |", "|", "\\|", "\\\\|", "[^1]", "[x] ", "<https://x.test>", "//x.test"],
];
const hostile = oneof(
  array(oneof({ weight: 4, arbitrary: constantFrom(...PIECES) }, string({ unit: "binary" })), {
    maxLength: 12,
  }).map((pieces) => pieces.join("")),
  string({ unit: "binary" }),
  string({ unit: "grapheme" }),
);

/** Markdown with HTML, and with those addresses made links that GitHub makes links: no bare host names. */
function github() {
  const md = new MarkdownIt({ html: true, linkify: true });
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: true });
  md.linkify.add("//", null);
  md.linkify.add("www.", { validate: (text, pos) => /^\S*/.exec(text.slice(pos))?.[0].length ?? 0 });
  return md;
}

const md = github();

/** The types of all tokens, text aside, and the texts. */
function parsed(source: string): { types: string[]; texts: string[] } {
  const tokens = md.parse(source, {});
  const inlines = tokens.filter(({ type }) => type === "inline");
  return {
    types: tokens.flatMap(({ type, children }) => [
      ...(type === "inline" ? [] : [type]),
      ...(children ?? []).map((child) => child.type).filter((child) => child !== "text"),
    ]),
    texts: inlines.map(({ children }) =>
      (children ?? [])
        .map(({ content }) => content)
        .join("")
        .replaceAll(WORD_JOINER, ""),
    ),
  };
}

/** The text as people see it: one line, without what cannot be seen. */
const seen = (text: string): string =>
  text
    .replace(/[\n\r\t\u2028\u2029\x85]+/g, " ")
    .replace(/[\p{C}\p{Default_Ignorable_Code_Point}]/gu, "")
    .trim();

describe("text for a line of the log", () => {
  it.each([
    ["Update dependencies", "Update dependencies"],
    ["", ""],
    ["a: b :: c", "a: b :: c"],
    ["::error::x", ": :error::x"],
    [" \t\u3000::error::x", "  \u3000: :error::x"],
    [":::", ": ::"],
    [":", ":"],
    ["\u200b::error::x", ": :error::x"],
    [":\u200b:error::x", ": :error::x"],
    ["a\n::error::x", "a ::error::x"],
    ["a\r::error::x", "a ::error::x"],
    ["\n::error::x", " : :error::x"],
    ["##[error]x", "## [error]x"],
    ["a ##[group]b ##[endgroup]", "a ## [group]b ## [endgroup]"],
    ["###[error]", "### [error]"],
    ["#\u200b#[error]", "## [error]"],
    ["##\n[error]", "## [error]"],
    ["\x1b[31mred\x1b[0m", "[31mred[0m"],
    ["a\u202eb\u2066c\0d\x9fe", "abcde"],
    ["a\u2028b\u2029c\u0085d\r\n\te", "a b c d e"],
    ["größer 日本 😀", "größer 日本 😀"],
    ["\ud800x", "x"],
  ])("%j becomes %j", (text, expected) => {
    expect(escapeLine(text)).toBe(expected);
  });

  it("is one line without controls, and never a command", () => {
    holds(
      property(hostile, (text) => {
        const line = escapeLine(text);
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(line).not.toContain("##[");
        // As .NET's Char.IsWhiteSpace, by which the runner trims a line.
        expect(line.replace(/^[\p{Z}\t-\r\x85]+/u, "").startsWith("::")).toBe(false);
      }),
      RUNS,
    );
  });

  it("is the same when it is escaped twice", () => {
    holds(
      property(hostile, (text) => expect(escapeLine(escapeLine(text))).toBe(escapeLine(text))),
      RUNS,
    );
  });
});

describe("text for Markdown", () => {
  it.each([
    ["Update dependencies", "Update dependencies"],
    ["", ""],
    ["a\nb", "a b"],
    ["# a", `\\#${WORD_JOINER} a`],
    ["- a", "\\- a"],
    ["1. a", "1\\. a"],
    ["a - b. c", "a - b. c"],
    ["<b>", "\\<b\\>"],
    ["&lt;", "&amp;lt;"],
    ["$x$", "&#36;x&#36;"],
    ["@octocat", `\\@${WORD_JOINER}octocat`],
    ["octo/app#12", `octo/app\\#${WORD_JOINER}12`],
    ["GH-12", `GH${WORD_JOINER}-12`],
    ["https://x.test", `https\\:${WORD_JOINER}//x.test`],
    ["www.x.test", `www${WORD_JOINER}.x.test`],
    ["a5c3785ed8d6", `a5c378${WORD_JOINER}5ed8d6`],
    ["(A5C3785)", `\\(A5C378${WORD_JOINER}5\\)`],
    ["octo/app@a5c3785", `octo/app\\@${WORD_JOINER}a5c378${WORD_JOINER}5`],
    ["0f8fad5b-d9cd-469f-a165-70867728950e", "0f8fad5b-d9cd-469f-a165-70867728950e"],
    ["20261123, 1234567", "20261123, 1234567"],
    ["a5c378 defaced? xa5c3785", `a5c378 deface${WORD_JOINER}d? xa5c3785`],
    ["a | b", "a \\| b"],
    ["\\|", "\\\\\\|"],
    ["\u202e  a  \u200b", "a"],
  ])("%j becomes %j", (text, expected) => {
    expect(escapeMarkdown(text)).toBe(expected);
  });

  it("would be more than text without it", () => {
    expect(parsed("www.x.test https://x.test a@x.test <b> **a** `b`").types).toEqual([
      "paragraph_open",
      ...["link_open", "link_close", "link_open", "link_close", "link_open", "link_close"],
      ...["html_inline", "strong_open", "strong_close", "code_inline"],
      "paragraph_close",
    ]);
  });

  it("is shown as it is by itself", () => {
    holds(
      property(hostile, (text) => {
        const expected = seen(text);
        const { types, texts } = parsed(escapeMarkdown(text));
        expect(types).toEqual(expected === "" ? [] : ["paragraph_open", "paragraph_close"]);
        expect(texts.join("")).toBe(expected);
      }),
      RUNS,
    );
  });

  it("is shown as it is in an item of a list", () => {
    const open = ["bullet_list_open", "list_item_open"];
    const close = ["list_item_close", "bullet_list_close"];
    holds(
      property(hostile, (text) => {
        const expected = seen(text);
        const { types, texts } = parsed(`- ${escapeMarkdown(text)}`);
        const inside = expected === "" ? [] : ["paragraph_open", "paragraph_close"];
        expect(types).toEqual([...open, ...inside, ...close]);
        expect(texts.join("")).toBe(expected);
      }),
      RUNS,
    );
  });

  it("is shown as it is in a cell of a table", () => {
    holds(
      property(hostile, hostile, (first, second) => {
        const row = `| ${escapeMarkdown(first)} | ${escapeMarkdown(second)} | end |`;
        const { types, texts } = parsed(`| A | B | C |\n| --- | --- | --- |\n${row}`);
        expect(types.filter((type) => !/^(table|thead|tbody|tr|th|td)_(open|close)$/.test(type))).toEqual([]);
        expect(types.filter((type) => type === "tr_open")).toHaveLength(2);
        expect(texts).toEqual(["A", "B", "C", seen(first), seen(second), "end"]);
      }),
      RUNS,
    );
  });

  it("is shown as it is between other words, in bold and as the words of a link", () => {
    holds(
      property(hostile, (text) => {
        const { types, texts } = parsed(
          `[x${escapeMarkdown(text)}x](<https://x.test>) **x${escapeMarkdown(text)}x**`,
        );
        const around = [
          "paragraph_open",
          "link_open",
          "link_close",
          "strong_open",
          "strong_close",
          "paragraph_close",
        ];
        expect([...types].sort()).toEqual([...around].sort());
        expect(texts.join("")).toBe(`x${seen(text)}x x${seen(text)}x`);
      }),
      RUNS,
    );
  });

  it("mentions nobody, and leads nowhere", () => {
    holds(
      property(hostile, (text) => {
        const shown = md.renderInline(escapeMarkdown(text));
        expect(shown).not.toMatch(/@\w|#\d|\bGH-\d|:\/\/|www\./i);
        expect(shown).not.toMatch(/(?<![\w-])(?!\d{7,39}\b)[\da-f]{7,40}(?![\w-])/i);
      }),
      RUNS,
    );
  });
});

describe("text with addresses of our own", () => {
  const OWN = "https://github.com/octo/app/agents";
  const isOwn = (address: string) => address === OWN;

  it.each([
    [`See ${OWN}.`, `See <${OWN}>.`],
    [`task a (${OWN}), *x*`, `task a \\(<${OWN}>\\), \\*x\\*`],
    [OWN, `<${OWN}>`],
    ["", ""],
    [
      `${OWN}/x ${OWN} https://evil.test`,
      `https\\:${WORD_JOINER}//github.com/octo/app/agents/x <${OWN}> https\\:${WORD_JOINER}//evil.test`,
    ],
    [`${OWN}>x`, `<${OWN}>\\>x`],
  ])("%j becomes %j", (text, expected) => {
    expect(escapeAround(text, isOwn)).toBe(expected);
  });

  it("has no link besides those", () => {
    holds(
      property(hostile, hostile, (first, second) => {
        const text = `${first} ${OWN} ${second}`;
        const { types, texts } = parsed(escapeAround(`x ${text}`, isOwn));
        expect(types).toEqual(["paragraph_open", "link_open", "link_close", "paragraph_close"]);
        expect(texts.join("")).toBe(seen(`x ${text}`));
        expect(md.renderInline(escapeAround(text, () => false))).not.toContain("<a ");
      }),
      RUNS,
    );
  });
});

describe("a block of text", () => {
  it.each([
    ["", "```text\n\n```"],
    ["a", "```text\na\n```"],
    ["a\r\nb\rc\n", "```text\na\nb\nc\n\n```"],
    ["```\nx\n```", "````text\n```\nx\n```\n````"],
    ["a ````` b", "``````text\na ````` b\n``````"],
    ["`\u200b``", "````text\n```\n````"],
    ["\x1b[31m\u202e", "```text\n[31m\n```"],
  ])("%j becomes %j", (text, expected) => {
    expect(fenceText(text)).toBe(expected);
  });

  it("is closed by nothing inside", () => {
    const lineOf = (line: string) =>
      line.replace(/[\t\u2028\u2029\x85]+/g, " ").replace(/[\p{C}\p{Default_Ignorable_Code_Point}]/gu, "");
    holds(
      property(array(hostile), (texts) => {
        const text = texts.join("\n");
        const tokens = md.parse(`<details>\n\n${fenceText(text)}\n\n</details>`, {});
        expect(tokens.map(({ type }) => type)).toEqual(["html_block", "fence", "html_block"]);
        expect(tokens[1]?.info).toBe("text");
        expect(tokens[1]?.content).toBe(
          `${text
            .split(/\r\n|\r|\n/)
            .map(lineOf)
            .join("\n")}\n`,
        );
      }),
      RUNS,
    );
  });
});

describe("a link", () => {
  it.each([
    ["https://github.com/octo/app/pull/1", "[it](<https://github.com/octo/app/pull/1>)"],
    ["https://github.com/a b", "[it](<https://github.com/a%20b>)"],
    ["https://github.com/a|b", "[it](<https://github.com/a%7Cb>)"],
    ["https://github.com/a<b>`c", "[it](<https://github.com/a%3Cb%3E%60c>)"],
    ["https://github.com/\\a", "[it](<https://github.com//a>)"],
    ["https://github.com/\na", "[it](<https://github.com/a>)"],
    ["http://127.0.0.1:4000/a", "[it](<http://127.0.0.1:4000/a>)"],
  ])("leads to %j", (address, expected) => {
    expect(formatLink("it", address)).toBe(expected);
  });

  it.each([
    "",
    "github.com",
    "http://github.com",
    "http://127.0.0.1.evil.test",
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "https://user@github.com",
    "https://github.com:secret@evil.test",
    "https://:secret@evil.test",
  ])("leads nowhere for %j", (address) => {
    expect(formatLink("it", address)).toBe("it");
  });

  it("is one link, or its words, whatever the address", () => {
    holds(
      property(
        oneof(webUrl({ withFragments: true, withQueryParameters: true }), hostile),
        hostile,
        (base, tail) => {
          for (const address of [base, `${base}${tail}`, `https://x.test/${tail}`]) {
            const made = formatLink("it", address);
            const tokens = md.parseInline(`${made} end`, {})[0]?.children ?? [];
            const types = tokens.map(({ type }) => type);
            expect(types).toEqual(made === "it" ? ["text"] : ["link_open", "text", "link_close", "text"]);
            expect(tokens[0]?.attrGet("href") ?? "https://").toMatch(/^https?:\/\//);
            expect(made).not.toMatch(/[|\n]/);
          }
        },
      ),
      RUNS,
    );
  });
});
