import type { Log } from "../../runner/log.ts";

/** How long before a token expires the warning appears, in milliseconds. */
const WARN_BEFORE_MS = 7 * 24 * 60 * 60_000;

/**
 * Returns a function that warns once if response headers say that the token expires soon. Its `now` is this machine's
 * time in milliseconds since the epoch, used if the response has no `Date`.
 */
export function createExpiryWarning(log: Log): (headers: Headers, now: number) => void {
  let warned = false;
  return (headers, now) => {
    const expiresAt = parseExpiry(headers.get("github-authentication-token-expiration"));
    const serverNow = Date.parse(headers.get("date") ?? "") || now;
    if (warned || expiresAt === null || expiresAt - serverNow >= WARN_BEFORE_MS) {
      return;
    }
    warned = true;
    log.warning(
      "Token expires soon",
      `The token in the input token expires at ${new Date(expiresAt).toISOString()}. Create a new one ` +
        "and update the secret before then.",
    );
  };
}

/** GitHub writes `2026-12-01 09:30:00 UTC` or `2026-12-01 09:30:00 +0100`, which is not ISO 8601. */
function parseExpiry(header: string | null): number | null {
  const at = Date.parse((header ?? "").replace(/ UTC$/, " +0000"));
  return Number.isNaN(at) ? null : at;
}
