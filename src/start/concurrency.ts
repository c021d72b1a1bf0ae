import type { ActionContext } from "../context.ts";
import { getLink, type Task } from "../github/agent-tasks/task.ts";
import { describeFailure } from "../github/http/error.ts";
import { extendBudget, RETRY_BUDGET_MS } from "../github/http/retry.ts";
import { getFullName, type Repository } from "../github/repository.ts";
import { findAllPullRequestsOf, toChanges } from "../github/task-changes.ts";
import { EVERY_TASK, type StartInputs } from "../inputs/start-inputs.ts";
import { buildSkippedResult } from "../report/build-result.ts";
import { joinList } from "../text/format.ts";
import { type ActiveTask, findActiveTasks } from "./active-tasks.ts";
import {
  adopt,
  type FailedStart,
  failRequest,
  failStart,
  MAX_LINKED_TASKS,
  type SkippedStart,
  type Start,
  type StartedTask,
  type StartOutcome,
} from "./outcome.ts";

/** How much older than our task a concurrent one can be: a start request is sent again for up to 10 minutes. */
const CONCURRENT_WINDOW_MS = 15 * 60_000;

/** Time limit for looking up a pull request that is only mentioned in the log. */
const SKIP_LOOKUP_BUDGET_MS = 10_000;

/** Time limit for each search after the starts. It only warns, and the tasks are not followed meanwhile. */
export const SECOND_SEARCH_BUDGET_MS = 10_000;

/** A start, and the active task that does the same work. */
interface ActiveTaskOf {
  readonly start: Start;
  readonly active: ActiveTask;
}

/**
 * Applies `if_active`: skips or attaches to a task that does the same work and is still active.
 *
 * @returns an outcome for each start that must not be sent. If it is unknown whether a task is active, that start fails.
 */
export async function applyIfActive(
  context: ActionContext,
  inputs: StartInputs,
  starts: readonly Start[],
): Promise<ReadonlyMap<Start, StartOutcome>> {
  const outcomes = new Map<Start, StartOutcome>();
  const [first] = starts;
  if (inputs.ifActive === "start" || first === undefined) {
    return outcomes;
  }
  const results = await findActiveTasks(context, {
    inputs,
    starts,
    untilClosed: inputs.activeUntil === "pull_request_closed",
    isCandidate: () => true,
    requests: context.github.lookup(extendBudget(RETRY_BUDGET_MS, starts.length)),
  });
  const sameWork =
    inputs.concurrencyKey === EVERY_TASK
      ? "task of the token's user"
      : `task with the key "${first.trace.key}"`;
  const free: string[] = [];
  const promptless = new Map<string, Task>();
  const skipped: ActiveTaskOf[] = [];
  for (const [start, result] of results) {
    const name = getFullName(start.repository);
    switch (result.kind) {
      case "none":
        free.push(name);
        for (const task of result.promptless) {
          promptless.set(task.id, task);
        }
        break;
      case "unreadable": {
        const problem = {
          message: `Could not find out whether a task is active in ${name}: ${result.reason}. Nothing was started.`,
          remedy: "Look at the repository's tasks. To start one all the same, set if_active to start.",
          code: "indeterminate" as const,
          cause: result.reason,
        };
        outcomes.set(start, failStart(start.repository, problem, { candidates: result.candidates }));
        break;
      }
      case "unknown": {
        const attempt = { what: `find out whether a task is active in ${name}`, writes: false };
        outcomes.set(start, failRequest(context, start.repository, result.failure, attempt));
        break;
      }
      case "unknown_pull_request":
        outcomes.set(start, failUnknownPullRequest(start.repository, result.task, result.reason));
        break;
      case "found":
        if (inputs.ifActive === "skip") {
          skipped.push({ start, active: result.active });
        } else {
          const text = `${explainSkip(result.active, sameWork)} This step follows that task.`;
          const notice = { title: "Agent task attached", text };
          outcomes.set(start, adopt(start, result.active.task, result.serverNow, notice));
        }
        break;
    }
  }
  if (free.length > 0) {
    context.log.info(`No ${sameWork} is active in ${free.join(", ")}.`);
  }
  if (promptless.size > 0) {
    const links = joinList([...promptless.values()].map(getLink), MAX_LINKED_TASKS);
    context.log.warning(
      "Active tasks without a prompt",
      `GitHub shows no prompt of ${links}. So it is unknown whether a task with the same key is among them.`,
    );
  }
  for (const [start, outcome] of await skip(context, skipped, sameWork)) {
    outcomes.set(start, outcome);
  }
  return outcomes;
}

