import { primaryLimit, type RouteAnswer, secondaryLimit } from "./answer.ts";
import type { RateLimits } from "./scenario.ts";

const hour = 3_600_000;
const minute = 60_000;

type Resource = "core" | "graphql";

/** Counts what each token uses. Times in epoch ms, server time. */
export interface RateLimiter {
  /** Counts a request; the refusal if the token has none left. */
  use(token: string, resource: Resource, isWrite: boolean, at: number): RouteAnswer | null;
  /** Takes the last request back: a conditional one answered 304 is free. */
  giveBack(token: string, resource: Resource): void;
  headers(token: string, resource: Resource, at: number): Record<string, string>;
}

interface Window {
  begunAt: number;
  used: number;
}

export function createRateLimiter(limits: RateLimits): RateLimiter {
  const limit = limits.requests_per_hour ?? 5000;
  const windows = new Map<string, Window>();
  const writes = new Map<string, number[]>();

  const windowOf = (token: string, resource: Resource, at: number): Window => {
    const key = `${resource} ${token}`;
    const known = windows.get(key);
    if (known !== undefined && at < known.begunAt + hour) {
      return known;
    }
    const begun = { begunAt: at, used: 0 };
    windows.set(key, begun);
    return begun;
  };

  return {
    use(token, resource, isWrite, at) {
      const window = windowOf(token, resource, at);
      if (window.used >= limit) {
        return primaryLimit(Math.ceil((window.begunAt + hour) / 1000));
      }
      window.used += 1;
      const perMinute = limits.writes_per_minute;
      if (!isWrite || perMinute === undefined) {
        return null;
      }
      const recent = (writes.get(token) ?? []).filter((time) => time > at - minute);
      recent.push(at);
      writes.set(token, recent);
      return recent.length > perMinute ? secondaryLimit(60) : null;
    },
    giveBack(token, resource) {
      const window = windows.get(`${resource} ${token}`);
      if (window !== undefined) {
        window.used -= 1;
      }
    },
    headers(token, resource, at) {
      const window = windowOf(token, resource, at);
      return {
        "x-ratelimit-limit": String(limit),
        "x-ratelimit-remaining": String(Math.max(0, limit - window.used)),
        "x-ratelimit-used": String(window.used),
        "x-ratelimit-reset": String(Math.ceil((window.begunAt + hour) / 1000)),
        "x-ratelimit-resource": resource,
      };
    },
  };
}
