import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { OnSpawn } from "../local-runner/run-action.ts";
import { type Contract, loadContract } from "../simulator/contract.ts";
import { startSimulatorServer } from "../simulator/server.ts";
import { createSimulator, type LoggedRequest, type Simulator } from "../simulator/simulator.ts";
import { sum } from "./numbers.ts";
import { oneTask } from "./scenarios.ts";
import { type Contender, type Job, runJob } from "./simulate.ts";

/** A task that does not end while it is measured. */
const { repositories, scenario } = oneTask(86_400);

/** How often a process polls its task before its memory is read, and how long after the last poll. */
const POLLS = 10;
const READ_AFTER_MS = 400;

/** What was measured, by contender. */
export type Measured = ReadonlyMap<Contender, readonly number[]>;

/**
 * The time from spawning a process to its first request at the server, in milliseconds, in real time. The contenders
 * take turns, so that other work on the machine slows all of them down.
 */
export async function measureStartUp(contenders: readonly Contender[], rounds: number): Promise<Measured> {
  const contract = loadContract();
  const times = new Map(contenders.map((contender) => [contender, [] as number[]]));
  // The first round only warms up the disk cache.
  for (let round = 0; round <= rounds; round++) {
    for (const contender of contenders) {
      const ms = await timeToArrival(contender, contract);
      if (round > 0) {
        times.get(contender)?.push(ms);
      }
    }
  }
  return times;
}

async function timeToArrival(contender: Contender, contract: Contract): Promise<number> {
  const simulator = createSimulator({ scenario, contract });
  let spawnedAt = 0;
  let ms: number | null = null;
  let killIt = () => {};
  const handle: Simulator["handle"] = (request) => {
    ms ??= performance.now() - spawnedAt;
    killIt();
    return simulator.handle(request);
  };
  const onSpawn: OnSpawn = (kill) => {
    spawnedAt = performance.now();
    killIt = () => kill("SIGKILL");
  };
  const stderr = await runAgainst({ ...simulator, handle }, { contender, onSpawn });
  if (ms === null) {
    throw new Error(`${contender} sent no request. ${stderr}`);
  }
  return ms;
}

/**
 * The resident memory in MiB of a process, with its children, that has polled its task ten times, once a second,
 * and sleeps now. In real time; all run at once, because memory does not depend on how busy the machine is.
 */
export async function measureMemory(contenders: readonly Contender[], runs: number): Promise<Measured> {
  const contract = loadContract();
  const measured = contenders.map(async (contender) => {
    const sizes = Array.from({ length: runs }, () => memoryWhileWaiting(contender, contract));
    return [contender, await Promise.all(sizes)] as const;
  });
  return new Map(await Promise.all(measured));
}

async function memoryWhileWaiting(contender: Contender, contract: Contract): Promise<number> {
  const simulator = createSimulator({ scenario, contract });
  let process = { pid: 0, kill: () => {} };
  let size: number | null = null;
  const onRequest = async ({ kind }: LoggedRequest): Promise<void> => {
    if (kind === "get" && simulator.count("get") === POLLS) {
      await sleep(READ_AFTER_MS);
      size = residentMemory(process.pid);
      process.kill();
    }
  };
  const onSpawn: OnSpawn = (kill, pid) => {
    process = { pid, kill: () => kill("SIGKILL") };
  };
  const job = { contender, intervalSeconds: 1, onSpawn };
  const stderr = await runAgainst(simulator, job, (request) => void onRequest(request));
  if (size === null) {
    throw new Error(`${contender} ended before its memory was read. ${stderr}`);
  }
  return size;
}

/** Runs a job against a simulator, and gives what it wrote to stderr. */
async function runAgainst(
  simulator: Simulator,
  job: Pick<Job, "contender" | "intervalSeconds" | "onSpawn">,
  onRequest?: (request: LoggedRequest) => void,
): Promise<string> {
  const server = await startSimulatorServer(simulator, 0, onRequest);
  try {
    return (await runJob({ ...job, url: server.url, repositories })).stderr;
  } finally {
    await server.close();
  }
}

/** The resident memory of a process and its children, in MiB. */
export function residentMemory(pid: number): number {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" }).trim().split("\n");
  const all = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([pid]);
  let size = 0;
  // Adds children, then their children, until the family stops growing.
  while (size < family.size) {
    size = family.size;
    for (const [child = 0, parent = 0] of all) {
      if (family.has(parent)) {
        family.add(child);
      }
    }
  }
  return sum(all.filter(([id = 0]) => family.has(id)).map(([, , kib = 0]) => kib)) / 1024;
}
