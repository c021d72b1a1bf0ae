import { join } from "node:path";
import { ROOT } from "../../tools/local-runner/run-action.ts";
import type { Json } from "../../tools/simulator/scenario.ts";

/** What a stand-in for `gh`, `git` and the like does. */
export interface StandIn extends Reply {
  /** Replies to calls with certain words; any other call gets the stand-in's own reply. */
  readonly answers?: readonly Answer[];
}

interface Reply {
  readonly prints?: string;
  /** What `gh --json` reads. It is printed through `--jq`, with the machine's `jq`. */
  readonly json?: Json;
  readonly exitCode?: number;
}

/** A reply to calls that begin with these words. The first answer that fits counts. */
export interface Answer extends Reply {
  readonly call: string;
  /** Whether it serves one call only. Later calls get the next answer that fits. */
  readonly once?: boolean;
}

/** A call of a stand-in by a script. */
export interface Call {
  readonly command: string;
  readonly parameters: readonly string[];
  /** `GH_TOKEN` in its environment. */
  readonly token: string | null;
}

/** The command in a workflow's `PATH`: notes the call, then runs the script of its replies. */
export function formatCommand(command: string, log: string, replies: string): string {
  return `#!/bin/sh
{ printf '%s\\037' ${quote(command)} "\${GH_TOKEN-}" "$@"; printf '\\036'; } >> ${quote(log)}
. ${quote(replies)}
`;
}

/** Reads the calls that {@link formatCommand} notes. */
export function parseCalls(log: string): readonly Call[] {
  return log
    .split("\x1e")
    .slice(0, -1)
    .map((noted) => {
      const [command = "", token = "", ...parameters] = noted.split("\x1f").slice(0, -1);
      return { command, parameters, token: token === "" ? null : token };
    });
}

/**
 * The replies as a script: a process of Node.js for each call would take a hundred times as long.
 *
 * @param used begins the paths that say which answers were given.
 */
export function formatReplies({ answers = [], ...reply }: StandIn, used: string): string {
  const cases = answers.map(({ call, once, ...answer }, index) => {
    const guard = once ? `mkdir ${quote(`${used}.${index}`)} 2>/dev/null && ` : "";
    return `case "$* " in ${quote(`${call} `)}*) ${guard}{ ${formatReply(answer)}; } ;; esac\n`;
  });
  return `${FIND_FILTER}${cases.join("")}${formatReply(reply)}\n`;
}

const FIND_FILTER = `filter=.
for word; do [ "$before" = --jq ] && filter=$word; before=$word; done
filter_json() { if command -v jq >/dev/null; then jq --raw-output "$filter"; else node ${quote(
  join(ROOT, "__tests__/support/jq.mjs"),
)} "$filter"; fi; }
`;

function formatReply({ prints = "", json, exitCode = 0 }: Reply): string {
  const printed = json === undefined ? prints : JSON.stringify(json);
  const filter = json === undefined ? "" : " | filter_json || exit 1";
  return `printf '%s' ${quote(printed)}${filter}; exit ${exitCode}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
