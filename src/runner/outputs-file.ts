import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";

/** The size above which the file is written anew, in bytes. */
const MAX_FILE_BYTES = 1024 * 1024;

/**
 * Keeps the file of a step's outputs short. The runner's toolkit only appends to it, and a step that follows many tasks
 * writes its outputs each time that one of them is known: hundreds of megabytes, of which the runner needs the last. What was
 * in the file at first stays.
 *
 * @param path the file, from `GITHUB_OUTPUT`; empty where there is none.
 * @returns a function that is given one which writes all outputs to the end of the file. It has it do so and then, where
 *   the file has grown long, takes out what was written before.
 */
export function compactOutputsFile(path: string): (append: () => void) => void {
  const before = getSize(path);
  return (append) => {
    const from = getSize(path);
    append();
    if (getSize(path) > MAX_FILE_BYTES && from > before) {
      try {
        dropEarlierCopies(path, before, from);
      } catch {
        // Where no file may be made beside it, it stays long: the outputs are in it.
      }
    }
  };
}

/** Takes the bytes between `before` and `from` out of a file. */
function dropEarlierCopies(path: string, before: number, from: number): void {
  const content = readFileSync(path);
  const shorter = `${path}.new`;
  // A file is renamed in one go: whenever this process dies, one of both is whole.
  writeFileSync(shorter, Buffer.concat([content.subarray(0, before), content.subarray(from)]));
  renameSync(shorter, path);
}

/** In bytes; 0 where there is no file. */
function getSize(path: string): number {
  return path === "" ? 0 : (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
}
