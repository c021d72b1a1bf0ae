import { describe, expect, it } from "@jest/globals";
import { constantFrom, property, string, tuple } from "fast-check";
import { escapeLine, escapeMarkdown } from "../../../src/text/escape.ts";
import { containsSecret, createRedactor, mapTexts } from "../../../src/text/redact.ts";
import { holds } from "../../support/property-settings.ts";

describe("taking secrets out", () => {
  it("takes all of them out, one that holds another as a whole", () => {
    expect(createRedactor(["abc", "abcdef", ""])("abc abcdef xabcx")).toBe("*** *** x***x");
    expect(createRedactor(["a.c"])("abc a.c")).toBe("abc ***");
  });

  it("leaves a text alone where there is none", () => {
    expect(createRedactor([])("a b")).toBe("a b");
    expect(createRedactor([""])("a b")).toBe("a b");
  });

  it.each([
    ["a zero-width space", "\u200b"],
    ["NUL", "\0"],
    ["a soft hyphen", "\u00ad"],
    ["a change of the writing direction", "\u202e"],
    ["a variation selector", "\ufe0f"],
    ["a variation selector beyond the first plane", "\u{e0100}"],
    ["a tag", "\u{e0041}"],
    ["a filler", "\u3164"],
    ["a combining grapheme joiner", "\u034f"],
    ["half a surrogate pair", "\ud800"],
    ["private use", "\ue000"],
    ["a line break", "\r\n"],
    ["a line separator", "\u2028"],
    ["a tab", "\t"],
    ["an escape", "\x1b"],
    ["many of them", "\u200b\0\u2060\ufeff"],
  ])("finds one that %s splits", (_what, character) => {
    expect(createRedactor(["ghu_secret"])(`a ghu${character}_se${character}cret b`)).toBe("a *** b");
    expect(containsSecret([..."ghu_secret"].join(character), ["ghu_secret"])).toBe(true);
  });

  it("leaves invisible characters elsewhere alone", () => {
    const text = "\u200bghu_\u200b \u{1f468}\u200d\u{1f469} secret";
    expect(createRedactor(["ghu_secret"])(text)).toBe(text);
    expect(containsSecret(text, ["ghu_secret", ""])).toBe(false);
  });

  it("leaves none that later comes back where invisible characters are taken out", () => {
    const secret = "ghu_Sec.ret";
    const splitter = constantFrom(
      ..."\0\t\n\x1b\u00ad\u034f\u200b\u2028\u202e\u2060\ufe0f\ufeff\ue000\ud800",
    );
    holds(
      property(string({ unit: "binary" }), tuple(...[...secret].map(() => splitter)), (text, splitters) => {
        const split = [...secret].map((character, i) => `${character}${splitters[i]}`).join("");
        const redacted = createRedactor([secret])(`${text}${split}${text}`);
        expect(escapeLine(redacted)).not.toContain(secret);
        expect(escapeMarkdown(redacted).replaceAll("\\", "")).not.toContain(secret);
      }),
    );
  });

  it("needs little time for a long text", () => {
    const text = "g\u200b".repeat(1_000_000);
    expect(createRedactor(["ghu_secret"])(text)).toBe(text);
  });
});

describe("the texts in JSON data", () => {
  it("are changed at any depth, with the names of their fields", () => {
    const data = { a: "x", b: [1, null, true, "y", { c: "z", d: 10n }] };
    expect(mapTexts(data, (text, field) => `${field}=${text}`)).toEqual({
      a: "a=x",
      b: [1, null, true, "=y", { c: "c=z", d: 10n }],
    });
    expect(mapTexts("x", (text) => `${text}${text}`)).toBe("xx");
    expect(mapTexts(undefined, String)).toBeUndefined();
  });

  it("are left out where no data of GitHub is that deep", () => {
    const deep = JSON.parse(`${"[".repeat(50_000)}"x"${"]".repeat(50_000)}`);
    expect(JSON.stringify(mapTexts(deep, String))).toBe(`${"[".repeat(100)}null${"]".repeat(100)}`);
  });
});
