import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";

/** The file is compacted above this size. */
const MAX_FILE_BYTES = 1024 * 1024;

/**
 * Keeps the outputs file small. The runner's toolkit only appends to it, and a step with many tasks writes all outputs
 * after each task: hundreds of megabytes, of which the runner needs the last copy. Keeps what the file contains at first.
 *
 * @param path the file, from `GITHUB_OUTPUT`; empty if there is none.
 * @returns a wrapper that runs the given writer, then drops earlier copies if the file exceeds 1 MiB.
 */
export function compactOutputsFile(path: string): (append: () => void) => void {
  const initialSize = getSize(path);
  return (append) => {
    const start = getSize(path);
    append();
    if (getSize(path) > MAX_FILE_BYTES && start > initialSize) {
      try {
        removeBytes(path, initialSize, start);
      } catch {
        // If no file can be created next to it, the outputs file stays large, but complete.
      }
    }
  };
}

/** Removes the bytes from `start` to `end` (exclusive). */
function removeBytes(path: string, start: number, end: number): void {
  const content = readFileSync(path);
  const compacted = `${path}.new`;
  // Renaming is atomic: if this process dies, the outputs file is still complete.
  writeFileSync(compacted, Buffer.concat([content.subarray(0, start), content.subarray(end)]));
  renameSync(compacted, path);
}

/** In bytes; 0 if there is no file. */
function getSize(path: string): number {
  return path === "" ? 0 : (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
}
