import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { InputError } from "../runner/input-error.ts";

/** The longest `prompt_file`, in bytes. */
const MAX_FILE_BYTES = 128 * 1024;

/**
 * Reads a file of the checked-out repository as text.
 *
 * A pull request can add files and links, so this reads only regular files in the workspace, follows no links, and
 * rejects files under `.git`, which contain credentials.
 *
 * @throws {InputError} if the file is not allowed or cannot be read.
 */
export function readPromptFile(path: string, workspace: string): string {
  const refuse = (reason: string): never => {
    throw new InputError(
      `Input prompt_file is ${JSON.stringify(path)}, which ${reason}. Allowed: a UTF-8 text file in the workspace ` +
        "(actions/checkout must have run before), not under .git and not a link, of at most 128 KiB.",
    );
  };
  if (workspace === "") {
    return refuse("cannot be looked up: GITHUB_WORKSPACE is not set");
  }
  if (path.includes("\0")) {
    return refuse("contains a NUL character");
  }
  const relativePath = relative(workspace, resolve(workspace, path));
  const parts = relativePath.split(sep);
  if (relativePath === "" || isAbsolute(relativePath) || parts[0] === "..") {
    return refuse("is not below the workspace");
  }
  if (parts.some((part) => part.toLowerCase() === ".git")) {
    return refuse("is under .git");
  }
  try {
    let current = workspace;
    for (const part of parts) {
      current = join(current, part);
      if (lstatSync(current).isSymbolicLink()) {
        return refuse(`is a link, or goes through one (${JSON.stringify(relative(workspace, current))})`);
      }
    }
    return decode(readRegularFile(current, refuse), refuse);
  } catch (error) {
    if (error instanceof InputError) {
      throw error;
    }
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    return refuse(code === "ENOENT" ? "does not exist" : `cannot be read (${code})`);
  }
}

function readRegularFile(path: string, refuse: (reason: string) => never): Buffer {
  // O_NONBLOCK: opening a named pipe must not hang. Check the opened file, because the path can change meanwhile.
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
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

function decode(bytes: Buffer, refuse: (reason: string) => never): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse("is not valid UTF-8");
  }
}
