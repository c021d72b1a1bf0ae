import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makeEntries } from "./entries.ts";

/**
 * Builds the bundle: compiles TypeScript to JavaScript in `build/`, and bundles that with its imports into one readable
 * file in `dist/`. With `--check` it builds in a temporary folder, and fails if `dist/` differs.
 */
const root = resolve(import.meta.dirname, "../..");
/** `npm run generate` writes and checks these files. */
const ENTRIES = makeEntries();
const check = process.argv.includes("--check");

rmSync(join(root, "build"), { recursive: true, force: true });
run("node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json");

if (check) {
  const fresh = mkdtempSync(join(tmpdir(), "dist-"));
  try {
    bundle(fresh);
    const committed = readdirSync(join(root, "dist")).filter((name) => !ENTRIES.has(`dist/${name}`));
    for (const name of new Set([...committed, ...readdirSync(fresh)])) {
      if (!sameFile(join(fresh, name), join(root, "dist", name))) {
        process.stderr.write(
          `dist/${name} is not a fresh build: run "npm run build" and commit the result.\n`,
        );
        process.exitCode = 1;
      }
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
} else {
  mkdirSync(join(root, "dist"), { recursive: true });
  bundle(join(root, "dist"));
}

function bundle(into: string): void {
  const ncc = "node_modules/@vercel/ncc/dist/ncc/cli.js";
  const licences = ["--license", "licenses.txt", "--stats-out", join(root, "build/stats.json")];
  run(ncc, "build", "build/src/main.js", "--out", into, ...licences, "--no-cache", "--quiet");
  const named = new Set(readFileSync(join(into, "licenses.txt"), "utf8").split("\n"));
  const missing = listBundledPackages().filter((name) => !named.has(name));
  if (missing.length > 0) {
    throw new Error(`dist/licenses.txt lacks ${missing.join(", ")}.`);
  }
}

/** The npm packages that the bundle has modules of, from webpack's statistics. */
function listBundledPackages(): string[] {
  const statistics = readFileSync(join(root, "build/stats.json"), "utf8");
  const paths = statistics.matchAll(/"name": ?"[^"]*node_modules\/((?:@[^/"]+\/)?[^/"]+)\/[^"]*"/g);
  return [...new Set([...paths].flatMap(([, name]) => name ?? []))].sort();
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
