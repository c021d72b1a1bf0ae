import type { ActionContext } from "../context.ts";
import { MAX_SEARCH_PAGES } from "../github/agent-tasks/pages.ts";
import { getLink, getPhase, type Task } from "../github/agent-tasks/task.ts";
import type { LookupContext } from "../github/fallback.ts";
import type { RequestFailure } from "../github/http/error.ts";
import { extendBudget, OUT_OF_TIME } from "../github/http/retry.ts";
import { getFullName } from "../github/repository.ts";
import { hasText, isFromOtherWork, matchEarlierAttempt, selectOwnCalls } from "../prompt/trace.ts";
import { formatDuration, joinList } from "../text/format.ts";
import { isActive } from "./active-tasks.ts";
import { RESEND_BUDGET_MS } from "./idempotent-start.ts";
import {
  adopt,
  type FailedStart,
  failRequest,
  failStart,
  MAX_LINKED_TASKS,
  type Start,
  type StartedTask,
} from "./outcome.ts";
import {
  hasNoSession,
  type ListedTasks,
  LOOK_AGAIN_DELAYS_MS,
  mayAppear,
  mergeResults,
  NOT_THERE,
  type SearchQuery,
  searchTasks,
  UNREADABLE_TASKS,
} from "./search.ts";

/** What the searches of all starts share. The time grows with the tasks that they compare, and with their pauses. */
export interface ResumeRequests extends LookupContext {
  giveUpAt: number;
  /** How long searches may still pause together, in milliseconds. */
  pauseLeftMs: number;
  /** Tasks that are no reason to start nothing, by ID; each search adds to them. */
  readonly judged: Map<string, Task>;
}

/**
 * In a re-run: picks up the task that this step started in an earlier attempt.
 *
 * @param requests the time for the searches of all starts.
 * @returns null if there is no such task, or it failed. Then the step starts a new one.
 */
export async function resumeEarlierAttempt(
  context: ActionContext,
  start: Start,
  requests: ResumeRequests,
): Promise<StartedTask | FailedStart | null> {
  const { attempt } = start.trace;
  const name = getFullName(start.repository);
  const what = `find out whether an earlier attempt of this run started a task in ${name}`;
  const earlier = await findEarlierAttempt(context, start, requests);
  switch (earlier.kind) {
    case "none":
      logNoneFound(context, start, earlier);
      return null;
    case "failed": {
      const { id, state } = earlier.task;
      context.log.info(
        `Attempt ${attempt}: task ${id} of an earlier attempt in ${name} is ${state}. Starting a new one.`,
      );
      warnAboutPromptless(context, earlier.promptless);
      return null;
    }
    case "unknown": {
      const failed = failRequest(context, start.repository, earlier.failure, { what, writes: false });
      // That other searches took long says nothing about this repository, nor about those that are searched already.
      return earlier.failure === OUT_OF_TIME ? { ...failed, scope: "repository" } : failed;
    }
    case "unreadable": {
      const { reason, candidates } = earlier;
      const links = joinList(candidates.map(getLink), MAX_LINKED_TASKS);
      const problem = {
        code: "indeterminate" as const,
        message: `Could not ${what}: ${reason}. Nothing was started.`,
        remedy:
          `Look at ${links || "the repository's tasks"}. To start another one, start a new run` +
          `${start.isOneOfMany ? " for this repository alone" : ""} instead of a re-run.`,
        cause: reason,
      };
      return failStart(start.repository, problem, { candidates: candidates.slice(0, MAX_LINKED_TASKS) });
    }
    case "found": {
      const { task, serverNow } = earlier;
      const text = `Attempt ${attempt} follows task ${task.id} of an earlier attempt: ${task.htmlUrl || task.state}`;
      return { ...adopt(start, task, serverNow, { title: "Agent task adopted", text }), isOwn: true };
    }
  }
}

/** Logs that this step starts a task of its own. Warns if the task of an earlier attempt may have been meant for it. */
function logNoneFound(
  context: ActionContext,
  { repository, trace, earlierWork }: Start,
  { others, promptless }: Extract<EarlierAttempt, { kind: "none" }>,
): void {
  const { log } = context;
  const isFromOther = isFromOtherWork(trace, earlierWork);
  const otherWork = others.filter((task) => isFromOther(task) && !hasFailed(task));
  if (promptless.length === 0 && otherWork.length === 0) {
    log.info(
      `Attempt ${trace.attempt}: no earlier attempt of this run started a task in ${getFullName(repository)}.`,
    );
  }
  warnAboutPromptless(context, promptless);
  if (otherWork.length > 0) {
    log.warning(
      "Re-run",
      `In the same place of the workflow, an earlier attempt of this run started ` +
        `${joinList(otherWork.map(getLink), MAX_LINKED_TASKS)} with another prompt or other settings than this step has ` +
        "now. So this step starts a task of its own. That is right if they are of other steps or calls there. If this " +
        "step's prompt changes from attempt to attempt, you may need only one of them: stop the other on GitHub.",
    );
  }
}

