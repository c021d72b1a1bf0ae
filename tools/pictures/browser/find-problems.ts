import { HOSTILE_HOST } from "../outside-text.ts";
import type { PageFacts } from "./inspect.ts";
import type { Attempts } from "./page.ts";

/** What a page must not do or hold. */
export type ProblemKind = "diagram" | "execution" | "request" | "element" | "link" | "character" | "overflow";

export const PROBLEM_KINDS: readonly ProblemKind[] = [
  "diagram",
  "execution",
  "request",
  "element",
  "link",
  "character",
  "overflow",
];

export interface PageProblem {
  readonly kind: ProblemKind;
  readonly text: string;
}

/** What a page must be like. */
export interface Expected {
  /** How many charts, and how many bars in all of them, there must be at least. */
  readonly charts: number;
  readonly bars: number;
  /** The sites that links may lead to. */
  readonly origins: readonly string[];
  /** The elements of a page that differs in its words alone; null: there is no such page. */
  readonly elements: readonly string[] | null;
}

/**
 * Characters that hide text or change the writing direction. The action itself writes word joiners, so that words are no
 * links, and zero-width spaces, so that long words can break.
 */
const HIDING_CHARACTER = /[\u200c-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

/** Compares a page with what it must be like. */
export function findProblems(
  facts: PageFacts,
  attempts: Attempts,
  expected: Expected,
): readonly PageProblem[] {
  const { diagrams, links, text } = facts;
  const found: PageProblem[] = [];
  const add = (kind: ProblemKind, texts: readonly string[]) =>
    found.push(...texts.map((problem) => ({ kind, text: problem })));

  const bars = diagrams.reduce((sum, diagram) => sum + diagram.bars, 0);
  if (diagrams.length < expected.charts || bars < expected.bars) {
    add("diagram", [
      `${diagrams.length} of ${expected.charts} charts with ${bars} of ${expected.bars} bars were drawn`,
    ]);
  }
  for (const diagram of diagrams) {
    if (diagram.bars === 0 || /syntax error/i.test(diagram.text)) {
      add("diagram", [`a chart was not drawn: ${diagram.text.slice(0, 200)}`]);
    }
    add(
      "element",
      diagram.active.map((name) => `a chart has the element ${name}`),
    );
  }

  add("execution", [...attempts.executed, ...attempts.dialogs, ...attempts.errors]);
  add("request", attempts.requests);
  add("element", compareElements(facts.elements, expected.elements ?? facts.elements));
  add(
    "link",
    links.filter((link) => {
      const { origin } = new URL(link);
      return !expected.origins.includes(origin) || new URL(link).hostname.endsWith(HOSTILE_HOST);
    }),
  );
  const hiding = HIDING_CHARACTER.exec(text);
  if (hiding !== null) {
    add("character", [`U+${hiding[0].codePointAt(0)?.toString(16)} at ${hiding.index}`]);
  }
  add("overflow", facts.overflowing);
  return found;
}

/** The first element that a page has in place of another. */
function compareElements(actual: readonly string[], expected: readonly string[]): readonly string[] {
  const index = actual.findIndex((element, i) => element !== expected[i]);
  const shown = (elements: readonly string[], i: number) => elements[i]?.trim() ?? "nothing";
  if (index >= 0) {
    return [`<${shown(actual, index)}> instead of <${shown(expected, index)}>, element ${index + 1}`];
  }
  return actual.length < expected.length ? [`<${shown(expected, actual.length)}> is missing`] : [];
}
