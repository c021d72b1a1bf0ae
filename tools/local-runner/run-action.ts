import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";

/** The repository's root, where the `action.yml` files are. */
export const ROOT = resolve(import.meta.dirname, "../..");

/** One of the three actions, by the folder of its `action.yml`. */
export type ActionFolder = "." | "status" | "list";

/** Receives functions that send the process a signal and close its stdout, and the process ID. */
export type OnSpawn = (kill: (signal: NodeJS.Signals) => void, pid: number, closeStdout: () => void) => void;

/** A step of a workflow, as an action sees it. */
export interface StepToRun {
  readonly action: ActionFolder;
  /** The inputs under `with`. Other inputs have their defaults of `action.yml`. */
  readonly with: Readonly<Record<string, string>>;
  /** Values of the `github` context, for defaults such as `${{ github.token }}` and for `GITHUB_*`. */
  readonly github: Readonly<Record<string, string>>;
  /** The job's `matrix` context. */
  readonly matrix?: unknown;
  /** The event's payload. */
  readonly event?: unknown;
  /** Additional environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** The checked-out repository; a new empty folder by default. */
  readonly workspace?: string;
  /** The folder in which the step's files are created; the system's folder for temporary files by default. */
  readonly temp?: string;
  /** Called with each chunk of stdout. */
  readonly onOutput?: (text: string) => void;
  /** Options of Node.js itself, such as `--import`. */
  readonly nodeOptions?: readonly string[];
  /** Called as soon as the process runs. */
  readonly onSpawn?: OnSpawn;
}

/** The results of a step. */
export interface StepRun {
  /** The exit status; null: a signal ended the process. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The outputs file as the runner reads it: the last value of a name counts. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The raw outputs file. */
  readonly outputsFile: string;
  readonly summary: string;
}

/** Runs one of the actions in a process of its own, with inputs and `GITHUB_*` files as the runner gives them. */
export function runStep(step: StepToRun): Promise<StepRun> {
  return withStepFiles(step, (env, main) =>
    runProcess(process.execPath, [...(step.nodeOptions ?? []), main], env, step),
  );
}

/** How the code of an action ended. */
type Ended = Pick<StepRun, "exitCode" | "stdout" | "stderr">;

/**
 * Creates the files of a step, and reads them once it has run.
 *
 * @param run is given the step's environment variables, and the action's main file.
 */
export async function withStepFiles(
  step: StepToRun,
  run: (env: Readonly<Record<string, string>>, main: string) => Promise<Ended>,
): Promise<StepRun> {
  const temp = mkdtempSync(join(step.temp ?? tmpdir(), "step-"));
  const file = (name: string, content = ""): string => {
    const path = join(temp, name);
    writeFileSync(path, content);
    return path;
  };
  const outputsPath = file("outputs");
  const summaryPath = file("summary");
  const manifest = MANIFESTS[step.action];
  const env = {
    PATH: process.env.PATH ?? "",
    ...variablesOf(step.github),
    ...inputsOf(manifest, step),
    GITHUB_OUTPUT: outputsPath,
    GITHUB_STEP_SUMMARY: summaryPath,
    GITHUB_STATE: file("state"),
    GITHUB_EVENT_PATH: file("event.json", JSON.stringify(step.event ?? {})),
    GITHUB_WORKSPACE: step.workspace ?? temp,
    ...step.env,
  };
  try {
    const ended = await run(env, resolve(ROOT, step.action, manifest.runs.main));
    const outputsFile = readFileSync(outputsPath, "utf8");
    return {
      ...ended,
      outputsFile,
      outputs: parseOutputs(outputsFile),
      summary: readFileSync(summaryPath, "utf8"),
    };
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

/** The part of an `action.yml` that the runner reads. */
interface Manifest {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly main: string };
}

/** Read once, because a test file runs hundreds of steps. */
const MANIFESTS: Readonly<Record<ActionFolder, Manifest>> = {
  ".": readManifest("."),
  status: readManifest("status"),
  list: readManifest("list"),
};

function readManifest(action: ActionFolder): Manifest {
  return parse(readFileSync(join(ROOT, action, "action.yml"), "utf8")) as Manifest;
}

function inputsOf(manifest: Manifest, step: StepToRun): Record<string, string> {
  const unknown = Object.keys(step.with).filter((name) => !(name in manifest.inputs));
  if (unknown.length > 0) {
    throw new Error(`The action has no input ${unknown.join(", ")}.`);
  }
  return Object.fromEntries(
    Object.entries(manifest.inputs).map(([name, input]) => {
      const given = step.with[name] ?? expand(input.default ?? "", step);
      return [`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`, given];
    }),
  );
}

/** Expands `${{ github.name }}` and `${{ toJSON(matrix) }}`. The defaults have no other expressions. */
function expand(text: string, { github, matrix }: StepToRun): string {
  return text
    .replace(/\$\{\{\s*github\.(\w+)\s*\}\}/g, (_all, name: string) => github[name] ?? "")
    .replace(/\$\{\{\s*toJSON\(matrix\)\s*\}\}/g, () => JSON.stringify(matrix ?? null, null, 2));
}

/** The `GITHUB_*` variables of a context. None of them has the token. */
export function variablesOf(github: StepToRun["github"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(github)
      .filter(([name]) => name !== "token")
      .map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, value]),
  );
}

/** Runs a command to its end, with nothing on its stdin. */
export function runProcess(
  command: string,
  parameters: readonly string[],
  env: Readonly<Record<string, string>>,
  { onOutput, onSpawn }: Pick<StepToRun, "onOutput" | "onSpawn"> = {},
): Promise<Ended> {
  return new Promise((resolveRun, reject) => {
    const child = spawn(command, [...parameters], { env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      onOutput?.(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (exitCode) => resolveRun({ exitCode, stdout, stderr }));
    if (child.pid !== undefined) {
      onSpawn?.(
        (signal) => child.kill(signal),
        child.pid,
        () => child.stdout.destroy(),
      );
    }
  });
}

/**
 * Reads `name<<delimiter`, lines, `delimiter`, and `name=value`. Lines end as on any system: the toolkit ends them as its
 * own system does. Source: `FileCommandManager.cs` in actions/runner.
 */
export function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const heredoc = /^([^=]+?)<<(.+)$/.exec(line);
    if (heredoc !== null) {
      const [, name = "", delimiter = ""] = heredoc;
      const end = lines.indexOf(delimiter, i + 1);
      if (end === -1) {
        throw new Error(`The output ${name} has no end.`);
      }
      outputs[name] = lines.slice(i + 1, end).join("\n");
      i = end;
    } else if (line !== "") {
      const at = line.indexOf("=");
      outputs[line.slice(0, at)] = line.slice(at + 1);
    }
  }
  return outputs;
}
