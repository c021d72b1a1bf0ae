import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { run, type SimulatedRun } from "../support/run-dist.ts";
import { brokenInvariants, differences, type Tally, tally, tooSoon } from "./faults/check.ts";
import { OUTCOMES, type Outcome } from "./faults/outcomes.ts";
import { COLUMNS, type Column, type ColumnName, connectionFault } from "./faults/requests.ts";
import { FAULTS, type FaultKind } from "./faults/rows.ts";

/** Hits each kind of request that the built action sends with each kind of fault. */

const PRELOAD = pathToFileURL(`${import.meta.dirname}/faults/connection.ts`).href;

/** How many processes run at once; with more, a slow answer could look like none. */
const MAX_PROCESSES = 3;

/** In real time. A process that runs this long hangs. */
const HANGS_AFTER_MS = 120_000;

/** The problems in each row, by cell. */
const rows = new Map<FaultKind, Promise<string[][]>>();

const recorded: Tally[] = [];

/** How many runs log a hostile answer, escaped. */
let escapedRuns = 0;

/** A host that must not receive a token. */
const otherHost = createServer((request, response) => {
  strays.push(request);
  response.writeHead(401, { "content-type": "application/json" });
  response.end(JSON.stringify({ message: "Requires authentication" }));
});
const strays: IncomingMessage[] = [];
let otherUrl = "";

beforeAll(async () => {
  otherHost.listen(0, "127.0.0.1");
  await once(otherHost, "listening");
  otherUrl = `http://127.0.0.1:${(otherHost.address() as AddressInfo).port}/elsewhere`;
  // The simulator compiles GitHub's description on first use, which takes longer than a process waits.
  for (const { scenario, step } of [COLUMNS.start, COLUMNS["list in a re-run"], COLUMNS.repository]) {
    await run(scenario, step);
  }
  // Queue all rows at once, so that no slot is ever empty; each test waits for its own row.
  for (const fault of FAULTS) {
    const cells = cellsOf(fault).map(([name, outcome]) => inSlot(() => runCell(fault, name, outcome)));
    rows.set(fault, Promise.all(cells));
  }
});

afterAll(async () => {
  await Promise.all(rows.values());
  otherHost.close();
  otherHost.closeAllConnections();
});

describe.each(FAULTS)("$name", (fault) => {
  it(`hits ${cellsOf(fault)
    .map(([name]) => name)
    .join(", ")}`, async () => {
    const problems = await rows.get(fault);
    expect(problems?.flat()).toEqual([]);
  });
});

it("has at least 100 cells, and none with a silent duplicate, a lost ID or a hang", () => {
  const count = (is: (cell: Tally) => boolean) => recorded.filter(is).length;
  const twice = count(({ startedTwice }) => startedTwice);
  const lost = recorded.reduce((sum, { idsLost }) => sum + idsLost, 0);
  const hangs = count(({ hung }) => hung);
  process.stdout.write(
    `fault matrix: ${recorded.length} cells, tasks started twice: ${twice}, IDs lost: ${lost}, hangs: ${hangs}\n`,
  );
  // Otherwise no hostile text reached the log, or no request reached the other host.
  expect(escapedRuns).toBeGreaterThan(0);
  expect(strays.length).toBeGreaterThan(0);
  expect(recorded.length).toBeGreaterThanOrEqual(100);
  expect({ twice, lost, hangs }).toEqual({ twice: 0, lost: 0, hangs: 0 });
});

function cellsOf({ row }: FaultKind): [ColumnName, Outcome][] {
  return Object.entries(row) as [ColumnName, Outcome][];
}

/** Runs one cell. Returns its problems. */
async function runCell(fault: FaultKind, name: ColumnName, outcome: Outcome): Promise<string[]> {
  const column: Column = COLUMNS[name];
  const { failure, times = 1, waits = 0 } = fault;
  const nth = times === "all" ? [] : Array.from({ length: times }, (_value, index) => column.nth + index);
  const scenario = { ...column.scenario };
  const env: Record<string, string> = {};
  switch (failure.by) {
    case "server": {
      const on = { kind: column.kind, ...(nth.length === 0 ? {} : { nth }) };
      const rule = { on, do: failure.fault(column, otherUrl) };
      scenario.faults = [...(scenario.faults ?? []), rule];
      break;
    }
    case "connection":
      env.CONNECTION_FAULT = JSON.stringify(connectionFault(column.kind, nth, failure.code));
      env.NODE_OPTIONS = `--import=${PRELOAD}`;
      break;
    case "lag":
      scenario.assumptions = { ...scenario.assumptions, ...failure.assumptions };
      break;
  }

  let timer: NodeJS.Timeout | undefined;
  const ran = await run(scenario, {
    ...column.step,
    env,
    onSpawn: (kill) => {
      timer = setTimeout(() => kill("SIGKILL"), HANGS_AFTER_MS);
    },
  });
  clearTimeout(timer);
  recorded.push(tally(ran));
  escapedRuns += ran.stdout.includes("set-env name=A") ? 1 : 0;

  return [
    ...brokenInvariants(ran),
    ...differences(ran, OUTCOMES[outcome], column),
    ...(isHit(ran, fault, column) ? [] : ["the fault hit no request"]),
    ...(column.waits ? tooSoon(ran.simulator.requests, waits) : []),
    ...(strays.some(({ headers }) => headers.authorization !== undefined)
      ? ["the other host received a token"]
      : []),
  ].map((problem) => `${name}: ${problem}`);
}

/** Whether the fault hit a request. */
function isHit({ simulator, stdout }: SimulatedRun, { failure }: FaultKind, column: Column): boolean {
  switch (failure.by) {
    case "server":
      return simulator.requests.some(
        ({ kind, fault }) => kind === column.kind && fault === failure.fault(column, otherUrl).type,
      );
    case "connection":
      // The debug log has the name of each connection error.
      return new RegExp(
        `^::debug::${column.kind === "start" ? "POST" : "[A-Z]+"} \\S+: TypeError$`,
        "m",
      ).test(stdout);
    case "lag":
      return failure.assumptions.get_lag_seconds === undefined
        ? simulator.requests.length > 1
        : simulator.requests.some(({ kind, status }) => kind === "get" && status === 404);
  }
}

const waiting: (() => void)[] = [];
let free = MAX_PROCESSES;

/** Runs the work as soon as a slot is free, in order. */
async function inSlot<T>(work: () => Promise<T>): Promise<T> {
  if (free > 0) {
    free--;
  } else {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) {
      free++;
    } else {
      next();
    }
  }
}
