import type { Scenario } from "./scenario.ts";

/** What `npm run simulator` serves when it is given no scenario: one repository, one token, a task that succeeds. */
export function defaultScenario(): Scenario {
  return {
    tokens: {
      ghu_simulated: {
        login: "octocat",
        id: 583231,
        type: "user",
        agent_tasks: "write",
        pulls: "none",
        contents: "none",
        issues: "none",
      },
    },
    repositories: {
      "octo-org/hello-world": {
        private: true,
        permissions: { octocat: "admin" },
        issues: [{ number: 1, title: "The greeting is wrong", body: "It says `Helo`.", user: "octocat" }],
      },
    },
    plans: [
      {
        steps: [
          { after_seconds: 0, state: "queued" },
          { after_seconds: 10, state: "in_progress" },
          { after_seconds: 60, pull_request: { title: "Fix the greeting", draft: true } },
          {
            after_seconds: 180,
            state: "completed",
            pull_request: { commits: 2, changed_files: 3 },
            usage: { type: "ai_credits", amount: 1_500_000_000 },
          },
        ],
      },
    ],
  };
}
