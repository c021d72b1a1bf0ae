import type * as ActionsCore from "@actions/core";
import { escapeLine } from "../text/escape.ts";
import { truncate } from "../text/format.ts";
import type { Redact } from "../text/redact.ts";

/** The part of `@actions/core` that writes to the runner. */
export type RunnerCommands = Pick<
  typeof ActionsCore,
  "info" | "debug" | "notice" | "warning" | "error" | "startGroup" | "endGroup"
>;

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

/** The longest annotation, in characters. The runner cuts at 4,096, and does not show that. */
const MAX_ANNOTATION_LENGTH = 4_000;

/** A log that writes to the runner. */
export function createLog(core: RunnerCommands, redact: Redact): Log {
  const toLines = (text: string): string[] =>
    redact(text)
      .split(/\r\n|\r|\n/)
      .map(escapeLine);
  const toText = (text: string): string => toLines(text).join("\n");
  const toAnnotation = (text: string): string => truncate(toText(text), MAX_ANNOTATION_LENGTH);
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
    notice: (title, text) => core.notice(toAnnotation(text), { title }),
    warning: (title, text) => core.warning(toAnnotation(text), { title }),
    error: (title, text) => core.error(toAnnotation(text), { title }),
  };
}
