import type { Scenario } from "./scenario.ts";

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
}

/** What a simulated GitHub knows of the two tokens of a step. Both can read pull requests and contents. */
export function createStepTokens({ user, workflow, repository }: StepTokens): Scenario["tokens"] {
  const permissions = { pulls: "read", contents: "read", issues: "none" } as const;
  return {
    [user]: { ...permissions, ...STEP_USER, type: "user", agent_tasks: "write" },
    [workflow]: {
      ...permissions,
      type: "installation",
      login: "github-actions[bot]",
      id: 41898282,
      agent_tasks: "none",
      repositories: [repository],
    },
  };
}
