import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs, types } from "node:util";

/** The command line of the scripts of `package.json`: their help, their options, and one line for what is wrong. */

/** The repository's root. */
const ROOT = resolve(import.meta.dirname, "..");

/** An option of a script. */
export interface Option {
  readonly about: string;
  /** What stands for its value in the help, such as `FILE`; absent: the option has no value. */
  readonly value?: string;
  /** Whether it can be given more than once. */
  readonly multiple?: boolean;
}

/** A script. `Name`: the names of its options. */
export interface Script<Name extends string> {
  /** How to call it, up to its arguments: `npm run try --`. */
  readonly command: string;
  /** Its words, for the help: `WORKFLOW`, or `[WORKFLOW]` if it can be left out. */
  readonly words?: readonly string[];
  readonly about: string;
  readonly options: Readonly<Record<Name, Option>>;
  /** Whole commands. */
  readonly examples: readonly string[];
  /** The exit status if it fails for another reason than wrong usage; 1 by default. */
  readonly failure?: number;
}

/** What a script was given. */
export interface Given<Name extends string> {
  /** The n-th word, from 0. */
  readonly word: (index: number) => string | undefined;
  /** Whether an option was given. */
  readonly has: (name: Name) => boolean;
  /** The value of an option. */
  readonly text: (name: Name) => string | undefined;
  /** The values of an option that can be given more than once. */
  readonly texts: (name: Name) => readonly string[];
  /** The value of an option as a number. @throws UsageError if it is none, or outside the limits. */
  readonly number: (name: Name, limits: Limits) => number | undefined;
}

/** Which numbers an option takes. */
export interface Limits {
  readonly integer?: boolean;
  /** Inclusive. */
  readonly from?: number;
  /** Exclusive. */
  readonly above?: number;
  /** Inclusive. */
  readonly to?: number;
}

/** What was asked of a script. */
export type Request<Name extends string> =
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "run"; readonly given: Given<Name> };

/** The script was used in a wrong way. Its message is for the person who used it. */
export class UsageError extends Error {}

/**
 * Runs a script as a process: prints its help, or runs it and sets the exit status that it returns. An error is one
 * line on stderr: 2 for wrong usage, otherwise `failure`.
 */
export async function runAsScript<Name extends string>(
  script: Script<Name>,
  run: (given: Given<Name>) => number | undefined | Promise<number | undefined>,
): Promise<void> {
  stopWithReader();
  try {
    const request = readArguments(script, process.argv.slice(2), process.env);
    if (request.kind === "help") {
      process.stdout.write(request.text);
    } else {
      process.exitCode = (await run(request.given)) ?? process.exitCode ?? 0;
    }
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : (script.failure ?? 1);
  }
}

/**
 * Reads the arguments of a script.
 *
 * @param env where npm keeps the options that it took for its own.
 * @throws UsageError for an unknown option, a missing value, or too few or too many words.
 */
export function readArguments<Name extends string>(
  script: Script<Name>,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Request<Name> {
  const options: Readonly<Record<string, Option>> = { ...script.options, help: HELP };
  const { values, positionals } = parse(script, args, options);
  const empty = Object.keys(values).find((name) => values[name] === "");
  if (empty !== undefined) {
    throw wrong(script, `--${empty} has no value.`);
  }
  if (values.help === true) {
    return { kind: "help", text: formatHelp(script) };
  }
  for (const name of Object.keys(script.options)) {
    if (values[name] === undefined && env[`npm_config_${name.replaceAll("-", "_")}`]) {
      throw new UsageError(
        `npm took --${name} for itself. Write it after a --, as in ${script.command} --${name}`,
      );
    }
  }
  const { words = [] } = script;
  const missing = words.slice(positionals.length).find((word) => !word.startsWith("["));
  if (missing !== undefined) {
    throw wrong(script, `${missing} is missing.`);
  }
  if (positionals.length > words.length) {
    throw wrong(script, `Too many words, ${words.length} can be given: ${positionals.join(" and ")}.`);
  }
  return { kind: "run", given: createGiven(values, positionals) };
}

/** The path that somebody gave, from the folder in which they are. npm runs a script in the repository's root. */
export function pathOf(path: string): string {
  const { INIT_CWD } = process.env;
  return resolve(process.cwd() === ROOT && INIT_CWD ? INIT_CWD : process.cwd(), path);
}

/** The text of a file that somebody named. @throws UsageError if it cannot be read. */
export function readTextFile(path: string): string {
  try {
    return readFileSync(pathOf(path), "utf8");
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${REASONS.get(codeOf(error)) ?? describeError(error)}.`);
  }
}

/** The content of a JSON file that somebody named. @throws UsageError if it cannot be read, or is not JSON. */
export function readJsonFile(path: string): unknown {
  const text = readTextFile(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${describeError(error)}`);
  }
}

