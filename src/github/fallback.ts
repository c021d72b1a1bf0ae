import type { Octokit } from "@octokit/core";
import { describeFailure, isTransient, type RequestFailure } from "./http/error.ts";
import type { OctokitResponse, RequestResult } from "./http/result.ts";
import { type RetryOptions, requestWithRetry } from "./http/retry.ts";

/** What a lookup needs: the clients to ask in turn, time, and how long to retry. */
export interface LookupContext extends RetryOptions {
  /** At least one, in the order to ask. */
  readonly clients: readonly NamedClient[];
}

/** What came of asking with each client: the first answer, or why no client got one. */
export type FallbackResult<T> =
  | Extract<RequestResult<T>, { ok: true }>
  | { readonly ok: false; readonly refusals: readonly ClientFailure[] };

/** Why one client got no answer, with the name of the input that its token came from. */
export interface ClientFailure {
  readonly input: string;
  readonly failure: RequestFailure;
}

/**
 * Sends a request that only reads with each client in turn, until one is answered. A failure that may pass is the
 * server's, not the token's: after it the next client would only wait as long again.
 */
export async function requestWithFallback<T>(
  context: LookupContext,
  send: (octokit: Octokit) => Promise<OctokitResponse>,
  read: (data: unknown) => T | undefined,
): Promise<FallbackResult<T>> {
  const refusals: ClientFailure[] = [];
  for (const { octokit, input } of context.clients) {
    const answer = await requestWithRetry(() => send(octokit), read, context);
    if (answer.ok) {
      return answer;
    }
    refusals.push({ input, failure: answer.failure });
    if (isTransient(answer.failure)) {
      break;
    }
  }
  return { ok: false, refusals };
}

/** The refusals in words, each with its input: `github_token: HTTP 403 No; token: HTTP 404 Not Found`. */
export function formatReasons(refusals: readonly ClientFailure[]): string {
  return refusals.map(({ input, failure }) => `${input}: ${describeFailure(failure)}`).join("; ");
}

/** What came of looking something up: found, surely not there, or not known and why. */
export type Lookup<T> = { readonly kind: "found"; readonly value: T } | LookupMiss;

/** Nothing was found. */
export type LookupMiss =
  | { readonly kind: "none" }
  /** `limited`: a rate limit is reached, or GitHub is in trouble: asking for something else is of no use either. */
  | { readonly kind: "unknown"; readonly reason: string; readonly limited?: true };

/** One GitHub client and the name of the input that its token came from. */
export interface NamedClient {
  readonly octokit: Octokit;
  readonly input: string;
  /** Whether it could see none of what it was last asked for; then it is asked last. Kept up to date by lookups. */
  sawNothing?: boolean;
}

/** The clients in the order to ask: those that saw none of what they were last asked for come last. */
export function preferredFirst(clients: readonly NamedClient[]): readonly NamedClient[] {
  const isBlind = (client: NamedClient) => client.sawNothing === true;
  return [...clients.filter((client) => !isBlind(client)), ...clients.filter(isBlind)];
}
