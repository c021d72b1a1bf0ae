import type { Step } from "../context.ts";
import { linkOf, type Task } from "../github/agent-tasks/task.ts";
import type { FindStarted } from "./search.ts";

/** How long after a start that was sent again a twin may still show up in lists, in milliseconds. */
const SHOWS_WITHIN_MS = 60_000;

/** A start of which more than one request may have been carried out. */
export interface ResentStart {
  readonly task: Task;
  /** How many requests may have started a task. */
  readonly sends: number;
  /** Where people see the repository's tasks. */
  readonly tasksUrl: string;
  /** When the first request was sent, this machine's time in milliseconds since the epoch. */
  readonly sentAt: number;
  /** When the last answer or find came. */
  readonly settledAt: number;
  /** Other tasks that are already known to be from the same start. */
  readonly twins: readonly Task[];
}

/**
 * Looks once more after a start that was sent again, and warns with both links where a second task appears: it costs
 * money, and nobody asked for it. It looks no sooner than the lists can be expected to show it. Where none appears, it
 * says that the start was sent more than once all the same: a list can lag further behind.
 */
export async function warnOfTwins(step: Step, start: ResentStart, find: FindStarted): Promise<void> {
  const { task, sentAt, settledAt } = start;
  await step.clock.sleep(Math.max(0, settledAt + SHOWS_WITHIN_MS - step.clock.now()), step.signal);
  const finding = await find(sentAt);
  if (finding.kind === "fault") {
    step.log.warning(
      "A second task may exist",
      `The start was sent more than once, and whether that began a second task beside ${linkOf(task)} could not be ` +
        `found out. Look at the repository's tasks: ${start.tasksUrl}`,
    );
    return;
  }
  // Where our own task is not recognised, GitHub does not repeat prompts: then any other may be the twin.
  const recognised = finding.ours.some(({ id }) => id === task.id);
  const suspects = [
    ...start.twins,
    ...finding.ours,
    ...finding.unreadable,
    ...(recognised ? [] : finding.others),
  ];
  const twins = new Map(suspects.filter(({ id }) => id !== task.id).map((twin) => [twin.id, twin]));
  if (twins.size === 0) {
    step.log.warning(
      "Start sent again",
      `The start was sent ${start.sends} times, since an answer was lost, and only ${linkOf(task)} was found. Should ` +
        `another one show up later, stop it on GitHub: ${start.tasksUrl}`,
    );
  }
  for (const twin of twins.values()) {
    step.log.warning(
      "A second task may exist",
      `The start was sent more than once. Besides ${linkOf(task)}, which this step goes on with, there is ` +
        `${linkOf(twin)}. If it is from this step too, stop it on GitHub.`,
    );
  }
}