/**
 * Searches once more for active tasks, and warns about those that another run started at the same time: two that
 * searched at the same moment, or before the list showed the other's task, both found nothing.
 *
 * @param tasks the tasks that this step started.
 * @param known other tasks that need no warning.
 */
export async function warnAboutConcurrentStarts(
  context: ActionContext,
  inputs: StartInputs,
  tasks: readonly StartedTask[],
  known: readonly Task[],
): Promise<void> {
  const ids = new Set([...tasks.map(({ task }) => task), ...known].map(({ id }) => id));
  const since = Math.min(...tasks.map(({ task }) => task.createdAt)) - CONCURRENT_WINDOW_MS;
  const results = await findActiveTasks(context, {
    inputs,
    starts: tasks.map(({ start }) => start),
    untilClosed: false,
    isCandidate: (entry) => !ids.has(entry.id) && entry.createdAt >= since,
    requests: context.github.lookup(extendBudget(SECOND_SEARCH_BUDGET_MS, tasks.length)),
  });
  const advice = "A concurrency group in the workflow keeps two runs from starting at once.";
  const unknown: { readonly task: Task; readonly reason: string }[] = [];
  for (const { start, task } of tasks) {
    const result = results.get(start);
    switch (result?.kind) {
      case undefined:
      case "none":
      case "unknown_pull_request":
        break;
      case "unreadable":
        unknown.push({ task, reason: result.reason });
        break;
      case "unknown":
        unknown.push({ task, reason: describeFailure(result.failure) });
        break;
      case "found":
        context.log.warning(
          "A second task exists",
          `Another run started a task at the same time. Besides ${getLink(task)}, which this step follows, there is ` +
            `${getLink(result.active.task)}. If you need only one of them, stop the other on GitHub. ${advice}`,
        );
        break;
    }
  }
  const [first] = unknown;
  if (first !== undefined) {
    const links = unknown.map(({ task }) => getLink(task));
    context.log.warning(
      "A second task may exist",
      `Could not find out whether another run started a task at the same time as ${joinList(links, 1)}: ` +
        `${first.reason}. ${advice}`,
    );
  }
}

/** Builds the outcomes of skipped starts. They report the pull requests of the active tasks. */
async function skip(
  context: ActionContext,
  skipped: readonly ActiveTaskOf[],
  sameWork: string,
): Promise<readonly (readonly [Start, SkippedStart])[]> {
  const unresolved = skipped.filter(
    ({ active }) =>
      active.openPullRequest === null && active.task.artifacts.some(({ type }) => type === "pull"),
  );
  const lookups = await findAllPullRequestsOf(
    context.github.lookup(SKIP_LOOKUP_BUDGET_MS),
    unresolved.map(({ start, active }) => ({ repository: start.repository, task: active.task })),
  );
  return skipped.map((entry) => {
    const { start, active } = entry;
    const lookup = lookups[unresolved.indexOf(entry)];
    if (lookup?.kind === "unknown") {
      context.log.info(`Could not look up the pull request of ${getLink(active.task)}: ${lookup.reason}.`);
    }
    const pullRequest = active.openPullRequest ?? (lookup?.kind === "found" ? lookup.value : null);
    const reason = explainSkip(active, sameWork);
    const result = buildSkippedResult(active.task, {
      repository: getFullName(start.repository),
      changes: pullRequest === null ? null : toChanges(pullRequest),
      reason,
    });
    return [start, { kind: "skipped", result, notice: { title: "Nothing started", text: reason } }];
  });
}

function failUnknownPullRequest(repository: Repository, { id, htmlUrl }: Task, reason: string): FailedStart {
  return failStart(repository, {
    code: "indeterminate",
    message: `Could not find out whether the pull request of task ${id} is still open: ${reason}. Nothing was started.`,
    remedy:
      "Give the job the permission pull-requests: read, or a github_token that has it. Or archive the task on GitHub, " +
      `because archived tasks do not count: ${htmlUrl || id}`,
    cause: `open pull request: ${reason.replaceAll(getFullName(repository), "")}`,
  });
}

/**
 * Why nothing is started, as a sentence with a link.
 *
 * @param sameWork names the kind of task that does the same work: `task with the key "x"`.
 */
export function explainSkip({ task, openPullRequest }: ActiveTask, sameWork: string): string {
  if (openPullRequest !== null) {
    const { number, url } = openPullRequest;
    return `Pull request #${number} (${url}) of ${getLink(task)}, a ${sameWork}, is still open.`;
  }
  return `A ${sameWork} is still ${task.state}: ${getLink(task)}.`;
}
