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
  const texts = known.flatMap(({ parameter, schemaPointer }) => {
    const { name, in: place, required, schema } = parameter;
    const values = place === "path" ? [operation.params[name] ?? ""] : query.getAll(name);
    if (values.length === 0) {
      return required === true ? [`query ${name} is missing`] : [];
    }
    return check(schemaPointer, fromQuery(values, schema), `${place} ${name}`);
  });
  const names = new Set(known.map(({ parameter }) => parameter.name));
  const unknown = [...new Set(query.keys())].filter((name) => !names.has(name));
  return [
    ...toProblems(texts, 400),
    ...toProblems(
      unknown.map((name) => `query ${name} is not a parameter`),
      "ignored",
    ),
  ];
}

function toProblems(texts: string[], consequence: RequestProblem["consequence"]): RequestProblem[] {
  return texts.map((text) => ({ text, consequence }));
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
    return body === undefined ? [] : toProblems(["body is not allowed"], "ignored");
  }
  if (body === undefined) {
    return requestBody.required === true ? toProblems(["body is missing"], 422) : [];
  }
  const texts = check(operationPointer(operation, "requestBody", ...JSON_SCHEMA), body, "body");
  const { properties } = requestBody.content?.["application/json"]?.schema ?? {};
  const names = isObject(body) && properties !== undefined ? Object.keys(body) : [];
  const unknown = names.filter((name) => properties?.[name] === undefined);
  return [
    ...toProblems(texts, 422),
    ...toProblems(
      unknown.map((name) => `body/${name} is not a property`),
      "ignored",
    ),
  ];
}

/** Checks a response's parsed body. A status that is not documented only needs a `message`. */
export function checkResponse(
  document: OpenApi,
  check: CheckSchema,
  operation: Operation,
  { status, body }: { status: number; body: unknown },
): string[] {
  const described = operationIn(document, operation).responses[status];
  if (described === undefined) {
    const isError = status >= 400 && isObject(body) && typeof body.message === "string";
    return isError ? [] : [`answer ${status} is not documented`];
  }
  const [response, base] =
    "$ref" in described
      ? [
          document.components.responses[componentName(described)],
          pointer("components", "responses", componentName(described)),
        ]
      : [described, operationPointer(operation, "responses", String(status))];
  return response?.content?.["application/json"] === undefined
    ? []
    : check(`${base}${pointer(...JSON_SCHEMA)}`, body, "answer");
}
