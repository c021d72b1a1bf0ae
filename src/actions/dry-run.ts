import type { Step } from "../context.ts";
import { explain, reachOf } from "../github/agent-tasks/problems.ts";
import { readAgain, retelling } from "../github/http/retry.ts";
import { nameOf } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { notStarted } from "../report/build-result.ts";
import { finish } from "../report/finish.ts";
import { taskOutputs } from "../report/outputs.ts";
import { dryRunSummary } from "../report/summary.ts";
import { isPublic } from "../runner/environment.ts";
import { checkHeadRef } from "../start/head-branch.ts";
import { type FailedBeginning, failedBy, type Start, stopperAmong } from "../start/outcome.ts";

/**
 * Reads once in each repository, so that a token or a repository that cannot work is found out, and writes nothing to
 * GitHub.
 *
 * @param prompt what would be sent to the agent.
 * @returns the exit status, 0 or 1.
 */
export async function dryRun(
  step: Step,
  inputs: StartInputs,
  starts: readonly Start[],
  prompt: string,
): Promise<number> {
  const tried: { readonly start: Start; readonly failed: FailedBeginning | null }[] = [];
  for (const start of starts) {
    if (stopperAmong(tried.map(({ failed }) => failed)) !== null) {
      break;
    }
    tried.push({ start, failed: await tryReading(step, inputs, start) });
  }
  const failures = tried.flatMap(({ start, failed }) => (failed === null ? [] : [{ start, failed }]));
  if (failures.length > 0) {
    return finish(step, {
      results: failures.map(({ start, failed }) =>
        notStarted(nameOf(start.repository), failed.problem.message),
      ),
      problems: failures.map(({ failed }) => failed.problem),
      failOn: inputs.failOn,
      prompt,
    });
  }
  const [first, ...others] = starts;
  const where =
    first === undefined || others.length > 0 ? `${starts.length} repositories` : nameOf(first.repository);
  step.writeOutputs(taskOutputs([]));
  step.log.notice(
    "Dry run",
    `Nothing was started in ${where}. The token can read ${others.length > 0 ? "their" : "its"} tasks.`,
  );
  await step.writeSummary(dryRunSummary(where, { ...first?.body }, isPublic(step.runner) ? null : prompt));
  return 0;
}

/** Why a task could not be started in that repository, as far as reading shows it; null where it shows nothing. */
async function tryReading(
  step: Step,
  { headRef, baseRef }: StartInputs,
  { repository }: Start,
): Promise<FailedBeginning | null> {
  const query = { per_page: 1, sort: "created_at", direction: "desc" } as const;
  const answer = await readAgain(() => step.api.list(repository, query), step, retelling(step.log));
  if (!answer.ok) {
    const attempt = {
      what: `list the tasks of ${nameOf(repository)}`,
      writes: true,
      tokenKind: step.tokenKind,
    };
    return failedBy(explain(answer.fault, attempt), { reach: reachOf(answer.fault, step.tokenKind) });
  }
  return checkHeadRef(step, { headRef, baseRef, repository });
}
