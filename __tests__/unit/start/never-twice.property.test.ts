import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { start } from "../../../src/actions/start.ts";
import { getPhase, type Task } from "../../../src/github/agent-tasks/task.ts";
import { pollUntilDone } from "../../../src/watch/poller.ts";
import {
  answered,
  MINUTE,
  NOW,
  readerOf,
  SECOND,
  shareErrorsWithNode,
  taskOf,
  USER_TOKEN,
  unstopped,
  WORKFLOW_TOKEN,
} from "../../support/action-harness.ts";
import {
  type EarlierTask,
  type Exchange,
  earlierTask,
  lossyFault,
  type Neighbour,
  type Outcome,
  PROMPT,
  quietWorld,
  type RandomWorld,
  randomWorld,
  readTrouble,
  runWorld,
  START_GRACE_MS,
  timeline,
  type WorldRun,
} from "../../support/random-world.ts";

shareErrorsWithNode();

const RUNS = 1000;
/** The gate says the same of the same commit each time; everybody else's runs look elsewhere each time. */
const seedByDefault = process.env.CI ? 20261120 : Math.floor(Math.random() * 2 ** 31);
const seed = Number(process.env.FAST_CHECK_SEED || seedByDefault);
process.stdout.write(`never-twice: to repeat this run: FAST_CHECK_SEED=${seed}\n`);
const settings = {
  seed,
  numRuns: RUNS,
  ...(process.env.FAST_CHECK_PATH === undefined ? {} : { path: process.env.FAST_CHECK_PATH }),
};

/** How long a step may take beside the time it is told to wait, and how many requests it may send. */
const TAKES_AT_MOST_MS = 20 * MINUTE;
const requestsAtMost = (world: RandomWorld) => {
  const { wait, timeout_minutes, poll_interval_seconds } = world.inputs;
  const waits = wait === "false" ? 0 : Number(timeout_minutes) * 60;
  return 400 + waits / Number(poll_interval_seconds || 5);
};

// ----------------------------------------------------------------------------------------------- What is looked at

const startsOf = ({ exchanges }: Outcome) => exchanges.filter(({ request }) => request.kind === "start");
const isAbout = ({ request }: Exchange, taskId: string) => request.path.endsWith(`/tasks/${taskId}`);
const warningsOf = ({ core }: Outcome, title: string) =>
  core.lines.filter((line) => line.startsWith(`warning(${title}): `));
const errorsOf = ({ core }: Outcome, title = "") =>
  core.lines.filter((line) => line.startsWith(`error(${title}`));
const isTraced = ({ inputs }: RandomWorld) => inputs.trace === "true";

/** Whether a task of this step would be recognised by what GitHub repeats of its prompt. */
function isRecognisable({ plans, assumptions }: RandomWorld): boolean {
  const shown = assumptions.session_prompt ?? "exact";
  return (shown === "exact" || shown === "trimmed") && !plans.some(({ minimal }) => minimal);
}

/** The task in an answer's body, bare or wrapped. */
function taskIn(body: unknown): { readonly [name: string]: unknown } | undefined {
  const { task = body } = (body ?? {}) as { readonly task?: unknown };
  return task as ReturnType<typeof taskIn>;
}

/** The task as the step saw it, and the server's time at each. */
function snapshotsOf({ exchanges }: Outcome, taskId: string) {
  const seen: { readonly task: { readonly [name: string]: unknown }; readonly at: number }[] = [];
  for (const exchange of exchanges) {
    const { request, body, delivered } = exchange;
    const task = delivered && (request.kind === "get" || request.kind === "start") ? taskIn(body) : undefined;
    const last = seen.at(-1);
    if (task?.id === taskId) {
      seen.push({ task, at: request.at });
    } else if (last !== undefined && request.status === 304 && isAbout(exchange, taskId)) {
      seen.push({ task: last.task, at: request.at });
    }
  }
  return seen;
}

/** What the log says where the fate of a start is not known. */
const MAYBE_STARTED = /(?:A task|[Tt]asks) may have been started/;

const lagOf = ({ assumptions }: RandomWorld) => (assumptions.list_lag_seconds ?? 0) * SECOND;

