import fc, { type Arbitrary } from "fast-check";
import type {
  Assumptions,
  Fault,
  FaultRule,
  PlanStep,
  RequestKind,
  TaskPlan,
  TokenInfo,
} from "../../tools/simulator/scenario.ts";
import { USER_TOKEN, WORKFLOW_TOKEN } from "./fixtures.ts";

/** The prompt of the step's task, in every world. */
export const PROMPT = "Update the dependencies.";

/** What a hostile server says: commands to the runner, and the tokens. */
const HOSTILE = `\r\n::error::x ##[endgroup]\u001b[31m @mona ${USER_TOKEN} ${WORKFLOW_TOKEN}`;

/** Another task in the repository. */
export interface Neighbour {
  /** How its prompt differs from that of the step's task. */
  readonly says:
    | "something_else"
    /** The same prompt without a trace. */
    | "same_prompt"
    /** The same prompt from another start of this run. */
    | "other_start"
    | "other_run"
    /** It has this start's trace, but not in its last line. */
    | "mentions_start"
    /** A stranger's copy of this start's trace. */
    | "forged"
    /** A stranger's copy of an earlier attempt's trace. */
    | "forged_earlier";
  readonly by: "user" | "stranger";
  /** When it is created, in seconds after the step starts; negative: before. */
  readonly bornAt: number;
  readonly shows: Assumptions["session_prompt"];
  readonly omit: readonly string[];
  readonly minimal: boolean;
}

/** A task of an earlier attempt of the step, or of something similar. */
export interface EarlierTask {
  readonly of: "same_step" | "other_step" | "other_matrix_job" | "other_job" | "other_run";
  readonly state: string;
  /** When it completes, in seconds after the step starts; null: its state never changes. */
  readonly completesAt: number | null;
  readonly createdSecondsAgo: number;
}

export interface RandomWorld {
  readonly plans: TaskPlan[];
  readonly faults: FaultRule[];
  /** The seconds between which the server accepts no connection. */
  readonly outages: readonly (readonly [from: number, to: number])[];
  readonly assumptions: Partial<Assumptions>;
  readonly neighbours: readonly Neighbour[];
  readonly attempt: number;
  readonly earlier: readonly EarlierTask[];
  readonly inputs: Readonly<Record<string, string>>;
  readonly token: Partial<TokenInfo>;
  readonly workflowToken: Partial<TokenInfo>;
  /** When the step is cancelled, in seconds after it starts; null: never. */
  readonly cancelAt: number | null;
  /** How long each request and each answer travels, in milliseconds, in turn. */
  readonly latencies: readonly number[];
  /** The random numbers, in turn. */
  readonly dice: readonly number[];
}

const oneOf = fc.constantFrom;

/** `usual` with this weight, each of the others with weight 1. */
const mostly = <T>(usual: T, weight: number, ...others: readonly T[]): Arbitrary<T> =>
  fc.oneof(
    { weight, arbitrary: fc.constant(usual) },
    { weight: others.length, arbitrary: fc.constantFrom(...others) },
  );

const maybe = <T>(arbitrary: Arbitrary<T>, freq = 3): Arbitrary<T | null> =>
  fc.option(arbitrary, { freq, nil: null });

const seconds = fc.oneof(
  { weight: 4, arbitrary: fc.nat(30) },
  { weight: 4, arbitrary: fc.nat(300) },
  { weight: 1, arbitrary: fc.nat(3000) },
);

const ACTIVE = ["queued", "in_progress", "reticulating", HOSTILE];
const PAUSED = ["idle", "waiting_for_user"];
export const FINAL_STATES: readonly string[] = ["completed", "failed", "timed_out", "cancelled"];

const artifact: Arbitrary<Partial<PlanStep>> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc
      .record({ commits: fc.nat(3), changed_files: fc.nat(5), draft: fc.boolean() })
      .map((pull_request): Partial<PlanStep> => ({ pull_request })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ commits: fc.nat(3), changed_files: fc.nat(5) })
      .map((branch): Partial<PlanStep> => ({ branch })),
  },
  { weight: 1, arbitrary: fc.constant({ branch: null }) },
  { weight: 1, arbitrary: fc.constant({ error: HOSTILE, name: HOSTILE }) },
  { weight: 1, arbitrary: fc.constant({ updated: false }) },
  { weight: 1, arbitrary: fc.constant({ heartbeat_seconds: 7 }) },
);

