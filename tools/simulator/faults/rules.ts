import type { LoggedRequest } from "../http/request-log.ts";
import type { Fault, FaultRule, FaultType } from "../scenario.ts";

/** A request as the rules see it. */
interface FaultQuery extends Pick<LoggedRequest, "kind" | "repository"> {
  body: string | null;
  /** Seconds since the simulator's start. */
  second: number;
}

/** The fault rules of a simulator, with their counts. */
export interface FaultRules {
  /** The fault that hits this request, or null. Counts the request for each rule it matches. */
  next(query: FaultQuery): Fault | null;
  add(rule: FaultRule): void;
}

export function createFaultRules(rules: readonly FaultRule[]): FaultRules {
  const counted = rules.map((rule) => ({ rule, matches: 0, hits: 0 }));
  return {
    next(query) {
      let fault: Fault | null = null;
      for (const entry of counted) {
        if (!matches(entry.rule, query)) {
          continue;
        }
        entry.matches += 1;
        const { nth, times } = entry.rule.on;
        const isNth = nth === undefined || [nth].flat().includes(entry.matches);
        if (fault === null && isNth && (times === undefined || entry.hits < times)) {
          entry.hits += 1;
          fault = entry.rule.do;
        }
      }
      return fault;
    },
    add(rule) {
      counted.push({ rule, matches: 0, hits: 0 });
    },
  };
}

function matches({ on }: FaultRule, query: FaultQuery): boolean {
  return (
    [on.kind].flat().some((kind) => kind === "any" || kind === query.kind) &&
    (on.repository === undefined || on.repository.toLowerCase() === query.repository?.toLowerCase()) &&
    (on.contains === undefined || (query.body ?? "").includes(on.contains)) &&
    (on.from_second === undefined || query.second >= on.from_second) &&
    (on.to_second === undefined || query.second < on.to_second)
  );
}

const CARRIED_OUT: ReadonlySet<FaultType> = new Set([
  "reset_after",
  "stall_after",
  "delay",
  "slow",
  "another_page",
  "headers",
  "truncated",
  "reshaped",
  "wrong_json",
  "garbage",
  "error_500_after",
]);

/** Whether the request takes effect although the fault spoils its response. */
export function isCarriedOut(fault: Fault): boolean {
  return CARRIED_OUT.has(fault.type) || ("carried_out" in fault && fault.carried_out === true);
}
