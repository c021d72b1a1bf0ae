import { type ActionContext, createContext, type Environment } from "../context.ts";
import type { ListQuery } from "../github/agent-tasks/api.ts";
import { iterateTasks } from "../github/agent-tasks/pages.ts";
import { explainFailure } from "../github/agent-tasks/problems.ts";
import { getPhase, type Task } from "../github/agent-tasks/task.ts";
import type { RequestFailure } from "../github/http/error.ts";
import { getFullName } from "../github/repository.ts";
import { type ListInputs, readListInputs } from "../inputs/list-inputs.ts";
import { buildResult } from "../report/build-result.ts";
import { buildListOutputs } from "../report/outputs.ts";
import { formatListSummary, formatTaskSummary } from "../report/summary.ts";
import { redactTexts } from "../runner/log.ts";
import { pluralize } from "../text/format.ts";

/** The API's limit for the tasks of one page. */
const MAX_PAGE_SIZE = 100;

/** How many tasks the log and the summary show at most. The outputs have all of them. */
const MAX_ROWS = 100;

/**
 * The list action: lists the tasks of a repository, or of all of them, newest first.
 *
 * @returns the exit status, 0 or 1.
 * @throws {InputError} before any request, if an input is invalid.
 */
export async function list(env: Environment): Promise<number> {
  const inputs = readListInputs(env.input, env.clock.now());
  const context = createContext(env, { ...inputs, githubToken: "" });
  const repository = getFullName(inputs.repository);

  const outcome = await listTasks(context, inputs);
  if (!outcome.ok) {
    const { failure } = redactTexts(context.redact, outcome);
    const problem = explainFailure(failure, {
      what: `list the tasks of ${repository || "all repositories"}`,
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

  const results = redactTexts(context.redact, outcome.tasks).map((task) =>
    buildResult(task, {
      repository,
      started: false,
      settled: getPhase(task.state) !== "active",
      changes: null,
    }),
  );
  const shown = results.slice(0, MAX_ROWS);
  context.outputs.write(buildListOutputs(results.map(({ report }) => report)));
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
  | { readonly ok: true; readonly tasks: readonly Task[] }
  | { readonly ok: false; readonly failure: RequestFailure };

/** Requests as many pages as the limit needs. */
async function listTasks({ github }: ActionContext, inputs: ListInputs): Promise<ListOutcome> {
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
  for await (const listed of iterateTasks(github.api, repository, query, (send) => github.retry(send))) {
    if (!listed.ok) {
      return listed;
    }
    tasks.push(listed.task);
    if (tasks.length === limit) {
      break;
    }
  }
  return { ok: true, tasks };
}