/** Warns about tasks that have ended. Most are sessions of editors, so they are no reason to start nothing. */
function warnAboutPromptless({ log }: ActionContext, promptless: readonly Task[]): void {
  if (promptless.length > 0) {
    log.warning(
      "Re-run",
      `GitHub shows no prompt of ${joinList(promptless.map(getLink), MAX_LINKED_TASKS)}. So it is unknown whether an ` +
        "earlier attempt of this run started one of them. This step starts a task of its own.",
    );
  }
}

/** GitHub lets people re-run a run for 30 days. */
const RERUN_WINDOW_MS = 30 * 24 * 60 * 60_000;

/** The most tasks to compare. */
const MAX_CANDIDATES = 300;

/** How far apart the tasks of one start may be: its requests and the searches between them take less time. */
export const MAX_START_MS = 2 * RESEND_BUDGET_MS;

/** For how long after its creation a task without a session may still get one that tells whose it is. */
const MAX_SESSION_LAG_MS = 60 * 60_000;

/** What earlier attempts of this run left. */
type EarlierAttempt =
  | {
      readonly kind: "none";
      /** The tasks that this step did not start. */
      readonly others: readonly Task[];
      readonly promptless: readonly Task[];
    }
  /** Their newest task failed, was cancelled or timed out, as did all others of the same start. */
  | { readonly kind: "failed"; readonly task: Task; readonly promptless: readonly Task[] }
  /** Their newest task is active, paused or completed, or another one of the same start is. */
  | { readonly kind: "found"; readonly task: Task; readonly serverNow: number }
  /** The search failed. */
  | { readonly kind: "unknown"; readonly failure: RequestFailure }
  /** There are tasks that cannot be compared, and one of them may be the one. `notThereYet`: those that soon can be. */
  | {
      readonly kind: "unreadable";
      readonly reason: string;
      readonly candidates: readonly Task[];
      readonly notThereYet: readonly Task[];
    };

/** Searches until GitHub shows each new task as a whole: another job of the run may have started it a moment ago. */
async function findEarlierAttempt(
  context: ActionContext,
  start: Start,
  requests: ResumeRequests,
): Promise<EarlierAttempt> {
  const { clock, signal } = context.time;
  const memory = { others: new Map<string, Task>(), beganAt: clock.now() };
  let earlier = await searchEarlierAttempts(context, start, requests, memory);
  for (const delayMs of LOOK_AGAIN_DELAYS_MS) {
    const [task] = earlier.kind === "unreadable" ? earlier.notThereYet : [];
    if (task === undefined || delayMs > requests.pauseLeftMs || signal.aborted) {
      break;
    }
    requests.pauseLeftMs -= delayMs;
    requests.giveUpAt += delayMs;
    context.log.info(
      `GitHub lists ${getLink(task)} and does not show its prompt yet. Searching again in ${formatDuration(delayMs)}.`,
    );
    await clock.sleep(delayMs, signal);
    const next = await searchEarlierAttempts(context, start, requests, memory);
    if (next.kind === "unknown") {
      break;
    }
    earlier = next;
  }
  if (earlier.kind === "none" || earlier.kind === "failed") {
    const own = earlier.kind === "none" ? earlier.others : [earlier.task];
    for (const task of [...memory.others.values(), ...own, ...earlier.promptless]) {
      requests.judged.set(task.id, task);
    }
  }
  return earlier;
}

/** What the searches for one start share. */
interface SearchMemory {
  /** Tasks that are known to be of other starts, by ID; each search adds to them. */
  readonly others: Map<string, Task>;
  /** This machine's time in milliseconds since the epoch. */
  readonly beganAt: number;
}

async function searchEarlierAttempts(
  context: ActionContext,
  { repository, trace, body }: Start,
  requests: ResumeRequests,
  { others, beganAt }: SearchMemory,
): Promise<EarlierAttempt> {
  const user = await context.github.user(requests);
  if (!user.ok) {
    return { kind: "unknown", failure: user.failure };
  }
  const serverNow = context.time.clock.now() + (user.value.serverAheadMs ?? 0);
  const match = matchEarlierAttempt(trace, body.prompt);
  const search: SearchQuery = {
    repository,
    creatorId: user.value.id,
    since: serverNow - RERUN_WINDOW_MS,
    match: (task) => {
      // However long this repository's history is, the others keep their time.
      requests.giveUpAt += extendBudget(0, 1);
      return match(task);
    },
    // After a failed task, what comes next decides.
    isProof: false,
    isEnough: createDecision(body.prompt),
    missing: "fail",
    maxCandidates: MAX_CANDIDATES,
  };
  const { clock } = context.time;
  const judgeNow = (listed: ListedTasks) =>
    judge(listed, { ownPrompt: body.prompt, serverNow, lookedForMs: clock.now() - beganAt });
  const searchIn = (query: SearchQuery) => searchTasks(context.github.api, query, others, requests);
  let result = await searchIn(search);
  if (result.kind === "listed" && judgeNow(result).kind === "none") {
    // People archive a task when its work is done. Then lists leave it out by default.
    const archived = await searchIn({ ...search, isArchived: true });
    result = archived.kind === "listed" ? mergeResults(result, archived) : archived;
  }
  if (result.kind === "failed") {
    return { kind: "unknown", failure: result.failure };
  }
  const earlier = judgeNow(result);
  if (!result.complete && (earlier.kind === "none" || earlier.kind === "failed")) {
    context.log.warning(
      "Re-run",
      `Searched only the newest tasks, at most ${MAX_CANDIDATES} on ${MAX_SEARCH_PAGES} pages, for one that an earlier ` +
        "attempt of this run started. If an older one is of this run, the step starts a second task.",
    );
  }
  return earlier;
}

