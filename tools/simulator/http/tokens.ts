import type { TokenInfo } from "../scenario.ts";
import type { World } from "../world/world.ts";
import type { Caller } from "./route.ts";

/** Finds the token of a request. Null: the scenario has no such token, or GitHub refuses it at `at` (epoch ms). */
export function findCaller(world: World, authorization: string | undefined, at: number): Caller | null {
  const token = /^(?:bearer|token) (.+)$/i.exec(authorization ?? "")?.[1] ?? "";
  const info = world.scenario.tokens[token];
  if (info === undefined || info.type === "refresh") {
    return null;
  }
  const validUntil = world.startedAt + (info.valid_seconds ?? Number.POSITIVE_INFINITY) * 1000;
  return at < validUntil ? { token, info } : null;
}

/** The header that announces a token's end, as GitHub writes it: `2026-01-31 12:00:00 UTC`. */
export function expirationHeader({ expires_at }: TokenInfo): Record<string, string> {
  if (expires_at === undefined) {
    return {};
  }
  const time = new Date(expires_at).toISOString().slice(0, 19).replace("T", " ");
  return { "github-authentication-token-expiration": `${time} UTC` };
}
