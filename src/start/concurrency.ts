import type { ActionContext } from "../context.ts";
import {
  createProblem,
  explainFailure,
  getFailureScope,
  type Problem,
} from "../github/agent-tasks/problems.ts";
import { getLink, type Task } from "../github/agent-tasks/task.ts";
import { describeFailure, type RequestFailure } from "../github/http/error.ts";
import { RETRY_BUDGET_MS } from "../github/http/retry.ts";
import { getFullName } from "../github/repository.ts";
import { findAllPullRequestsOf, toChanges } from "../github/task-changes.ts";
import { EVERY_TASK, type StartInputs } from "../inputs/start-inputs.ts";
import type { TaskTrace } from "../prompt/trace.ts";
import { buildSkippedResult } from "../report/build-result.ts";
import { type ActiveTask, findActiveTasks } from "./active-tasks.ts";
import {
  adopt,
  failStart,
  type SkippedStart,
  type Start,
  type StartedTask,
  type StartOutcome,
} from "./outcome.ts";

/** A task that appears beside our own was created at most that long before: a start is sent again for 10 minutes. */
const CONCURRENT_WINDOW_MS = 15 * 60_000;

/** For how long a pull request is looked up that is only told of, in milliseconds. */
const SKIP_LOOKUP_BUDGET_MS = 10_000;

/**
 * Where `if_active` asks for one task at a time: gives way to tasks of the same key that still count.
 *
 * @returns what becomes of the starts that are not to be made, and of those for which that could not be found out.
 */
export async function applyIfActive(
  context: ActionContext,
  inputs: StartInputs,
  starts: readonly Start[],
): Promise<ReadonlyMap<Start, StartOutcome>> {
  const { ifActive } = inputs;
  const outcomes = new Map<Start, StartOutcome>();
  const [first] = starts;
  if (ifActive === "start" || first === undefined) {
    return outcomes;
  }
  const results = await findActiveTasks(context, {
    inputs,
    starts,
    untilClosed: inputs.activeUntil === "pull_request_closed",
    mayCount: () => true,
    retryBudgetMs: RETRY_BUDGET_MS,
  });
  const who = describeActiveTask(inputs, first.trace);
  const free: string[] = [];
  const skipped: { readonly start: Start; readonly active: ActiveTask }[] = [];
  for (const [start, result] of results) {
    const name = getFullName(start.repository);
    switch (result.kind) {
      case "none":
        free.push(name);
        break;
      case "unknown": {
        const what = `find out whether a task is active in ${name}`;
        const problem = explainFailure(result.failure, {
          what,
          writes: false,
          tokenKind: context.github.tokenKind,
          subject: { repository: name, taskId: "" },
        });
        outcomes.set(
          start,
          failStart(problem, { scope: getFailureScope(result.failure, context.github.tokenKind) }),
        );
        break;
      }
      case "unknown_pull_request":
        outcomes.set(start, failStart(explainUnknownPullRequest(result.task, result.reason, name)));
        break;
      case "found":
        if (ifActive === "skip") {
          skipped.push({ start, active: result.active });
        } else {
          outcomes.set(start, attach(result.active, result.serverNow, who));
        }
        break;
    }
  }
  if (free.length > 0) {
    context.log.info(`No ${who} is active in ${free.join(", ")}.`);
  }
  for (const [start, beginning] of await skip(context, skipped, who)) {
    outcomes.set(start, beginning);
  }
  return outcomes;
}

/** A task of this step beside which another one may have been started. */
export interface OwnTask {
  readonly start: Start;
  readonly task: Task;
}

/**
 * Looks once more after the starts, where `if_active` asks for one task at a time: two runs that looked at the same
 * moment both saw nothing. It warns with both links.
 *
 * @param own the tasks that this step has started itself.
 */
