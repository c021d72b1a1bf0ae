import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isRecord } from "../../src/text/json.ts";
import { pathOf, readJsonFile, runAsScript, type Script, UsageError } from "../command-line.ts";
import { makeOpenApiSlice, type OpenApiSlice, sliceOpenApi } from "./openapi.ts";
import { findApiChanges, formatReport } from "./openapi-changes.ts";

/** The newest version is fetched when it is needed: it takes 400 MB, too much for every `npm ci`. */
const PACKAGE = "@octokit/openapi";
const SCRIPT: Script<"check" | "from"> = {
  command: "npm run generate:openapi --",
  words: ["[VERSION]"],
  about: `Makes tools/simulator/openapi.json, the simulator's slice of GitHub's OpenAPI description, from the npm
package ${PACKAGE}, by default from its newest version. Exits with 2 if it cannot tell.`,
  options: {
    check: {
      about: `Writes nothing. Prints how GitHub's description differs from what is committed, as Markdown.
Exits with 0 if it does not, with 1 if it does.`,
    },
    from: { value: "FOLDER", about: "The package, unpacked. Nothing is fetched." },
  },
  examples: ["npm run generate:openapi -- --check", "npm run generate:openapi -- 22.0.0"],
  failure: 2,
};
const target = resolve(import.meta.dirname, "../simulator/openapi.json");

await runAsScript(SCRIPT, ({ word, has, text }) => {
  const version = word(0) ?? "latest";
  const from = text("from");
  if (!/^[\w.-]+$/.test(version)) {
    throw new UsageError(`${JSON.stringify(version)} is no version.`);
  }
  if (from !== undefined) {
    return renew(pathOf(from), has("check"));
  }
  const folder = mkdtempSync(join(tmpdir(), "openapi-"));
  try {
    install(`${PACKAGE}@${version}`, folder);
    return renew(join(folder, "node_modules", PACKAGE), has("check"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function install(wanted: string, folder: string): void {
  const options = ["--prefix", folder, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  // What npm says goes to stderr, because stdout is the report.
  execFileSync("npm", ["install", ...options, wanted], { stdio: ["ignore", 2, 2] });
}

/**
 * @param folder the package.
 * @returns the exit status.
 */
function renew(folder: string, check: boolean): number {
  const manifest = readJsonFile(join(folder, "package.json"));
  const source = `${PACKAGE} ${isRecord(manifest) ? manifest.version : ""}`;
  const document = readJsonFile(join(folder, "generated/api.github.com.json"));
  if (!isRecord(document)) {
    throw new UsageError(`${folder} has no description of GitHub's API.`);
  }
  const committed = readFileSync(target, "utf8");
  if (check) {
    const before: OpenApiSlice = JSON.parse(committed);
    const changes = findApiChanges(before, sliceOpenApi(document, source));
    const same = `The slice has what GitHub describes: ${source}\n`;
    process.stdout.write(
      changes.length === 0 ? same : formatReport(changes, before.info["x-source"], source),
    );
    return changes.length === 0 ? 0 : 1;
  }
  const slice = makeOpenApiSlice(document, source);
  writeFileSync(target, slice);
  process.stdout.write(`The slice is ${slice === committed ? "the same" : "renewed"}: ${source}\n`);
  return 0;
}
