import type { Json } from "../simulator/scenario.ts";

/** Values by name, such as those of inputs. */
export type Values = Readonly<Record<string, Json>>;

/** The declaration of an input in a workflow's `workflow_dispatch` or `workflow_call`. */
interface Declaration {
  readonly type?: string;
  readonly required?: boolean;
  readonly default?: Json;
  /** Of a choice. */
  readonly options?: readonly Json[];
}

/**
 * The `inputs` context: the given values, and the defaults.
 *
 * @param declared the contents of `inputs:`.
 * @throws for an input that is unknown, missing or of another type. GitHub accepts more than this.
 */
export function readInputs(declared: Json | undefined, given: Values): Values {
  const declarations = (declared ?? {}) as Readonly<Record<string, Declaration | null>>;
  assertDeclared("input", Object.keys(declarations), given);
  return Object.fromEntries(
    Object.entries(declarations).map(([name, declaration]) => [
      name,
      readInput(name, declaration ?? {}, given[name]),
    ]),
  );
}

function readInput(
  name: string,
  { type = "string", required = false, default: defaultValue, options }: Declaration,
  given: Json | undefined,
): Json {
  const value = given ?? defaultValue ?? (required ? undefined : (options?.[0] ?? emptyOf(type)));
  if (value === undefined) {
    throw new Error(`The input ${name} is missing.`);
  }
  if (typeof value !== (["boolean", "number"].includes(type) ? type : "string")) {
    throw new Error(`The input ${name} is no ${type}: ${JSON.stringify(value)}`);
  }
  if (options?.includes(value) === false) {
    throw new Error(`The input ${name} is not one of ${options.join(", ")}: ${JSON.stringify(value)}`);
  }
  return value;
}

/** The secrets of a called workflow. @throws for a secret that is undeclared or missing. */
export function readSecrets(declared: Json | undefined, given: Values): Values {
  const declarations = (declared ?? {}) as Readonly<Record<string, Declaration | null>>;
  assertDeclared("secret", Object.keys(declarations), given);
  for (const [name, declaration] of Object.entries(declarations)) {
    if (declaration?.required === true && !given[name]) {
      throw new Error(`The secret ${name} is missing.`);
    }
  }
  return given;
}

function assertDeclared(what: string, names: readonly string[], given: Values): void {
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Error(`There is no ${what} ${unknown.join(", ")}.`);
  }
}

function emptyOf(type: string): Json {
  switch (type) {
    case "boolean":
      return false;
    case "number":
      return 0;
    default:
      return "";
  }
}
