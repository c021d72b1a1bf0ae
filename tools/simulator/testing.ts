import { manualClock } from "./clock.ts";
import { loadContract } from "./contract.ts";
import type { Scenario, TokenInfo } from "./scenario.ts";
import { createSimulator, type Simulator, type SimulatorOptions } from "./simulator.ts";

/** 2026-01-01T00:00:00Z. */
export const start = 1_767_225_600_000;

// Holds no state of a simulation: shared within a test file, so that validators are compiled once.
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

export const baseScenario: Scenario = {
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

export interface Setup {
  simulator: Simulator;
  clock: ReturnType<typeof manualClock>;
  /** Asks through the simulator's `fetch`; `ghu_x` is the token unless `token` is given. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads from an answer is checked by the test.
  json: any;
}

export const tasks = "/agents/repos/o/r/tasks";

export const usualHeaders = {
  authorization: "Bearer ghu_x",
  accept: "application/vnd.github+json",
  "x-github-api-version": "2022-11-28",
};

/** A simulator on a clock that stands still, over the base scenario. */
export function setUp(changes: Partial<Scenario> = {}, options: Partial<SimulatorOptions> = {}): Setup {
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
    async ask(method, path, body, headers = {}) {
      const response = await simulator.fetch(`http://simulated${path}`, {
        method,
        headers: { ...usualHeaders, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : undefined,
      };
    },
  };
}
