import { isRecord } from "../../src/text/json.ts";
import { nameOperations, type OpenApiSlice } from "./openapi.ts";

/** Longer lists are cut: the report becomes the text of an issue. */
const MOST_NAMED = 50;

/**
 * Compares the committed slice of GitHub's description with a new one.
 *
 * @returns a Markdown list item for each difference; empty: nothing has changed. The version of the description is none.
 */
export function findApiChanges(committed: OpenApiSlice, current: OpenApiSlice): string[] {
  const before = nameOperations(committed.paths);
  const after = nameOperations(current.paths);
  return [
    ...namesOnlyIn(before, after).map((name) => `- Gone: ${quote(name)}`),
    ...namesOnlyIn(unansweredIn(current), unansweredIn(committed)).map(
      (name) => `- New endpoint: ${quote(name)}${/automation/i.test(name) ? " (agent automations)" : ""}`,
    ),
    ...namesOnlyIn(unansweredIn(committed), unansweredIn(current)).map(
      (name) => `- Gone, not used here: ${quote(name)}`,
    ),
    ...tokenChanges(before, after),
    ...changedIn("Changed", before, after),
    ...schemaChanges(committed, current),
  ];
}

/** The differences as the text of an issue. */
export function formatReport(changes: readonly string[], committed: string, current: string): string {
  const shown = changes.slice(0, MOST_NAMED);
  const left = changes.length - shown.length;
  return [
    `GitHub's description of the API differs from the slice in \`tools/simulator/openapi.json\`.`,
    "",
    `Committed: ${quote(committed)}. Newest: ${quote(current)}.`,
    "",
    ...shown,
    ...(left > 0 ? [`- and ${left} more`] : []),
    "",
    "Run `npm run generate:openapi`, read the difference, and change the action and the simulator where it matters.",
    "",
  ].join("\n");
}

type Named = ReadonlyMap<string, unknown>;

function tokenChanges(before: Named, after: Named): string[] {
  return [...after].flatMap(([name, operation]) => {
    const [was, is] = [before.get(name), operation].map(installationTokensOf);
    if (was === is || !before.has(name)) {
      return [];
    }
    return [`- Installation tokens were ${was}, and now are ${is}: ${quote(name)}`];
  });
}

function changedIn(what: string, before: Named, after: Named): string[] {
  return [...after].flatMap(([name, value]) => {
    const same = JSON.stringify(withoutTokens(before.get(name))) === JSON.stringify(withoutTokens(value));
    return before.has(name) && !same ? [`- ${what}: ${quote(name)}`] : [];
  });
}

/** Schemas, parameters and responses that the operations use. */
function schemaChanges(committed: OpenApiSlice, current: OpenApiSlice): string[] {
  const before = componentsOf(committed);
  const after = componentsOf(current);
  return [
    ...namesOnlyIn(after, before).map((name) => `- New: ${quote(name)}`),
    ...namesOnlyIn(before, after).map((name) => `- Gone: ${quote(name)}`),
    ...changedIn("Changed", before, after),
  ];
}

function componentsOf({ components }: OpenApiSlice): Named {
  return new Map(
    Object.entries(components).flatMap(([section, values]) =>
      Object.entries(values).map(([name, value]) => [`${section}/${name}`, value] as const),
    ),
  );
}

function unansweredIn({ info }: OpenApiSlice): Named {
  return new Map((info["x-unanswered"] ?? []).map((name) => [name, null]));
}

function installationTokensOf(operation: unknown): string {
  return isRecord(operation)
    ? String(operation["x-installation-tokens"] ?? "not mentioned")
    : "not mentioned";
}

/** `tokenChanges` has that. */
function withoutTokens(value: unknown): unknown {
  if (!isRecord(value)) {
    return value;
  }
  const { "x-installation-tokens": _said, ...rest } = value;
  return rest;
}

function namesOnlyIn(these: Named, those: Named): string[] {
  return [...these.keys()].filter((name) => !those.has(name));
}

/** As code, so that nothing in a name is Markdown or mentions somebody. */
function quote(name: string): string {
  return `\`${name.replace(/[^\x20-\x7e]|`/g, "?").slice(0, 200)}\``;
}
