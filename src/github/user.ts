import type { Octokit } from "@octokit/core";
import { isRecord, toId, toLogin } from "../text/json.ts";
import { type RequestResult, toResult } from "./http/result.ts";

/** The user whose token is used. */
export interface AuthenticatedUser {
  /** An int64 as text. */
  readonly id: string;
  readonly login: string;
  /** How far the server's clock is ahead of this machine's, in milliseconds. */
  readonly serverAheadMs: number;
}

/** Asks once who the token's user is. Source: https://docs.github.com/rest/users/users#get-the-authenticated-user */
export async function getAuthenticatedUser(
  octokit: Octokit,
  now: () => number,
  signal: AbortSignal,
): Promise<RequestResult<AuthenticatedUser>> {
  const answer = await toResult(
    () => octokit.request("GET /user", { request: { signal } }),
    readUser,
    now,
    signal,
  );
  return answer.ok
    ? { ...answer, value: { ...answer.value, serverAheadMs: answer.meta.serverNow - now() } }
    : answer;
}

function readUser(data: unknown): Pick<AuthenticatedUser, "id" | "login"> | undefined {
  const user = { id: isRecord(data) ? toId(data.id) : "", login: toLogin(data) };
  return user.id === "" || user.login === "" ? undefined : user;
}
