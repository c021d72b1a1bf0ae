import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync, writeSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { isRecord, toArray, toText } from "../text/json.ts";
import type { Runner } from "./environment.ts";

/** The largest list, in bytes. */
const MAX_LIST_BYTES = 4 * 1024 * 1024;

/** A step that ran inside a composite action. */
export interface CompositeStep {
  /** What it was asked to do, as a hash. */
  readonly work: string;
  /** The repositories that it started tasks in, `owner/name`. */
  readonly repositories: readonly string[];
}

/** The steps that ran before. */
type EarlierSteps =
  | { readonly kind: "known"; readonly steps: readonly CompositeStep[] }
  /** The list cannot be kept. */
  | { readonly kind: "unknown"; readonly reason: string };

/**
 * Adds a step to the list of the steps of its composite action, and reads those before it. All of them have the same
 * name. The list is a file under `RUNNER_TEMP`, where no other attempt, job or composite action finds it.
 *
 * @param place the job's place in its matrix.
 */
export function recordCompositeStep(runner: Runner, place: string, step: CompositeStep): EarlierSteps {
  const { serverUrl, runId, runAttempt, job, action, temp } = runner;
  if (!isAbsolute(temp)) {
    return {
      kind: "unknown",
      reason: temp === "" ? "RUNNER_TEMP is not set" : "RUNNER_TEMP is no full path",
    };
  }
  const owner = JSON.stringify([serverUrl, runId, runAttempt, job, place, action]);
  const name = `agent-task-action-steps-${createHash("sha256").update(owner).digest("hex").slice(0, 32)}`;
  try {
    return appendStep(join(temp, name), step);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    return { kind: "unknown", reason: `a file under RUNNER_TEMP cannot be written (${code})` };
  }
}

/** @throws if the file cannot be read and written. */
function appendStep(path: string, step: CompositeStep): EarlierSteps {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  // O_NONBLOCK: opening a named pipe must not hang.
  const file = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    const status = fstatSync(file);
    if (!status.isFile() || status.size > MAX_LIST_BYTES) {
      return { kind: "unknown", reason: "a file under RUNNER_TEMP has been replaced" };
    }
    const steps = readFileSync(file, "utf8").split("\n").flatMap(parseStep);
    writeSync(file, `${JSON.stringify(step)}\n`);
    return { kind: "known", steps };
  } finally {
    closeSync(file);
  }
}

function parseStep(line: string): CompositeStep[] {
  try {
    const step: unknown = JSON.parse(line);
    return isRecord(step)
      ? [{ work: toText(step.work), repositories: toArray(step.repositories).map(toText) }]
      : [];
  } catch {
    // The last line is empty, and others are not ours.
    return [];
  }
}
