import { setTimeout as realSleep } from "node:timers/promises";
import type { HttpResponse, SimulatedRequest, SimulatedResponse } from "./http/message.ts";

type Handle = (request: SimulatedRequest) => Promise<SimulatedResponse>;
type Sleep = (milliseconds: number) => Promise<void>;

/** As in undici. */
const MAX_REDIRECTS = 20;

/** The error that Node's fetch throws if a connection fails. */
export function fetchFailed(code: string, message: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) });
}

/**
 * A `fetch` over `handle` that behaves like Node's own: it follows redirects (without credentials on another origin),
 * honours `init.signal`, and throws `TypeError("fetch failed")` with a cause if the connection fails.
 */
export function createFetch(handle: Handle, sleep: Sleep = realSleep): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    // Reading detaches the body, and a redirect needs it again.
    const text = await request.text();
    const signal = init?.signal ?? request.signal;
    let simulated: SimulatedRequest = {
      method: request.method,
      url: request.url,
      headers: { ...Object.fromEntries(request.headers), host: new URL(request.url).host },
      body: text === "" ? null : text,
    };
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      signal.throwIfAborted();
      const response = await receive(await handle(simulated), simulated.url, signal, sleep);
      const next = redirected(simulated, response);
      if (next === null || request.redirect === "manual") {
        return response;
      }
      if (request.redirect === "error") {
        throw fetchFailed("UND_ERR", "unexpected redirect");
      }
      simulated = next;
    }
    throw fetchFailed("UND_ERR", "redirect count exceeded");
  };
}

/** The request that a redirect asks for; null: the response is no redirect. */
function redirected(request: SimulatedRequest, response: Response): SimulatedRequest | null {
  const { status } = response;
  const location = response.headers.get("location");
  if (location === null || ![301, 302, 303, 307, 308].includes(status)) {
    return null;
  }
  const url = new URL(location, request.url);
  const headers: Record<string, string> = { ...request.headers, host: url.host };
  if (url.origin !== new URL(request.url).origin) {
    delete headers.authorization;
  }
  const turnsToGet = status === 303 || (request.method === "POST" && (status === 301 || status === 302));
  return turnsToGet
    ? { method: "GET", url: url.href, headers, body: null }
    : { ...request, url: url.href, headers };
}

async function receive(
  simulated: SimulatedResponse,
  url: string,
  signal: AbortSignal,
  sleep: Sleep,
): Promise<Response> {
  switch (simulated.type) {
    case "response":
      if (simulated.delay_ms > 0) {
        await untilAborted(sleep(simulated.delay_ms), signal);
      }
      return toResponse(simulated, simulated.body, url);
    case "reset":
      throw fetchFailed("ECONNRESET", "read ECONNRESET");
    case "stall":
      return simulated.head === null
        ? untilAborted(new Promise<never>(() => {}), signal)
        : toResponse(simulated.head, stalledBody(signal), url);
    case "truncated":
      return toResponse(simulated, truncatedBody(simulated.body.slice(0, simulated.sent)), url);
  }
}

function toResponse(
  { status, headers }: Pick<HttpResponse, "status" | "headers">,
  body: string | ReadableStream,
  url: string,
): Response {
  const response = new Response(status === 204 || status === 304 ? null : body, { status, headers });
  // A Response from the constructor has no URL, which clients read after redirects.
  Object.defineProperty(response, "url", { value: url });
  return response;
}

/** The promise's value. Throws the signal's reason if it is aborted first. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function stalledBody(signal: AbortSignal): ReadableStream {
  return new ReadableStream({
    start(controller) {
      signal.addEventListener("abort", () => controller.error(signal.reason), { once: true });
    },
  });
}

function truncatedBody(sent: string): ReadableStream {
  let isSent = false;
  return new ReadableStream({
    pull(controller) {
      if (!isSent) {
        isSent = true;
        controller.enqueue(new TextEncoder().encode(sent));
        return;
      }
      const cause = Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" });
      controller.error(new TypeError("terminated", { cause }));
    },
  });
}
