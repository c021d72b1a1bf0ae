import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runAsScript, type Script } from "../command-line.ts";
import { makeEntries } from "./entries.ts";
import { fillNote, fillRepository, findUsedRepository, readRepository } from "./repository.ts";
import { fillTables } from "./tables.ts";

const SCRIPT: Script<"check"> = {
  command: "npm run generate --",
  about: `Writes the generated files: the entry files in dist/, the tables in the documents, and the name of this repository in
documents and workflows, which is in the field repository of package.json.`,
  options: {
    check: { about: "Writes nothing. Exits with 1 if a file is not what would be written." },
  },
  examples: ["npm run generate", "npm run generate -- --check"],
};

const DOCUMENTS = ["*.md", "docs/*.md", "status/*.md", "list/*.md"];
const WORKFLOWS = ["docs/examples/*.yml", ".github/**/*.yml"];

const root = resolve(import.meta.dirname, "../..");

await runAsScript(SCRIPT, ({ has }) => generate(has("check")));

/** @returns the exit status. */
function generate(check: boolean): number {
  const files = new Map([...makeEntries(), ...fillFiles()]);
  let status = 0;
  for (const [path, content] of files) {
    if (content === readIfPresent(path)) {
      continue;
    }
    if (check) {
      process.stderr.write(`${path} is not what "npm run generate" makes: run it and commit the result.\n`);
      status = 1;
    } else {
      writeFileSync(join(root, path), content);
      process.stdout.write(`${path} written\n`);
    }
  }
  return status;
}

/** The documents and workflows with what is generated in them, by path. */
function fillFiles(): [path: string, content: string][] {
  const packageJson = read("package.json");
  const repository = readRepository(packageJson);
  const earlier = findUsedRepository(read("README.md"));
  return globSync([...DOCUMENTS, ...WORKFLOWS], { cwd: root }).map((path) => {
    const named = fillRepository(read(path), earlier, repository);
    return [path, path.endsWith(".md") ? fillNote(fillTables(named, read), packageJson) : named];
  });
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

function readIfPresent(path: string): string | undefined {
  try {
    return read(path);
  } catch {
    return undefined;
  }
}
