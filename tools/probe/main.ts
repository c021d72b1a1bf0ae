import { randomUUID } from "node:crypto";
import { constants } from "node:os";
import { systemClock } from "../../src/runner/clock.ts";
import { useEnvironmentProxy } from "../../src/runner/proxy.ts";
import { run } from "./run.ts";

/** `npm run probe`. The first Ctrl+C stops looking and reports what was seen so far; a second one ends it at once. */
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => stopping.abort(signal));
}
const status = await run({
  args: process.argv.slice(2),
  env: process.env,
  useProxy: () => useEnvironmentProxy(process.env),
  fetch: globalThis.fetch,
  clock: systemClock,
  newId: randomUUID,
  signal: stopping.signal,
  writeOut: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
});
const stoppedBy: unknown = stopping.signal.reason;
process.exitCode =
  stoppedBy === "SIGINT" || stoppedBy === "SIGTERM" ? 128 + constants.signals[stoppedBy] : status;
