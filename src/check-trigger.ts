import type { Problem } from "./agent-tasks/errors.ts";
import { getRole } from "./github/permission.ts";
import { READ_FOR_MS } from "./http/read-again.ts";
import { retelling } from "./narrate.ts";
import { repositoryOf } from "./runner.ts";
import type { Step } from "./step.ts";
import { explainRefusal, judgeRole, type TriggerRule, triggerCheck } from "./trigger.ts";

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

/** What is said where somebody's permission could not be found out. */
export function explainUnknownRole(login: string, repository: string, reason: string): Problem {
  return {
    message: `Could not find out which permission ${login} has in ${repository}: ${reason}. Nothing was started.`,
    remedy:
      "Where GitHub was in trouble, run this again. Where it refused, use a github_token that can read this " +
      "repository's metadata, as the workflow's own can.",
  };
}
