/**
 * Does what `jq --raw-output FILTER` does, with a WebAssembly build: slower, but for machines that have no jq.
 *
 *     node jq.mjs FILTER < value.json
 */
import { json } from "node:stream/consumers";
import jq from "jq-wasm";

const value = await json(process.stdin);
// That build does not see this process's environment.
const environment = `. as $input | ${JSON.stringify(process.env)} as $ENV | $input`;
const printed = await jq.raw(value, `${environment} | (${process.argv[2]})`, ["--raw-output"]);
process.stdout.write(printed === "" ? "" : `${printed}\n`);
