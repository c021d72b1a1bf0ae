import type { Assumptions, Fault } from "../../../tools/simulator/scenario.ts";
import { USER_TOKEN } from "../../support/fixtures.ts";
import type { ConnectionFault } from "./connection.ts";
import {
  NEVER_READ,
  READ_AGAIN,
  READ_AGAIN_EVERYWHERE,
  REJECTED,
  REJECTED_EVERYWHERE,
  type Row,
} from "./outcomes.ts";
import { type Column, redirectTo } from "./requests.ts";

/** Text that the action must not show as it is. */
const HOSTILE = `x\n::set-env name=A::B\r##[error]boom <script>alert(1)</script> @octocat ${USER_TOKEN}`;

/** The same for a header, which cannot have line breaks. */
const HOSTILE_LOCATION = `https://evil.example/##[error]<script>${USER_TOKEN}`;

const HOSTILE_BODY = {
  message: HOSTILE,
  errors: [{ code: HOSTILE, message: HOSTILE }],
  documentation_url: HOSTILE,
  html_url: HOSTILE,
};

/** How a request fails: the server spoils it, there is no connection, or the server lags. */
type Failure =
  | { readonly by: "server"; readonly fault: (column: Column, otherHost: string) => Fault }
  | { readonly by: "connection"; readonly code: ConnectionFault["code"] }
  | { readonly by: "lag"; readonly assumptions: Partial<Assumptions> };

/** One kind of fault, and the outcome for each request that it hits. */
export interface FaultKind {
  readonly name: string;
  readonly failure: Failure;
  /** How many consecutive requests it hits; 1 by default. */
  readonly times?: number | "all";
  /** The minimum time until the action repeats the request, in seconds; 0 by default. */
  readonly waits?: number;
  readonly row: Row;
}

const server = (fault: Fault): Failure => ({ by: "server", fault: () => fault });
const status = (code: number, headers: Record<string, string> = {}): Failure =>
  server({ type: "status", status: code, headers, body: HOSTILE_BODY });
const html = (code: number, carriedOut: boolean): Failure =>
  server({ type: "html", status: code, text: HOSTILE, carried_out: carriedOut });
const connection = (code: ConnectionFault["code"]): Failure => ({ by: "connection", code });
const lag = (assumptions: Partial<Assumptions>): Failure => ({ by: "lag", assumptions });

/**
 * The rows of the matrix by name. A row omits requests that the fault cannot hit, and cells that only repeat the row
 * above.
 */
