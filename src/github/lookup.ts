import type { Octokit } from "@octokit/core";
import type { Fault } from "../http/fault.ts";
import type { ReadContext } from "../http/read-again.ts";

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

/** What the lookups need beside the clients. */
export interface LookupContext extends ReadContext {
  /** For how long each request is sent again after a fault that may pass, in milliseconds. */
  readonly readForMs: number;
  /** Told of each such fault. */
  readonly onFault: (fault: Fault, delayMs: number) => void;
}
