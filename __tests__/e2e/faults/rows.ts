import type { Assumptions, Fault } from "../../../tools/simulator/scenario.ts";
import { USER_TOKEN } from "../../support/run-dist.ts";
import type { ConnectionFault } from "./connection.ts";
import {
  NEVER_READ,
  READ_AGAIN,
  READ_AGAIN_EVERYWHERE,
  REFUSED,
  REFUSED_EVERYWHERE,
  type Row,
} from "./outcomes.ts";
import { type Column, redirectTo } from "./requests.ts";

/** Everything that must not be shown as it is. */
const HOSTILE = `x\n::set-env name=A::B\r##[error]boom <script>alert(1)</script> @octocat ${USER_TOKEN}`;

/** The same for a header, which has no line breaks. */
const HOSTILE_LOCATION = `https://evil.example/##[error]<script>${USER_TOKEN}`;

const HOSTILE_BODY = {
  message: HOSTILE,
  errors: [{ code: HOSTILE, message: HOSTILE }],
  documentation_url: HOSTILE,
  html_url: HOSTILE,
};

/** How a request fails: the server spoils it, there is no connection, or the server lags. */
export type Trouble =
  | { readonly by: "server"; readonly fault: (column: Column, otherHost: string) => Fault }
  | { readonly by: "connection"; readonly code: ConnectionFault["code"] }
  | { readonly by: "lag"; readonly assumptions: Partial<Assumptions> };

/** One kind of fault, and what becomes of each request that it hits. */
export interface FaultKind {
  readonly name: string;
  readonly trouble: Trouble;
  /** How many requests in a row it hits; 1 by default. */
  readonly times?: number | "all";
  /** The same request does not come again sooner, in seconds; 0 by default. */
  readonly waits?: number;
  readonly row: Row;
}

const server = (fault: Fault): Trouble => ({ by: "server", fault: () => fault });
const status = (code: number, headers: Record<string, string> = {}): Trouble =>
  server({ type: "status", status: code, headers, body: HOSTILE_BODY });
const html = (code: number, carriedOut: boolean): Trouble =>
  server({ type: "html", status: code, text: HOSTILE, carried_out: carriedOut });
const connection = (code: ConnectionFault["code"]): Trouble => ({ by: "connection", code });
const lag = (assumptions: Partial<Assumptions>): Trouble => ({ by: "lag", assumptions });

/**
 * The matrix. A row has every kind of request, some rows in every story; it leaves out what the fault cannot hit, and
 * what would only say once more what the row beside it says.
 */
