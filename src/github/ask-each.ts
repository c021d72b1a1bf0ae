import type { Octokit } from "@octokit/core";
import type { Answer, OctokitAnswer } from "../http/answer.ts";
import { type Fault, mayPass } from "../http/fault.ts";
import { ask } from "./ask.ts";
import { describeFault } from "./describe-fault.ts";
import type { LookupContext, NamedClient } from "./lookup.ts";

/** What came of asking with each client: the first answer, or why no client got one. */
export type EachAnswer<T> =
  | Extract<Answer<T>, { ok: true }>
  | { readonly ok: false; readonly refusals: readonly Refusal[] };

/** Why one client got no answer, with the name of the input that its token came from. */
export interface Refusal {
  readonly input: string;
  readonly fault: Fault;
}

/**
 * Sends a request that only reads with each client in turn, until one is answered. A fault that may pass is the
 * server's, not the token's: after it the next client would only wait as long again.
 */
export async function askEach<T>(
  clients: readonly NamedClient[],
  send: (octokit: Octokit) => Promise<OctokitAnswer>,
  read: (data: unknown) => T | undefined,
  context: LookupContext,
): Promise<EachAnswer<T>> {
  const refusals: Refusal[] = [];
  for (const { octokit, input } of clients) {
    const answer = await ask(() => send(octokit), read, context);
    if (answer.ok) {
      return answer;
    }
    refusals.push({ input, fault: answer.fault });
    if (mayPass(answer.fault)) {
      break;
    }
  }
  return { ok: false, refusals };
}

/** Whether a client was told that there is no such thing. */
export function isNotFound({ fault }: Refusal): boolean {
  return fault.kind === "refused" && (fault.status === 404 || fault.status === 410);
}

/** The refusals in words, each with its input: `github_token: HTTP 403 No; token: HTTP 404 Not Found`. */
export function reasonsOf(refusals: readonly Refusal[]): string {
  return refusals.map(({ input, fault }) => `${input}: ${describeFault(fault)}`).join("; ");
}
