import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "@jest/globals";
import type { RoleName } from "../../tools/simulator/scenario.ts";
import { REPOSITORY, type TestScenario } from "../support/fixtures.ts";
import { run as runDist } from "../support/run-dist.ts";
import { sampleDist } from "../support/run-sampled.ts";

/** Events that people without write access can cause: the action checks their permission. */
const CHECKED = ["issues", "issue_comment", "pull_request_target", "workflow_run"] as const;
const EXEMPT = ["schedule", "push", "workflow_dispatch", "repository_dispatch"] as const;

/** Who triggers a run, and whether the action starts a task then if it checks the permission. */
interface ActorRow {
  readonly who: string;
  readonly login: string;
  /** Null: the repository has no collaborator of that name. */
  readonly role: RoleName | null;
  readonly starts: boolean;
}

const ACTORS: readonly ActorRow[] = [
  { who: "admin", login: "ada", role: "admin", starts: true },
  { who: "maintain", login: "max", role: "maintain", starts: true },
  { who: "write", login: "wendy", role: "write", starts: true },
  { who: "triage", login: "trixie", role: "triage", starts: false },
  { who: "read", login: "rita", role: "read", starts: false },
  { who: "none", login: "nobody", role: null, starts: false },
  { who: "bot allowed", login: "renovate[bot]", role: null, starts: true },
  { who: "bot not allowed", login: "other[bot]", role: "write", starts: false },
];

const permissions = Object.fromEntries(
  ACTORS.flatMap(({ login, role }) => (role === null ? [] : [[login, role] as const])),
);
const scenario = (more: TestScenario = {}) => ({ repository: { permissions }, ...more });

/** A step of a run that this account triggered with this event. */
function triggered(event: string, login: string, upstream = login, inputs: Record<string, string> = {}) {
  const account = { login: upstream, type: upstream.endsWith("[bot]") ? "Bot" : "User" };
  return {
    with: { allowed_bots: "renovate", ...inputs },
    github: { event_name: event, triggering_actor: login },
    event: {
      repository: { private: true },
      sender: { login, type: login.endsWith("[bot]") ? "Bot" : "User" },
      ...(event === "workflow_run" ? { workflow_run: { actor: account, triggering_actor: account } } : {}),
    },
  };
}

const rows = [...CHECKED, ...EXEMPT].flatMap((event) =>
  ACTORS.map((actor) => ({
    ...actor,
    event,
    result: actor.starts || (EXEMPT as readonly string[]).includes(event) ? "started" : "rejected",
  })),
);

describe("event × permission", () => {
  const samples = { started: sampleDist(), rejected: sampleDist() };

  it.each(rows)("$event by $who: $result", async ({ event, login, result }) => {
    const started = result === "started";
    const { run } = started ? samples.started : samples.rejected;
    const { exitCode, outputs, simulator, stdout } = await run(scenario(), triggered(event, login));
    expect(simulator.startedTasks).toHaveLength(started ? 1 : 0);
    expect(simulator.count("start")).toBe(started ? 1 : 0);
    expect(exitCode).toBe(started ? 0 : 1);
    expect(outputs.task_id !== "").toBe(started);
    if (!started) {
      expect(stdout).toMatch(new RegExp(`::error title=Agent task::.*${login.replace(/[[\]]/g, "\\$&")}`));
    }
  });
});

