import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { run } from "../support/run-dist.ts";

/** A company proxy that records its requests: it forwards plain ones, and `CONNECT` opens a tunnel. */
describe("a proxy", () => {
  let proxy: Server;
  let address: string;
  let passed: string[];

  beforeAll(async () => {
    proxy = createServer((incoming, outgoing) => {
      passed.push(`${incoming.method} ${incoming.url}`);
      const { method, headers } = incoming;
      const onward = request(incoming.url ?? "", { ...(method ? { method } : {}), headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    });
    proxy.on("connect", (incoming, socket: Socket) => {
      passed.push(`CONNECT ${incoming.url}`);
      const { hostname, port } = new URL(`http://${incoming.url}`);
      const onward = connect(Number(port), hostname, () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(onward).pipe(socket);
      });
      onward.on("error", () => socket.destroy());
      socket.on("error", () => onward.destroy());
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });

  beforeEach(() => {
    passed = [];
  });

  afterAll(() => {
    proxy.closeAllConnections();
    proxy.close();
  });

  it.each(["http_proxy", "HTTP_PROXY"])("in %s is used", async (name) => {
    const { exitCode, simulator } = await run({}, { env: { [name]: address }, realTime: true });
    expect(exitCode).toBe(0);
    expect(simulator.startedTasks).toHaveLength(1);
    expect(passed.length).toBeGreaterThan(0);
  });

  it("is not used for hosts that no_proxy names", async () => {
    const env = { http_proxy: address, no_proxy: "127.0.0.1" };
    const { exitCode, simulator } = await run({}, { env, realTime: true });
    expect(exitCode).toBe(0);
    expect(simulator.startedTasks).toHaveLength(1);
    expect(passed).toEqual([]);
  });

  it("that does not answer causes an error that names it, and nothing is started", async () => {
    const env = { http_proxy: "http://127.0.0.1:1" };
    const { exitCode, simulator, stdout } = await run({}, { env });
    expect(exitCode).toBe(1);
    expect(simulator.count("start")).toBe(0);
    expect(stdout).toContain("proxy (https_proxy, no_proxy)");
  });
});
