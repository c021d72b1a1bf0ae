import { createHash } from "node:crypto";
import type { Task } from "../github/agent-tasks/task.ts";
import { EVERY_TASK, type StartInputs } from "../inputs/start-inputs.ts";
import { getRunUrl, type Runner } from "../runner/environment.ts";
import {
  findChangedTrace,
  findTraceLikeLines,
  hasSameLetters,
  isBeginningOf,
  normalizeName,
  TRACE_WORDS,
} from "./changed-prompt.ts";

/**
 * Whether a task is the one that a search looks for. `unreadable`: it may be, because its sessions cannot be read, or
 * GitHub has changed its prompt.
 * `promptless`: GitHub shows no prompt of it, as for sessions of editors.
 */
export type Match = "match" | "unreadable" | "promptless" | "no_match";

/** Identifies the run that started a task, and the task among those of the run. */
export interface TaskTrace {
  /** URL of the run, the same for all its attempts. It names the repository as it was called then. */
  readonly runUrl: string;
  /** The run's attempt, from 1. */
  readonly attempt: number;
  /** Tasks with the same key do the same work. By default the workflow's file, the job, its place in the matrix and the issue. */
  readonly key: string;
  /**
   * The step: `agent`. No two steps of a run have the same step and key, so it names the job where the key does not
   * (`update:agent`), the work inside a composite action (`agent/0123456789ab`), and the place in a matrix
   * (`agent#0123456789ab`).
   */
  readonly step: string;
  /** The task's repository, `owner/name`. A list of all repositories' tasks does not name it. */
  readonly repository: string;
  /** The ID of the workflow's repository, if the runner says it. */
  readonly workflowRepositoryId?: string;
  /** Random for each start. A request that is sent again keeps it. */
  readonly startId: string;
}

/** What a trace contains besides the run. */
interface TraceInputs {
  /** The job's `matrix` context as JSON; `null` or empty if it has none. */
  readonly matrix: string;
  readonly key: string;
  /** The job, if the key does not name it. */
  readonly job?: string;
  /** What tells the steps of a composite action apart, from {@link formatWork}. */
  readonly work?: string;
  /** The task's repository, `owner/name`. */
  readonly repository: string;
}

/** Creates the trace of a task that this step starts. */
export function createTrace(
  runner: Runner,
  { matrix, key, job = "", work = "", repository }: TraceInputs,
  startId: string,
): TaskTrace {
  const { repositoryId } = runner;
  return {
    runUrl: getRunUrl(runner),
    attempt: runner.runAttempt,
    key,
    step: `${job === "" ? "" : `${job}:`}${runner.action}${work === "" ? "" : `/${work}`}${formatPlace(matrix)}`,
    repository,
    ...(repositoryId === "" ? {} : { workflowRepositoryId: repositoryId }),
    startId,
  };
}

/**
 * The job's place in its matrix: `#` and a hash, empty without a matrix.
 *
 * @param matrix the job's `matrix` context as JSON; `null` or empty if it has none.
 */
export function formatPlace(matrix: string): string {
  return matrix === "" || matrix === "null" || matrix === "{}" ? "" : `#${hash(matrix)}`;
}

/** A hash of what a step of a composite action is asked to do. */
export function hashWork(request: readonly unknown[]): string {
  return hash(JSON.stringify(request));
}

/**
 * What tells a step of a composite action from the others there.
 *
 * @param work from {@link hashWork}.
 * @param order the step's place among those that are asked to do the same, from 1.
 */
