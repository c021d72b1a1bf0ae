import type { RunnerCommands } from "../../src/runner/log.ts";

/** The toolkit's commands as they stand in a log. */
export interface CommandLog extends RunnerCommands {
  mask(secret: string): void;
  /** The log so far. */
  text(): string;
}

/** Writes what the toolkit writes to stdout. Source: `command.ts` in actions/toolkit. */
export function createCommandLog(): CommandLog {
  let log = "";
  const write = (line: string) => {
    log += `${line}\n`;
  };
  const command = (name: string, message: string, properties = "") =>
    write(`::${name}${properties}::${escapeData(message)}`);
  const annotate =
    (name: string) =>
    (message: string | Error, { title = "" }: { title?: string } = {}): void =>
      command(name, String(message), ` title=${escapeProperty(title)}`);
  return {
    text: () => log,
    mask: (secret) => command("add-mask", secret),
    info: write,
    debug: (message) => command("debug", message),
    startGroup: (name) => command("group", name),
    endGroup: () => command("endgroup", ""),
    notice: annotate("notice"),
    warning: annotate("warning"),
    error: annotate("error"),
  };
}

function escapeData(text: string): string {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
