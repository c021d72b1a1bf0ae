import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

/** In `node_modules/`, so that a preload finds packages. */
const FOLDER = join(import.meta.dirname, "../../node_modules/.cache/local-runner");

/** @returns parameters for Node.js that make a process's time virtual. */
export function prepareVirtualClock(): readonly string[] {
  return ["--import", preparePreload(join(import.meta.dirname, "virtual-clock.ts"))];
}

/**
 * Writes a TypeScript file that imports packages only as JavaScript. As TypeScript, each process that loads it would need
 * more time and memory for that than for the action.
 *
 * @returns the URL of the JavaScript file, for `--import`.
 */
export function preparePreload(path: string): string {
  const target = join(FOLDER, basename(path, ".ts").concat(".mjs"));
  mkdirSync(FOLDER, { recursive: true });
  // Several processes may do this at once, so the file must never be half written.
  writeFileSync(`${target}.${process.pid}`, stripTypeScriptTypes(readFileSync(path, "utf8")));
  renameSync(`${target}.${process.pid}`, target);
  return pathToFileURL(target).href;
}
