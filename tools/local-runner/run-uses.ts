import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Json } from "../simulator/scenario.ts";
import type { Artifacts, Files } from "./artifacts.ts";
import { allows, type Permissions } from "./permissions.ts";
import { type ActionFolder, runStep, type StepToRun } from "./run-action.ts";
import { assertVariablesFit, type Ended, type Machine, NOTHING_WRITTEN } from "./run-script.ts";

/** A `uses:` step. */
export interface UseToRun {
  readonly uses: string;
  readonly with: Readonly<Record<string, string>>;
  /** Values of the `github` context; `action` is the step's ID. */
  readonly github: Readonly<Record<string, string>>;
  readonly event: Json;
  readonly matrix: Json;
  readonly permissions: Permissions;
  readonly env: Readonly<Record<string, string>>;
  readonly machine: Machine;
  readonly artifacts: Artifacts;
  /** The files that a checkout creates. */
  readonly files: Files;
  /** How to run the process of one of our actions. */
  readonly processes: Pick<StepToRun, "env" | "nodeOptions">;
}

const OURS = /^(?:OWNER\/agent-task-action|\.)(?:\/(status|list))?(?:@v1)?$/;

/**
 * Runs a step that uses an action: one of ours, as built, in a process of its own; or a simplified version of GitHub's
 * actions for checkouts and artifacts.
 *
 * @throws for any other action, and for an input that is not supported here.
 */
export async function runUses(step: UseToRun): Promise<Ended> {
  const ours = OURS.exec(step.uses);
  if (ours !== null) {
    return runOurs(step, (ours[1] ?? ".") as ActionFolder);
  }
  const [action = ""] = step.uses.split("@");
  switch (action) {
    case "actions/checkout":
      return checkOut(step);
    case "actions/upload-artifact":
      return uploadArtifact(step);
    case "actions/download-artifact":
      return downloadArtifacts(step);
    default:
      throw new Error(`The action ${step.uses} cannot be run here.`);
  }
}

async function runOurs(
  { with: inputs, github, event, matrix, env, machine, processes }: UseToRun,
  action: ActionFolder,
): Promise<Ended> {
  assertVariablesFit(inputs);
  const run = await runStep({
    action,
    with: inputs,
    github: { ...github, action_repository: "OWNER/agent-task-action", action_ref: "v1" },
    event,
    matrix,
    workspace: machine.workspace,
    ...processes,
    env: { ...env, ...processes.env },
  });
  return { ...run, env: {} };
}

function checkOut({ with: inputs, files, machine, permissions }: UseToRun): Ended {
  assertInputs(inputs, ["persist-credentials"]);
  if (!allows(permissions, "contents", "read")) {
    return failed("Not Found: the token has no permission contents: read");
  }
  write(machine.workspace, files);
  return { ...NOTHING_WRITTEN, exitCode: 0 };
}

function uploadArtifact({ with: inputs, machine, artifacts, github }: UseToRun): Ended {
  assertInputs(inputs, ["name", "path", "if-no-files-found", "retention-days"]);
  const { name = "artifact", path = "", "if-no-files-found": ifNotFound } = inputs;
  if (ifNotFound !== "error" || path === "" || /[*\n]/.test(path)) {
    throw new Error("Only the upload of one required file is supported here.");
  }
  const source = join(machine.workspace, path);
  if (!statSync(source, { throwIfNoEntry: false })?.isFile()) {
    return failed(`No files were found with the provided path: ${path}`);
  }
  try {
    artifacts.upload(name, { [path]: readFileSync(source, "utf8") }, Number(github.run_attempt));
    return { ...NOTHING_WRITTEN, exitCode: 0 };
  } catch (error) {
    return failed(String(error));
  }
}

/**
 * Without `github-token` the step sees no artifacts of earlier attempts, which GitHub does not guarantee. With it the
 * job needs `actions: read`.
 */
function downloadArtifacts({ with: inputs, machine, artifacts, github, permissions }: UseToRun): Ended {
  assertInputs(inputs, ["pattern", "path", "merge-multiple", "github-token", "run-id"]);
  const { pattern, path = ".", "github-token": token = "", "run-id": runId = "" } = inputs;
  if (pattern === undefined || inputs["merge-multiple"] !== "true") {
    throw new Error("Only a download by pattern into one folder is supported here.");
  }
  if (token !== "" && (!allows(permissions, "actions", "read") || runId !== github.run_id)) {
    return failed("Not Found: the token has no permission actions: read, or this is another run");
  }
  for (const { files } of artifacts.find(pattern, token === "" ? Number(github.run_attempt) : null)) {
    write(join(machine.workspace, path), files);
  }
  return { ...NOTHING_WRITTEN, exitCode: 0 };
}

function assertInputs(inputs: Readonly<Record<string, string>>, known: readonly string[]): void {
  const unknown = Object.keys(inputs).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`The action's input ${unknown.join(", ")} is not supported here.`);
  }
}

function write(folder: string, files: Files): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

function failed(stderr: string): Ended {
  return { ...NOTHING_WRITTEN, exitCode: 1, stderr };
}
