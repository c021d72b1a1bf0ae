import { InputError } from "../runner/input-error.ts";

/** Gives an input's text as the runner passes it, trimmed; empty where it is not set. Defaults are the runner's. */
export type InputSource = (name: string) => string;

/** `true` and `false` as in YAML 1.2's core schema, which is what the runner's own toolkit takes. */
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

/** @param allowed what is allowed, in words. */
export function readNumber(
  input: InputSource,
  name: string,
  allowed: string,
  allow: (n: number) => boolean,
): number {
  const given = input(name);
  const number = /^\d+(\.\d+)?$|^\.\d+$/.test(given) ? Number(given) : Number.NaN;
  if (!allow(number)) {
    throw invalidInput(name, given, allowed);
  }
  return number;
}

/** One of some words, exactly as they are written. */
export function readChoice<Choice extends string>(
  input: InputSource,
  name: string,
  choices: readonly Choice[],
): Choice {
  const given = input(name);
  const choice = choices.find((known) => known === given);
  if (choice === undefined) {
    throw invalidInput(name, given, `one of ${choices.join(", ")}`);
  }
  return choice;
}

/** Any number of some words, exactly as they are written; none where nothing is given. */
export function readChoices<Choice extends string>(
  input: InputSource,
  name: string,
  choices: readonly Choice[],
): readonly Choice[] {
  return splitList(input(name)).map((word) => {
    const choice = choices.find((known) => known === word);
    if (choice === undefined) {
      throw invalidInput(name, word, `any of ${choices.join(", ")}`);
    }
    return choice;
  });
}

/** The words of an input that takes several, one a line or comma-separated. */
export function splitList(given: string): string[] {
  return given
    .split(/[\n,]/)
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

/** The error for a value that is not allowed. */
export function invalidInput(name: string, given: string, allowed: string): InputError {
  return new InputError(`Input ${name} is ${given === "" ? "empty" : quote(given)}. Allowed: ${allowed}.`);
}

/** A value as given, on one line and not longer than is good to read. */
export function quote(given: string): string {
  return JSON.stringify(given.length > 200 ? `${given.slice(0, 200)}…` : given);
}