const KINDS: Readonly<Record<string, Omit<FaultKind, "name">>> = {
  // There is no connection: the server sees only the next request.
  "connection refused": {
    failure: connection("ECONNREFUSED"),
    row: { start: "ended", ...READ_AGAIN, list: "listed", "user in a re-run": "resumed" },
  },
  "no such host": { failure: connection("ENOTFOUND"), row: { start: "ended", get: "ended" } },
  "connect timeout": {
    failure: connection("UND_ERR_CONNECT_TIMEOUT"),
    row: { start: "ended", ...READ_AGAIN, "graphql on the way": "ended" },
  },

  // The answer is lost and the server did nothing: the action searches for the task in vain, and starts it again.
  "reset before the work": {
    failure: server({ type: "reset_before" }),
    waits: 1,
    row: { start: "sent_twice", ...READ_AGAIN_EVERYWHERE },
  },
  "no answer for 30 s, nothing done": {
    failure: server({ type: "stall_before" }),
    waits: 30,
    row: { start: "sent_twice", ...READ_AGAIN, "graphql on the way": "ended" },
  },
  "500 before the work": { failure: status(500), waits: 1, row: { start: "sent_twice", ...READ_AGAIN } },
  "502 as HTML, nothing done": {
    failure: html(502, false),
    waits: 1,
    row: { start: "sent_twice", ...READ_AGAIN_EVERYWHERE },
  },
  "503 without Retry-After": { failure: status(503), waits: 1, row: { start: "sent_twice", get: "ended" } },

  // The answer is lost and the server did the work: the action searches for the task and finds it.
  "reset after the work": {
    failure: server({ type: "reset_after" }),
    waits: 1,
    row: { start: "adopted", ...READ_AGAIN },
  },
  "no answer for 30 s, work done": {
    failure: server({ type: "stall_after" }),
    waits: 30,
    row: { start: "adopted" },
  },
  "a body that never comes": {
    failure: server({ type: "stall_after", part: "body" }),
    waits: 30,
    row: { start: "adopted", ...READ_AGAIN },
  },
  "500 after the work": { failure: server({ type: "error_500_after" }), waits: 1, row: { start: "adopted" } },
  "502 as HTML, work done": { failure: html(502, true), waits: 1, row: { start: "adopted" } },
  "403 as HTML, work done": { failure: html(403, true), waits: 1, row: { start: "adopted" } },
  "200 as HTML": {
    failure: html(200, true),
    waits: 1,
    row: { start: "adopted", get: "ended", "list in a search": "adopted", "graphql at the end": "ended" },
  },
  "truncated JSON": {
    failure: server({ type: "truncated" }),
    waits: 1,
    row: { start: "adopted", ...READ_AGAIN },
  },
  "JSON of another shape": {
    failure: server({ type: "wrong_json", body: { message: HOSTILE, html_url: HOSTILE } }),
    waits: 1,
    row: { start: "adopted", ...READ_AGAIN },
  },
  "garbage for JSON": {
    failure: server({ type: "garbage", text: `{"id": "${HOSTILE}` }),
    waits: 1,
    row: { start: "adopted", ...READ_AGAIN },
  },

  "a task without an ID": {
    failure: server({ type: "reshaped", rename: { id: "task_id" } }),
    waits: 1,
    row: { start: "adopted", get: "ended", "get in a re-run": "resumed", "get in a search": "adopted" },
  },
  "a task without sessions": {
    failure: server({ type: "reshaped", rename: { sessions: "agent_sessions" } }),
    row: { start: "ended", get: "ended", "get in a re-run": "undecided", "get in a search": "adopted" },
  },
  "a list with entries that cannot be read": {
    failure: server({ type: "reshaped", rename: { id: "task_id" } }),
    times: "all",
    row: { "list in a search": "indeterminate", "list in a re-run": "not_resumed" },
  },

  // The server limits the rate or is unavailable, and may say when to retry.
  "503 with Retry-After in seconds": {
    failure: status(503, { "retry-after": "20" }),
    waits: 20,
    row: { start: "sent_twice", ...READ_AGAIN, "graphql on the way": "ended" },
  },
  "503 with Retry-After as a date": {
    failure: server({ type: "unavailable", retry_after: 20, as_date: true }),
    // A date has whole seconds.
    waits: 19,
    row: { start: "sent_twice", get: "ended", "list in a search": "adopted" },
  },
  "408 before the work": { failure: status(408), waits: 1, row: { start: "sent_twice", ...READ_AGAIN } },
  "499 after the work": {
    failure: server({ type: "status", status: 499, carried_out: true }),
    waits: 1,
    row: { start: "adopted" },
  },
  "409 after the work": {
    failure: server({ type: "status", status: 409, carried_out: true }),
    row: { start: "adopted" },
  },
  "HTTP 429": {
    failure: status(429, { "retry-after": "20" }),
    waits: 20,
    row: { start: "sent_again", ...READ_AGAIN_EVERYWHERE },
  },
  "403 of the secondary limit with Retry-After": {
    failure: server({ type: "secondary_limit_403", retry_after: 20 }),
    waits: 20,
    row: { start: "sent_again", ...READ_AGAIN },
  },
  "403 of the secondary limit without Retry-After": {
    failure: server({ type: "secondary_limit_403" }),
    waits: 60,
    // A minute is longer than the time for the last lookup.
    row: {
      start: "sent_again",
      ...READ_AGAIN,
      "graphql at the end": "kept",
      compare: "not_looked_up",
      repository: "not_looked_up",
    },
  },
  "403 of the primary limit": {
    failure: server({ type: "primary_limit_403", reset_in: 40 }),
    waits: 39,
    row: { start: "sent_again", get: "ended", "user in a search": "adopted", "graphql at the end": "ended" },
  },

  // The server rejects the request.
  "HTTP 401": { failure: status(401), waits: 5, row: { start: "sent_again", ...READ_AGAIN_EVERYWHERE } },
  "HTTP 401, every time": {
    failure: status(401),
    times: "all",
    row: {
      ...REJECTED_EVERYWHERE,
      start: "refused_twice",
      get: "token_died",
      "get in a search": "linked",
      "graphql on the way": "not_looked_up",
      "graphql at the end": "not_looked_up",
    },
  },
  "HTTP 403": { failure: status(403), row: REJECTED },
  "HTTP 422": { failure: status(422), row: { start: "not_started", list: "not_listed" } },
  "HTTP 404": {
    failure: status(404),
    times: "all",
    row: {
      ...REJECTED_EVERYWHERE,
      // The action waits 10 minutes for a task that it has started, and the step only 5.
      get: "timed_out",
      "get in a search": "linked",
      "get in a re-run": "undecided",
      "graphql on the way": "not_looked_up",
      "graphql at the end": "not_looked_up",
    },
  },
  "200 with GraphQL errors": {
    failure: server({ type: "wrong_json", body: { data: null, errors: HOSTILE_BODY.errors } }),
    times: "all",
    row: { "graphql at the end": "not_looked_up" },
  },
  "404 at first": {
    failure: status(404),
    times: 2,
    row: {
      get: "ended",
      "get by status": "watched",
      "get in a re-run": "resumed",
      "get in a search": "adopted",
    },
  },

  // The server redirects. The other host rejects requests without a token, and must not receive one.
  "redirect on the same host": {
    failure: { by: "server", fault: ({ path }) => redirectTo(path) },
    row: { start: "not_started", ...READ_AGAIN },
  },
  "redirect to another host": {
    failure: { by: "server", fault: (_column, otherHost) => redirectTo(otherHost) },
    // The other host answers 401 once.
    row: { start: "not_started", ...READ_AGAIN, list: "listed" },
  },
  "redirect to a hostile address": {
    failure: server(redirectTo(HOSTILE_LOCATION)),
    row: { start: "not_started" },
  },

  // The server lags.
  "a list that lags 30 s": { failure: lag({ list_lag_seconds: 30 }), row: { "list in a search": "adopted" } },
  "a list that lags 70 s": {
    failure: lag({ list_lag_seconds: 70 }),
    row: { "list in a search": "duplicate" },
  },
  "a server without a Date": {
    failure: lag({ date: false, server_ahead_seconds: -800 }),
    row: { "list in a search": "adopted", get: "ended" },
  },
  "a list that lags 90 s": {
    failure: lag({ list_lag_seconds: 90 }),
    row: { "list in a search": "duplicate" },
  },
  "a task that is not found for 30 s": {
    failure: lag({ get_lag_seconds: 30 }),
    row: { get: "ended", "get in a search": "adopted" },
  },
  "a task that is not found for 90 s": { failure: lag({ get_lag_seconds: 90 }), row: { get: "ended" } },

  // The server names pages without end.
  "another page, every time": {
    failure: server({ type: "another_page" }),
    times: "all",
    row: { "list in a search": "adopted", "list in a re-run": "resumed" },
  },

  // The fault does not pass.
  "reset after the work, every time": {
    failure: server({ type: "reset_after" }),
    times: "all",
    waits: 1,
    row: { start: "adopted" },
  },
  "502 as HTML, every time": {
    failure: html(502, false),
    times: "all",
    waits: 1,
    row: { start: "given_up", ...NEVER_READ },
  },
  "connection refused, every time": {
    failure: connection("ECONNREFUSED"),
    times: "all",
    row: {
      start: "unreachable",
      get: "timed_out",
      "get by status": "not_watched",
      "list in a search": "indeterminate",
      "user in a re-run": "not_resumed",
      "graphql on the way": "not_looked_up",
      compare: "not_looked_up",
    },
  },
  "429, every time": {
    failure: status(429, { "retry-after": "50" }),
    times: "all",
    waits: 1,
    row: {
      start: "refused_for_long",
      get: "timed_out",
      list: "not_listed",
      "list in a search": "indeterminate",
      "list in a re-run": "not_resumed",
      "graphql on the way": "not_looked_up",
      compare: "not_looked_up",
    },
  },
};

export const FAULTS: readonly FaultKind[] = Object.entries(KINDS).map(([name, kind]) => ({ name, ...kind }));
