import { isObject } from "../json.ts";
import {
  componentName,
  JSON_SCHEMA,
  type OpenApi,
  type Operation,
  operationIn,
  operationPointer,
  type Parameter,
  pointer,
  type Schema,
} from "./openapi.ts";
import type { MatchedOperation } from "./routes.ts";
import type { CheckSchema } from "./schemas.ts";

/** How a request breaks the description. */
export interface RequestProblem {
  text: string;
  /** What GitHub does about it: it ignores what it does not know, and refuses the rest with this status. */
  consequence: "ignored" | 400 | 401 | 422;
}

/** Checks a request's parameters in path and query. */
export function checkParameters(
  document: OpenApi,
  check: CheckSchema,
  operation: MatchedOperation,
  query: URLSearchParams,
): RequestProblem[] {
  const known = parametersOf(document, operation);
  const names = known.map(({ parameter }) => parameter.name);
  const problems = known.flatMap(({ parameter, schemaPointer }): RequestProblem[] => {
    const { name, in: place, required, schema } = parameter;
    const values = place === "path" ? [operation.params[name] ?? ""] : query.getAll(name);
    if (values.length === 0) {
      return required === true ? [{ text: `query ${name} is missing`, consequence: 400 }] : [];
    }
    const texts = check(schemaPointer, fromQuery(values, schema), `${place} ${name}`);
    return texts.map((text) => ({ text, consequence: 400 }));
  });
  const unknown = [...new Set(query.keys())].filter((name) => !names.includes(name));
  return [
    ...problems,
    ...unknown.map(
      (name): RequestProblem => ({
        text: `query ${name} is not a parameter`,
        consequence: "ignored",
      }),
    ),
  ];
}

function parametersOf(
  document: OpenApi,
  operation: Operation,
): { parameter: Parameter; schemaPointer: string }[] {
  return (operationIn(document, operation).parameters ?? []).flatMap((entry, index) => {
    if (!("$ref" in entry)) {
      const schemaPointer = operationPointer(operation, "parameters", String(index), "schema");
      return { parameter: entry, schemaPointer };
    }
    const name = componentName(entry);
    const parameter = document.components.parameters[name];
    const schemaPointer = pointer("components", "parameters", name, "schema");
    return parameter === undefined ? [] : { parameter, schemaPointer };
  });
}

/** The value that a query's text means by its schema. Text that does not fit stays text, which the schema refuses. */
function fromQuery(values: string[], { type, items }: Schema): unknown {
  if (type === "array") {
    return values.map((value) => fromText(value, items?.type));
  }
  return values.length === 1 ? fromText(values[0] ?? "", type) : values;
}

function fromText(text: string, type: string | undefined): unknown {
  switch (type) {
    case "integer":
    case "number":
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    default:
      return text;
  }
}

/** Checks a request's parsed body; undefined: it has none. */
export function checkBody(
  document: OpenApi,
  check: CheckSchema,
  operation: Operation,
  body: unknown,
): RequestProblem[] {
  const { requestBody } = operationIn(document, operation);
  if (requestBody === undefined) {
    return body === undefined ? [] : [{ text: "body is not allowed", consequence: "ignored" }];
  }
  if (body === undefined) {
    return requestBody.required === true ? [{ text: "body is missing", consequence: 422 }] : [];
  }
  const texts = check(operationPointer(operation, "requestBody", ...JSON_SCHEMA), body, "body");
  const problems = texts.map((text): RequestProblem => ({ text, consequence: 422 }));
  const { properties } = requestBody.content?.["application/json"]?.schema ?? {};
  const unknown =
    isObject(body) && properties !== undefined
      ? Object.keys(body).filter((name) => !(name in properties))
      : [];
  return [
    ...problems,
    ...unknown.map(
      (name): RequestProblem => ({
        text: `body/${name} is not a property`,
        consequence: "ignored",
      }),
    ),
  ];
}
