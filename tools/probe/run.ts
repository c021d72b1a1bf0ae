import { escapeLine } from "../../src/text/escape.ts";
import { createRedactor } from "../../src/text/redact.ts";
import { observe, type ProbeOptions } from "./observe.ts";
import { buildReport, renderTable } from "./report.ts";

/** What the program takes from the process it runs in. */
export interface Program extends Pick<ProbeOptions, "fetch" | "clock" | "newId" | "signal"> {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly writeReport: (text: string) => void;
  readonly writeLog: (text: string) => void;
}

const USAGE = `AGENT_TASKS_TOKEN=… AGENT_TASKS_REPOSITORY=owner/name npm run probe [-- --json]

Starts ONE cheap agent task on the real API, polls it for some minutes, and reports which assumed facts about the
API hold. The task costs as much as a short agent session. The agent is asked to change no file.
GITHUB_API_URL: the root of the API, by default https://api.github.com.
`;

/** @returns the exit status: 0 with a report, 1 if no task was started or nobody knows, 2 for wrong settings. */
export async function run(program: Program): Promise<number> {
  const { args, writeReport, writeLog } = program;
  if (args.includes("--help")) {
    writeReport(USAGE);
    return 0;
  }
  const settings = readSettings(program);
  if (typeof settings === "string") {
    writeLog(`${settings}\n\n${USAGE}`);
    return 2;
  }
  const redact = createRedactor([settings.token]);
  const log = (line: string) => writeLog(`${escapeLine(redact(line))}\n`);
  const outcome = await observe({ ...program, ...settings, log });
  if ("problem" in outcome) {
    log(outcome.problem.message);
    log(outcome.problem.remedy);
    return 1;
  }
  const report = buildReport(outcome, settings.repository, redact);
  writeReport(args.includes("--json") ? `${JSON.stringify(report, null, 2)}\n` : renderTable(report));
  return 0;
}

/** The settings, or what is wrong with them. */
function readSettings({
  args,
  env,
}: Program): Pick<ProbeOptions, "token" | "repository" | "apiUrl"> | string {
  const { AGENT_TASKS_TOKEN: token, AGENT_TASKS_REPOSITORY: name, GITHUB_API_URL: api } = env;
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(name ?? "") ?? [];
  const url = URL.parse(api || "https://api.github.com");
  if (args.some((arg) => arg !== "--json")) {
    return "The only options are --json and --help.";
  }
  if (!token || owner === undefined || repo === undefined) {
    return "Set AGENT_TASKS_TOKEN to a user's token and AGENT_TASKS_REPOSITORY to owner/name.";
  }
  if (url?.protocol !== "https:" && !(url?.protocol === "http:" && url.hostname === "127.0.0.1")) {
    return "GITHUB_API_URL must start with https:// (or be this machine).";
  }
  return { token, repository: { owner, repo }, apiUrl: url.href.replace(/\/+$/, "") };
}
