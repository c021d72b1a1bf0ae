import { manualClock } from "./clock.ts";
import { loadContract } from "./contract.ts";
import type { Scenario, TokenInfo } from "./scenario.ts";
import { createSimulator, type SimulatorOptions } from "./simulator.ts";

/** 2026-01-01T00:00:00Z. */
export const start = 1_767_225_600_000;

// Shared within a test file, so that schemas are compiled once. It holds no state of a simulation.
const contract = loadContract();

export const user: TokenInfo = {
  login: "octocat",
  id: 1,
  type: "user",
  agent_tasks: "write",
  pulls: "read",
  contents: "read",
  issues: "write",
};

const baseScenario: Scenario = {
  tokens: { ghu_x: user },
  repositories: { "o/r": {} },
  plans: [
    {
      steps: [
        { after_seconds: 5, state: "in_progress" },
        { after_seconds: 60, pull_request: { number: 7, title: "A title" } },
        {
          after_seconds: 100,
          state: "completed",
          pull_request: { commits: 2, changed_files: 3 },
          usage: { type: "ai_credits", amount: 1_500_000_000 },
        },
      ],
    },
  ],
};

export const tasks = "/agents/repos/o/r/tasks";

export const usualHeaders = {
  authorization: "Bearer ghu_x",
  accept: "application/vnd.github+json",
  "x-github-api-version": "2022-11-28",
};

/** A simulator over the base scenario, on a clock that stands still. */
export function setUp(changes: Partial<Scenario> = {}, options: Partial<SimulatorOptions> = {}) {
  const clock = manualClock(start);
  const simulator = createSimulator({
    scenario: { ...baseScenario, ...changes },
    clock,
    contract,
    ...options,
  });
  return {
    simulator,
    clock,
    /** Sends a request through the simulator's `fetch`, by default with the token `ghu_x`. */
    async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const response = await simulator.fetch(`http://simulated${path}`, {
        method,
        headers: { ...usualHeaders, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const { status, headers: responseHeaders } = response;
      const json = /^[{[]/.test(text) ? JSON.parse(text) : undefined;
      return { status, headers: responseHeaders, text, json };
    },
  };
}
