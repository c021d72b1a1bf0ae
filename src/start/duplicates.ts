import type { ActionContext } from "../context.ts";
import { getLink, type Task } from "../github/agent-tasks/task.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import type { Resend, StartedTask } from "./outcome.ts";
import { createStartSearch, type SearchResult } from "./search.ts";
import { formatTasksUrl } from "./start-task.ts";

/** How long after a resend a duplicate may still be missing from lists, in milliseconds. */
const LIST_LAG_MS = 60_000;

/**
 * Searches once more for each task whose start request was sent more than once, and warns about duplicates: each costs
 * money. It also warns if it finds none, because a list can lag further behind.
 */
export async function warnAboutDuplicates(
  context: ActionContext,
  inputs: StartInputs,
  tasks: readonly StartedTask[],
): Promise<void> {
  const { clock, signal } = context.time;
  for (const { start, task, resend } of tasks) {
    if (resend !== null) {
      await clock.sleep(Math.max(0, resend.settledAt + LIST_LAG_MS - clock.now()), signal);
      const search = createStartSearch(context, inputs, start, new Map(resend.others));
      const tasksUrl = formatTasksUrl(context, start.repository);
      for (const [title, text] of explainDuplicates(task, resend, await search(resend.sentAt), tasksUrl)) {
        context.log.warning(title, text);
      }
    }
  }
}

function explainDuplicates(
  task: Task,
  { sends, duplicates }: Resend,
  result: SearchResult,
  tasksUrl: string,
): readonly (readonly [title: string, text: string])[] {
  if (result.kind === "failed") {
    const text =
      `The start request was sent more than once, and the search for duplicates of ${getLink(task)} failed. ` +
      `Look at the repository's tasks: ${tasksUrl}`;
    return [["A second task may exist", text]];
  }
  // If the search does not recognise our own task, GitHub does not return prompts, and any other task may be a duplicate.
  const recognised = result.matches.some(({ id }) => id === task.id);
  const suspects = [
    ...duplicates,
    ...result.matches,
    ...result.unreadable,
    ...(recognised ? [] : result.others),
  ].filter(({ id }) => id !== task.id);
  if (suspects.length === 0) {
    const text =
      `The start request was sent ${sends} times because a response was lost. Only ${getLink(task)} was found; if ` +
      `another task appears later, stop it on GitHub: ${tasksUrl}`;
    return [["Start sent again", text]];
  }
  return [...new Map(suspects.map((suspect) => [suspect.id, suspect])).values()].map((suspect) => [
    "A second task may exist",
    `The start request was sent more than once. Besides ${getLink(task)}, which this step follows, there is ` +
      `${getLink(suspect)}. If this step started both, stop the second one on GitHub.`,
  ]);
}
