import type { OpenApi, Operation } from "./openapi.ts";

/** An operation that fits a request's path. */
export interface MatchedOperation extends Operation {
  /** Path parameters, decoded. */
  params: Record<string, string>;
}

/** Finds the operation of a request; null: the description has none. */
export function createRouteMatcher({ paths }: OpenApi) {
  const routes = Object.entries(paths).flatMap(([route, methods]) => {
    const parts = route.split("/");
    const names = parts.filter((part) => part.startsWith("{")).map((part) => part.slice(1, -1));
    // Branch names contain slashes, and GitHub accepts them unescaped here.
    const patterns = parts.map((part) =>
      part === "{basehead}" ? "(.+)" : part.startsWith("{") ? "([^/]+)" : part,
    );
    const expression = new RegExp(`^${patterns.join("/")}$`);
    return Object.keys(methods).map((method) => ({ method: method.toUpperCase(), route, names, expression }));
  });
  // "/issues/comments/{comment_id}" before "/issues/{issue_number}/comments".
  routes.sort((a, b) => a.names.length - b.names.length);
  return (method: string, path: string): MatchedOperation | null => {
    for (const { route, names, expression } of routes.filter((candidate) => candidate.method === method)) {
      const [match, ...values] = expression.exec(path) ?? [];
      if (match !== undefined) {
        const params = names.map((name, index) => [name, decodeURIComponent(values[index] ?? "")]);
        return { method, route, params: Object.fromEntries(params) };
      }
    }
    return null;
  };
}