export const FAULTS: readonly FaultKind[] = [
  // There is no connection: the next request is the first that the server sees.
  {
    name: "connection refused",
    trouble: connection("ECONNREFUSED"),
    row: { start: "ended", ...READ_AGAIN, list: "listed", "user in a re-run": "resumed" },
  },
  { name: "no such host", trouble: connection("ENOTFOUND"), row: { start: "ended", get: "ended" } },
  {
    name: "connect timeout",
    trouble: connection("UND_ERR_CONNECT_TIMEOUT"),
    row: { start: "ended", ...READ_AGAIN, "graphql on the way": "ended" },
  },

  // The answer is lost, and nothing was done: a start is searched for in vain, and sent again.
  {
    name: "reset before the work",
    trouble: server({ type: "reset_before" }),
    waits: 1,
    row: { start: "sent_twice", ...READ_AGAIN_EVERYWHERE },
  },
  {
    name: "no answer for 30 s, nothing done",
    trouble: server({ type: "stall_before" }),
    waits: 30,
    row: { start: "sent_twice", ...READ_AGAIN, "graphql on the way": "ended" },
  },
  {
    name: "500 before the work",
    trouble: status(500),
    waits: 1,
    row: { start: "sent_twice", ...READ_AGAIN },
  },
  {
    name: "502 as HTML, nothing done",
    trouble: html(502, false),
    waits: 1,
    row: { start: "sent_twice", ...READ_AGAIN_EVERYWHERE },
  },
  {
    name: "503 without Retry-After",
    trouble: status(503),
    waits: 1,
    row: { start: "sent_twice", get: "ended" },
  },

  // The answer is lost, and the work was done: a start is searched for and found.
  {
    name: "reset after the work",
    trouble: server({ type: "reset_after" }),
    waits: 1,
    row: { start: "adopted", ...READ_AGAIN },
  },
  {
    name: "no answer for 30 s, work done",
    trouble: server({ type: "stall_after" }),
    waits: 30,
    row: { start: "adopted" },
  },
  {
    name: "a body that never comes",
    trouble: server({ type: "stall_after", part: "body" }),
    waits: 30,
    row: { start: "adopted", ...READ_AGAIN },
  },
  {
    name: "500 after the work",
    trouble: server({ type: "error_500_after" }),
    waits: 1,
    row: { start: "adopted" },
  },
  { name: "502 as HTML, work done", trouble: html(502, true), waits: 1, row: { start: "adopted" } },
  {
    name: "200 as HTML",
    trouble: html(200, true),
    waits: 1,
    row: { start: "adopted", get: "ended", "list in a search": "adopted", "graphql at the end": "ended" },
  },
  {
    name: "truncated JSON",
    trouble: server({ type: "truncated" }),
    waits: 1,
    row: { start: "adopted", ...READ_AGAIN },
  },
  {
    name: "JSON of another shape",
    trouble: server({ type: "wrong_json", body: { message: HOSTILE, html_url: HOSTILE } }),
    waits: 1,
    row: { start: "adopted", ...READ_AGAIN },
  },
  {
    name: "garbage for JSON",
    trouble: server({ type: "garbage", text: `{"id": "${HOSTILE}` }),
    waits: 1,
    row: { start: "adopted", ...READ_AGAIN },
  },

  // Not now: the server says when to come back, or that it was too much.
  {
    name: "503 with Retry-After in seconds",
    trouble: status(503, { "retry-after": "20" }),
    waits: 20,
    row: { start: "sent_again", ...READ_AGAIN, "graphql on the way": "ended" },
  },
  {
    name: "503 with Retry-After as a date",
    trouble: server({ type: "unavailable", retry_after: 20, as_date: true }),
    // A date has whole seconds.
    waits: 19,
    row: { start: "sent_again", get: "ended", "list in a search": "adopted" },
  },
  {
    name: "429",
    trouble: status(429, { "retry-after": "20" }),
    waits: 20,
    row: { start: "sent_again", ...READ_AGAIN_EVERYWHERE },
  },
  {
    name: "403 of the secondary limit with Retry-After",
    trouble: server({ type: "secondary_limit_403", retry_after: 20 }),
    waits: 20,
    row: { start: "sent_again", ...READ_AGAIN },
  },
  {
    name: "403 of the secondary limit without Retry-After",
    trouble: server({ type: "secondary_limit_403" }),
    waits: 1,
    row: { start: "sent_again", get: "ended", "graphql at the end": "ended" },
  },
  {
    name: "403 of the primary limit",
    trouble: server({ type: "primary_limit_403", reset_in: 40 }),
    waits: 39,
    row: { start: "sent_again", get: "ended", "user in a search": "adopted", "graphql at the end": "ended" },
  },

  // No.
  { name: "401", trouble: status(401), row: { ...REFUSED_EVERYWHERE, get: "token_died" } },
  { name: "403", trouble: status(403), row: REFUSED },
  { name: "422", trouble: status(422), row: { start: "not_started", list: "not_listed" } },
  {
    name: "404",
    trouble: status(404),
    times: "all",
    row: {
      ...REFUSED_EVERYWHERE,
      "get in a search": "linked",
      "graphql on the way": "not_looked_up",
      "graphql at the end": "not_looked_up",
    },
  },
  {
    name: "200 with GraphQL errors",
    trouble: server({ type: "wrong_json", body: { data: null, errors: HOSTILE_BODY.errors } }),
    times: "all",
    row: { "graphql at the end": "not_looked_up" },
  },
  {
    name: "404 at first",
    trouble: status(404),
    times: 2,
    row: { get: "ended", "get by status": "watched", "get in a search": "adopted" },
  },

  // Elsewhere. The other host does not accept a request without a token, and must not be given one.
  {
    name: "redirect on the same host",
    trouble: { by: "server", fault: ({ path }) => redirectTo(path) },
    row: { start: "not_started", ...READ_AGAIN },
  },
  {
    name: "redirect to another host",
    trouble: { by: "server", fault: (_column, otherHost) => redirectTo(otherHost) },
    row: { ...REFUSED, get: "token_died", list: "not_listed" },
  },
  {
    name: "redirect to a hostile address",
    trouble: server(redirectTo(HOSTILE_LOCATION)),
    row: { start: "not_started" },
  },

  // Later.
  {
    name: "a list that lags 30 s",
    trouble: lag({ list_lag_seconds: 30 }),
    row: { "list in a search": "adopted" },
  },
  {
    name: "a list that lags 90 s",
    trouble: lag({ list_lag_seconds: 90 }),
    row: { "list in a search": "duplicate" },
  },
  {
    name: "a task that is not found for 30 s",
    trouble: lag({ get_lag_seconds: 30 }),
    row: { get: "ended", "get in a search": "adopted" },
  },

  // Every time.
  {
    name: "reset after the work, every time",
    trouble: server({ type: "reset_after" }),
    times: "all",
    waits: 1,
    row: { start: "adopted" },
  },
  {
    name: "502 as HTML, every time",
    trouble: html(502, false),
    times: "all",
    waits: 1,
    row: { start: "given_up", ...NEVER_READ },
  },
  {
    name: "connection refused, every time",
    trouble: connection("ECONNREFUSED"),
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
  {
    name: "429, every time",
    trouble: status(429, { "retry-after": "50" }),
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
];
