import type { TokenKind } from "../../src/github/agent-tasks/problems.ts";
import { getPhase, type Task } from "../../src/github/agent-tasks/task.ts";
import { isRecord } from "../../src/text/json.ts";
import type { Answered, Exchange } from "./exchange.ts";

/** Where the task can be looked for. */
export const PLACES = ["get", "get_by_id", "list", "list_all"] as const;

/** By repository and ID; by ID alone; in the repository's list; in the list of all of the user's tasks. */
export type Place = (typeof PLACES)[number];

/** Addresses that the action asks again and again. */
export const POLLED = ["get", "list", "list_all"] as const;

export type Polled = (typeof POLLED)[number];

/** One look for the task. `found` is null where the answer does not hold it. */
export interface Look {
  readonly exchange: Exchange;
  readonly found: Found | null;
}

/** The task as an answer holds it: as JSON, not wrapped, and as the action reads it. */
export interface Found {
  readonly json: Readonly<Record<string, unknown>>;
  readonly task: Task;
  /** Whether it came as `{task: {…}}`. */
  readonly wrapped: boolean;
}

/** A GET, the same with `If-None-Match` (never sent where there was no ETag), and the GET again. */
export interface ConditionalCheck {
  readonly before: Exchange;
  readonly repeats: readonly Exchange[];
  readonly after: Exchange | null;
}

/** The repository's list with `since` one second before the task's `updated_at`, at it, and one second after it. */
export interface SinceCheck {
  /** Without `since`, before and after the others: has the task changed meanwhile? */
  readonly before: Look;
  readonly earlier: Look;
  readonly same: Look;
  readonly later: Look;
  readonly after: Look;
}

/** The repository's list with the task's creator as `creator_id`, and with somebody else. */
export interface CreatorCheck {
  readonly mine: Look;
  readonly other: Look;
}

/** All that a probe has seen of one task. Facts are decided from it alone. */
export interface Observations {
  readonly tokenKind: TokenKind;
  /** The `X-GitHub-Api-Version` that was sent. */
  readonly apiVersion: string | null;
  /** As sent. It ends with a line break, so that a trimmed one can be told apart. */
  readonly prompt: string;
  /** The prompt's last line. */
  readonly trace: string;
  /** The answer to `GET /user`. */
  readonly user: Exchange;
  /** The answer to the start, and the task in it. */
  readonly start: Answered;
  readonly started: Found;
  /** In order of time. `get` was looked at all the while, the others until the task was found. */
  readonly looks: Readonly<Record<Place, readonly Look[]>>;
  /** Null: the probe was stopped before. */
  readonly conditional: Readonly<Record<Polled, ConditionalCheck>> | null;
  /** Null also where the list lacks the task or its `updated_at`. */
  readonly since: SinceCheck | null;
  /** Null also where the task's creator is not known. */
  readonly creator: CreatorCheck | null;
  readonly requests: number;
  /** From the start's answer to the end of looking, in milliseconds. */
  readonly followedMs: number;
}

/** A look that found the task. */
export type FoundLook = Look & { readonly found: Found };

export function isFound(look: Look): look is FoundLook {
  return look.found !== null;
}

/** The latest looks, as far as they show one and the same state that is not active; null while it is active. */
export function restOf(
  looks: readonly Look[],
): { readonly state: string; readonly first: FoundLook; readonly looks: readonly FoundLook[] } | null {
  const found = looks.filter(isFound);
  const state = found.at(-1)?.found.task.state;
  const before = found.findLastIndex((look) => look.found.task.state !== state);
  const first = found[before + 1];
  return state === undefined || first === undefined || getPhase(state) === "active"
    ? null
    : { state, first, looks: found.slice(before + 1) };
}

/** The ID of the token's user, as text; null where `GET /user` did not tell. */
export function userIdOf(user: Exchange): string | null {
  const id =
    user.kind === "answered" && user.status === 200 && isRecord(user.data) ? user.data.id : undefined;
  return typeof id === "number" || typeof id === "bigint" ? String(id) : null;
}
