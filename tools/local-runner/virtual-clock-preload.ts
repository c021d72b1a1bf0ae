import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Writes `virtual-clock.ts` as JavaScript: as TypeScript, each process that loads it would need more time and memory for
 * that than for the action.
 *
 * @returns parameters for Node.js that make a process's time virtual.
 */
export function prepareVirtualClock(): readonly string[] {
  const folder = join(import.meta.dirname, "../../node_modules/.cache/local-runner");
  const source = readFileSync(join(import.meta.dirname, "virtual-clock.ts"), "utf8");
  const target = join(folder, "virtual-clock.mjs");
  mkdirSync(folder, { recursive: true });
  // Several processes may do this at once, so the file must never be half written.
  writeFileSync(`${target}.${process.pid}`, stripTypeScriptTypes(source));
  renameSync(`${target}.${process.pid}`, target);
  return ["--import", pathToFileURL(target).href];
}
