import { codeOf, describeError, runAsScript, type Script, UsageError } from "../command-line.ts";
import { acceleratedClock } from "./clock.ts";
import { defaultScenario } from "./default-scenario.ts";
import { readScenario } from "./read-scenario.ts";
import { type SimulatorServer, startSimulatorServer } from "./server.ts";
import { createSimulator, type LoggedRequest, type Simulator } from "./simulator.ts";

const SCRIPT: Script<"port" | "speed"> = {
  command: "npm run simulator --",
  words: ["[SCENARIO]"],
  about: `Serves a simulated GitHub on this machine, until Ctrl+C, and prints each request. SCENARIO is a JSON file;
tools/simulator/scenario.ts describes it. Without it there is one repository, one token, and tasks that succeed.`,
  options: {
    port: { value: "N", about: "The port to listen on. Default: a free one." },
    speed: { value: "N", about: "How many times as fast as real time simulated time runs. Default: 1." },
  },
  examples: ["npm run simulator -- --port 8080 --speed 60"],
};

await runAsScript(SCRIPT, async ({ word, number }) => {
  const port = number("port", { integer: true, from: 0, to: 65_535 }) ?? 0;
  const speed = number("speed", { above: 0 }) ?? 1;
  const path = word(0);
  const scenario = path === undefined ? defaultScenario() : readScenario(path);
  const simulator = createSimulator({ scenario, clock: acceleratedClock(speed) });
  const server = await listen(simulator, port);
  process.stdout.write(`${server.url}\ntokens: ${Object.keys(scenario.tokens).join(" ")}\n`);
  process.once("SIGINT", () => {
    for (const violation of simulator.violations) {
      process.stdout.write(`violation: ${violation}\n`);
    }
    void server.close();
  });
  return 0;
});

/** @throws UsageError if nothing can listen on that port. */
async function listen(simulator: Simulator, port: number): Promise<SimulatorServer> {
  try {
    return await startSimulatorServer(simulator, port, printRequest);
  } catch (error) {
    const why = codeOf(error) === "EADDRINUSE" ? "it is in use" : describeError(error);
    throw new UsageError(`Cannot listen on port ${port}: ${why}.`);
  }
}

function printRequest({ method, path, query, status, fault }: LoggedRequest): void {
  const search = query.size === 0 ? "" : `?${query}`;
  process.stdout.write(`${method} ${path}${search} ${status ?? fault ?? ""}\n`);
}
