// First, because @actions/github reads the environment when it is imported.
import "../../src/runner/prepare-toolkit.ts";
import { randomUUID } from "node:crypto";
import { systemClock } from "../../src/runner/clock.ts";
import { toolkitFetch } from "../../src/runner/toolkit-fetch.ts";
import { runAsScript } from "../command-line.ts";
import { run, SCRIPT } from "./run.ts";

await runAsScript(SCRIPT, async ({ has }) => {
  // The first Ctrl+C stops polling and prints the report so far; the second one ends the process.
  const cancellation = new AbortController();
  process.once("SIGINT", () => cancellation.abort());
  const status = await run({
    json: has("json"),
    env: process.env,
    fetch: toolkitFetch,
    clock: systemClock,
    newId: randomUUID,
    signal: cancellation.signal,
    writeReport: (text) => process.stdout.write(text),
    writeLog: (text) => process.stderr.write(text),
  });
  return cancellation.signal.aborted ? 130 : status;
});
