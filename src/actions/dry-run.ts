import type { ActionContext } from "../context.ts";
import { explainFailure, getFailureScope } from "../github/agent-tasks/problems.ts";
import { getFullName } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { buildFailedStart } from "../report/build-result.ts";
import { finish } from "../report/finish.ts";
import { buildTaskOutputs } from "../report/outputs.ts";
import { formatDryRunSummary } from "../report/summary.ts";
import { isPublic } from "../runner/environment.ts";
import { checkHeadBranch } from "../start/head-branch.ts";
import { type FailedStart, failStart, findStopper, type Start } from "../start/outcome.ts";

/**
 * Reads once in each repository, so that a token or a repository that cannot work is found out, and writes nothing to
 * GitHub.
 *
 * @param prompt what would be sent to the agent.
 * @returns the exit status, 0 or 1.
 */
export async function dryRun(
  context: ActionContext,
  inputs: StartInputs,
  starts: readonly Start[],
  prompt: string,
): Promise<number> {
  const tried: { readonly start: Start; readonly failed: FailedStart | null }[] = [];
  for (const start of starts) {
    if (findStopper(tried.map(({ failed }) => failed)) !== null) {
      break;
    }
    tried.push({ start, failed: await checkAccess(context, inputs, start) });
  }
  const failures = tried.flatMap(({ start, failed }) => (failed === null ? [] : [{ start, failed }]));
  if (failures.length > 0) {
    return finish(context, {
      results: failures.map(({ start, failed }) =>
        buildFailedStart(getFullName(start.repository), failed.problem.message),
      ),
      problems: failures.map(({ failed }) => failed.problem),
      failOn: inputs.failOn,
      prompt,
    });
  }
  const [first, ...others] = starts;
  const where =
    first === undefined || others.length > 0
      ? `${starts.length} repositories`
      : getFullName(first.repository);
  context.outputs.write(buildTaskOutputs([]));
  context.log.notice(
    "Dry run",
    `Nothing was started in ${where}. The token can read ${others.length > 0 ? "their" : "its"} tasks.`,
  );
  await context.outputs.writeSummary(
    formatDryRunSummary(where, { ...first?.body }, isPublic(context.runner) ? null : prompt),
  );
  return 0;
}

/** Why a task could not be started in that repository, as far as reading shows it; null where it shows nothing. */
async function checkAccess(
  context: ActionContext,
  { headRef, baseRef }: StartInputs,
  { repository }: Start,
): Promise<FailedStart | null> {
  const query = { per_page: 1, sort: "created_at", direction: "desc" } as const;
  const answer = await context.github.retry(() => context.github.api.list(repository, query));
  if (!answer.ok) {
    const attempt = {
      what: `list the tasks of ${getFullName(repository)}`,
      writes: true,
      tokenKind: context.github.tokenKind,
      subject: { repository: getFullName(repository), taskId: "" },
    };
    return failStart(explainFailure(answer.failure, attempt), {
      scope: getFailureScope(answer.failure, context.github.tokenKind),
    });
  }
  return checkHeadBranch(context, { headRef, baseRef, repository });
}
