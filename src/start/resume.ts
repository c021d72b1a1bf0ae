import type { ActionContext } from "../context.ts";
import { MAX_SEARCH_PAGES } from "../github/agent-tasks/pages.ts";
import { getLink, getPhase, type Task } from "../github/agent-tasks/task.ts";
import type { LookupContext } from "../github/fallback.ts";
import type { RequestFailure } from "../github/http/error.ts";
import { getFullName } from "../github/repository.ts";
import { isFromOtherWork, matchEarlierAttempt } from "../prompt/trace.ts";
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
import { type SearchQuery, type SearchResult, searchTasks, UNREADABLE_TASKS } from "./search.ts";

/**
 * In a re-run: picks up the task that this step started in an earlier attempt.
 *
 * @param requests the time for the searches of all starts.
 * @returns null if there is no such task, or it failed. Then the step starts a new one.
 */
export async function resumeEarlierAttempt(
  context: ActionContext,
  start: Start,
  requests: LookupContext,
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
    case "unknown":
      return failRequest(context, start.repository, earlier.failure, { what, writes: false });
    case "unreadable": {
      const { reason, candidates } = earlier;
      const links = joinList(candidates.map(getLink), MAX_LINKED_TASKS);
      const problem = {
        code: "indeterminate" as const,
        message: `Could not ${what}: ${reason}. Nothing was started.`,
        remedy: `Look at ${links || "the repository's tasks"}. To start another one, start a new run instead of a re-run.`,
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
  if (promptless.length === 0) {
    log.info(
      `Attempt ${trace.attempt}: no earlier attempt of this run started a task in ${getFullName(repository)}.`,
    );
  }
  warnAboutPromptless(context, promptless);
  const isFromOther = isFromOtherWork(trace, earlierWork);
  const otherWork = others.filter((task) => isFromOther(task) && !hasFailed(task));
  if (otherWork.length > 0) {
    log.warning(
      "Re-run",
      `An earlier attempt of this run started ${joinList(otherWork.map(getLink), MAX_LINKED_TASKS)} inside the same ` +
        "composite action, with another prompt or other settings than this step has now. So this step starts a task of " +
        "its own. If its prompt changes from attempt to attempt, you may need only one of them: stop the other on GitHub.",
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

/** How old a task without a session can be at most to be a new one. */
const NEW_TASK_MS = 60 * 60_000;

/** How long to wait for the first session of a new task, before each further search. */
const NO_SESSION_DELAYS_MS = [10_000, 20_000];

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
  /** There are tasks that cannot be compared, and one of them may be the one. */
  | { readonly kind: "unreadable"; readonly reason: string; readonly candidates: readonly Task[] };

/** Searches until each new task has a session: another job of the run may have started it a moment ago. */
async function findEarlierAttempt(
  context: ActionContext,
  start: Start,
  requests: LookupContext,
): Promise<EarlierAttempt> {
  const { clock, signal } = context.time;
  const others = new Map<string, Task>();
  let earlier = await searchEarlierAttempts(context, start, requests, others);
  for (const delayMs of NO_SESSION_DELAYS_MS) {
    const task = earlier.kind === "unreadable" ? earlier.candidates.find(hasNoSession) : undefined;
    if (task === undefined || clock.now() + delayMs > requests.giveUpAt || signal.aborted) {
      break;
    }
    context.log.info(
      `GitHub shows no session of ${getLink(task)} yet. Searching again in ${formatDuration(delayMs)}.`,
    );
    await clock.sleep(delayMs, signal);
    earlier = await searchEarlierAttempts(context, start, requests, others);
  }
  return earlier;
}

/** @param known tasks that are known to be of other starts, by ID; the search adds to them. */
async function searchEarlierAttempts(
  context: ActionContext,
  { repository, trace, body }: Start,
  requests: LookupContext,
  known: Map<string, Task>,
): Promise<EarlierAttempt> {
  const user = await context.github.user(requests);
  if (!user.ok) {
    return { kind: "unknown", failure: user.failure };
  }
  const serverNow = context.time.clock.now() + (user.value.serverAheadMs ?? 0);
  const search: SearchQuery = {
    repository,
    creatorId: user.value.id,
    since: serverNow - RERUN_WINDOW_MS,
    match: matchEarlierAttempt(trace, body.prompt),
    // After a failed task, what comes next decides.
    isProof: false,
    isEnough: hasDecided,
    missing: "fail",
    maxCandidates: MAX_CANDIDATES,
  };
  const result = await searchTasks(context.github.api, search, known, requests);
  if (result.kind === "failed") {
    return { kind: "unknown", failure: result.failure };
  }
  const earlier = judge(result, serverNow);
  if (!result.complete && (earlier.kind === "none" || earlier.kind === "failed")) {
    context.log.warning(
      "Re-run",
      `Searched only the newest tasks, at most ${MAX_CANDIDATES} on ${MAX_SEARCH_PAGES} pages, for one that an earlier ` +
        "attempt of this run started. If an older one is of this run, the step starts a second task.",
    );
  }
  return earlier;
}

/** Decides by what a search found. @param serverNow the server's time, in milliseconds since the epoch. */
function judge(result: Extract<SearchResult, { kind: "listed" }>, serverNow: number): EarlierAttempt {
  const { matches, others, unreadableEntries } = result;
  const found = matches.find((task) => !hasFailed(task));
  if (found !== undefined) {
    return { kind: "found", task: found, serverNow };
  }
  // If one that has failed is ours, a new one is right too. What is older than our newest task does not matter.
  const mayDecide = (task: Task) => !hasFailed(task) && !isOfEarlierStart(task, matches);
  const unreadable = result.unreadable.filter(mayDecide);
  if (unreadable.length > 0 || unreadableEntries > 0) {
    return { kind: "unreadable", reason: UNREADABLE_TASKS, candidates: unreadable };
  }
  const promptless = result.promptless.filter(mayDecide);
  if (promptless.length > 0 && matches.length === 0 && others.length === 0) {
    const reason = "none of the tasks there shows its prompt";
    return { kind: "unreadable", reason, candidates: promptless };
  }
  // Sessions of editors have no prompt. But a new task of ours may not have one yet, so an active one decides.
  const active = promptless.filter((task) => mayGetPrompt(task, serverNow));
  if (active.length > 0) {
    const reason = "GitHub shows no prompt of an active task there, which may be of this run";
    return { kind: "unreadable", reason, candidates: active };
  }
  const newest = findNewest(matches);
  return newest === null
    ? { kind: "none", others, promptless }
    : { kind: "failed", task: newest, promptless };
}

/** Whether a match has not failed, or the next task is too old to decide. Lists may be in another order than we ask for. */
function hasDecided(matches: readonly Task[], next: Task | null): boolean {
  return matches.some((task) => !hasFailed(task)) || (next !== null && isOfEarlierStart(next, matches));
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
  return isActive(task, serverNow) || (hasNoSession(task) && task.createdAt >= serverNow - NEW_TASK_MS);
}

function hasNoSession({ sessions }: Task): boolean {
  return sessions?.length === 0;
}
