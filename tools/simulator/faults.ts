import {
  badCredentials,
  errorAnswer,
  notFound,
  primaryLimit,
  type RouteAnswer,
  secondaryLimit,
  unprocessable,
} from "./answer.ts";
import type { Fault, FaultRule, RequestKind } from "./scenario.ts";

/** What a rule needs to know of a request. */
export interface FaultQuestion {
  kind: RequestKind;
  /** `owner/name` of the path, or null. */
  repository: string | null;
  body: string | null;
  /** Seconds since the simulator's start. */
  second: number;
}

/** The rules of a simulator, with their counts. */
export interface Faults {
  /** The fault that hits this request, or null. Counts the request for each rule it matches. */
  next(question: FaultQuestion): Fault | null;
  add(rule: FaultRule): void;
}

export function createFaults(rules: readonly FaultRule[]): Faults {
  const counted = rules.map((rule) => ({ rule, matches: 0, hits: 0 }));
  return {
    next(question) {
      let found: Fault | null = null;
      for (const entry of counted) {
        if (!matches(entry.rule, question)) {
          continue;
        }
        entry.matches += 1;
        const { nth, times } = entry.rule.on;
        const isNth = nth === undefined || (Array.isArray(nth) ? nth : [nth]).includes(entry.matches);
        if (found === null && isNth && (times === undefined || entry.hits < times)) {
          entry.hits += 1;
          found = entry.rule.do;
        }
      }
      return found;
    },
    add(rule) {
      counted.push({ rule, matches: 0, hits: 0 });
    },
  };
}

function matches({ on }: FaultRule, question: FaultQuestion): boolean {
  const kinds = Array.isArray(on.kind) ? on.kind : [on.kind];
  return (
    kinds.some((kind) => kind === "any" || kind === question.kind) &&
    (on.repository === undefined || on.repository.toLowerCase() === question.repository?.toLowerCase()) &&
    (on.contains === undefined || (question.body ?? "").includes(on.contains)) &&
    (on.from_second === undefined || question.second >= on.from_second) &&
    (on.to_second === undefined || question.second < on.to_second)
  );
}

/** Whether the request takes effect although the fault spoils its answer. */
export function isCarriedOut(fault: Fault): boolean {
  switch (fault.type) {
    case "reset_after":
    case "stall_after":
    case "delay":
    case "truncated":
    case "wrong_json":
    case "garbage":
    case "error_500_after":
      return true;
    case "status":
    case "html":
      return fault.carried_out ?? false;
    case "reset_before":
    case "stall_before":
    case "unavailable":
    case "rate_limited_429":
    case "secondary_limit_403":
    case "primary_limit_403":
    case "not_found":
    case "unauthorized":
    case "forbidden":
    case "unprocessable":
    case "redirect":
    case "error_500_before":
      return false;
  }
}

/** What is sent instead of the right answer. */
export type Spoiled =
  | { type: "route_answer"; answer: RouteAnswer }
  | { type: "text"; status: number; contentType: string; text: string; headers: Record<string, string> }
  | { type: "reset" }
  | { type: "stall"; withHead: boolean }
  | { type: "truncate" }
  | { type: "delay"; milliseconds: number };

const json = "application/json; charset=utf-8";

/** What the fault makes of an answer. `at`: server time, epoch ms; `origin`: of this server. */
export function spoil(fault: Fault, at: number, origin: string): Spoiled {
  const answered = (answer: RouteAnswer): Spoiled => ({ type: "route_answer", answer });
  const text = (status: number, contentType: string, body: string): Spoiled => ({
    type: "text",
    status,
    contentType,
    text: body,
    headers: {},
  });
  switch (fault.type) {
    case "reset_before":
    case "reset_after":
      return { type: "reset" };
    case "stall_before":
      return { type: "stall", withHead: false };
    case "stall_after":
      return { type: "stall", withHead: fault.part === "body" };
    case "delay":
      return { type: "delay", milliseconds: fault.milliseconds };
    case "truncated":
      return { type: "truncate" };
    case "status": {
      const headers = fault.headers ?? {};
      if (typeof fault.body === "string") {
        return { type: "text", status: fault.status, contentType: json, text: fault.body, headers };
      }
      const usual = errorAnswer(fault.status, `Simulated ${fault.status}`).body;
      return answered({ status: fault.status, body: fault.body ?? usual, headers });
    }
    case "html": {
      const page = `<!DOCTYPE html>\n<html><head><title>${fault.text ?? "Unicorn!"}</title></head><body></body></html>\n`;
      return text(fault.status, "text/html; charset=utf-8", page);
    }
    case "wrong_json":
      return answered({ status: 200, body: fault.body ?? [] });
    case "garbage":
      return text(200, json, fault.text ?? '{"id": "\u0000\ufffd');
    case "unavailable": {
      const seconds = fault.retry_after;
      const value =
        seconds === undefined
          ? null
          : fault.as_date === true
            ? new Date(at + seconds * 1000).toUTCString()
            : String(seconds);
      return answered(
        errorAnswer(503, "Service unavailable", value === null ? {} : { headers: { "retry-after": value } }),
      );
    }
    case "rate_limited_429":
      return answered(
        errorAnswer(429, "Too many requests", { headers: { "retry-after": String(fault.retry_after) } }),
      );
    case "secondary_limit_403":
      return answered(secondaryLimit(fault.retry_after ?? null));
    case "primary_limit_403":
      return answered(primaryLimit(Math.ceil(at / 1000) + fault.reset_in));
    case "not_found":
      return answered(notFound());
    case "unauthorized":
      return answered(badCredentials());
    case "forbidden":
      return answered(errorAnswer(403, fault.message ?? "Resource not accessible by personal access token"));
    case "unprocessable":
      return answered(unprocessable(fault.message));
    case "redirect": {
      const location = fault.location.startsWith("/") ? `${origin}${fault.location}` : fault.location;
      return answered({
        status: fault.status,
        body: { message: "Moved Permanently", url: location },
        headers: { location },
      });
    }
    case "error_500_after":
    case "error_500_before":
      return answered(errorAnswer(500, "Server Error"));
  }
}
