import { Octokit } from "@octokit/core";
import { rememberEtags } from "./etag.ts";

/** How long a request may take in all, its body included, in milliseconds. */
export const REQUEST_TIMEOUT_MS = 30_000;

/** Told of each request once it has ended, for the debug log. Texts are as they came. */
export type RequestObserver = (request: {
  readonly method: string;
  readonly url: string;
  /** The HTTP status, or what ended the request without one. */
  readonly outcome: string;
}) => void;

/** What a client needs to know. */
export interface ClientOptions {
  readonly token: string;
  /** Root of the REST API, without a slash at its end. */
  readonly apiUrl: string;
  /** `globalThis.fetch`, or another in tests. It gives up connecting after 10 s by itself. */
  readonly fetch: typeof fetch;
  readonly observe: RequestObserver;
}

/**
 * An Octokit that sends what GitHub's documentation asks for: `Accept`, `X-GitHub-Api-Version` and a `Bearer`
 * token, gives up after {@link REQUEST_TIMEOUT_MS}, and makes requests marked `conditional` conditional.
 */
export function createClient(options: ClientOptions): Octokit {
  const { token, apiUrl, observe } = options;
  const octokit = new Octokit({
    baseUrl: apiUrl,
    userAgent: "agent-task-action",
    // Octokit would print a server's deprecation notice as it came.
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    request: { fetch: timedFetch(options.fetch, observe) },
  });
  octokit.hook.before("request", (request) => {
    request.headers.accept = "application/vnd.github+json";
    request.headers.authorization = `Bearer ${token}`;
    request.headers["x-github-api-version"] = "2022-11-28";
    assertSameOrigin(request.url, apiUrl);
  });
  rememberEtags(octokit);
  return octokit;
}

function ignore(): void {}

function timedFetch(send: typeof fetch, observe: RequestObserver): typeof fetch {
  return async (input, init) => {
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const request = { method: init?.method ?? "GET", url: String(input) };
    try {
      const response = await send(input, { ...init, signal });
      observe({ ...request, outcome: String(response.status) });
      return response;
    } catch (error) {
      observe({ ...request, outcome: error instanceof Error ? error.name : "failed" });
      throw error;
    }
  };
}

/** An address out of an answer (`Link`) may name any host; the token goes to one only. */
function assertSameOrigin(url: string, apiUrl: string): void {
  if (/^[a-z]+:\/\//i.test(url) && new URL(url).origin !== new URL(apiUrl).origin) {
    throw new Error(`Refusing to send the token to another host than ${new URL(apiUrl).host}.`);
  }
}
