/**
 * What GitHub's page does not show to a reader, and an agent would read all the same: control and format characters
 * (zero-width, bidirectional), what is drawn as nothing (tags, variation selectors, fillers) and halves of a pair.
 */
const INVISIBLE = /[^\P{Cc}\n\t]|[\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** All that ends a line for somebody. */
const LINE_END = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;

/** A comment ends at `-->`; one that nobody closes hides all that follows. */
const HTML_COMMENT = /<!--[\s\S]*?(?:-->|$)/g;

/**
 * A text of somebody else's without what people cannot see in it: HTML comments and invisible characters. Lines end
 * with `\n`.
 */
export function stripHiddenText(text: string): string {
  // Characters first: without them, pieces may come together to a comment. A blank keeps that from happening after.
  return text.replace(LINE_END, "\n").replace(INVISIBLE, "").replace(HTML_COMMENT, " ").trim();
}
