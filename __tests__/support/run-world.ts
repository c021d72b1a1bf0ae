import type { Environment } from "../../src/context.ts";
import { buildDefaultKey, createTrace, type TaskTrace } from "../../src/prompt/trace.ts";
import { loadContract } from "../../tools/simulator/contract.ts";
import { fetchFailed } from "../../tools/simulator/fetch.ts";
import type { HttpResponse } from "../../tools/simulator/http/message.ts";
import { createSimulator, type LoggedRequest, type Simulator } from "../../tools/simulator/simulator.ts";
import { inputsOf } from "./action-harness.ts";
import { type RecordingCore, recordingCore, runnerOf } from "./builders.ts";
import { NOW } from "./clock.ts";
import { REPOSITORY, scenarioOf } from "./fixtures.ts";
import { PROMPT, type RandomWorld } from "./random-world.ts";
import { createTimeline, type Timeline } from "./timeline.ts";
import { createVirtualFetch } from "./virtual-network.ts";
import { createWorldTasks, type WorldTask } from "./world-tasks.ts";

/** The same as in `src/runner/cancellation.ts`: how long a cancelled step still waits for the answer to a start. */
export const START_GRACE_MS = 2_000;

/** In real time. A run of virtual hours takes milliseconds, so a run that takes this long hangs on any machine. */
const HANGS_AFTER_MS = 540_000;

/** One request, and whether its answer reached the step as the server sent it. */
export interface Exchange {
  readonly request: LoggedRequest;
  /** The parsed body of an answer that arrived undisturbed; undefined for 304. */
  body: unknown;
  delivered: boolean;
  /** When the answer arrives if the step keeps waiting, in milliseconds after the start; null: never. */
  dueAfterMs: number | null;
  /** True if GitHub said that it did nothing: it rejected the request or named a time to retry at. */
  rejected: boolean;
}

/** One step in a world. */
interface Actor {
  readonly name: string;
  readonly startId: string;
  readonly env: Environment;
  readonly core: RecordingCore;
  readonly summaries: readonly string[];
  readonly exchanges: readonly Exchange[];
}

/** A step that has ended. */
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
  /** The tasks that the step did not start, by ID. */
  readonly existing: ReadonlyMap<string, WorldTask>;
}

/** What the steps of one run share. */
interface Stage {
  readonly world: RandomWorld;
  readonly simulator: Simulator;
  readonly time: Timeline;
}

let contract: ReturnType<typeof loadContract> | undefined;
const defaults = inputsOf("start");

/** Runs an action once per name, all at the same time in the same world. */
export async function runWorld(
  world: RandomWorld,
  action: (env: Environment) => Promise<number>,
  names: readonly [string, ...string[]] = ["update"],
): Promise<WorldRun> {
  const time = createTimeline();
  const existing = createWorldTasks(world, traceIn(world, names[0]));
  const stage = { world, time, simulator: createWorldSimulator(world, time, existing) };
  const cancelled = new AbortController();
  const graceOver = new AbortController();
  if (world.cancelAt !== null) {
    time.at(world.cancelAt * 1000, () => cancelled.abort());
    time.at(world.cancelAt * 1000 + START_GRACE_MS, () => graceOver.abort());
  }
  const signals = { signal: cancelled.signal, graceSignal: graceOver.signal };
  const actors = names.map((name) => createActor(stage, name, signals));
  const running = time.run(
    ...actors.map((actor) => async (): Promise<Outcome> => {
      const status = await action(actor.env).catch((error: unknown) => error);
      const outputs = Object.fromEntries(actor.core.written);
      return { ...actor, status, endedAfterMs: time.now() - NOW, outputs };
    }),
  );
  const outcomes = await rejectIfHanging(running);
  const { simulator } = stage;
  return { world, simulator, outcomes, existing: new Map(existing.map((task) => [task.id, task])) };
}

function createWorldSimulator(world: RandomWorld, time: Timeline, existing: readonly WorldTask[]): Simulator {
  contract ??= loadContract();
  const simulator = createSimulator({
    scenario: scenarioOf({
      user: world.token,
      workflow: world.workflowToken,
      plans: world.plans,
      existing: existing.filter((task) => task.created_seconds_ago >= 0),
      faults: world.faults,
      assumptions: world.assumptions,
    }),
    clock: time,
    contract,
    graphqlValidation: false,
  });
  // The others are created while the step runs.
  for (const task of existing.filter(({ created_seconds_ago }) => created_seconds_ago < 0)) {
    time.at(-task.created_seconds_ago * 1000, () => simulator.addTask(task));
  }
  return simulator;
}

