import { getPhase } from "../../src/github/agent-tasks/task.ts";
import { MINUTE, SECOND } from "./clock.ts";
import { USER_TOKEN, WORKFLOW_TOKEN } from "./fixtures.ts";
import { type EarlierTask, PROMPT, type RandomWorld } from "./random-world.ts";
import { type Exchange, type Outcome, START_GRACE_MS, type WorldRun } from "./run-world.ts";

/** Finds where a step broke an invariant: one line for each breach. */
type Check = (outcome: Outcome, run: WorldRun) => string[];

/** What a step must never do, whatever happens. */
const CHECKS: Readonly<Record<string, Check>> = {
  throws: findThrown,
  "takes too long": findTooLong,
  "starts twice in silence": findSilentDuplicates,
  "starts twice without a search": findBlindDuplicates,
  "loses an ID": findLostIds,
  "takes another task for its own": findForeignTasks,
  "starts what an earlier attempt has started": findRepeatedStarts,
  "ends with a wrong exit status": findWrongExitStatus,
  "reports a wrong conclusion": findWrongConclusions,
  "writes a token or a runner command": findLeaks,
  "fails although nothing goes wrong": findNeedlessFailures,
};

/** Every breach of an invariant in a run; one line for each. */
export function breaches(run: WorldRun): string[] {
  return [
    ...run.simulator.violations.map((violation) => `violation: ${violation}`),
    ...run.outcomes.flatMap((outcome) =>
      Object.entries(CHECKS).flatMap(([name, check]) =>
        check(outcome, run).map((text) => `${name}: ${text}`),
      ),
    ),
  ];
}

/** The requests that start a task. */
export const startsOf = ({ exchanges }: Outcome) =>
  exchanges.filter(({ request }) => request.kind === "start");

/** The tasks that this step has started. */
export const startedBy = ({ startId }: Outcome, { world, simulator }: WorldRun) =>
  isTraced(world)
    ? simulator.startedTasks.filter(({ body }) => body.prompt.includes(startId))
    : simulator.startedTasks;

/** How long a step may take in addition to its waiting time. */
const MAX_OVERHEAD_MS = 20 * MINUTE;

/** What the log says if a start may or may not have worked. */
const MAYBE_STARTED = /(?:A task|[Tt]asks) may have been started/;

const CONCLUSIONS: Readonly<Record<string, readonly string[]>> = {
  completed: ["success"],
  failed: ["failure"],
  timed_out: ["timed_out"],
  cancelled: ["cancelled"],
  waiting_for_user: ["action_required"],
  idle: ["success", "neutral"],
};

function findThrown({ status }: Outcome): string[] {
  return status === 0 || status === 1 ? [] : [String(status instanceof Error ? status.stack : status)];
}

function findTooLong({ endedAfterMs, exchanges }: Outcome, { world }: WorldRun): string[] {
  const { wait, timeout_minutes, poll_interval_seconds } = world.inputs;
  const waitMs = wait === "false" ? 0 : Number(timeout_minutes) * MINUTE;
  // Fetch itself follows up to 20 redirects.
  const sent = exchanges.filter(({ request }) => request.fault !== "redirect");
  const maxRequests = 400 + waitMs / SECOND / Number(poll_interval_seconds || 5);
  return [
    ...(endedAfterMs > waitMs + MAX_OVERHEAD_MS ? [`${endedAfterMs / 1000} s`] : []),
    ...(sent.length > maxRequests ? [`${sent.length} requests`] : []),
  ];
}

function findSilentDuplicates(outcome: Outcome, run: WorldRun): string[] {
  const started = startedBy(outcome, run);
  if (started.length <= 1) {
    return [];
  }
  if (outcome.outputs.task_id === "") {
    return errorsOf(outcome).some((line) => MAYBE_STARTED.test(line))
      ? []
      : [`${started.length} tasks, and no error says so`];
  }
  const warnings = ["A second task may exist", "A second task exists"]
    .flatMap((title) => warningsOf(outcome, title))
    .join("\n");
  const isListed = (at: number) => at + lagOf(run.world) < lastListAt(outcome);
  if (!started.every(({ id, at }) => id === outcome.outputs.task_id || isListed(at))) {
    // No search finds a task that the list does not have yet.
    return [];
  }
  if (warnings === "") {
    return [`${started.length} tasks, and no warning`];
  }
  return /search for further tasks besides .* failed|Could not find out whether another run/.test(warnings)
    ? []
    : started.filter(({ id }) => !warnings.includes(id)).map(({ id }) => `${id} is not named`);
}

