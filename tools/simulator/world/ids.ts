/** An ID of the scenario, or `fallback` if it gives none. Throws a SyntaxError on a string that is no integer. */
export function toId(id: number | string | undefined, fallback: bigint): bigint {
  return id === undefined ? fallback : BigInt(id);
}

/** A global ID in GitHub's form: a prefix and opaque characters. */
export function nodeIdOf(prefix: string, ...parts: (string | number | bigint)[]): string {
  return `${prefix}_kwDO${Buffer.from(parts.join(":")).toString("base64url")}`;
}
