import type { ActionContext } from "../context.ts";
import { getLink, type Task } from "../github/agent-tasks/task.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import type { Resend, StartedTask } from "./outcome.ts";
import { createSearchBudget, createStartSearch, type SearchResult, UNREADABLE_TASKS } from "./search.ts";
import { formatTasksUrl } from "./start-task.ts";

/** How long after a resend a duplicate may still be missing from lists, in milliseconds. */
const LIST_LAG_MS = 60_000;

/**
 * Searches once more for each task whose start request may have started several, and warns about duplicates: each costs
 * money. It also warns if it finds none, because a list can lag further behind.
 *
 * @returns the tasks that may be duplicates.
 */
export async function warnAboutDuplicates(
  context: ActionContext,
  inputs: StartInputs,
  tasks: readonly StartedTask[],
): Promise<readonly Task[]> {
  const { clock, signal } = context.time;
  const found: Task[] = [];
  const budget = createSearchBudget();
  for (const { start, task, resend } of tasks) {
    if (resend !== null) {
      await clock.sleep(Math.max(0, resend.settledAt + LIST_LAG_MS - clock.now()), signal);
      const search = createStartSearch(context, inputs, start, { others: new Map(resend.others), budget });
      const tasksUrl = formatTasksUrl(context, start.repository);
      const result = await search(resend.sentAt);
      const suspects = findSuspects(task, resend, result);
      for (const [title, text] of explainDuplicates(task, suspects, { ...resend, result, tasksUrl })) {
        context.log.warning(title, text);
      }
      found.push(...suspects);
    }
  }
  return found;
}

/** The tasks besides the followed one that may come from the same start. */
function findSuspects({ id: ownId }: Task, { duplicates }: Resend, result: SearchResult): readonly Task[] {
  // If the search does not recognise our own task, GitHub does not return prompts, and any other task may be a duplicate.
  const found =
    result.kind === "failed"
      ? []
      : [
          ...result.matches,
          ...result.unreadable,
          ...result.promptless,
          ...(result.matches.some(({ id }) => id === ownId) ? [] : result.others),
        ];
  const others = [...duplicates, ...found].filter(({ id }) => id !== ownId);
  return [...new Map(others.map((other) => [other.id, other])).values()];
}

function explainDuplicates(
  task: Task,
  suspects: readonly Task[],
  { sends, result, tasksUrl }: Pick<Resend, "sends"> & { result: SearchResult; tasksUrl: string },
): readonly (readonly [title: string, text: string])[] {
  const cause =
    sends === 1
      ? "Something between this runner and GitHub repeated the start request."
      : "The start request was sent more than once.";
  const texts = suspects.map(
    (suspect) =>
      `${cause} Besides ${getLink(task)}, which this step follows, there is ` +
      `${getLink(suspect)}. If this step started both, stop the second one on GitHub.`,
  );
  if (result.kind === "failed") {
    texts.unshift(
      `${cause} The search for further tasks besides ${getLink(task)} failed. ` +
        `Look at the repository's tasks: ${tasksUrl}`,
    );
  } else if (texts.length === 0) {
    const incomplete = result.unreadableEntries > 0 ? ` ${UNREADABLE_TASKS}.` : "";
    const text =
      `The start request was sent ${sends} times because a response was lost. Only ${getLink(task)} was found.` +
      `${incomplete} If another task appears later, stop it on GitHub: ${tasksUrl}`;
    return [["Start sent again", text]];
  }
  return texts.map((text) => ["A second task may exist", text]);
}
