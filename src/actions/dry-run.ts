import type { ActionContext } from "../context.ts";
import type { LookupContext } from "../github/fallback.ts";
import { extendBudget, RETRY_BUDGET_MS, withRetry } from "../github/http/retry.ts";
import { getFullName } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { buildFailedStart } from "../report/build-result.ts";
import { finish } from "../report/finish.ts";
import { buildTaskOutputs } from "../report/outputs.ts";
import { formatDryRunSummary } from "../report/summary.ts";
import { isPublic } from "../runner/environment.ts";
import { checkHeadBranch } from "../start/head-branch.ts";
import { type FailedStart, failRequest, findStopper, type Start } from "../start/outcome.ts";

/**
 * Checks the token and each repository with read requests that share one time limit, and writes nothing to GitHub.
 *
 * @param prompt the prompt to show.
 * @returns the exit status, 0 or 1.
 */
export async function dryRun(
  context: ActionContext,
  inputs: StartInputs,
  starts: readonly Start[],
  prompt: string,
): Promise<number> {
  const checks: (FailedStart | null)[] = [];
  const reads = inputs.headRef === "" ? 1 : 2;
  const requests = context.github.lookup(extendBudget(RETRY_BUDGET_MS, reads * starts.length));
  for (const start of starts) {
    if (findStopper(checks) !== null) {
      break;
    }
    checks.push(await checkAccess(context, inputs, start, requests));
  }
  const problems = checks.flatMap((failed) => failed?.problem ?? []);
  if (problems.length > 0) {
    return finish(context, {
      results: problems.map((problem) => buildFailedStart(problem.subject?.repository ?? "", problem)),
      problems,
      waited: false,
      failOn: inputs.failOn,
      prompt,
    });
  }
  const [first, ...others] = starts;
  const isSingle = first !== undefined && others.length === 0;
  const where = isSingle ? getFullName(first.repository) : `${starts.length} repositories`;
  context.outputs.write(buildTaskOutputs([], inputs.failOn));
  context.log.notice(
    "Dry run",
    isSingle
      ? `Nothing was started in ${where}. The token can read its tasks.`
      : `Nothing was started in ${where}. The token can read their tasks.`,
  );
  await context.outputs.writeSummary(
    formatDryRunSummary(where, { ...first?.body }, isPublic(context.runner) ? null : prompt),
  );
  return 0;
}

/** Checks that the repository's tasks can be listed and the pull request to continue is open; null if so. */
async function checkAccess(
  context: ActionContext,
  { headRef, baseRef }: StartInputs,
  { repository }: Start,
  requests: LookupContext,
): Promise<FailedStart | null> {
  const query = { per_page: 1, sort: "created_at", direction: "desc" } as const;
  const response = await withRetry(() => context.github.api.list(repository, query), requests);
  return response.ok
    ? checkHeadBranch(context, { headRef, baseRef, repository }, requests)
    : failRequest(context, repository, response.failure, {
        what: `list the tasks of ${getFullName(repository)}`,
        writes: true,
      });
}
