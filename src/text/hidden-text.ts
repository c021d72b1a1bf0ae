/**
 * Characters that GitHub's page does not show but an agent reads: control and format characters (zero-width,
 * bidirectional), invisible ones (tags, variation selectors, fillers) and unpaired surrogates.
 */
const INVISIBLE = /[^\P{Cc}\n\t]|[\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** Everything that some program treats as a line break. */
const LINE_END = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;

/** An HTML comment ends at `-->`. An unclosed one hides everything after it. */
const HTML_COMMENT = /<!--[\s\S]*?(?:-->|$)/g;

/** Removes from untrusted text what people cannot see: HTML comments and invisible characters. Lines end with `\n`. */
export function stripHiddenText(text: string): string {
  // Remove the characters first, because the text around them can form a comment. The blank keeps the text around a
  // comment from forming another one.
  return text.replace(LINE_END, "\n").replace(INVISIBLE, "").replace(HTML_COMMENT, " ").trim();
}
