import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  run(ncc, "build", "build/src/main.js", "--out", into, "--license", "licenses.txt", "--no-cache", "--quiet");
  const index = join(into, "index.js");
  writeFileSync(index, toAscii(withoutRequire(readFileSync(index, "utf8"))));
}

/**
 * Takes Node.js's own modules from the process. ncc makes a `require` for each of them, for which Node.js loads one more
 * module at every start.
 */
function withoutRequire(code: string): string {
  return code
    .replace('import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";\n', "")
    .replaceAll("__WEBPACK_EXTERNAL_createRequire(import.meta.url)(", "process.getBuiltinModule(");
}

/**
 * Writes every character beyond ASCII as its escape, which means the same in a string and in a pattern: nothing that
 * cannot be seen can hide in the bundle, and Node.js starts it faster.
 */
function toAscii(code: string): string {
  return code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
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
