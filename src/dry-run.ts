import type { StartBody } from "./agent-tasks/api.ts";
import { explain, type Problem } from "./agent-tasks/errors.ts";
import { finish } from "./finish.ts";
import { checkHeadRef } from "./head-ref.ts";
import { readAgain } from "./http/read-again.ts";
import type { StartInputs } from "./inputs.ts";
import { retelling } from "./narrate.ts";
import { taskOutputs } from "./report/outputs.ts";
import { dryRunSummary } from "./report/summary.ts";
import { isPublic } from "./runner.ts";
import type { Step } from "./step.ts";
import { nameOf } from "./watch.ts";

/**
 * Reads once, so that a token or a repository that cannot work is found out, and writes nothing to GitHub.
 *
 * @returns the exit status, 0 or 1.
 */
export async function dryRun(step: Step, inputs: StartInputs, body: StartBody): Promise<number> {
  const repository = nameOf(inputs.repository);
  const fail = (problem: Problem) =>
    finish(step, { results: [], problems: [problem], failOn: inputs.failOn, prompt: body.prompt });
  const query = { per_page: 1, sort: "created_at", direction: "desc" } as const;
  const answer = await readAgain(() => step.api.list(inputs.repository, query), step, retelling(step.log));
  if (!answer.ok) {
    const attempt = { what: `list the tasks of ${repository}`, writes: true, tokenKind: step.tokenKind };
    return fail(explain(answer.fault, attempt));
  }
  const refused = await checkHeadRef(step, inputs);
  if (refused !== null) {
    return fail(refused);
  }
  step.writeOutputs(taskOutputs([]));
  step.log.notice("Dry run", `Nothing was started in ${repository}. The token can read its tasks.`);
  await step.writeSummary(dryRunSummary(repository, { ...body }, isPublic(step.runner) ? null : body.prompt));
  return 0;
}