function findBlindDuplicates(outcome: Outcome, run: WorldRun): string[] {
  const { world } = run;
  const starts = startsOf(outcome);
  const started = startedBy(outcome, run);
  const found: string[] = started.length > 3 ? [`${started.length} tasks`] : [];
  for (const [index, { request }] of starts.entries()) {
    const lost = starts.slice(0, index).findLast(({ rejected }) => !rejected);
    if (lost === undefined) {
      continue;
    }
    const lists = outcome.exchanges.filter(
      (exchange) =>
        (isListRead(exchange) || isReshapedList(exchange)) &&
        exchange.request.at >= lost.request.at &&
        exchange.request.at <= request.at,
    );
    const lastList = lists.at(-1);
    if (lists.length < 4 || lastList === undefined || lastList.request.at - lost.request.at < 59_000) {
      found.push(`sent again after ${lists.length} lists`);
      continue;
    }
    const listed = started.filter(({ at }) => at < request.at && at + lagOf(world) <= lastList.request.at);
    if (listed.length > 0 && world.assumptions.session_prompt !== "rewritten") {
      found.push("sent again although the list had the task");
    }
  }
  return found;
}

function findLostIds(outcome: Outcome, run: WorldRun): string[] {
  const { world } = run;
  const { outputs, core } = outcome;
  const started = startedBy(outcome, run);
  const log = core.lines.filter((line) => !line.startsWith("debug: ")).join("\n");
  const isReported = (id: string) => outputs.task_id === id || log.includes(id);
  const found: string[] = [];
  const cancelledAt = (world.cancelAt ?? Number.POSITIVE_INFINITY) * SECOND;
  for (const { delivered, body, dueAfterMs, request } of startsOf(outcome)) {
    const isAwaited = dueAfterMs !== null && dueAfterMs < cancelledAt + START_GRACE_MS;
    if (request.fault === null && isAwaited && !delivered) {
      found.push(`the step did not wait for an answer that was due at ${dueAfterMs} ms`);
    }
    const id = taskIn(body)?.id;
    if (delivered && typeof id === "string" && outputs.task_id !== id) {
      found.push(`${id} was in the answer, task_id is ${outputs.task_id}`);
    }
  }
  for (const { id, at } of started) {
    const wasRead = outcome.exchanges.some(
      (exchange) => exchange.delivered && exchange.request.status === 200 && isAbout(exchange, id),
    );
    if (wasRead && isRecognisable(world) && !isReported(id)) {
      found.push(`the step found ${id} and does not report it`);
    }
    const isListed = at + lagOf(world) < lastListAt(outcome);
    if (
      isListed &&
      !outcome.exchanges.some(isReshapedList) &&
      outputs.task_id === "" &&
      !log.includes(id) &&
      world.assumptions.session_prompt !== "rewritten"
    ) {
      found.push(`${id} was in a list, and the step does not report it`);
    }
  }
  if (started.length > 0 && outputs.task_id === "" && !MAYBE_STARTED.test(log)) {
    found.push("a task was started, and the log does not say so");
  }
  return found;
}

function findForeignTasks({ outputs, env, startId }: Outcome, run: WorldRun): string[] {
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
    // Without a trace, two equal prompts that the same user sends at the same time cannot be told apart.
    const looksLikeOwn =
      !isTraced(run.world) &&
      task.prompt.trim() === PROMPT &&
      task.created_seconds_ago <= 121 + Math.max(...run.world.latencies) / SECOND;
    return looksLikeOwn ? [] : [`${id} is of another start: ${JSON.stringify(task.from)}`];
  }
  const isEarlier = env.runner.runAttempt > 1 && "of" in task.from && task.from.of === "same_step";
  return isEarlier ? [] : [`${id} was taken for an earlier attempt's: ${JSON.stringify(task.from)}`];
}

