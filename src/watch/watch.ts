import type { Step } from "../context.ts";
import { explain, type Problem } from "../github/agent-tasks/problems.ts";
import { phaseOf, type Task } from "../github/agent-tasks/task.ts";
import { READ_FOR_MS } from "../github/http/retry.ts";
import { nameOf } from "../github/repository.ts";
import { type Changes, findAllChanges } from "../github/task-changes.ts";
import type { FollowInputs, Wait } from "../inputs/shared-inputs.ts";
import { notSeen, resultOf } from "../report/build-result.ts";
import type { Result } from "../report/result.ts";
import type { Ledger } from "../report/result-store.ts";
import { type EarlyChanges, earlyChanges } from "./early-pull-requests.ts";
import { follow } from "./poller.ts";
import { narrate } from "./progress.ts";
import type { Until } from "./snapshot.ts";
import type { FollowEnd, FollowEvent, Watched } from "./tracker.ts";

/** For how long each lookup at the end is tried, in milliseconds. */
const LAST_LOOKUP_MS = 60_000;

/**
 * Follows tasks for as long as the inputs ask, tells the log what happens, and looks their changes up: when a pull
 * request first appears, and at the end. What comes of each goes into the ledger.
 *
 * @param beganAt when the first of the tasks began, this machine's time in milliseconds since the epoch.
 * @returns what kept tasks from being watched to their end.
 */
export async function watch(
  step: Step,
  watched: readonly Watched[],
  inputs: FollowInputs,
  ledger: Ledger,
  beganAt: number,
): Promise<readonly Problem[]> {
  const names = namesOf(watched);
  const changes = earlyChanges(step, watched, ledger);
  const known = new Set(watched.flatMap((one) => (one.known === null ? [] : [one.id])));
  // A hundred tasks that were just begun need not be told of once more, each with its first state.
  const isToldOf = (event: FollowEvent) =>
    event.kind === "state" && event.previous === null && watched.length > 1 && known.has(event.task.id);
  const ends = await follow(
    step.api,
    watched,
    {
      until: untilOf(inputs.wait),
      timeoutMs: inputs.wait === "no" ? READ_FOR_MS : inputs.timeoutMs,
      pollIntervalMs: inputs.pollIntervalMs,
      beganAt,
    },
    step,
    async (event) => {
      if (!isToldOf(event)) {
        narrate(step.log, event, names);
      }
      // Without waiting the end comes right after this, and looks everything up anyway.
      if (inputs.wait !== "no") {
        await changes.hear(event);
      }
    },
  );

  const ended = watched.flatMap((one): Ended[] => {
    const end = ends.get(one.id);
    return end === undefined ? [] : [{ one, end, problem: problemOf(step, one, end) }];
  });
  // A task that was started a moment ago has changed nothing yet; and who is told to stop has no time to ask.
  const worthwhile = ended.flatMap(({ one, end: { task } }) =>
    task === null || (one.started && inputs.wait === "no") || step.signal.aborted ? [] : [{ ...one, task }],
  );
  const found = await finalChanges(step, worthwhile, changes);
  ledger.note(
    ...ended.map((task) => {
      const { id, index } = task.one;
      return [index, resultAt(task, inputs.wait, found.get(id) ?? changes.of(id))] as const;
    }),
  );
  return problemsOf(step, ended);
}

/** How the watching of a task has ended. */
interface Ended {
  readonly one: Watched;
  readonly end: FollowEnd;
  /** Null: nothing kept it from being watched to its end. */
  readonly problem: Problem | null;
}

/** The problems; a token that stopped working is one for all tasks. */
function problemsOf({ tokenKind }: Step, ended: readonly Ended[]): readonly Problem[] {
  const problems = (some: readonly Ended[]) => some.flatMap(({ problem }) => problem ?? []);
  const [first, ...others] = ended.filter(({ end }) => isTokenDead(end));
  if (first?.end.kind !== "refused" || others.length === 0) {
    return problems(ended);
  }
  const what = `look at ${others.length + 1} tasks any more`;
  const { message, remedy } = explain(first.end.fault, { what, writes: false, tokenKind });
  return [
    { message: `The token stopped working. ${message}`, remedy },
    ...problems(ended.filter(({ end }) => !isTokenDead(end))),
  ];
}

function isTokenDead(end: FollowEnd): boolean {
  return end.kind === "refused" && end.fault.kind === "refused" && end.fault.status === 401;
}

