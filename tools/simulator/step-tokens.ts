import type { Scenario, TokenInfo } from "./scenario.ts";

/** The user of a step's token. */
export const STEP_USER = { login: "mona", id: 1001 };

/** The tokens of a step. */
interface StepTokens {
  /** The user's token, the input `token`. */
  readonly user: string;
  /** The workflow's own token, the input `github_token`. It sees the workflow's repository alone. */
  readonly workflow: string;
  /** The workflow's repository, `owner/name`. */
  readonly repository: string;
  /** What the workflow's token may do with issues; `none` by default. */
  readonly issues?: TokenInfo["issues"];
}

/** What a simulated GitHub knows of the two tokens of a step. Both can read pull requests and contents. */
export function createStepTokens({
  user,
  workflow,
  repository,
  issues = "none",
}: StepTokens): Scenario["tokens"] {
  const permissions = { pulls: "read", contents: "read", issues: "none" } as const;
  return {
    [user]: { ...permissions, ...STEP_USER, type: "user", agent_tasks: "write" },
    [workflow]: {
      ...permissions,
      issues,
      type: "installation",
      login: "github-actions[bot]",
      id: 41898282,
      agent_tasks: "none",
      repositories: [repository],
    },
  };
}

/**
 * What a simulated GitHub knows of the token of a job. It sees the workflow's repository alone, and cannot write pull
 * requests or contents.
 *
 * @param granted as in `permissions:`.
 */
export function createJobToken(
  granted: Readonly<Record<string, "none" | "read" | "write">>,
  repository: string,
): TokenInfo {
  const readable = (name: string) => ((granted[name] ?? "none") === "none" ? "none" : "read");
  return {
    login: "github-actions[bot]",
    id: 41898282,
    type: "installation",
    agent_tasks: "none",
    pulls: readable("pull-requests"),
    contents: readable("contents"),
    issues: granted.issues ?? "none",
    repositories: [repository],
  };
}
