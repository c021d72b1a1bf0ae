import { subscribe } from "node:diagnostics_channel";
import { getOctokit } from "@actions/github";
import type { Octokit } from "@octokit/core";
import { isRecord } from "../../text/json.ts";
import type { Redact } from "../../text/redact.ts";
import { cleanResponses } from "./clean-response.ts";
import { listCauses, NotSentError, OtherHostError } from "./error.ts";
import { rememberEtags } from "./etag.ts";
import { confirmRejections } from "./token-use.ts";

/** Timeout of a request, its response body included, in milliseconds. */
export const REQUEST_TIMEOUT_MS = 30_000;

/** Called after each request, for the debug log. Its texts are not escaped. */
type RequestObserver = (request: {
  readonly method: string;
  readonly url: string;
  /** The HTTP status, or the name of the error if there is none. */
  readonly outcome: string;
  /** Null if there was no response. */
  readonly headers: Headers | null;
}) => void;

/** What a client is made from. */
export interface ClientOptions {
  readonly token: string;
  /** Root of the REST API, without a trailing slash. */
  readonly apiUrl: string;
  /** The toolkit's fetch, or a fake in tests. Its own connect timeout is 10 s. */
  readonly fetch: typeof fetch;
  /** This machine's time in milliseconds since the epoch. */
  readonly now: () => number;
  readonly observe: RequestObserver;
  /** Takes the tokens of this step out of what GitHub answers. */
  readonly redact: Redact;
}

/**
 * Creates an Octokit that sends the headers GitHub asks for (`Accept`, `X-GitHub-Api-Version`, a `Bearer` token),
 * aborts requests after {@link REQUEST_TIMEOUT_MS}, sends requests marked `conditional` with their ETag, doubts single 401
 * responses, and takes tokens and very long texts out of responses.
 */
export function createClient(options: ClientOptions): Octokit {
  const { token, apiUrl } = options;
  const octokit = getOctokit(token, {
    baseUrl: apiUrl,
    userAgent: "agent-task-action",
    // Octokit would print the server's deprecation notices unescaped.
    log: SILENT,
    request: { fetch: createGuardedFetch(options, new URL(apiUrl).origin), log: SILENT },
  });
  octokit.hook.before("request", (request) => {
    request.headers.accept = "application/vnd.github+json";
    request.headers["x-github-api-version"] = "2022-11-28";
  });
  octokit.hook.after("request", (response, request) => {
    // Only a response that came over the network has a URL of its own.
    response.url ||= octokit.request.endpoint(request).url;
  });
  cleanResponses(octokit, options.redact);
  rememberEtags(octokit);
  confirmRejections(octokit, options.now);
  return octokit;
}

function ignore(): void {}

const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * Sends requests to one origin only, because they carry the token, and with a timeout. Only that origin may answer, too: what
 * another one says after a redirect, a 404 for example, is not what the API says.
 */
function createGuardedFetch({ token, fetch: send, observe }: ClientOptions, origin: string): typeof fetch {
  // undici reports here that a connection failed. Its error alone does not tell that from a connection that broke later.
  const connectErrors = new WeakSet<object>();
  subscribe("undici:client:connectError", (message) => {
    if (isRecord(message) && message.error instanceof Error) {
      connectErrors.add(message.error);
    }
  });
  const isConnectError = (error: unknown) => listCauses(error).some((cause) => connectErrors.has(cause));
  return async (input, init) => {
    if (new URL(String(input)).origin !== origin) {
      throw new Error(`Refusing to send the token to another origin than ${origin}.`);
    }
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const request = { method: init?.method ?? "GET", url: String(input) };
    let response: Response;
    try {
      // Octokit's own authentication writes the older "token …".
      const headers = { ...init?.headers, authorization: `Bearer ${token}` };
      response = await send(input, { ...init, headers, signal });
    } catch (error) {
      observe({ ...request, outcome: error instanceof Error ? error.name : "failed", headers: null });
      throw isConnectError(error) ? new NotSentError(error) : error;
    }
    observe({ ...request, outcome: String(response.status), headers: response.headers });
    const answeredBy = response.url === "" ? origin : new URL(response.url).origin;
    if (answeredBy !== origin) {
      await response.body?.cancel().catch(ignore);
      throw new OtherHostError(answeredBy);
    }
    return response;
  };
}
