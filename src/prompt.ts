import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { InputError } from "./input-values.ts";
import type { PromptSource } from "./inputs.ts";

/** The longest `prompt_file`, in bytes. */
const LONGEST_FILE = 128 * 1024;

/**
 * The prompt as it is sent: what was given, and the trace as its last line.
 *
 * @param trace the line to end with, null for none.
 */
export function composePrompt(given: string, trace: string | null): string {
  return trace === null ? given : `${given.trimEnd()}\n\n${trace}`;
}

/**
 * The prompt that the inputs give.
 *
 * @param workspace the directory that `prompt_file` must be in.
 * @param secrets texts that a prompt must not hold: it is kept by GitHub and read by others.
 * @throws {InputError} where the file is not one to read, or the prompt is blank or holds a secret.
 */
export function readPrompt(source: PromptSource, workspace: string, secrets: readonly string[]): string {
  const { name, prompt } = readSource(source, workspace);
  if (prompt.trim() === "") {
    throw new InputError(`Input ${name} gives a blank prompt. It must tell the agent what to do.`);
  }
  refuseSecrets(name, prompt, secrets);
  return prompt;
}

/**
 * @param name the input that the prompt is from.
 * @throws {InputError} where the prompt holds a secret.
 */
export function refuseSecrets(name: string, prompt: string, secrets: readonly string[]): void {
  if (secrets.some((secret) => secret !== "" && prompt.includes(secret))) {
    throw new InputError(
      `Input ${name} gives a prompt that holds one of the tokens. Prompts are stored and shown: take it out, and ` +
        "revoke the token if it was in a file or an issue.",
    );
  }
}

function readSource(source: PromptSource, workspace: string): { name: string; prompt: string } {
  switch (source.kind) {
    case "text":
      return { name: "prompt", prompt: source.text };
    case "file":
      return { name: "prompt_file", prompt: readPromptFile(source.path, workspace) };
    case "issue":
      return { name: "issue_number", prompt: "Resolve the issue below." };
  }
}

/**
 * Reads a file of the checked-out repository as text.
 *
 * A pull request can bring files and links of its own, so what is read is a regular file below the workspace,
 * reached through no link, and none of git's own, which hold credentials.
 */
function readPromptFile(path: string, workspace: string): string {
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
    if (status.size > LONGEST_FILE) {
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
