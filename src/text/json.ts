/** True for a plain JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses JSON as Octokit does: integers beyond 2^53 become BigInt. Undefined if the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, reviveInteger);
  } catch {
    return undefined;
  }
}

function reviveInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source ?? "";
  return typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
    ? BigInt(source)
    : value;
}

/** Empty unless the value is a string. */
export function toText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Null unless the value is a number. */
export function toCount(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** Milliseconds since the epoch. Null unless the value is a time as RFC 3339 has it, such as `2026-11-23T08:00:00Z`. */
export function toTime(value: unknown): number | null {
  const text = toText(value);
  const time = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

/** JavaScript parses other texts too, but takes one without a time zone for the local time of this machine. */
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** A numeric ID as text, empty if there is none. IDs are int64: Octokit parses those beyond 2^53 as BigInt. */
export function toId(value: unknown): string {
  const id = typeof value === "number" || typeof value === "bigint" ? String(value) : toText(value);
  return /^\d+$/.test(id) ? id : "";
}

/** The SHA of a commit, SHA-1 or SHA-256; empty if the value is none. */
export function toSha(value: unknown): string {
  const sha = toText(value);
  return /^[\da-f]{40}(?:[\da-f]{24})?$/i.test(sha) ? sha : "";
}

/** The login of a GitHub account, empty if the account is gone. */
export function toLogin(account: unknown): string {
  return isRecord(account) ? toText(account.login) : "";
}

/** Empty unless the value is an array. */
export function toArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
