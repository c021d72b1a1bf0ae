import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { run, type TestStep } from "../support/run-dist.ts";

const TLS = join(import.meta.dirname, "../support/tls");
const read = (name: string) => readFileSync(join(TLS, name));
const CREDENTIALS = "mona:p@ss/w%rd#?x";

/**
 * A proxy as companies have them, and an API with TLS behind it, under a name that only the proxy can look up: what
 * reaches the API has come through the proxy.
 */
describe("a proxy", () => {
  let proxy: Server;
  let port = 0;
  /** The API's port, known once the simulator runs. */
  let apiPort = 0;
  let refusals: number[] = [];
  let tunnels: { readonly target: string; readonly authorization: string }[] = [];

  beforeAll(async () => {
    proxy = createServer();
    proxy.on("connect", ({ url = "", headers }, socket: Socket) => {
      tunnels.push({ target: url, authorization: headers["proxy-authorization"] ?? "" });
      socket.on("error", () => socket.destroy());
      const refusal = refusals.shift();
      if (refusal !== undefined) {
        socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
        return;
      }
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      const api = createTlsServer({ key: read("server.key"), cert: read("server.pem") }, (secure) => {
        const onward = connect(apiPort, "127.0.0.1");
        secure.pipe(onward).pipe(secure);
        onward.on("error", () => secure.destroy());
        secure.on("error", () => onward.destroy());
      });
      api.emit("connection", socket);
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    port = (proxy.address() as AddressInfo).port;
  });

  beforeEach(() => {
    refusals = [];
    tunnels = [];
  });

  afterAll(() => {
    proxy.closeAllConnections();
    proxy.close();
  });

  /** Starts a task on `https://api.github.test`, with these variables. */
  async function start(env: Readonly<Record<string, string>>, step: Partial<TestStep> = {}) {
    const result = await run(
      {},
      {
        with: { github_api_url: "https://api.github.test" },
        env: { NODE_EXTRA_CA_CERTS: join(TLS, "ca.pem"), ...env },
        realTime: true,
        onListening: (url) => {
          apiPort = Number(new URL(url).port);
        },
        ...step,
      },
    );
    return { ...result, started: result.simulator.startedTasks.length };
  }

  it.each([
    ["https_proxy", () => `http://127.0.0.1:${port}`, ""],
    ["HTTPS_PROXY", () => `http://127.0.0.1:${port}`, ""],
    ["https_proxy", () => `127.0.0.1:${port}`, ""],
    ["https_proxy", () => `"http://127.0.0.1:${port}"`, ""],
    ["https_proxy", () => `http://${CREDENTIALS}@127.0.0.1:${port}`, CREDENTIALS],
  ])("in %s is used (%#)", async (name, value, credentials) => {
    const { exitCode, started, stdout } = await start({ [name]: value() });
    expect({ exitCode, started }).toEqual({ exitCode: 0, started: 1 });
    expect(new Set(tunnels.map(({ target }) => target))).toEqual(new Set(["api.github.test:443"]));
    expect(tunnels[0]?.authorization).toBe(credentials === "" ? "" : `Basic ${btoa(credentials)}`);
    const [, password = ""] = credentials.split(/:(.*)/s);
    const unmasked = stdout.split("\n").filter((line) => !line.startsWith("::add-mask::"));
    expect(password !== "" && unmasked.join("\n").includes(password)).toBe(false);
    expect(password === "" || stdout.indexOf(`::add-mask::`) < stdout.indexOf("::group::")).toBe(true);
  });

  it("that a blank variable names is none, and the other variable counts", async () => {
    const { exitCode } = await start({ https_proxy: " ", HTTPS_PROXY: `http://127.0.0.1:${port}` });
    expect([exitCode, tunnels.length > 0]).toEqual([0, true]);
  });

  it.each(["api.github.test", ".github.test", "github.test", "*.github.test", "x,api.github.test:443", "*"])(
    "is not used for hosts that no_proxy names: %s",
    async (hosts) => {
      // Without the proxy nobody can look the name up.
      const { stdout } = await start(
        { https_proxy: `http://127.0.0.1:${port}`, no_proxy: hosts },
        { onOutput: (text, kill) => text.includes("Not started yet") && kill("SIGINT") },
      );
      expect(tunnels).toEqual([]);
      // The last one if the system takes longer to look the name up than a connection may take.
      expect(stdout).toMatch(/^Not started yet: .*(ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT)/m);
    },
  );

  it("is not used for loopback", async () => {
    const { exitCode, simulator } = await run(
      {},
      {
        env: { https_proxy: `http://127.0.0.1:${port}`, http_proxy: `http://127.0.0.1:${port}` },
      },
    );
    expect([exitCode, simulator.startedTasks.length, tunnels]).toEqual([0, 1, []]);
  });

  it.each([
    "socks5://mona:s3cret-word@127.0.0.1:1080",
    "http://mona:s3cret-word@",
    "http://x:s3cret-word@a b",
  ])("that cannot be used is an input error without its value (%#)", async (value) => {
    const { exitCode, stdout, stderr, started } = await start({ https_proxy: value });
    expect({ exitCode, started, stderr }).toEqual({ exitCode: 1, started: 0, stderr: "" });
    expect(stdout).toMatch(
      /^::error title=Input not allowed::The environment variable https_proxy does not/m,
    );
    expect(stdout).not.toContain("s3cret-word");
  });

  it("that cannot be used is no error where it is not needed", async () => {
    const { exitCode } = await run({}, { env: { https_proxy: "socks5://127.0.0.1:1080" } });
    expect(exitCode).toBe(0);
  });

  it("that refuses the login has sent nothing on, and is not asked a third time", async () => {
    refusals = [407, 407, 407];
    const { exitCode, started, stdout } = await start({ https_proxy: `http://mona:wrong@127.0.0.1:${port}` });
    expect({ exitCode, started, tunnels: tunnels.length }).toEqual({ exitCode: 1, started: 0, tunnels: 2 });
    expect(stdout).toContain("the proxy refused the connection (HTTP 407)");
    expect(stdout).toContain("Check the user name and the password in https_proxy.");
    expect(stdout).not.toContain("may have been started");
  });

  it("that cannot reach GitHub at first has sent nothing on, so the start is sent again", async () => {
    refusals = [502];
    const { exitCode, started, stdout } = await start({ https_proxy: `http://127.0.0.1:${port}` });
    expect({ exitCode, started }).toEqual({ exitCode: 0, started: 1 });
    expect(stdout).toContain(
      "Not started yet: the proxy refused the connection (HTTP 502). Retrying in 1 s.",
    );
  });

  it("with a certificate that nobody knows is not asked a third time, and the remedy is named", async () => {
    const { exitCode, started, stdout } = await start({
      https_proxy: `http://127.0.0.1:${port}`,
      NODE_EXTRA_CA_CERTS: "",
    });
    expect({ exitCode, started, tunnels: tunnels.length }).toEqual({ exitCode: 1, started: 0, tunnels: 2 });
    expect(stdout).toMatch(/the server's certificate was not accepted \(.+\)\.%0A.*NODE_EXTRA_CA_CERTS/);
    expect(stdout).not.toContain("may have been started");
  });
});
