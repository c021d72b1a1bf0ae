import { readFileSync } from "node:fs";
import { isRecord } from "../text/json.ts";
import { normalizeNoProxy, parseProxy } from "./proxy-variables.ts";

/** Environment variables, as in `process.env`. */
export type Variables = Record<string, string | undefined>;

/** What {@link prepareToolkitEnvironment} found out about the proxy. */
export interface ToolkitEnvironment {
  /** User names and passwords of proxies. Mask them before anything is logged. */
  readonly secrets: readonly string[];
  /** The variable that names a proxy for `https:` that cannot be used. Null if there is none. */
  readonly unusableProxy: string | null;
}

/**
 * Prepares what `@actions/github` reads when it is imported: the event file, the API URL and the proxy variables. Left
 * as they are, a broken value ends the process and prints itself, and some proxies are ignored without a word.
 *
 * @param env is changed in place. What the toolkit cannot use is removed; the rest is written so that it can.
 */
export function prepareToolkitEnvironment(env: Variables): ToolkitEnvironment {
  if (!isEventFile(env.GITHUB_EVENT_PATH ?? "")) {
    delete env.GITHUB_EVENT_PATH;
  }
  prepareApiUrl(env);
  for (const name of ["no_proxy", "NO_PROXY"]) {
    assign(env, name, normalizeNoProxy(env[name] ?? ""));
  }
  const secrets: string[] = [];
  let unusableProxy: string | null = null;
  // The lower-case variable counts first, as in curl and in the toolkit.
  for (const name of ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"]) {
    const proxy = parseProxy(env[name] ?? "");
    secrets.push(...(proxy.kind === "usable" ? proxy.secrets : []));
    // The API's address is https: or loopback, and for loopback no proxy is used.
    if (
      proxy.kind === "unusable" &&
      (name === "https_proxy" || (name === "HTTPS_PROXY" && !env.https_proxy))
    ) {
      unusableProxy ??= name;
    }
    assign(env, name, proxy.kind === "usable" ? proxy.url : "");
  }
  return { secrets, unusableProxy };
}

/** The toolkit decides about the proxy for this address, so it must be the one that requests go to. */
function prepareApiUrl(env: Variables): void {
  const url = [env.INPUT_GITHUB_API_URL, env.GITHUB_API_URL].map((value) => (value ?? "").trim());
  assign(env, "GITHUB_API_URL", url.find((value) => URL.canParse(value)) ?? "");
}

/** The toolkit parses the file without a check. */
function isEventFile(path: string): boolean {
  try {
    return isRecord(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return false;
  }
}

function assign(env: Variables, name: string, value: string): void {
  if (value === "") {
    delete env[name];
  } else {
    env[name] = value;
  }
}
