import { isObject, type ObjectValue, type Value } from "./json.ts";

type JsonObject = { [key: string]: unknown };

/** Before `{` and other characters that templates in URLs hold. */
const url = "https://api.github.com/";
const time = "2025-01-01T00:00:00Z";

/**
 * Makes the smallest valid value of a schema under the document's `components`: required properties only, null where
 * it may be, empty lists. Each schema's value is made once.
 */
export function sampleMaker(document: JsonObject): (schemaName: string) => ObjectValue {
  const schemas = (document.components as { schemas: Record<string, JsonObject> }).schemas;
  const made = new Map<string, ObjectValue>();

  const resolve = (schema: JsonObject): JsonObject =>
    typeof schema.$ref === "string" ? resolve(schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}) : schema;

  const textOf = (schema: JsonObject): string => {
    switch (schema.format) {
      case "uri":
        return url;
      case "date-time":
        return time;
      case "email":
        return "nobody@example.com";
      default:
        return "";
    }
  };

  const objectOf = (schema: JsonObject): ObjectValue => {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
    return Object.fromEntries(
      required.map((name) => [name, sampleOf((properties[name] ?? {}) as JsonObject)]),
    );
  };

  const sampleOf = (given: JsonObject): Value => {
    const schema = resolve(given);
    if (given.nullable === true || schema.nullable === true) {
      return null;
    }
    if (Array.isArray(schema.enum)) {
      return schema.enum[0] as Value;
    }
    if (Array.isArray(schema.allOf)) {
      return Object.assign({}, ...schema.allOf.map((part: JsonObject) => sampleOf(part)), objectOf(schema));
    }
    const choices = schema.oneOf ?? schema.anyOf;
    if (Array.isArray(choices)) {
      return sampleOf(choices[0] as JsonObject);
    }
    switch (schema.type) {
      case "string":
        return textOf(schema);
      case "integer":
      case "number":
        return typeof schema.minimum === "number" ? schema.minimum : 0;
      case "boolean":
        return false;
      case "array":
        return [];
      default:
        return objectOf(schema);
    }
  };

  return (schemaName) => {
    const known = made.get(schemaName);
    if (known !== undefined) {
      return known;
    }
    const schema = schemas[schemaName];
    if (schema === undefined) {
      throw new Error(`the description has no schema ${schemaName}`);
    }
    // A nullable schema is sampled as its object.
    const value = sampleOf({ ...schema, nullable: false }) as ObjectValue;
    made.set(schemaName, value);
    return value;
  };
}