/** An error as one line. */
export function describeError(error: unknown): string {
  // Node.js creates some of its errors in another realm than the tests run in, so `instanceof` misses them.
  const message = types.isNativeError(error) ? error.message : String(error);
  return message.replace(/\s+/g, " ").trim();
}

/** The code of an error of Node.js, such as `ENOENT`; otherwise empty. */
export function codeOf(error: unknown): string {
  return types.isNativeError(error) && "code" in error ? String(error.code) : "";
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["EISDIR", "it is a folder"],
  ["EACCES", "not allowed"],
]);

const HELP: Option = { about: "Shows this help." };

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

function parse<Name extends string>(
  script: Script<Name>,
  args: readonly string[],
  options: Readonly<Record<string, Option>>,
): { readonly values: Values; readonly positionals: readonly string[] } {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(
        Object.entries(options).map(([name, { value, multiple = false }]) => [
          name,
          { type: value === undefined ? "boolean" : "string", multiple },
        ]),
      ),
    });
  } catch (error) {
    // Its first sentence. What follows is advice on quoting, over several lines.
    const [sentence = ""] = describeError(error).split(/\. (?=[A-Z])| Did you forget/);
    throw wrong(script, `${sentence.replace(/\.?$/, ".")}`);
  }
}

function wrong({ command }: Pick<Script<string>, "command">, message: string): UsageError {
  return new UsageError(`${message} See ${command} --help`);
}

function createGiven<Name extends string>(values: Values, positionals: readonly string[]): Given<Name> {
  const texts = (name: Name) =>
    [values[name] ?? []].flat().filter((value): value is string => typeof value === "string");
  return {
    word: (index) => positionals[index],
    has: (name) => values[name] !== undefined,
    text: (name) => texts(name)[0],
    texts,
    number: (name, limits) => {
      const [value] = texts(name);
      return value === undefined ? undefined : readNumber(name, value, limits);
    },
  };
}

function readNumber(name: string, value: string, { integer = false, from, above, to }: Limits): number {
  const number = /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  const isWithin =
    number >= (from ?? Number.NEGATIVE_INFINITY) &&
    number > (above ?? Number.NEGATIVE_INFINITY) &&
    number <= (to ?? Number.MAX_SAFE_INTEGER);
  if (!isWithin || (integer && !Number.isInteger(number))) {
    const limits = [
      from === undefined ? "" : ` from ${from}`,
      above === undefined ? "" : ` above ${above}`,
      to === undefined ? "" : ` to ${to}`,
    ];
    const kind = integer ? "a whole number" : "a number";
    throw new UsageError(`--${name} is ${kind}${limits.join("")}, not ${JSON.stringify(value)}.`);
  }
  return number;
}

function formatHelp({ command, words = [], about, options, examples }: Script<string>): string {
  const entries = Object.entries({ ...options, help: HELP }).map(([option, { value, about }]) => [
    `  --${option}${value === undefined ? "" : ` ${value}`}`,
    about,
  ]);
  const width = Math.max(...entries.map(([left = ""]) => left.length)) + 2;
  const lines = entries.map(([left = "", right = ""]) =>
    `${left.padEnd(width)}${right.replaceAll("\n", `\n${" ".repeat(width)}`)}`.trimEnd(),
  );
  const usage = [command, ...words, "[options]"].join(" ");
  const shown = examples.map((example) => `  ${example}`);
  return [`Usage: ${usage}\n`, `${about}\n`, "Options:", ...lines, "\nExamples:", ...shown, ""].join("\n");
}

/** Ends the process when nobody reads its stdout any more, as with `| head`. */
function stopWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") {
      throw error;
    }
    process.exit(process.exitCode ?? 0);
  });
}
