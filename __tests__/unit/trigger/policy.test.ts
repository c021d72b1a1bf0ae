import { describe, expect, it } from "@jest/globals";
import { createContext } from "../../../src/context.ts";
import { hasPermission, PERMISSIONS, type Role } from "../../../src/github/permissions.ts";
import { normalizeBotLogin, readStartInputs, type TriggerRule } from "../../../src/inputs/start-inputs.ts";
import type { Runner } from "../../../src/runner/environment.ts";
import { authorize } from "../../../src/trigger/authorize.ts";
import { checkRole, decideTrigger, explainRefusal } from "../../../src/trigger/policy.ts";
import { environment, type TestStep } from "../../support/action-harness.ts";
import { runnerOf } from "../../support/builders.ts";
import { MINUTE, NOW } from "../../support/clock.ts";

const RULE: TriggerRule = { requiredPermission: "write", allowedBots: new Set(["renovate", "copilot"]) };
const user = (login: string) => ({ login, type: "User" });

const check = (changes: Partial<Runner>) =>
  decideTrigger(runnerOf({ eventName: "issues", triggeringActor: "mona", ...changes }), RULE);

describe("whose role is asked for", () => {
  it.each(["schedule", "push", "workflow_dispatch", "repository_dispatch"])("nobody's on %s", (eventName) => {
    expect(check({ eventName, triggeringActor: "" })).toEqual({ kind: "exempt" });
  });

  it.each(["issues", "issue_comment", "pull_request_target", "discussion", "", "Push"])(
    "the triggering actor's on %j",
    (eventName) => expect(check({ eventName })).toEqual({ kind: "ask", logins: ["mona"] }),
  );

  it.each([
    ["issues", "refused"],
    ["issue_comment", "refused"],
    ["discussion", "ask"],
    ["schedule", "exempt"],
  ])("it is, where the payload on %s cannot be read: %s", (eventName, kind) => {
    expect(check({ eventName, event: {} }).kind).toBe(kind);
  });

  it("nobody's where a bot that is allowed triggered it, in any case of its name", () => {
    expect(check({ triggeringActor: "Renovate[bot]" })).toEqual({ kind: "ask", logins: [] });
  });

  it.each(["other[bot]", "renovate-2[bot]", "xrenovate[bot]"])("it is refused for the bot %s", (login) => {
    expect(check({ triggeringActor: login })).toEqual({
      kind: "refused",
      refusal: { kind: "bot_not_allowed", login },
    });
  });

  it("a name without [bot] is a bot's only where the event says so", () => {
    expect(check({ triggeringActor: "Copilot" })).toEqual({ kind: "ask", logins: ["Copilot"] });
    const event = { sender: { login: "Copilot", type: "Bot" } };
    expect(check({ triggeringActor: "Copilot", event })).toEqual({ kind: "ask", logins: [] });
  });

  it("those of everybody in the run before, each once", () => {
    const event = { workflow_run: { actor: user("Eve"), triggering_actor: user("MONA") } };
    expect(check({ eventName: "workflow_run", event })).toEqual({ kind: "ask", logins: ["MONA", "Eve"] });
  });

  it.each([
    [{ triggeringActor: "" }, "GITHUB_TRIGGERING_ACTOR"],
    [{ eventName: "workflow_run", event: {} }, "workflow_run.actor of the event"],
    [
      { eventName: "workflow_run", event: { workflow_run: { actor: user("mona") } } },
      "workflow_run.triggering_actor of the event",
    ],
  ])("it is refused where nobody is named: %j", (changes, source) => {
    expect(check(changes)).toEqual({ kind: "refused", refusal: { kind: "nobody_named", source } });
  });
});

describe("a role", () => {
  it("reaches its own permission and those below", () => {
    const roles: readonly Role[] = [...PERMISSIONS, "none"];
    const table = roles.map((role) =>
      PERMISSIONS.map((needed) => (hasPermission(role, needed) ? "y" : "-")).join(""),
    );
    expect(table).toEqual(["yyyyy", "-yyyy", "--yyy", "---yy", "----y", "-----"]);
  });

  it("is judged by the rule", () => {
    expect(checkRole("mona", "write", RULE)).toBeNull();
    expect(checkRole("mona", "triage", RULE)).toEqual({
      kind: "role_too_low",
      login: "mona",
      role: "triage",
    });
  });
});

