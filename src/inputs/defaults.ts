import type { Runner } from "../runner/environment.ts";
import type { InputSource } from "./parse.ts";

/** What the inputs depend on besides themselves. */
export type InputRunner = Pick<Runner, "repository" | "serverUrl" | "apiUrl">;

const WATCH = {
  wait: "false",
  timeout_minutes: "75",
  fail_on: "failure, cancelled, timed_out, action_required, wait_timeout",
  job_summary: "true",
};

/**
 * The defaults of each `action.yml`. An input whose expression is empty in this run is an empty text to the runner, which
 * then does not apply the default.
 *
 * Left out: `repository` of start, because an empty list of an earlier job must not start a task here; `github_token`,
 * which is empty on purpose; `matrix`, because only the runner knows it.
 */
export const DEFAULTS = {
  start: {
    ...WATCH,
    issue_comments: "false",
    comment: "false",
    create_pull_request: "false",
    if_active: "start",
    active_until: "settled",
    trace: "true",
    required_permission: "write",
    dry_run: "false",
  },
  status: WATCH,
  list: { archived: "false", limit: "30", job_summary: "true" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The inputs of an action, where an empty one has its default. */
export function withDefaults(
  action: keyof typeof DEFAULTS,
  input: InputSource,
  { repository, apiUrl }: InputRunner,
): InputSource {
  const defaults: ReadonlyMap<string, string> = new Map([
    ["github_api_url", apiUrl],
    ...(action === "start" ? [] : [["repository", repository] as const]),
    ...Object.entries(DEFAULTS[action]),
  ]);
  return (name) => input(name) || (defaults.get(name) ?? "");
}
