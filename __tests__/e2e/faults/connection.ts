/**
 * Loaded into an action's process ahead of the virtual clock, this breaks the connections of some of its requests:
 * the server never sees them.
 *
 * `CONNECTION_FAULT`: a {@link ConnectionFault} as JSON; without it nothing is broken.
 */

/** Which requests get no connection, and how they fail. */
export interface ConnectionFault {
  readonly method: string;
  /** Source of a regular expression for the path. */
  readonly path: string;
  /** Counted from 1; empty: all. */
  readonly nth: readonly number[];
  readonly code: "ECONNREFUSED" | "ENOTFOUND" | "UND_ERR_CONNECT_TIMEOUT";
}

/** Below 1024, so that no server of a test is ever there; and not one that `fetch` refuses by itself. */
const CLOSED_PORT = "5";

const CONNECT_TIMEOUT_MS = 10_000;

const fault = JSON.parse(process.env.CONNECTION_FAULT ?? "null") as ConnectionFault | null;
if (fault !== null) {
  breakConnections(fault, globalThis.fetch);
}

function breakConnections({ method, path, nth, code }: ConnectionFault, connect: typeof fetch): void {
  let count = 0;
  globalThis.fetch = async (input, init) => {
    const url = new URL(String(input));
    if ((init?.method ?? "GET") !== method || !new RegExp(path).test(url.pathname)) {
      return connect(input, init);
    }
    count++;
    if (nth.length > 0 && !nth.includes(count)) {
      return connect(input, init);
    }
    switch (code) {
      case "ECONNREFUSED":
        // The real thing.
        url.port = CLOSED_PORT;
        return connect(url, init);
      case "UND_ERR_CONNECT_TIMEOUT":
        // The clock that is in force by now: the virtual one.
        await new Promise<void>((resolve) => {
          globalThis.setTimeout(resolve, CONNECT_TIMEOUT_MS);
        });
        throw failed("ConnectTimeoutError", "Connect Timeout Error", { code });
      case "ENOTFOUND":
        throw failed("Error", "getaddrinfo ENOTFOUND api.github.invalid", { code, syscall: "getaddrinfo" });
    }
  };
}

/** What undici throws. */
function failed(name: string, message: string, more: object): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(message), { name, ...more }) });
}