const lifecycle: Arbitrary<PlanStep[]> = fc
  .record({
    middle: fc.array(fc.tuple(seconds, oneOf(...ACTIVE, ...PAUSED), artifact), { maxLength: 4 }),
    end: maybe(fc.tuple(seconds, oneOf(...FINAL_STATES), artifact), 4),
  })
  .map(({ middle, end }) => {
    let after_seconds = 0;
    return [...middle, ...(end === null ? [] : [end])].map(([gap, state, made]) => {
      after_seconds += gap;
      return { after_seconds, state, ...made };
    });
  });

const plan: Arbitrary<TaskPlan> = fc.record({
  steps: lifecycle,
  omit: mostly<string[]>([], 6, ["updated_at"], ["html_url"], ["creator"], ["updated_at", "creator"]),
  minimal: mostly(false, 12, true),
});

const limit = oneOf(0, 1, 30, 120, 700, 4000);
const message = oneOf("No", HOSTILE);

/** Faults that lose the answer to a request that the server carried out. */
export const lossyFault: Arbitrary<Fault> = oneOf<Fault>(
  { type: "reset_after" },
  { type: "stall_after" },
  { type: "stall_after", part: "body" },
  { type: "truncated" },
  { type: "wrong_json" },
  { type: "wrong_json", body: { message: HOSTILE } },
  { type: "garbage" },
  { type: "error_500_after" },
  { type: "html", status: 502, text: HOSTILE, carried_out: true },
  { type: "html", status: 200, carried_out: true },
  { type: "html", status: 403, text: HOSTILE, carried_out: true },
  { type: "status", status: 404, body: "", carried_out: true },
  { type: "status", status: 504, carried_out: true },
  { type: "status", status: 408, carried_out: true },
  { type: "status", status: 499, headers: { "retry-after": "30" }, carried_out: true },
  { type: "unavailable", retry_after: 30, carried_out: true },
  { type: "reshaped", rename: { id: "task_id" } },
  { type: "status", status: 202, body: {}, carried_out: true },
);

/** Answers whose shape is not the one that GitHub describes. */
const reshaped: Arbitrary<Fault> = oneOf<Fault>(
  { type: "reshaped", rename: { id: "task_id" }, entries: 1 },
  { type: "reshaped", omit: ["created_at", "updated_at"] },
  { type: "reshaped", replace: { created_at: 1_795_420_800 } },
  { type: "reshaped", rename: { state: "status" } },
  { type: "reshaped", omit: ["creator"] },
  { type: "reshaped", rename: { sessions: "agent_sessions" } },
  { type: "reshaped", replace: { sessions: [{ prompt: { text: "x" } }] } },
  { type: "headers", headers: { "content-type": "application/vnd.github+json" } },
);

/** Faults of a request that the server did not carry out, whether or not the answer says so. */
const harmlessFault: Arbitrary<Fault> = fc.oneof(
  oneOf<Fault>(
    { type: "reset_before" },
    { type: "stall_before" },
    { type: "error_500_before" },
    { type: "html", status: 502, text: HOSTILE },
    { type: "status", status: 503 },
    { type: "status", status: 425 },
    { type: "unavailable" },
  ),
  fc.record({ type: fc.constant("delay" as const), milliseconds: oneOf(200, 5_000, 29_000, 40_000) }),
  fc.record({ type: fc.constant("unavailable" as const), retry_after: limit, as_date: fc.boolean() }),
  fc.record({ type: fc.constant("rate_limited_429" as const), retry_after: limit }),
  fc.record({ type: fc.constant("secondary_limit_403" as const), retry_after: limit }),
  fc.constant<Fault>({ type: "secondary_limit_403" }),
  fc.record({ type: fc.constant("primary_limit_403" as const), reset_in: limit }),
);

const rejection: Arbitrary<Fault> = fc.oneof(
  oneOf<Fault>(
    { type: "not_found" },
    { type: "unauthorized" },
    { type: "status", status: 400 },
    { type: "status", status: 409, body: HOSTILE },
  ),
  fc.record({ type: fc.constant("forbidden" as const), message }),
  fc.record({ type: fc.constant("unprocessable" as const), message }),
);

