import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { prepareVirtualClock } from "../local-runner/preload.ts";
import {
  type OnSpawn,
  parseOutputs,
  ROOT,
  runProcess,
  runStep,
  type StepRun,
} from "../local-runner/run-action.ts";
import { manualClock } from "../simulator/clock.ts";
import { loadContract } from "../simulator/contract.ts";
import { startSimulatorServer } from "../simulator/server.ts";
import { createSimulator, type LoggedRequest, type Simulator } from "../simulator/simulator.ts";
import { START, USER_TOKEN, WORKFLOW_REPOSITORY, WORKFLOW_TOKEN, type Work } from "./scenarios.ts";

/** What is compared: this action; a bare Node script; curl, jq and a loop that sleeps. */
export const CONTENDERS = ["action", "bare", "glue"] as const;

/** `toolkit` is the smallest action with the toolkit. Only its start-up and memory are compared. */
export type Contender = (typeof CONTENDERS)[number] | "toolkit";

/** What a process is started with. */
export interface Job {
  readonly contender: Contender;
  /** The address of the simulator. */
  readonly url: string;
  /** The action takes several, the others one. */
  readonly repositories: readonly string[];
  /** A fixed polling interval; by default the contender's own. */
  readonly intervalSeconds?: number;
  /** Further inputs of the action. */
  readonly with?: Readonly<Record<string, string>>;
  /** Further environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Parameters for Node itself. */
  readonly nodeOptions?: readonly string[];
  readonly runAttempt?: number;
  readonly onSpawn?: OnSpawn;
}

const PROMPT = "Update the dependencies to their latest minor versions and make the tests pass.";
const PEERS = join(ROOT, "tools/bench/peers");
const TOOLKIT_BUNDLE = join(ROOT, "build/bench");

/** Bundles the contender `toolkit` as `npm run build` bundles the action. */
export function bundleToolkitPeer(): void {
  const ncc = join(ROOT, "node_modules/@vercel/ncc/dist/ncc/cli.js");
  const options = ["--out", TOOLKIT_BUNDLE, "--no-cache", "--quiet"];
  execFileSync(process.execPath, [ncc, "build", join(PEERS, "toolkit.mjs"), ...options]);
}

/** Whether a contender can run here. */
export function isAvailable(contender: Contender): boolean {
  return contender !== "glue" || ["bash", "curl", "jq"].every((command) => pathOf(command) !== null);
}

function pathOf(command: string): string | null {
  try {
    return execFileSync("sh", ["-c", `command -v ${command}`], { encoding: "utf8" }).trim();
  } catch {
    return null;
  }
}

/** Runs a contender in a process of its own, to its end. */
export function runJob(job: Job): Promise<Pick<StepRun, "exitCode" | "stdout" | "stderr" | "outputs">> {
  switch (job.contender) {
    case "action":
      return runAction(job);
    case "bare":
      return runPeer(job, process.execPath, [...(job.nodeOptions ?? []), join(PEERS, "bare.mjs")]);
    case "toolkit":
      return runPeer(job, process.execPath, [join(TOOLKIT_BUNDLE, "index.mjs")]);
    case "glue":
      return runPeer(job, "bash", [join(PEERS, "glue.sh")]);
  }
}

function runAction(job: Job): Promise<StepRun> {
  return runStep({
    action: ".",
    with: {
      token: USER_TOKEN,
      prompt: PROMPT,
      repository: job.repositories.join("\n"),
      create_pull_request: "true",
      wait: "true",
      ...(job.intervalSeconds === undefined ? {} : { poll_interval_seconds: String(job.intervalSeconds) }),
      ...job.with,
    },
    github: {
      token: WORKFLOW_TOKEN,
      api_url: job.url,
      server_url: "https://github.com",
      repository: WORKFLOW_REPOSITORY,
      run_id: "7000000001",
      run_attempt: String(job.runAttempt ?? 1),
      workflow: "Bench",
      workflow_ref: `${WORKFLOW_REPOSITORY}/.github/workflows/bench.yml@refs/heads/main`,
      job: "bench",
      action: "agent",
      event_name: "schedule",
    },
    event: { repository: { private: true } },
    ...(job.env === undefined ? {} : { env: job.env }),
    ...(job.nodeOptions === undefined ? {} : { nodeOptions: job.nodeOptions }),
    ...(job.onSpawn === undefined ? {} : { onSpawn: job.onSpawn }),
  });
}

