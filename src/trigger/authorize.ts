import type { ActionContext } from "../context.ts";
import type { Problem } from "../github/agent-tasks/problems.ts";
import { explainUnknownRole, getRole } from "../github/permissions.ts";
import { getRepository } from "../github/repository.ts";
import type { TriggerRule } from "../inputs/start-inputs.ts";
import { checkRole, decideTrigger, explainRefusal } from "./policy.ts";

/**
 * Checks whether the people who triggered this run may start a task. If that is unknown, they may not.
 *
 * @returns why they may not, or null if they may.
 */
export async function authorize(context: ActionContext, rule: TriggerRule): Promise<Problem | null> {
  const { github, log, runner } = context;
  const check = decideTrigger(runner, rule);
  switch (check.kind) {
    case "exempt":
      return null;
    case "refused":
      return explainRefusal(check.refusal, runner, rule);
    case "ask":
      break;
  }
  const requests = github.lookup();
  for (const login of check.logins) {
    const lookup = await getRole(requests, getRepository(runner), login);
    if (lookup.kind === "unknown") {
      return explainUnknownRole(login, runner.repository, lookup);
    }
    const refusal = checkRole(login, lookup.value, rule);
    if (refusal !== null) {
      return explainRefusal(refusal, runner, rule);
    }
    log.info(`Triggered by ${login}, who has the permission ${lookup.value} in ${runner.repository}.`);
  }
  return null;
}
