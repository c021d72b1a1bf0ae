import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { isRecord } from "../../src/text/json.ts";
import { runAsScript, type Script } from "../command-line.ts";
import { makeEntries } from "./entries.ts";

const SCRIPT: Script<"check"> = {
  command: "npm run build --",
  about: `Builds the bundles: compiles TypeScript to JavaScript in build/, and bundles that with its imports into
readable files in dist/.`,
  options: {
    check: { about: "Builds in a temporary folder. Exits with 1 if dist/ differs from that." },
  },
  examples: ["npm run build", "npm run build -- --check"],
};
const root = resolve(import.meta.dirname, "../..");
/** `npm run generate` writes and checks these files. */
const ENTRIES = makeEntries();
/** What each bundle begins with, and its folder in `dist/`. The first one imports the second one when it needs it. */
const BUNDLES = [
  { source: "build/src/main.js", folder: "" },
  { source: "build/src/markdown/visible-text.js", folder: "markdown" },
] as const;

await runAsScript(SCRIPT, ({ has }) => build(has("check")));

/** @returns the exit status. */
function build(check: boolean): number {
  rmSync(join(root, "build"), { recursive: true, force: true });
  run("node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json");
  if (!check) {
    bundleAll(join(root, "dist"));
    return 0;
  }
  const fresh = mkdtempSync(join(tmpdir(), "dist-"));
  try {
    bundleAll(fresh);
    return checkDist(fresh) ? 0 : 1;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Names each file of `dist/` that differs from a fresh build. @returns whether all are the same. */
function checkDist(fresh: string): boolean {
  const committed = listFiles(join(root, "dist")).filter((name) => !ENTRIES.has(`dist/${name}`));
  const different = [...new Set([...committed, ...listFiles(fresh)])].filter(
    (name) => !sameFile(join(fresh, name), join(root, "dist", name)),
  );
  for (const name of different) {
    process.stderr.write(`dist/${name} is not a fresh build: run "npm run build" and commit the result.\n`);
  }
  return different.length === 0;
}

function bundleAll(into: string): void {
  for (const { source, folder } of BUNDLES) {
    mkdirSync(join(into, folder), { recursive: true });
    bundle(source, join(into, folder));
  }
}

function bundle(source: string, into: string): void {
  const ncc = "node_modules/@vercel/ncc/dist/ncc/cli.js";
  const licences = ["--license", "licenses.txt", "--stats-out", join(root, "build/stats.json")];
  run(ncc, "build", source, "--out", into, ...licences, "--no-cache", "--quiet");
  const named = new Set(readFileSync(join(into, "licenses.txt"), "utf8").split("\n"));
  const missing = listBundledPackages().filter((name) => !named.has(name));
  if (missing.length > 0) {
    throw new Error(`The licenses.txt of ${source} lacks ${missing.join(", ")}.`);
  }
}

function listFiles(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

/** The npm packages that the bundle has modules of, from webpack's statistics. */
function listBundledPackages(): string[] {
  const statistics: unknown = JSON.parse(readFileSync(join(root, "build/stats.json"), "utf8"));
  const names = listModules(statistics).flatMap((path) => {
    const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
    return name ?? [];
  });
  return [...new Set(names)].sort();
}

/** The modules in webpack's statistics. Orphans are not in the bundle, unless they are listed in another module too. */
function listModules(statistics: unknown): string[] {
  if (!isRecord(statistics) || !Array.isArray(statistics.modules)) {
    return [];
  }
  return statistics.modules
    .filter(isRecord)
    .filter(({ orphan }) => orphan !== true)
    .flatMap((module) => [String(module.name), ...listModules(module)]);
}

function run(script: string, ...parameters: string[]): void {
  execFileSync(process.execPath, [script, ...parameters], { cwd: root, stdio: "inherit" });
}

function sameFile(a: string, b: string): boolean {
  try {
    return readFileSync(a).equals(readFileSync(b));
  } catch {
    return false;
  }
}
