import fc, { type Arbitrary } from "fast-check";
import type { Environment } from "../../src/context.ts";
import { buildDefaultKey, createTrace, formatTrace, type TaskTrace } from "../../src/prompt/trace.ts";
import type { Clock } from "../../src/runner/clock.ts";
import { loadContract } from "../../tools/simulator/contract.ts";
import { createFetch, fetchFailed } from "../../tools/simulator/fetch.ts";
import type {
  Assumptions,
  ExistingTask,
  Fault,
  FaultRule,
  PlanStep,
  RequestKind,
  TaskPlan,
  TokenInfo,
} from "../../tools/simulator/scenario.ts";
import { createSimulator, type LoggedRequest, type Simulator } from "../../tools/simulator/simulator.ts";
import {
  inputsOf,
  NOW,
  REPOSITORY,
  type RecordingCore,
  recordingCore,
  runnerOf,
  USER_TOKEN,
  WORKFLOW_TOKEN,
} from "./action-harness.ts";

/** What the step is asked to do, in every world. */
export const PROMPT = "Update the dependencies.";

/** As `src/github/client.ts` has it, but on the virtual clock. */
const REQUEST_TIMEOUT_MS = 30_000;

/** As `src/stop.ts` has it: so much later the answer to a start is waited for no more. */
export const START_GRACE_MS = 2_000;

/** A run of virtual hours takes milliseconds: one that takes so long, in real ones, has stopped. */
const HANGS_AFTER_MS = 10_000;

/** What a server may say: a command to the runner, and the tokens. */
const HOSTILE = `\r\n::error::x ##[endgroup]\u001b[31m @mona ${USER_TOKEN} ${WORKFLOW_TOKEN}`;

const MONA = { login: "mona", id: 1001 };
const STRANGER = { login: "eve", id: 2002 };

// ---------------------------------------------------------------------------------------------------------- Time

/**
 * A clock for several strands of asynchronous work, each of which does one thing after the other. Time stands
 * still while any of them works, and jumps to the next moment that one waits for once all of them wait.
 */
export interface Timeline extends Clock {
  /** Calls `then` so many milliseconds after the beginning, between two things that the strands do. */
  at(ms: number, then: () => void): void;
  /** Runs the strands to their ends. */
  run<T>(...strands: readonly (() => Promise<T>)[]): Promise<T[]>;
}

export function timeline(start = NOW): Timeline {
  let time = start;
  let strands = 0;
  let waiting = 0;
  const timers: { readonly at: number; readonly run: () => void }[] = [];

  const insert = (timer: (typeof timers)[number]) => {
    const after = timers.findIndex(({ at }) => at > timer.at);
    timers.splice(after === -1 ? timers.length : after, 0, timer);
  };
  const goOn = () => {
    while (strands > 0 && waiting >= strands) {
      const next = timers.shift();
      if (next === undefined) {
        throw new Error("every strand waits, and for nothing");
      }
      time = Math.max(time, next.at);
      next.run();
    }
  };

  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (!Number.isFinite(ms)) {
          throw new Error(`sleep(${ms})`);
        }
        if (signal.aborted) {
          resolve();
          return;
        }
        const wake = () => {
          timers.splice(0, timers.length, ...timers.filter((other) => other !== timer));
          signal.removeEventListener("abort", wake);
          waiting--;
          resolve();
        };
        const timer = { at: time + Math.max(0, ms), run: wake };
        insert(timer);
        signal.addEventListener("abort", wake);
        waiting++;
        goOn();
      }),
    at: (ms, then) => insert({ at: start + ms, run: then }),
    run: (...works) => {
      strands = works.length;
      return Promise.all(
        works.map(async (work) => {
          try {
            return await work();
          } finally {
            strands--;
            goOn();
          }
        }),
      );
    },
  };
}

// --------------------------------------------------------------------------------------------------------- Worlds

/** Another task in the repository. */
export interface Neighbour {
  /** What its prompt says, compared with that of the step's task. */
  readonly says:
    | "something_else"
    /** The same, without a trace. */
    | "same_prompt"
    /** The same, from another start of this run. */
    | "other_start"
    | "other_run"
    /** It tells of this start's ID, and not in its last line. */
    | "mentions_start"
    /** Exactly the trace of this start; only a stranger's, who has read it. */
    | "forged"
    /** Exactly a trace of an earlier attempt; only a stranger's. */
    | "forged_earlier";
  readonly by: "user" | "stranger";
  /** Seconds after the beginning when it is created; below 0: before. */
  readonly bornAt: number;
  readonly shows: Assumptions["session_prompt"];
  readonly omit: readonly string[];
  readonly minimal: boolean;
}

