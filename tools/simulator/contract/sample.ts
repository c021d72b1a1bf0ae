import { isObject, type ObjectValue, type Value } from "../json.ts";
import { componentName, type OpenApi, type Schema } from "./openapi.ts";

type Schemas = OpenApi["components"]["schemas"];

/** Strings by format. The URL has no `{` or other characters of URL templates. */
const STRINGS: Readonly<Record<string, string>> = {
  uri: "https://api.github.com/",
  "date-time": "2025-01-01T00:00:00Z",
  email: "nobody@example.com",
};

/**
 * Makes the smallest valid value of a schema under the document's `components`: only required properties, null where
 * the schema allows it, empty lists. Makes each schema's value once.
 */
export function createSampler({ components: { schemas } }: OpenApi): (schemaName: string) => ObjectValue {
  const samples = new Map<string, ObjectValue>();
  return (schemaName) => {
    const known = samples.get(schemaName);
    if (known !== undefined) {
      return known;
    }
    // A nullable schema is sampled as its object.
    const sample = sampleOf(schemas, { ...schemas[schemaName], nullable: false });
    if (!isObject(sample)) {
      throw new Error(`the description has no object schema ${schemaName}`);
    }
    samples.set(schemaName, sample);
    return sample;
  };
}

function sampleOf(schemas: Schemas, given: Schema): Value {
  const schema = resolve(schemas, given);
  if (given.nullable === true || schema.nullable === true) {
    return null;
  }
  if (schema.enum !== undefined) {
    return schema.enum[0] ?? null;
  }
  if (schema.allOf !== undefined) {
    return Object.assign(
      {},
      ...schema.allOf.map((part) => sampleOf(schemas, part)),
      sampleObject(schemas, schema),
    );
  }
  const [choice] = schema.oneOf ?? schema.anyOf ?? [];
  if (choice !== undefined) {
    return sampleOf(schemas, choice);
  }
  switch (schema.type) {
    case "string":
      return STRINGS[schema.format ?? ""] ?? "";
    case "integer":
    case "number":
      return schema.minimum ?? 0;
    case "boolean":
      return false;
    case "array":
      return [];
    default:
      return sampleObject(schemas, schema);
  }
}

function resolve(schemas: Schemas, schema: Schema): Schema {
  const { $ref } = schema;
  return $ref === undefined ? schema : resolve(schemas, schemas[componentName({ $ref })] ?? {});
}

function sampleObject(schemas: Schemas, { properties = {}, required = [] }: Schema): ObjectValue {
  return Object.fromEntries(required.map((name) => [name, sampleOf(schemas, properties[name] ?? {})]));
}
