import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makeOpenApiSlice } from "./openapi.ts";

/**
 * Renews the simulator's slice of GitHub's OpenAPI description from the npm package `@octokit/openapi`, whose newest
 * version is fetched for that: it takes 400 MB, too much for every `npm ci`. An argument names another version.
 */
const PACKAGE = "@octokit/openapi";
const target = resolve(import.meta.dirname, "../simulator/openapi.json");
const [wanted = "latest"] = process.argv.slice(2);

const folder = mkdtempSync(join(tmpdir(), "openapi-"));
try {
  const options = ["--prefix", folder, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  execFileSync("npm", ["install", ...options, `${PACKAGE}@${wanted}`], { stdio: "inherit" });
  const read = (path: string) =>
    JSON.parse(readFileSync(join(folder, "node_modules", PACKAGE, path), "utf8"));
  const { version } = read("package.json");
  const slice = makeOpenApiSlice(read("generated/api.github.com.json"), `${PACKAGE} ${version}`);
  const differs = slice !== readFileSync(target, "utf8");
  writeFileSync(target, slice);
  process.stdout.write(`The slice is ${differs ? "renewed" : "the same"}: ${PACKAGE} ${version}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
