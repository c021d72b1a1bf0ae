import type { Octokit } from "@octokit/core";
import { isRecord, toId, toLogin } from "../text/json.ts";
import { type RequestContext, type RequestResult, toResult } from "./http/result.ts";

/** The user that the token belongs to. */
export interface AuthenticatedUser {
  /** An int64 as text. */
  readonly id: string;
  readonly login: string;
  /** How far the server's clock is ahead of this machine's, in milliseconds. Null if the response has no `Date`. */
  readonly serverAheadMs: number | null;
}

/** Gets the token's user. Sends one request. Source: https://docs.github.com/rest/users/users#get-the-authenticated-user */
export async function getAuthenticatedUser(
  octokit: Octokit,
  context: RequestContext,
): Promise<RequestResult<AuthenticatedUser>> {
  const { clock, signal } = context;
  const result = await toResult(
    () => octokit.request("GET /user", { request: { signal } }),
    readUser,
    context,
  );
  if (!result.ok) {
    return result;
  }
  const { serverNow } = result.meta;
  const serverAheadMs = serverNow === null ? null : serverNow - clock.now();
  return { ...result, value: { ...result.value, serverAheadMs } };
}

function readUser(data: unknown): Pick<AuthenticatedUser, "id" | "login"> | undefined {
  const user = { id: isRecord(data) ? toId(data.id) : "", login: toLogin(data) };
  return user.id === "" || user.login === "" ? undefined : user;
}
