import { parseArgs } from "node:util";
import type { Clock } from "../../src/runner/clock.ts";
import { InputError } from "../../src/runner/input-error.ts";
import { createRedactor } from "../../src/runner/log.ts";
import { escapeLine } from "../../src/text/escape.ts";
import { observe } from "./observe.ts";
import { renderJson, renderTable, reportOf } from "./report.ts";

/** What the program takes from the process it runs in. */
export interface ProgramEnvironment {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Makes `fetch` use the environment's proxy; throws {@link InputError} where that cannot be done. */
  readonly useProxy: () => void;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly signal: AbortSignal;
  /** The report. */
  readonly writeOut: (text: string) => void;
  /** What happens meanwhile, and what went wrong. */
  readonly writeError: (text: string) => void;
}

const USAGE = `AGENT_TASKS_TOKEN=… AGENT_TASKS_REPOSITORY=owner/name npm run probe [-- --json]

Starts ONE cheap agent task on the real API, follows it for some minutes, and tells of each fact that nobody has
shown whether it is so. The task costs what a short session of the agent costs; it is asked to change no file.
GITHUB_API_URL: another API than https://api.github.com.
`;

/**
 * Runs the probe.
 *
 * @returns the exit status: 0 with a report, 1 where no task could be started or nobody knows, 2 for a mistake in
 *   how it was called.
 */
export async function run(program: ProgramEnvironment): Promise<number> {
  const settings = readSettings(program);
  if (settings.kind !== "probe") {
    const [write, status] = settings.kind === "help" ? [program.writeOut, 0] : [program.writeError, 2];
    write(settings.text);
    return status;
  }
  const { token, owner, repo, apiUrl, json } = settings;
  const redact = createRedactor([token]);
  const tell = (line: string) => program.writeError(`${escapeLine(redact(line))}\n`);
  const { fetch, clock, newId, signal } = program;
  try {
    program.useProxy();
  } catch (error) {
    if (error instanceof InputError) {
      tell(error.message);
      return 2;
    }
    throw error;
  }
  const outcome = await observe({
    token,
    repository: { owner, repo },
    apiUrl,
    fetch,
    clock,
    newId,
    signal,
    tell,
  });
  switch (outcome.kind) {
    case "not_started":
    case "indeterminate":
      tell(outcome.problem.message);
      tell(outcome.problem.remedy);
      return 1;
    case "observed": {
      const report = reportOf(outcome.observations, `${owner}/${repo}`, redact);
      program.writeOut(json ? renderJson(report) : renderTable(report));
      return 0;
    }
  }
}

type Settings =
  | {
      readonly kind: "probe";
      readonly token: string;
      readonly owner: string;
      readonly repo: string;
      readonly apiUrl: string;
      readonly json: boolean;
    }
  | { readonly kind: "help" | "mistake"; readonly text: string };

function readSettings({ args, env }: ProgramEnvironment): Settings {
  const mistake = (text: string): Settings => ({ kind: "mistake", text: `${text}\n\n${USAGE}` });
  let values: { readonly json?: boolean; readonly help?: boolean };
  try {
    values = parseArgs({
      args: [...args],
      options: { json: { type: "boolean" }, help: { type: "boolean" } },
    }).values;
  } catch {
    return mistake("The only options are --json and --help.");
  }
  if (values.help === true) {
    return { kind: "help", text: USAGE };
  }
  const { AGENT_TASKS_TOKEN: token, AGENT_TASKS_REPOSITORY: repository, GITHUB_API_URL: api } = env;
  if (!token || !repository) {
    return mistake("Set AGENT_TASKS_TOKEN to a user's token and AGENT_TASKS_REPOSITORY to owner/name.");
  }
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository) ?? [];
  if (owner === undefined || repo === undefined) {
    return mistake("AGENT_TASKS_REPOSITORY must be one repository as owner/name.");
  }
  const apiUrl = readApiUrl(api || "https://api.github.com");
  if (apiUrl === null) {
    return mistake("GITHUB_API_URL must start with https:// (or be this machine).");
  }
  return { kind: "probe", token, owner, repo, apiUrl, json: values.json === true };
}

/** The address without a slash at its end; null where a token must not be sent to it. */
function readApiUrl(given: string): string | null {
  const url = URL.parse(given);
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && url.hostname === "127.0.0.1");
  return url === null || !isSafe ? null : url.href.replace(/\/+$/, "");
}