/** What is reported of a task when the watching has ended. */
function resultAt({ one, end, problem }: Ended, wait: Wait, changes: Changes | null): Result {
  const repository = one.repository === null ? "" : nameOf(one.repository);
  return end.task === null
    ? notSeen(one.id, repository, problem?.message ?? "It was not seen.")
    : resultOf(end.task, {
        repository,
        started: one.started,
        settled: isSettledNow(end, wait),
        waitTimedOut: end.kind === "wait_timeout",
        goesOn: goesOn(end, one.started),
        changes,
      });
}

/** What tasks are called in the log: nothing where there is only one, else by repository, or by ID where that is not enough. */
function namesOf(watched: readonly Watched[]): ReadonlyMap<string, string> {
  const repositories = watched.map(({ repository }) => (repository === null ? "" : nameOf(repository)));
  const areDistinct = !repositories.includes("") && new Set(repositories).size === repositories.length;
  return new Map(
    watched.length === 1
      ? []
      : watched.map(({ id }, i) => [id, areDistinct ? (repositories[i] ?? id) : `task ${id}`]),
  );
}

/** What kept a task from being watched. That the time was up is no problem, unless the task was never seen. */
function problemOf(step: Step, { id }: Watched, end: FollowEnd): Problem | null {
  const attempt = { what: `look at task ${id}`, writes: false, tokenKind: step.tokenKind };
  switch (end.kind) {
    case "done":
      return null;
    case "wait_timeout":
      return end.task === null && end.lastFault !== null ? explain(end.lastFault, attempt) : null;
    case "refused": {
      const problem = explain(end.fault, attempt);
      return end.task !== null && isTokenDead(end)
        ? { ...problem, message: `The token stopped working. ${problem.message}` }
        : problem;
    }
    case "cancelled":
      return end.task === null ? explain({ kind: "cancelled" }, attempt) : null;
  }
}

function untilOf(wait: Wait): Until {
  switch (wait) {
    case "no":
      return "answered";
    case "settled":
      return "settled";
    case "pull_request":
      return "pull_request";
  }
}

/** A step that does not wait takes a paused task as it is: there is no later look to wait for. */
function isSettledNow(end: FollowEnd, wait: Wait): boolean {
  switch (end.kind) {
    case "done":
      return end.settled || (wait === "no" && phaseOf(end.task.state) !== "active");
    case "wait_timeout":
    case "refused":
    case "cancelled":
      return false;
  }
}

/**
 * Whether the task outlives the watching: it was left while it was active, or may have been. One that is not found is
 * taken to be gone, unless this step started it itself.
 */
function goesOn(end: FollowEnd, started: boolean): boolean {
  switch (end.kind) {
    case "done":
      return false;
    case "wait_timeout":
    case "cancelled":
      return true;
    case "refused":
      return started || !(end.fault.kind === "refused" && end.fault.status === 404);
  }
}

/** What the tasks have changed in the end, by their IDs; those for which that is not known are warned of. */
async function finalChanges(
  step: Step,
  watched: readonly (Watched & { readonly task: Task })[],
  early: EarlyChanges,
): Promise<ReadonlyMap<string, Changes>> {
  const lookups = await findAllChanges(step, watched, LAST_LOOKUP_MS);
  const found = new Map<string, Changes>();
  const unknown: { readonly id: string; readonly reason: string }[] = [];
  for (const [i, { id }] of watched.entries()) {
    const lookup = lookups[i];
    if (lookup?.kind === "found") {
      found.set(id, lookup.value);
    } else if (lookup?.kind === "unknown") {
      unknown.push({ id, reason: lookup.reason });
    }
  }
  warnOfUnknown(step, unknown, watched.length > 1, early);
  return found;
}

/** GitHub's reasons name the repository, so each task may have its own: one warning for all, and a line of the log for each. */
function warnOfUnknown(
  { log }: Step,
  unknown: readonly { readonly id: string; readonly reason: string }[],
  areMany: boolean,
  early: EarlyChanges,
): void {
  const [first, ...others] = unknown;
  if (first === undefined) {
    return;
  }
  const which =
    others.length > 0 ? `${unknown.length} tasks have` : `${areMany ? `task ${first.id}` : "the task"} has`;
  if (others.length > 0) {
    for (const { id, reason } of unknown) {
      log.info(`What task ${id} has changed could not be looked up: ${reason}.`);
    }
  }
  const wasSeen = unknown.some(({ id }) => early.of(id) !== null);
  log.warning(
    "Pull request not looked up",
    `What ${which} changed could not be looked up: ${first.reason}. ` +
      `The outputs for it ${wasSeen ? "have what was seen before, or are empty" : "are empty"}.`,
  );
}
