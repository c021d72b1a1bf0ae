import { type ActionContext, createContext, type Environment } from "../context.ts";
import type { ListQuery, TaskPage } from "../github/agent-tasks/api.ts";
import { explainFailure } from "../github/agent-tasks/problems.ts";
import { getPhase, type Task } from "../github/agent-tasks/task.ts";
import type { RequestFailure } from "../github/http/error.ts";
import type { RequestResult } from "../github/http/result.ts";
import { getFullName } from "../github/repository.ts";
import { type ListInputs, readListInputs } from "../inputs/list-inputs.ts";
import { buildResult } from "../report/build-result.ts";
import { buildListOutputs } from "../report/outputs.ts";
import { formatListSummary, formatTaskSummary } from "../report/summary.ts";
import { redactTexts } from "../runner/log.ts";

/** The most tasks that the API gives on one page. */
const MAX_PAGE_SIZE = 100;

/** The most tasks that the log and the summary show; the outputs have all. */
const MAX_ROWS = 100;

/**
 * The list action: lists the tasks of a repository, or of all of them, newest first.
 *
 * @returns the exit status, 0 or 1.
 * @throws {InputError} before any request, where an input is not allowed.
 */
export async function list(env: Environment): Promise<number> {
  const inputs = readListInputs(env.input, env.clock.now());
  const context = createContext(env, { ...inputs, githubToken: "" });
  const repository = inputs.repository === null ? "" : getFullName(inputs.repository);

  const listed = await listTasks(context, inputs);
  if (!listed.ok) {
    const what = `list the tasks of ${repository || "all repositories"}`;
    const { failure } = redactTexts(context.redact, listed);
    const problem = explainFailure(failure, {
      what,
      writes: false,
      tokenKind: context.github.tokenKind,
      subject: null,
    });
    context.log.error("Agent tasks", `${problem.message}\n${problem.remedy}`);
    await context.outputs.writeSummary(
      formatTaskSummary({ results: [], problems: [problem], prompt: null, pickUp: null }),
    );
    return 1;
  }

  const results = redactTexts(context.redact, listed.tasks).map((task) =>
    buildResult(task, {
      repository,
      started: false,
      settled: getPhase(task.state) !== "active",
      changes: null,
    }),
  );
  const shown = results.slice(0, MAX_ROWS);
  context.outputs.write(buildListOutputs(results.map(({ report }) => report)));
  context.log.info(`${results.length} tasks${repository === "" ? "" : ` in ${repository}`}`);
  context.log.group(
    `Tasks (${shown.length} of ${results.length})`,
    shown.map(({ report }) =>
      `${report.task_id} ${report.state} ${report.task_name} ${report.task_url}`.trimEnd(),
    ),
  );
  await context.outputs.writeSummary(formatListSummary(shown, results.length));
  return 0;
}

type ListOutcome =
  | { readonly ok: true; readonly tasks: readonly Task[] }
  | { readonly ok: false; readonly failure: RequestFailure };

/** Fetches as many pages as the limit needs. A task that moved to the next page meanwhile is kept once. */
async function listTasks(context: ActionContext, inputs: ListInputs): Promise<ListOutcome> {
  const { repository, limit, state, since, archived, creatorIds } = inputs;
  const query: ListQuery = {
    per_page: Math.min(limit, MAX_PAGE_SIZE),
    sort: "created_at",
    direction: "desc",
    is_archived: archived,
    ...(state === "" ? {} : { state }),
    ...(since === null ? {} : { since: new Date(since).toISOString() }),
    ...(creatorIds.length === 0 ? {} : { creator_id: creatorIds }),
  };
  const ask = (send: () => Promise<RequestResult<TaskPage>>) => context.github.retry(send);

  const tasks = new Map<string, Task>();
  const pages = new Set<string>();
  let answer = await ask(() => context.github.api.list(repository, query));
  for (;;) {
    if (!answer.ok) {
      return answer;
    }
    for (const task of answer.value.tasks) {
      tasks.set(task.id, task);
    }
    const { nextPage } = answer.meta;
    // Pages that name each other as the next would never end.
    if (nextPage === null || tasks.size >= limit || pages.has(nextPage)) {
      return { ok: true, tasks: [...tasks.values()].slice(0, limit) };
    }
    pages.add(nextPage);
    answer = await ask(() => context.github.api.nextPage(nextPage));
  }
}
