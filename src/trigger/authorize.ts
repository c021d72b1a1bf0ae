import type { Step } from "../context.ts";
import type { Problem } from "../github/agent-tasks/problems.ts";
import { READ_FOR_MS, retelling } from "../github/http/retry.ts";
import { explainUnknownRole, getRole } from "../github/permissions.ts";
import { repositoryOf } from "../github/repository.ts";
import type { TriggerRule } from "../inputs/start-inputs.ts";
import { explainRefusal, judgeRole, triggerCheck } from "./policy.ts";

/**
 * Finds out whether whoever triggered this run may start a task. Where it cannot be found out, they may not.
 *
 * @returns null where they may.
 */
export async function checkTrigger(step: Step, rule: TriggerRule): Promise<Problem | null> {
  const { clients, runner } = step;
  const check = triggerCheck(runner, rule);
  switch (check.kind) {
    case "exempt":
      return null;
    case "refused":
      return explainRefusal(check.refusal, runner, rule);
    case "ask":
      break;
  }
  const context = { ...step, readForMs: READ_FOR_MS, onFault: retelling(step.log) };
  for (const login of check.logins) {
    const lookup = await getRole(clients, repositoryOf(runner), login, context);
    if (lookup.kind === "unknown") {
      return explainUnknownRole(login, runner.repository, lookup.reason);
    }
    const refusal = judgeRole(login, lookup.value, rule);
    if (refusal !== null) {
      return explainRefusal(refusal, runner, rule);
    }
    step.log.info(`Triggered by ${login}, who has the permission ${lookup.value} in ${runner.repository}.`);
  }
  return null;
}
