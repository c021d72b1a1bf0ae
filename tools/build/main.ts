import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeEntries } from "./entries.ts";
import { fillTables } from "./tables.ts";

/**
 * Writes the generated files: the entry files in `dist/`, and the tables in the documents. With `--check` it writes nothing, and fails if a file differs.
 */
const root = resolve(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const files = new Map([...makeEntries(), ["README.md", fillTables(read("README.md"), read)]]);

const check = process.argv.includes("--check");
for (const [path, content] of files) {
  if (content === readIfPresent(path)) {
    continue;
  }
  if (check) {
    process.stderr.write(`${path} is not what "npm run generate" makes: run it and commit the result.\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(join(root, path), content);
    process.stdout.write(`${path} written\n`);
  }
}

function readIfPresent(path: string): string | undefined {
  try {
    return read(path);
  } catch {
    return undefined;
  }
}
