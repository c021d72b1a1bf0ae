import { type ActionContext, createContext, type Environment } from "../context.ts";
import type { ListQuery } from "../github/agent-tasks/api.ts";
import type { TaskPage } from "../github/agent-tasks/decode-task.ts";
import { iterateTasks } from "../github/agent-tasks/pages.ts";
import { explainFailure } from "../github/agent-tasks/problems.ts";
import { getPhase, getTaskRepository, type Task } from "../github/agent-tasks/task.ts";
import type { RequestFailure } from "../github/http/error.ts";
import type { RequestResult } from "../github/http/result.ts";
import { withRetry } from "../github/http/retry.ts";
import { getFullName } from "../github/repository.ts";
import { type ListInputs, readListInputs } from "../inputs/list-inputs.ts";
import { buildResult } from "../report/build-result.ts";
import { buildListOutputs } from "../report/outputs.ts";
import { MAX_PROBLEM_LENGTH } from "../report/problem-groups.ts";
import { formatListSummary, formatTaskSummary } from "../report/summary.ts";
import { pluralize, truncate } from "../text/format.ts";

/** The API's limit for the tasks of one page. */
const MAX_PAGE_SIZE = 100;

/** The most pages to read. A server could always name another one. */
const MAX_PAGES = 100;

/** How many tasks the log and the summary show at most. The outputs have all of them. */
const MAX_ROWS = 100;

/**
 * The list action: lists the tasks of a repository, or of all of them, newest first.
 *
 * @returns the exit status, 0 or 1.
 * @throws {InputError} before any request, if an input is invalid.
 */
export async function list(env: Environment): Promise<number> {
  const inputs = readListInputs(env.input, env.runner, env.clock.now());
  const context = createContext(env, { ...inputs, githubToken: "" });
  for (const notice of inputs.notices) {
    context.log.notice("Inputs merged", notice);
  }
  const repository = getFullName(inputs.repository);

  const outcome = await listTasks(context, inputs);
  if (!outcome.ok) {
    const problem = explainFailure(outcome.failure, {
      what: `list the tasks of ${repository || "all repositories"}`,
      writes: false,
      tokenKind: context.github.tokenKind,
      subject: null,
    });
    const lines = [problem.message, problem.remedy].map((line) => truncate(line, MAX_PROBLEM_LENGTH));
    context.log.error("Agent tasks", lines.join("\n"));
    await context.outputs.writeSummary(
      formatTaskSummary({
        results: [],
        problems: [problem],
        waited: false,
        serverUrl: context.runner.serverUrl,
        prompt: null,
        pickUp: null,
      }),
    );
    return 1;
  }

  if (outcome.unreadable > 0) {
    context.log.warning(
      "Tasks missing",
      `GitHub lists ${pluralize(outcome.unreadable, "task")} without an ID that this version of the action can read. The ` +
        "outputs and the summary do not have them.",
    );
  }
  const results = outcome.tasks.map((task) =>
    buildResult(task, {
      repository: repository || getTaskRepository(task, context.runner.serverUrl),
      started: false,
      settled: getPhase(task.state) !== "active",
      changes: null,
    }),
  );
  const shown = results.slice(0, MAX_ROWS);
  context.outputs.write(buildListOutputs(results));
  context.log.info(`${pluralize(results.length, "task")}${repository === "" ? "" : ` in ${repository}`}`);
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
  /** `unreadable`: how many entries of the list have no ID. */
  | { readonly ok: true; readonly tasks: readonly Task[]; readonly unreadable: number }
  | { readonly ok: false; readonly failure: RequestFailure };

/** Requests as many pages as the limit needs, and warns if the list goes on beyond what it reads. */
async function listTasks({ github, log }: ActionContext, inputs: ListInputs): Promise<ListOutcome> {
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
  const tasks: Task[] = [];
  let unreadable = 0;
  const requests = github.lookup();
  const pages = {
    maxPages: MAX_PAGES,
    request: (send: () => Promise<RequestResult<TaskPage>>) => withRetry(send, requests),
    endsWithoutNewTasks: true,
    onCutOff: () =>
      log.warning(
        "List cut off",
        `The outputs have the newest ${pluralize(tasks.length, "task")}, and older ones may be missing: the list goes on, but ` +
          `the last page had no new task, or ${MAX_PAGES} pages were read. To list fewer tasks, set state or since.`,
      ),
  };
  for await (const listed of iterateTasks(github.api, repository, query, pages)) {
    if (listed.kind === "failed") {
      return { ok: false, failure: listed.failure };
    }
    if (listed.kind === "unreadable") {
      unreadable++;
      continue;
    }
    tasks.push(listed.task);
    if (tasks.length === limit) {
      log.notice(
        "List limited",
        `The newest ${pluralize(limit, "task")} are listed. There may be more: set limit to 0 for all.`,
      );
      break;
    }
  }
  return { ok: true, tasks, unreadable };
}