function findRepeatedStarts(outcome: Outcome, run: WorldRun): string[] {
  const earlier = resumableTask(run);
  return earlier !== null && startsOf(outcome).length > 0 ? [JSON.stringify(earlier)] : [];
}

function findWrongExitStatus(outcome: Outcome, { world }: WorldRun): string[] {
  const { outputs, status } = outcome;
  const failOn = (world.inputs.fail_on ?? "").split(/[\n,]/).map((word) => word.trim());
  const ends = [
    ...(outputs.conclusion === "" || outputs.conclusion === "success" ? [] : [outputs.conclusion]),
    ...(outputs.conclusion !== "" && [outputs.commits, outputs.changed_files].includes("0")
      ? ["no_changes"]
      : []),
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
  const wasRejected = outcome.exchanges.some(
    ({ request }) => ["get", "user"].includes(request.kind) && /^4/.test(String(request.status)),
  );
  if ((outputs.task_id ?? "") !== "" && problems.length > 0 && !wasRejected) {
    found.push(`a problem although there is a task: ${problems}`);
  }
  return found;
}

function findWrongConclusions(outcome: Outcome, { world }: WorldRun): string[] {
  const { outputs } = outcome;
  const { task_id: id = "", conclusion = "", state = "" } = outputs;
  const snapshots = id === "" ? [] : snapshotsOf(outcome, id);
  if (snapshots.length === 0) {
    return [];
  }
  const found: string[] = [];
  // The outputs have no control characters, so a state that has some is not compared.
  const asReported = snapshots.filter(
    ({ task }) => (task.state ?? "unknown") === state || /[\r\n]/.test(String(task.state)),
  );
  if (asReported.length === 0) {
    found.push(`${state} was never seen`);
  }
  if (conclusion !== "" && !CONCLUSIONS[state]?.includes(conclusion)) {
    found.push(`${conclusion} for ${state}`);
  }
  const quietMs = asReported.map(({ task, at }) => at - Date.parse(String(task.updated_at)));
  if (
    world.inputs.wait !== "false" &&
    conclusion !== "" &&
    getPhase(state) === "paused" &&
    quietMs.every((ms) => ms < 59_000)
  ) {
    found.push(`${state} counts as settled after ${Math.max(...quietMs) / 1000} s`);
  }
  const isCutShort =
    world.cancelAt !== null ||
    outputs.wait_timed_out === "true" ||
    errorsOf(outcome, "Agent task)").length > 0;
  if (world.inputs.wait === "true" && conclusion === "" && !isCutShort) {
    found.push(`no conclusion for ${state}`);
  }
  return found;
}

function findLeaks({ core, summaries }: Outcome, { world }: WorldRun): string[] {
  const texts = [...core.lines, ...core.written.map(([, value]) => value), ...summaries];
  const secrets = texts.filter(
    (text) =>
      text.includes(USER_TOKEN) || (world.inputs.github_token !== "" && text.includes(WORKFLOW_TOKEN)),
  );
  const commands = core.lines.filter((line) => /^\w+: \s*::|##\[|\p{Cc}(?<!\n)/u.test(line));
  const broken = core.lines.filter((line) => line.startsWith("info: ") && line.includes("\n"));
  return [...secrets, ...commands, ...broken];
}

function findNeedlessFailures(outcome: Outcome, run: WorldRun): string[] {
  const { world } = run;
  const isQuiet =
    world.faults.length === 0 &&
    world.outages.length === 0 &&
    world.cancelAt === null &&
    Object.keys(world.token).every((name) => ["pulls", "contents", "expires_at"].includes(name));
  // A re-run that cannot read what earlier attempts have started starts nothing.
  const isUnsure =
    world.attempt > 1 &&
    (!isReadable(world) || world.neighbours.some(({ shows, minimal }) => shows === "absent" || minimal));
  if (!isQuiet || isUnsure) {
    return [];
  }
  const starts = startsOf(outcome).length;
  const expected = resumableTask(run) === null ? 1 : 0;
  return starts === expected && outcome.outputs.task_id !== "" ? [] : [`${starts} starts`];
}

/** The task of an earlier attempt that a re-run must resume; null if it starts a task of its own. */
function resumableTask({ world, existing }: WorldRun): EarlierTask | null {
  const all = [...existing.values()].flatMap(({ from }) => ("of" in from ? [from] : []));
  const own = all.filter(({ of }) => of === "same_step");
  const newest = Math.min(...own.map(({ createdSecondsAgo }) => createdSecondsAgo));
  // Tasks that are at most 20 minutes apart can be of one start.
  const resumable = own.find(
    ({ state, createdSecondsAgo }) =>
      !["failed", "timed_out", "cancelled"].includes(state) && createdSecondsAgo <= newest + 20 * 60,
  );
  return isTraced(world) && isReadable(world) ? (resumable ?? null) : null;
}

function isTraced({ inputs }: RandomWorld): boolean {
  return inputs.trace === "true";
}

/** Whether GitHub repeats the prompts of tasks that earlier attempts started. */
function isReadable({ assumptions }: RandomWorld): boolean {
  return assumptions.session_prompt === "exact" || assumptions.session_prompt === "trimmed";
}

/** Whether what GitHub repeats of its prompt identifies a task of this step. */
function isRecognisable({ plans, assumptions }: RandomWorld): boolean {
  const shown = assumptions.session_prompt ?? "exact";
  return (shown === "exact" || shown === "trimmed") && !plans.some(({ minimal }) => minimal);
}

function lagOf({ assumptions }: RandomWorld): number {
  return (assumptions.list_lag_seconds ?? 0) * SECOND;
}

function isAbout({ request }: Exchange, taskId: string): boolean {
  return request.path.endsWith(`/tasks/${taskId}`);
}

function warningsOf({ core }: Outcome, title: string): string[] {
  return core.lines.filter((line) => line.startsWith(`warning(${title}): `));
}

function errorsOf({ core }: Outcome, title = ""): string[] {
  return core.lines.filter((line) => line.startsWith(`error(${title}`));
}

/** Whether the step received a list, or learned that it has not changed. */
function isListRead({ request, delivered }: Exchange): boolean {
  return request.kind === "list" && ((delivered && request.status === 200) || request.status === 304);
}

/** Whether the step received a list in another shape. It reads what it can. */
function isReshapedList({ request }: Exchange): boolean {
  return request.kind === "list" && request.fault === "reshaped" && request.status === 200;
}

/**
 * When the step last read a list after its first start, by the server's time. A start in the same millisecond can be later.
 */
function lastListAt({ exchanges }: Outcome): number {
  const first = exchanges.findIndex(({ request }) => request.kind === "start");
  return exchanges.slice(first).findLast(isListRead)?.request.at ?? Number.NEGATIVE_INFINITY;
}

interface SeenTask {
  readonly [name: string]: unknown;
}

/** The task in an answer's body, bare or wrapped. */
function taskIn(body: unknown): SeenTask | undefined {
  const { task = body } = (body ?? {}) as { readonly task?: unknown };
  return task as SeenTask | undefined;
}

/** The task each time that the step saw it, with the server's time. */
function snapshotsOf({ exchanges }: Outcome, taskId: string) {
  const snapshots: { readonly task: SeenTask; readonly at: number }[] = [];
  for (const exchange of exchanges) {
    const { request, body } = exchange;
    const task = request.kind === "get" || request.kind === "start" ? taskIn(body) : undefined;
    const last = snapshots.at(-1);
    if (task?.id === taskId) {
      snapshots.push({ task, at: request.at });
    } else if (last !== undefined && request.status === 304 && isAbout(exchange, taskId)) {
      snapshots.push({ task: last.task, at: request.at });
    }
  }
  return snapshots;
}
