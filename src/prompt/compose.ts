import type { PromptSource } from "../inputs/start-inputs.ts";
import { InputError } from "../runner/input-error.ts";
import { readPromptFile } from "./prompt-file.ts";

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
