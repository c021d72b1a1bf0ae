import { parse } from "yaml";
import { ERROR_CODES } from "../../src/github/agent-tasks/error-code.ts";

/** The part of an `action.yml` that the tables show. */
interface ActionFile {
  readonly inputs: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>;
  readonly outputs: Readonly<Record<string, { description: string }>>;
}

/** A table in a document: a comment that names its content, the table, and a closing comment. */
const PLACE = /<!-- (inputs|outputs) of ([\w./-]+) -->\n[\s\S]*?<!-- end -->/g;

/** The place of the table of error codes. */
const CODES_PLACE = /<!-- error codes -->\n[\s\S]*?<!-- end -->/g;

/**
 * Updates the tables of inputs, outputs and error codes in a document.
 *
 * @param readAction reads an `action.yml` by its path.
 */
export function fillTables(document: string, readAction: (path: string) => string): string {
  const withCodes = document.replace(
    CODES_PLACE,
    () => `<!-- error codes -->\n${codesTable()}\n<!-- end -->`,
  );
  return withCodes.replace(PLACE, (_place, kind: string, path: string) => {
    const action = parse(readAction(path)) as ActionFile;
    const table = kind === "inputs" ? inputsTable(action) : outputsTable(action);
    return `<!-- ${kind} of ${path} -->\n${table}\n<!-- end -->`;
  });
}

function inputsTable({ inputs }: ActionFile): string {
  const rows = Object.entries(inputs).map(([name, input]) => [
    code(name),
    input.required ? "**required**" : input.default === undefined ? "" : code(input.default),
    input.description,
  ]);
  return table(["Input", "Default", "Meaning"], rows);
}

function outputsTable({ outputs }: ActionFile): string {
  return table(
    ["Output", "Meaning"],
    Object.entries(outputs).map(([name, output]) => [code(name), output.description]),
  );
}

function codesTable(): string {
  return table(
    ["`error_code`", "Meaning"],
    Object.entries(ERROR_CODES).map(([word, meaning]) => [code(word), meaning]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.map(cell).join(" | ")} |`).join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/\s+/g, " ").trim();
}

function code(text: string): string {
  return `\`${text}\``;
}
