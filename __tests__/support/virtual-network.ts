import { REQUEST_TIMEOUT_MS } from "../../src/github/http/client.ts";
import type { Clock } from "../../src/runner/clock.ts";
import { createFetch } from "../../tools/simulator/fetch.ts";
import type { SimulatedRequest, SimulatedResponse } from "../../tools/simulator/http/message.ts";

/** Lets this many virtual milliseconds pass. It throws once the request is cancelled, or has run into its timeout. */
export type Travel = (ms: number) => Promise<void>;

/**
 * The way to a server and back in virtual time, with the client's own timeout.
 *
 * @param answer is also given the time at which the client gives up.
 */
export function createVirtualFetch(
  time: Clock,
  answer: (request: SimulatedRequest, travel: Travel, deadline: number) => Promise<SimulatedResponse>,
): typeof fetch {
  return async (input, init) => {
    const abort = new AbortController();
    let bodyStalls = false;
    const callerSignal = init?.signal ?? abort.signal;
    const deadline = time.now() + REQUEST_TIMEOUT_MS;
    const timeout = () => new DOMException("The operation was aborted due to timeout", "TimeoutError");
    const travel: Travel = async (ms) => {
      const until = Math.min(time.now() + ms, deadline);
      if (ms > 0) {
        await time.sleep(until - time.now(), callerSignal);
      }
      callerSignal.throwIfAborted();
      if (time.now() >= deadline) {
        throw timeout();
      }
    };
    const handle = async (request: SimulatedRequest): Promise<SimulatedResponse> => {
      const response = await answer(request, travel, deadline);
      switch (response.type) {
        case "stall":
          if (response.head === null) {
            await travel(REQUEST_TIMEOUT_MS);
          }
          bodyStalls = true;
          return response;
        case "response": {
          const workedMs = Number(response.headers["x-simulated-seconds"] ?? 0) * 1000;
          await travel(response.delay_ms + workedMs);
          return { ...response, delay_ms: 0 };
        }
        case "reset":
        case "truncated":
          return response;
      }
    };
    const signal = AbortSignal.any([callerSignal, abort.signal]);
    const response = await createFetch(handle)(input, { ...init, signal });
    if (bodyStalls) {
      // The body never comes, so whoever reads it fails at the deadline.
      void time.sleep(deadline - time.now(), callerSignal).then(() => abort.abort(timeout()));
    }
    return response;
  };
}