async function runPeer(job: Job, command: string, parameters: readonly string[]) {
  const temp = mkdtempSync(join(tmpdir(), "peer-"));
  const outputsPath = join(temp, "outputs");
  writeFileSync(outputsPath, "");
  const inputs = {
    token: USER_TOKEN,
    prompt: PROMPT,
    repository: job.repositories[0] ?? "",
    github_api_url: job.url,
    poll_interval_seconds: String(job.intervalSeconds ?? ""),
  };
  const env = {
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
    PATH: process.env.PATH ?? "",
    API_URL: job.url,
    TOKEN: USER_TOKEN,
    REPOSITORY: job.repositories[0] ?? "",
    PROMPT,
    GITHUB_OUTPUT: outputsPath,
    ...(job.intervalSeconds === undefined ? {} : { INTERVAL_SECONDS: String(job.intervalSeconds) }),
    ...job.env,
  };
  try {
    const ended = await runProcess(command, parameters, env, job);
    return { ...ended, outputs: parseOutputs(readFileSync(outputsPath, "utf8")) };
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

/** What to run on a virtual clock. */
export interface Simulation extends Pick<Job, "contender" | "with" | "onSpawn"> {
  readonly work: Work;
  /** Seed of the action's random numbers. */
  readonly seed: number;
  readonly onRequest?: (request: LoggedRequest, simulator: Simulator) => void;
}

/** A run on a virtual clock, and its simulator. */
export interface Simulated extends Awaited<ReturnType<typeof runJob>> {
  readonly simulator: Simulator;
}

/** Loaded once: compiling GitHub's description takes a while. */
const contract = loadContract();

/**
 * Runs a contender on a virtual clock against a simulator of its own: several times for a job that is re-run.
 *
 * @returns the last attempt.
 */
export async function simulate(simulation: Simulation, attempts = 1): Promise<Simulated> {
  const { contender, work, seed, onRequest } = simulation;
  const { scenario, repositories } = work;
  const clock = manualClock(START);
  const simulator = createSimulator({ scenario, clock, followClient: true, contract });
  const temp = mkdtempSync(join(tmpdir(), "bench-"));
  const run = (url: string, runAttempt: number) =>
    runJob({
      ...simulation,
      ...virtualTime(contender, simulator.now(), temp, seed),
      url,
      repositories,
      runAttempt,
    });
  const server = await startSimulatorServer(simulator, 0, (request) => onRequest?.(request, simulator));
  try {
    for (let attempt = 1; attempt < attempts; attempt++) {
      await run(server.url, attempt);
    }
    const last = await run(server.url, attempts);
    if (simulator.violations.length > 0) {
      throw new Error(`A request that GitHub does not describe: ${simulator.violations.join("\n")}`);
    }
    return { ...last, simulator };
  } finally {
    await server.close();
    rmSync(temp, { recursive: true, force: true });
  }
}

/**
 * Makes a process's time virtual, from `now` on.
 *
 * @param temp a folder for what that needs.
 */
function virtualTime(
  contender: Contender,
  now: number,
  temp: string,
  seed: number,
): Pick<Job, "env" | "nodeOptions"> {
  if (contender !== "glue") {
    return {
      env: {
        VIRTUAL_CLOCK_START: String(now),
        VIRTUAL_CLOCK_SEED: String(seed),
      },
      nodeOptions: prepareVirtualClock(),
    };
  }
  const nowFile = join(temp, "now");
  writeFileSync(nowFile, String(now));
  return {
    env: {
      PATH: [join(PEERS, "stand-ins"), process.env.PATH].join(delimiter),
      REAL_CURL: pathOf("curl") ?? "",
      SIMULATED_NOW_FILE: nowFile,
    },
  };
}
