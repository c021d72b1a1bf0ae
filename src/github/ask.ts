import { type Answer, answerTo, type OctokitAnswer } from "../http/answer.ts";
import { readAgain } from "../http/read-again.ts";
import type { LookupContext } from "./lookup.ts";

/** Sends a request that only reads, again where that may help. */
export function ask<T>(
  send: () => Promise<OctokitAnswer>,
  read: (data: unknown) => T | undefined,
  context: LookupContext,
): Promise<Answer<T>> {
  const { clock, signal, onFault, readForMs } = context;
  return readAgain(() => answerTo(send, read, clock.now, signal), context, onFault, readForMs);
}
