import { execFileSync } from "node:child_process";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { cpus, release, type } from "node:os";
import { join } from "node:path";
import { runAsScript, type Script } from "../command-line.ts";
import { ROOT } from "../local-runner/run-action.ts";
import { BUDGETS, budgetRows } from "./budgets.ts";
import { lostTasks, measureFanOut, measureFanOutMemory, measureOneEach } from "./fan-out.ts";
import type { Figures } from "./figures.ts";
import { sum } from "./numbers.ts";
import { measureOneTask } from "./one-task.ts";
import { measureOutage, OUTAGES } from "./outages.ts";
import { measureMemory, measureStartUp } from "./processes.ts";
import { tables, toDocument } from "./report.ts";
import { fanOut } from "./scenarios.ts";
import { bundleToolkitPeer, CONTENDERS, type Contender, isAvailable } from "./simulate.ts";

const SCRIPT: Script<"rounds" | "no-write"> = {
  command: "npm run bench --",
  about: `Measures the built action against its budgets, and compares it with a script and a curl loop. Prints tables
and writes docs/benchmark.md. It takes some minutes. Exits with 1 if a budget is missed.`,
  options: {
    rounds: { value: "N", about: "How often to measure the start of a process. Default: 100." },
    "no-write": { about: "Does not write docs/benchmark.md." },
  },
  examples: ["npm run bench -- --rounds 10 --no-write"],
};

const contenders = CONTENDERS.filter(isAvailable);

await runAsScript(SCRIPT, async ({ has, number }) => {
  const rounds = number("rounds", { integer: true, from: 1 }) ?? 100;
  const figures = await measure(rounds);
  for (const [heading, text] of Object.entries(tables(figures))) {
    process.stdout.write(`\n${heading}\n\n${text}\n`);
  }
  for (const missing of CONTENDERS.filter((contender) => !contenders.includes(contender))) {
    process.stdout.write(`\n${missing} was not run: it needs bash, curl and jq.\n`);
  }
  if (!has("no-write")) {
    writeFileSync(join(ROOT, "docs/benchmark.md"), toDocument(figures));
  }
  return budgetRows(figures).every(({ isMet }) => isMet) ? 0 : 1;
});

async function measure(rounds: number): Promise<Figures> {
  bundleToolkitPeer();
  const processes = [...contenders, "toolkit"] as const;
  return {
    machine: machine(),
    rounds,
    startUp: await timed("spawn to first request", () => measureStartUp(processes, rounds)),
    memory: await timed("memory while waiting", () => measureMemory(processes, 7)),
    distBytes: sizeOf("dist"),
    archiveBytes: sizeOfArchive(),
    oneTask: await timed("one task", async () => {
      const byMinutes = BUDGETS.oneTask.map(
        async ({ minutes }) =>
          [minutes, await forEachContender((contender) => measureOneTask(contender, minutes, 12))] as const,
      );
      return new Map(await Promise.all(byMinutes));
    }),
    fanOuts: await timed("100 repositories", measureFanOuts),
    oneEach: await timed("one process each", () =>
      forEachContender((contender) => measureOneEach(contender, fanOut(100), 10)),
    ),
    growth: await timed("growth", () =>
      mapInTurn([1, 10, 100, 450], async (repositories) => ({
        repositories,
        ...(await measureFanOutMemory(fanOut(repositories))),
      })),
    ),
    outages: await timed("outages", () =>
      mapInTurn(OUTAGES, async (outage) => ({
        title: outage.title,
        outcomes: await forEachContender((contender) => measureOutage(contender, outage)),
      })),
    ),
  };
}

async function measureFanOuts(): Promise<Figures["fanOuts"]> {
  const amongOthers = await measureFanOut(fanOut(100, { others: 1000 }));
  return {
    odd: await measureFanOut(fanOut(100, { odd: true })),
    ifActiveSkip: await measureFanOut(fanOut(100), { with: { if_active: "skip" } }),
    withoutGlobalIds: await measureFanOut(fanOut(100, { globalIds: false })),
    amongOthers,
    lostAmongOthers: lostTasks(amongOthers),
  };
}

/** Measures each contender that can run here. */
async function forEachContender<T>(
  measure: (contender: Contender) => Promise<T>,
): Promise<Map<Contender, T>> {
  return new Map(
    await mapInTurn(contenders, async (contender) => [contender, await measure(contender)] as const),
  );
}

async function mapInTurn<T, R>(values: readonly T[], work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const value of values) {
    results.push(await work(value));
  }
  return results;
}

/** Reports progress and duration on stderr. */
async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  process.stderr.write(`${what} …`);
  const result = await work();
  process.stderr.write(` ${((performance.now() - begun) / 1000).toFixed(0)} s\n`);
  return result;
}

function sizeOf(folder: string): number {
  const files = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return sum(files.map(({ parentPath, name }) => statSync(join(parentPath, name)).size));
}

/** What a runner downloads for each `uses:`. */
function sizeOfArchive(): number {
  return execFileSync("git", ["archive", "--format=tar.gz", "HEAD"], { cwd: ROOT, maxBuffer: 1e9 }).length;
}

function machine(): Figures["machine"] {
  const all = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    system: `${type()} ${release().split("-")[0]}`,
    cpu: `${all.length} × ${all[0]?.model.trim() ?? "unknown processor"}`,
  };
}
