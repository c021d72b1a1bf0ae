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
import { type Cancellation, listenForCancel } from "./runner/cancellation.ts";
import { systemClock } from "./runner/clock.ts";
import { readRunner } from "./runner/environment.ts";
import { InputError } from "./runner/input-error.ts";
import { createLog, createRedactor } from "./runner/log.ts";
import { compactOutputsFile } from "./runner/outputs-file.ts";
import { TOOLKIT_ENVIRONMENT } from "./runner/prepare-toolkit.ts";
import { toolkitFetch } from "./runner/toolkit-fetch.ts";

const ACTIONS = { start, status, list };

/** Runs an action in this process, and sets the exit status. */
export async function main(action: keyof typeof ACTIONS): Promise<void> {
  const tokens = ["token", "github_token"].map((name) => core.getInput(name)).filter((token) => token !== "");
  for (const secret of [...tokens, ...TOOLKIT_ENVIRONMENT.secrets]) {
    core.setSecret(secret);
  }
  const log = createLog(core, createRedactor(tokens));
  const cancellation = listenForCancel(process);
  try {
    refuseUnusableProxy();
    process.exitCode = await ACTIONS[action](createEnvironment(cancellation));
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof InputError) {
      log.error("Input not allowed", error.message);
    } else {
      log.error("Unexpected error", `This is a bug in the action. Please report it: ${String(error)}`);
      log.debug(error instanceof Error ? (error.stack ?? "") : "");
    }
  }
  const cancelStatus = cancellation.exitStatus();
  if (cancelStatus !== null) {
    process.exit(cancelStatus);
  }
}

function createEnvironment({ signal, graceSignal }: Cancellation): Environment {
  return {
    input: (name) => core.getInput(name),
    core,
    replaceOutputs: compactOutputsFile(process.env.GITHUB_OUTPUT ?? ""),
    writeSummary: async (markdown) => {
      await core.summary.addRaw(markdown).write();
    },
    runner: readRunner(process.env, context),
    fetch: toolkitFetch,
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    signal,
    graceSignal,
  };
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
