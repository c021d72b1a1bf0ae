import type { Step } from "../context.ts";
import { explain, type Problem, reachOf } from "../github/agent-tasks/problems.ts";
import { linkOf, type Task } from "../github/agent-tasks/task.ts";
import { describe, type Fault } from "../github/http/error.ts";
import { READ_FOR_MS } from "../github/http/retry.ts";
import { nameOf } from "../github/repository.ts";
import { changesIn, findAllPullRequestsOf } from "../github/task-changes.ts";
import { EVERY_TASK, type StartInputs } from "../inputs/start-inputs.ts";
import type { Origin } from "../prompt/trace.ts";
import { skippedFor } from "../report/build-result.ts";
import { lookForRivals, type Rival } from "./active-tasks.ts";
import {
  type Beginning,
  type BegunTask,
  begunByOthers,
  failedBy,
  type SkippedStart,
  type Start,
} from "./outcome.ts";

/** A task that appears beside our own was created at most that long before: a start is sent again for 10 minutes. */
const BESIDE_WITHIN_MS = 15 * 60_000;

/** For how long a pull request is looked up that is only told of, in milliseconds. */
const TOLD_LOOKUP_MS = 10_000;

/**
 * Where `if_active` asks for one task at a time: gives way to tasks of the same key that still count.
 *
 * @returns what becomes of the starts that are not to be made, and of those for which that could not be found out.
 */
export async function giveWay(
  step: Step,
  inputs: StartInputs,
  starts: readonly Start[],
): Promise<ReadonlyMap<Start, Beginning>> {
  const { ifActive } = inputs;
  const begun = new Map<Start, Beginning>();
  const [first] = starts;
  if (ifActive === "start" || first === undefined) {
    return begun;
  }
  const looks = await lookForRivals(step, {
    inputs,
    starts,
    untilClosed: inputs.activeUntil === "pull_request_closed",
    mayCount: () => true,
    readForMs: READ_FOR_MS,
  });
  const who = whose(inputs, first.origin);
  const free: string[] = [];
  const skipped: { readonly start: Start; readonly rival: Rival }[] = [];
  for (const [start, look] of looks) {
    const name = nameOf(start.repository);
    switch (look.kind) {
      case "none":
        free.push(name);
        break;
      case "unknown": {
        const what = `find out whether a task is active in ${name}`;
        const problem = explain(look.fault, { what, writes: false, tokenKind: step.tokenKind });
        begun.set(start, failedBy(problem, { reach: reachOf(look.fault, step.tokenKind) }));
        break;
      }
      case "unknown_pull_request":
        begun.set(start, failedBy(pullRequestProblem(look.task, look.reason)));
        break;
      case "found":
        if (ifActive === "skip") {
          skipped.push({ start, rival: look.rival });
        } else {
          begun.set(start, attach(look.rival, look.serverNow, who));
        }
        break;
    }
  }
  if (free.length > 0) {
    step.log.info(`No ${who} is active in ${free.join(", ")}.`);
  }
  for (const [start, beginning] of await skip(step, skipped, who)) {
    begun.set(start, beginning);
  }
  return begun;
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
export async function warnOfRivals(step: Step, inputs: StartInputs, own: readonly OwnTask[]): Promise<void> {
  if (inputs.ifActive === "start" || own.length === 0 || step.signal.aborted) {
    return;
  }
  const ids = new Set(own.map(({ task }) => task.id));
  const since = Math.min(...own.map(({ task }) => task.createdAt)) - BESIDE_WITHIN_MS;
  const looks = await lookForRivals(step, {
    inputs,
    starts: own.map(({ start }) => start),
    untilClosed: false,
    mayCount: (entry) => !ids.has(entry.id) && entry.createdAt >= since,
    readForMs: 0,
  });
  const group = "A concurrency group in the workflow keeps two runs from starting at once.";
  const unknown: { readonly task: Task; readonly fault: Fault }[] = [];
  for (const { start, task } of own) {
    const look = looks.get(start) ?? { kind: "none" };
    switch (look.kind) {
      case "none":
      case "unknown_pull_request":
        break;
      case "unknown":
        unknown.push({ task, fault: look.fault });
        break;
      case "found":
        step.log.warning(
          "A second task exists",
          `Another run started a task at the same time: besides ${linkOf(task)}, which this step goes on with, there is ` +
            `${linkOf(look.rival.task)}. If only one is wanted, stop the other on GitHub. ${group}`,
        );
        break;
    }
  }
  const [first, ...others] = unknown;
  if (first !== undefined) {
    const which = `${linkOf(first.task)}${others.length > 0 ? `, and as ${others.length} more,` : ""}`;
    step.log.warning(
      "A second task may exist",
      `Whether another run started a task at the same time as ${which} could not be found out: ` +
        `${describe(first.fault)}. ${group}`,
    );
  }
}

/** Starts nothing, and looks up the pull requests of the tasks that it gives way to, to tell of them. */
async function skip(
  step: Step,
  skipped: readonly { readonly start: Start; readonly rival: Rival }[],
  who: string,
): Promise<readonly (readonly [Start, SkippedStart])[]> {
  const untold = skipped.filter(
    ({ rival }) => rival.openPullRequest === null && rival.task.artifacts.some(({ type }) => type === "pull"),
  );
  const wanted = untold.map(({ start, rival }) => ({ repository: start.repository, task: rival.task }));
  const lookups = await findAllPullRequestsOf(step, wanted, TOLD_LOOKUP_MS);
  return skipped.map(({ start, rival }) => {
    const lookup = lookups[untold.findIndex((other) => other.start === start)];
    if (lookup?.kind === "unknown") {
      step.log.info(`The pull request of ${linkOf(rival.task)} could not be looked up: ${lookup.reason}.`);
    }
    const pullRequest = rival.openPullRequest ?? (lookup?.kind === "found" ? lookup.value : null);
    const changes = pullRequest === null ? null : changesIn(pullRequest);
    const reason = reasonFor(rival, who);
    const result = skippedFor(rival.task, { repository: nameOf(start.repository), changes, reason });
    return [start, { kind: "skipped", result, notice: { title: "Nothing started", text: reason } }];
  });
}

function attach(rival: Rival, serverNow: number, who: string): BegunTask {
  const text = `${reasonFor(rival, who)} This step goes on with that task.`;
  return begunByOthers(rival.task, serverNow, { title: "Agent task attached", text });
}

function pullRequestProblem({ id, htmlUrl }: Task, reason: string): Problem {
  return {
    message: `Could not find out whether the pull request of task ${id} is still open: ${reason}. Nothing was started.`,
    remedy:
      `Give the job the permission pull-requests: read, or a github_token that has it. A task that was archived on ` +
      `GitHub does not count: ${htmlUrl || id}`,
  };
}

/** Why nothing is started, as a sentence with a link. */
export function reasonFor({ task, openPullRequest }: Rival, who: string): string {
  if (openPullRequest !== null) {
    const { number, url } = openPullRequest;
    return `Pull request #${number} (${url}) of ${linkOf(task)}, a ${who}, is still open.`;
  }
  return `A ${who} is still ${task.state}: ${linkOf(task)}.`;
}

function whose({ concurrencyKey }: StartInputs, { key }: Origin): string {
  return concurrencyKey === EVERY_TASK ? "task of the token's user" : `task with the key "${key}"`;
}
