import { createProblem, type Problem } from "../github/agent-tasks/problems.ts";
import { hasPermission, type Role } from "../github/permissions.ts";
import { normalizeBotLogin, type TriggerRule } from "../inputs/start-inputs.ts";
import type { Runner } from "../runner/environment.ts";
import { isRecord, toLogin } from "../text/json.ts";

/** Whether a run may start a task. */
type TriggerDecision =
  /** Only people with write access can cause this event. */
  | { readonly kind: "exempt" }
  /** It depends on the roles of these people. Empty if only allowed bots triggered the run. */
  | { readonly kind: "ask"; readonly logins: readonly string[] }
  | { readonly kind: "refused"; readonly refusal: TriggerRefusal };

/** Why a run may not start a task. */
type TriggerRefusal =
  /** It is unknown who triggered the run: `source`, which should name them, is empty. */
  | { readonly kind: "nobody_named"; readonly source: string }
  /** The event is about an issue, and its payload is missing or cannot be read. */
  | { readonly kind: "payload_unreadable" }
  | { readonly kind: "bot_not_allowed"; readonly login: string }
  | { readonly kind: "role_too_low"; readonly login: string; readonly role: Role };

/** Events that only people with write access can cause. Source: GitHub's "Events that trigger workflows". */
const WRITE_ACCESS_EVENTS: ReadonlySet<string> = new Set([
  "schedule",
  "push",
  "workflow_dispatch",
  "repository_dispatch",
]);

/** Events on what somebody wrote. Who approved it has approved the text that the payload has. */
const ISSUE_EVENTS: ReadonlySet<string> = new Set(["issues", "issue_comment"]);

/** Decides whose role must be checked. Anybody can cause an unknown event. */
export function decideTrigger(runner: Runner, { allowedBots }: TriggerRule): TriggerDecision {
  if (WRITE_ACCESS_EVENTS.has(runner.eventName)) {
    return { kind: "exempt" };
  }
  if (ISSUE_EVENTS.has(runner.eventName) && Object.keys(runner.event).length === 0) {
    return { kind: "refused", refusal: { kind: "payload_unreadable" } };
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

/** Checks a role; null if it is sufficient. */
export function checkRole(
  login: string,
  role: Role,
  { requiredPermission }: TriggerRule,
): TriggerRefusal | null {
  return hasPermission(role, requiredPermission) ? null : { kind: "role_too_low", login, role };
}

/** Explains why the run may not start a task, and what to do. */
export function explainRefusal(refusal: TriggerRefusal, runner: Runner, rule: TriggerRule): Problem {
  const { repository } = runner;
  const permission = rule.requiredPermission;
  const required = `Nothing was started, because required_permission is ${permission}.`;
  switch (refusal.kind) {
    case "nobody_named":
      return createProblem(
        "trigger_refused",
        `It is unknown who triggered this run: ${refusal.source} is empty. ${required}`,
        "Trigger the run another way, such as with workflow_dispatch.",
      );
    case "payload_unreadable":
      return createProblem(
        "trigger_refused",
        `The payload of the event ${runner.eventName} cannot be read, so it is unknown what this run was triggered for. Nothing was started.`,
        "Trigger the run anew: remove the label and add it again, or write the comment again.",
      );
    case "bot_not_allowed":
      return createProblem(
        "trigger_refused",
        `This run was triggered by the bot ${refusal.login}, which allowed_bots does not name. Nothing was started.`,
        `If that bot may start tasks, add it: allowed_bots: ${normalizeBotLogin(refusal.login)}. Otherwise ask somebody with the permission ${permission} to trigger the run.`,
      );
    case "role_too_low": {
      const has = refusal.role === "none" ? "no access" : `the permission ${refusal.role}`;
      return createProblem(
        "trigger_refused",
        `This run was triggered by ${refusal.login}, who has ${has} in ${repository}. ${required}`,
        `Ask somebody with the permission ${permission} to trigger or re-run it. Or set required_permission lower, if ${refusal.login} may start tasks.`,
      );
    }
  }
}

interface Actor {
  readonly source: string;
  readonly login: string;
}

/** Lists who triggered this run and, for workflow_run, the run before it. */
function listActors({ eventName, triggeringActor, event }: Runner): Actor[] {
  const own = { source: "GITHUB_TRIGGERING_ACTOR", login: triggeringActor };
  if (eventName !== "workflow_run") {
    return [own];
  }
  // A run that somebody re-ran still works with its first actor's input.
  const upstream = readUpstreamRun(event);
  return [
    own,
    { source: "workflow_run.actor of the event", login: toLogin(upstream.actor) },
    { source: "workflow_run.triggering_actor of the event", login: toLogin(upstream.triggering_actor) },
  ];
}

/**
 * Whether an account is a bot. No person's login ends with `[bot]`. An account without it counts as a bot only if the
 * event says so, because a person could have the name of an allowed bot.
 */
function isBot({ event }: Runner, login: string): boolean {
  const upstream = readUpstreamRun(event);
  return (
    login.endsWith("[bot]") ||
    [event.sender, upstream.actor, upstream.triggering_actor].some(
      (account) => toLogin(account) === login && isRecord(account) && account.type === "Bot",
    )
  );
}

/** Reads the run that triggered this one; empty if there is none. */
function readUpstreamRun({ workflow_run: run }: Runner["event"]): Runner["event"] {
  return isRecord(run) ? run : {};
}
