import type * as ActionsCore from "@actions/core";
import { escapeLine } from "../text/escape.ts";

/** The part of `@actions/core` that writes to the runner. */
export type RunnerCommands = Pick<
  typeof ActionsCore,
  "info" | "debug" | "notice" | "warning" | "error" | "startGroup" | "endGroup"
>;

/** Replaces the tokens in a text. */
export type Redact = (text: string) => string;

/** The step's log. Escapes every line with {@link escapeLine}; nothing else writes to stdout. */
export interface Log {
  info(text: string): void;
  debug(text: string): void;
  /** Lines in a collapsed group. */
  group(title: string, lines: readonly string[]): void;
  /** Annotations, which the run's page also shows. */
  notice(title: string, text: string): void;
  warning(title: string, text: string): void;
  error(title: string, text: string): void;
}

/** A log that writes to the runner. */
export function createLog(core: RunnerCommands, redact: Redact): Log {
  const toLines = (text: string): string[] =>
    redact(text)
      .split(/\r\n|\r|\n/)
      .map(escapeLine);
  const toText = (text: string): string => toLines(text).join("\n");
  return {
    info: (text) => {
      for (const line of toLines(text)) {
        core.info(line);
      }
    },
    debug: (text) => core.debug(toText(text)),
    group: (title, lines) => {
      core.startGroup(toLines(title).join(" "));
      // One write, because one write per line would delay the first request.
      core.info(lines.flatMap(toLines).join("\n"));
      core.endGroup();
    },
    notice: (title, text) => core.notice(toText(text), { title }),
    warning: (title, text) => core.warning(toText(text), { title }),
    error: (title, text) => core.error(toText(text), { title }),
  };
}

/** Replaces secrets, longest first, so that a secret that contains another one is replaced as a whole. */
export function createRedactor(secrets: readonly string[]): Redact {
  const known = secrets.filter((secret) => secret !== "").sort((a, b) => b.length - a.length);
  return (text) => known.reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
}

/** Redacts every string in a plain value, at any depth. Strings must be redacted before they are escaped. */
export function redactTexts<T>(redact: Redact, value: T): T {
  if (typeof value === "string") {
    return redact(value) as T;
  }
  if (Array.isArray(value)) {
    return value.map((entry: unknown) => redactTexts(redact, entry)) as T;
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, redactTexts(redact, entry)]),
    ) as T;
  }
  return value;
}
