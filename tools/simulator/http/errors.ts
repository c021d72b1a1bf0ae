import type { ObjectValue } from "../json.ts";
import type { TokenKind } from "../scenario.ts";
import type { RouteResponse } from "./route.ts";

/** An error in GitHub's form. */
export function errorResponse(
  status: number,
  message: string,
  { errors, headers = {} }: { errors?: ObjectValue[]; headers?: Record<string, string> } = {},
): RouteResponse {
  const documentation_url = "https://docs.github.com/rest";
  return { status, body: { message, errors, documentation_url, status: String(status) }, headers };
}

export function notFound(): RouteResponse {
  return errorResponse(404, "Not Found");
}

export function badCredentials(): RouteResponse {
  return errorResponse(401, "Bad credentials");
}

/** 403 for a permission that the token lacks. */
export function notAccessible(type: TokenKind): RouteResponse {
  return errorResponse(403, notAccessibleMessage(type));
}

export function notAccessibleMessage(type: TokenKind): string {
  return type === "installation"
    ? "Resource not accessible by integration"
    : "Resource not accessible by personal access token";
}

/** 422. `field`: the field of the request that the error names, if it does. */
export function unprocessable(message: string, field?: string): RouteResponse {
  const named = field === undefined ? {} : { resource: "Task", field };
  return errorResponse(422, "Validation Failed", { errors: [{ ...named, code: "custom", message }] });
}

/** 403 of the secondary rate limit. `retryAfter`: seconds; null: no such header. */
export function secondaryLimit(retryAfter: number | null): RouteResponse {
  const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  const headers = retryAfter === null ? {} : { "retry-after": String(retryAfter) };
  return errorResponse(403, message, { headers });
}

/** 403 of the primary rate limit. `reset`: epoch seconds. */
export function primaryLimit(reset: number): RouteResponse {
  return errorResponse(403, "API rate limit exceeded for user.", {
    headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) },
  });
}
