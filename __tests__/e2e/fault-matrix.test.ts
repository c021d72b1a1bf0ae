import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { preparePreload } from "../../tools/local-runner/preload.ts";
import { API_URL } from "../support/builders.ts";
import type { TestScenario } from "../support/fixtures.ts";
import { run, type SimulatedRun, type TestStep } from "../support/run-dist.ts";
import { inProcess } from "../support/run-in-process.ts";
import { IS_EACH_A_PROCESS } from "../support/run-sampled.ts";
import { brokenInvariants, differences, type Tally, tally, tooSoon } from "./faults/check.ts";
import type { ConnectionFault } from "./faults/connection.ts";
import { interceptConnections } from "./faults/intercept.ts";
import { OUTCOMES, type Outcome } from "./faults/outcomes.ts";
import { COLUMNS, type Column, type ColumnName, connectionFault } from "./faults/requests.ts";
import { FAULTS, type FaultKind } from "./faults/rows.ts";

/**
 * Hits each kind of request that an action sends with each kind of fault. All cells run in this process. Enough of them
 * also run the built action in a process of its own, with the same result, to have each request and each way to fail
 * there: with `E2E=dist` each fault, and each fault of a start.
 */

const PRELOAD = preparePreload(`${import.meta.dirname}/faults/connection.ts`);

/** How many processes run at once; with more, a slow answer could look like none. */
const MAX_PROCESSES = 3;

/** In real time, and a little less than Jest's own limit, after which nobody would end the process. */
const HANGS_AFTER_MS = 540_000;

/** The problems of each cell that runs in a process of its own, by row. */
const processes = new Map<FaultKind, Promise<string[][]>>();

const recorded: Tally[] = [];

/** How many runs log a hostile answer, escaped. */
let escapedRuns = 0;

/** A host that must not receive a token; in this process, every host but the simulator. */
const otherHost = createServer((request, response) => {
  strays.push(request.headers);
  response.writeHead(401, UNAUTHENTICATED.headers);
  response.end(UNAUTHENTICATED.body);
});
const UNAUTHENTICATED = {
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ message: "Requires authentication" }),
};
/** The headers that other hosts received. */
const strays: { readonly authorization?: string | undefined }[] = [];
let otherUrl = "";

beforeAll(async () => {
  otherHost.listen(0, "127.0.0.1");
  await once(otherHost, "listening");
  otherUrl = `http://127.0.0.1:${(otherHost.address() as AddressInfo).port}/elsewhere`;
  // The simulator compiles GitHub's description on first use, which takes longer than a process waits.
  for (const { scenario, step } of [COLUMNS.start, COLUMNS["list in a re-run"], COLUMNS.repository]) {
    await inProcess.run(scenario, step);
  }
  // Queue all processes at once, so that no slot is ever empty; each test waits for those of its row.
  for (const fault of FAULTS) {
    const cells = cellsOf(fault).filter(([name]) => needsProcess(fault, name));
    const problems = cells.map(([name, outcome]) =>
      inSlot(() => runCell({ fault, name, outcome }, runInProcessOfItsOwn)),
    );
    processes.set(fault, Promise.all(problems));
  }
});

afterAll(async () => {
  await Promise.all(processes.values());
  otherHost.close();
  otherHost.closeAllConnections();
});

describe.each(FAULTS)("$name", (fault) => {
  it(`hits ${cellsOf(fault)
    .map(([name]) => name)
    .join(", ")}`, async () => {
    for (const [name, outcome] of cellsOf(fault)) {
      expect(await runCell({ fault, name, outcome }, runInThisProcess)).toEqual([]);
    }
  });

  if (cellsOf(fault).some(([name]) => needsProcess(fault, name))) {
    it("has the same results in the built action", async () => {
      const problems = await processes.get(fault);
      expect(problems?.length).toBeGreaterThan(0);
      expect(problems?.flat()).toEqual([]);
    });
  }
});

it("has at least 100 cells, and none with a silent duplicate, a lost ID or a hang", () => {
  const count = (is: (cell: Tally) => boolean) => recorded.filter(is).length;
  const twice = count(({ startedTwice }) => startedTwice);
  const lost = recorded.reduce((sum, { idsLost }) => sum + idsLost, 0);
  const hangs = count(({ hung }) => hung);
  const cells = FAULTS.flatMap(cellsOf).length;
  process.stdout.write(
    `fault matrix: ${cells} cells, ${recorded.length - cells} of them also as processes, tasks started twice: ${twice}, IDs lost: ${lost}, hangs: ${hangs}\n`,
  );
  // Otherwise no hostile text reached the log, or no request reached the other host.
  expect(escapedRuns).toBeGreaterThan(0);
  expect(strays.length).toBeGreaterThan(0);
  expect(cells).toBeGreaterThanOrEqual(100);
  expect(recorded.length).toBeGreaterThanOrEqual(cells + Object.keys(COLUMNS).length);
  expect({ twice, lost, hangs }).toEqual({ twice: 0, lost: 0, hangs: 0 });
});

