import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { start } from "../../../src/actions/start.ts";
import type { Fault, FaultRule, RequestKind } from "../../../tools/simulator/scenario.ts";
import { environment } from "../../support/action-harness.ts";
import { shareErrorsWithNode } from "../../support/builders.ts";
import { propertySettings } from "../../support/property-settings.ts";

shareErrorsWithNode();

const settings = propertySettings("start-all", 20261121, 150);

const NAMES = ["octo/app", "octo/web", "octo/docs", "octo/api"];

/** Faults of a request. After some of them a task may exist nevertheless. */
const FAULTS: readonly Fault[] = [
  { type: "reset_before" },
  { type: "reset_after" },
  { type: "error_500_before" },
  { type: "error_500_after" },
  { type: "truncated" },
  { type: "html", status: 502 },
  { type: "html", status: 502, carried_out: true },
  { type: "wrong_json" },
  { type: "unavailable", retry_after: 20 },
  { type: "rate_limited_429", retry_after: 20 },
  { type: "secondary_limit_403", retry_after: 60 },
  { type: "not_found" },
  { type: "forbidden" },
  { type: "unauthorized" },
  { type: "unprocessable", message: "No such branch" },
];

/** Messages that a task, or a second task, may exist. */
const MAY_EXIST = /may have been started|tasks? may have|A second task|Start sent again/;

const rule = fc.record({
  kind: fc.constantFrom<RequestKind>("start", "start", "start", "list", "get", "user", "graphql"),
  repository: fc.option(fc.constantFrom(...NAMES), { nil: undefined }),
  fault: fc.constantFrom(...FAULTS),
  nth: fc.integer({ min: 1, max: 6 }),
  times: fc.integer({ min: 1, max: 4 }),
});

const world = fc.record({
  rules: fc.array(rule, { maxLength: 4 }),
  prompt: fc.constantFrom("exact" as const, "trimmed" as const, "absent" as const, "rewritten" as const),
  lag: fc.constantFrom(0, 0, 5, 70),
  ifActive: fc.constantFrom("start", "skip"),
  wait: fc.constantFrom("false", "true"),
  stopAfterMs: fc.option(fc.integer({ min: 0, max: 6_000 }), { nil: null }),
});

it("loses no task and starts none twice in silence, whatever happens", async () => {
  const property = fc.asyncProperty(world, async (given) => {
    const faults = given.rules.map(
      ({ kind, repository, fault, nth, times }): FaultRule => ({
        // Only starts name a repository; other requests are for tasks of all repositories.
        on: {
          kind,
          nth: Array.from({ length: times }, (_, i) => nth + i),
          ...(kind === "start" && repository !== undefined ? { repository } : {}),
        },
        do: fault,
      }),
    );
    const env = environment("start", {
      scenario: {
        user: { pulls: "read", contents: "read" },
        repositories: Object.fromEntries(NAMES.map((name) => [name, { private: true }])),
        plans: [
          {
            steps: [
              { after_seconds: 0, state: "in_progress" },
              { after_seconds: 90, state: "completed", pull_request: { commits: 1 } },
            ],
          },
        ],
        assumptions: { session_prompt: given.prompt, list_lag_seconds: given.lag },
        faults,
      },
      with: {
        repository: NAMES.join("\n"),
        create_pull_request: "true",
        wait: given.wait,
        if_active: given.ifActive,
      },
    });
    if (given.stopAfterMs !== null) {
      env.clock.at(given.stopAfterMs, () => env.stop.abort());
    }
    const exit = await start(env);

    const tasks: { repository: string; task_id: string; error?: string; conclusion: string }[] = JSON.parse(
      env.outputs().tasks ?? "",
    );
    expect(tasks.map(({ repository }) => repository)).toEqual(NAMES);
    expect(tasks.every(({ task_id, error }) => (task_id === "") === (error !== undefined))).toBe(true);
    const log = env.log();
    for (const name of NAMES) {
      const report = tasks.find(({ repository }) => repository === name);
      const started = env.simulator.startedTasks.filter(({ repository }) => repository === name);
      const others = started.filter(({ id }) => id !== report?.task_id);
      // The log has its ID, or says that there may be a task in that repository.
      const warnings = log.filter((line) => line.includes(name) && MAY_EXIST.test(line));
      for (const { id } of others) {
        const isReported = log.some((line) => line.includes(id)) || warnings.length > 0;
        expect(isReported ? "reported" : `${id} in ${name} is lost`).toBe("reported");
      }
      expect(started.length).toBeLessThanOrEqual(3);
    }
    if (tasks.some(({ error }) => error !== undefined)) {
      expect(exit).toBe(1);
    }
    expect(env.simulator.violations.filter((text) => !text.includes("own "))).toEqual([]);
  });
  await fc.assert(property, settings);
});