export async function warnAboutConcurrentStarts(
  context: ActionContext,
  inputs: StartInputs,
  own: readonly OwnTask[],
): Promise<void> {
  if (inputs.ifActive === "start" || own.length === 0 || context.time.signal.aborted) {
    return;
  }
  const ids = new Set(own.map(({ task }) => task.id));
  const since = Math.min(...own.map(({ task }) => task.createdAt)) - CONCURRENT_WINDOW_MS;
  const results = await findActiveTasks(context, {
    inputs,
    starts: own.map(({ start }) => start),
    untilClosed: false,
    mayCount: (entry) => !ids.has(entry.id) && entry.createdAt >= since,
    retryBudgetMs: 0,
  });
  const group = "A concurrency group in the workflow keeps two runs from starting at once.";
  const unknown: { readonly task: Task; readonly failure: RequestFailure }[] = [];
  for (const { start, task } of own) {
    const result = results.get(start) ?? { kind: "none" };
    switch (result.kind) {
      case "none":
      case "unknown_pull_request":
        break;
      case "unknown":
        unknown.push({ task, failure: result.failure });
        break;
      case "found":
        context.log.warning(
          "A second task exists",
          `Another run started a task at the same time: besides ${getLink(task)}, which this step goes on with, there is ` +
            `${getLink(result.active.task)}. If only one is wanted, stop the other on GitHub. ${group}`,
        );
        break;
    }
  }
  const [first, ...others] = unknown;
  if (first !== undefined) {
    const which = `${getLink(first.task)}${others.length > 0 ? `, and as ${others.length} more,` : ""}`;
    context.log.warning(
      "A second task may exist",
      `Whether another run started a task at the same time as ${which} could not be found out: ` +
        `${describeFailure(first.failure)}. ${group}`,
    );
  }
}

/** Starts nothing, and looks up the pull requests of the tasks that it gives way to, to tell of them. */
async function skip(
  context: ActionContext,
  skipped: readonly { readonly start: Start; readonly active: ActiveTask }[],
  who: string,
): Promise<readonly (readonly [Start, SkippedStart])[]> {
  const untold = skipped.filter(
    ({ active }) =>
      active.openPullRequest === null && active.task.artifacts.some(({ type }) => type === "pull"),
  );
  const wanted = untold.map(({ start, active }) => ({ repository: start.repository, task: active.task }));
  const lookups = await findAllPullRequestsOf(context.github.lookup(SKIP_LOOKUP_BUDGET_MS), wanted);
  return skipped.map(({ start, active }) => {
    const lookup = lookups[untold.findIndex((other) => other.start === start)];
    if (lookup?.kind === "unknown") {
      context.log.info(
        `The pull request of ${getLink(active.task)} could not be looked up: ${lookup.reason}.`,
      );
    }
    const pullRequest = active.openPullRequest ?? (lookup?.kind === "found" ? lookup.value : null);
    const changes = pullRequest === null ? null : toChanges(pullRequest);
    const reason = explainSkip(active, who);
    const result = buildSkippedResult(active.task, {
      repository: getFullName(start.repository),
      changes,
      reason,
    });
    return [start, { kind: "skipped", result, notice: { title: "Nothing started", text: reason } }];
  });
}

function attach(active: ActiveTask, serverNow: number, who: string): StartedTask {
  const text = `${explainSkip(active, who)} This step goes on with that task.`;
  return adopt(active.task, serverNow, { title: "Agent task attached", text });
}

function explainUnknownPullRequest({ id, htmlUrl }: Task, reason: string, repository: string): Problem {
  return createProblem(
    `Could not find out whether the pull request of task ${id} is still open: ${reason}. Nothing was started.`,
    `Give the job the permission pull-requests: read, or a github_token that has it. A task that was archived on ` +
      `GitHub does not count: ${htmlUrl || id}`,
    { subject: { repository, taskId: "" }, cause: `open pull request: ${reason.replaceAll(repository, "")}` },
  );
}

/** Why nothing is started, as a sentence with a link. */
export function explainSkip({ task, openPullRequest }: ActiveTask, who: string): string {
  if (openPullRequest !== null) {
    const { number, url } = openPullRequest;
    return `Pull request #${number} (${url}) of ${getLink(task)}, a ${who}, is still open.`;
  }
  return `A ${who} is still ${task.state}: ${getLink(task)}.`;
}

function describeActiveTask({ concurrencyKey }: StartInputs, { key }: TaskTrace): string {
  return concurrencyKey === EVERY_TASK ? "task of the token's user" : `task with the key "${key}"`;
}
