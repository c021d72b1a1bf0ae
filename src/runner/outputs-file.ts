import { randomUUID } from "node:crypto";
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
  writeSync,
} from "node:fs";

/** Output values by name. */
type OutputValues = Readonly<Record<string, string>>;

/**
 * Creates the function that writes the outputs of a step. Each call replaces what earlier calls wrote, so that the file
 * of a step with many tasks stays small. What the file contains at first stays.
 *
 * The file is complete at any time, even if the disk is full or the process is killed: the runner rejects a file with
 * half an output, and then no output reaches later steps.
 *
 * @param path the file, from `GITHUB_OUTPUT`.
 * @returns writes all outputs. It throws if that fails, and then the file is as it was before.
 */
export function createOutputsFile(path: string): (values: OutputValues) => void {
  let initial: Buffer | null = null;
  return (values) => {
    const block = Buffer.from(formatOutputs(values));
    const status = lstatSync(path);
    if (!status.isFile()) {
      appendWhole(path, block);
      return;
    }
    initial ??= readFileSync(path);
    if (!replaceFile(path, Buffer.concat([initial, block]), status)) {
      appendWhole(path, block);
    }
  };
}

/** The outputs in the runner's format. Source: `FileCommandManager.cs` in actions/runner. */
function formatOutputs(values: OutputValues): string {
  // Nobody can guess the delimiter, so no value can contain it.
  const delimiter = `ghadelimiter_${randomUUID()}`;
  return Object.entries(values)
    .map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`)
    .join("");
}

/** Replaces a file in one step, by renaming a new one. Returns false if there cannot be a new file next to it. */
function replaceFile(path: string, content: Buffer, { mode }: Stats): boolean {
  const draft = `${path}.new`;
  try {
    writeFileSync(draft, content, { mode });
    renameSync(draft, path);
    return true;
  } catch {
    attempt(() => rmSync(draft, { force: true }));
    return false;
  }
}

/** Appends all of the bytes to a file, or none of them. */
export function appendWhole(path: string, bytes: Buffer): void {
  const file = openSync(path, "a");
  try {
    const { size } = fstatSync(file);
    try {
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(file, bytes, written);
      }
    } catch (error) {
      // A device cannot be truncated, and need not be.
      attempt(() => ftruncateSync(file, size));
      throw error;
    }
  } finally {
    closeSync(file);
  }
}

/** Cleans up after an error. If that fails too, the first error says more. */
function attempt(cleanUp: () => void): void {
  try {
    cleanUp();
  } catch {}
}