/** Rejects if the run waits for something that no virtual time brings about. */
async function rejectIfHanging<T>(running: Promise<T>): Promise<T> {
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

function runnerIn(world: RandomWorld, job: string) {
  return runnerOf({ runAttempt: world.attempt, job, action: "start-task" });
}

function traceIn(world: RandomWorld, name: string): TaskTrace {
  const runner = runnerIn(world, name);
  const key = buildDefaultKey(runner, null, world.inputs.matrix);
  return createTrace(
    runner,
    { matrix: world.inputs.matrix ?? "", key, repository: REPOSITORY },
    `5eed0000-${name}`,
  );
}

function createActor(
  stage: Stage,
  name: string,
  signals: Pick<Environment, "signal" | "graceSignal">,
): Actor {
  const { world, time } = stage;
  const { startId } = traceIn(world, name);
  const core = recordingCore();
  const summaries: string[] = [];
  const exchanges: Exchange[] = [];
  const env: Environment = {
    input: (input) => world.inputs[input] ?? (input === "prompt" ? PROMPT : defaults(input)),
    core,
    writeOutputs: (values) => void core.written.push(...Object.entries(values)),
    writeSummary: async (markdown) => {
      summaries.push(markdown);
    },
    runner: runnerIn(world, name),
    fetch: createNetwork(stage, exchanges),
    clock: time,
    random: cycle(world.dice),
    loadMarkdown: () => import("../../src/markdown/visible-text.ts"),
    newId: () => startId,
    ...signals,
  };
  return { name, startId, env, core, summaries, exchanges };
}

/** Gives the values in turn, from the first again after the last. */
function cycle(values: readonly number[]): () => number {
  let next = 0;
  return () => values[next++ % values.length] ?? 0;
}

/** The way to the simulator and back in virtual time. */
function createNetwork({ world, simulator, time }: Stage, exchanges: Exchange[]): typeof fetch {
  const latency = cycle(world.latencies);

  return createVirtualFetch(time, async (request, travel, deadline) => {
    await travel(latency());
    const second = (time.now() - NOW) / 1000;
    if (world.outages.some(([from, to]) => from <= second && second < to)) {
      throw fetchFailed("ECONNREFUSED", "connect ECONNREFUSED");
    }
    const answering = simulator.handle(request);
    const exchange = createExchange(simulator);
    exchanges.push(exchange);
    const answer = await answering;
    if (answer.type === "stall") {
      // The status can arrive without the body.
      exchange.rejected = answer.head !== null && isRejection({ ...answer.head, body: "" });
      return answer;
    }
    const travelMs = latency() + (answer.type === "response" ? answer.delay_ms : 0);
    if (answer.type === "response" && time.now() + travelMs < deadline) {
      exchange.dueAfterMs = time.now() + travelMs - NOW;
    }
    await travel(travelMs);
    if (answer.type !== "response") {
      return answer;
    }
    recordAnswer(exchange, answer);
    return { ...answer, delay_ms: 0 };
  });
}

/** The exchange of the request that the simulator has just logged. */
function createExchange(simulator: Simulator): Exchange {
  const request = simulator.requests.at(-1);
  if (request === undefined) {
    throw new Error("The simulator has logged no request.");
  }
  return { request, body: undefined, delivered: false, dueAfterMs: null, rejected: false };
}

function recordAnswer(exchange: Exchange, answer: HttpResponse): void {
  const { fault } = exchange.request;
  const { body } = answer;
  exchange.rejected = isRejection(answer);
  exchange.delivered = fault === null || fault === "delay" || fault === "headers";
  exchange.body = (exchange.delivered || fault === "reshaped") && body !== "" ? JSON.parse(body) : undefined;
}

/**
 * Whether GitHub surely did not carry out what it answers so. A 4xx without GitHub's JSON can come from a proxy, unless its
 * status or its headers ask for the request once more.
 */
function isRejection({ status, headers, body }: Pick<HttpResponse, "status" | "headers" | "body">): boolean {
  const isFromApi = /^\{.*"message":/s.test(body);
  const isToRepeat = status === 401 || status === 429 || (status === 403 && "retry-after" in headers);
  const isRejected = status < 400 || isFromApi || isToRepeat;
  return status >= 300 && status < 500 && ![408, 425, 499].includes(status) && isRejected;
}
