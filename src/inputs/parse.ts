import { InputError } from "../runner/input-error.ts";
import { truncate } from "../text/format.ts";
import { isRecord, toText } from "../text/json.ts";
import { createRedactor } from "../text/redact.ts";

/** Gets an input's value by its name, trimmed; empty if it is not set. */
export type InputSource = (name: string) => string;

/**
 * Refuses inputs that contain a token: they become part of requests, logs and error messages. A prompt is checked when it
 * is complete.
 *
 * @param secretNames the inputs that are tokens.
 * @returns an input source that throws an {@link InputError} for such an input. The error does not show its value.
 */
export function refuseTokens(input: InputSource, secretNames: readonly string[]): InputSource {
  const redact = createRedactor(secretNames.map(input));
  return (name) => {
    const given = input(name);
    if (![...secretNames, "prompt"].includes(name) && redact(given) !== given) {
      throw new InputError(
        `Input ${name} contains one of the tokens, which other people could read then. Remove the token from ${name}, and ` +
          "revoke it if it was in a file or an issue.",
      );
    }
    return given;
  };
}

/** `true` and `false` as in YAML 1.2's core schema, like the runner's toolkit. */
export function readBoolean(input: InputSource, name: string): boolean {
  const given = input(name);
  if (/^(true|True|TRUE)$/.test(given)) {
    return true;
  }
  if (/^(false|False|FALSE)$/.test(given)) {
    return false;
  }
  throw invalidInput(name, given, "true or false");
}

/** @param expected describes the allowed numbers for the error. */
export function readNumber(
  input: InputSource,
  name: string,
  expected: string,
  isAllowed: (value: number) => boolean,
): number {
  const given = input(name);
  const value = /^\d+(\.\d+)?$|^\.\d+$/.test(given) ? Number(given) : Number.NaN;
  if (!isAllowed(value)) {
    throw invalidInput(name, given, expected);
  }
  return value;
}

/** One of the choices, case-sensitive. */
export function readChoice<Choice extends string>(
  input: InputSource,
  name: string,
  choices: readonly Choice[],
): Choice {
  return toChoice(name, input(name), choices);
}

/** A list of choices, case-sensitive; may be empty. */
export function readChoices<Choice extends string>(
  input: InputSource,
  name: string,
  choices: readonly Choice[],
): readonly Choice[] {
  return splitList(input(name)).map((word) => toChoice(name, word, choices));
}

function toChoice<Choice extends string>(name: string, given: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((known) => known === given);
  if (choice === undefined) {
    throw invalidInput(name, given, `one of ${choices.join(", ")}`);
  }
  return choice;
}

/** The entries of a list input, one per line or comma-separated. */
export function splitList(given: string): string[] {
  return given
    .split(/[\n,]/)
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

/**
 * The entries of a list input as {@link splitList}, or of a JSON array. Its entries are texts, or objects of the output
 * `tasks`, of which the field with the input's name counts.
 *
 * @param expected describes the allowed values for the error.
 */
export function readEntries(name: string, given: string, expected: string): readonly string[] {
  if (!given.startsWith("[")) {
    return splitList(given);
  }
  const refuse = () => invalidInput(name, given, expected);
  let list: unknown;
  try {
    list = JSON.parse(given);
  } catch {
    throw refuse();
  }
  const entries = (Array.isArray(list) ? list : [list]).map((entry: unknown) => {
    const text = isRecord(entry) ? entry[name] : entry;
    if (typeof text !== "string") {
      throw refuse();
    }
    return toText(text).trim();
  });
  return entries.filter((entry) => entry !== "");
}

/** The error for a value that is not allowed. `expected` describes the allowed values. */
export function invalidInput(name: string, given: string, expected: string): InputError {
  return new InputError(`Input ${name} is ${given === "" ? "empty" : quote(given)}. Allowed: ${expected}.`);
}

/** A value in quotes, on one line and shortened to 200 characters. */
export function quote(given: string): string {
  return JSON.stringify(truncate(given, 201));
}
