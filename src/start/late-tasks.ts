import type { ActionContext } from "../context.ts";
import { getLink, type Task } from "../github/agent-tasks/task.ts";
import { describeFailure } from "../github/http/error.ts";
import { extendBudget } from "../github/http/retry.ts";
import { type Match, matchEarlierAttempt, matchStartId } from "../prompt/trace.ts";
import { joinList } from "../text/format.ts";
import { findStartOf } from "./active-tasks.ts";
import { SECOND_SEARCH_BUDGET_MS } from "./concurrency.ts";
import { MAX_LINKED_TASKS, type StartedTask } from "./outcome.ts";
import { hasFailed, mayGetPrompt } from "./resume.ts";
import { type SearchResult, searchTasks, UNREADABLE_TASKS } from "./search.ts";

/** How old a task can be at most that the list did not show before our start. */
const MAX_LIST_LAG_MS = 15 * 60_000;

/**
 * In a re-run: searches once more for tasks of earlier attempts, and warns about those that the list showed only after this
 * step had started its own.
 *
 * @param started the tasks that this step started, at least one.
 * @param known tasks that need no warning, those of this step included.
 * @returns the tasks that a warning names.
 */
export async function warnAboutLateTasks(
  context: ActionContext,
  started: readonly StartedTask[],
  known: readonly Task[],
): Promise<readonly Task[]> {
  const result = await searchLateTasks(context, started, known);
  if (result.kind === "failed" || result.unreadableEntries > 0) {
    const reason = result.kind === "failed" ? describeFailure(result.failure) : UNREADABLE_TASKS;
    const links = joinList(
      started.map(({ task }) => getLink(task)),
      MAX_LINKED_TASKS,
    );
    context.log.warning(
      "A second task may exist",
      `Could not find out whether an earlier attempt of this run started a task besides ${links}: ${reason}.`,
    );
  }
  if (result.kind === "failed") {
    return [];
  }
  const serverNow = Math.max(...started.map(({ task }) => task.createdAt));
  const certain = result.matches.filter((task) => !hasFailed(task));
  // An earlier attempt had ended before this one began.
  const possible = [
    ...result.unreadable.filter((task) => !hasFailed(task)),
    ...result.promptless.filter((task) => mayGetPrompt(task, serverNow)),
  ].filter((task) => task.createdAt <= serverNow);
  for (const own of started) {
    for (const late of [...certain, ...possible].filter(
      (task) => findStarted(context, started, task) === own,
    )) {
      const isCertain = certain.includes(late);
      const starter = isOfSameStart(own, late)
        ? "The start request of this step"
        : "An earlier attempt of this run";
      context.log.warning(
        isCertain ? "A second task exists" : "A second task may exist",
        `${starter} ${isCertain ? "started" : "may have started"} ${getLink(late)}, which was not ` +
          `found before this step started ${getLink(own.task)}. If you need only one of them, stop the other on GitHub.`,
      );
    }
  }
  return [...certain, ...possible];
}

/** Searches the repository, or with one list all repositories. */
async function searchLateTasks(
  context: ActionContext,
  started: readonly StartedTask[],
  known: readonly Task[],
): Promise<SearchResult> {
  const requests = context.github.lookup(extendBudget(SECOND_SEARCH_BUDGET_MS, started.length));
  const user = await context.github.user(requests);
  if (!user.ok) {
    return { kind: "failed", failure: user.failure, seen: [] };
  }
  const [first, ...others] = started;
  const search = {
    repository: first === undefined || others.length > 0 ? null : first.start.repository,
    creatorId: user.value.id,
    since: Math.min(...started.map(({ task }) => task.createdAt)) - MAX_LIST_LAG_MS,
    match: (task: Task): Match => {
      const own = findStarted(context, started, task);
      if (own === undefined) {
        return "no_match";
      }
      return isOfSameStart(own, task)
        ? "match"
        : matchEarlierAttempt(own.start.trace, own.start.body.prompt)(task);
    },
    isProof: false,
    isEnough: (_matches: readonly Task[], next: Task | null) => next !== null && hasFailed(next),
    missing: "fail" as const,
    maxCandidates: Number.POSITIVE_INFINITY,
  };
  // Each of them has those of the whole step.
  const memory = new Map(first?.judged);
  for (const task of known) {
    memory.set(task.id, task);
  }
  return searchTasks(context.github.api, search, memory, requests);
}

/** Whether a task has this step's start ID, because its start request was sent more than once. */
function isOfSameStart({ start: { trace, body } }: StartedTask, task: Task): boolean {
  return matchStartId(trace, body.prompt)(task) === "match";
}

/** The task that this step started in the repository of another one. */
function findStarted(
  context: ActionContext,
  started: readonly StartedTask[],
  task: Task,
): StartedTask | undefined {
  const [first, ...others] = started;
  if (others.length === 0) {
    return first;
  }
  const start = findStartOf(
    context,
    started.map(({ start }) => start),
    task,
  );
  return started.find((candidate) => candidate.start === start);
}