/** One kind of fault that hits one request. */
interface Cell {
  readonly fault: FaultKind;
  readonly name: ColumnName;
  readonly outcome: Outcome;
}

function cellsOf({ row }: FaultKind): [ColumnName, Outcome][] {
  return Object.entries(row) as [ColumnName, Outcome][];
}

/** Whether the cell runs as a process too: it is the first of its column, or the first that fails in this way. */
function needsProcess(fault: FaultKind, name: ColumnName): boolean {
  const isFirstOfRow = cellsOf(fault)[0]?.[0] === name;
  const isFirstOfColumn = FAULTS.find(({ row }) => name in row) === fault;
  const isNewWay = FAULTS.find((other) => wayToFail(other) === wayToFail(fault)) === fault;
  return (
    isFirstOfColumn || (isFirstOfRow && isNewWay) || (IS_EACH_A_PROCESS && (isFirstOfRow || name === "start"))
  );
}

/** How a fault reaches the action; faults that differ in a status or a header alone fail in the same way. */
function wayToFail({ failure }: FaultKind): string {
  switch (failure.by) {
    case "server":
      return failure.fault(COLUMNS.start, otherUrl).type;
    case "connection":
      return failure.code;
    case "lag":
      return Object.keys(failure.assumptions).join();
  }
}

/** Runs a step whose connections fail like this; null: they do not fail. */
type RunCell = (
  scenario: TestScenario,
  step: TestStep,
  connections: ConnectionFault | null,
) => Promise<SimulatedRun>;

async function runInProcessOfItsOwn(...[scenario, step, connections]: Parameters<RunCell>) {
  let timer: NodeJS.Timeout | undefined;
  const ran = await run(scenario, {
    ...step,
    env:
      connections === null
        ? {}
        : { CONNECTION_FAULT: JSON.stringify(connections), NODE_OPTIONS: `--import=${PRELOAD}` },
    onSpawn: (kill) => {
      timer = setTimeout(() => kill("SIGKILL"), HANGS_AFTER_MS);
    },
  });
  clearTimeout(timer);
  return ran;
}

function runInThisProcess(...[scenario, step, connections]: Parameters<RunCell>) {
  const failConnection = connections === null ? null : interceptConnections(connections);
  return inProcess.run(scenario, {
    ...step,
    intercept: async (request, travel) => {
      await failConnection?.(request, travel);
      if (new URL(request.url).origin === API_URL) {
        return null;
      }
      strays.push(request.headers);
      return { type: "response", delay_ms: 0, status: 401, ...UNAUTHENTICATED };
    },
  });
}

/** Runs one cell. Returns its problems. */
async function runCell({ fault, name, outcome }: Cell, runStep: RunCell): Promise<string[]> {
  const column: Column = COLUMNS[name];
  const { failure, times = 1, waits = 0 } = fault;
  const nth = times === "all" ? [] : Array.from({ length: times }, (_value, index) => column.nth + index);
  const scenario = { ...column.scenario };
  let connections: ConnectionFault | null = null;
  switch (failure.by) {
    case "server": {
      const on = { kind: column.kind, ...(nth.length === 0 ? {} : { nth }) };
      const rule = { on, do: failure.fault(column, otherUrl) };
      scenario.faults = [...(scenario.faults ?? []), rule];
      break;
    }
    case "connection":
      connections = connectionFault(column.kind, nth, failure.code);
      break;
    case "lag":
      scenario.assumptions = { ...scenario.assumptions, ...failure.assumptions };
      break;
  }

  const ran = await runStep(scenario, column.step, connections);
  recorded.push(tally(ran));
  escapedRuns += ran.stdout.includes("set-env name=A") ? 1 : 0;

  return [
    ...brokenInvariants(ran),
    ...differences(ran, OUTCOMES[outcome], column),
    ...(isHit(ran, fault, column) ? [] : ["the fault hit no request"]),
    ...(column.waits ? tooSoon(ran.simulator.requests, waits) : []),
    ...(strays.some(({ authorization }) => authorization !== undefined)
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
