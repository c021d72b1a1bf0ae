/** Line breaks that are none in Markdown, but that some program treats as one. */
const OTHER_LINE_END = /[\v\f\u0085\u2028\u2029]/g;

/** Blanks that are not spaces: an empty Braille cell, an empty note and so on. A reader sees a gap. */
const BLANK = /[\u2800\u{1d159}\u{16fe4}\u{13441}\u{13442}]/gu;

/** An emoji with a variation selector, and any sequence that Unicode recommends: flags, keycaps, families. */
const EMOJI = String.raw`[\p{Emoji}--[#*0-9]]\ufe0e|\p{RGI_Emoji}|[\p{Emoji}--[#*0-9]]\ufe0f|[#*0-9]\ufe0f?\u20e3`;

/** Emoji that are joined, where some lack the variation selector that belongs there. */
const JOINED_EMOJI = String.raw`\p{Emoji}[\ufe0f\p{Emoji_Modifier}]?(?:\u200d\p{Emoji}[\ufe0f\p{Emoji_Modifier}]?)+`;

/** Letters and marks of the scripts whose letters join. */
const JOINING_LETTER = String.raw`[[\p{L}\p{M}]&&[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mand}\p{scx=Mong}\p{scx=Nkoo}\p{scx=Adlm}\p{scx=Rohg}]]`;

/** What joins the consonants of an Indic script. */
const VIRAMA = String.raw`[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u1039\u17d2\u1b44\ua8c4\ua9c0]`;

/** Joiners and non-joiners that change how letters look, and the variation selectors of Mongolian. */
const JOINER = [
  String.raw`(?<=${JOINING_LETTER})\u200c(?=${JOINING_LETTER})`,
  String.raw`(?<=${JOINING_LETTER})\u200d`,
  String.raw`(?<=${VIRAMA})[\u200c\u200d]`,
  String.raw`(?<=\p{L})[\u200c\u200d](?=${VIRAMA})`,
  String.raw`(?<=\p{scx=Mong})[\u180b-\u180f]`,
].join("|");

/**
 * Characters without a glyph: control and format characters (zero-width, bidirectional), tags, variation selectors,
 * fillers, private use, and what is not assigned, except places that Unicode keeps for emoji.
 */
const INVISIBLE = String.raw`[[\p{Cc}--[\n\t]]\p{Cf}\p{Cs}\p{Co}[\p{Cn}--\p{Extended_Pictographic}]\p{Default_Ignorable_Code_Point}]`;

/** What stays, what may stay, and what goes. */
const CHARACTERS = new RegExp(`(${EMOJI}|${JOINER})|(${JOINED_EMOJI})|(?:${INVISIBLE})`, "gv");

/** A text without the characters that a reader cannot see, and how many those were. */
interface SeenText {
  readonly text: string;
  readonly removed: number;
}

/**
 * Removes the characters of an untrusted text that a reader cannot see. Those that change how the text beside them looks
 * stay: in an emoji, in Persian, in Indic scripts. No line break is left but `\n`.
 */
export function removeInvisible(text: string): SeenText {
  let removed = 0;
  const seen = text
    .replace(/\r\n?/g, "\n")
    .replace(OTHER_LINE_END, " ")
    .replace(CHARACTERS, (match: string, kept?: string, joined?: string) => {
      if (kept !== undefined) {
        return kept;
      }
      if (joined !== undefined && isEmoji(joined)) {
        return joined;
      }
      const parts = joined?.split("\u200d").map((part) => removeInvisible(part).text) ?? [];
      const rest = parts.join("");
      removed += [...match].length - [...rest].length;
      return rest;
    })
    .replace(BLANK, () => {
      removed++;
      return " ";
    });
  return { text: seen, removed };
}

/** Whether an emoji sequence is one that Unicode recommends, once its variation selectors are where they belong. */
function isEmoji(sequence: string): boolean {
  const qualified = sequence
    .replaceAll("\ufe0f", "")
    .replace(/[\p{Emoji}--\p{Emoji_Presentation}](?!\p{Emoji_Modifier})/gv, "$&\ufe0f");
  return /^\p{RGI_Emoji}$/v.test(qualified);
}
