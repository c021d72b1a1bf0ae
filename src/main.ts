// First, because @actions/github reads the environment when it is imported.
import "./runner/prepare-toolkit.ts";
import { randomUUID } from "node:crypto";
import * as core from "@actions/core";
import { context } from "@actions/github";
import { defaults } from "@actions/github/lib/utils";
import { checkBypass } from "@actions/http-client/lib/proxy";
import { list } from "./actions/list.ts";
import { start } from "./actions/start.ts";
import { status } from "./actions/status.ts";
import type { Environment } from "./context.ts";
import type { ErrorCode } from "./github/agent-tasks/error-code.ts";
import type { LoadMarkdown } from "./markdown/visible-text.ts";
import { type Cancellation, listenForCancel } from "./runner/cancellation.ts";
import { systemClock } from "./runner/clock.ts";
import { readRunner } from "./runner/environment.ts";
import { InputError } from "./runner/input-error.ts";
import { createLog } from "./runner/log.ts";
import { appendWhole, createOutputsFile } from "./runner/outputs-file.ts";
import { TOOLKIT_ENVIRONMENT } from "./runner/prepare-toolkit.ts";
import { ignoreStreamErrors } from "./runner/standard-streams.ts";
import { toolkitFetch } from "./runner/toolkit-fetch.ts";
import { createRedactor } from "./text/redact.ts";

const ACTIONS = { start, status, list };

/**
 * Runs an action in this process, and sets the exit status.
 *
 * @param loadMarkdown imports the bundle beside this one. Here it would become part of this bundle.
 */
export async function main(action: keyof typeof ACTIONS, loadMarkdown: LoadMarkdown): Promise<void> {
  ignoreStreamErrors(process);
  const tokens = ["token", "github_token"].map((name) => core.getInput(name)).filter((token) => token !== "");
  for (const secret of [...tokens, ...TOOLKIT_ENVIRONMENT.secrets]) {
    core.setSecret(secret);
  }
  const log = createLog(core, createRedactor(tokens));
  const cancellation = listenForCancel(process);
  const outputs = createOutputs(process.env.GITHUB_OUTPUT);
  // A list has no such output.
  const writeErrorCode = action === "list" ? () => {} : outputs.writeErrorCode;
  try {
    refuseUnusableProxy();
    process.exitCode = await ACTIONS[action](createEnvironment(cancellation, loadMarkdown, outputs.write));
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof InputError) {
      writeErrorCode("invalid_input");
      log.error("Input not allowed", error.message);
    } else {
      writeErrorCode("internal_error");
      log.error("Unexpected error", `This is a bug in the action. Please report it: ${String(error)}`);
      log.debug(error instanceof Error ? (error.stack ?? "") : "");
    }
  }
  const cancelStatus = cancellation.exitStatus();
  if (cancelStatus !== null) {
    process.exit(cancelStatus);
  }
}

/** The outputs of this process. */
interface ProcessOutputs {
  readonly write: Environment["writeOutputs"];
  /** Adds `error_code` to what was written, such as the IDs of tasks. It never throws. */
  writeErrorCode(code: ErrorCode): void;
}

/** @param path the file for outputs, if a runner started this process. */
function createOutputs(path: string | undefined): ProcessOutputs {
  const replaceAll = path ? createOutputsFile(path) : printOutputs;
  let latest: Readonly<Record<string, string>> = {};
  const write: Environment["writeOutputs"] = (values) => {
    latest = values;
    replaceAll(values);
  };
  return {
    write,
    writeErrorCode: (code) => {
      try {
        write({ ...latest, error_code: code });
      } catch (error) {
        core.debug(`The outputs could not be written: ${String(error)}`);
      }
    },
  };
}

function createEnvironment(
  { signal, graceSignal }: Cancellation,
  loadMarkdown: LoadMarkdown,
  writeOutputs: Environment["writeOutputs"],
): Environment {
  return {
    input: (name) => core.getInput(name),
    core,
    writeOutputs,
    writeSummary: async (markdown) => writeSummary(process.env.GITHUB_STEP_SUMMARY, markdown),
    runner: readRunner(process.env, context),
    fetch: toolkitFetch,
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    loadMarkdown,
    signal,
    graceSignal,
  };
}

/** Unlike the toolkit it writes synchronously, so that a cancelled step cannot end before that. */
function writeSummary(path: string | undefined, markdown: string): void {
  if (!path) {
    throw new Error("GITHUB_STEP_SUMMARY names no file");
  }
  appendWhole(path, Buffer.from(markdown));
}

/** Writes the outputs to stdout, as the toolkit does if this process was not started by a runner. */
function printOutputs(values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    core.setOutput(name, value);
  }
}

/** @throws {InputError} if requests to the API need a proxy, and it cannot be used. Its value can hold a password. */
function refuseUnusableProxy(): void {
  const { unusableProxy } = TOOLKIT_ENVIRONMENT;
  if (unusableProxy !== null && !checkBypass(new URL(defaults.baseUrl ?? ""))) {
    throw new InputError(
      `The environment variable ${unusableProxy} does not name a proxy that can be used. Allowed: the address of an ` +
        "HTTP proxy, such as http://proxy.example:3128 or http://user:password@proxy.example:3128.",
    );
  }
}
