import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { run } from "../support/run-dist.ts";

/** Servers that accept a connection, and then do what breaks the TLS handshake. */
const PEERS = {
  "that speaks plain HTTP": (socket: Socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
  "that hangs up": (socket: Socket) => socket.destroy(),
  "that hangs up after a while": async (socket: Socket) => {
    await sleep(60);
    socket.destroy();
  },
} as const;

describe("a connection that fails before anything is sent", () => {
  const servers: Server[] = [];
  const ports = new Map<string, number>();

  beforeAll(async () => {
    for (const [name, reply] of Object.entries(PEERS)) {
      const server = createServer((socket) => {
        socket.on("error", () => {});
        reply(socket);
      }).listen(0, "127.0.0.1");
      servers.push(server);
      await once(server, "listening");
      ports.set(name, (server.address() as AddressInfo).port);
    }
  });

  afterAll(() => {
    for (const server of servers) {
      server.close();
    }
  });

  it.each(Object.keys(PEERS))("is reported as not sent: TLS to a server %s", async (name) => {
    const { exitCode, stdout } = await run(
      {},
      { with: { github_api_url: `https://127.0.0.1:${ports.get(name)}` } },
    );
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^Not started yet: (the TLS handshake failed|could not connect) \(/m);
    expect(stdout).toMatch(/^::error title=Agent task::Could not start a task in octo\/app: .+ \(.+\)\./m);
    expect(stdout).not.toContain("may have been started");
  });
});