describe("a refusal in words", () => {
  it.each([
    [
      { kind: "role_too_low", login: "eve", role: "read" },
      "eve, who has the permission read",
      "required_permission",
    ],
    [{ kind: "role_too_low", login: "eve", role: "none" }, "eve, who has no access in octo/app", "re-run it"],
    [{ kind: "bot_not_allowed", login: "Other[bot]" }, "the bot Other[bot]", "allowed_bots: other"],
    [{ kind: "nobody_named", source: "GITHUB_TRIGGERING_ACTOR" }, "is empty", "workflow_dispatch"],
  ] as const)("of %j", (refusal, words, remedy) => {
    const problem = explainRefusal(refusal, runnerOf(), RULE);
    expect(problem.message).toContain(words);
    expect(problem.message).toContain("Nothing was started");
    expect(problem.remedy).toContain(remedy);
  });

  it("names a bot without [bot]", () => {
    expect([normalizeBotLogin("Renovate[bot]"), normalizeBotLogin("renovate")]).toEqual([
      "renovate",
      "renovate",
    ]);
  });
});

describe("asking", () => {
  async function ask({ runner, ...step }: TestStep = {}) {
    const env = environment("start", {
      ...step,
      runner: { eventName: "issues", triggeringActor: "mona", ...runner },
    });
    const inputs = readStartInputs(env.input, env.runner);
    const problem = await authorize(createContext(env, inputs), inputs);
    return { env, problem, requests: env.simulator.requests.map(({ path }) => path) };
  }

  it("takes role_name, not the folded permission", async () => {
    const scenario = { repository: { permissions: { mona: "triage" } } } as const;
    expect((await ask({ scenario, with: { required_permission: "triage" } })).problem).toBeNull();
    expect((await ask({ scenario })).problem?.message).toContain("triage");
  });

  it("takes the folded permission where an organization made the role up", async () => {
    const body = { permission: "write", role_name: "release-captain", user: null };
    const step: TestStep = {
      scenario: { faults: [{ on: { kind: "permission" }, do: { type: "status", status: 200, body } }] },
    };
    expect((await ask(step)).problem).toBeNull();
    expect((await ask({ ...step, with: { required_permission: "maintain" } })).problem?.message).toContain(
      "write",
    );
  });

  it("asks with token too where github_token sees nobody of that name", async () => {
    const { problem, requests } = await ask({
      scenario: { repository: { permissions: { mona: "admin" } }, workflow: { repositories: [] } },
    });
    expect(problem).toBeNull();
    expect(requests).toHaveLength(2);
  });

  it("asks for nothing where the name is none that GitHub gives", async () => {
    for (const triggeringActor of ["..", "a/b", "a b", "*"]) {
      const { problem, requests } = await ask({ runner: { triggeringActor } });
      expect(problem?.message).toContain("no access");
      expect(requests).toEqual([]);
    }
  });

  it("asks for nothing on a schedule, and for nothing where a bot is refused", async () => {
    const exempt = await ask({ runner: { eventName: "schedule" } });
    const bot = await ask({ runner: { triggeringActor: "other[bot]" } });
    expect([exempt.problem, exempt.requests, bot.requests]).toEqual([null, [], []]);
    expect(bot.problem?.message).toContain("other[bot]");
  });

  it.each([{ permission: "none", role_name: "none" }, { permission: "none" }])(
    "takes %j for none",
    async (body) => {
      const faults = [{ on: { kind: "permission" as const }, do: { type: "wrong_json" as const, body } }];
      expect((await ask({ scenario: { faults } })).problem?.message).toContain("no access");
    },
  );

  it("gives up after three minutes of failures, and the answer is no", async () => {
    const faults = [{ on: { kind: "permission" as const }, do: { type: "status" as const, status: 500 } }];
    const { problem, env } = await ask({ scenario: { faults } });
    expect(problem?.message).toContain(
      "Could not find out which permission mona has in octo/app: github_token: HTTP 500",
    );
    expect(env.clock.now() - NOW).toBeLessThanOrEqual(3 * MINUTE);
    expect(env.clock.now() - NOW).toBeGreaterThan(MINUTE);
  });

  it.each([
    [{ type: "wrong_json" }, "does not match the API description"],
    [{ type: "wrong_json", body: { permission: "owner" } }, "does not match the API description"],
    [{ type: "rate_limited_429", retry_after: 900 }, "rate limit is reached"],
    [{ type: "unavailable", retry_after: 900 }, "HTTP 503"],
    [{ type: "reset_before" }, "the connection"],
  ] as const)("has no answer with %j", async (failure, words) => {
    const { problem } = await ask({ scenario: { faults: [{ on: { kind: "permission" }, do: failure }] } });
    expect(problem?.message).toContain(words);
  });

  it("tells the log who it was", async () => {
    const { env } = await ask({ scenario: { repository: { permissions: { mona: "maintain" } } } });
    expect(env.log()).toEqual(["info: Triggered by mona, who has the permission maintain in octo/app."]);
  });
});
