import { createProblem, type Problem } from "../github/agent-tasks/problems.ts";
import { hasPermission, type Role } from "../github/permissions.ts";
import { normalizeBotLogin, type TriggerRule } from "../inputs/start-inputs.ts";
import type { Runner } from "../runner/environment.ts";
import { isRecord, toLogin } from "../text/json.ts";

/** What is to be found out before a task may be started. */
export type TriggerDecision =
  /** Only people who may write cause this event. */
  | { readonly kind: "exempt" }
  /** The role of each of these must be high enough; of nobody, where bots that are allowed triggered it. */
  | { readonly kind: "ask"; readonly logins: readonly string[] }
  | { readonly kind: "refused"; readonly refusal: TriggerRefusal };

/** Why a run may not start a task. */
export type TriggerRefusal =
  /** The runner or the event does not say who: `source` is where it should be. */
  | { readonly kind: "nobody_named"; readonly source: string }
  | { readonly kind: "bot_not_allowed"; readonly login: string }
  | { readonly kind: "role_too_low"; readonly login: string; readonly role: Role };

/** Events that only people with write access cause. Source: GitHub's "Events that trigger workflows". */
const WRITE_ACCESS_EVENTS: ReadonlySet<string> = new Set([
  "schedule",
  "push",
  "workflow_dispatch",
  "repository_dispatch",
]);

/** Decides whose role must be asked for. An event that is not known counts as one that anybody can cause. */
export function decideTrigger(runner: Runner, { allowedBots }: TriggerRule): TriggerDecision {
  if (WRITE_ACCESS_EVENTS.has(runner.eventName)) {
    return { kind: "exempt" };
  }
  const logins = new Map<string, string>();
  for (const { source, login } of listActors(runner)) {
    if (login === "") {
      return { kind: "refused", refusal: { kind: "nobody_named", source } };
    }
    if (!isBot(runner, login)) {
      logins.set(login.toLowerCase(), login);
    } else if (!allowedBots.has(normalizeBotLogin(login))) {
      return { kind: "refused", refusal: { kind: "bot_not_allowed", login } };
    }
  }
  return { kind: "ask", logins: [...logins.values()] };
}

/** Decides whether that role is enough; null: it is. */
export function checkRole(
  login: string,
  role: Role,
  { requiredPermission }: TriggerRule,
): TriggerRefusal | null {
  return hasPermission(role, requiredPermission) ? null : { kind: "role_too_low", login, role };
}

/** Puts a refusal into words. */
export function explainRefusal(refusal: TriggerRefusal, runner: Runner, rule: TriggerRule): Problem {
  const nothing = `Nothing was started: it needs the permission ${rule.requiredPermission} in ${runner.repository} (required_permission).`;
  switch (refusal.kind) {
    case "nobody_named":
      return createProblem(
        `It is not known who triggered this run: ${refusal.source} is empty. ${nothing}`,
        "Start the run another way, such as by workflow_dispatch.",
      );
    case "bot_not_allowed":
      return createProblem(
        `This run was triggered by the bot ${refusal.login}, which allowed_bots does not name. Nothing was started.`,
        `If that bot may start tasks, add it: allowed_bots: ${normalizeBotLogin(refusal.login)}. Else let somebody with the permission ${rule.requiredPermission} trigger the run.`,
      );
    case "role_too_low": {
      const has = refusal.role === "none" ? "no access" : `the permission ${refusal.role}`;
      return createProblem(
        `This run was triggered by ${refusal.login}, who has ${has} in ${runner.repository}. ${nothing}`,
        `Let somebody with the permission ${rule.requiredPermission} trigger it, by re-running it too; or set required_permission lower, if such people may start tasks.`,
      );
    }
  }
}

interface Actor {
  readonly source: string;
  readonly login: string;
}

/** Everybody who had a part: who triggered this run, and whose run it follows. */
function listActors({ eventName, triggeringActor, event }: Runner): Actor[] {
  const own = { source: "GITHUB_TRIGGERING_ACTOR", login: triggeringActor };
  if (eventName !== "workflow_run") {
    return [own];
  }
  // A run that somebody re-ran still works on what its first actor sent.
  const upstream = isRecord(event.workflow_run) ? event.workflow_run : {};
  return [
    own,
    { source: "workflow_run.actor of the event", login: toLogin(upstream.actor) },
    { source: "workflow_run.triggering_actor of the event", login: toLogin(upstream.triggering_actor) },
  ];
}

/**
 * Whether a login is a bot's. No person's login ends with `[bot]`; one without it is a bot only if the event says so,
 * since a person could have the name of a bot that is allowed.
 */
function isBot({ event }: Runner, login: string): boolean {
  const upstream = isRecord(event.workflow_run) ? event.workflow_run : {};
  return (
    login.endsWith("[bot]") ||
    [event.sender, upstream.actor, upstream.triggering_actor].some(
      (account) => toLogin(account) === login && isRecord(account) && account.type === "Bot",
    )
  );
}
