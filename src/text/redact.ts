import { INVISIBLE, removeInvisible } from "./invisible.ts";

/** Replaces the tokens in a text. */
export type Redact = (text: string) => string;

/**
 * Creates a function that replaces secrets by `***`, also where invisible characters are between their characters:
 * without those, the secret would be back. A secret that contains another one is replaced as a whole.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const known = secrets.filter((secret) => secret !== "").sort((a, b) => b.length - a.length);
  if (known.length === 0) {
    return (text) => text;
  }
  const pattern = new RegExp(known.map(toPattern).join("|"), "gu");
  return (text) => {
    const visible = removeInvisible(text);
    return visible === text ? text.replace(pattern, "***") : replaceSplit(text, visible, pattern);
  };
}

/**
 * Replaces what the pattern finds in `visible`, the text without invisible characters. One pattern for both would take
 * longer to compile than the start.
 */
function replaceSplit(text: string, visible: string, pattern: RegExp): string {
  const matches = [...visible.matchAll(pattern)];
  if (matches.length === 0) {
    return text;
  }
  const positions = mapPositions(text);
  let redacted = "";
  let end = 0;
  for (const { 0: found, index } of matches) {
    redacted += `${text.slice(end, positions[index])}***`;
    end = (positions[index + found.length - 1] ?? text.length) + 1;
  }
  return redacted + text.slice(end);
}

/** Where each code unit of the text without invisible characters is in the text. */
function mapPositions(text: string): readonly number[] {
  const positions: number[] = [];
  let position = 0;
  const addUntil = (end: number): void => {
    for (; position < end; position++) {
      positions.push(position);
    }
  };
  for (const { 0: invisible, index } of text.matchAll(INVISIBLE)) {
    addUntil(index);
    position = index + invisible.length;
  }
  addUntil(text.length);
  return positions;
}

/** Whether a text contains one of the secrets, as {@link createRedactor} finds them. */
export function containsSecret(text: string, secrets: readonly string[]): boolean {
  return createRedactor(secrets)(text) !== text;
}

function toPattern(secret: string): string {
  return [...secret].map((character) => `\\u{${character.codePointAt(0)?.toString(16)}}`).join("");
}

/** How deep the values are that are read. No response of GitHub comes near. */
const MAX_DEPTH = 100;

/**
 * Changes every text in JSON data, at any depth.
 *
 * @param change gets a text, and the name of its field: empty if it has none, as in a list.
 * @returns the changed data. What is nested deeper than {@link MAX_DEPTH} is null.
 */
export function mapTexts(data: unknown, change: (text: string, field: string) => string): unknown {
  const map = (value: unknown, field: string, depth: number): unknown => {
    if (typeof value === "string") {
      return change(value, field);
    }
    if (typeof value !== "object" || value === null) {
      return value;
    }
    if (depth === MAX_DEPTH) {
      return null;
    }
    return Array.isArray(value)
      ? value.map((entry: unknown) => map(entry, "", depth + 1))
      : Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, map(entry, key, depth + 1)]));
  };
  return map(data, "", 0);
}
