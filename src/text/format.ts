/** A time span for people: `45 s`, `4 min 5 s`, `1 h 2 min`. */
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

/** The first of these, and how many there are beside them: `a, b and 3 more`. */
export function joinList(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).join(", ");
  return names.length <= most ? shown : `${shown} and ${names.length - most} more`;
}

/** A text of at most `limit` characters, with a sign where something is missing. */
export function truncate(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

/** As many of these texts, from the first on, as have room in so many bytes with a line break after each. */
export function takeWithinBytes(texts: readonly string[], mostBytes: number): readonly string[] {
  let left = mostBytes;
  const end = texts.findIndex((text) => {
    left -= Buffer.byteLength(text) + 1;
    return left < 0;
  });
  return end < 0 ? texts : texts.slice(0, end);
}
