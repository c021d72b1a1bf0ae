/** A table: its head, and its rows with as many cells. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A table in Markdown, with columns as wide as their cells, so that a terminal shows it well too. */
export function toMarkdown({ head, rows }: Table): string {
  const widths = head.map((title, column) =>
    Math.max(
      3,
      ...[[title], ...rows.map((row) => [row[column] ?? ""])].flat().map((cell) => [...cell].length),
    ),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - [...cell].length)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
