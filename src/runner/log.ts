import type * as ActionsCore from "@actions/core";
import { escapeLine } from "../text/escape.ts";

/** The part of `@actions/core` that writes to the runner. */
export type RunnerCommands = Pick<
  typeof ActionsCore,
  "info" | "debug" | "notice" | "warning" | "error" | "startGroup" | "endGroup"
>;

/** Takes the tokens out of a text. */
export type Redact = (text: string) => string;

/** The step's log. Every line of every text goes through {@link escapeLine}; nothing else writes to stdout. */
export interface Log {
  info(text: string): void;
  debug(text: string): void;
  /** Lines that are folded away under a title. */
  group(title: string, lines: readonly string[]): void;
  /** Annotations: shown on the run's page too. */
  notice(title: string, text: string): void;
  warning(title: string, text: string): void;
  error(title: string, text: string): void;
}

/** A log that writes to the runner. */
export function createLog(core: RunnerCommands, redact: Redact): Log {
  const lines = (text: string): string[] =>
    redact(text)
      .split(/\r\n|\r|\n/)
      .map(escapeLine);
  const one = (text: string): string => lines(text).join("\n");
  return {
    info: (text) => {
      for (const line of lines(text)) {
        core.info(line);
      }
    },
    debug: (text) => core.debug(one(text)),
    group: (title, texts) => {
      core.startGroup(lines(title).join(" "));
      // Written in one go: a write for each line takes time before the first request.
      core.info(texts.flatMap(lines).join("\n"));
      core.endGroup();
    },
    notice: (title, text) => core.notice(one(text), { title }),
    warning: (title, text) => core.warning(one(text), { title }),
    error: (title, text) => core.error(one(text), { title }),
  };
}

/** Takes each secret out of a text, longest first, so that one that holds another goes whole. */
export function createRedactor(secrets: readonly string[]): Redact {
  const known = secrets.filter((secret) => secret !== "").sort((a, b) => b.length - a.length);
  return (text) => known.reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
}

/** Redacts every text in a plain value, however deep. Texts must be redacted before they are escaped. */
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
