/**
 * Replies to a call of a command in a workflow's script, in place of the command.
 *
 *     node stand-in.mjs REPLIES [PARAMETER...]
 *
 * REPLIES is a JSON file: a `StandIn` of workflow-harness.ts.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const [replies, ...parameters] = process.argv.slice(2);
const standIn = JSON.parse(readFileSync(replies, "utf8"));
const { answers = [] } = standIn;
const answer = answers.find(({ call }) => `${parameters.join(" ")} `.startsWith(`${call} `));
if (answer?.once) {
  const left = answers.filter((other) => other !== answer);
  writeFileSync(replies, JSON.stringify({ ...standIn, answers: left }));
}

const { prints = "", json, exitCode = 0 } = answer ?? standIn;
const filter = parameters[parameters.indexOf("--jq") + 1] ?? ".";
process.stdout.write(json === undefined ? prints : await filterJson(json, filter));
process.exitCode = exitCode;

/** Applies a jq filter, as `gh --jq` does. Where the machine has no jq, a WebAssembly build does it, but more slowly. */
async function filterJson(value, program) {
  try {
    return execFileSync("jq", ["--raw-output", program], { input: JSON.stringify(value) });
  } catch (error) {
    if (error.code !== "ENOENT") {
      throw error;
    }
    const { default: jq } = await import("jq-wasm");
    // That build does not see this process's environment.
    const withEnvironment = `. as $input | ${JSON.stringify(process.env)} as $ENV | $input | (${program})`;
    const printed = await jq.raw(value, withEnvironment, ["--raw-output"]);
    return printed === "" ? "" : `${printed}\n`;
  }
}
