import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseOutputs } from "../../tools/local-runner/run-action.ts";

/** Notes its call and the file that it is given as a body. Then it prints the first answer that fits. */
const STAND_IN = `#!/usr/bin/env bash
call="\${0##*/} $*"
printf '%s\\0' "$call" >> "$CALLS"
while [ $# -gt 0 ]; do
  if [ "$1" = --body-file ]; then cat "$2" >> "$BODIES"; printf '\\0' >> "$BODIES"; fi
  shift
done
for answer in "$ANSWERS"/*; do
  if [ -f "$answer/call" ] && [[ "$call" == "$(cat "$answer/call")"* ]]; then
    cat "$answer/prints"
    exit "$(cat "$answer/status")"
  fi
done
`;

/**
 * The files that a script writes to on a runner, and stand-ins for `gh` and `node` on its path.
 *
 * @param answers what a stand-in prints for a call that begins with these words, and its exit status.
 */
export function runnerCommandsAndFiles(
  folder: string,
  answers: readonly (readonly [call: string, prints: string, exitCode?: number])[],
) {
  const place = (name: string) => join(folder, name);
  for (const name of ["bin", "answers", "temp"]) {
    mkdirSync(place(name));
  }
  for (const command of ["gh", "node"]) {
    writeFileSync(place(`bin/${command}`), STAND_IN);
    chmodSync(place(`bin/${command}`), 0o755);
  }
  for (const [index, [call, prints, exitCode = 0]] of answers.entries()) {
    const answer = place(`answers/${index}`);
    mkdirSync(answer);
    writeFileSync(join(answer, "call"), call);
    writeFileSync(join(answer, "prints"), prints === "" ? "" : `${prints}\n`);
    writeFileSync(join(answer, "status"), String(exitCode));
  }
  for (const name of ["output", "summary", "calls", "bodies"]) {
    appendFileSync(place(name), "");
  }
  const parts = (name: string) => readFileSync(place(name), "utf8").split("\0").slice(0, -1);
  return {
    env: {
      PATH: `${place("bin")}:${process.env.PATH ?? ""}`,
      ANSWERS: place("answers"),
      CALLS: place("calls"),
      BODIES: place("bodies"),
      RUNNER_TEMP: place("temp"),
      GITHUB_OUTPUT: place("output"),
      GITHUB_STEP_SUMMARY: place("summary"),
    },
    read: () => ({
      outputs: parseOutputs(readFileSync(place("output"), "utf8")),
      summary: readFileSync(place("summary"), "utf8"),
      calls: parts("calls"),
      bodies: parts("bodies"),
      injected: existsSync(place("injected")),
    }),
  };
}
