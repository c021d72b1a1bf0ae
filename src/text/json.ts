/** True for a plain JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Empty unless the value is a string. */
export function toText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Null unless the value is a number. */
export function toCount(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** Milliseconds since the epoch. Null unless the value is a date as a string. */
export function toTime(value: unknown): number | null {
  const time = Date.parse(toText(value));
  return Number.isNaN(time) ? null : time;
}

/** A numeric ID as text, empty if there is none. IDs are int64: Octokit parses those beyond 2^53 as BigInt. */
export function toId(value: unknown): string {
  const id = typeof value === "number" || typeof value === "bigint" ? String(value) : toText(value);
  return /^\d+$/.test(id) ? id : "";
}

/** The login of a GitHub account, empty if the account is gone. */
export function toLogin(account: unknown): string {
  return isRecord(account) ? toText(account.login) : "";
}

/** Empty unless the value is an array. */
export function toArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
