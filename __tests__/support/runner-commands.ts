/**
 * The runner's two command parsers, ported from `ActionCommand.cs` in actions/runner, and its reading of lines, ported
 * from `ProcessInvoker.cs`. Every name counts as a registered command here, so that the tests miss none.
 *
 * .NET compares `StartsWith("::")` and `IndexOf("##[")` by the rules of a culture, which ignore invisible characters.
 * This port ignores them too.
 */

/** The lines as the runner reads them: `StreamReader.ReadLine` ends one at `\n`, `\r\n` and a lone `\r`. */
export function linesOf(stdout: string): string[] {
  return stdout.split(/\r\n|\r|\n/);
}

/** The name of the command in a line; null: the runner sees none. */
export function commandIn(line: string): string | null {
  return parseV2(line) ?? parseV1(line);
}

/** `::name properties::data`, after white space. */
function parseV2(line: string): string | null {
  const key = "::";
  const message = compared(line).replace(WHITE_SPACE, "");
  if (!message.startsWith(key)) {
    return null;
  }
  const end = message.indexOf(key, key.length);
  return end < 0 ? null : nameIn(message.slice(key.length, end));
}

/** `##[name properties]data`, anywhere in the line. */
function parseV1(line: string): string | null {
  const prefix = "##[";
  const message = compared(line);
  const start = message.indexOf(prefix);
  const end = start < 0 ? -1 : message.indexOf("]", start);
  return end < 0 ? null : nameIn(message.slice(start + prefix.length, end));
}

function nameIn(info: string): string {
  return info.split(" ", 1)[0] ?? "";
}

/** The characters that `TrimStart` removes: those of `Char.IsWhiteSpace`. */
const WHITE_SPACE = /^[\p{Z}\t-\r\x85]+/u;

/** Removes the characters that a comparison by the rules of a culture ignores. */
function compared(text: string): string {
  return text.replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]|[^\P{Cc}\t-\r\x85]/gu, "");
}
