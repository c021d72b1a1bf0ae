/** A proxy variable's value. The URL has its user name and password percent-encoded. */
export type Proxy =
  | { readonly kind: "none" }
  | { readonly kind: "usable"; readonly url: string; readonly secrets: readonly string[] }
  | { readonly kind: "unusable" };

/** Scheme, user and password, host, port. A password may hold any character, so it ends at the last `@`. */
const PROXY = /^(?:([a-z][a-z\d+.-]*):\/\/)?(?:(.*)@)?(\[[\da-f:.]+\]|[^\s:/?#@[\]]+)(?::(\d+))?\/?$/is;

/**
 * Reads a proxy as people write it: quoted, without a scheme, with a password that is not percent-encoded.
 *
 * @returns `unusable` for anything but an HTTP proxy, such as `socks5://…`.
 */
export function parseProxy(value: string): Proxy {
  const text = stripQuotes(value);
  if (text === "") {
    return { kind: "none" };
  }
  const [match, scheme = "http", credentials = "", host = "", port] = PROXY.exec(text) ?? [];
  if (match === undefined || !/^https?$/i.test(scheme)) {
    return { kind: "unusable" };
  }
  const colon = credentials.indexOf(":");
  const [user, password] =
    colon < 0 ? [credentials, ""] : [credentials.slice(0, colon), credentials.slice(colon + 1)];
  const login = [user, password].map((part) => encodeURIComponent(decode(part))).join(":");
  const url = `${scheme.toLowerCase()}://${login === ":" ? "" : `${login}@`}${host}${port === undefined ? "" : `:${port}`}`;
  const secrets = [user, password].flatMap((part) => [part, decode(part), encodeURIComponent(decode(part))]);
  return URL.canParse(url)
    ? { kind: "usable", url, secrets: [...new Set(secrets)].filter((secret) => secret !== "") }
    : { kind: "unusable" };
}

/** The hosts of `no_proxy` as the toolkit reads them: comma-separated, a suffix with a leading dot instead of `*.`. */
export function normalizeNoProxy(value: string): string {
  return stripQuotes(value)
    .split(/[\s,]+/)
    .filter((host) => host !== "")
    .map((host) => host.replace(/^\*\./, "."))
    .join(",");
}

function stripQuotes(value: string): string {
  const text = value.trim();
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1).trim() : text;
}

/** A password with a `%` that begins no escape is meant as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
