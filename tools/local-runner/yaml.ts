import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";

/** A YAML file as JSON, or its mistakes. */
type Converted =
  | { readonly json: string }
  | { readonly mistakes: readonly { readonly line: number; readonly message: string }[] };

/**
 * Converts YAML to JSON in which each key and value is on the line that it has in the file. GitHub's parser keeps the
 * indentation of a text over several lines; JSON has each text on one line.
 */
export function toJson(content: string): Converted {
  const lineCounter = new LineCounter();
  const document = parseDocument(content, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0) {
    const mistakes = document.errors.map(({ message, pos: [from] }) => ({
      line: lineCounter.linePos(from).line,
      message,
    }));
    return { mistakes };
  }
  let json = "";
  let line = 1;
  const startAt = (node: unknown): void => {
    const from = isNode(node) ? node.range?.[0] : undefined;
    const wanted = from === undefined ? line : lineCounter.linePos(from).line;
    json += "\n".repeat(Math.max(0, wanted - line));
    line = Math.max(line, wanted);
  };
  const write = (node: unknown, aliases: readonly Node[]): void => {
    if (isAlias(node)) {
      const target = node.resolve(document);
      // GitHub has no answer for an alias inside what it names either.
      write(target === undefined || aliases.includes(target) ? null : target, [...aliases, target ?? node]);
      return;
    }
    startAt(node);
    if (isMap(node)) {
      json += "{";
      for (const [index, { key, value }] of node.items.entries()) {
        json += index === 0 ? "" : ",";
        startAt(key);
        json += `${JSON.stringify(String(isScalar(key) ? key.value : key))}: `;
        write(value, aliases);
      }
      json += "}";
    } else if (isSeq(node)) {
      json += "[";
      for (const [index, item] of node.items.entries()) {
        json += index === 0 ? "" : ",";
        write(item, aliases);
      }
      json += "]";
    } else {
      json += JSON.stringify((isScalar(node) ? node.value : null) ?? null);
    }
  };
  write(document.contents, []);
  return { json };
}