/** A task of an earlier attempt of the run, or of something like it. */
export interface EarlierTask {
  readonly of: "same_step" | "other_step" | "other_matrix_job" | "other_job" | "other_run";
  readonly state: string;
  /** Seconds after the beginning when it ends, null: it stays as it is. */
  readonly completesAt: number | null;
  readonly createdSecondsAgo: number;
}

export interface RandomWorld {
  readonly plans: TaskPlan[];
  readonly faults: FaultRule[];
  /** Seconds from and to which no connection is accepted. */
  readonly outages: readonly (readonly [from: number, to: number])[];
  readonly assumptions: Partial<Assumptions>;
  readonly neighbours: readonly Neighbour[];
  readonly attempt: number;
  readonly earlier: readonly EarlierTask[];
  readonly inputs: Readonly<Record<string, string>>;
  readonly token: Partial<TokenInfo>;
  readonly workflowToken: Partial<TokenInfo>;
  /** Seconds after the beginning when the step is cancelled; null: it is not. */
  readonly cancelAt: number | null;
  /** How long requests and answers are under way, in milliseconds, in turn. */
  readonly latencies: readonly number[];
  /** What the dice say, in turn. */
  readonly dice: readonly number[];
}

const oneOf = fc.constantFrom;

/** Mostly the first. */
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
const FINAL = ["completed", "failed", "timed_out", "cancelled"];

const artifact: Arbitrary<Partial<PlanStep>> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.record({ commits: fc.nat(3), changed_files: fc.nat(5), draft: fc.boolean() }).map(
      (pull_request): Partial<PlanStep> => ({
        pull_request,
      }),
    ),
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
    end: maybe(fc.tuple(seconds, oneOf(...FINAL), artifact), 4),
  })
  .map(({ middle, end }) => {
    let after_seconds = 0;
    return [...middle, ...(end === null ? [] : [end])].map(([gap, state, made]) => {
      after_seconds += gap;
      return { after_seconds, state, ...made };
    });
  });

const plan: Arbitrary<TaskPlan> = fc
  .record({
    steps: lifecycle,
    omit: mostly<string[]>([], 6, ["updated_at"], ["html_url"], ["creator"], ["updated_at", "creator"]),
    minimal: mostly(false, 12, true),
  })
  .map((made) => made);

const limit = oneOf(0, 1, 30, 120, 700, 4000);
const message = oneOf("No", HOSTILE);

/** Faults that lose the answer to something that was carried out. */
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
  { type: "status", status: 504, carried_out: true },
  { type: "status", status: 202, body: {}, carried_out: true },
);

/** Faults that say, or do not say, that nothing was carried out. */
const harmlessFault: Arbitrary<Fault> = fc.oneof(
  oneOf<Fault>(
    { type: "reset_before" },
    { type: "stall_before" },
    { type: "error_500_before" },
    { type: "html", status: 502, text: HOSTILE },
    { type: "status", status: 503 },
    { type: "unavailable" },
  ),
  fc.record({ type: fc.constant("delay" as const), milliseconds: oneOf(200, 5_000, 29_000, 40_000) }),
  fc.record({ type: fc.constant("unavailable" as const), retry_after: limit, as_date: fc.boolean() }),
  fc.record({ type: fc.constant("rate_limited_429" as const), retry_after: limit }),
  fc.record({ type: fc.constant("secondary_limit_403" as const), retry_after: limit }),
  fc.constant<Fault>({ type: "secondary_limit_403" }),
  fc.record({ type: fc.constant("primary_limit_403" as const), reset_in: limit }),
);

const refusal: Arbitrary<Fault> = fc.oneof(
  oneOf<Fault>(
    { type: "not_found" },
    { type: "unauthorized" },
    { type: "status", status: 400 },
    { type: "status", status: 409, body: HOSTILE },
  ),
  fc.record({ type: fc.constant("forbidden" as const), message }),
  fc.record({ type: fc.constant("unprocessable" as const), message }),
);

/** A redirect that leads to an answer of another shape. GraphQL's POST becomes a GET by it. */
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
  { weight: 2, arbitrary: refusal },
);

