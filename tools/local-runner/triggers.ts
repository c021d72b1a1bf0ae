import type { Json } from "../simulator/scenario.ts";
import type { Workflow } from "./workflow-file.ts";

/** What happened in the repository. */
export interface WorkflowEvent {
  /** As in `on:`, such as `issues`. */
  readonly name: string;
  readonly payload: { readonly [key: string]: Json };
}

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
      throw new Error(`The event ${name} is not supported here.`);
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

/** Whether a filter accepts a value. A missing filter accepts every value. */
function isAmong(filter: Json | undefined, value: Json | undefined): boolean {
  if (filter === undefined) {
    return true;
  }
  const accepted = Array.isArray(filter) ? filter : [filter];
  if (accepted.some((pattern) => /[*?+[\]!]/.test(String(pattern)))) {
    throw new Error("Patterns in filters are not supported here.");
  }
  return value !== undefined && accepted.includes(value);
}
