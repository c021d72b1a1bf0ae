/**
 * Loaded into an action's process ahead of the virtual clock, this breaks the connections of some of its requests:
 * the server never sees them.
 *
 * `CONNECTION_FAULT`: a {@link ConnectionFault} as JSON; without it nothing is broken.
 */

import { Agent, type Dispatcher, setGlobalDispatcher } from "undici";

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
  // The undici in the bundle takes the dispatcher that is there already.
  setGlobalDispatcher(new Agent().compose(breakConnections(fault)));
}

function breakConnections({
  method,
  path,
  nth,
  code,
}: ConnectionFault): Dispatcher.DispatcherComposeInterceptor {
  let count = 0;
  return (dispatch) => (options, handler) => {
    if (options.method !== method || !new RegExp(path).test(options.path.replace(/\?.*/, ""))) {
      return dispatch(options, handler);
    }
    count++;
    if (nth.length > 0 && !nth.includes(count)) {
      return dispatch(options, handler);
    }
    switch (code) {
      case "ECONNREFUSED":
        // The real thing.
        return dispatch({ ...options, origin: `http://127.0.0.1:${CLOSED_PORT}` }, handler);
      case "UND_ERR_CONNECT_TIMEOUT":
        // The clock that is in force by now: the virtual one.
        globalThis.setTimeout(
          () => handler.onError?.(failed("ConnectTimeoutError", "Connect Timeout Error", { code })),
          CONNECT_TIMEOUT_MS,
        );
        return true;
      case "ENOTFOUND":
        handler.onError?.(
          failed("Error", "getaddrinfo ENOTFOUND api.github.invalid", { code, syscall: "getaddrinfo" }),
        );
        return true;
    }
  };
}

/** What undici gives. */
function failed(name: string, message: string, more: object): Error {
  return Object.assign(new Error(message), { name, ...more });
}
