import { createHash } from "node:crypto";

/** A weak ETag of a body. */
export function etagOf(text: string): string {
  return `W/"${createHash("sha256").update(text).digest("hex")}"`;
}

/** Whether an `If-None-Match` header names the ETag. The comparison is weak, as RFC 9110 requires. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, "");
  return ifNoneMatch?.split(",").some((tag) => opaque(tag) === opaque(etag)) ?? false;
}
