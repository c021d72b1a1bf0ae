import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@jest/globals";
import type { Files } from "../../tools/local-runner/artifacts.ts";
import type { Permissions } from "../../tools/local-runner/permissions.ts";
import {
  type ActionFolder,
  ROOT,
  runStep,
  type StepRun,
  type StepToRun,
} from "../../tools/local-runner/run-action.ts";
import { writeFiles } from "../../tools/local-runner/run-uses.ts";
import {
  type JobRun,
  runWorkflow,
  type WorkflowRun,
  type WorkflowToRun,
} from "../../tools/local-runner/run-workflow.ts";
import { startSimulatorServer } from "../../tools/simulator/server.ts";
import { createSimulator, type Simulator } from "../../tools/simulator/simulator.ts";
import { createJobToken } from "../../tools/simulator/step-tokens.ts";
import { REPOSITORY, START, type TestScenario, USER_TOKEN } from "./fixtures.ts";
import { createIdleClock } from "./idle-clock.ts";
import { withVirtualTime } from "./run-dist.ts";
import { runAction } from "./run-in-process.ts";
import { IS_EACH_A_PROCESS } from "./run-sampled.ts";
import { contract, workflowScenario } from "./simulated-runs.ts";
import { type Call, formatCommand, formatReplies, parseCalls, type StandIn } from "./stand-in.ts";
import { createVirtualFetch } from "./virtual-network.ts";

/** What the stand-ins for `gh`, `git` and the like do, by the command's name. */
export type StandIns = Readonly<Record<string, StandIn>>;

/** How a test's run differs from the usual one. */
export interface TestRun
  extends Pick<WorkflowToRun, "path" | "event">,
    Partial<Pick<WorkflowToRun, "inputs" | "secrets" | "earlier" | "only">> {
  /** What a checkout creates. */
  readonly files?: Files;
  readonly github?: Readonly<Record<string, string>>;
}

/** A simulated GitHub where workflows run one after another. Its time continues. */
export interface Site {
  readonly simulator: Simulator;
  readonly run: (run: TestRun) => Promise<WorkflowRun>;
  readonly advance: (seconds: number) => void;
  /** Replaces the replies of the stand-in for a command. */
  readonly replace: (command: string, standIn: StandIn) => void;
  /** The calls of the stand-ins. */
  readonly calls: () => readonly Call[];
  /** The permissions of a job's token. */
  readonly permissionsOf: (token: string) => Permissions | undefined;
}

/** The path of an example. */
export const example = (name: string): string => join(ROOT, "docs/examples", name);

/** Gives a test a GitHub of its own. Returns what `use` returns, and fails if a request was invalid. */
type OnSite = <T>(scenario: TestScenario, standIns: StandIns, use: (site: Site) => Promise<T>) => Promise<T>;

/** Sites for the tests of one behaviour. The first step of each action is a process, the others run `src/` here. */
export function sampleSites(): OnSite {
  const seen = new Set<ActionFolder>();
  const needsProcess = (action: ActionFolder): boolean => {
    const isFirst = !seen.has(action);
    seen.add(action);
    return isFirst || IS_EACH_A_PROCESS;
  };
  return (scenario, standIns, use) => openSite(needsProcess, scenario, standIns, use);
}

async function openSite<T>(
  needsProcess: (action: ActionFolder) => boolean,
  scenario: TestScenario,
  standIns: StandIns,
  use: (site: Site) => Promise<T>,
): Promise<T> {
  // The simulator looks tokens up at each request, so a job's token works once the job runs.
  const whole = workflowScenario(scenario);
  const permissions = new Map<string, Permissions>();
  const tokenOf = (granted: Permissions): string => {
    const token = `ghs_job${String(permissions.size + 1).padStart(20, "0")}`;
    permissions.set(token, granted);
    whole.tokens[token] = createJobToken(granted, REPOSITORY);
    return token;
  };
  const clock = createIdleClock(START);
  const simulator = createSimulator({ scenario: whole, clock, followClient: true, contract });
  const send = createVirtualFetch(clock, (request) => simulator.handle(request));
  const runProcess = async (step: StepToRun): Promise<StepRun> => {
    const ended = await runStep(withVirtualTime(step, simulator.now()));
    // The process had a clock of its own, which the simulator has followed.
    clock.advance(simulator.now() - clock.now());
    return ended;
  };
  const server = await startSimulatorServer(simulator);
  const folder = mkdtempSync(join(tmpdir(), "site-"));
  const log = join(folder, "calls");
  const commands = join(folder, "commands");
  mkdirSync(commands);
  const replies = (command: string): string => join(folder, `${command}.sh`);
  let replaced = 0;
  const replace = (command: string, standIn: StandIn): void => {
    replaced++;
    writeFileSync(replies(command), formatReplies(standIn, join(folder, `used.${replaced}`)));
  };
  for (const [command, standIn] of Object.entries(standIns)) {
    writeFileSync(join(commands, command), formatCommand(command, log, replies(command)), { mode: 0o755 });
    replace(command, standIn);
  }
  const run = ({ github, files = {}, ...given }: TestRun): Promise<WorkflowRun> =>
    runWorkflow({
      checkOut: (folder) => {
        writeFiles(folder, files);
        return "";
      },
      secrets: { AGENT_TASKS_TOKEN: USER_TOKEN },
      ...given,
      commands,
      github: { ...usualRun(server.url), ...github },
      tokenOf,
      runAction: (step) => (needsProcess(step.action) ? runProcess(step) : runAction(step, send, clock)),
    });
  try {
    const result = await use({
      simulator,
      run,
      advance: (seconds) => clock.advance(seconds * 1000),
      replace,
      calls: () => parseCalls(existsSync(log) ? readFileSync(log, "utf8") : ""),
      permissionsOf: (token) => permissions.get(token),
    });
    expect(simulator.violations).toEqual([]);
    return result;
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The jobs at a place: several for a matrix. */
export function jobsOf({ jobs }: WorkflowRun, place: string): readonly JobRun[] {
  return jobs.filter((job) => job.place === place);
}

/** The only job at a place. @throws if there are none or several. */
export function jobOf(run: WorkflowRun, place: string): JobRun {
  const [job, ...others] = jobsOf(run, place);
  if (job === undefined || others.length > 0) {
    throw new Error(`There are ${others.length + (job === undefined ? 0 : 1)} jobs ${place}.`);
  }
  return job;
}

/** The results of all jobs, by place and, in a matrix, by name. */
export function resultsOf({ jobs }: WorkflowRun): Record<string, string> {
  return Object.fromEntries(
    jobs.map(({ place, name, matrix, result }) => [matrix === null ? place : `${place}: ${name}`, result]),
  );
}

function usualRun(apiUrl: string): Record<string, string> {
  return {
    api_url: apiUrl,
    server_url: "https://github.com",
    repository: REPOSITORY,
    run_id: "7000000001",
    run_attempt: "1",
    actor: "mona",
    triggering_actor: "mona",
  };
}
