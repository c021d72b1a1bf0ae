/**
 * Characters that a reader does not see, or that a program takes out of a text or an address: control, format, private
 * and unassigned characters, fillers, variation selectors and line breaks.
 */
export const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/gu;

/** A text without invisible characters, as most are. The pattern for those takes long to compile. */
const PLAIN = /^[ -~]*$/;

/** The text without {@link INVISIBLE} characters. */
export function removeInvisible(text: string): string {
  return PLAIN.test(text) ? text : text.replace(INVISIBLE, "");
}
