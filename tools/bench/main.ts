import { readdirSync, statSync, writeFileSync } from "node:fs";
import { cpus, release, type } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../local-runner/run-action.ts";
import { BUDGETS } from "./budgets.ts";
import { lostTasks, measureFanOut, measureFanOutMemory, measureOneEach } from "./fan-out.ts";
import { sum } from "./numbers.ts";
import { measureOneTask } from "./one-task.ts";
import { measureMemory, measureStartUp } from "./processes.ts";
import { budgetRows, type Figures, type Machine, tables, toDocument } from "./report.ts";
import { fanOut } from "./scenarios.ts";
import { CONTENDERS, type Contender, isAvailable } from "./simulate.ts";
import { measureTrouble, TROUBLES } from "./troubles.ts";

/**
 * Measures the built action against its budgets and beside what people use without it, prints tables, and writes
 * `docs/benchmark.md`. The exit status is 1 where a budget is missed.
 *
 * `--rounds N`: how often start-up is measured, 100 times by default. `--no-write`: leave the document alone.
 */
const { values } = parseArgs({
  options: { rounds: { type: "string", default: "100" }, "no-write": { type: "boolean", default: false } },
});

const contenders = CONTENDERS.filter(isAvailable);
const figures = await measure(Number(values.rounds));
for (const { heading, text } of tables(figures)) {
  process.stdout.write(`\n${heading}\n\n${text}\n`);
}
for (const missing of CONTENDERS.filter((contender) => !contenders.includes(contender))) {
  process.stdout.write(`\n${missing} was not run: it needs bash, curl and jq.\n`);
}
if (!values["no-write"]) {
  writeFileSync(join(ROOT, "docs/benchmark.md"), toDocument(figures));
}
process.exitCode = budgetRows(figures).every(({ isMet }) => isMet) ? 0 : 1;

async function measure(rounds: number): Promise<Figures> {
  return {
    machine: machine(),
    rounds,
    startUp: await told("spawn to first request", () => measureStartUp(contenders, rounds)),
    memory: await told("memory while waiting", () => measureMemory(contenders, 7)),
    distBytes: sizeOf("dist"),
    oneTask: await told("one task", async () => {
      const byMinutes = BUDGETS.oneTask.map(
        async ({ minutes }) =>
          [minutes, await each((contender) => measureOneTask(contender, minutes, 12))] as const,
      );
      return new Map(await Promise.all(byMinutes));
    }),
    fanOuts: await told("100 repositories", measureFanOuts),
    oneEach: await told("one process each", () =>
      each((contender) => measureOneEach(contender, fanOut(100), 10)),
    ),
    growth: await told("growth", () =>
      inTurn([1, 10, 100, 450], async (repositories) => ({
        repositories,
        figures: await measureFanOutMemory(fanOut(repositories)),
      })),
    ),
    troubles: await told("trouble", () =>
      inTurn(TROUBLES, async (trouble) => ({
        title: trouble.title,
        aftermaths: await each((contender) => measureTrouble(contender, trouble)),
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

/** The same of each contender that can run here. */
async function each<T>(measureOne: (contender: Contender) => Promise<T>): Promise<Map<Contender, T>> {
  return new Map(
    await inTurn(contenders, async (contender) => [contender, await measureOne(contender)] as const),
  );
}

async function inTurn<T, R>(values: readonly T[], work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const value of values) {
    results.push(await work(value));
  }
  return results;
}

/** Says on stderr what is going on, and how long it took. */
async function told<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  process.stderr.write(`${what} …`);
  const result = await work();
  process.stderr.write(` ${((performance.now() - begun) / 1000).toFixed(0)} s\n`);
  return result;
}

function sizeOf(folder: string): number {
  return sum(readdirSync(join(ROOT, folder)).map((name) => statSync(join(ROOT, folder, name)).size));
}

function machine(): Machine {
  const all = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    system: `${type()} ${release().split("-")[0]}`,
    cpu: `${all.length} × ${all[0]?.model.trim() ?? "unknown processor"}`,
  };
}
