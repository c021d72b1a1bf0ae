import type { Octokit } from "@octokit/core";
import { describeFault, type Fault, mayPass } from "./http/error.ts";
import type { Answer, OctokitAnswer } from "./http/result.ts";
import { ask, type LookupContext } from "./http/retry.ts";

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

/** What came of looking something up: found, surely not there, or not known and why. */
export type Lookup<T> = { readonly kind: "found"; readonly value: T } | NotFound;

/** Nothing was found. */
export type NotFound =
  | { readonly kind: "none" }
  /** `limited`: a rate limit is reached, or GitHub is in trouble: asking for something else is of no use either. */
  | { readonly kind: "unknown"; readonly reason: string; readonly limited?: true };

/** One GitHub client and the name of the input that its token came from. */
export interface NamedClient {
  readonly octokit: Octokit;
  readonly input: string;
  /** Whether it could see none of what it was last asked for; then it is asked last. Kept up to date by lookups. */
  isBlind?: boolean;
}

/** The clients in the order to ask: those that saw none of what they were last asked for come last. */
export function sightedFirst(clients: readonly NamedClient[]): readonly NamedClient[] {
  const isBlind = (client: NamedClient) => client.isBlind === true;
  return [...clients.filter((client) => !isBlind(client)), ...clients.filter(isBlind)];
}
