import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { InputError } from "../runner/input-error.ts";

/** The longest `prompt_file`, in bytes. */
const MAX_FILE_BYTES = 128 * 1024;

/**
 * Reads a file of the checked-out repository as text.
 *
 * A pull request can bring files and links of its own, so what is read is a regular file below the workspace,
 * reached through no link, and none of git's own, which hold credentials.
 */
export function readPromptFile(path: string, workspace: string): string {
  const refuse = (why: string): never => {
    throw new InputError(
      `Input prompt_file is ${JSON.stringify(path)}, which ${why}. Allowed: a UTF-8 text file in the workspace ` +
        "(actions/checkout must have run before), not under .git and not a link, of at most 128 KiB.",
    );
  };
  if (workspace === "") {
    return refuse("cannot be looked up: GITHUB_WORKSPACE is not set");
  }
  if (path.includes("\0")) {
    return refuse("holds a NUL character");
  }
  const below = relative(workspace, resolve(workspace, path));
  const parts = below.split(sep);
  if (below === "" || isAbsolute(below) || parts[0] === "..") {
    return refuse("is not below the workspace");
  }
  if (parts.some((part) => part.toLowerCase() === ".git")) {
    return refuse("is under .git");
  }
  try {
    let place = workspace;
    for (const part of parts) {
      place = join(place, part);
      if (lstatSync(place).isSymbolicLink()) {
        return refuse(`is a link, or goes through one (${JSON.stringify(relative(workspace, place))})`);
      }
    }
    return decode(readRegularFile(place, refuse), refuse);
  } catch (error) {
    if (error instanceof InputError) {
      throw error;
    }
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    return refuse(code === "ENOENT" ? "does not exist" : `cannot be read (${code})`);
  }
}

function readRegularFile(place: string, refuse: (why: string) => never): Buffer {
  // O_NONBLOCK: opening a named pipe must not hang. What it is, is asked of what was opened.
  const file = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) {
      refuse("is not a regular file");
    }
    if (status.size > MAX_FILE_BYTES) {
      refuse(`has ${status.size} bytes`);
    }
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function decode(bytes: Buffer, refuse: (why: string) => never): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse("is not valid UTF-8");
  }
}