export function formatWork(work: string, order: number): string {
  return order === 1 ? work : `${work}.${order}`;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/**
 * The default key: the workflow's file without repository and ref, the job, its place in the matrix, and the issue if
 * there is one. `.github/workflows/nightly.yml:update`, `.github/workflows/label.yml:agent#0123456789ab#7`.
 */
export function buildDefaultKey(
  { workflowRef, workflow, job }: Runner,
  issueNumber: number | null,
  matrix = "",
): string {
  const file = /^[^/]+\/[^/]+\/(.+?\.ya?ml)@/.exec(workflowRef)?.[1] ?? workflow;
  return `${file}:${job}${formatPlace(matrix)}${issueNumber === null ? "" : `#${issueNumber}`}`;
}

/** Whether the input gives the key of a step's tasks. The input `*` selects every task and is no key. */
export function isKeyGiven({ concurrencyKey }: Pick<StartInputs, "concurrencyKey">): boolean {
  return concurrencyKey !== "" && concurrencyKey !== EVERY_TASK;
}

/** The key of a step's tasks: the input, or the default. */
export function getConcurrencyKey(
  runner: Runner,
  inputs: Pick<StartInputs, "concurrencyKey" | "issueNumber" | "matrix">,
): string {
  return isKeyGiven(inputs)
    ? inputs.concurrencyKey
    : buildDefaultKey(runner, inputs.issueNumber, inputs.matrix);
}

/**
 * Formats the trace line that ends a prompt. It is visible text, because GitHub removes HTML comments. Free text is
 * quoted as JSON, so that it cannot add lines.
 */
export function formatTrace(trace: TaskTrace): string {
  const { runUrl, attempt, key, step, repository, workflowRepositoryId, startId } = trace;
  const names = `key ${quoteJson(key)}, step ${quoteJson(step)}, repository ${quoteJson(repository)}`;
  const workflowRepository = workflowRepositoryId ? `, workflow repository ${workflowRepositoryId}` : "";
  return `${TRACE_WORDS} ${runUrl}/attempts/${attempt} (${names}${workflowRepository}, start ${startId})`;
}

/** Formats as JSON, and escapes the line separators that JSON allows. */
function quoteJson(text: string): string {
  return JSON.stringify(text).replace(
    /[\u0085\u2028\u2029]/g,
    (separator) => `\\u${separator.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const JSON_TEXT = '("(?:[^"\\\\]|\\\\.)*")';

const TRACE = new RegExp(
  `^${TRACE_WORDS} (\\S+)/attempts/(\\d+) \\(key ${JSON_TEXT}, step ${JSON_TEXT}, repository ${JSON_TEXT}(?:, workflow repository (\\d+))?, start ([\\w-]+)\\)$`,
);

/** Parses the last line of a prompt; null if it is not a trace line. */
export function parseTrace(prompt: string): TaskTrace | null {
  const match = TRACE.exec(prompt.trimEnd().split("\n").at(-1) ?? "");
  if (match === null) {
    return null;
  }
  const [, runUrl = "", attempt, key = "", step = "", repository = "", id, startId = ""] = match;
  return {
    runUrl,
    attempt: Number(attempt),
    key: parseJsonText(key),
    step: parseJsonText(step),
    repository: parseJsonText(repository),
    ...(id === undefined ? {} : { workflowRepositoryId: id }),
    startId,
  };
}

/**
 * Quotes the lines of a given prompt that look like a trace line, or will once GitHub has removed HTML comments, white
 * space and what else nobody sees. Otherwise other runs could take the task for theirs.
 *
 * @returns the prompt, and how many lines are quoted.
 */
export function quoteTraceLines(prompt: string): { readonly prompt: string; readonly quoted: number } {
  const starts = findTraceLikeLines(prompt);
  const ends = [...starts.slice(1), prompt.length];
  const safe = starts.map((start, index) => `> ${prompt.slice(start, ends[index])}`);
  return { prompt: prompt.slice(0, starts[0]) + safe.join(""), quoted: starts.length };
}

function parseJsonText(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    // Not a line of ours: whatever it says, it matches no key of ours.
    return json;
  }
}

/**
 * Recognises the task of a start by the start ID in its trace.
 *
 * @param ownPrompt the prompt as sent.
 */
export function matchStartId(own: TaskTrace, ownPrompt: string): (task: Task) => Match {
  const { startId } = own;
  return matchBy((prompt) => {
    if (parseTrace(prompt)?.startId === startId) {
      return "match";
    }
    // Nobody else knows the ID, so this is our task or quotes it. Only the last line proves that it is ours.
    const hasId = normalizeName(prompt).includes(startId);
    return hasId || isCutOff(prompt, own, ownPrompt) ? "unreadable" : "no_match";
  });
}

/** Recognises a task without a trace by the same prompt and base branch. */
export function matchPrompt(ownPrompt: string, baseRef: string): (task: Task) => Match {
  return matchBy((prompt, { sessions }) => {
    const taskBaseRef = sessions?.at(-1)?.baseRef ?? "";
    const sameBase = baseRef === "" || taskBaseRef === "" || taskBaseRef === baseRef;
    if (!sameBase) {
      return "no_match";
    }
    if (prompt.trim() === ownPrompt.trim()) {
      return "match";
    }
    const isLike = hasSameLetters(prompt, ownPrompt) || isBeginningOf(prompt, ownPrompt);
    return isLike ? "unreadable" : "no_match";
  });
}

/**
 * Recognises a task that the same step started in an earlier attempt of the same run.
 *
 * A prompt that GitHub has changed is unreadable if it may end with the trace of an earlier attempt of this run, or is the
 * beginning of what this step sends. One of another run is not, though its text may name this run.
 *
 * @param ownPrompt the prompt that this step sends, with its own trace.
 */
export function matchEarlierAttempt(own: TaskTrace, ownPrompt: string): (task: Task) => Match {
  return matchBy((prompt) => {
    const trace = parseTrace(prompt);
    if (trace !== null) {
      const isSameText = () => hasSameLetters(removeLastLine(prompt), removeLastLine(ownPrompt));
      return isOfEarlierAttempt(trace, own) ? matchStep(trace, own, isSameText) : "no_match";
    }
    const changed = findChangedTrace(prompt);
    const mayBeOwn =
      changed === null ? isCutOff(prompt, own, ownPrompt) : mayNameEarlierAttempt(changed, own);
    return mayBeOwn ? "unreadable" : "no_match";
  });
}

/**
 * Whether a prompt is the beginning of this step's, as if its end were cut off. The whole text without the trace is not:
 * a person or a step with `trace: false` has sent it.
 */
function isCutOff(prompt: string, own: TaskTrace, ownPrompt: string): boolean {
  const text = ownPrompt.trimEnd().slice(0, -formatTrace(own).length);
  return isBeginningOf(prompt, ownPrompt) && !hasSameLetters(prompt, text);
}

/**
 * Whether a changed trace may be of an earlier attempt. Without an address, or with one that is cut off, it may be.
 *
 * @param changed from {@link findChangedTrace}.
 */
function mayNameEarlierAttempt(changed: string, { runUrl, attempt: ownAttempt }: TaskTrace): boolean {
  const [, id, attempt] = /actionsruns(\d+)(?:attempts(\d*))?/.exec(changed) ?? [];
  const ownId = runUrl.slice(runUrl.lastIndexOf("/") + 1);
  if (id === undefined) {
    return true;
  }
  return attempt === undefined ? ownId.startsWith(id) : id === ownId && Number(attempt) < ownAttempt;
}

/**
 * Compares the step and the key. A given key may differ between attempts, as a date does. But it may also be all that tells
 * two calls of a reusable workflow apart, so then the prompt's text must be the same.
 */
function matchStep(trace: TaskTrace, own: TaskTrace, isSameText: () => boolean): Match {
  const match = matchNames(trace.step, own.step);
  const key = matchNames(trace.key, own.key);
  if (match !== "no_match" && key === "no_match" && namesJob(own)) {
    return isSameText() ? match : "no_match";
  }
  return match === "no_match" ? match : worse(match, key);
}

function removeLastLine(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed.slice(0, trimmed.lastIndexOf("\n") + 1);
}

/** Whether the step names the job, because the key is given. No part of a step but the job's end has a colon. */
function namesJob({ step }: TaskTrace): boolean {
  return step.includes(":");
}

function worse(match: Match, other: Match): Match {
  return match === "match" ? other : other === "match" ? match : other;
}

/** Compares a name of a trace with ours. GitHub may have changed it, and the line may still be one of a trace. */
function matchNames(name: string, own: string): Match {
  if (name === own) {
    return "match";
  }
  return normalizeName(name) === normalizeName(own) ? "unreadable" : "no_match";
}

/**
 * Whether an earlier attempt of this run started the task in the same place of the workflow, for something else: with another
 * prompt, key or other settings. If this step's change from attempt to attempt, the task is its own.
 *
 * @param earlierWork of each step of the composite action that ran before in this attempt, from {@link formatWork}.
 */
export function isFromOtherWork(own: TaskTrace, earlierWork: readonly string[]): (task: Task) => boolean {
  return (task) => {
    const trace = parseTrace(getPrompt(task) ?? "");
    if (
      trace === null ||
      !isOfEarlierAttempt(trace, own) ||
      removeWork(trace.step) !== removeWork(own.step)
    ) {
      return false;
    }
    const [work, ownWork] = [getWork(trace), getWork(own)];
    const isSameKey = namesJob(own) || trace.key === own.key;
    const isFree = work === null ? ownWork === null : ownWork !== null && !earlierWork.includes(work);
    return isSameKey && isFree;
  };
}

/**
 * Of tasks that have this step's place and key, selects those that this step started. Two calls of one reusable workflow
 * look alike, so those with this step's text come first. With other texts, the prompt may have changed since, unless an
 * attempt left different texts there: then they are of other calls.
 *
 * @param tasks matches of {@link matchEarlierAttempt}.
 * @param ownPrompt the prompt that this step sends, with its own trace.
 */
export function selectOwnCalls(tasks: readonly Task[], ownPrompt: string): readonly Task[] {
  const ownTasks = tasks.filter(hasText(ownPrompt));
  if (ownTasks.length > 0) {
    return ownTasks;
  }
  const texts = new Map<number, string>();
  for (const task of tasks) {
    const prompt = getPrompt(task) ?? "";
    const attempt = parseTrace(prompt)?.attempt ?? 0;
    const text = removeLastLine(prompt);
    const other = texts.get(attempt) ?? text;
    if (!hasSameLetters(text, other)) {
      return [];
    }
    texts.set(attempt, text);
  }
  return tasks;
}

/** Whether a task's prompt has the same text as this step's, whatever their traces are. */
export function hasText(ownPrompt: string): (task: Task) => boolean {
  const own = removeLastLine(ownPrompt);
  return (task) => hasSameLetters(removeLastLine(getPrompt(task) ?? ""), own);
}

function isOfEarlierAttempt(trace: TaskTrace, own: TaskTrace): boolean {
  return isSameRun(trace.runUrl, own.runUrl) && trace.attempt < own.attempt;
}

/** Run IDs are unique on a server. The repository in the URL may have been renamed or moved since. */
function isSameRun(url: string, other: string): boolean {
  const run = parseRunUrl(url);
  const otherRun = parseRunUrl(other);
  return (
    url === other ||
    (run !== null && otherRun !== null && run.server === otherRun.server && run.id === otherRun.id)
  );
}

/** Names are in lower case, because GitHub ignores their case. */
function parseRunUrl(
  url: string,
): { readonly server: string; readonly repository: string; id: string } | null {
  const match = /^(.+)\/([^/]+\/[^/]+)\/actions\/runs\/(\d+)$/.exec(normalizeName(url).toLowerCase());
  const [, server = "", repository = "", id = ""] = match ?? [];
  return match === null ? null : { server, repository, id };
}

function getWork({ step }: TaskTrace): string | null {
  return /\/([^#]*)/.exec(step)?.[1] ?? null;
}

function removeWork(step: string): string {
  return step.replace(/\/[^#]*/, "");
}

/**
 * Recognises tasks that do the same work as this step, by their key. A key from the input matches in every workflow. The
 * default key names a workflow's file, so it only matches tasks of the same workflow repository.
 *
 * @param ownPrompt the prompt that this step sends, with its own trace.
 * @param concurrencyKey the input.
 */
export function matchKey(own: TaskTrace, ownPrompt: string, concurrencyKey: string): (task: Task) => Match {
  if (concurrencyKey === EVERY_TASK) {
    return () => "match";
  }
  return matchBy((prompt, task) => {
    const trace = parseTrace(prompt);
    if (trace === null) {
      // Whatever its key was: it cannot be told any more.
      const mayHaveKey = findChangedTrace(prompt) !== null || isCutOff(prompt, own, ownPrompt);
      return mayHaveKey ? "unreadable" : "no_match";
    }
    const isSameWork = concurrencyKey !== "" || isSameWorkflowRepository(trace, own, task);
    return isSameWork ? matchNames(trace.key, own.key) : "no_match";
  });
}

/** Whether the same repository's workflow started a task. Its name may have changed since, or belong to another one now. */
function isSameWorkflowRepository(trace: TaskTrace, own: TaskTrace, { repositoryId }: Task): boolean {
  const ownId = own.workflowRepositoryId ?? "";
  const traceId = trace.workflowRepositoryId ?? "";
  if (ownId !== "" && traceId !== "") {
    return traceId === ownId;
  }
  const run = parseRunUrl(trace.runUrl);
  const ownRun = parseRunUrl(own.runUrl);
  if (run === null || ownRun === null || run.server !== ownRun.server) {
    return false;
  }
  // One of the runners said no ID. If the task works in the workflow's own repository, GitHub says the ID.
  const worksAtHome = trace.repository.toLowerCase() === run.repository;
  return run.repository === ownRun.repository || (worksAtHome && ownId !== "" && repositoryId === ownId);
}

/** Compares the prompt that started a task, if GitHub shows it. */
function matchBy(compare: (prompt: string, task: Task) => Match): (task: Task) => Match {
  return (task) => {
    const prompt = getPrompt(task);
    const match = prompt === null ? "promptless" : compare(prompt, task);
    return match !== "match" && task.hasUnreadableSession ? "unreadable" : match;
  };
}

/** The repository in a task's trace, `owner/name`; null if it has no trace. */
export function getTracedRepository(task: Task): string | null {
  return parseTrace(getPrompt(task) ?? "")?.repository ?? null;
}

/** The prompt that started the task: that of its oldest session. */
function getPrompt({ sessions }: Task): string | null {
  return sessions?.at(-1)?.prompt ?? null;
}
