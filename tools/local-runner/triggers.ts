import type { Json } from "../simulator/scenario.ts";
import type { Workflow } from "./workflow-file.ts";

/** What happened in the repository. */
export interface WorkflowEvent {
  /** As in `on:`, such as `issues`. */
  readonly name: string;
  readonly payload: { readonly [key: string]: Json };
}

/** The events that can be run here. */
export const SUPPORTED_EVENTS = [
  "schedule",
  "workflow_dispatch",
  "issues",
  "issue_comment",
  "workflow_run",
] as const;

/**
 * Whether the event starts a run of the workflow.
 *
 * @throws for an event or a filter that is not supported here.
 */
export function isTriggeredBy({ on }: Pick<Workflow, "on">, { name, payload }: WorkflowEvent): boolean {
  const filters = on[name];
  if (filters === undefined) {
    return false;
  }
  switch (name) {
    case "schedule":
      return true;
    case "workflow_dispatch":
      assertFilters(name, filters, ["inputs"]);
      return true;
    case "issues":
    case "issue_comment":
      assertFilters(name, filters, ["types"]);
      return isAmong(filters.types, payload.action);
    case "workflow_run": {
      assertFilters(name, filters, ["types", "workflows", "branches"]);
      const run = payload.workflow_run as { readonly [key: string]: Json };
      return (
        isAmong(filters.types, payload.action) &&
        isAmong(filters.workflows, run.name) &&
        isAmong(filters.branches, run.head_branch)
      );
    }
    default:
      throw new Error(`The event ${name} cannot be run here.`);
  }
}

function assertFilters(
  event: string,
  filters: Readonly<Record<string, Json>>,
  known: readonly string[],
): void {
  const unknown = Object.keys(filters).filter((filter) => !known.includes(filter));
  if (unknown.length > 0) {
    throw new Error(`The event ${event} has filters that are not supported here: ${unknown.join(", ")}.`);
  }
}

/**
 * Whether a filter accepts a value. A missing filter accepts every value. In a pattern, `*` stands for any text without
 * a slash, and `**` for any text.
 */
function isAmong(filter: Json | undefined, value: Json | undefined): boolean {
  if (filter === undefined) {
    return true;
  }
  const accepted = (Array.isArray(filter) ? filter : [filter]).map(String);
  if (accepted.some((pattern) => /[?+[\]!]/.test(pattern))) {
    throw new Error("Of the patterns in filters, only * and ** are supported here.");
  }
  return accepted.some((pattern) => toRegExp(pattern).test(String(value ?? "")));
}

function toRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\*\*|\*|[.\\^$|(){}]/g, (part) =>
    part === "**" ? ".*" : part === "*" ? "[^/]*" : `\\${part}`,
  );
  return new RegExp(`^${source}$`);
}
