import { fetchFailed } from "../../../tools/simulator/fetch.ts";
import type { Intercept } from "../../support/simulated-runs.ts";
import type { ConnectionFault } from "./connection.ts";

const CONNECT_TIMEOUT_MS = 10_000;

/** Breaks connections as the preload does in a process: for each of these requests it throws what `fetch` throws. */
export function interceptConnections({ method, path, nth, code }: ConnectionFault): Intercept {
  const pattern = new RegExp(path);
  let count = 0;
  return async (request, travel) => {
    if (request.method !== method || !pattern.test(new URL(request.url).pathname)) {
      return null;
    }
    count++;
    if (nth.length > 0 && !nth.includes(count)) {
      return null;
    }
    switch (code) {
      case "ECONNREFUSED":
        throw fetchFailed(code, "connect ECONNREFUSED 127.0.0.1:5");
      case "UND_ERR_CONNECT_TIMEOUT":
        await travel(CONNECT_TIMEOUT_MS);
        throw fetchFailed(code, "Connect Timeout Error");
      case "ENOTFOUND":
        throw fetchFailed(code, "getaddrinfo ENOTFOUND api.github.invalid");
    }
  };
}
