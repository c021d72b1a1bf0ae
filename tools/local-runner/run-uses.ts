import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Json } from "../simulator/scenario.ts";
import type { Artifacts, Files } from "./artifacts.ts";
import { allows, type Permissions } from "./permissions.ts";
import type { ActionFolder, StepRun, StepToRun } from "./run-action.ts";
import { assertVariablesFit, type Ended, type Machine, NOTHING_WRITTEN } from "./run-script.ts";
import { parseUses } from "./uses.ts";

/** Creates the files of a checkout in a folder. @returns what its log says. */
export type CheckOut = (folder: string) => string;

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
  readonly checkOut: CheckOut;
  /** Runs one of our actions. */
  readonly runAction: (step: StepToRun) => Promise<StepRun>;
}

/**
 * Runs a step that uses an action: one of ours, or a simplified version of GitHub's actions for checkouts and artifacts.
 *
 * @throws for any other action, and for an input that is not supported here.
 */
export async function runUses(step: UseToRun): Promise<Ended> {
  const used = parseUses(step.uses);
  switch (used?.kind) {
    case "ours":
      return runOurs(step, used.action, { action_repository: used.repository, action_ref: used.ref });
    case "actions/checkout":
      return checkOut(step);
    case "actions/upload-artifact":
      return uploadArtifact(step);
    case "actions/download-artifact":
      return downloadArtifacts(step);
    case undefined:
      throw new Error(`The action ${step.uses} cannot be run here.`);
  }
}

async function runOurs(
  { with: inputs, github, event, matrix, env, machine, runAction }: UseToRun,
  action: ActionFolder,
  names: Readonly<Record<string, string>>,
): Promise<Ended> {
  assertVariablesFit(inputs);
  const run = await runAction({
    action,
    with: inputs,
    github: { ...github, ...names },
    event,
    matrix,
    workspace: machine.workspace,
    env,
  });
  return { ...run, env: {} };
}

function checkOut({ checkOut: createFiles, machine, permissions }: UseToRun): Ended {
  if (!allows(permissions, "contents", "read")) {
    return failed("Not Found: the token has no permission contents: read");
  }
  const remark = createFiles(machine.workspace);
  return { ...NOTHING_WRITTEN, exitCode: 0, stdout: remark };
}

function uploadArtifact({ with: inputs, machine, artifacts, github }: UseToRun): Ended {
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
  const { pattern, path = ".", "github-token": token = "", "run-id": runId = "" } = inputs;
  if (pattern === undefined || inputs["merge-multiple"] !== "true") {
    throw new Error("Only a download by pattern into one folder is supported here.");
  }
  if (token !== "" && (!allows(permissions, "actions", "read") || runId !== github.run_id)) {
    return failed("Not Found: the token has no permission actions: read, or this is another run");
  }
  for (const { files } of artifacts.find(pattern, token === "" ? Number(github.run_attempt) : null)) {
    writeFiles(join(machine.workspace, path), files);
  }
  return { ...NOTHING_WRITTEN, exitCode: 0 };
}

/** Writes files to a folder, which is created if it does not exist. */
export function writeFiles(folder: string, files: Files): void {
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
