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
  /** Null where no answer came. */
  readonly headers: Headers | null;
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
  const { token, apiUrl } = options;
  const octokit = new Octokit({
    baseUrl: apiUrl,
    userAgent: "agent-task-action",
    // Octokit would print a server's deprecation notice as it came.
    log: SILENT,
    request: { fetch: createGuardedFetch(options, new URL(apiUrl).origin), log: SILENT },
  });
  octokit.hook.before("request", (request) => {
    request.headers.accept = "application/vnd.github+json";
    request.headers.authorization = `Bearer ${token}`;
    request.headers["x-github-api-version"] = "2022-11-28";
  });
  rememberEtags(octokit);
  return octokit;
}

function ignore(): void {}

const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Sends to one origin only, since the token goes along, and for a limited time. */
function createGuardedFetch({ fetch: send, observe }: ClientOptions, origin: string): typeof fetch {
  return async (input, init) => {
    if (new URL(String(input)).origin !== origin) {
      throw new Error(`Refusing to send the token to another origin than ${origin}.`);
    }
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const request = { method: init?.method ?? "GET", url: String(input) };
    try {
      const response = await send(input, { ...init, signal });
      observe({ ...request, outcome: String(response.status), headers: response.headers });
      return response;
    } catch (error) {
      observe({ ...request, outcome: error instanceof Error ? error.name : "failed", headers: null });
      throw error;
    }
  };
}
