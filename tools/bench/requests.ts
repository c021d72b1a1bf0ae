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

/** The counts of several processes, `times` times over. */
export function addCounts(all: readonly RequestCounts[], times = 1): RequestCounts {
  const byKind = new Map<RequestKind, number>();
  let total = 0;
  let notModified = 0;
  for (const counts of all) {
    total += counts.total * times;
    notModified += counts.notModified * times;
    for (const [kind, count] of counts.byKind) {
      byKind.set(kind, (byKind.get(kind) ?? 0) + count * times);
    }
  }
  return { total, notModified, byKind };
}
