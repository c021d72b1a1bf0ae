import { describe, expect, it } from "@jest/globals";
import { removeInvisible } from "../../../src/markdown/hidden-text.ts";

describe("characters that nobody sees", () => {
  it.each([
    ["zero-width ones", "z\u200be\u200cr\u200do\u2060\ufeff", "zero"],
    ["a soft hyphen", "a\u00adb", "ab"],
    ["bidirectional ones", "\u202ea\u2066b\u2069\u200f\u061c", "ab"],
    ["tags", "a\u{e0041}\u{e007f}b", "ab"],
    ["variation selectors", "a\u{e0100}\ufe0fb\ufe00\u{e01ef}", "ab"],
    ["fillers", "a\u3164\u115f\u1160\uffa0b", "ab"],
    ["control characters", "a\0\x1b[31mb\x9f\x7f", "a[31mb"],
    ["a half of a character", "\ud800a\udc00", "a"],
    ["private use", "a\ue000\u{f0000}\u{10fffd}b", "ab"],
    ["what is not assigned", "a\ufdd0\uffff\u{e0fff}\u{50000}b", "ab"],
    ["joiners between emoji that do not join", "😀\u200d😀", "😀😀"],
    ["joiners and selectors at digits", "1\u200d2\ufe0f", "12"],
    ["a joiner after a joined emoji", "👩\u200d💻\u200d", "👩\u200d💻"],
    ["repeated non-joiners in Persian", "می\u200c\u200cخواهم", "میخواهم"],
    ["tags after a flag that is none", "🏴\u{e0041}\u{e007f}", "🏴"],
  ])("go: %s", (_what, text, expected) => {
    const { text: seen, removed } = removeInvisible(text);
    expect(seen).toBe(expected);
    expect(removed).toBe([...text].length - [...expected].length);
  });

  it.each([
    ["a family", "👨\u200d👩\u200d👧\u200d👦"],
    ["a profession with a skin tone", "👩🏽\u200d💻"],
    ["an eye in a bubble, with and without selectors", "👁\ufe0f\u200d🗨\ufe0f 👁\u200d🗨"],
    ["a heart and a keycap", "❤\ufe0f 1\ufe0f\u20e3 ☺\ufe0e"],
    ["the flag of England", "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}"],
    ["Persian", "می\u200cخواهم کتاب\u200cها"],
    ["an Arabic letter in its joined form", "ه\u200d"],
    ["Hindi and Sinhala", "क्\u200dष क्\u200cष ක්\u200dර"],
    ["Bengali", "র\u200d্য"],
    ["an emoji of a later Unicode", "\u{1faff}"],
    ["blanks of other widths", "a\u00a0b\u3000c\td"],
    ["other scripts", "größer 日本 😀"],
  ])("stay where they are seen: %s", (_what, text) => {
    expect(removeInvisible(text)).toEqual({ text, removed: 0 });
  });

  it("become a space where a reader sees a gap", () => {
    expect(removeInvisible("a\u2800b\u{1d159}c")).toEqual({ text: "a b c", removed: 2 });
  });

  it("become a space where they break lines in some program, but not in Markdown", () => {
    expect(removeInvisible("a\r\nb\rc\u2028d\u2029e\u0085f\vg\fh").text).toBe("a\nb\nc d e f g h");
  });
});
