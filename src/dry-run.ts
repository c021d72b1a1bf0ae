import { explain, type Problem } from "./agent-tasks/errors.ts";
import type { Start } from "./begin.ts";
import { finish } from "./finish.ts";
import { checkHeadRef } from "./head-ref.ts";
import { readAgain } from "./http/read-again.ts";
import type { StartInputs } from "./inputs.ts";
import { retelling } from "./narrate.ts";
import { taskOutputs } from "./report/outputs.ts";
import { dryRunSummary } from "./report/summary.ts";
import { isPublic, nameOf } from "./runner.ts";
import type { Step } from "./step.ts";

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
  const problems: Problem[] = [];
  for (const start of starts) {
    const problem = await tryReading(step, inputs, start);
    if (problem !== null) {
      problems.push(problem);
    }
  }
  if (problems.length > 0) {
    return finish(step, { results: [], problems, failOn: inputs.failOn, prompt });
  }
  const names = starts.map(({ repository }) => nameOf(repository)).join(", ");
  step.writeOutputs(taskOutputs([]));
  step.log.notice("Dry run", `Nothing was started in ${names}. The token can read its tasks.`);
  const [first] = starts;
  await step.writeSummary(dryRunSummary(names, { ...first?.body }, isPublic(step.runner) ? null : prompt));
  return 0;
}

/** Why a task could not be started in that repository, as far as reading shows it; null where it shows nothing. */
async function tryReading(
  step: Step,
  { headRef, baseRef }: StartInputs,
  { repository }: Start,
): Promise<Problem | null> {
  const query = { per_page: 1, sort: "created_at", direction: "desc" } as const;
  const answer = await readAgain(() => step.api.list(repository, query), step, retelling(step.log));
  if (!answer.ok) {
    const attempt = {
      what: `list the tasks of ${nameOf(repository)}`,
      writes: true,
      tokenKind: step.tokenKind,
    };
    return explain(answer.fault, attempt);
  }
  return checkHeadRef(step, { headRef, baseRef, repository });
}