/** What decides besides the tasks. */
interface JudgeOptions {
  /** The prompt that this step sends, with its own trace. */
  readonly ownPrompt: string;
  /** The server's time, in milliseconds since the epoch. */
  readonly serverNow: number;
  /** How long ago the first search was, in milliseconds. */
  readonly lookedForMs: number;
}

/** Decides by what a search found. */
function judge(result: ListedTasks, { ownPrompt, serverNow, lookedForMs }: JudgeOptions): EarlierAttempt {
  const { unreadableEntries } = result;
  const matches = selectOwnCalls(result.matches, ownPrompt);
  const others = [...result.others, ...result.matches.filter((task) => !matches.includes(task))];
  const found = matches.find((task) => !hasFailed(task));
  if (found !== undefined) {
    return { kind: "found", task: found, serverNow };
  }
  // If one that has failed is ours, a new one is right too. What is older than our newest task does not matter.
  const mayDecide = (task: Task) => !hasFailed(task) && !isOfEarlierStart(task, matches);
  const isStillToAppear = (task: Task) =>
    (hasNoSession(task) || result.notFound.includes(task)) && mayAppear(task, serverNow, lookedForMs);
  const fail = (reason: string, candidates: readonly Task[]): EarlierAttempt => {
    // Looking again does not make an entry readable that has no ID.
    const notThereYet = unreadableEntries > 0 ? [] : candidates.filter(isStillToAppear);
    return { kind: "unreadable", reason, candidates, notThereYet };
  };
  // Lists can go on showing a task that is gone. If it had ended, it is treated as one without a prompt.
  const isGone = (task: Task) =>
    result.notFound.includes(task) && !isStillToAppear(task) && !isActive(task, serverNow);
  const unreadable = result.unreadable.filter((task) => mayDecide(task) && !isGone(task));
  if (unreadable.length > 0 || unreadableEntries > 0) {
    const areAllMissing =
      unreadableEntries === 0 && unreadable.every((task) => result.notFound.includes(task));
    return fail(areAllMissing ? NOT_THERE : UNREADABLE_TASKS, unreadable);
  }
  const promptless = [...result.promptless, ...result.unreadable.filter(isGone)].filter(mayDecide);
  if (promptless.length > 0 && matches.length === 0 && others.length === 0) {
    return fail("none of the tasks there shows its prompt", promptless);
  }
  // Sessions of editors have no prompt. But a new task of ours may not have one yet, so an active one decides.
  const active = promptless.filter((task) => mayGetPrompt(task, serverNow));
  if (active.length > 0) {
    return fail("GitHub shows no prompt of an active task there, which may be of this run", active);
  }
  const newest = findNewest(matches);
  return newest === null
    ? { kind: "none", others, promptless }
    : { kind: "failed", task: newest, promptless };
}

/**
 * Decides when a search may end: at a task with this step's text that has not failed, or where the next one is too old to
 * decide. Lists may be in another order than we ask for. A match with another text may be of another call, so what comes after
 * it matters.
 */
function createDecision(ownPrompt: string): SearchQuery["isEnough"] {
  const isOwnText = hasText(ownPrompt);
  return (matches, next) => {
    const own = matches.filter(isOwnText);
    return own.some((task) => !hasFailed(task)) || (next !== null && isOfEarlierStart(next, own));
  };
}

/** Whether a task is too old to come from the same start as the newest match. */
function isOfEarlierStart({ createdAt }: Task, matches: readonly Task[]): boolean {
  const newest = findNewest(matches);
  return newest !== null && createdAt < newest.createdAt - MAX_START_MS;
}

function findNewest(tasks: readonly Task[]): Task | null {
  return tasks.toSorted((a, b) => b.createdAt - a.createdAt)[0] ?? null;
}

/** Whether an ended task has no result, so that a re-run starts it anew. */
export function hasFailed({ state }: Task): boolean {
  return getPhase(state) === "final" && state !== "completed";
}

/** Whether a task without a prompt is active, or so new that GitHub may not show its first session yet. */
export function mayGetPrompt(task: Task, serverNow: number): boolean {
  return (
    isActive(task, serverNow) || (hasNoSession(task) && task.createdAt >= serverNow - MAX_SESSION_LAG_MS)
  );
}
