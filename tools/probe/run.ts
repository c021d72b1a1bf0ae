import { escapeLine } from "../../src/text/escape.ts";
import { createRedactor } from "../../src/text/redact.ts";
import { type Script, UsageError } from "../command-line.ts";
import { observe, type ProbeOptions } from "./observe.ts";
import { buildReport, renderTable } from "./report.ts";

/** What the program takes from the process it runs in. */
export interface Program extends Pick<ProbeOptions, "fetch" | "clock" | "newId" | "signal"> {
  /** Whether the report is JSON. */
  readonly json: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly writeReport: (text: string) => void;
  readonly writeLog: (text: string) => void;
}

export const SCRIPT: Script<"json"> = {
  command: "npm run probe --",
  about: `Starts ONE cheap agent task on the real API, polls it for some minutes, and reports which assumed facts about the
API hold. The task costs as much as a short agent session. The agent is asked to change no file.

AGENT_TASKS_TOKEN       A user's token.
AGENT_TASKS_REPOSITORY  The repository, as owner/name.
GITHUB_API_URL          The root of the API. Default: https://api.github.com.

Exits with 0 with a report, with 1 if no task was started or nobody knows, and with 130 after Ctrl+C.`,
  options: { json: { about: "Prints the report as JSON." } },
  examples: ["AGENT_TASKS_TOKEN=… AGENT_TASKS_REPOSITORY=owner/name npm run probe"],
};

/**
 * @returns the exit status: 0 with a report, 1 if no task was started or nobody knows.
 * @throws UsageError for wrong settings, before any request.
 */
export async function run(program: Program): Promise<number> {
  const { json, writeReport, writeLog } = program;
  const settings = readSettings(program);
  const redact = createRedactor([settings.token]);
  const log = (line: string) => writeLog(`${escapeLine(redact(line))}\n`);
  const outcome = await observe({ ...program, ...settings, log });
  if ("problem" in outcome) {
    log(outcome.problem.message);
    log(outcome.problem.remedy);
    return 1;
  }
  const report = buildReport(outcome, settings.repository, redact);
  writeReport(json ? `${JSON.stringify(report, null, 2)}\n` : renderTable(report));
  return 0;
}

function readSettings({ env }: Program): Pick<ProbeOptions, "token" | "repository" | "apiUrl"> {
  const { AGENT_TASKS_TOKEN: token, AGENT_TASKS_REPOSITORY: name, GITHUB_API_URL: api } = env;
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(name ?? "") ?? [];
  const url = URL.parse(api || "https://api.github.com");
  if (!token || owner === undefined || repo === undefined) {
    throw new UsageError("Set AGENT_TASKS_TOKEN to a user's token and AGENT_TASKS_REPOSITORY to owner/name.");
  }
  if (url?.protocol !== "https:" && !(url?.protocol === "http:" && url.hostname === "127.0.0.1")) {
    throw new UsageError("GITHUB_API_URL must start with https:// (or be this machine).");
  }
  return { token, repository: { owner, repo }, apiUrl: url.href.replace(/\/+$/, "") };
}
