import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { SimulatedRequest, SimulatedResponse } from "./http/message.ts";
import type { LoggedRequest, Simulator } from "./simulator.ts";

/** As `setTimeout` of `node:timers/promises`. */
type Wait = (ms: number, value: undefined, options: { readonly signal: AbortSignal }) => Promise<void>;

/** A simulator that listens. */
export interface SimulatorServer {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  url: string;
  /** Stops listening and cuts every open connection. */
  close(): Promise<void>;
}

/**
 * Serves a simulator over HTTP on the loopback address. Faults happen to the real connection.
 * `port`: 0, the default, takes a free one. `onRequest` gets each request once its response is known.
 * `wait` is how long a late response takes, by default in real time.
 * `/_simulator/stalled?client=ID` tells how many requests with that `x-simulated-client` will never be answered.
 */
export async function startSimulatorServer(
  simulator: Simulator,
  port = 0,
  onRequest: (request: LoggedRequest) => void = () => {},
  wait: Wait = sleep,
): Promise<SimulatorServer> {
  const closing = new AbortController();
  /** The clients of requests that are never answered, by their responses. */
  const stalled = new Map<ServerResponse, string>();
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const [, asking] = /^\/_simulator\/stalled\?client=(\d+)$/.exec(incoming.url ?? "") ?? [];
    if (asking !== undefined) {
      const count = [...stalled.values()].filter((client) => client === asking).length;
      outgoing.writeHead(200, { "content-type": "application/json", connection: "close" });
      outgoing.end(String(count));
      return;
    }
    const request = await readRequest(incoming);
    if (request === null) {
      return;
    }
    const index = simulator.requests.length;
    const response = await simulator.handle(request);
    const logged = simulator.requests[index];
    if (logged !== undefined) {
      onRequest(logged);
    }
    // The simulated server sends its own time, or none.
    outgoing.sendDate = false;
    if (response.type === "stall") {
      stalled.set(outgoing, request.headers["x-simulated-client"] ?? "");
      outgoing.on("close", () => stalled.delete(outgoing));
    }
    if (response.type === "response" && response.delay_ms > 0) {
      await wait(response.delay_ms, undefined, { signal: closing.signal }).catch(() => undefined);
    }
    send(response, outgoing);
  };
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => {
      // A bug of the simulator must not look like a fault of the scenario.
      simulator.violations.push(`simulator: ${String(error)}`);
      outgoing.writeHead(500, { "content-type": "text/plain", connection: "close" });
      outgoing.end(`simulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("the server listens on no TCP port");
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      closing.abort();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Null: the client went away before it had sent everything. */
async function readRequest(incoming: IncomingMessage): Promise<SimulatedRequest | null> {
  const body = await buffer(incoming).catch(() => null);
  if (body === null) {
    return null;
  }
  const headers = Object.entries(incoming.headers).map(([name, value = ""]) => [
    name,
    [value].flat().join(", "),
  ]);
  return {
    method: incoming.method ?? "GET",
    url: incoming.url ?? "/",
    headers: Object.fromEntries(headers),
    body: body.length === 0 ? null : body.toString("utf8"),
  };
}

function send(response: SimulatedResponse, outgoing: ServerResponse): void {
  switch (response.type) {
    case "response": {
      const bytes = Buffer.from(response.body);
      const length = response.status === 304 ? {} : { "content-length": bytes.length };
      outgoing.writeHead(response.status, { ...response.headers, ...length });
      outgoing.end(bytes);
      return;
    }
    case "reset":
      outgoing.socket?.resetAndDestroy();
      return;
    case "stall":
      if (response.head !== null) {
        // The body never reaches this length, so the client waits for it.
        outgoing.writeHead(response.head.status, { ...response.head.headers, "content-length": 1000 });
        outgoing.flushHeaders();
      }
      return;
    case "truncated": {
      const bytes = Buffer.from(response.body);
      outgoing.writeHead(response.status, { ...response.headers, "content-length": bytes.length + 1 });
      outgoing.write(bytes.subarray(0, Math.min(response.sent, bytes.length)), () => outgoing.destroy());
    }
  }
}
