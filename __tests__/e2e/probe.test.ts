import { spawn } from "node:child_process";
import { expect, it } from "@jest/globals";
import { prepareVirtualClock } from "../../tools/local-runner/preload.ts";
import { ROOT } from "../../tools/local-runner/run-action.ts";
import type { buildReport } from "../../tools/probe/report.ts";
import { manualClock } from "../../tools/simulator/clock.ts";
import { startSimulatorServer } from "../../tools/simulator/server.ts";
import { createSimulator, type LoggedRequest, type Simulator } from "../../tools/simulator/simulator.ts";
import { REPOSITORY, START, scenarioOf, USER_TOKEN } from "../support/fixtures.ts";

type Report = ReturnType<typeof buildReport>;

interface ProbeRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly simulator: Simulator;
}

/** Runs the probe as `npm run probe` does, on a virtual clock, against a simulator over HTTP. */
async function probe(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  onRequest: (request: LoggedRequest, kill: () => void) => void = () => {},
): Promise<ProbeRun> {
  const scenario = scenarioOf({
    plans: [
      {
        id: "task-1",
        steps: [
          { after_seconds: 4, state: "in_progress" },
          { after_seconds: 50, state: "idle" },
        ],
      },
    ],
    assumptions: { list_lag_seconds: 3 },
  });
  const simulator = createSimulator({ scenario, clock: manualClock(START), followClient: true });
  let kill = (): void => {};
  const server = await startSimulatorServer(simulator, 0, (request) => onRequest(request, () => kill()));
  const node = ["--disable-warning=ExperimentalWarning", ...prepareVirtualClock()];
  try {
    const child = spawn(process.execPath, [...node, `${ROOT}/tools/probe/main.ts`, ...args], {
      env: {
        PATH: process.env.PATH ?? "",
        VIRTUAL_CLOCK_START: String(START),
        GITHUB_API_URL: server.url,
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    kill = () => void child.kill("SIGINT");
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    return { exitCode, stdout, stderr, simulator };
  } finally {
    await server.close();
  }
}

const GIVEN = { AGENT_TASKS_TOKEN: USER_TOKEN, AGENT_TASKS_REPOSITORY: REPOSITORY };

it("starts one task, follows it over HTTP and reports as JSON", async () => {
  const { exitCode, stdout, stderr, simulator } = await probe(["--json"], GIVEN);
  expect(stderr).toContain(`Started task task-1 in ${REPOSITORY}: https://`);
  expect(exitCode).toBe(0);
  const report = JSON.parse(stdout) as Report;
  const answers = Object.fromEntries(report.facts.map(({ id, answer }) => [id, answer]));
  expect(answers).toMatchObject({
    bare: "yes",
    get_at_once: "yes",
    list_at_once: "no",
    not_modified_get: "yes",
    not_modified_list: "yes",
    prompt_exact: "yes",
    rests_completed: "no",
  });
  expect(report.requests).toBe(simulator.requests.length);
  expect(simulator.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  expect(simulator.startedTasks).toHaveLength(1);
  expect(simulator.violations).toEqual([]);
  expect(stdout + stderr).not.toContain(USER_TOKEN);
});

it("says what it needs, and sends nothing", async () => {
  const { exitCode, stdout, stderr, simulator } = await probe([], {});
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("Set AGENT_TASKS_TOKEN");
  expect(simulator.requests).toHaveLength(0);
});

it("waits for the response to the start when it is interrupted, and reports what it saw", async () => {
  const { exitCode, stdout, stderr, simulator } = await probe([], GIVEN, ({ kind }, kill) => {
    if (kind === "start") {
      kill();
    }
  });
  expect(exitCode).toBe(130);
  expect(stderr).toContain("Started task task-1");
  expect(stdout).toMatch(/^Task task-1 in /);
  expect(stdout).toMatch(/^not seen {2}Does GET by ID alone show the task at once\? /m);
  expect(simulator.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
});
