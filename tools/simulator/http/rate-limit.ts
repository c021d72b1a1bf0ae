import type { RateLimits, RequestKind } from "../scenario.ts";
import { primaryLimit, secondaryLimit } from "./errors.ts";
import type { RouteResponse } from "./route.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Counts what each token uses. Times in epoch ms, server time. */
export interface RateLimiter {
  /** Counts a request; returns the refusal if the token has none left. */
  use(token: string, kind: RequestKind, at: number): RouteResponse | null;
  /** Takes back the last request: a conditional one answered 304 is free. */
  giveBack(token: string, kind: RequestKind, at: number): void;
  headers(token: string, kind: RequestKind, at: number): Record<string, string>;
}

interface Window {
  startedAt: number;
  used: number;
}

export function createRateLimiter(limits: RateLimits): RateLimiter {
  const {
    requests_per_hour: limit = 5000,
    used_by_others: usedByOthers = 0,
    writes_per_minute: writeLimit = Number.POSITIVE_INFINITY,
    reset,
  } = limits;
  const windows = new Map<string, Window>();
  const writes = new Map<string, number[]>();

  const windowAt = (token: string, kind: RequestKind, at: number): Window => {
    const key = `${resourceOf(kind)} ${token}`;
    const known = windows.get(key);
    if (known !== undefined && at < known.startedAt + HOUR_MS) {
      return known;
    }
    const window = { startedAt: at, used: known === undefined ? usedByOthers : 0 };
    windows.set(key, window);
    return window;
  };

  return {
    use(token, kind, at) {
      const window = windowAt(token, kind, at);
      if (window.used >= limit) {
        return primaryLimit(resetOf(window));
      }
      window.used += 1;
      if (kind !== "start" && kind !== "comment_write") {
        return null;
      }
      const recent = [...(writes.get(token) ?? []).filter((time) => time > at - MINUTE_MS), at];
      writes.set(token, recent);
      return recent.length > writeLimit ? secondaryLimit(60) : null;
    },
    giveBack(token, kind, at) {
      windowAt(token, kind, at).used -= 1;
    },
    headers(token, kind, at) {
      const window = windowAt(token, kind, at);
      const resetAt = reset === "past" ? Math.floor(at / 1000) - 60 : resetOf(window);
      return {
        "x-ratelimit-limit": String(limit),
        "x-ratelimit-remaining": String(Math.max(0, limit - window.used)),
        "x-ratelimit-used": String(window.used),
        ...(reset === "absent" ? {} : { "x-ratelimit-reset": String(resetAt) }),
        "x-ratelimit-resource": resourceOf(kind),
      };
    },
  };
}

/** GitHub counts REST and GraphQL apart. */
function resourceOf(kind: RequestKind): "core" | "graphql" {
  return kind === "graphql" ? "graphql" : "core";
}

/** Epoch seconds. */
function resetOf(window: Window): number {
  return Math.ceil((window.startedAt + HOUR_MS) / 1000);
}
