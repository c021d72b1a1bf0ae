import type { ColumnName } from "./requests.ts";

/** The result that a cell of the matrix must have. */
export interface Expectation {
  readonly exitCode: 0 | 1;
  readonly conclusion: "success" | "";
  /** Start requests that the server received; null: any number. */
  readonly posts: number | null;
  /** Tasks that the server started. */
  readonly tasks: number;
  /** The task in the outputs; the last one if several were started. */
  readonly id: "started" | "existing" | "none";
  /** Whether the outputs have what the request was sent for; null: either. */
  readonly gives: boolean | null;
  /** The titles of all warnings and errors. */
  readonly annotations: readonly string[];
  /** Parts of the log. */
  readonly says: readonly string[];
}

const WELL = { exitCode: 0, conclusion: "success", gives: true, annotations: [], says: [] } as const;
const STARTED = { posts: 1, tasks: 1, id: "started" } as const;
const NOT_STARTED = { posts: 0, tasks: 0, id: "none" } as const;
const BADLY = {
  exitCode: 1,
  conclusion: "",
  gives: false,
  annotations: ["error: Agent task"],
  says: [],
} as const;

export const OUTCOMES = {
  // The step succeeds.
  ended: { ...WELL, ...STARTED },
  sent_again: { ...WELL, ...STARTED, posts: 2 },
  adopted: {
    ...WELL,
    ...STARTED,
    says: ["The start request succeeded. Following task"],
  },
  watched: { ...WELL, ...NOT_STARTED, id: "existing" },
  resumed: { ...WELL, ...NOT_STARTED, id: "existing", says: ["Attempt 2 follows task"] },
  listed: { ...WELL, ...NOT_STARTED, conclusion: "" },
  // The step succeeds with a warning.
  sent_twice: { ...WELL, ...STARTED, posts: 2, annotations: ["warning: Start sent again"] },
  not_looked_up: {
    ...WELL,
    ...STARTED,
    gives: false,
    annotations: ["warning: Pull request not looked up"],
  },
  kept: { ...WELL, ...STARTED, gives: null, annotations: ["warning: Pull request not looked up"] },
  duplicate: {
    ...WELL,
    ...STARTED,
    posts: 2,
    tasks: 2,
    gives: null,
    annotations: ["warning: A second task may exist"],
  },
  // The step fails.
  not_started: { ...BADLY, ...NOT_STARTED, posts: 1, says: ["Could not start a task in octo/app"] },
  refused_twice: { ...BADLY, ...NOT_STARTED, posts: 2, says: ["Could not start a task in octo/app"] },
  indeterminate: {
    ...BADLY,
    ...STARTED,
    id: "none",
    says: [
      "been started anyway.",
      "If none does this work, start a new run: https://github.com/octo/app/agents",
    ],
  },
  linked: {
    ...BADLY,
    ...STARTED,
    id: "none",
    annotations: ["warning: A task may have been started", "error: Agent task"],
    says: ["been started anyway.", "https://github.com/octo/app/agents"],
  },
  given_up: {
    ...BADLY,
    ...NOT_STARTED,
    posts: 3,
    says: ["been started anyway.", "https://github.com/octo/app/agents"],
  },
  unreachable: { ...BADLY, ...NOT_STARTED, says: ["Could not start a task in octo/app"] },
  refused_for_long: { ...BADLY, ...NOT_STARTED, posts: null, says: ["Could not start a task in octo/app"] },
  token_died: { ...BADLY, ...STARTED, gives: null, says: ["The token stopped working.", "- uses:"] },
  left: { ...BADLY, ...STARTED, gives: null, says: ["Could not get task"] },
  timed_out: { ...BADLY, ...STARTED, annotations: ["error: Waiting timed out"], says: ["- uses:"] },
  not_watched: { ...BADLY, ...NOT_STARTED, says: ["Could not get task"] },
  not_listed: {
    ...BADLY,
    ...NOT_STARTED,
    annotations: ["error: Agent tasks"],
    says: ["Could not list the tasks of octo/app"],
  },
  undecided: {
    ...BADLY,
    ...NOT_STARTED,
    annotations: ["warning: A task may have been started", "error: Agent task"],
    says: ["Could not find out whether an earlier attempt of this run started a task"],
  },
  not_resumed: {
    ...BADLY,
    ...NOT_STARTED,
    says: ["Could not find out whether an earlier attempt of this run started a task"],
  },
} as const satisfies Record<string, Expectation>;

export type Outcome = keyof typeof OUTCOMES;

/** A row of the matrix: the outcome for each request that can have the fault. */
export type Row = Partial<Record<ColumnName, Outcome>>;

/** A transient fault: the action retries the reads and succeeds. Each kind of request once. */
export const READ_AGAIN = {
  get: "ended",
  "list in a search": "adopted",
  "user in a search": "adopted",
  "graphql at the end": "ended",
  compare: "ended",
  repository: "ended",
} as const satisfies Row;

/** The same for the requests of every scenario. */
export const READ_AGAIN_EVERYWHERE = {
  ...READ_AGAIN,
  "get by status": "watched",
  "get in a search": "adopted",
  "get in a re-run": "resumed",
  list: "listed",
  "list in a re-run": "resumed",
  "user in a re-run": "resumed",
  "graphql on the way": "ended",
} as const satisfies Row;

/** The server rejects the request. */
export const REJECTED = {
  start: "not_started",
  get: "left",
  "list in a search": "indeterminate",
  // The start ID shows whose task it is.
  "user in a search": "adopted",
  // The action looks the pull request up in another way.
  "graphql at the end": "ended",
  compare: "not_looked_up",
  repository: "not_looked_up",
} as const satisfies Row;

/** The same for the requests of every scenario. */
export const REJECTED_EVERYWHERE = {
  ...REJECTED,
  "get by status": "not_watched",
  "get in a re-run": "not_resumed",
  // The next search reads the candidate that this one could not read.
  "get in a search": "adopted",
  list: "not_listed",
  "list in a re-run": "not_resumed",
  "user in a re-run": "not_resumed",
  "graphql on the way": "ended",
} as const satisfies Row;

/** The fault does not pass. */
export const NEVER_READ = {
  get: "timed_out",
  "get by status": "not_watched",
  "get in a search": "linked",
  "get in a re-run": "not_resumed",
  list: "not_listed",
  "list in a search": "indeterminate",
  "list in a re-run": "not_resumed",
  "user in a search": "adopted",
  "user in a re-run": "not_resumed",
  "graphql on the way": "not_looked_up",
  compare: "not_looked_up",
  repository: "not_looked_up",
} as const satisfies Row;