/** When a fault hits: some requests of a kind, or all of them in some time. */
const moments = fc.oneof(
  fc.record({ nth: fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }) }),
  fc
    .tuple(seconds, seconds)
    .map(([from_second, duration]) => ({ from_second, to_second: from_second + duration })),
  fc.record({ times: fc.integer({ min: 1, max: 8 }) }),
  fc.constant({}),
);

const readKinds: RequestKind[] = ["get", "list", "user", "graphql", "compare", "repository"];

const startTrouble: Arbitrary<FaultRule[]> = fc
  .tuple(
    fc.array(fc.oneof({ weight: 5, arbitrary: lossyFault }, { weight: 3, arbitrary: harmlessFault }), {
      maxLength: 3,
    }),
    fc.oneof(
      { weight: 6, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.oneof(refusal, startRedirect) },
    ),
  )
  .map(([first, end]) =>
    [...first, ...(end === null ? [] : [end])].map((fault, index) => ({
      on: { kind: "start", nth: index + 1 },
      do: fault,
    })),
  );

/** Something that goes wrong with requests that only read. */
export const readTrouble: Arbitrary<FaultRule> = fc.oneof(
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
  get_lag_seconds: mostly(0, 4, 1, 20, 100),
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
  state: oneOf("queued", "in_progress", "in_progress", ...PAUSED, ...FINAL, "completed", "completed"),
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
    "",
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
      startTrouble,
      fc.oneof(
        { weight: 2, arbitrary: fc.constant<FaultRule[]>([]) },
        { weight: 3, arbitrary: fc.array(readTrouble, { maxLength: 3 }) },
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

/** A world in which nothing goes wrong: a task of two minutes, which nobody waits for. */
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

// --------------------------------------------------------------------------------------------------------- Running

/** One request, and whether its answer reached the step as the server meant it. */
export interface Exchange {
  readonly request: LoggedRequest;
  /** The answer's body, parsed, where it arrived undisturbed; for 304 undefined. */
  body: unknown;
  delivered: boolean;
  /** When the answer arrives where nobody breaks off, in milliseconds after the beginning; null: it never does. */
  dueAfterMs: number | null;
  /** Whether GitHub said that it has not done it: a refusal, or a time to come back at. */
  rejected: boolean;
}

/** One step in a world. */
export interface Actor {
  readonly name: string;
  readonly startId: string;
  readonly origin: TaskTrace;
  readonly env: Environment;
  readonly core: RecordingCore;
  readonly summaries: readonly string[];
  readonly exchanges: readonly Exchange[];
}

/** How a step went. */
export interface Outcome extends Actor {
  /** What it returned, or what it threw. */
  readonly status: unknown;
  readonly endedAfterMs: number;
  /** The last value of each output. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface WorldRun {
  readonly world: RandomWorld;
  readonly simulator: Simulator;
  readonly outcomes: readonly Outcome[];
  /** Where the existing tasks are from, by their IDs. */
  readonly existing: ReadonlyMap<string, ExistingTask & { readonly from: Neighbour | EarlierTask }>;
}

let contract: ReturnType<typeof loadContract> | undefined;
const defaults = inputsOf("start");

/** Runs an action once for each name, all at the same time in the same world, and sees how it goes. */
export async function runWorld(
  world: RandomWorld,
  action: (env: Environment) => Promise<number>,
  names: readonly string[] = ["update"],
): Promise<WorldRun> {
  contract ??= loadContract();
  const time = timeline();
  const origins = names.map((name) => originIn(world, name));
  const existing = existingTasks(world, origins[0] as TaskTrace);
  const none = { pulls: "none", contents: "none", issues: "none" } as const;
  const simulator = createSimulator({
    scenario: {
      tokens: {
        [USER_TOKEN]: { ...MONA, type: "user", agent_tasks: "write", ...none, ...world.token },
        [WORKFLOW_TOKEN]: {
          login: "github-actions[bot]",
          id: 41898282,
          type: "installation",
          agent_tasks: "none",
          ...none,
          pulls: "read",
          contents: "read",
          ...world.workflowToken,
        },
      },
      repositories: { [REPOSITORY]: { private: true } },
      plans: world.plans,
      existing: existing.filter((task) => task.created_seconds_ago >= 0),
      faults: world.faults,
      assumptions: world.assumptions,
    },
    clock: time,
    contract,
    graphqlValidation: false,
  });
  for (const task of existing.filter(({ created_seconds_ago }) => created_seconds_ago < 0)) {
    time.at(-task.created_seconds_ago * 1000, () => simulator.addTask(task));
  }

  const stop = new AbortController();
  const startStop = new AbortController();
  if (world.cancelAt !== null) {
    time.at(world.cancelAt * 1000, () => stop.abort());
    time.at(world.cancelAt * 1000 + START_GRACE_MS, () => startStop.abort());
  }
  const actors = origins.map((origin, index) =>
    createActor(world, simulator, time, names[index] as string, origin, stop.signal, startStop.signal),
  );
  const running = time.run(
    ...actors.map((actor) => async (): Promise<Outcome> => {
      const status = await action(actor.env).catch((error: unknown) => error);
      const outputs = Object.fromEntries(actor.core.written);
      return { ...actor, status, endedAfterMs: time.now() - NOW, outputs };
    }),
  );
  const outcomes = await endsSoon(running);
  return { world, simulator, outcomes, existing: new Map(existing.map((task) => [task.id, task])) };
}

/** Fails where something waits that no virtual time brings to an end. */
async function endsSoon<T>(running: Promise<T>): Promise<T> {
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const hang = new Promise<never>((_, reject) => {
    watchdog = setTimeout(() => reject(new Error("the step hangs")), HANGS_AFTER_MS);
  });
  try {
    return await Promise.race([running, hang]);
  } finally {
    clearTimeout(watchdog);
  }
}

function startIdOf(name: string): string {
  return `5eed0000-${name}`;
}

function runnerIn(world: RandomWorld, job: string) {
  return runnerOf({ runAttempt: world.attempt, job, action: "start-task" });
}

function originIn(world: RandomWorld, name: string): TaskTrace {
  return createTrace(
    runnerIn(world, name),
    {
      matrix: world.inputs.matrix ?? "",
      key: buildDefaultKey(runnerIn(world, name), null),
      repository: REPOSITORY,
    },
    startIdOf(name),
  );
}

function createActor(
  world: RandomWorld,
  simulator: Simulator,
  time: Timeline,
  name: string,
  origin: TaskTrace,
  signal: AbortSignal,
  graceSignal: AbortSignal,
): Actor {
  const core = recordingCore();
  const summaries: string[] = [];
  const exchanges: Exchange[] = [];
  let thrown = 0;
  const env: Environment = {
    input: (input) => world.inputs[input] ?? (input === "prompt" ? PROMPT : defaults(input)),
    core,
    replaceOutputs: (write) => write(),
    writeSummary: async (markdown) => {
      summaries.push(markdown);
    },
    runner: runnerIn(world, name),
    fetch: networkTo(world, simulator, time, exchanges),
    clock: time,
    random: () => world.dice[thrown++ % world.dice.length] ?? 0,
    newId: () => origin.startId,
    signal,
    graceSignal,
  };
  return { name, startId: origin.startId, origin, env, core, summaries, exchanges };
}

/** The way to the simulator and back, on virtual time: nothing takes longer than the client's own limit allows. */
function networkTo(
  world: RandomWorld,
  simulator: Simulator,
  time: Timeline,
  exchanges: Exchange[],
): typeof fetch {
  let trips = 0;
  const latency = () => world.latencies[trips++ % world.latencies.length] ?? 0;

  return async (input, init) => {
    const abort = new AbortController();
    let bodyStalls = false;
    const given = init?.signal ?? abort.signal;
    const deadline = time.now() + REQUEST_TIMEOUT_MS;
    const timeout = () => new DOMException("The operation was aborted due to timeout", "TimeoutError");
    const pass = async (ms: number): Promise<void> => {
      const until = Math.min(time.now() + ms, deadline);
      if (ms > 0) {
        await time.sleep(until - time.now(), given);
      }
      given.throwIfAborted();
      if (time.now() >= deadline) {
        throw timeout();
      }
    };
    const handle: Parameters<typeof createFetch>[0] = async (request) => {
      await pass(latency());
      const second = (time.now() - NOW) / 1000;
      if (world.outages.some(([from, to]) => from <= second && second < to)) {
        throw fetchFailed("ECONNREFUSED", "connect ECONNREFUSED");
      }
      const answering = simulator.handle(request);
      const logged = simulator.requests.at(-1) as LoggedRequest;
      const exchange: Exchange = {
        request: logged,
        body: undefined,
        delivered: false,
        dueAfterMs: null,
        rejected: false,
      };
      exchanges.push(exchange);
      const answer = await answering;
      if (answer.type === "stall") {
        if (answer.head === null) {
          await pass(REQUEST_TIMEOUT_MS);
        }
        bodyStalls = true;
        return answer;
      }
      const travelMs = latency() + (answer.type === "response" ? answer.delay_ms : 0);
      if (answer.type === "response" && time.now() + travelMs < deadline) {
        exchange.dueAfterMs = time.now() + travelMs - NOW;
      }
      await pass(travelMs);
      if (answer.type === "response") {
        const { status, headers } = answer;
        exchange.rejected = (status >= 300 && status < 500) || (status === 503 && "retry-after" in headers);
        exchange.delivered = logged.fault === null || logged.fault === "delay";
        exchange.body = exchange.delivered && answer.body !== "" ? JSON.parse(answer.body) : undefined;
        return { ...answer, delay_ms: 0 };
      }
      return answer;
    };
    const signal = AbortSignal.any([given, abort.signal]);
    const response = await createFetch(handle)(input, { ...init, signal });
    if (bodyStalls) {
      // The body never comes: whoever reads it is told so when the time is up.
      void time.sleep(deadline - time.now(), given).then(() => abort.abort(timeout()));
    }
    return response;
  };
}

// ------------------------------------------------------------------------------------------------- What is there

type Existing = ExistingTask & { readonly from: Neighbour | EarlierTask };

function existingTasks(world: RandomWorld, origin: TaskTrace): Existing[] {
  return [
    ...world.neighbours.map((from, index): Existing => {
      const { by, bornAt, shows, omit, minimal } = from;
      return {
        from,
        id: `neighbour-${index}`,
        repository: REPOSITORY,
        creator: by === "user" ? MONA : STRANGER,
        created_seconds_ago: -bornAt,
        prompt: promptOf(from, origin),
        steps: [{ after_seconds: 0, state: "in_progress", heartbeat_seconds: 10 }],
        session_prompt: shows,
        omit: [...omit],
        minimal,
      };
    }),
    ...(world.attempt === 1 ? [] : world.earlier).map((from, index): Existing => {
      const { state, completesAt, createdSecondsAgo } = from;
      return {
        from,
        id: `earlier-${index}`,
        repository: REPOSITORY,
        creator: MONA,
        created_seconds_ago: createdSecondsAgo,
        prompt: `${PROMPT}\n\n${formatTrace(earlierOrigin(from, origin, index))}`,
        steps: [
          { after_seconds: 0, state },
          ...(completesAt === null || FINAL.includes(state)
            ? []
            : [{ after_seconds: createdSecondsAgo + completesAt, state: "completed" }]),
        ],
      };
    }),
  ];
}

function promptOf({ says }: Neighbour, origin: TaskTrace): string {
  const withTrace = (changes: Partial<TaskTrace>) => `${PROMPT}\n\n${formatTrace({ ...origin, ...changes })}`;
  switch (says) {
    case "something_else":
      return "Write the release notes.";
    case "same_prompt":
      return PROMPT;
    case "other_start":
      return withTrace({ startId: "5eed0000-other" });
    case "other_run":
      return withTrace({ runUrl: `${origin.runUrl}1`, startId: "5eed0000-other-run" });
    case "mentions_start":
      return `See what this did:\n${formatTrace(origin)}\nWrite a report of it.`;
    case "forged":
      return withTrace({});
    case "forged_earlier":
      return withTrace({ attempt: 1, startId: "5eed0000-forged" });
  }
}

function earlierOrigin({ of }: EarlierTask, origin: TaskTrace, index: number): TaskTrace {
  const earlier = { ...origin, attempt: 1, startId: `5eed0000-earlier-${index}` };
  switch (of) {
    case "same_step":
      return earlier;
    case "other_step":
      return { ...earlier, step: `${origin.step}_2` };
    case "other_matrix_job":
      return { ...earlier, step: "start-task#abcdef012345" };
    case "other_job":
      return { ...earlier, key: `${origin.key}-2` };
    case "other_run":
      return { ...earlier, runUrl: `${origin.runUrl}1` };
  }
}
