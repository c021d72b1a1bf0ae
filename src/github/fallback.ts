import type { Octokit } from "@octokit/core";
import { type ErrorCode, getFailureCode } from "./agent-tasks/error-code.ts";
import { describeFailure, isTransient, type RequestFailure } from "./http/error.ts";
import type { OctokitResponse, RequestResult } from "./http/result.ts";
import { type RetryOptions, requestWithRetry } from "./http/retry.ts";

/** A GitHub client and the name of the input that its token comes from. */
export interface NamedClient {
  readonly octokit: Octokit;
  readonly input: string;
}

/** What a lookup needs: clients, time, and when to give up. */
export interface LookupContext extends RetryOptions {
  /** At least one, in the order to try. */
  readonly clients: readonly NamedClient[];
}

/** The same context, with this client first. Null: no preference. */
export function preferClient(client: NamedClient | null, context: LookupContext): LookupContext {
  return client === null
    ? context
    : { ...context, clients: [client, ...context.clients.filter((other) => other !== client)] };
}

/** The first response, or why each client failed. */
type FallbackResult<T> =
  | Extract<RequestResult<T>, { ok: true }>
  | { readonly ok: false; readonly failures: readonly ClientFailure[] };

/** Why the request of one client failed, with the name of the input that its token comes from. */
interface ClientFailure {
  readonly input: string;
  readonly failure: RequestFailure;
}

/**
 * Sends a read request with each client in turn, until one succeeds. After a transient failure it stops, except after a
 * 401: a problem of the server is not one of the token, so the next client would only wait just as long.
 */
export async function requestWithFallback<T>(
  context: LookupContext,
  send: (octokit: Octokit) => Promise<OctokitResponse>,
  read: (data: unknown) => T | undefined,
): Promise<FallbackResult<T>> {
  const failures: ClientFailure[] = [];
  for (const { octokit, input } of context.clients) {
    const result = await requestWithRetry(() => send(octokit), read, context);
    if (result.ok) {
      return result;
    }
    failures.push({ input, failure: result.failure });
    if (isTransient(result.failure) && result.failure.kind !== "unauthorized") {
      break;
    }
  }
  return { ok: false, failures };
}

/** The failures as text, each with its input: `github_token: HTTP 403: No; token: HTTP 404: Not Found`. */
export function formatReasons(failures: readonly ClientFailure[]): string {
  return failures.map(({ input, failure }) => `${input}: ${describeFailure(failure)}`).join("; ");
}

/** A lookup that failed because each client's request did. */
export interface FailedLookup {
  readonly kind: "unknown";
  readonly reason: string;
  readonly code: ErrorCode;
}

/** The failed lookup of a request that each client tried. The last failure gives the code: it ended the attempts. */
export function failLookup(failures: readonly ClientFailure[]): FailedLookup {
  const last = failures.at(-1);
  return {
    kind: "unknown",
    reason: formatReasons(failures),
    code: last === undefined ? "unavailable" : getFailureCode(last.failure),
  };
}

/** The result of a lookup: found, known not to exist, or unknown and why. */
export type Lookup<T> = { readonly kind: "found"; readonly value: T } | LookupMiss;

/** Nothing was found. */
export type LookupMiss =
  | { readonly kind: "none" }
  /** `limited`: the rate limit is exceeded or GitHub is down, so looking up something else would fail too. */
  | { readonly kind: "unknown"; readonly reason: string; readonly limited?: true };

/** What one client found. */
export type ClientLookup<T> = Exclude<Lookup<T>, { kind: "unknown" }> | UnknownToClient;

/** What one client could not find out. */
export interface UnknownToClient extends Extract<LookupMiss, { kind: "unknown" }> {
  /** With more permissions, the client might. */
  readonly isDenied: boolean;
}

/** What a client cannot find out, because its request failed. GitHub answers 404 for what a token may not see. */
export function toUnknown(failure: RequestFailure): UnknownToClient {
  const isDenied = failure.kind === "rejected" && (failure.status === 403 || failure.status === 404);
  return { kind: "unknown", reason: describeFailure(failure), isDenied };
}

/** Why one client could not see something. */
export type UnseenReason = readonly [input: NamedClient["input"], lookup: UnknownToClient];

/** Why no client could see something: the reason of each client, and the permission if one of them may lack it. */
export function explainUnseen(reasons: readonly UnseenReason[], permission: string): string {
  const all = reasons.map(([input, { reason }]) => `${input}: ${reason}`).join("; ");
  const isDenied = reasons.some(([, { isDenied }]) => isDenied);
  return isDenied ? `${all}. Looking it up needs the permission ${permission}` : all;
}