/** A redirect to an answer of another shape. It turns GraphQL's POST into a GET. */
const redirect: Arbitrary<Fault> = oneOf(301 as const, 302 as const).map((status) => ({
  type: "redirect",
  status,
  location: "/user",
}));

const startRedirect: Arbitrary<Fault> = oneOf(301 as const, 302 as const, 307 as const, 308 as const).map(
  (status) => ({ type: "redirect", status, location: `https://elsewhere.test/${USER_TOKEN}` }),
);

const anyFault = fc.oneof(
  { weight: 3, arbitrary: lossyFault },
  { weight: 4, arbitrary: harmlessFault },
  { weight: 2, arbitrary: rejection },
);

/** Which requests of a kind a fault hits: some of them, or all in a span of time. */
const moments = fc.oneof(
  fc.record({ nth: fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }) }),
  fc
    .tuple(seconds, seconds)
    .map(([from_second, duration]) => ({ from_second, to_second: from_second + duration })),
  fc.record({ times: fc.integer({ min: 1, max: 8 }) }),
  fc.constant({}),
);

const readKinds: RequestKind[] = ["get", "list", "user", "graphql", "compare", "repository"];

const startFaults: Arbitrary<FaultRule[]> = fc
  .tuple(
    fc.array(fc.oneof({ weight: 5, arbitrary: lossyFault }, { weight: 3, arbitrary: harmlessFault }), {
      maxLength: 3,
    }),
    fc.oneof(
      { weight: 6, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.oneof(rejection, startRedirect) },
    ),
  )
  .map(([first, end]) =>
    [...first, ...(end === null ? [] : [end])].map((fault, index) => ({
      on: { kind: "start", nth: index + 1 },
      do: fault,
    })),
  );

/** A fault of requests that only read. */
export const readFault: Arbitrary<FaultRule> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(
        fc.oneof(oneOf(...readKinds), fc.uniqueArray(oneOf(...readKinds), { minLength: 1, maxLength: 3 })),
        moments,
        fc.oneof({ weight: 9, arbitrary: anyFault }, { weight: 1, arbitrary: redirect }),
      )
      .map(([kind, on, fault]): FaultRule => ({ on: { kind, ...on }, do: fault })),
  },
  {
    weight: 1,
    arbitrary: moments.map(
      (on): FaultRule => ({ on: { kind: "list", ...on }, do: { type: "another_page" } }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(oneOf<RequestKind>("get", "list"), moments, reshaped)
      .map(([kind, on, fault]): FaultRule => ({ on: { kind, ...on }, do: fault })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(moments, anyFault)
      .map(([on, fault]): FaultRule => ({ on: { kind: "any", ...on }, do: fault })),
  },
);

const assumptions: Arbitrary<Partial<Assumptions>> = fc.record({
  etags: fc.boolean(),
  list_lag_seconds: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.nat(20) },
    { weight: 3, arbitrary: fc.nat(120) },
  ),
  get_lag_seconds: mostly(0, 4, 1, 20, 100, 700),
  date: mostly(true, 6, false),
  wrapped: fc.boolean(),
  session_prompt: mostly<Assumptions["session_prompt"]>(
    "exact",
    6,
    "trimmed",
    "trimmed",
    "absent",
    "rewritten",
  ),
  global_id: oneOf("present", "empty", "absent"),
  html_url: fc.boolean(),
  artifacts_in_lists: fc.boolean(),
  server_ahead_seconds: fc.oneof(fc.constant(0), fc.integer({ min: -300, max: 300 })),
});

const neighbour: Arbitrary<Neighbour> = fc
  .record({
    says: oneOf<Neighbour["says"]>(
      "something_else",
      "same_prompt",
      "other_start",
      "other_run",
      "mentions_start",
      "forged",
      "forged_earlier",
    ),
    by: oneOf("user" as const, "stranger" as const),
    bornAt: fc.oneof(fc.integer({ min: -3600, max: -1 }), fc.integer({ min: -120, max: 120 })),
    shows: mostly<Assumptions["session_prompt"]>("exact", 8, "trimmed", "absent", "rewritten"),
    omit: mostly<string[]>([], 6, ["creator"], ["updated_at"]),
    minimal: mostly(false, 12, true),
  })
  .map((made) =>
    made.says === "forged" || made.says === "forged_earlier" ? { ...made, by: "stranger" as const } : made,
  );

