import { isRecord } from "../../src/text/json.ts";
import { UsageError } from "../command-line.ts";
import { SUPPORTED_EVENTS } from "../local-runner/triggers.ts";
import type { Workflow } from "../local-runner/workflow-file.ts";
import type { Json } from "../simulator/scenario.ts";

export type Payload = { readonly [key: string]: Json };

/** One of the events that can be run here. */
export type EventName = (typeof SUPPORTED_EVENTS)[number];

/** What somebody said about the event. */
export interface WantedEvent {
  readonly name?: string | undefined;
  /** The file with its payload, and its content. */
  readonly file?: { readonly path: string; readonly content: unknown } | undefined;
}

/** The event that a run begins with; `payload`: what was given of it. */
export interface ChosenEvent {
  readonly name: EventName;
  readonly payload: Payload;
}

/** Events whose payload says nothing that a workflow needs. */
const WITHOUT_PAYLOAD: readonly string[] = ["schedule", "workflow_dispatch"];

/**
 * Chooses the event: the one that is named, otherwise the one that the payload is of, otherwise the first one of the
 * workflow that needs no payload.
 *
 * @throws UsageError if that does not start the workflow, cannot be run here, or is not clear.
 */
export function chooseEvent(
  workflow: Pick<Workflow, "on" | "eventSources">,
  wanted: WantedEvent,
): ChosenEvent {
  const started = Object.keys(workflow.on);
  const all = `It is started by ${started.join(", ")}.`;
  const { name, payload } = wanted.file === undefined ? noFile(wanted) : readFile(wanted.file, wanted.name);
  if (name !== null && !started.includes(name)) {
    const whose =
      wanted.file === undefined || wanted.name === name
        ? `${name}`
        : `${name}, which ${wanted.file.path} is of,`;
    throw new UsageError(`The event ${whose} does not start this workflow. ${all}`);
  }
  const chosen = name ?? (wanted.file === undefined ? firstOf(started) : onlyOf(started, wanted.file.path));
  const supported = SUPPORTED_EVENTS.find((event) => event === chosen);
  if (supported === undefined) {
    const source = workflow.eventSources.get(chosen);
    throw new UsageError(
      `${source}: the event ${chosen} cannot be run here. These can: ${SUPPORTED_EVENTS.join(", ")}.`,
    );
  }
  return { name: supported, payload };
}

interface Given {
  /** Null: nothing shows it. */
  readonly name: string | null;
  readonly payload: Payload;
}

function noFile({ name = null }: { readonly name?: string | null | undefined }): Given {
  return { name, payload: {} };
}

function readFile({ path, content }: NonNullable<WantedEvent["file"]>, named: string | undefined): Given {
  if (!isPayload(content)) {
    throw new UsageError(`${path} is no payload: it is not an object.`);
  }
  // The github context, as `toJSON(github)` prints it.
  const { event_name: name, event } = content;
  if (typeof name === "string" && isPayload(event)) {
    return { name: named ?? name, payload: event };
  }
  return { name: named ?? eventOf(content), payload: content };
}

/** The event that a payload is of, by what it has; null: any. */
function eventOf(payload: Payload): string | null {
  const keys: readonly (readonly [key: string, event: string])[] = [
    ["comment", "issue_comment"],
    ["issue", "issues"],
    ["workflow_run", "workflow_run"],
    ["schedule", "schedule"],
    ["inputs", "workflow_dispatch"],
    ["pull_request", "pull_request"],
    ["client_payload", "repository_dispatch"],
    ["commits", "push"],
  ];
  return keys.find(([key]) => key in payload)?.[1] ?? null;
}

function firstOf(started: readonly string[]): string {
  const supported = started.filter((name) => SUPPORTED_EVENTS.some((event) => event === name));
  return supported.find((name) => WITHOUT_PAYLOAD.includes(name)) ?? supported[0] ?? started[0] ?? "";
}

function onlyOf(started: readonly string[], path: string): string {
  const [only, ...others] = started;
  if (only === undefined || others.length > 0) {
    throw new UsageError(
      `${path} does not show its event. Add --event-name with one of ${started.join(", ")}.`,
    );
  }
  return only;
}

function isPayload(value: unknown): value is Payload {
  return isRecord(value);
}
