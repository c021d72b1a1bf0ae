import { readFileSync } from "node:fs";
import { Ajv, type AnySchema, type ValidateFunction } from "ajv";
import addFormatsModule from "ajv-formats";
import { type GraphQlContract, graphQlContract } from "./graphql-contract.ts";
import type { ObjectValue } from "./json.ts";
import { isObject } from "./json.ts";
import { sampleMaker } from "./sample.ts";

type JsonObject = { [key: string]: unknown };

/** A parameter of the description, references resolved. */
interface Parameter {
  name: string;
  in: string;
  required: boolean;
  schema: JsonObject;
}

/** One operation of the description. */
export interface Operation {
  method: string;
  /** The path template. */
  route: string;
}

/** An operation that a request's path fits. */
export interface MatchedOperation extends Operation {
  /** Path parameters, decoded. */
  params: Record<string, string>;
}

/** What a request breaks. */
export interface RequestProblem {
  text: string;
  /** What GitHub does about it: it ignores what it does not know, and answers the rest with 400 or 422. */
  consequence: "ignored" | 400 | 401 | 422;
}

/**
 * GitHub's description as something to check against. Making one reads a file; validators are compiled when
 * first needed. It has no state of a simulation: tests share one between simulators.
 */
export interface Contract {
  /** The operation for a request, or null. */
  match(method: string, path: string): MatchedOperation | null;
  checkRequest(operation: MatchedOperation, query: URLSearchParams, body: unknown): RequestProblem[];
  /** Checks an answer's parsed body. A status that is not documented needs a `message` only. */
  checkAnswer(operation: Operation, status: number, body: unknown): string[];
  /** The smallest valid value of a schema under `components`. Shared: lay a copy over it. */
  sample(schemaName: string): ObjectValue;
  graphql: GraphQlContract;
}

const sliceName = "slice";
// A CommonJS module whose types hide the function behind `default`.
const addFormats = addFormatsModule as unknown as (ajv: Ajv) => void;

/** Turns OpenAPI 3.0's `nullable` into JSON Schema. */
function withoutNullable(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutNullable);
  }
  if (!isObject(value)) {
    return value;
  }
  const converted = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutNullable(inner)]),
  );
  // A property may be named "nullable": only a boolean is the keyword.
  if (typeof converted.nullable !== "boolean") {
    return converted;
  }
  const { nullable, ...schema } = converted;
  return nullable ? { anyOf: [schema, { type: "null" }] } : schema;
}

function pointer(...parts: string[]): string {
  return parts
    .map((part) => `/${encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))}`)
    .join("");
}

/** A query's text as the value its schema means; text that does not fit stays text, which the schema refuses. */
function fromQuery(values: string[], schema: JsonObject): unknown {
  const one = (text: string, type: unknown): unknown => {
    if (type === "integer" || type === "number") {
      return /^-?\d+$/.test(text) ? Number(text) : text;
    }
    if (type === "boolean") {
      return text === "true" ? true : text === "false" ? false : text;
    }
    return text;
  };
  if (schema.type === "array") {
    const items = isObject(schema.items) ? schema.items.type : undefined;
    return values.map((value) => one(value, items));
  }
  return values.length === 1 ? one(values[0] ?? "", schema.type) : values;
}

