/**
 * The runner's two command parsers, ported from `ActionCommand.cs` and from `ProcessInvoker.cs`, which reads lines, in
 * actions/runner. Any name counts as a registered command here, so that none is missed.
 *
 * .NET compares `StartsWith("::")` and `IndexOf("##[")` by the rules of a culture, which skip characters that are
 * drawn as nothing; so does this port.
 */

/** The lines as the runner reads them: `StreamReader.ReadLine` ends one at `\n`, `\r\n` and a lone `\r`. */
export function linesOf(stdout: string): string[] {
  return stdout.split(/\r\n|\r|\n/);
}

/** The name of the command that the runner takes a line for, null for none. */
export function commandIn(line: string): string | null {
  return parseV2(line) ?? parseV1(line);
}

/** `::name properties::data`, after blanks. */
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

/** As `Char.IsWhiteSpace`, by which `TrimStart` goes. */
const WHITE_SPACE = /^[\p{Z}\t-\r\x85]+/u;

/** Without what a comparison by the rules of a culture skips. */
function compared(text: string): string {
  return text.replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]|[^\P{Cc}\t-\r\x85]/gu, "");
}
