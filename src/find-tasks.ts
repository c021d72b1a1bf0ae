import type { Repository } from "./agent-tasks/api.ts";
import { type Finding, lookUp, type Recognition } from "./agent-tasks/look-up.ts";
import { phaseOf, type Task } from "./agent-tasks/task.ts";
import type { Fault } from "./http/fault.ts";
import { type Origin, recogniseEarlierAttempt } from "./identity.ts";
import { retelling } from "./narrate.ts";
import type { Step } from "./step.ts";

/** How far before a start its task may seem to have been created, in milliseconds: clocks and rounding. */
const MARGIN_MS = 120_000;

/** GitHub lets a run be re-run for 30 days. */
const RERUN_WITHIN_MS = 30 * 24 * 60 * 60_000;

/** The most tasks to read in search of an earlier attempt's. */
const MOST_READ = 300;

/** Looks once for the tasks of a start that was first sent at `sentAt` (this machine's time). */
export type FindStarted = (sentAt: number) => Promise<Finding>;

/** A search for the tasks of one start. It keeps in mind which tasks it has read and are others'. */
export function startFinder(
  step: Step,
  repository: Repository,
  recognise: (task: Task) => Recognition,
): FindStarted {
  const others = new Map<string, Task>();
  return async (sentAt) => {
    const user = await step.user();
    if (!user.ok) {
      return { kind: "fault", fault: user.fault };
    }
    // The answer's `Date` tells how far this machine's clock is off.
    const ahead = user.value.serverAheadMs;
    const search = {
      repository,
      creatorId: user.value.id,
      since: sentAt + ahead - MARGIN_MS,
      recognise,
      firstOnly: false,
      missing: "unreadable" as const,
      atMost: Number.POSITIVE_INFINITY,
    };
    return lookUp(step.api, search, others, step, retelling(step.log));
  };
}

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
