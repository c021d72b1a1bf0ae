import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runAsScript, type Script } from "../command-line.ts";

const SCRIPT: Script<"version"> = {
  command: "node tools/build/release-notes.ts",
  about: `Prints what CHANGELOG.md says about the version in package.json, as the notes of its release. Exits with 1 if
the version cannot be released as it is.`,
  options: { version: { about: "Prints the version instead." } },
  examples: ["node tools/build/release-notes.ts --version"],
};

/**
 * The notes of a version's release, in Markdown that ends with a newline.
 *
 * @param changelog in the format of Keep a Changelog.
 * @param version as `1.2.3`.
 * @throws if the changelog has no dated section for the version, an empty one, or changes that are not released.
 */
export function makeReleaseNotes(changelog: string, version: string): string {
  const sections = new Map(
    `\n${changelog.replaceAll("\r\n", "\n")}`
      .split(/\n## /)
      .slice(1)
      .map((section) => {
        const [heading = "", ...lines] = section.split("\n");
        return [heading.trim(), lines.join("\n").trim()] as const;
      }),
  );
  const unreleased = [...sections].find(([heading]) => /^\[?unreleased\]?$/i.test(heading))?.[1] ?? "";
  if (unreleased !== "") {
    throw new Error(`CHANGELOG.md has changes under "Unreleased": move them under "${version}".`);
  }
  const wanted = new RegExp(`^\\[?${version.replaceAll(".", "\\.")}\\]? - \\d{4}-\\d\\d-\\d\\d$`);
  const notes = [...sections].find(([heading]) => wanted.test(heading))?.[1] ?? "";
  if (notes === "") {
    throw new Error(`CHANGELOG.md says nothing under "## [${version}] - YYYY-MM-DD".`);
  }
  return `${joinLines(notes)}\n`;
}

/**
 * The version that package.json and package-lock.json have.
 *
 * @throws if they differ, or if it is not of the form `1.2.3`.
 */
export function readVersion(manifest: string, lock: string): string {
  const { version }: { version?: unknown } = JSON.parse(manifest);
  const { version: locked }: { version?: unknown } = JSON.parse(lock);
  if (typeof version !== "string" || !/^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}$/.test(version)) {
    throw new Error(
      `The version in package.json is ${JSON.stringify(version)}, which is not of the form 1.2.3.`,
    );
  }
  if (version !== locked) {
    throw new Error(`package.json has the version ${version}, package-lock.json ${JSON.stringify(locked)}.`);
  }
  return version;
}

/** Joins the lines of a paragraph or list item: GitHub shows the line breaks of a release's notes. */
function joinLines(markdown: string): string {
  const joined: string[] = [];
  let inCode = false;
  for (const line of markdown.split("\n")) {
    const fence = /^\s*(?:```|~~~)/.test(line);
    const previous = joined.at(-1) ?? "";
    const begins = inCode || fence || /^\s*(?:[-*+>#|[]|\d+\.|$)/.test(line);
    if (begins || previous.trim() === "" || /^\s*(?:#|\||```|~~~)/.test(previous)) {
      joined.push(line);
    } else {
      joined[joined.length - 1] = `${previous.trimEnd()} ${line.trim()}`;
    }
    inCode = fence ? !inCode : inCode;
  }
  return joined.join("\n");
}

if (import.meta.main) {
  await runAsScript(SCRIPT, ({ has }) => {
    const root = resolve(import.meta.dirname, "../..");
    const read = (name: string) => readFileSync(join(root, name), "utf8");
    const version = readVersion(read("package.json"), read("package-lock.json"));
    process.stdout.write(has("version") ? `${version}\n` : makeReleaseNotes(read("CHANGELOG.md"), version));
    return 0;
  });
}