/** Whether the step has read a list by that. */
const isListRead = ({ request, delivered }: Exchange) =>
  request.kind === "list" && ((delivered && request.status === 200) || request.status === 304);

/** When the step last read a list after its first start, by the server's time. */
function lastListAt({ exchanges }: Outcome): number {
  const first = exchanges.findIndex(({ request }) => request.kind === "start");
  return exchanges.slice(first).findLast(isListRead)?.request.at ?? Number.NEGATIVE_INFINITY;
}

const CONCLUSIONS: Readonly<Record<string, readonly string[]>> = {
  completed: ["success"],
  failed: ["failure"],
  timed_out: ["timed_out"],
  cancelled: ["cancelled"],
  waiting_for_user: ["action_required"],
  idle: ["success", "neutral"],
};

// -------------------------------------------------------------------------------------------------- The invariants

/** Everything that a step must keep to, whatever happens; one line for each breach. */
function breaches(run: WorldRun): string[] {
  return [
    ...run.simulator.violations.map((violation) => `violation: ${violation}`),
    ...run.outcomes.flatMap((outcome) =>
      [...never.entries()].flatMap(([name, look]) => look(outcome, run).map((text) => `${name}: ${text}`)),
    ),
  ];
}

/** The tasks that this step has started. */
const startedBy = ({ startId }: Outcome, { world, simulator }: WorldRun) =>
  isTraced(world)
    ? simulator.startedTasks.filter(({ body }) => body.prompt.includes(startId))
    : simulator.startedTasks;

type Look = (outcome: Outcome, run: WorldRun) => string[];

