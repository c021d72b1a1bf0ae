import type { RequestKind } from "../simulator/scenario.ts";
import type { LoggedRequest } from "../simulator/simulator.ts";

/** Requests by their kind, and how many were answered 304: those do not count towards GitHub's rate limit. */
export interface RequestCounts {
  readonly total: number;
  readonly notModified: number;
  readonly byKind: ReadonlyMap<RequestKind, number>;
}

export function countRequests(requests: readonly LoggedRequest[]): RequestCounts {
  const byKind = new Map<RequestKind, number>();
  for (const { kind } of requests) {
    byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
  }
  const notModified = requests.filter(({ status }) => status === 304).length;
  return { total: requests.length, notModified, byKind };
}
