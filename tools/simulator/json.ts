/** JSON as the simulator builds it: a bigint stands for an integer of any size. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Value[]
  | { [key: string]: Value | undefined };

export type ObjectValue = { [key: string]: Value | undefined };

/** Not yet in TypeScript's libraries; in V8 since Node 22. */
interface RawJson {
  rawJSON(text: string): unknown;
}

/** The JSON text of a value, bigints as bare integers. */
export function toJson(value: Value): string {
  const raw = JSON as unknown as RawJson;
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "bigint" ? raw.rawJSON(inner.toString()) : inner,
  );
}

/** A scenario's ID as a bigint. Throws a SyntaxError on a string that is no integer. */
export function toId(id: number | string): bigint {
  return BigInt(id);
}

/** Whether it is a JSON object. */
export function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
