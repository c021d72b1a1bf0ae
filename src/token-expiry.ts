import type { AnswerMeta } from "./http/answer.ts";
import type { Log } from "./report/log.ts";

/** How long before its end a token is warned of, in milliseconds. */
const WARN_BEFORE_MS = 7 * 24 * 60 * 60_000;

/** Warns where an answer says that the token ends soon, by the server's time. */
export function warnOfExpiry(log: Log, { tokenExpiresAt, serverNow }: AnswerMeta): void {
  if (tokenExpiresAt !== null && tokenExpiresAt - serverNow < WARN_BEFORE_MS) {
    log.warning(
      "Token expires soon",
      `The token in the input token expires at ${new Date(tokenExpiresAt).toISOString()}. Make a new one and set ` +
        "the secret before that.",
    );
  }
}
