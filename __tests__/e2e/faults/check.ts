import type { LoggedRequest } from "../../../tools/simulator/simulator.ts";
import { USER_TOKEN, WORKFLOW_TOKEN } from "../../support/fixtures.ts";
import type { SimulatedRun } from "../../support/run-dist.ts";
import type { Expectation } from "./outcomes.ts";
import { type Column, EXISTING_ID } from "./requests.ts";

/** How the tasks of a run ended up. */
export interface Tally {
  /** Several tasks, and no warning that names them all. */
  readonly startedTwice: boolean;
  /** Several tasks, and a warning that names them all. */
  readonly duplicateWarned: boolean;
  /** Tasks that neither the outputs nor the log lead to. */
  readonly idsLost: number;
  readonly hung: boolean;
}

/** Counts what must never happen. */
export function tally({ simulator, stdout, outputs, exitCode }: SimulatedRun): Tally {
  const ids = simulator.startedTasks.map(({ id }) => id);
  const warnings = linesOf(stdout).filter((line) => line.startsWith("::warning "));
  const duplicates = warnings.filter((line) => line.includes("title=A second task may exist::")).join("\n");
  const named = ids.every((id) => duplicates.includes(id) && duplicates.includes(`/tasks/${id}`));
  const links = warnings.filter((line) => line.includes("title=A task may have been started::")).join("\n");
  const toldWhere =
    stdout.includes("been started anyway.") && stdout.includes("https://github.com/octo/app/agents");

  const isReported = (id: string) => outputs.task_id === id || duplicates.includes(id) || links.includes(id);
  const wasSeen = (id: string) => seen(simulator.requests, id, ids.indexOf(id));
  return {
    startedTwice: ids.length > 1 && !named,
    duplicateWarned: ids.length > 1 && named,
    idsLost: ids.filter((id) => !isReported(id) && (wasSeen(id) || !toldWhere)).length,
    hung: exitCode === null,
  };
}

/** Whether the action received the ID, in the answer to a start or to a get. */
function seen(requests: readonly LoggedRequest[], id: string, index: number): boolean {
  const carriedOut = requests.filter(
    ({ kind, fault }) => kind === "start" && (fault === null || SPOILED.has(fault)),
  );
  const start = carriedOut[index];
  const wasAnswered = start?.fault === null && start.status === 201;
  return (
    wasAnswered ||
    requests.some(
      ({ kind, path, status, fault }) =>
        kind === "get" && fault === null && status === 200 && path.endsWith(`/${id}`),
    )
  );
}

/** Faults of a start that leave a task behind. */
const SPOILED: ReadonlySet<string> = new Set([
  "reset_after",
  "stall_after",
  "truncated",
  "wrong_json",
  "garbage",
  "error_500_after",
  "html",
]);

/** The invariants that a run breaks. They must hold whatever goes wrong. */
export function brokenInvariants(run: SimulatedRun): string[] {
  const { simulator, stdout, stderr, summary, outputs, outputsFile, exitCode } = run;
  const { startedTwice, idsLost, hung } = tally(run);
  const lines = linesOf(stdout);
  const failed = lines.some((line) => line.startsWith("::error "));
  const shown = [stdout.replace(/^::add-mask::.*$/gm, ""), stderr, summary, outputsFile].join("\n");
  const problems: [boolean, string][] = [
    [startedTwice, `${simulator.startedTasks.length} tasks, and no warning that names them`],
    [idsLost > 0, `${idsLost} IDs lost`],
    [hung, "the process did not end by itself"],
    [stderr !== "", `stderr: ${stderr}`],
    [failed !== (exitCode === 1), `exit status ${exitCode}, and ${failed ? "an" : "no"} error`],
    [outputs.conclusion === "success" && exitCode !== 0, "a success that fails the step"],
    [[USER_TOKEN, WORKFLOW_TOKEN].some((token) => shown.includes(token)), "a token is shown"],
    [stdout.includes("##["), "stdout has a command of the old kind"],
    [/[^\S\n]*\r(?!\n)/.test(stdout), "stdout has a lone carriage return"],
    ...lines.map((line): [boolean, string] => [isForeignCommand(line), `command: ${line}`]),
    ...rawTags(summary).map((tag): [boolean, string] => [true, `the summary has ${tag}`]),
  ];
  return problems.filter(([isBroken]) => isBroken).map(([, text]) => text);
}

/** How a run differs from what its cell of the matrix expects. */
export function differences(
  { simulator, stdout, outputs, exitCode }: SimulatedRun,
  expected: Expectation,
  { gives, step }: Pick<Column, "gives" | "step">,
): string[] {
  // The status action reports the requested task, whether or not it found it.
  const none = step?.action === "status" ? EXISTING_ID : undefined;
  const id = { started: simulator.startedTasks.at(-1)?.id, existing: EXISTING_ID, none }[expected.id];
  const annotations = linesOf(stdout).flatMap((line) => {
    const match = /^::(warning|error) title=([^:]*)::/.exec(line);
    return match === null ? [] : [`${match[1]}: ${match[2]}`];
  });
  const compared: [string, unknown, unknown][] = [
    ["exit status", exitCode, expected.exitCode],
    ["conclusion", outputs.conclusion ?? "", expected.conclusion],
    ["starts", simulator.count("start"), expected.posts ?? simulator.count("start")],
    ["tasks", simulator.startedTasks.length, expected.tasks],
    ["task_id", outputs.task_id || undefined, "task_ids" in gives ? undefined : id],
    ["annotations", annotations.sort().join(", "), [...expected.annotations].sort().join(", ")],
    ...Object.entries(gives).map(([name, value]): [string, unknown, unknown] => [
      name,
      outputs[name] ?? "",
      expected.gives === null ? outputs[name] : expected.gives ? value : "",
    ]),
    ...expected.says.map((text): [string, unknown, unknown] => [`says ${text}`, stdout.includes(text), true]),
  ];
  return compared
    .filter(([, is, should]) => is !== should)
    .map(([what, is, should]) => `${what}: ${String(is)} instead of ${String(should)}`);
}

/** Faults after which the action repeated the request too soon. */
export function tooSoon(requests: readonly LoggedRequest[], seconds: number): string[] {
  return requests.flatMap((request, i) => {
    const next = requests.slice(i + 1).find((later) => isSame(later, request));
    const waited = next === undefined ? Number.POSITIVE_INFINITY : (next.at - request.at) / 1000;
    return request.fault !== null && waited < seconds
      ? [`${request.method} ${request.path} again after ${waited} s instead of ${seconds} s`]
      : [];
  });
}

function isSame(a: LoggedRequest, b: LoggedRequest): boolean {
  return a.method === b.method && a.path === b.path && a.headers.authorization === b.headers.authorization;
}

/** Lines as the runner parses them. */
function linesOf(stdout: string): string[] {
  return stdout.split(/\r\n|\n|\r/);
}

const OWN_COMMAND = /^::(group::|endgroup::|debug::|(notice|warning|error) title=[\w ]+::)/;

function isForeignCommand(line: string): boolean {
  return (
    /^\s*::/.test(line) &&
    !OWN_COMMAND.test(line) &&
    line !== `::add-mask::${USER_TOKEN}` &&
    line !== `::add-mask::${WORKFLOW_TOKEN}`
  );
}

/** HTML tags outside code fences that the action did not write. */
function rawTags(summary: string): string[] {
  const prose = summary.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, "");
  const tags = prose.match(/(?<!\\)<\/?[a-z!][^>]*>?/gi) ?? [];
  return tags.filter((tag) => !/^<(?:\/?(?:details|summary)|https:[^\s]*)>$/.test(tag));
}