const never = new Map<string, Look>([
  [
    "throws",
    ({ status }) =>
      status === 0 || status === 1 ? [] : [String(status instanceof Error ? status.stack : status)],
  ],
  [
    "takes longer than it may",
    ({ endedAfterMs, exchanges }, { world }) => {
      const { wait, timeout_minutes } = world.inputs;
      const waits = wait === "false" ? 0 : Number(timeout_minutes) * MINUTE;
      return [
        ...(endedAfterMs > waits + TAKES_AT_MOST_MS ? [`${endedAfterMs / 1000} s`] : []),
        ...(exchanges.length > requestsAtMost(world) ? [`${exchanges.length} requests`] : []),
      ];
    },
  ],
  [
    "silently twice",
    (outcome, run) => {
      const started = startedBy(outcome, run);
      if (started.length <= 1) {
        return [];
      }
      const isSeen = (at: number) => at + lagOf(run.world) <= lastListAt(outcome);
      if (outcome.outputs.task_id === "") {
        return errorsOf(outcome).some((line) => MAYBE_STARTED.test(line))
          ? []
          : [`${started.length} tasks, and no word of it`];
      }
      const warnings = warningsOf(outcome, "A second task may exist").join("\n");
      if (!started.every(({ id, at }) => id === outcome.outputs.task_id || isSeen(at))) {
        // No look can show what the list does not have yet.
        return [];
      }
      if (warnings === "") {
        return [`${started.length} tasks, and no warning`];
      }
      return /search for duplicates of .* failed|Could not find out whether another run/.test(warnings)
        ? []
        : started.filter(({ id }) => !warnings.includes(id)).map(({ id }) => `${id} is not named`);
    },
  ],
  [
    "blindly twice",
    (outcome, run) => {
      const { world } = run;
      const starts = startsOf(outcome);
      const started = startedBy(outcome, run);
      const found: string[] = [];
      if (started.length > 3) {
        found.push(`${started.length} tasks`);
      }
      for (const [index, { request }] of starts.entries()) {
        const before = started.filter(({ at }) => at < request.at);
        const lost = starts.slice(0, index).filter(({ rejected }) => !rejected);
        const last = lost.at(-1);
        if (last === undefined) {
          continue;
        }
        const looks = outcome.exchanges.filter(
          (exchange) =>
            isListRead(exchange) &&
            exchange.request.at >= last.request.at &&
            exchange.request.at <= request.at,
        );
        const lastLook = looks.at(-1);
        if (looks.length < 4 || lastLook === undefined || lastLook.request.at - last.request.at < 59_000) {
          found.push(`sent again after ${looks.length} looks`);
          continue;
        }
        const listed = before.filter(({ at }) => at + lagOf(world) <= lastLook.request.at);
        if (listed.length > 0 && world.assumptions.session_prompt !== "rewritten") {
          found.push("sent again although the list had the task");
        }
      }
      return found;
    },
  ],
  [
    "loses an ID",
    (outcome, run) => {
      const { outputs, core } = outcome;
      const started = startedBy(outcome, run);
      const log = core.lines.filter((line) => !line.startsWith("debug: ")).join("\n");
      const found: string[] = [];
      const cancelledAt = (run.world.cancelAt ?? Number.POSITIVE_INFINITY) * SECOND;
      for (const { delivered, body, dueAfterMs, request } of startsOf(outcome)) {
        const isWaitedFor = dueAfterMs !== null && dueAfterMs < cancelledAt + START_GRACE_MS;
        if (request.fault === null && isWaitedFor && !delivered) {
          found.push(`an answer that was due at ${dueAfterMs} ms was not waited for`);
        }
        const id = taskIn(body)?.id;
        if (delivered && typeof id === "string" && outputs.task_id !== id) {
          found.push(`${id} was answered, task_id is ${outputs.task_id}`);
        }
      }
      for (const { id } of started) {
        const wasRead = outcome.exchanges.some(
          (exchange) => exchange.delivered && exchange.request.status === 200 && isAbout(exchange, id),
        );
        if (wasRead && isRecognisable(run.world) && outputs.task_id !== id && !log.includes(id)) {
          found.push(`${id} was found, and is nowhere`);
        }
      }
      for (const { id, at } of started) {
        const isListed = at + lagOf(run.world) <= lastListAt(outcome);
        if (
          isListed &&
          outputs.task_id === "" &&
          !log.includes(id) &&
          run.world.assumptions.session_prompt !== "rewritten"
        ) {
          found.push(`${id} was in a list, and is nowhere`);
        }
      }
      if (started.length > 0 && outputs.task_id === "" && !MAYBE_STARTED.test(log)) {
        found.push("a task was started, and no word of it");
      }
      return found;
    },
  ],
  [
    "takes another's task for its own",
    (outcome, run) => {
      const { outputs, env, startId } = outcome;
      const { task_id: id = "", started } = outputs;
      if (id === "") {
        return [];
      }
      const own = run.simulator.startedTasks.find((task) => task.id === id);
      if (own !== undefined) {
        const isOwn = !isTraced(run.world) || own.body.prompt.includes(startId);
        return [
          ...(isOwn ? [] : [`${id} is of another start`]),
          ...(started === "true" ? [] : [`started is ${started}`]),
        ];
      }
      const task = run.existing.get(id);
      if (task === undefined || task.creator.login !== "mona") {
        return [`${id} is somebody else's`];
      }
      if (started === "true") {
        // Without a trace, nothing tells two equal prompts apart that the same user sends at the same time.
        const looksLikeOwn =
          !isTraced(run.world) && task.prompt.trim() === PROMPT && task.created_seconds_ago <= 121;
        return looksLikeOwn ? [] : [`${id} is of another start: ${JSON.stringify(task.from)}`];
      }
      const isEarlier = env.runner.runAttempt > 1 && "of" in task.from && task.from.of === "same_step";
      return isEarlier ? [] : [`${id} was taken for an earlier attempt's: ${JSON.stringify(task.from)}`];
    },
  ],
  [
    "starts again what an earlier attempt has started",
    (outcome, { world, existing }) => {
      const earlier = newestEarlier(existing);
      if (!isTraced(world) || earlier === null || !isReadable(world) || !counts(earlier.state)) {
        return [];
      }
      return startsOf(outcome).length > 0 ? [JSON.stringify(earlier)] : [];
    },
  ],
  [
    "ends with a wrong exit status",
    (outcome, { world }) => {
      const { outputs, status } = outcome;
      const failOn = (world.inputs.fail_on ?? "").split(/[\n,]/).map((word) => word.trim());
      const ends = [
        ...(outputs.conclusion === "" || outputs.conclusion === "success" ? [] : [outputs.conclusion]),
        ...(outputs.conclusion !== "" && outputs.commits === "0" ? ["no_changes"] : []),
        ...(outputs.wait_timed_out === "true" ? ["wait_timeout"] : []),
      ];
      const problems = errorsOf(outcome, "Agent task): ");
      const fails =
        outputs.task_id === "" || problems.length > 0 || ends.some((end) => failOn.includes(end ?? ""));
      const found: string[] = [];
      if (status !== (fails ? 1 : 0)) {
        found.push(`${status}, with ${ends} and ${problems.length} problems`);
      }
      if ((status === 1) !== errorsOf(outcome).length > 0) {
        found.push(`${status}, with ${errorsOf(outcome).length} errors`);
      }
      const id = outputs.task_id ?? "";
      const rejected = outcome.exchanges.some(
        ({ request }) => ["get", "user"].includes(request.kind) && /^4/.test(String(request.status)),
      );
      if (id !== "" && problems.length > 0 && !rejected) {
        found.push(`a problem although there is a task: ${problems}`);
      }
      return found;
    },
  ],
  [
    "tells of an end that is none",
    (outcome, { world }) => {
      const { outputs } = outcome;
      const { task_id: id = "", conclusion = "", state = "" } = outputs;
      const snapshots = id === "" ? [] : snapshotsOf(outcome, id);
      if (snapshots.length === 0) {
        return [];
      }
      const found: string[] = [];
      // What is printed has no control characters; a state that has some is not compared.
      const asReported = snapshots.filter(
        ({ task }) => task.state === state || /[\r\n]/.test(String(task.state)),
      );
      if (asReported.length === 0) {
        found.push(`${state} was never seen`);
      }
      if (conclusion !== "" && !CONCLUSIONS[state]?.includes(conclusion)) {
        found.push(`${conclusion} for ${state}`);
      }
      const quiet = asReported.map(({ task, at }) => at - Date.parse(String(task.updated_at)));
      if (
        world.inputs.wait !== "false" &&
        conclusion !== "" &&
        getPhase(state) === "paused" &&
        quiet.every((ms) => ms < 59_000)
      ) {
        found.push(`${state} counts as settled after ${Math.max(...quiet) / 1000} s`);
      }
      const isCutShort =
        world.cancelAt !== null ||
        outputs.wait_timed_out === "true" ||
        errorsOf(outcome, "Agent task)").length > 0;
      if (world.inputs.wait === "true" && conclusion === "" && !isCutShort) {
        found.push(`no conclusion for ${state}`);
      }
      return found;
    },
  ],
  [
    "writes a token, or a command to the runner",
    ({ core, summaries }, { world }) => {
      const texts = [...core.lines, ...core.written.map(([, value]) => value), ...summaries];
      const secrets = texts.filter(
        (text) =>
          text.includes(USER_TOKEN) || (world.inputs.github_token !== "" && text.includes(WORKFLOW_TOKEN)),
      );
      const commands = core.lines.filter((line) => /^\w+: \s*::|##\[|\p{Cc}(?<!\n)/u.test(line));
      const broken = core.lines.filter((line) => line.startsWith("info: ") && line.includes("\n"));
      return [...secrets, ...commands, ...broken];
    },
  ],
  [
    "does in peace what it need not",
    (outcome, run) => {
      const { world } = run;
      const peaceful =
        world.faults.length === 0 &&
        world.outages.length === 0 &&
        world.cancelAt === null &&
        Object.keys(world.token).every(
          (name) => name === "pulls" || name === "contents" || name === "expires_at",
        );
      // A re-run that cannot read what earlier attempts have started starts nothing.
      const isUnsure =
        world.attempt > 1 &&
        (!isReadable(world) || world.neighbours.some(({ shows, minimal }) => shows === "absent" || minimal));
      if (!peaceful || isUnsure) {
        return [];
      }
      const earlier = newestEarlier(run.existing);
      const adopts = isTraced(world) && earlier !== null && isReadable(world) && counts(earlier.state);
      const starts = startsOf(outcome).length;
      return starts === (adopts ? 0 : 1) && outcome.outputs.task_id !== "" ? [] : [`${starts} starts`];
    },
  ],
]);

/** Whether GitHub repeats the prompts of tasks that earlier attempts started. */
function isReadable({ assumptions }: RandomWorld): boolean {
  return assumptions.session_prompt === "exact" || assumptions.session_prompt === "trimmed";
}

function newestEarlier(existing: WorldRun["existing"]): EarlierTask | null {
  const all = [...existing.values()].map(({ from }) => from).filter(isEarlierTask);
  const own = all.filter(({ of }) => of === "same_step");
  return own.sort((a, b) => a.createdSecondsAgo - b.createdSecondsAgo)[0] ?? null;
}

function isEarlierTask(from: Neighbour | EarlierTask): from is EarlierTask {
  return "of" in from;
}

const counts = (state: string) => !["failed", "timed_out", "cancelled"].includes(state);

// ------------------------------------------------------------------------------------------------------ The tests

/** How many of the thousand worlds must come to what. */
const LEAST = {
  "starts lost": 300,
  "adopted after a loss": 50,
  "adopted from an earlier attempt": 10,
  "sent again": 50,
  "two tasks": 5,
  cancelled: 50,
  settled: 50,
};

/** Counts what the worlds were like, so that a test that tests nothing is seen. */
function tally() {
  const counts = new Map<string, number>();
  return {
    count: (name: string, of = true) => void counts.set(name, (counts.get(name) ?? 0) + Number(of)),
    tell: () => process.stdout.write(`never-twice: ${JSON.stringify(Object.fromEntries(counts))}\n`),
    of: (name: string) => counts.get(name) ?? 0,
  };
}

describe("a step in a random world", () => {
  it(
    "never starts a task twice unseen, loses none, and ends",
    async () => {
      const met = tally();
      const property = fc.asyncProperty(randomWorld, async (world) => {
        const run = await runWorld(world, start);
        const [outcome] = run.outcomes as [Outcome];
        met.count("runs");
        met.count(
          "starts lost",
          startsOf(outcome).some((exchange) => !exchange.delivered),
        );
        met.count(
          "adopted after a loss",
          outcome.core.lines.some((line) => line.includes("its response was lost. Following task")),
        );
        met.count(
          "adopted from an earlier attempt",
          outcome.outputs.started === "false" && outcome.outputs.task_id !== "",
        );
        met.count("sent again", startsOf(outcome).length > 1);
        met.count("two tasks", startedBy(outcome, run).length > 1);
        met.count("cancelled", outcome.env.signal.aborted);
        met.count("settled", outcome.outputs.conclusion !== "");
        met.count("no task", outcome.outputs.task_id === "");
        expect(breaches(run)).toEqual([]);
      });
      await fc.assert(property, settings);
      met.tell();
      // A thousand worlds in which nothing happens would prove nothing.
      for (const [name, least] of Object.entries(LEAST)) {
        expect(`${name}: ${met.of(name) >= least}`).toBe(`${name}: true`);
      }
    },
    5 * MINUTE,
  );
});

/** Two jobs of one run, at the same time and with the same prompt, each of which loses the answer to its start. */
const parallelWorld = fc
  .record({
    world: randomWorld,
    lost: fc.tuple(lossyFault, lossyFault),
    lag: fc.nat(45),
    shows: fc.constantFrom("exact" as const, "trimmed" as const),
  })
  .map(
    ({ world, lost, lag, shows }): RandomWorld => ({
      ...world,
      plans: world.plans.map((plan) => ({ ...plan, minimal: false })),
      faults: lost.map((fault, index) => ({ on: { kind: "start", nth: index + 1 }, do: fault })),
      outages: [],
      assumptions: { ...world.assumptions, list_lag_seconds: lag, get_lag_seconds: 0, session_prompt: shows },
      attempt: 1,
      inputs: { ...world.inputs, trace: "true", wait: "false" },
      token: {},
      cancelAt: null,
    }),
  );

/** A re-run of a step whose task counts, with trouble in looking for it. */
const rerunWorld = fc
  .record({
    world: randomWorld,
    earlier: earlierTask,
    trouble: fc.array(readTrouble, { minLength: 1, maxLength: 3 }),
    shows: fc.constantFrom("exact" as const, "trimmed" as const),
  })
  .map(
    ({ world, earlier, trouble, shows }): RandomWorld => ({
      ...world,
      faults: trouble,
      assumptions: { ...world.assumptions, session_prompt: shows },
      attempt: 2,
      earlier: [{ ...earlier, of: "same_step" }, ...world.earlier],
      inputs: { ...world.inputs, trace: "true", timeout_minutes: "1" },
    }),
  );

describe("a re-run in a random world", () => {
  it(
    "starts nothing that an earlier attempt has started, however hard that is to find out",
    async () => {
      const property = fc.asyncProperty(rerunWorld, async (world) => {
        expect(breaches(await runWorld(world, start))).toEqual([]);
      });
      await fc.assert(property, settings);
    },
    5 * MINUTE,
  );
});

/** What once went wrong, or nearly: what a world has that the quiet one has not. */
const pinned: readonly (readonly [what: string, world: Partial<RandomWorld>])[] = [
  [
    "a re-run that cannot read the one task that matters, but another",
    {
      attempt: 2,
      earlier: [
        { of: "same_step", state: "completed", completesAt: null, createdSecondsAgo: 600 },
        { of: "other_step", state: "completed", completesAt: null, createdSecondsAgo: 900 },
      ],
      faults: [{ on: { kind: "get", nth: 1 }, do: { type: "forbidden" } }],
    },
  ],
  [
    "a lost start, and no candidate that can be read for as long as anybody looks",
    {
      faults: [
        { on: { kind: "start", nth: 1 }, do: { type: "reset_after" } },
        { on: { kind: "get" }, do: { type: "error_500_before" } },
      ],
      neighbours: [-10, -20, -30].map((bornAt) => ({
        says: "something_else",
        by: "user",
        bornAt,
        shows: "exact",
        omit: [],
        minimal: false,
      })),
    },
  ],
  [
    "a lost start whose task is found paused, by a server whose clock is behind",
    {
      faults: [{ on: { kind: "start", nth: 1 }, do: { type: "reset_after" } }],
      plans: [{ steps: [{ after_seconds: 1, state: "waiting_for_user" }] }],
      assumptions: { server_ahead_seconds: -200 },
      inputs: { ...quietWorld.inputs, wait: "true" },
    },
  ],
  [
    "a lost start that is cancelled, or cannot be looked for, after a candidate was seen",
    {
      faults: [
        { on: { kind: "start", nth: 1 }, do: { type: "reset_after" } },
        { on: { kind: "list", nth: [4] }, do: { type: "unauthorized" } },
      ],
      assumptions: { session_prompt: "absent" },
    },
  ],
];

describe("a step in a world that once was too much for it", () => {
  it.each(pinned)("%s", async (_what, world) => {
    expect(breaches(await runWorld({ ...quietWorld, ...world }, start))).toEqual([]);
  });
});

describe("two steps at the same time with the same prompt", () => {
  it(
    "each adopt their own task, never the other's",
    async () => {
      const property = fc.asyncProperty(parallelWorld, async (world) => {
        const run = await runWorld(world, start, ["first", "second"]);
        expect(breaches(run)).toEqual([]);
        expect(run.simulator.startedTasks).toHaveLength(2);
        for (const { outputs, startId } of run.outcomes) {
          const own = run.simulator.startedTasks.find(({ body }) => body.prompt.includes(startId));
          expect([outputs.task_id, outputs.started]).toEqual([own?.id, "true"]);
        }
      });
      await fc.assert(property, settings);
    },
    5 * MINUTE,
  );
});

/** How a task goes: what it turns to, and after how many seconds. */
const course = fc.record({
  turns: fc.array(
    fc.record({
      after: fc.oneof(fc.nat(50), fc.nat(500), fc.nat(4000)),
      state: fc.constantFrom("queued", "in_progress", "reticulating", "idle", "waiting_for_user"),
    }),
    { maxLength: 5 },
  ),
  end: fc.option(
    fc.record({
      after: fc.oneof(fc.nat(50), fc.nat(500), fc.nat(4000)),
      state: fc.constantFrom("completed", "failed", "timed_out", "cancelled"),
    }),
  ),
  tellsUpdates: fc.boolean(),
  timeout: fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 9000 })),
  ahead: fc.integer({ min: -300, max: 300 }),
  isKnown: fc.boolean(),
  dice: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
    minLength: 1,
    maxLength: 5,
  }),
});

