/**
 * Characters that a reader does not see, or that a program takes out of a text or an address: control, format, private
 * and unassigned characters, fillers, variation selectors and line breaks.
 */
export const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/gu;

/** A text in which only line breaks and tabs are invisible, as most are. The pattern for the others takes long to compile. */
const PLAIN = /^[\t\n\r -~]*$/;

/** The text without {@link INVISIBLE} characters. */
export function removeInvisible(text: string): string {
  return text.replace(PLAIN.test(text) ? /[\t\n\r]/g : INVISIBLE, "");
}
