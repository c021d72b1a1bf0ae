import { Ajv, type AnySchema, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { isObject } from "../json.ts";
import type { OpenApi } from "./openapi.ts";

const DOCUMENT_NAME = "slice";

/**
 * Checks a value against the schema at a JSON pointer of the description, and returns what does not fit. `subject`
 * begins each problem. A schema is compiled at its first use.
 */
export type CheckSchema = (pointer: string, value: unknown, subject: string) => string[];

export function createSchemaChecker(document: OpenApi): CheckSchema {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateSchema: false });
  addFormats.default(ajv);
  ajv.addSchema(withoutNullable(document), DOCUMENT_NAME);
  const validators = new Map<string, ValidateFunction>();
  return (pointer, value, subject) => {
    const validate = validators.get(pointer) ?? ajv.compile({ $ref: `${DOCUMENT_NAME}#${pointer}` });
    validators.set(pointer, validate);
    validate(value);
    return (validate.errors ?? []).map(
      ({ instancePath, message, keyword, params }) =>
        `${subject}${instancePath} ${message ?? keyword} ${JSON.stringify(params)}`,
    );
  };
}

/** Turns OpenAPI 3.0's `nullable` into JSON Schema. */
function withoutNullable(document: OpenApi): AnySchema {
  // A property may be named "nullable": only a boolean is the keyword.
  return JSON.parse(JSON.stringify(document), (_key, inner: unknown) => {
    if (!isObject(inner) || typeof inner.nullable !== "boolean") {
      return inner;
    }
    const { nullable, ...schema } = inner;
    return nullable ? { anyOf: [schema, { type: "null" }] } : schema;
  });
}