/** The longest time between two looks, and how long a paused task must be left alone, in milliseconds. */
const LONGEST_GAP_MS = 33_000;
const QUIET_MS = 60_000;

describe("following a task that nothing disturbs", () => {
  it("sees its end no later than 33 s after it, and never before", async () => {
    const property = fc.asyncProperty(
      course,
      async ({ turns, end, tellsUpdates, timeout, ahead, isKnown, dice }) => {
        const time = timeline();
        let at = NOW;
        const stages = [{ at, state: "queued" }];
        for (const turn of end === null ? turns : [...turns, end]) {
          at += turn.after * SECOND;
          stages.push({ at, state: turn.state });
        }
        const stageAt = (now: number) =>
          stages.findLast((stage) => stage.at <= now) ?? { at: NOW, state: "" };
        const look = (): Task => {
          const stage = stageAt(time.now());
          looks.push({ at: time.now(), state: stage.state });
          const updatedAt = tellsUpdates ? stage.at + ahead * SECOND : null;
          return taskOf({ state: stage.state, updatedAt, createdAt: NOW });
        };
        const looks: { readonly at: number; readonly state: string }[] = [];
        const serverNow = () => time.now() + ahead * SECOND;
        let thrown = 0;
        const [ends] = await time.run(() =>
          pollUntilDone(
            readerOf(async () => answered(look(), { serverNow: serverNow() })),
            [
              {
                index: 0,
                id: "task-1",
                repository: null,
                started: true,
                known: isKnown ? { task: look(), serverNow: serverNow() } : null,
              },
            ],
            {
              until: "settled",
              timeoutMs: timeout * SECOND,
              pollIntervalMs: null,
              firstStartedAt: time.now(),
              onProgress: async () => {},
            },
            { clock: time, random: () => dice[thrown++ % dice.length] ?? 0, signal: unstopped },
          ),
        );
        const outcome = ends?.get("task-1");
        const now = time.now();
        const stage = stageAt(now);
        // Without `updated_at` a task is quiet for as long as every look shows the same.
        const change = looks.findLastIndex(({ state }) => state !== stage.state);
        const quietSince = tellsUpdates ? stage.at : (looks[change + 1]?.at ?? now);
        const isQuiet = now - quietSince >= QUIET_MS;

        // The first moment at which it has surely been seen. Without `updated_at` it must have been seen paused first.
        const patience = QUIET_MS + LONGEST_GAP_MS + (tellsUpdates ? 0 : LONGEST_GAP_MS);
        const seenBy = ({ at, state }: (typeof stages)[number], index: number): number => {
          const until = stages[index + 1]?.at ?? Number.POSITIVE_INFINITY;
          switch (getPhase(state)) {
            case "final":
              return at + LONGEST_GAP_MS;
            case "paused":
              return until - at > patience ? at + patience : Number.POSITIVE_INFINITY;
            case "active":
              return Number.POSITIVE_INFINITY;
          }
        };
        const deadline = Math.min(...stages.map(seenBy));
        if (outcome?.kind === "done") {
          expect(outcome.task.state).toBe(stage.state);
          const phase = getPhase(stage.state);
          expect(phase === "final" || (phase === "paused" && isQuiet)).toBe(true);
          expect(now).toBeLessThanOrEqual(deadline);
        } else {
          expect(outcome?.kind).toBe("wait_timeout");
          expect(now).toBe(NOW + timeout * SECOND);
          expect(now).toBeLessThanOrEqual(deadline);
        }
      },
    );
    await fc.assert(property, settings);
  });
});
