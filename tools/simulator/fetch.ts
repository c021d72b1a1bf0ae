import { setTimeout as realSleep } from "node:timers/promises";
import type { HttpAnswer, SimulatedAnswer, SimulatedRequest } from "./answer.ts";

type Handle = (request: SimulatedRequest) => Promise<SimulatedAnswer>;
type Sleep = (milliseconds: number) => Promise<void>;

/** As in undici. */
const redirectLimit = 20;

/** The error Node's fetch throws for trouble with a connection. */
export function fetchFailed(code: string, message: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) });
}

/**
 * A `fetch` that asks `handle` and behaves as Node's own: redirects followed (without credentials on another origin),
 * `init.signal` honoured, `TypeError("fetch failed")` with a cause for trouble with the connection.
 */
export function createFetch(handle: Handle, sleep: Sleep = realSleep): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    // Reading it detaches the body: do it once, redirects send it again.
    const text = await request.text();
    const signal = init?.signal ?? request.signal;
    let simulated: SimulatedRequest = {
      method: request.method,
      url: request.url,
      headers: { ...Object.fromEntries(request.headers), host: new URL(request.url).host },
      body: text === "" ? null : text,
    };
    for (let redirects = 0; redirects <= redirectLimit; redirects += 1) {
      signal.throwIfAborted();
      const answer = await respond(await handle(simulated), simulated.url, signal, sleep);
      const next = redirected(simulated, answer);
      if (next === null || request.redirect === "manual") {
        return answer;
      }
      if (request.redirect === "error") {
        throw fetchFailed("UND_ERR", "unexpected redirect");
      }
      simulated = next;
    }
    throw fetchFailed("UND_ERR", "redirect count exceeded");
  };
}

function redirected(request: SimulatedRequest, answer: Response): SimulatedRequest | null {
  const location = answer.headers.get("location");
  if (location === null || ![301, 302, 303, 307, 308].includes(answer.status)) {
    return null;
  }
  const url = new URL(location, request.url);
  const headers: Record<string, string> = { ...request.headers, host: url.host };
  if (url.origin !== new URL(request.url).origin) {
    delete headers.authorization;
  }
  const turnsToGet =
    answer.status === 303 || (request.method === "POST" && (answer.status === 301 || answer.status === 302));
  return turnsToGet
    ? { method: "GET", url: url.href, headers, body: null }
    : { ...request, url: url.href, headers };
}

async function respond(
  answer: SimulatedAnswer,
  url: string,
  signal: AbortSignal,
  sleep: Sleep,
): Promise<Response> {
  switch (answer.type) {
    case "answer":
      if (answer.delay_ms > 0) {
        await untilAborted(sleep(answer.delay_ms), signal);
      }
      return response(answer, answer.body, url);
    case "reset":
      throw fetchFailed("ECONNRESET", "read ECONNRESET");
    case "stall":
      if (answer.head === null) {
        return untilAborted(new Promise<never>(() => {}), signal);
      }
      return response({ ...answer.head, body: "" }, stalledBody(signal), url);
    case "truncated":
      return response(answer, truncatedBody(answer.body.slice(0, answer.sent)), url);
  }
}

function response({ status, headers }: HttpAnswer, body: string | ReadableStream, url: string): Response {
  const made = new Response(status === 204 || status === 304 ? null : body, { status, headers });
  // A made Response has no URL; clients read it after redirects.
  Object.defineProperty(made, "url", { value: url });
  return made;
}

/** The promise's value, or the signal's reason when it is aborted first. */
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
