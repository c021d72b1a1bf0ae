/** A duration for people: `45 s`, `4 min 5 s`, `1 h 2 min`. */
export function formatDuration(ms: number): string {
  const s = Math.round(ms / 1000);
  if (s < 60) {
    return `${s} s`;
  }
  if (s < 3600) {
    return s % 60 === 0 ? `${s / 60} min` : `${Math.floor(s / 60)} min ${s % 60} s`;
  }
  const min = Math.round(s / 60);
  return min % 60 === 0 ? `${min / 60} h` : `${Math.floor(min / 60)} h ${min % 60} min`;
}

/** A count with its noun: `1 commit`, `2 commits`. */
export function pluralize(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A text that stays on one line, for a cell of a table. */
export function keepTogether(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}

/** Choices for people: `a`, `a or b`, `a, b or c`. */
export function joinAlternatives(choices: readonly string[]): string {
  const last = choices.at(-1) ?? "";
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(", ")} or ${last}`;
}

/** The first names, and how many more there are: `a, b and 3 more`. */
export function joinList(names: readonly string[], maxNames: number): string {
  const shown = names.slice(0, maxNames).join(", ");
  return names.length <= maxNames ? shown : `${shown} and ${names.length - maxNames} more`;
}

/** Cuts a text to `maxLength` characters. An ellipsis replaces what is missing. */
export function truncate(text: string, maxLength: number): string {
  // Half of a surrogate pair is no character.
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** The longest prefix of `texts` that fits in `maxBytes`, counting one newline each. */
export function takeWithinBytes(texts: readonly string[], maxBytes: number): readonly string[] {
  let remaining = maxBytes;
  const end = texts.findIndex((text) => {
    remaining -= Buffer.byteLength(text) + 1;
    return remaining < 0;
  });
  return end < 0 ? texts : texts.slice(0, end);
}

/** Joins as many paragraphs as fit in `maxBytes`. If some do not fit, `notice` follows. */
export function joinWithinBytes(paragraphs: readonly string[], maxBytes: number, notice: string): string {
  const lines = paragraphs.map((paragraph) => `${paragraph}\n`);
  const kept = takeWithinBytes(lines, maxBytes);
  return [...kept, ...(kept.length < lines.length ? [`${notice}\n`] : [])].join("\n");
}
