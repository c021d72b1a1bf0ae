import type { Json } from "../simulator/scenario.ts";

/** Values of inputs, or of anything else that goes by name. */
export type Values = Readonly<Record<string, Json>>;

/** How an input is declared, in a workflow's `workflow_dispatch` or `workflow_call`. */
interface Declaration {
  readonly type?: string;
  readonly required?: boolean;
  readonly default?: Json;
}

/**
 * The `inputs` context: what was given, and the defaults.
 *
 * @param declared what `inputs:` says.
 * @throws for an input that there is not, that is missing, or that is of another type. GitHub takes more than this.
 */
export function readInputs(declared: Json | undefined, given: Values): Values {
  const declarations = (declared ?? {}) as Readonly<Record<string, Declaration>>;
  assertDeclared("input", Object.keys(declarations), given);
  return Object.fromEntries(
    Object.entries(declarations).map(([name, { type = "string", required = false, default: orElse }]) => {
      const value = given[name] ?? (required ? undefined : (orElse ?? emptyOf(type)));
      if (value === undefined) {
        throw new Error(`The input ${name} is missing.`);
      }
      if (typeof value !== type) {
        throw new Error(`The input ${name} is no ${type}: ${JSON.stringify(value)}`);
      }
      return [name, value];
    }),
  );
}

/** The secrets that a called workflow has. @throws for one that it does not declare, or that is missing. */
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