/** Reads GitHub's description from the file beside this one. */
export function loadContract(): Contract {
  const text = readFileSync(new URL("./openapi.json", import.meta.url), "utf8");
  const document = JSON.parse(text) as JsonObject;
  const paths = document.paths as Record<string, Record<string, JsonObject>>;
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateSchema: false });
  addFormats(ajv);
  ajv.addSchema(withoutNullable(document) as AnySchema, sliceName);

  const validators = new Map<string, ValidateFunction>();
  const validator = (fragment: string): ValidateFunction => {
    const known = validators.get(fragment);
    if (known !== undefined) {
      return known;
    }
    const made = ajv.compile({ $ref: `${sliceName}#${fragment}` });
    validators.set(fragment, made);
    return made;
  };
  const check = (fragment: string, value: unknown, what: string): string[] => {
    const validate = validator(fragment);
    if (validate(value)) {
      return [];
    }
    return (validate.errors ?? []).map(
      (error) =>
        `${what}${error.instancePath} ${error.message ?? error.keyword} ${JSON.stringify(error.params)}`,
    );
  };

  const resolve = (value: JsonObject): { fragment: string | null; value: JsonObject } => {
    if (typeof value.$ref !== "string") {
      return { fragment: null, value };
    }
    const fragment = value.$ref.slice(1);
    let target: unknown = document;
    for (const part of fragment.split("/").slice(1)) {
      target = isObject(target) ? target[part] : undefined;
    }
    return { fragment, value: target as JsonObject };
  };

  const routes = Object.entries(paths).flatMap(([route, methods]) => {
    const names: string[] = [];
    const pattern = route
      .split("/")
      .map((part) => {
        if (!part.startsWith("{")) {
          return part;
        }
        names.push(part.slice(1, -1));
        // Branch names have slashes, which GitHub takes here as they are.
        return part === "{basehead}" ? "(.+)" : "([^/]+)";
      })
      .join("/");
    return Object.keys(methods).map((method) => ({
      method: method.toUpperCase(),
      route,
      names,
      expression: new RegExp(`^${pattern}$`),
    }));
  });
  // "/issues/comments/{comment_id}" before "/issues/{issue_number}/comments".
  routes.sort((a, b) => a.names.length - b.names.length);

  const operationOf = (operation: Operation): JsonObject =>
    paths[operation.route]?.[operation.method.toLowerCase()] ?? {};

  const parameters = (operation: Operation): { parameter: Parameter; fragment: string }[] => {
    const listed = (operationOf(operation).parameters ?? []) as JsonObject[];
    const base = pointer("paths", operation.route, operation.method.toLowerCase(), "parameters");
    return listed.map((entry, index) => {
      const { fragment, value } = resolve(entry);
      const parameter = { required: false, ...value } as unknown as Parameter;
      return { parameter, fragment: `${fragment ?? `${base}/${index}`}/schema` };
    });
  };

  const checkParameters = (operation: MatchedOperation, query: URLSearchParams): RequestProblem[] => {
    const known = parameters(operation);
    const problems: RequestProblem[] = [];
    for (const { parameter, fragment } of known) {
      const values =
        parameter.in === "path" ? [operation.params[parameter.name] ?? ""] : query.getAll(parameter.name);
      if (parameter.in !== "path" && parameter.in !== "query") {
        continue;
      }
      if (values.length === 0) {
        if (parameter.required) {
          problems.push({ text: `query ${parameter.name} is missing`, consequence: 400 });
        }
        continue;
      }
      const found = check(fragment, fromQuery(values, parameter.schema), `${parameter.in} ${parameter.name}`);
      problems.push(...found.map((text): RequestProblem => ({ text, consequence: 400 })));
    }
    const names = new Set(known.map(({ parameter }) => parameter.name));
    for (const name of new Set(query.keys())) {
      if (!names.has(name)) {
        problems.push({ text: `query ${name} is not a parameter`, consequence: "ignored" });
      }
    }
    return problems;
  };

  const checkBody = (operation: Operation, body: unknown): RequestProblem[] => {
    const described = operationOf(operation).requestBody;
    if (!isObject(described)) {
      return body === undefined ? [] : [{ text: "body is not allowed", consequence: "ignored" }];
    }
    if (body === undefined) {
      return described.required === true ? [{ text: "body is missing", consequence: 422 }] : [];
    }
    const method = operation.method.toLowerCase();
    const base = pointer(
      "paths",
      operation.route,
      method,
      "requestBody",
      "content",
      "application/json",
      "schema",
    );
    const problems = check(base, body, "body").map((text): RequestProblem => ({ text, consequence: 422 }));
    const content = described.content as Record<string, { schema: JsonObject }>;
    const schema = content["application/json"]?.schema ?? {};
    if (isObject(body) && isObject(schema.properties)) {
      for (const name of Object.keys(body)) {
        if (!(name in schema.properties)) {
          problems.push({ text: `body/${name} is not a property`, consequence: "ignored" });
        }
      }
    }
    return problems;
  };

  const sample = sampleMaker(document);

  return {
    match(method, path) {
      for (const route of routes) {
        const found = route.method === method ? route.expression.exec(path) : null;
        if (found !== null) {
          const params = Object.fromEntries(
            route.names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? "")]),
          );
          return { method, route: route.route, params };
        }
      }
      return null;
    },
    checkRequest(operation, query, body) {
      return [...checkParameters(operation, query), ...checkBody(operation, body)];
    },
    checkAnswer(operation, status, body) {
      const responses = (operationOf(operation).responses ?? {}) as Record<string, JsonObject>;
      const described = responses[String(status)];
      if (described === undefined) {
        const isError = status >= 400 && isObject(body) && typeof body.message === "string";
        return isError ? [] : [`answer ${status} is not documented`];
      }
      const { fragment, value } = resolve(described);
      const content = value.content as Record<string, unknown> | undefined;
      if (content?.["application/json"] === undefined) {
        return [];
      }
      const base =
        fragment ??
        pointer("paths", operation.route, operation.method.toLowerCase(), "responses", String(status));
      return check(`${base}${pointer("content", "application/json", "schema")}`, body, "answer");
    },
    sample,
    graphql: graphQlContract(),
  };
}
