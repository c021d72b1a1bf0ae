import { InputError } from "../runner/input-error.ts";
import { joinAlternatives, truncate } from "../text/format.ts";
import { isRecord } from "../text/json.ts";
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
  const given = input(name);
  const choice = choices.find((known) => known === given);
  if (choice === undefined) {
    throw invalidInput(name, given, joinAlternatives(choices));
  }
  return choice;
}

/**
 * A list of choices, case-sensitive; may be empty.
 *
 * @param expected describes the allowed values for the error, which names all words that are not allowed.
 */
export function readChoices<Choice extends string>(
  name: string,
  entries: readonly string[],
  choices: readonly Choice[],
  expected: string,
): readonly Choice[] {
  const wrong = entries.filter((entry) => !choices.some((choice) => choice === entry));
  if (wrong.length > 0) {
    throw invalidInput(name, wrong.join(", "), expected);
  }
  return choices.filter((choice) => entries.includes(choice));
}

/** The entries of a list input, one per line or comma-separated. */
function splitList(given: string): string[] {
  return given
    .split(/[\n,]/)
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

/**
 * The entries of a list input: one per line, comma-separated, or a JSON array. The entries of an array are texts, integers,
 * or objects of the output `tasks`, of which the field with the input's name counts.
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
    const value = isRecord(entry) ? entry[name] : entry;
    if (typeof value !== "string" && !Number.isSafeInteger(value)) {
      throw refuse();
    }
    return String(value).trim();
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
