import type { Fault } from "../http/fault.ts";

/** What came back, to follow "could not be looked up:". Words of the server are passed on as they came. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case "not_sent":
    case "doubtful":
      return fault.reason;
    case "refused":
      return `HTTP ${fault.status} ${fault.message}`.trim();
    case "rate_limited":
      return `HTTP ${fault.status}, a rate limit`;
    case "unavailable":
      return "HTTP 503";
    case "redirected":
      return `HTTP ${fault.status}, a redirect`;
    case "cancelled":
      return "this step was cancelled";
  }
}

/** Why no client could see something: each client's reason, and the permission it takes. */
export function unseenBecause(reasons: readonly string[], permission: string): string {
  return `${reasons.join("; ")}. The permission needed is ${permission}`;
}