export const earlierTask: Arbitrary<EarlierTask> = fc.record({
  of: mostly<EarlierTask["of"]>("same_step", 5, "other_step", "other_matrix_job", "other_job", "other_run"),
  state: oneOf("queued", "in_progress", "in_progress", ...PAUSED, ...FINAL_STATES, "completed", "completed"),
  completesAt: maybe(fc.nat(300)),
  createdSecondsAgo: fc.integer({ min: 60, max: 86_400 }),
});

const inputs: Arbitrary<Readonly<Record<string, string>>> = fc.record({
  wait: oneOf("false", "true", "true", "pull_request"),
  timeout_minutes: mostly("1", 3, "0.2", "2", "3", "5", "5", "10", "20", "75"),
  poll_interval_seconds: mostly("", 4, "5", "60", "300"),
  trace: mostly("true", 3, "false"),
  fail_on: oneOf(
    "failure, cancelled, timed_out, action_required, wait_timeout",
    "none",
    "no_changes",
    "neutral, skipped, wait_timeout",
    "failure\nno_changes",
  ),
  create_pull_request: oneOf("true", "false"),
  base_ref: mostly("", 3, "main"),
  matrix: oneOf("null", '{"node":24}'),
  github_token: mostly(WORKFLOW_TOKEN, 2, ""),
  job_summary: mostly("true", 3, "false"),
});

export const randomWorld: Arbitrary<RandomWorld> = fc.record({
  plans: fc.array(plan, { minLength: 1, maxLength: 2 }),
  faults: fc
    .tuple(
      startFaults,
      fc.oneof(
        { weight: 2, arbitrary: fc.constant<FaultRule[]>([]) },
        { weight: 3, arbitrary: fc.array(readFault, { maxLength: 3 }) },
      ),
    )
    .map(([starts, reads]) => [...starts, ...reads]),
  outages: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.tuple(seconds, seconds).map(([from, duration]): [number, number] => [from, from + duration]),
        { maxLength: 2 },
      ),
    },
  ),
  assumptions,
  neighbours: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(neighbour, { maxLength: 4 }) },
  ),
  attempt: mostly(1, 2, 2),
  earlier: fc.array(earlierTask, { maxLength: 2 }),
  inputs,
  token: mostly<Partial<TokenInfo>>(
    {},
    12,
    { pulls: "read", contents: "read" },
    { valid_seconds: 90 },
    { copilot: "not_licensed" },
    { agent_tasks: "read" },
    { expires_at: "2026-11-25T00:00:00Z" },
  ),
  workflowToken: mostly<Partial<TokenInfo>>({}, 3, { pulls: "none", contents: "none" }),
  cancelAt: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.oneof(
        fc.nat(5000).map((ms) => ms / 1000),
        fc.nat(150),
        seconds,
      ),
    },
  ),
  latencies: fc.oneof(
    { weight: 2, arbitrary: fc.constant([0]) },
    { weight: 1, arbitrary: fc.array(fc.nat(400), { minLength: 1, maxLength: 5 }) },
    { weight: 1, arbitrary: fc.array(fc.nat(4000), { minLength: 1, maxLength: 5 }) },
  ),
  dice: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
    minLength: 1,
    maxLength: 4,
  }),
});

/** A world in which nothing goes wrong: a task of two minutes, and a step that does not wait for it. */
export const quietWorld: RandomWorld = {
  plans: [
    {
      steps: [
        { after_seconds: 5, state: "in_progress" },
        { after_seconds: 120, state: "completed", branch: { commits: 1, changed_files: 1 } },
      ],
    },
  ],
  faults: [],
  outages: [],
  assumptions: { session_prompt: "exact" },
  neighbours: [],
  attempt: 1,
  earlier: [],
  inputs: {
    wait: "false",
    timeout_minutes: "5",
    poll_interval_seconds: "",
    trace: "true",
    fail_on: "failure",
    create_pull_request: "false",
    base_ref: "",
    matrix: "null",
    github_token: WORKFLOW_TOKEN,
    job_summary: "true",
  },
  token: {},
  workflowToken: {},
  cancelAt: null,
  latencies: [0],
  dice: [0],
};
