import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeOpenApiSlice, sliceOpenApi } from "./openapi.ts";
import { findApiChanges, formatReport } from "./openapi-changes.ts";

/**
 * Renews the simulator's slice of GitHub's OpenAPI description from the npm package `@octokit/openapi`, whose newest
 * version is fetched for that: it takes 400 MB, too much for every `npm ci`.
 */
const PACKAGE = "@octokit/openapi";
const USAGE = `npm run generate:openapi -- [VERSION] [--check] [--from FOLDER]

Makes tools/simulator/openapi.json from ${PACKAGE}, by default from its newest version.

--check        Writes nothing. Prints how GitHub's description differs from what is committed, as Markdown.
               Exits with 0 if it does not, with 1 if it does.
--from FOLDER  The package, unpacked. Nothing is fetched.

Exits with 2 if it cannot tell, and for arguments that it does not know.
`;
const target = resolve(import.meta.dirname, "../simulator/openapi.json");

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { check: { type: "boolean" }, from: { type: "string" }, help: { type: "boolean" } },
  });
  const [version = "latest", ...others] = positionals;
  if (others.length > 0) {
    throw new Error(`Only one version can be named, not ${positionals.join(" and ")}.`);
  }
  if (values.help === true) {
    process.stdout.write(USAGE);
  } else if (values.from !== undefined) {
    renew(values.from, values.check === true);
  } else {
    const folder = mkdtempSync(join(tmpdir(), "openapi-"));
    try {
      install(`${PACKAGE}@${version}`, folder);
      renew(join(folder, "node_modules", PACKAGE), values.check === true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

function install(wanted: string, folder: string): void {
  const options = ["--prefix", folder, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  // What npm says goes to stderr, because stdout is the report.
  execFileSync("npm", ["install", ...options, wanted], { stdio: ["ignore", 2, 2] });
}

/** @param folder the package. */
function renew(folder: string, check: boolean): void {
  const read = (path: string) => JSON.parse(readFileSync(join(folder, path), "utf8"));
  const source = `${PACKAGE} ${read("package.json").version}`;
  const document = read("generated/api.github.com.json");
  const committed = readFileSync(target, "utf8");
  if (check) {
    const before = JSON.parse(committed);
    const changes = findApiChanges(before, sliceOpenApi(document, source));
    const same = `The slice has what GitHub describes: ${source}\n`;
    process.stdout.write(
      changes.length === 0 ? same : formatReport(changes, before.info["x-source"], source),
    );
    process.exitCode = changes.length === 0 ? 0 : 1;
    return;
  }
  const slice = makeOpenApiSlice(document, source);
  writeFileSync(target, slice);
  process.stdout.write(`The slice is ${slice === committed ? "the same" : "renewed"}: ${source}\n`);
}
