import { isRecord } from "../../src/text/json.ts";
import { UsageError } from "../command-line.ts";
import type { Workflow } from "../local-runner/workflow-file.ts";
import type { Values } from "../local-runner/workflow-inputs.ts";
import type { Json } from "../simulator/scenario.ts";
import type { ChosenEvent, Payload } from "./choose-event.ts";

/** The inputs of a workflow that is started by hand. */
export interface ChosenInputs {
  readonly values: Values;
  /** The same as the payload has them: as texts. */
  readonly payload: Payload;
  readonly notes: readonly string[];
}

/**
 * The inputs of a run: those of `given` (as `NAME=VALUE`), of the payload, and something for each required one.
 *
 * @throws UsageError for an input that the event does not have.
 */
export function chooseInputs(
  event: ChosenEvent,
  { on }: Pick<Workflow, "on">,
  given: readonly string[],
): ChosenInputs {
  if (event.name !== "workflow_dispatch") {
    if (given.length > 0) {
      const hint = on.workflow_dispatch === undefined ? "" : " Add --event-name workflow_dispatch.";
      throw new UsageError(`The event ${event.name} has no inputs.${hint}`);
    }
    return { values: {}, payload: {}, notes: [] };
  }
  const declared = on.workflow_dispatch?.inputs;
  const declarations = isRecord(declared) ? declared : {};
  const texts = { ...textsOf(event.payload.inputs), ...Object.fromEntries(given.map(parseInput)) };
  const unknown = Object.keys(texts).filter((name) => !(name in declarations));
  if (unknown.length > 0) {
    const known = Object.keys(declarations).join(", ") || "none";
    throw new UsageError(`The workflow has no input ${unknown.join(", ")}. It has ${known}.`);
  }
  const missing = Object.entries(declarations).flatMap(([name, declaration]) =>
    isRecord(declaration) &&
    declaration.required === true &&
    declaration.default === undefined &&
    !(name in texts)
      ? [[name, exampleOf(name, declaration)] as const]
      : [],
  );
  const all = { ...texts, ...Object.fromEntries(missing) };
  const values = Object.entries(all).map(
    ([name, text]) => [name, typedValue(name, text, declarations[name])] as const,
  );
  return {
    values: Object.fromEntries(values),
    payload: { inputs: all },
    notes: missing.map(
      ([name, text]) => `The input ${name} is required. It is ${JSON.stringify(text)}: set it with --input.`,
    ),
  };
}

function parseInput(given: string): readonly [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(given) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`--input is NAME=VALUE, not ${JSON.stringify(given)}.`);
  }
  return [name, value];
}

function textsOf(inputs: Json | undefined): Readonly<Record<string, string>> {
  return isRecord(inputs)
    ? Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value ?? "")]))
    : {};
}

/** A value for a required input that nobody has set. */
function exampleOf(name: string, { type, options, description }: Record<string, unknown>): string {
  switch (type) {
    case "boolean":
      return "false";
    case "number":
      return "1";
    case "choice":
      return String(Array.isArray(options) ? options[0] : "");
    default:
      return `Example: ${typeof description === "string" ? description : name}`;
  }
}

/** @throws UsageError if the text is not of the input's type. */
function typedValue(name: string, text: string, declaration: unknown): Json {
  const type = isRecord(declaration) ? declaration.type : undefined;
  if (type === "boolean" && /^(?:true|false)$/.test(text)) {
    return text === "true";
  }
  if (type === "number" && /^-?\d+(?:\.\d+)?$/.test(text)) {
    return Number(text);
  }
  if (type === "boolean" || type === "number") {
    throw new UsageError(`The input ${name} is no ${type}: ${JSON.stringify(text)}.`);
  }
  return text;
}
