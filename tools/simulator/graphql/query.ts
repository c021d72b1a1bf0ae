import { GraphQLError } from "graphql";
import { notAccessibleMessage } from "../http/errors.ts";
import type { TokenInfo } from "../scenario.ts";
import type { World } from "../world/world.ts";

/** What a query is answered from. */
export interface Query {
  world: World;
  token: TokenInfo;
  /** Server time, epoch ms. */
  at: number;
}

export function failure(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

/** `what`: "a Repository with the name 'owner/name'", for example. */
export function notResolved(what: string): GraphQLError {
  return failure("NOT_FOUND", `Could not resolve to ${what}.`);
}

/** Throws GitHub's error if the token lacks the permission. */
export function requirePermission(query: Query, permission: "pulls" | "issues" | "contents"): void {
  if (query.token[permission] === "none") {
    throw forbidden(query);
  }
}

export function forbidden({ token }: Query): GraphQLError {
  return failure("FORBIDDEN", notAccessibleMessage(token.type));
}

/** `databaseId` is a 32-bit integer in GitHub's schema, and null beyond. */
export function databaseId(id: bigint): number | null {
  return id < 2n ** 31n ? Number(id) : null;
}
