import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Runner } from "../runner/environment.ts";
import { InputError } from "../runner/input-error.ts";

/** The longest `prompt_file`, in bytes. */
const MAX_FILE_BYTES = 128 * 1024;

/** The folders that a prompt may come from. Empty: not known. */
export type PromptFolders = Pick<Runner, "workspace" | "temp" | "ownFiles">;

/**
 * Names under `RUNNER_TEMP` that belong to the runner or to actions: what begins with `_` or `.`, what begins with a
 * UUID, what holds credentials. The UUIDs are scripts of `run` steps, with secrets in them, and the SSH keys and home
 * folders of `actions/checkout`.
 *
 * Sources: `Constants.cs` and `FileCommandManager.cs` in actions/runner, `git-auth-helper.ts` in actions/checkout.
 */
const FOREIGN_NAME =
  /^[_.]|^[\da-f]{8}-?([\da-f]{4}-?){3}[\da-f]{12}|^git-credentials|^gha-creds|^kubeconfig|known_hosts|^id_(rsa|dsa|ecdsa|ed25519)|^agent-task-action-|\.(asc|key|pem|p12|pfx|ppk|sh|ps1|cmd|bat)$/i;

/**
 * Reads a file of the checked-out repository, or one that an earlier step generated under `RUNNER_TEMP`, as text.
 *
 * A pull request can add files and links, so this reads only regular files, follows no symbolic links, and rejects files
 * under `.git`, which contain credentials, and those that the runner and actions keep.
 *
 * @throws {InputError} if the file is not allowed or cannot be read.
 */
export function readPromptFile(path: string, folders: PromptFolders): string {
  const refuse = (reason: string): never => {
    throw new InputError(
      `Input prompt_file is ${JSON.stringify(path)}, which ${reason}. Allowed: a UTF-8 text file in the workspace ` +
        "(actions/checkout must have run before) or under RUNNER_TEMP, not under .git and not a link, of at most 128 KiB.",
    );
  };
  if (path.includes("\0")) {
    return refuse("contains a NUL character");
  }
  const { root, parts } = locate(path, folders, refuse);
  try {
    let current = root;
    for (const part of parts) {
      current = join(current, part);
      if (lstatSync(current).isSymbolicLink()) {
        return refuse(`is a link, or goes through one (${JSON.stringify(relative(root, current))})`);
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

/** The folder that the file is in, and its path from there. */
function locate(
  path: string,
  { workspace, temp, ownFiles }: PromptFolders,
  refuse: (reason: string) => never,
): { readonly root: string; readonly parts: readonly string[] } {
  if (workspace === "" && !isAbsolute(path)) {
    return refuse("cannot be looked up: GITHUB_WORKSPACE is not set");
  }
  const full = resolve(workspace, path);
  const inTemp = isAbsolute(temp) ? splitBelow(temp, full) : null;
  const parts = (workspace === "" ? null : splitBelow(workspace, full)) ?? inTemp;
  if (parts === null) {
    return refuse("is not below the workspace or RUNNER_TEMP");
  }
  if (parts.some((part) => part.toLowerCase() === ".git")) {
    return refuse("is under .git");
  }
  // The workspace can be in that folder, which then says nothing about its files.
  const isOfWorkspace = inTemp !== null && parts.length < inTemp.length;
  const isForeign = !isOfWorkspace && inTemp?.some((part) => FOREIGN_NAME.test(part)) === true;
  if (isForeign || ownFiles.some((file) => resolve(file) === full)) {
    return refuse("belongs to the runner or to another action");
  }
  return { root: parts === inTemp ? temp : workspace, parts };
}

/** The path from a folder to what is below it, in parts; null if it is not below. */
function splitBelow(folder: string, full: string): readonly string[] | null {
  const path = relative(folder, full);
  const parts = path.split(sep);
  return path === "" || isAbsolute(path) || parts[0] === ".." ? null : parts;
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
