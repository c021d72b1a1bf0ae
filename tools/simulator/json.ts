/** JSON as the simulator builds it. A bigint is printed as an integer of any size, `undefined` is left out. */
export type Value = null | boolean | number | bigint | string | Value[] | ObjectValue;

export type ObjectValue = { [key: string]: Value | undefined };

/** A JSON object of unknown content. */
export type JsonObject = { [key: string]: unknown };

declare global {
  /** In V8 since Node 22, not yet in TypeScript's libraries. */
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

/** The JSON text of a value, bigints as bare integers. */
export function toJson(value: Value): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "bigint" ? JSON.rawJSON(inner.toString()) : inner,
  );
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
