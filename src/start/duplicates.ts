import type { ActionContext } from "../context.ts";
import { getLink, type Task } from "../github/agent-tasks/task.ts";
import type { StartSearch } from "./search.ts";

/** How long after a start that was sent again a duplicate may still show up in lists, in milliseconds. */
const LIST_LAG_MS = 60_000;

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
  readonly duplicates: readonly Task[];
}

/**
 * Looks once more after a start that was sent again, and warns with both links where a second task appears: it costs
 * money, and nobody asked for it. It looks no sooner than the lists can be expected to show it. Where none appears, it
 * says that the start was sent more than once all the same: a list can lag further behind.
 */
export async function checkForDuplicates(
  context: ActionContext,
  start: ResentStart,
  find: StartSearch,
): Promise<void> {
  const { task, sentAt, settledAt } = start;
  await context.time.clock.sleep(
    Math.max(0, settledAt + LIST_LAG_MS - context.time.clock.now()),
    context.time.signal,
  );
  const finding = await find(sentAt);
  if (finding.kind === "failed") {
    context.log.warning(
      "A second task may exist",
      `The start was sent more than once, and whether that began a second task beside ${getLink(task)} could not be ` +
        `found out. Look at the repository's tasks: ${start.tasksUrl}`,
    );
    return;
  }
  // Where our own task is not recognised, GitHub does not repeat prompts: then any other may be the duplicate.
  const recognised = finding.matches.some(({ id }) => id === task.id);
  const suspects = [
    ...start.duplicates,
    ...finding.matches,
    ...finding.unreadable,
    ...(recognised ? [] : finding.others),
  ];
  const duplicates = new Map(
    suspects.filter(({ id }) => id !== task.id).map((duplicate) => [duplicate.id, duplicate]),
  );
  if (duplicates.size === 0) {
    context.log.warning(
      "Start sent again",
      `The start was sent ${start.sends} times, since an answer was lost, and only ${getLink(task)} was found. Should ` +
        `another one show up later, stop it on GitHub: ${start.tasksUrl}`,
    );
  }
  for (const duplicate of duplicates.values()) {
    context.log.warning(
      "A second task may exist",
      `The start was sent more than once. Besides ${getLink(task)}, which this step goes on with, there is ` +
        `${getLink(duplicate)}. If it is from this step too, stop it on GitHub.`,
    );
  }
}
