import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { codeOf } from "../command-line.ts";
import { parseOutputs } from "./run-action.ts";

/** Linux's limit for a variable: name, `=` and value. */
const MAX_VARIABLE_BYTES = 128 * 1024 - 1;

/** GitHub's limit for the summary of a step. */
const MAX_SUMMARY_BYTES = 1024 * 1024;

/** The machine of a job, as its steps see it. */
export interface Machine {
  /** The folder that steps run in. */
  readonly workspace: string;
  /** A folder for the job's own files. */
  readonly temp: string;
  /** The value of `PATH`. */
  readonly path: string;
}

/** A `run:` step. */
export interface ScriptToRun {
  readonly script: string;
  /** As in `shell:`; null: the default one. */
  readonly shell: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly machine: Machine;
}

/** The results of a step. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Variables for later steps of the job: `GITHUB_ENV`. */
  readonly env: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** A step that wrote nothing. */
export const NOTHING_WRITTEN = { stdout: "", stderr: "", outputs: {}, env: {}, summary: "" } as const;

/** Runs a script as the runner does: from a file without an extension, with the command of `shell:`. */
export async function runScript({ script, shell, env, machine }: ScriptToRun): Promise<Ended> {
  const folder = mkdtempSync(join(machine.temp, "step-"));
  const file = (name: string, content = ""): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const files = {
    GITHUB_OUTPUT: file("output"),
    GITHUB_ENV: file("env"),
    GITHUB_STEP_SUMMARY: file("summary"),
    GITHUB_PATH: file("path"),
  };
  const [command = "", ...parameters] = ((shell === null ? null : commandOf(shell)) ?? DEFAULT_COMMAND).map(
    (word) => (word === "{0}" ? file("script", script) : word),
  );
  const variables = {
    ...env,
    ...files,
    PATH: machine.path,
    // Not the folder of the person who runs this.
    HOME: machine.temp,
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_WORKSPACE: machine.workspace,
    RUNNER_TEMP: machine.temp,
  };
  assertVariablesFit(variables);
  const ended = await execute(command, parameters, variables, machine.workspace);
  const read = (path: string): string => readFileSync(path, "utf8");
  if (read(files.GITHUB_PATH) !== "") {
    throw new Error("GITHUB_PATH cannot be used here.");
  }
  const summary = read(files.GITHUB_STEP_SUMMARY);
  if (Buffer.byteLength(summary) > MAX_SUMMARY_BYTES) {
    throw new Error("The job summary of a step is longer than 1 MiB: GitHub drops it.");
  }
  return {
    ...ended,
    outputs: parseOutputs(read(files.GITHUB_OUTPUT)),
    env: parseOutputs(read(files.GITHUB_ENV)),
    summary,
  };
}

/** @throws if Linux would not start the process. */
export function assertVariablesFit(env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (Buffer.byteLength(`${name}=${value}`) > MAX_VARIABLE_BYTES) {
      throw new Error(`Argument list too long: the environment variable ${name} has more than 128 KiB.`);
    }
  }
}

/**
 * The command of a shell; null if it cannot be run here. Source: GitHub's "Workflow syntax",
 * `jobs.<job_id>.steps[*].shell`.
 */
export function commandOf(shell: string): readonly string[] | null {
  if (shell === "bash") {
    return ["bash", "--noprofile", "--norc", "-eo", "pipefail", "{0}"];
  }
  const words = shell.split(" ");
  return words.includes("{0}") ? words : null;
}

/** The command of a step without `shell:`. */
const DEFAULT_COMMAND = ["bash", "-e", "{0}"];

function execute(
  command: string,
  parameters: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Pick<Ended, "exitCode" | "stdout" | "stderr">> {
  return new Promise((resolve, reject) => {
    execFile(command, parameters, { env, cwd, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (codeOf(error) === "ENOENT") {
        reject(new Error(`The command ${command} is not installed on this machine.`));
      } else if (error !== null && typeof error.code !== "number" && !error.signal) {
        reject(error);
      } else {
        // As bash shows that a signal ended a process.
        const signal = error?.signal ? 128 + constants.signals[error.signal] : 0;
        resolve({ exitCode: signal || Number(error?.code ?? 0), stdout, stderr });
      }
    });
  });
}
