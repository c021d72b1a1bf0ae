import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { acceleratedClock } from "./clock.ts";
import { defaultScenario } from "./default-scenario.ts";
import type { Scenario } from "./scenario.ts";
import { startSimulatorServer } from "./server.ts";
import { createSimulator } from "./simulator.ts";

const USAGE = "node tools/simulator/main.ts [scenario.json] [--port N] [--speed N]";

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: "string", default: "0" },
      speed: { type: "string", default: "1" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const [path] = positionals;
  const scenario: Scenario = path === undefined ? defaultScenario() : JSON.parse(readFileSync(path, "utf8"));
  const simulator = createSimulator({ scenario, clock: acceleratedClock(Number(values.speed)) });
  const server = await startSimulatorServer(simulator, Number(values.port), (request) => {
    const query = request.query.size === 0 ? "" : `?${request.query}`;
    const outcome = request.status ?? request.fault ?? "";
    process.stdout.write(`${request.method} ${request.path}${query} ${outcome}\n`);
  });
  process.stdout.write(`${server.url}\ntokens: ${Object.keys(scenario.tokens).join(" ")}\n`);
  process.once("SIGINT", () => {
    for (const violation of simulator.violations) {
      process.stdout.write(`violation: ${violation}\n`);
    }
    void server.close();
  });
}

await main();