describe("who triggered a run", () => {
  const { run } = sampleDist();
  const rows = sampleDist();

  it.each([
    ["triage", "trixie", 0],
    ["maintain", "wendy", 1],
    ["admin", "max", 1],
    ["read", "rita", 0],
  ])("must have %s if that is required: %s ends with %d", async (required_permission, login, status) => {
    const { exitCode, simulator } = await rows.run(scenario(), {
      ...triggered("issues", login, login, { required_permission }),
    });
    expect([exitCode, simulator.startedTasks.length]).toEqual([status, 1 - status]);
  });

  it("reads which permission they have and need in log, summary and outputs", async () => {
    const { stdout, summary, outputs } = await run(scenario(), triggered("issues", "trixie"));
    const words = `This run was triggered by trixie, who has the permission triage in ${REPOSITORY}.`;
    expect(stdout).toContain(words);
    expect(stdout).toContain("required_permission is write");
    expect(summary).toContain("trixie, who has the permission triage");
    expect(JSON.parse(outputs.tasks ?? "")).toMatchObject([{ error: expect.stringContaining(words) }]);
  });

  it("is who started a re-run, not who started the run", async () => {
    const step = triggered("issues", "rita");
    const { exitCode, simulator } = await run(scenario(), {
      ...step,
      github: { ...step.github, actor: "ada", run_attempt: "2" },
    });
    expect([exitCode, simulator.startedTasks.length]).toEqual([1, 0]);
  });

  it.each([
    ["ada", "nobody"],
    ["nobody", "ada"],
  ])("includes who triggered the run before it: %s after %s is rejected", async (login, upstream) => {
    const { exitCode, simulator } = await rows.run(scenario(), triggered("workflow_run", login, upstream));
    expect([exitCode, simulator.startedTasks.length]).toEqual([1, 0]);
  });

  it("is not an allowed bot if a person has its name", async () => {
    const { exitCode, simulator } = await run(scenario(), triggered("issues", "renovate"));
    expect([exitCode, simulator.startedTasks.length]).toEqual([1, 0]);
  });

  it("cannot be a wildcard", async () => {
    const { exitCode, simulator, stdout } = await run(
      scenario(),
      triggered("issues", "ada", "ada", { allowed_bots: "*" }),
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain('Input allowed_bots is "*"');
    expect(simulator.requests).toEqual([]);
  });

  it("is what the API itself says, not another server that it redirects to", async () => {
    const server = createServer((_request, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ permission: "admin", role_name: "admin" }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      for (const login of ["rita", "ada"]) {
        const location = `http://127.0.0.1:${port}/permission`;
        const { exitCode, simulator, stdout } = await runDist(
          scenario({
            faults: [{ on: { kind: "permission" }, do: { type: "redirect", status: 302, location } }],
          }),
          triggered("issues", login),
        );
        expect([exitCode, simulator.startedTasks.length]).toEqual([1, 0]);
        expect(stdout).toContain(`GitHub redirects to another host (${new URL(location).origin})`);
      }
    } finally {
      server.close();
    }
  });

  it("is found where the API redirects to itself", async () => {
    const location = `/repos/${REPOSITORY.toUpperCase()}/collaborators/ada/permission`;
    const { exitCode } = await run(
      scenario({
        faults: [{ on: { kind: "permission", times: 1 }, do: { type: "redirect", status: 301, location } }],
      }),
      triggered("issues", "ada"),
    );
    expect(exitCode).toBe(0);
  });

  it.each([
    ["5xx for three minutes", { type: "status", status: 502 }, "HTTP 502", 180],
    ["403", { type: "forbidden" }, "HTTP 403", 0],
  ] as const)("is unknown after %s, so nothing is started", async (_what, fault, words, seconds) => {
    const { exitCode, simulator, stdout } = await run(
      scenario({ faults: [{ on: { kind: "permission" }, do: fault }] }),
      triggered("issues", "ada"),
    );
    expect([exitCode, simulator.startedTasks.length]).toEqual([1, 0]);
    expect(stdout).toContain(`Could not find out which permission ada has in ${REPOSITORY}: `);
    expect(stdout).toContain(words);
    const asked = simulator.requests.map(({ at }) => at);
    expect(((asked.at(-1) ?? 0) - (asked[0] ?? 0)) / 1000).toBeLessThanOrEqual(seconds);
    expect(new Set(simulator.requests.map(({ kind }) => kind))).toEqual(new Set(["permission"]));
  });
});
