/** The headers of a response. Names are in lower case. */
export type ResponseHeaders = Readonly<Record<string, string | number | undefined>>;

/**
 * The longest delay of a rate limit that counts, in milliseconds: GitHub's limits reset within an hour, and a clock may be
 * wrong by another one. A longer delay is a time in another unit, or a mistake.
 */
const MAX_LIMIT_DELAY_MS = 2 * 60 * 60_000;

/** The longest delay of another failure that counts, such as that of an outage. */
const MAX_RETRY_DELAY_MS = 24 * 60 * 60_000;

/** The formats of a date in a header. Source: RFC 9110, section 5.6.7. */
const HTTP_DATES = [
  /^[a-z]{3}, \d{2} [a-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/i,
  /^[a-z]{6,9}, \d{2}-[a-z]{3}-\d{2} \d{2}:\d{2}:\d{2} GMT$/i,
];

const ASCTIME = /^[a-z]{3} [a-z]{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/i;

/** The server's own time in milliseconds since the epoch; null if the response has no `Date`. */
export function getServerTime({ date }: ResponseHeaders): number | null {
  return parseHttpDate(toHeaderText(date));
}

/**
 * How long a server that is not available asks clients to wait, in milliseconds. Null if it names no time that they can keep
 * to: one above zero, of a day at most.
 *
 * @param now this machine's time in milliseconds since the epoch, used if the response has no `Date`.
 */
export function getRetryDelay(headers: ResponseHeaders, now: number): number | null {
  return withinLimit(readRetryAfter(headers, now), MAX_RETRY_DELAY_MS);
}

/**
 * How long a rate limit lasts, in milliseconds: by `Retry-After`, or by the reset if no requests remain. Null if neither names
 * a time that clients can keep to: one above zero, of two hours at most.
 *
 * @param now as in {@link getRetryDelay}.
 */
export function getLimitDelay(headers: ResponseHeaders, now: number): number | null {
  return (
    withinLimit(readRetryAfter(headers, now), MAX_LIMIT_DELAY_MS) ??
    withinLimit(readReset(headers, now), MAX_LIMIT_DELAY_MS)
  );
}

/** `Retry-After` has seconds or a date. */
function readRetryAfter(headers: ResponseHeaders, now: number): number | null {
  const text = toHeaderText(headers["retry-after"]);
  const seconds = parseSeconds(text);
  return seconds === null ? untilTime(parseHttpDate(text), headers, now) : Math.ceil(seconds) * 1000;
}

function readReset(headers: ResponseHeaders, now: number): number | null {
  const seconds = parseSeconds(toHeaderText(headers["x-ratelimit-reset"]));
  return seconds !== null && toHeaderText(headers["x-ratelimit-remaining"]) === "0"
    ? untilTime(seconds * 1000, headers, now)
    : null;
}

/** The server's time counts if it sends one, because its dates are compared with it. */
function untilTime(time: number | null, headers: ResponseHeaders, now: number): number | null {
  return time === null ? null : time - (getServerTime(headers) ?? now);
}

function withinLimit(delayMs: number | null, maxMs: number): number | null {
  return delayMs !== null && delayMs > 0 && delayMs <= maxMs ? delayMs : null;
}

function parseSeconds(text: string): number | null {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

/** `Date.parse` alone reads a date out of nearly any text, such as `-1`. */
function parseHttpDate(text: string): number | null {
  const withZone = ASCTIME.test(text) ? `${text} GMT` : text;
  const isDate = withZone !== text || HTTP_DATES.some((format) => format.test(text));
  const time = isDate ? Date.parse(withZone) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

function toHeaderText(value: string | number | undefined): string {
  return String(value ?? "").trim();
}
