import type { Step } from "../context.ts";
import { explain, reachOf } from "../github/agent-tasks/problems.ts";
import { phaseOf, type Task } from "../github/agent-tasks/task.ts";
import type { Fault } from "../github/http/error.ts";
import { retelling } from "../github/http/retry.ts";
import { nameOf, type Repository } from "../github/repository.ts";
import { type Origin, recogniseEarlierAttempt } from "../prompt/trace.ts";
import { type BegunTask, begunByOthers, type FailedBeginning, failedBy, type Start } from "./outcome.ts";
import { lookUp } from "./search.ts";

/** The most tasks to link in warnings. */
const MOST_LINKED = 5;

/**
 * In a re-run: the task that this step started in an earlier attempt, if that is not to be done again.
 *
 * @returns null where there is none, and a task is to be started.
 */
export async function adoptEarlier(
  step: Step,
  { repository, origin }: Start,
): Promise<BegunTask | FailedBeginning | null> {
  const earlier = await findEarlier(step, repository, origin);
  const name = nameOf(repository);
  switch (earlier.kind) {
    case "none":
      step.log.info(
        earlier.ended === null
          ? `Attempt ${origin.attempt}: no earlier attempt of this run has started a task in ${name}.`
          : `Attempt ${origin.attempt}: task ${earlier.ended.id} of an earlier attempt in ${name} is ${earlier.ended.state}; a new one is started.`,
      );
      return null;
    case "unknown": {
      const what = `find out whether an earlier attempt of this run started a task in ${name}`;
      const problem = explain(earlier.fault, { what, writes: false, tokenKind: step.tokenKind });
      return failedBy(problem, { reach: reachOf(earlier.fault, step.tokenKind) });
    }
    case "unreadable": {
      const message = `Could not find out whether an earlier attempt of this run started a task in ${name}: no task there could be read, or shows its prompt.`;
      const remedy =
        "Look at the tasks linked above. To start another one, start a new run instead of a re-run.";
      return failedBy({ message, remedy }, { candidates: earlier.candidates.slice(0, MOST_LINKED) });
    }
    case "adopt": {
      const { task, serverNow } = earlier;
      const text = `Attempt ${origin.attempt} goes on with task ${task.id} of an earlier attempt: ${task.htmlUrl || task.state}`;
      return begunByOthers(task, serverNow, { title: "Agent task adopted", text });
    }
  }
}

/** GitHub lets a run be re-run for 30 days. */
const RERUN_WITHIN_MS = 30 * 24 * 60 * 60_000;

/** The most tasks to read in search of an earlier attempt's. */
const MOST_READ = 300;

/** What earlier attempts of this run have left. */
export type Earlier =
  /** Nothing, or nothing that still counts: `ended` is the task that failed. */
  | { readonly kind: "none"; readonly ended: Task | null }
  | { readonly kind: "adopt"; readonly task: Task; readonly serverNow: number }
  /** It could not be found out: the search failed. */
  | { readonly kind: "unknown"; readonly fault: Fault }
  /** It could not be found out: not one task shows its prompt. */
  | { readonly kind: "unreadable"; readonly candidates: readonly Task[] };

/**
 * Looks for the task that the same step started in an earlier attempt of this run. One that is active, paused or
 * completed is the one to go on with; the newest counts.
 */
export async function findEarlier(step: Step, repository: Repository, origin: Origin): Promise<Earlier> {
  const user = await step.user();
  if (!user.ok) {
    return { kind: "unknown", fault: user.fault };
  }
  const serverNow = step.clock.now() + user.value.serverAheadMs;
  const search = {
    repository,
    creatorId: user.value.id,
    since: serverNow - RERUN_WITHIN_MS,
    recognise: recogniseEarlierAttempt(origin),
    firstOnly: true,
    missing: "fault" as const,
    atMost: MOST_READ,
  };
  const finding = await lookUp(step.api, search, new Map(), step, retelling(step.log));
  if (finding.kind === "fault") {
    return { kind: "unknown", fault: finding.fault };
  }
  if (!finding.complete) {
    step.log.warning(
      "Re-run",
      `Only the newest ${MOST_READ} tasks were searched for one that an earlier attempt of this run started.`,
    );
  }
  const [newest] = finding.ours;
  if (newest === undefined) {
    // Sessions of editors, listed as tasks, may have no prompt; but where no task has one, ours has none either.
    const isReadable = finding.others.length > 0 || finding.unreadable.length === 0;
    return isReadable
      ? { kind: "none", ended: null }
      : { kind: "unreadable", candidates: finding.unreadable };
  }
  return phaseOf(newest.state) === "final" && newest.state !== "completed"
    ? { kind: "none", ended: newest }
    : { kind: "adopt", task: newest, serverNow };
}
