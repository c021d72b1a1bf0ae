import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { SimulatedAnswer, SimulatedRequest } from "./answer.ts";
import type { LoggedRequest, Simulator } from "./simulator.ts";

/** A simulator that listens. */
export interface SimulatorServer {
  /** `http://127.0.0.1:port`, without a slash at its end. */
  url: string;
  /** Stops listening and cuts every open connection. */
  close(): Promise<void>;
}

/**
 * Serves a simulator over HTTP on the loopback address. Faults happen to the real connection.
 * `port`: 0, the default, takes a free one. `onRequest`: told of each request once its answer is known.
 */
export async function startSimulatorServer(
  simulator: Simulator,
  port = 0,
  onRequest: (request: LoggedRequest) => void = () => {},
): Promise<SimulatorServer> {
  const closing = new AbortController();
  const server = createServer((request, response) => {
    serve(simulator, request, response, closing.signal, onRequest).catch((error: unknown) => {
      // A fault of the simulator's own must not look like one of the scenario's.
      response.writeHead(500, { "content-type": "text/plain", connection: "close" });
      response.end(`simulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo;
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

async function serve(
  simulator: Simulator,
  incoming: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
  onRequest: (request: LoggedRequest) => void,
): Promise<void> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) {
      chunks.push(chunk as Buffer);
    }
  } catch {
    // The client went away before it had sent everything: there is nobody to answer.
    return;
  }
  const body = Buffer.concat(chunks).toString("utf8");
  const request: SimulatedRequest = {
    method: incoming.method ?? "GET",
    url: incoming.url ?? "/",
    headers: flat(incoming),
    body: body === "" ? null : body,
  };
  const met = simulator.requests.length;
  const answer = await simulator.handle(request);
  const logged = simulator.requests[met];
  if (logged !== undefined) {
    onRequest(logged);
  }
  await send(answer, response, closing);
}

function flat(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
}

async function send(answer: SimulatedAnswer, response: ServerResponse, closing: AbortSignal): Promise<void> {
  switch (answer.type) {
    case "answer": {
      if (answer.delay_ms > 0) {
        await sleep(answer.delay_ms, undefined, { signal: closing }).catch(() => undefined);
      }
      const bytes = Buffer.from(answer.body);
      const length = answer.status === 304 ? {} : { "content-length": bytes.length };
      response.writeHead(answer.status, { ...answer.headers, ...length });
      response.end(bytes);
      return;
    }
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "stall":
      if (answer.head !== null) {
        // A length that is never reached: the client waits for the body.
        response.writeHead(answer.head.status, { ...answer.head.headers, "content-length": 1000 });
        response.flushHeaders();
      }
      return;
    case "truncated": {
      const bytes = Buffer.from(answer.body);
      response.writeHead(answer.status, { ...answer.headers, "content-length": bytes.length + 1 });
      response.write(bytes.subarray(0, Math.min(answer.sent, bytes.length)), () => response.destroy());
    }
  }
}
